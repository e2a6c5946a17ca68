"""A store and a server in memory that speak the real messages, and a line that breaks where a test says."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from emis_desktop.rules.clock import Clock, Tick
from sync.engine.line import CUT, Line, LineFault, NoLine, Request, Response, Tally
from sync.engine.store import Breathe, Fetching, Kept, Place, Told, Waiting
from sync.operations import Ack, Act, Batch, Commit, Entry, EntryKind, Op, Page
from sync.protocol.acks import ack_wire
from sync.protocol.batches import decode_batch, encode_batch
from sync.protocol.messages import (
    ClassSums,
    Digest,
    Flag,
    Hello,
    Manifest,
    PartName,
    RowsAsked,
    RowsFound,
    Upload,
    Versions,
    Want,
    Welcome,
    decode,
    encode,
)
from sync.protocol.packing import join, split
from sync.protocol.pages import encode_page
from sync.protocol.signing import Signed, bytes64, read, text64

SITE, SERVER, USER = UUID(int=7), UUID(int=9), UUID(int=1)
HISTORY, TAG = b"history1", b"tagtagta"
FACET = "person"
HEAD = 100
"""Bytes that every head is said to have."""


def row(number: int) -> UUID:
    """The id of row ``number``."""
    return UUID(int=0x0190_0000_0000_7000_8000_0000_0000_0000 + number)


class Device:
    """Signs with zeros."""

    def sign(self, text: bytes) -> bytes:
        assert text.startswith(b"emis request 1\n")
        return bytes(64)


@dataclass
class FakeStore:
    """Rows by id, batches that wait, and a count of how often each entry and ack was applied."""

    rows: dict[UUID, str] = field(default_factory=dict)
    batches: dict[bytes, tuple[bytes, int]] = field(default_factory=dict)
    cursor: int = 0
    nonce: bytes = b""
    history: bytes = b""
    generation: int = 1
    applied: list[int] = field(default_factory=list)
    acked: list[bytes] = field(default_factory=list)
    kept_: dict[str, Kept] = field(default_factory=dict)
    fetching_: Fetching | None = None
    typed: list[str] = field(default_factory=list)
    own: set[int] = field(default_factory=set)
    offsets: list[int] = field(default_factory=list)
    settled_count: int = 0
    gave_way: list[tuple[bytes, int]] = field(default_factory=list)
    came: bytes | None = None

    def type(self, text: str) -> None:
        """Somebody types a row."""
        self.typed.append(text)

    def place(self) -> Place:
        return Place(
            SITE, SERVER, self.generation, self.nonce, self.history, self.cursor, b"", self.root(), b"", 2
        )

    def root(self) -> bytes:
        lines = "\n".join(f"{name} {text}" for name, text in sorted(self.rows.items()))
        return hashlib.sha256(lines.encode()).digest()[:16]

    def freeze(self) -> None:
        if not self.typed:
            return
        name = hashlib.sha256("".join(self.typed).encode()).digest()[:16]
        base = 1000 * (len(self.acked) + len(self.batches) + 1)
        ops = []
        for place, text in enumerate(self.typed):
            self.rows[row(base + place)] = text
            ops.append(Op(0, FACET, row(base + place), True, {"first_name": text}))
        batch = Batch(name, 5, 2, self.cursor, bytes(8), (Act(0, USER, "add", 1 << 20),), tuple(ops))
        self.batches[name] = (encode_batch(batch), len(ops))
        self.typed.clear()

    def waiting(self) -> Sequence[Waiting]:
        return [
            Waiting(name, len(body), ops, hashlib.sha256(body).digest())
            for name, (body, ops) in self.batches.items()
        ]

    def body(self, batch: bytes) -> bytes:
        return self.batches[batch][0]

    def welcomed(self, welcome: Welcome, shown: Place, offset_ms: int) -> None:
        self.nonce = welcome.nonce
        self.offsets.append(offset_ms)
        if welcome.generation != shown.generation:
            self.generation, self.cursor = welcome.generation, 0
        if shown.history not in {b"", welcome.history}:
            self.cursor = 0
        self.history = welcome.history

    def acknowledge(self, ack: Ack) -> Told:
        if ack.batch in self.batches:
            _, ops = self.batches.pop(ack.batch)
            self.acked.append(ack.batch)
            self.own |= set(range(ack.first, ack.first + ops))
        return Told()

    def apply(self, page: Page, breathe: Breathe) -> Told:
        breathe()
        self._put(page)
        self.cursor = max(self.cursor, page.upto)
        return Told(entries=len(page.entries))

    def _put(self, page: Page) -> None:
        for entry in page.entries:
            self.rows[entry.row] = str(entry.values["first_name"])
            self.applied.append(entry.seq)

    def kept(self, name: str) -> Kept | None:
        return self.kept_.get(name)

    def keep(self, name: str, tag: str, body: bytes) -> None:
        self.kept_ = {name: Kept(tag, body)}

    def drop(self, name: str) -> None:
        self.kept_.pop(name, None)

    def fetching(self) -> Fetching | None:
        return self.fetching_

    def begin_snapshot(self, manifest: Manifest) -> None:
        self.fetching_ = Fetching(manifest, 0)

    def apply_part(self, number: int, page: Page, breathe: Breathe) -> Told:
        breathe()
        assert self.fetching_ is not None
        self._put(page)
        self.fetching_ = Fetching(self.fetching_.manifest, number + 1)
        return Told(entries=len(page.entries))

    def end_snapshot(self) -> None:
        assert self.fetching_ is not None
        self.cursor, self.fetching_ = self.fetching_.manifest.upto, None

    def sums(self) -> Mapping[str, bytes]:
        return {"basic": self.root() + bytes(16 * 255)}

    def held(self, buckets: Sequence[tuple[str, int]]) -> tuple[Versions, ...]:
        names = b"".join(name.bytes for name in self.rows)
        return (Versions(FACET, names, bytes(len(names) // 2)),) if buckets else ()

    def repair(self, found: RowsFound, page: Page | None, breathe: Breathe) -> Told:
        breathe()
        if page is not None:
            self._put(page)
        return Told()

    def parked(self) -> int:
        return 0

    def moves(self) -> bytes | None:
        return self.came

    def replaced(self, told: int) -> tuple[bytes, int] | None:
        self.gave_way = [one for one in self.gave_way if one[1] > told]
        return self.gave_way[0] if self.gave_way else None

    def settled(self) -> None:
        self.settled_count += 1

    def offer(self, rows: Sequence[tuple[str, UUID]]) -> bytes | None:
        return encode_page(Page(0, 0, 0, (), ())) if rows else None


class FakeServer:
    """A log, uploads that keep what came, and nonces; ``page_size`` entries in a page."""

    def __init__(self, page_size: int = 20) -> None:
        self.log: list[tuple[UUID, str, bool]] = []
        self.results: dict[bytes, Ack] = {}
        self.parts: dict[str, bytes] = {}
        self.page_size = page_size
        self.shown, self.handed = b"", [b""]
        self.history = HISTORY
        self.generation = 1
        self.snapshot: list[bytes] = []
        self.taken_at = 0
        self.asked: list[str] = []
        self.offers = 0
        self.told: list[bytes] = []
        self.stale = 0
        self.check_roots = False
        self._count = 0

    def write(self, text: str) -> None:
        """Somebody elsewhere wrote a row."""
        self.log.append((row(len(self.log)), text, False))

    def rows(self) -> dict[UUID, str]:
        return {name: text for name, text, _ in self.log}

    def root(self) -> bytes:
        return FakeStore(rows=self.rows()).root()

    def handle(self, request: Request, body: bytes, *, whole: bool) -> Response:
        """Answer; of a body that did not arrive whole only an upload keeps anything."""
        path = request.target.split("?")[0].removeprefix("/sync/v1/")
        heads = dict(request.heads)
        if path.startswith("up/"):
            return self._up(path[3:], heads, body)
        if not whole:
            return Response(500, {})
        self.asked.append(path)
        who = read(heads["Authorization"])
        assert isinstance(who, Signed) or who == "token"
        if path.startswith("snap/"):
            return _ranged(self.snapshot[int(path.rsplit("/", 1)[1])], heads)
        routes = {
            "hello": lambda: self._hello(body),
            "down": lambda: self._down(request.target, heads),
            "snap": self._snap,
            "digest": self._digest,
            "rows": lambda: self._rows(body),
            "offers": lambda: self._offers(body),
        }
        return routes[path]()

    def _digest(self) -> Response:
        return Response(
            200, {}, encode(Digest(len(self.log), (ClassSums("basic", self.root() + bytes(4080)),)))
        )

    def _offers(self, body: bytes) -> Response:
        self.offers += 1
        self.told.append(body)
        return Response(204, {})

    def _hello(self, body: bytes) -> Response:
        frames = split(body)
        hello = decode(Hello, frames[0])
        self._count += 1
        fresh = self._count.to_bytes(8)
        if hello.nonce in self.handed:
            self.shown, self.handed = hello.nonce, [fresh]
        elif hello.nonce == self.shown:
            self.handed = [*self.handed[-3:], fresh]
        else:
            self.stale += 1
            self.generation += 1
            self.shown, self.handed = b"?", [fresh]
            flags = int(Flag.NEW_GENERATION)
            return Response(
                200, {}, join(encode(Welcome(9, self.history, fresh, self.generation, 0, TAG, flags)))
            )
        if hello.history not in {bytes(0), self.history}:
            flags = int(Flag.RESEND)
            again = Welcome(9, self.history, fresh, hello.generation, 0, TAG, flags, token="token")
            return Response(200, {}, join(encode(again)))
        ack = ack_wire(self._apply(frames[1])) if len(frames) > 1 else None
        page = self._page(hello.cursor, len(self.log))
        flags = Flag(0)
        if hello.cursor == 0 and self.snapshot:
            flags |= Flag.SNAPSHOT
            page = None
        elif page is not None and page.upto < len(self.log):
            flags |= Flag.MORE
        elif page is None and self.check_roots and ack is None and hello.root != self.root():
            flags |= Flag.REPAIR
        token = "token" if flags or hello.wants & Want.TOKEN else ""
        welcome = Welcome(
            9, self.history, fresh, hello.generation, len(self.log), TAG, int(flags), ack=ack, token=token
        )
        return Response(200, {}, join(encode(welcome), *([encode_page(page)] if page else [])))

    def _apply(self, body: bytes) -> Ack:
        batch = decode_batch(body)
        if batch.id not in self.results:
            first = len(self.log) + 1
            self.log += [(op.row, str(op.values["first_name"]), True) for op in batch.ops]
            self.results[batch.id] = Ack(batch.id, first, TAG, {})
        return self.results[batch.id]

    def _up(self, name: str, heads: dict[str, str], body: bytes) -> Response:
        span = heads["Content-Range"]
        found = re.fullmatch(r"bytes (?:(\d+)-(\d+)|\*)/(\d+)", span)
        assert found is not None
        raw, total = bytes64(name), int(found[3])
        assert raw is not None
        if raw in self.results:
            return Response(200, {}, encode(Upload(total, ack_wire(self.results[raw]))))
        kept = self.parts.get(name, b"")
        if found[1] is not None and int(found[1]) <= len(kept):
            kept = kept[: int(found[1])] + body
            self.parts[name] = kept
        self.asked.append("up")
        if len(kept) < total:
            return Response(308, {"range": f"bytes=0-{len(kept) - 1}"} if kept else {})
        assert hashlib.sha256(kept).hexdigest() == heads["X-Sha256"]
        return Response(200, {}, encode(Upload(total, ack_wire(self._apply(kept)))))

    def _page(self, after: int, upto: int) -> Page | None:
        upto = min(upto, after + self.page_size)
        if upto <= after:
            return None
        tick = Tick(Clock(1 << 20, 3), 1 << 20)
        entries = tuple(
            Entry(seq, FACET, name, EntryKind.PUT, {"first_name": text}, tick, {}, USER, "add")
            for seq, (name, text, own) in enumerate(self.log[after:upto], after + 1)
            if not own
        )
        return Page(after, upto, len(self.log), entries, (Commit(after + 1, upto - after, TAG),))

    def _down(self, target: str, heads: dict[str, str]) -> Response:
        after = int(target.split("after=")[1].split("&", maxsplit=1)[0])
        upto = int(target.split("upto=")[1]) if "upto=" in target else len(self.log)
        page = self._page(after, upto) or Page(after, after, len(self.log), (), ())
        return _ranged(encode_page(page), heads)

    def _snap(self) -> Response:
        parts = tuple(PartName(len(one), hashlib.sha256(one).digest(), 1) for one in self.snapshot)
        return Response(200, {}, encode(Manifest(b"s" * 16, self.history, self.taken_at, TAG, parts)))

    def take_snapshot(self, parts: int) -> None:
        """Make a snapshot of so many parts."""
        tick = Tick(Clock(1 << 20, 3), 1 << 20)
        entries = [
            Entry(seq, FACET, name, EntryKind.PUT, {"first_name": text}, tick, {}, USER, "add")
            for seq, (name, text, _) in enumerate(self.log, 1)
        ]
        head = self.taken_at = len(self.log)
        self.snapshot = [
            encode_page(Page(0, head, head, tuple(entries[place::parts]), (Commit(1, head, TAG),)))
            for place in range(parts)
        ]

    def _rows(self, body: bytes) -> Response:
        asked = decode(RowsAsked, split(body)[0])
        held = {UUID(bytes=asked.held[0].rows[at : at + 16]) for at in range(0, len(asked.held[0].rows), 16)}
        unknown = tuple((FACET, name) for name in held - set(self.rows()))
        page = self._page(0, len(self.log))
        assert page is not None
        return Response(200, {}, join(encode(RowsFound(len(self.log), unknown=unknown)), encode_page(page)))


def _ranged(body: bytes, heads: dict[str, str]) -> Response:
    tag = f'"{text64(hashlib.sha256(body).digest())}"'
    start = int(heads["Range"].removeprefix("bytes=").rstrip("-")) if heads.get("If-Range") == tag else 0
    if start >= len(body):
        return Response(416, {"etag": tag})
    return Response(206 if start else 200, {"etag": tag}, body[start:])


class FakeLine(Line):
    """Brings requests to the server, counts, and breaks after each of ``cuts`` bytes."""

    def __init__(self, server: FakeServer, cuts: Sequence[int] = ()) -> None:
        self.tally = Tally()
        self.server = server
        self.cuts = list(cuts)
        self.total = 0

    def send(self, request: Request) -> Response:
        self.tally.requests += 1
        room = self._room(HEAD + len(request.body))
        arrived = request.body[: max(0, room - HEAD)]
        whole = room == HEAD + len(request.body)
        self.tally.up += room
        if not whole:
            if room > HEAD:
                self.server.handle(request, arrived, whole=False)
            raise NoLine(CUT)
        response = self.server.handle(request, arrived, whole=True)
        if response.status >= 500:
            raise LineFault("no")
        return self._back(request, response)

    def _back(self, request: Request, response: Response) -> Response:
        size = HEAD + len(response.body)
        room = self._room(size)
        self.tally.down += room
        sink = request.sink if response.status in {200, 206} else None
        if room >= HEAD and sink is not None:
            sink.begin(response.status, response.heads)
            sink.write(response.body[: room - HEAD])
        if room < size:
            raise NoLine(CUT)
        return Response(response.status, response.heads, b"" if sink else response.body)

    def _room(self, size: int) -> int:
        """How many of ``size`` bytes pass before the next cut."""
        if self.cuts and self.total + size > self.cuts[0]:
            room = max(0, self.cuts.pop(0) - self.total)
            self.total += room
            return room
        self.total += size
        return size
