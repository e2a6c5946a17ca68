"""The ministry's server of a simulation: its real code over a real SQLite file, in this process.

It can die before any commit, come back from its files, and be put back to an older copy of them; what it
keeps outside its database (keys, choices, the ledger of revocations) stays where it is, as on a real machine.
"""

import asyncio
import random
import shutil
from collections.abc import Callable, Iterable, MutableMapping
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, event, update

from emis_desktop.rules.rights import SensitivityClass
from sync.engine.line import Response
from sync.server import bundles, control, erasing, revoking, sites
from sync.server.app import application
from sync.server.office import Office, open_office
from sync.server.replay import replay
from sync.server.settings import ServerHome
from sync.server.verifying import verify
from tests.simulator.events import Clockwork, Record
from tests.simulator.network import Carried

DATABASE = "server.db"


class Killed(BaseException):
    """The process was killed: nothing it was doing goes on."""


class Server:
    """A server at ``folder``, whose clock is true time."""

    def __init__(
        self,
        folder: Path,
        clockwork: Clockwork,
        record: Record,
        entropy: Callable[[int], bytes],
        workers: random.Random | None = None,
    ) -> None:
        """``workers`` are dice that choose which of two processes over one database answers a request."""
        self._workers = workers
        self.folder, self._clockwork, self._record, self._entropy = folder, clockwork, record, entropy
        self.die_at: int | None = None
        """The server dies before its commit of that number from now on."""
        self.commits = 0
        self.deaths = 0
        self.faults: list[str] = []
        """Answers that tell of a fault of the program."""
        self.put_back_to = 0
        """How often it became an older copy of itself."""
        self._serving = False
        self._runner = asyncio.Runner()
        self._histories: set[bytes] = set()
        self.office: Office
        self._open()

    def _open(self) -> None:
        self._offices = [self._process() for _ in range(2 if self._workers else 1)]
        self.office = self._offices[0]
        self._apps = [application(office) for office in self._offices]

    def _process(self) -> Office:
        """One process of the server."""
        office = open_office(
            ServerHome(self.folder),
            url=f"sqlite:///{self.folder / DATABASE}",
            now_ms=lambda: self._clockwork.now_ms,
            entropy=self._entropy,
        )
        replay(office)  # as the application does at its start
        event.listen(office.store.engine, "commit", self._before_commit)
        return office

    @property
    def app(self) -> Any:  # noqa: ANN401 - an ASGI application
        """The process that answers next."""
        return self._workers.choice(self._apps) if self._workers else self._apps[0]

    @property
    def histories(self) -> int:
        """How many names its log has had, as far as anybody looked."""
        self._look_at_history()
        return len(self._histories)

    def _look_at_history(self) -> None:
        with self.office.store.read() as connection:
            self._histories.add(bytes(connection.exec_driver_sql("SELECT history FROM server").scalar_one()))

    def _before_commit(self, connection: Connection) -> None:
        if not self._serving or connection.get_execution_options().get("emis_begin") == "BEGIN":
            return  # a look commits nothing
        self.commits += 1
        if self.die_at is not None:
            self.die_at -= 1
            if self.die_at < 0:
                raise Killed

    def serve(self, carried: Carried) -> Response | None:
        """Answer a request, or die over it."""
        self._serving = True
        try:
            answer = self._runner.run(_asked(self.app, carried))
        except Killed:
            self.deaths += 1
            self.die_at = None
            self._record.note("server", "killed")
            self.reopen()
            return None
        finally:
            self._serving = False
        self._look_at_history()
        if answer is not None and answer.status >= 500:
            self.faults.append(f"{carried.request.method} {carried.request.target}: {answer.status}")
        return answer

    def reopen(self) -> None:
        """Come back from the files as they are, the log and all."""
        place = self.folder / DATABASE
        spare = self.folder / "left.db"
        _copy(place, spare)
        self._close()
        _copy(spare, place)
        self._open()

    def copy_to(self, target: Path) -> None:
        """What a nightly copy of the database's files holds."""
        _copy(self.folder / DATABASE, target)

    def put_back(self, source: Path) -> None:
        """The database is an older one from now on; nobody announces it."""
        self.put_back_to += 1
        self._close()
        _copy(source, self.folder / DATABASE)
        self._open()

    def set_state(self, site: UUID, state: str) -> None:
        """A site is active, revoked, lost or stolen from now on."""
        with self.office.store.read() as connection:
            found = sites.find(connection, site)
        assert found is not None
        revoking.set_state(self.office, found, state, "operator")

    def set_classes(self, site: UUID, classes: Iterable[str]) -> None:
        """A site may hold those classes from now on."""
        written = sites.written_classes(SensitivityClass(one) for one in classes)
        with self.office.store.write() as connection:
            connection.execute(update(control.site).where(control.site.c.id == site).values(classes=written))

    def classes_of(self, site: UUID) -> frozenset[str]:
        """The classes that a site may hold, as the database has it now."""
        with self.office.store.read() as connection:
            found = sites.find(connection, site)
        assert found is not None
        return frozenset(str(one) for one in found.classes)

    def audit_faults(self) -> list[str]:
        """What is wrong with the chain of audit, unless the server was put back: that it tells rightly."""
        if self.put_back_to:
            return []
        return [f"{finding.kind} {finding.seq}" for finding in verify(self.office).findings]

    def close(self) -> None:
        """End it."""
        self._close()
        self._runner.close()

    def _close(self) -> None:
        for app in self._apps:
            app.state.web.close()

    def answer_file(self, content: bytes) -> bytes | None:
        """Take a file of a laptop in; the answer, or None when the server dies over it."""
        self._serving = True
        try:
            return bundles.take(self.office, content, "file").answer
        except Killed:
            self.deaths += 1
            self.die_at = None
            self.reopen()
            return None
        finally:
            self._serving = False

    def erase(self, person: UUID) -> None:
        """The ministry erases a person for privacy."""
        erasing.erase_person(self.office, person, "operator")


def _copy(source: Path, target: Path) -> None:
    for ending in ("", "-wal"):
        there, copy = source.with_name(source.name + ending), target.with_name(target.name + ending)
        copy.unlink(missing_ok=True)
        if there.exists():
            shutil.copyfile(there, copy)
    target.with_name(target.name + "-shm").unlink(missing_ok=True)


async def _asked(app: Any, carried: Carried) -> Response | None:  # noqa: ANN401 - any ASGI application
    """One request through the application; None when it broke off before an answer."""
    request = carried.request
    path, _, query = request.target.partition("?")
    heads = [(name.lower().encode(), value.encode()) for name, value in request.heads]
    scope: MutableMapping[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [*heads, (b"host", b"server"), (b"content-length", str(len(request.body)).encode())],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
    coming: list[dict[str, Any]] = [
        {"type": "http.request", "body": carried.body, "more_body": not carried.whole}
    ]
    sent: list[MutableMapping[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return coming.pop(0) if coming else {"type": "http.disconnect"}

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    await app(scope, receive, send)
    return _response(sent)


def _response(sent: list[MutableMapping[str, Any]]) -> Response | None:
    if not sent or sent[0]["type"] != "http.response.start":
        return None
    heads = {name.decode().lower(): value.decode() for name, value in sent[0]["headers"]}
    return Response(sent[0]["status"], heads, b"".join(each.get("body", b"") for each in sent[1:]))
