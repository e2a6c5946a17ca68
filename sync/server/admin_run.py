"""``emis-server run``."""

from __future__ import annotations

import argparse
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn

from emis_desktop.errors import N_, Refused
from emis_desktop.file_lock import locked
from emis_desktop.terminal.console import DONE, REFUSED
from emis_desktop.terminal.usage import Parser, one_of, whole
from sync.server import shape
from sync.server.app import LOG_LEVEL
from sync.server.desk import Desk
from sync.server.json_logs import start_logs

PORT = 8765
GRACE_SECONDS = 30
KEEP_ALIVE_SECONDS = 75
MOST_AT_ONCE = 1_000
HANGS_SECONDS = 60
"""Without a sign of life a worker is ended and begun anew; a busy machine takes its time to start one."""
_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_NO_FILE = N_("There is no file {file}. Check its path.")
_TAKEN = N_("{host}, port {port}, cannot be listened on. Another program may have it: choose another --port.")
_RESTORING = N_("A restore is under way. Start again when it is done.")
_BOTH = N_("A certificate needs its key: give --certfile and --keyfile.")
_PLAIN = N_(
    "Without a certificate this server would be open to the network unprotected. Give --certfile and "
    "--keyfile, or listen on 127.0.0.1 behind a proxy that has them."
)


def declare(_name: str, parser: Parser) -> None:
    """Options of ``run``."""
    tr = parser.words.tr
    parser.set_defaults(run=_serve)
    parser.add_argument("--json", action="store_true", help=tr("print one JSON document"))
    parser.add_argument("--host", default="127.0.0.1", metavar="ADDRESS", help=tr("address to listen on"))
    parser.add_argument(
        "--port", type=whole(0, 65535), default=PORT, metavar="N", help=tr("port to listen on")
    )
    parser.add_argument(
        "--workers", type=whole(1, 64), default=1, metavar="N", help=tr("processes that serve")
    )
    parser.add_argument(
        "--certfile", type=Path, metavar="FILE", help=tr("certificate with its chain, in PEM")
    )
    parser.add_argument("--keyfile", type=Path, metavar="FILE", help=tr("key of the certificate, in PEM"))
    parser.add_argument(
        "--behind",
        default="",
        metavar="ADDRESS",
        help=tr("address of the proxy in front, which tells where requests come from"),
    )
    parser.add_argument(
        "--plain",
        action="store_true",
        help=tr("listen without a certificate on other addresses too: a proxy on another machine has it"),
    )
    parser.add_argument(
        "--until-input-ends",
        action="store_true",
        help=tr("stop when standard input ends, as it does with the program that started this one"),
    )
    parser.add_argument(
        "--log-level",
        type=one_of(("debug", "info", "warning", "error")),
        default="info",
        metavar="LEVEL",
        help=tr("what is logged: debug, info, warning, error"),
    )


def _serve(desk: Desk, options: argparse.Namespace) -> int:
    _check(options)
    with desk.office() as office:  # so that what stands against it is said here, in words
        name = office.choices.name
        shape.prepare(office.store, office.now_ms())
    os.environ[LOG_LEVEL] = options.log_level
    start_logs(options.log_level)
    config = _config(options)
    with _kept_from_restores(desk), _listening(options.host, options.port) as listening:
        port = listening.getsockname()[1]
        tr = desk.words.tr
        told = {"name": name, "host": options.host, "port": port}
        desk.say(tr("Serving {name} on {host}, port {port}. Ctrl-C stops.", **told))
        desk.result({"host": options.host, "port": port, "workers": options.workers, "pid": os.getpid()})
        desk.out.flush()
        if options.until_input_ends:
            _end_with_input()
        ok = _run_many(config, listening) if options.workers > 1 else _run_one(config, listening)
    return DONE if ok else REFUSED


def _end_with_input() -> None:
    """Stop, as told to by the system, when standard input ends."""

    def wait() -> None:
        while os.read(sys.stdin.fileno(), 4096):
            pass
        while True:  # a first one may come before the library listens to it
            signal.raise_signal(signal.SIGTERM)
            time.sleep(1)

    threading.Thread(target=wait, name="input", daemon=True).start()


@contextmanager
def _kept_from_restores(desk: Desk) -> Iterator[None]:
    """Nobody puts another database in the place of this one while it serves."""
    try:
        with locked(desk.home.lock, seconds=1, shared=True):
            yield
    except Refused as fault:
        if isinstance(fault.__cause__, OSError):
            raise Refused(_RESTORING) from fault
        raise


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        made = socket.create_server((host, port), family=family, backlog=512)
    except OSError as fault:
        raise Refused(_TAKEN, host=host, port=port) from fault
    made.set_inheritable(True)
    return made


def _check(options: argparse.Namespace) -> None:
    if bool(options.certfile) != bool(options.keyfile):
        raise Refused(_BOTH)
    for file in (options.certfile, options.keyfile):
        if file is not None and not file.is_file():
            raise Refused(_NO_FILE, file=str(file))
    if not options.certfile and not options.plain and options.host not in _LOOPBACK:
        raise Refused(_PLAIN)


def _config(options: argparse.Namespace) -> uvicorn.Config:
    return uvicorn.Config(
        "sync.server.app:create",
        factory=True,
        host=options.host,
        port=options.port,
        workers=options.workers,
        ssl_certfile=options.certfile,
        ssl_keyfile=options.keyfile,
        proxy_headers=bool(options.behind),
        forwarded_allow_ips=options.behind or None,
        http="h11",
        ws="none",
        loop="asyncio",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=GRACE_SECONDS,
        timeout_worker_healthcheck=HANGS_SECONDS,
        limit_concurrency=MOST_AT_ONCE,
    )


def _run_one(config: uvicorn.Config, listening: socket.socket) -> bool:
    # The library sends itself the signal again after a graceful end; that end is no fault.
    signal.signal(signal.SIGTERM, lambda *_: None)
    server = uvicorn.Server(config)
    server.run(sockets=[listening])
    return server.started


def _run_many(config: uvicorn.Config, listening: socket.socket) -> bool:
    from uvicorn.supervisors import Multiprocess  # noqa: PLC0415 - one process needs no supervisor

    Multiprocess(config, sockets=[listening]).run()
    return True
