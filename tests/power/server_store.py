"""A serving process on SQLite, for the replay of a power loss: it is set up, then laptops talk with it.

``emis-server run`` works as a process of its own, over a real line. What counts as acknowledged is what a
laptop has the answer of: a code that was taken, a batch, bytes of an upload, a nonce, a place in the log, a
leased block, a snapshot; and what a command said that it did. A laptop that heard it relies on it, so a
server that forgot it after that would have lost work, or would take the laptop for a copy of itself.
"""

import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from types import MappingProxyType
from uuid import UUID, uuid4

from sqlalchemy import Connection, func, select

from emis_desktop.errors import EmisError
from sync.operations import Ack, Batch
from sync.protocol.acks import ack_of
from sync.protocol.leases import LeaseAnswer, LeaseAsk
from sync.protocol.messages import Manifest, decode, encode
from sync.protocol.signing import by_token
from sync.server import feed, join, leases, nonces, revoking, shape, sites
from sync.server.apply import known_answer
from sync.server.control import lease, site_generation, upload
from sync.server.ledger import Line
from sync.server.office import open_office, wall_ms
from sync.server.raw import Raw
from sync.server.replay import replay
from sync.server.settings import ServerHome, is_set_up
from sync.server.setup import Wish, set_up
from sync.server.upgrading import take_newer
from sync.server.verifying import verify
from tests.helpers import central
from tests.helpers.central import Laptop, Server, ack_in, beginning, people

BATCHES = 5
LARGE = 400
PIECES = 3


def _url(folder: Path) -> str:
    return f"sqlite:///{folder / 'server.db'}"


def run(folder: Path) -> None:
    """Set a server up; two laptops join and work; it is killed, starts again, and ends politely."""
    server = central.set_up(folder, _url(folder))
    _say("set up")
    with server.running() as running:
        one, other = _joined(server, running.port), _joined(server, running.port)
        user = uuid4()
        _hello(one, one.batch(*beginning(one, user), *people(4), user=user))
        _work(one, user)
        _lease(one)
        _snapshot(other)
        running.process.kill()
        running.process.wait()
    with server.running() as running:
        one.port = other.port = running.port
        _work(one, user)
        _large(one, user)
        server.command("revoke", str(other.site))
        _say(f"revoked {other.site}")
        _lease(one)
    server.command("verify-audit")


def _joined(server: Server, port: int) -> Laptop:
    laptop = Laptop(port)
    laptop.join(server.code())
    _say(f"joined {laptop.site}")
    _hello(laptop)
    return laptop


def _hello(laptop: Laptop, batch: Batch | None = None) -> None:
    welcome, page = laptop.hello(batch)
    if page is not None:
        laptop.cursor, laptop.tag = page.upto, page.commits[-1].tag if page.commits else b""
    if batch is not None:
        assert welcome.ack is not None
        _acknowledged(batch, ack_of(welcome.ack))
    _say(f"nonce {laptop.site} {welcome.generation} {welcome.nonce.hex()}")
    if welcome.head:
        _say(f"head {welcome.head} {welcome.head_tag.hex()} {welcome.history.hex()}")


def _work(laptop: Laptop, user: UUID) -> None:
    for _ in range(BATCHES):
        _hello(laptop, laptop.batch(*people(4), user=user))


def _large(laptop: Laptop, user: UUID) -> None:
    """A batch in pieces, each of which is told to be kept."""
    batch = laptop.batch(*people(LARGE), user=user)
    size = len(central.encode_batch(batch))
    for piece in range(PIECES):
        start, end = size * piece // PIECES, size * (piece + 1) // PIECES
        answer = laptop.put(batch, start, end)
        if end < size:
            assert answer.status == 308, answer
            _say(f"kept {batch.id.hex()} {end}")
    _acknowledged(batch, ack_in(answer))


def _acknowledged(batch: Batch, ack: Ack) -> None:
    assert not ack.not_applied, ack
    rows = ",".join(op.row.hex for op in batch.ops)
    _say(f"acknowledged {batch.id.hex()} {ack.first} {ack.tag.hex()} {rows}")


def _lease(laptop: Laptop) -> None:
    body = encode(LeaseAsk("student", 10))
    heads = {"Authorization": by_token(laptop.token)}
    answer = central.request(laptop.port, "POST", "/sync/v1/lease", body, heads)
    assert answer.status == 200, answer
    block = decode(LeaseAnswer, answer.body)
    _say(f"leased {block.first} {block.last}")


def _snapshot(laptop: Laptop) -> None:
    answer = laptop.get("/sync/v1/snap")
    assert answer.status == 200, answer
    manifest = decode(Manifest, answer.body)
    _say(f"snapshot {manifest.id.hex()} {len(manifest.parts)}")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


# -- What a crash left -----------------------------------------------------------------------------


def check(folder: Path, said: list[str]) -> list[str]:
    """What is lost, torn or half done of what was said, once the server has started again."""
    home = ServerHome(folder)
    if not is_set_up(home):
        return ["the server is gone"] if said else _begins(home)
    try:
        with closing(open_office(home, url=_url(folder))) as office:
            shape.prepare(office.store, wall_ms())
            replay(office)
            take_newer(office)
            wrong = [f"audit: {finding.told}" for finding in verify(office).findings]
            wrong += _unwritten(list(office.ledger.lines()), said)
            with office.store.read() as connection:
                return wrong + _spoilt(connection) + _lost(connection, said)
    except EmisError as fault:
        return [f"it does not start: {fault!r}"]


