"""``emis join``, ``emis sync``, ``emis bundle``."""

from __future__ import annotations

import argparse
import socket
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from emis_desktop import files
from emis_desktop.cli.console import DONE, Console
from emis_desktop.cli.usage import Parser, one_of
from emis_desktop.errors import N_, Refused
from emis_desktop.file_lock import locked
from emis_desktop.folder import FolderState, folder_state
from emis_desktop.jobs import joining as jobs
from emis_desktop.jobs.demo.keeper import server_for
from emis_desktop.rules.rights import ROLE_NAMES, Role
from emis_desktop.settings import Home
from sync import stick
from sync.engine.meter import Progress
from sync.engine.run import SyncResult
from sync.joining import check_code
from sync.once import OneSync, Options
from sync.tls import PIN_BYTES

_NO_ADDRESS = N_("Say where the ministry’s server is: --server https://..., or EMIS_SERVER_URL.")
_BAD_PIN = N_("The pin of a server is 64 signs, 0 to 9 and a to f. Ask the ministry for it.")


def declare(name: str, parser: Parser) -> None:
    """Options and arguments of a command on the exchange with the ministry."""
    {"join": _declare_join, "bundle": _declare_bundle}.get(name, _declare_sync)(parser)


def _json(parser: Parser) -> None:
    parser.add_argument("--json", action="store_true", help=parser.words.tr("print one JSON document"))


def _declare_join(parser: Parser) -> None:
    tr = parser.words.tr
    parser.set_defaults(run=_join)
    _json(parser)
    parser.add_argument("code", metavar="CODE", help=tr("the one-time code that the ministry gave"))
    parser.add_argument(
        "--server", metavar="URL", help=tr("address of the ministry's server (else EMIS_SERVER_URL)")
    )
    parser.add_argument("--name", metavar="NAME", help=tr("what this laptop is called"))
    parser.add_argument("--user", metavar="NAME", help=tr("name of the first user (else EMIS_USER)"))
    parser.add_argument(
        "--ca", type=Path, metavar="FILE", help=tr("certificate of the ministry's own authority")
    )
    parser.add_argument("--pin", metavar="HEX", help=tr("SHA-256 of the public key of the server"))


def _declare_sync(parser: Parser) -> None:
    parser.set_defaults(run=_sync)
    _json(parser)


def _declare_bundle(parser: Parser) -> None:
    tr = parser.words.tr
    parser.set_defaults(run=_bundle)
    _json(parser)
    parser.add_argument(
        "deed",
        type=one_of(("export", "import")),
        metavar="DEED",
        help=tr("export: write what waits for the ministry; import: take in its answer"),
    )
    parser.add_argument("file", type=Path, metavar="FILE", help=tr("the file, on a USB stick"))


def _join(console: Console, options: argparse.Namespace) -> int:
    console.check_open()
    check_code(options.code)
    address = options.server or console.environment.get("EMIS_SERVER_URL", "").strip()
    if not address:
        raise Refused(_NO_ADDRESS, field="address")
    pin = _pin(options.pin)
    console.home.make()
    laptop = options.name or socket.gethostname() or "EMIS"
    wish = jobs.JoinWish(address, options.code, laptop, pin=pin)
    new = folder_state(console.home) is FolderState.NEW
    with _trusting(console.home, options.ca):
        done = _join_new(console, options, wish) if new else _join_existing(console, wish)
    _tell_joined(console, done)
    return DONE


@contextmanager
def _trusting(home: Home, ca: Path | None) -> Iterator[None]:
    """Trust the authority in ``ca`` from now on; when joining fails the one that was trusted before."""
    if ca is None:
        yield
        return
    wanted = ca.read_bytes()
    before = home.server_ca.read_bytes() if home.server_ca.exists() else None
    files.write(home.server_ca, wanted)
    try:
        yield
    except BaseException:
        if before is None:
            home.server_ca.unlink(missing_ok=True)
        else:
            files.write(home.server_ca, before)
        raise


def _join_new(console: Console, options: argparse.Namespace, wish: jobs.JoinWish) -> jobs.JoinDone:
    tr = console.words.tr
    name = options.user or console.environment.get("EMIS_USER", "").strip() or tr("Office")
    password = console.password("EMIS_PASSWORD_FILE", tr("New password"), new=True)
    whole = jobs.JoinWish(wish.address, wish.code, wish.laptop, name, password, wish.pin)
    with locked(console.home.program_lock, 0.0):
        return jobs.join(console.home, whole, _Followed(console))


