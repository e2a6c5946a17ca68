"""Keeps the server of a demonstration going as long as one of its two laptops is open.

Each open laptop has a keeper; one of them has the server, the others wait for the lock that the system lets
go of by itself when a program ends, however it ends. So the last laptop that is open has a server.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from emis_desktop import files
from emis_desktop.errors import N_, EmisError, Refused
from emis_desktop.file_lock import locked
from emis_desktop.jobs.demo.note import pair_of
from emis_desktop.jobs.demo.server_process import FAILED, DemoServer, server_command
from emis_desktop.settings import Home

log = logging.getLogger(__name__)
SERVER: Final = "server"
_LOCK: Final = "server.lock"
_ADDRESS: Final = "server.json"
_LOOK: Final = 0.5
_AGAIN: Final = 1.0
"""Seconds between two looks at the server, and before another try."""
_SOON: Final = 0.1
_PATIENCE: Final = 30.0
_SILENT: Final = N_("it does not answer")


class ServerKeeper:
    """While it is entered there is a server for the two laptops in ``pair``, if its program is installed."""

    def __init__(self, pair: Path, command: tuple[str, ...] | None = None) -> None:
        """``command`` starts the server's program; else what is installed."""
        self._pair = pair
        self._command = command or server_command()
        self._stop = threading.Event()
        self._known = threading.Event()
        self._fault: EmisError | None = None
        self._thread = threading.Thread(target=self._live, name="demo-server", daemon=True)

    def __enter__(self) -> Self:
        """Begin; the server is there some moments later."""
        if self._command is not None:
            self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the server, unless another program has it."""
        self._stop.set()
        if self._command is not None:
            self._thread.join()

    def address(self) -> str:
        """Where the server is, once it is there. Raises :class:`EmisError` where it does not come."""
        self._known.wait(_PATIENCE)
        found = address_in(self._pair)
        if self._fault is not None or found is None:
            raise self._fault or EmisError(FAILED, what=_SILENT)
        return found

    def _live(self) -> None:
        while not self._stop.is_set():
            try:
                with locked(self._pair / _LOCK, 0.0):
                    self._serve()
            except Refused:  # another program has the server, or is about to
                if address_in(self._pair) is not None:
                    self._fault = None
                    self._known.set()
            except EmisError as fault:
                log.warning("the server of the demonstration ended: %s", fault.message)
                self._fault = fault
                self._known.set()
            self._stop.wait(_AGAIN if self._known.is_set() else _SOON)

    def _serve(self) -> None:
        server, port = DemoServer(self._pair / SERVER, self._command or ()), port_in(self._pair)
        self._note({"port": port})
        try:
            self._serve_on(server, port)
        except EmisError:
            if self._known.is_set():
                raise
            self._serve_on(server, 0)  # something else may have that port now

    def _serve_on(self, server: DemoServer, port: int) -> None:
        with server.serving(port) as serving:
            self._note({"address": serving.address, "port": serving.port})
            self._fault = None
            self._known.set()
            while not self._stop.wait(_LOOK) and serving.process.poll() is None:
                pass

    def _note(self, where: dict[str, object]) -> None:
        files.write(self._pair / _ADDRESS, json.dumps(where).encode())


@contextmanager
def server_for(home: Home) -> Iterator[str | None]:
    """Where the server of this laptop of a demonstration is: it is there for the block, whoever has it.

    None for any other laptop, and where the server's program is not installed. Raises :class:`EmisError`
    where it does not come.
    """
    pair = pair_of(home)
    if pair is None or server_command() is None:
        yield None
        return
    with ServerKeeper(pair) as keeper:
        yield keeper.address()


def address_of(home: Home) -> str | None:
    """Where the server of this laptop of a demonstration was last; None for any other laptop."""
    pair = pair_of(home)
    return None if pair is None else address_in(pair)


def address_in(pair: Path) -> str | None:
    """Where the server of these two laptops was last, if it ever was."""
    found = _where(pair).get("address")
    return found if isinstance(found, str) else None


def port_in(pair: Path) -> int:
    """The port that it had last; 0 for none."""
    found = _where(pair).get("port")
    return found if isinstance(found, int) else 0


def _where(pair: Path) -> dict[str, object]:
    try:
        found = json.loads((pair / _ADDRESS).read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