def _begins(home: ServerHome) -> list[str]:
    """Whether what is left of a server that was never set up can be set up."""
    try:
        set_up(home, Wish("Ministry", "GD", bytes(range(32)), 30), _url(home.root)).close()
    except EmisError as fault:
        return [f"it cannot be set up: {fault!r}"]
    return []


def _spoilt(connection: Connection) -> list[str]:
    """Pages that are torn, and batches of which a part is there."""
    raw = Raw(connection)
    wrong = [str(row[0]) for row in raw.rows("PRAGMA integrity_check") if row[0] != "ok"]
    head = feed.place(connection).head
    every = [row[0] for row in raw.rows("SELECT seq FROM change_log ORDER BY seq")]
    if every != list(range(1, head + 1)):
        wrong.append(f"the log has gaps below {head}")
    counts = raw.rows("SELECT count(*) FROM person")[0][0]
    if counts not in {0, *(4 * n for n in range(2 * BATCHES + 2)), 4 * (2 * BATCHES + 1) + LARGE}:
        wrong.append(f"half a batch: {counts} people")
    return wrong


def _lost(connection: Connection, said: list[str]) -> list[str]:
    newest = {" ".join(line.split()[:2]): line for line in said if line.startswith("nonce")}
    lost = []
    for line in said:
        word, *rest = line.split()
        if word == "nonce" and line not in newest.values():
            continue  # the laptop shows the one that it was handed last
        if word in _STANDS and not _STANDS[word](connection, *rest):
            lost.append(f"lost: {line[:80]}")
    return lost


def _unwritten(lines: list[Line], said: list[str]) -> list[str]:
    """Promises that the ledger, which outlives a restored database, does not have."""
    told = {(line.kind, str(line.told.get("first", line.told.get("site")))) for line in lines}
    missing = []
    for line in said:
        word, *rest = line.split()
        if word in _LEDGER and (_LEDGER[word], rest[0]) not in told:
            missing.append(line)
    heads, batches = (
        sum(line.kind == "audit" for line in lines),
        sum(line.startswith("acknowledged") for line in said),
    )
    missing += [f"{batches} batches, {heads} heads of the audit"] if heads < batches else []
    return [f"not in the ledger: {line}" for line in missing]


def _site_stands(connection: Connection, site: str) -> bool:
    return sites.find(connection, UUID(site)) is not None


def _revocation_stands(connection: Connection, site: str) -> bool:
    found = sites.find(connection, UUID(site))
    return found is not None and not found.is_active


def _batch_stands(connection: Connection, batch: str, first: str, tag: str, rows: str) -> bool:
    """Its rows are there, and a repeat gets the same answer."""
    raw = Raw(connection)
    answer = known_answer(raw, bytes.fromhex(batch))
    if answer is None or (answer.first, answer.tag.hex()) != (int(first), tag):
        return False
    there = {row[0].hex() for row in raw.rows("SELECT row_id FROM row_clock")}
    return set(rows.split(",")) <= there


def _bytes_stand(connection: Connection, batch: str, size: str) -> bool:
    name = bytes.fromhex(batch)
    kept = connection.execute(select(upload.c.received).where(upload.c.id == name)).scalar()
    return int(kept or 0) >= int(size) or known_answer(Raw(connection), name) is not None


def _nonce_stands(connection: Connection, site: str, generation: str, nonce: str) -> bool:
    """Whether the laptop would not be taken for a copy of itself."""
    here = (site_generation.c.site_id == UUID(site)) & (site_generation.c.generation == int(generation))
    chain = connection.execute(select(site_generation.c.nonces).where(here)).scalar()
    fresh = bytes(nonces.BYTES)
    return chain is not None and nonces.shown(nonces.read(chain), bytes.fromhex(nonce), fresh) is not None


def _head_stands(connection: Connection, head: str, tag: str, history: str) -> bool:
    """Whether a laptop that has come so far would not call the server restored."""
    log = feed.place(connection)
    knows = int(head) <= log.head and feed.knows(connection, int(head), bytes.fromhex(tag))
    return knows and log.history.hex() == history


def _lease_stands(connection: Connection, first: str, last: str) -> bool:
    mine = (lease.c.first == int(first)) & (lease.c.last == int(last))
    return connection.execute(select(func.count()).select_from(lease).where(mine)).scalar() == 1


def _snapshot_stands(connection: Connection, name: str, parts: str) -> bool:
    count = "SELECT count(*) FROM snapshot_part JOIN snapshot USING (id) WHERE id = ? AND complete = 1"
    return bool(Raw(connection).rows(count, (bytes.fromhex(name),))[0][0] == int(parts))


_LEDGER = MappingProxyType(
    {"joined": join.LEDGER_KIND, "revoked": revoking.LEDGER_KIND, "leased": leases.LEDGER_KIND}
)
"""What is written into the ledger too, about a site or of a first number."""
_STANDS: MappingProxyType[str, Callable[..., bool]] = MappingProxyType(
    {
        "joined": _site_stands,
        "revoked": _revocation_stands,
        "acknowledged": _batch_stands,
        "kept": _bytes_stand,
        "nonce": _nonce_stands,
        "head": _head_stands,
        "leased": _lease_stands,
        "snapshot": _snapshot_stands,
    }
)
"""How each promise is kept."""
