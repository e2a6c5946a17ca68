"""A process of its own that syncs, dies at one statement after the other, and is looked at after each death.

Run as a program by the test beside it; the exit code and what is on stderr tell.
"""

import os
import pickle
import signal
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from sqlalchemy import event
from sqlalchemy.engine.interfaces import DBAPIConnection

from emis_desktop import cipher, store
from emis_desktop.journal import broken_link
from sync.client.sums import root
from sync.operations import Ack
from tests.factories.stores import Somebody, key
from tests.sync.client.laptops import CATALOGUE, Clock, Laptop, content, laptop
from tests.sync.client.reference import Server
from tests.sync.client.test_converging import assert_as_server, expected_root, lost

PERSON = "INSERT INTO person (id, given_names, family_name, synthetic) VALUES (?, ?, 'T', 1)"
OURS = [UUID(int=300 + number).bytes for number in range(8)]
THEIRS = [UUID(int=400 + number).bytes for number in range(12)]


def prepared(folder: Path) -> tuple[Server, Laptop]:
    """A laptop with work that is frozen and work that is not, and a server with news."""
    server, other, one = Server(CATALOGUE), laptop(folder, 2), laptop(folder, 1)
    one.do("enrol", *((PERSON, (row, "Ana")) for row in OURS[:4]))
    one.sync(server)
    other.sync(server)
    other.do("enrol", *((PERSON, (row, "Bea")) for row in THEIRS))
    other.do("call", ("UPDATE person SET preferred_name = 'theirs', transport = 'bus'", ()))
    other.sync(server)
    other.db.close()
    one.clock.ms += 5_000
    one.do("call", ("UPDATE person SET preferred_name = 'mine'", ()))
    one.freeze()
    one.do("enrol", *((PERSON, (row, "Cora")) for row in OURS[4:]))
    one.do("call", ("UPDATE person SET birth_place = 'here'", ()))
    one.db.close()
    return server, one


class Kept:
    """The server as a file, so that it outlives the process that spoke to it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def save(self, server: Server) -> None:
        state = {name: value for name, value in vars(server).items() if name not in {"catalogue", "receive"}}
        self.path.write_bytes(pickle.dumps(state))

    def load(self) -> Server:
        server = Server(CATALOGUE)
        vars(server).update(pickle.loads(self.path.read_bytes()))
        return server


def reopened(path: Path) -> Laptop:
    return Laptop(store.open_store(path, key()), Clock(1_700_000_010_000), Somebody(UUID(int=1001)))


def sync(one: Laptop, kept: Kept) -> None:
    """A sync with a snapshot in it; what the server takes is kept before it answers."""
    server = kept.load()
    receive = server.receive

    def receive_and_keep(body: bytes) -> Ack:
        answer = receive(body)
        kept.save(server)
        return answer

    server.receive = receive_and_keep  # type: ignore[method-assign]
    one.push(server)
    one.replica.apply_part(server.snapshot())
    one.pull(server, 7)


def count_statements(one: Laptop, at: Callable[[int], None]) -> list[int]:
    """Call ``at`` with the number of each statement that the writer runs."""
    seen = [0]

    def note(_statement: str) -> None:
        seen[0] += 1
        at(seen[0])

    def trace(connection: DBAPIConnection, _record: object) -> None:
        connection.set_trace_callback(note)  # of the driver

    event.listen(one.db._writer, "connect", trace)
    return seen


def die_at(number: int, path: Path, kept: Kept) -> int:
    """The signal that ended a process which syncs and is killed at its statement ``number``; 0: it lived."""
    child = os.fork()
    if child == 0:
        one = reopened(path)
        count_statements(one, lambda seen: os.kill(os.getpid(), signal.SIGKILL) if seen == number else None)
        sync(one, kept)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


def look(path: Path, kept: Kept) -> None:
    """The store is whole, goes on, and ends like the server."""
    cipher.verify(path, key())
    with closing(cipher.connect(path, key())) as bare:
        assert bare.execute("PRAGMA foreign_key_check").fetchall() == []
    one = reopened(path)
    assert one.ask(broken_link) is None
    assert one.rows("SELECT act, muted FROM capture_context") == [(None, 0)]
    for _ in range(2):
        sync(one, kept)
    server = kept.load()
    assert one.value("SELECT count(*) FROM batch WHERE state != 'acknowledged'") == 0
    assert one.value("SELECT count(*) FROM person") == len(OURS) + len(THEIRS)
    assert_as_server(server, one)
    assert lost(server) == []
    assert len({batch.id for batch in server.batches}) == len(server.batches)
    assert one.ask(root) == expected_root(server)
    assert content(one)["person"]
    one.db.close()


def main(step: int) -> int:
    """Die at every ``step``-th statement; returns how many deaths were looked at."""
    deaths = 0
    with TemporaryDirectory() as name:
        folder = Path(name)
        server, made = prepared(folder)
        first = made.db.path.read_bytes()
        kept, path = Kept(folder / "server"), folder / "dying.emis"
        number = 1
        while True:
            for old in folder.glob("dying.emis*"):
                old.unlink()
            path.write_bytes(first)
            kept.save(server)
            if not die_at(number, path, kept):
                break
            look(path, kept)
            deaths, number = deaths + 1, number + step
    return deaths


if __name__ == "__main__":
    sys.stdout.write(str(main(int(sys.argv[1]))))