def _join_existing(console: Console, wish: jobs.JoinWish) -> jobs.JoinDone:
    with console.signed_in() as laptop:
        return jobs.join_existing(laptop, wish, _Followed(console))


def _pin(text: str | None) -> bytes | None:
    if text is None:
        return None
    try:
        pin = bytes.fromhex(text.replace(":", ""))
    except ValueError:
        pin = b""
    if len(pin) != PIN_BYTES:
        raise Refused(_BAD_PIN, field="pin")
    return pin


class _Followed:
    """Tells how far it is."""

    def __init__(self, console: Console) -> None:
        self._step = console.progress(console.words.tr("Synchronising"))

    def progress(self, done: int, total: int, what: str = "") -> None:  # noqa: ARG002 - a job's own way
        """So far it is."""
        self._step(done, total)


def _tell_joined(console: Console, done: jobs.JoinDone) -> None:
    words = console.words
    role = words.tr(ROLE_NAMES[Role(done.role)]) if done.role in set(Role) else done.role
    console.say(
        words.tr("This laptop, “{laptop}”, belongs to {server} now.", laptop=done.laptop, server=done.server)
    )
    if done.school:
        console.say(words.tr("School: {school}. Role: {role}.", school=done.school, role=role))
    if done.first is None:
        console.say(words.tr("The line was cut before everything was here. “emis sync” goes on from there."))
    else:
        _tell_sync(console, done.first)
    console.result(
        {
            "server": done.server,
            "school": done.school,
            "laptop": done.laptop,
            "role": done.role,
            "user": str(done.made.user_id) if done.made else None,
            "sync": done.first.document() if done.first else None,
            "home": str(console.home.root),
        }
    )


def _sync(console: Console, _options: argparse.Namespace) -> int:
    given = console.environment.get("EMIS_SERVER_URL", "").strip()
    step = console.progress(console.words.tr("Synchronising"))

    def watch(progress: Progress) -> None:
        step(progress.bytes_done, progress.bytes_total)

    with console.signed_in() as laptop, nullcontext(given) if given else server_for(console.home) as address:
        result = OneSync(jobs.site_of(laptop), Options(watch=watch, address=address)).run()
        jobs.complete_join(laptop)
    _tell_sync(console, result)
    console.result(result.document())
    return DONE


def _tell_sync(console: Console, result: SyncResult) -> None:
    words = console.words
    if result.nothing:
        console.say(words.tr("Everything was in step already."))
    else:
        console.say(
            words.tr(
                "Sent {sent}, received {received}.",
                sent=words.ntr("{n} change", "{n} changes", result.ops_sent),
                received=words.ntr("{n} change", "{n} changes", result.ops_received),
            )
        )
    for text, count in (
        (N_("Changed elsewhere as well: {count}. “emis conflicts” shows them."), result.conflicts),
        (N_("Not taken by the server: {count}. “emis conflicts” shows them."), result.rejected),
        (N_("Waiting for what belongs to them: {count}."), result.parked),
    ):
        if count:
            console.say(words.tr(text, count=words.number(count)))


def _bundle(console: Console, options: argparse.Namespace) -> int:
    return (_export if options.deed == "export" else _import)(console, options)


def _export(console: Console, options: argparse.Namespace) -> int:
    words = console.words
    with console.signed_in() as laptop:
        done = stick.save(jobs.site_of(laptop), options.file, console.progress(words.tr("Writing")))
    changes = words.ntr("{n} change", "{n} changes", done.changes)
    console.say(words.tr("{changes} in {file}, for the ministry.", changes=changes, file=str(options.file)))
    console.result({"file": str(options.file), "changes": done.changes, "bytes": done.bytes})
    return DONE


def _import(console: Console, options: argparse.Namespace) -> int:
    words = console.words
    with console.signed_in() as laptop:
        done = stick.read(jobs.site_of(laptop), options.file, console.progress(words.tr("Reading")))
        jobs.complete_join(laptop)
    changes = words.ntr("{n} change", "{n} changes", done.changes)
    console.say(words.tr("{changes} taken in from {file}.", changes=changes, file=str(options.file)))
    console.result(
        {"file": str(options.file), "changes": done.changes, "again": done.again, "bytes": done.bytes}
    )
    return DONE
