"""A laptop that works and syncs, for the replay of a power loss; the server, elsewhere, loses nothing.

What counts as acknowledged is what a person was told, and what the server was shown: a batch that went over
the line must be on the disk in the same bytes, or its work would be sent again as another batch; a nonce that
was shown must not be forgotten, or the laptop would be taken for a copy of itself; and what a sync brought,
with the place in the log, stands.
"""

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from emis_desktop import cipher, store
from emis_desktop.errors import EmisError
from emis_desktop.journal import broken_link
from emis_desktop.models import Base
from sync.digest import ROUND, bucket_of, row_term
from sync.engine.calls import HELLO, UP
from sync.engine.line import Request, Response
from sync.facets import Catalogue
from sync.protocol.batches import decode_batch
from sync.protocol.messages import Hello, decode
from sync.protocol.packing import split
from sync.protocol.signing import bytes64
from sync.transport import Address, HttpLine
from tests.helpers import central, stores
from tests.helpers.stores import KEY, StoreLaptop

ROUNDS = 3
TYPED, BROUGHT = 5, 120
NAME = "laptop"


def run(folder: Path) -> None:
    """Join, then in turns: type, sync, receive what another laptop wrote; a large import at the end."""
    with TemporaryDirectory() as name, _served(Path(name)) as (server, url):
        elsewhere = Path(name)
        laptop = stores.join(folder, NAME, 1, url, server.code())
        other = stores.join(elsewhere, "other", 2, url, server.code())
        _say("made")
        for turn in range(ROUNDS):
            _type(laptop, turn, TYPED)
            other.write([f"Other {turn} {number}" for number in range(BROUGHT)])
            other.sync(url)
            _sync(laptop, url)
            laptop.close()
            laptop = StoreLaptop.open(laptop.path, laptop.seed)
            _say("opened")
        _type(laptop, ROUNDS, 400)  # too much for a hello
        _sync(laptop, url)
        laptop.close()
        other.close()


@contextmanager
def _served(place: Path) -> Iterator[tuple[central.Server, str]]:
    server = central.set_up(place / "server", f"sqlite:///{place / 'server' / 'server.db'}")
    with server.running() as running:
        yield server, f"http://127.0.0.1:{running.port}"


def _type(laptop: StoreLaptop, turn: int, count: int) -> None:
    laptop.write([f"Typed {turn} {number}" for number in range(count)])
    _say(f"typed {turn} {count}")


class _Telling:
    """A line that says what it is about to show the server."""

    def __init__(self, line: HttpLine) -> None:
        self._line = line

    def send(self, request: Request) -> Response:
        """Say it, then send it."""
        if request.target == HELLO:
            frames = split(request.body)
            nonce = decode(Hello, frames[0]).nonce
            _say(f"shown {nonce.hex() or 'none'}")
            for body in frames[1:]:
                _say(f"sent {decode_batch(body).id.hex()} {sha256(body).hexdigest()}")
        elif request.method == "PUT":
            name = bytes64(request.target.removeprefix(UP)) or b""
            _say(f"sent {name.hex()} {dict(request.heads)['X-Sha256']}")
        return self._line.send(request)


def _sync(laptop: StoreLaptop, url: str) -> None:
    with closing(HttpLine(Address(url))) as line:
        laptop.sync(url, _Telling(line))
    _say(f"synced {laptop.figures()['cursor']} {len(laptop.names())}")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


# -- What a crash left -----------------------------------------------------------------------------


def check(folder: Path, said: list[str]) -> list[str]:
    """What is lost, torn or half done of what was said."""
    path = folder / f"{NAME}.db"
    if not path.exists():
        return ["the store is gone"] if said else []
    try:
        with closing(store.open_store(path, bytearray(KEY))) as db, db.read() as session:
            broken = broken_link(session.connection())
        cipher.verify(path, bytearray(KEY))
        with closing(cipher.connect(path, bytearray(KEY))) as connection:
            wrong = [] if broken is None else [f"the journal breaks at act {broken}"]
            return [*wrong, *_lost(connection, said), *_half_done(connection)]
    except EmisError as fault:
        return [f"it cannot be opened: {fault!r}"]


def _lost(connection: sqlite3.Connection, said: list[str]) -> list[str]:
    names = {row[0] for row in connection.execute("SELECT given_names FROM person")}
    batches = dict(connection.execute("SELECT id, body FROM batch").fetchall())
    shown = [line.split()[1] for line in said if line.startswith("shown")]
    cursor, nonce = next(iter(connection.execute("SELECT cursor, nonce FROM site")), (0, None))
    lost = []
    for line in said:
        word, *rest = line.split()
        if word == "typed":
            stands = {f"Typed {rest[0]} {n}" for n in range(int(rest[1]))} <= names
        elif word == "sent":
            stands = sha256(batches.get(bytes.fromhex(rest[0]), b"")).hexdigest() == rest[1]
        else:
            stands = word != "synced" or (cursor >= int(rest[0]) and len(names) >= int(rest[1]))
        lost += [] if stands else [line]
    held = bytes(nonce or b"").hex() or "none"
    if held in shown and held != shown[-1]:
        lost.append(f"the nonce: shows {held} again, had shown {shown[-1]}")
    return [f"lost: {line}" for line in lost]


def _half_done(connection: sqlite3.Connection) -> list[str]:
    """Acts of which a part is there; sums that are not those of the rows; rows that a clock knows alone."""
    names = [row[0] for row in connection.execute("SELECT given_names FROM person")]
    wrong = []
    for turn in range(ROUNDS + 1):
        typed = sum(name.startswith(f"Typed {turn} ") for name in names)
        if typed not in {0, TYPED if turn < ROUNDS else 400}:
            wrong.append(f"half an act: {turn}")
    if _sums(connection) != _added_up(connection):
        wrong.append("the sums are not those of the rows")
    alone = "SELECT count(*) FROM clock WHERE facet = 'person' AND row_id NOT IN (SELECT id FROM person)"
    if connection.execute(alone).fetchone()[0]:
        wrong.append("a clock without its row")
    if connection.execute("PRAGMA foreign_key_check").fetchone() is not None:
        wrong.append("a row without its parent")
    return wrong


def _sums(connection: sqlite3.Connection) -> dict[tuple[str, int], int]:
    kept = connection.execute("SELECT sensitivity, bucket, sum FROM digest").fetchall()
    return {(name, bucket): number for name, bucket, raw in kept if (number := int.from_bytes(raw))}


def _added_up(connection: sqlite3.Connection) -> dict[tuple[str, int], int]:
    catalogue = Catalogue.of(Base.metadata)
    found: dict[tuple[str, int], int] = {}
    versions = "SELECT facet, row_id, version FROM clock WHERE version IS NOT NULL"
    for facet, row, version in connection.execute(versions):
        here = str(catalogue.facet(facet).sensitivity), bucket_of(row)
        found[here] = (found.get(here, 0) + row_term(facet, row, version)) % ROUND
    return {here: number for here, number in found.items() if number}
