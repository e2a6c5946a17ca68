"""Write the worked exchange of ``docs/protocol.md``: ``python -m tools.protocol_example``.

One edited telephone number goes from a laptop to the server, and one edited on another laptop comes back, in
one request. Ids, keys and clocks are chosen so that they are easily recognised. The section between the two
marks of the page is replaced; a test reads the page and holds it against the program.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from emis_desktop.rules.clock import Clock, Tick, actor_number, pack
from sync.operations import Ack, Act, Batch, Commit, Entry, EntryKind, Op, Page
from sync.protocol.acks import ack_wire
from sync.protocol.batches import batch_json, encode_batch
from sync.protocol.messages import Hello, Want, Welcome, encode
from sync.protocol.packing import join
from sync.protocol.pages import encode_page, page_json
from sync.protocol.signing import by_device, request_text

DOCUMENT: Final = Path(__file__).parent.parent / "docs" / "protocol.md"
BEGIN: Final = "<!-- worked exchange -->"
END: Final = "<!-- end of the worked exchange -->"
HOST: Final = "sync.ministry.example"
SITE: Final = UUID("01a05c00-0000-7000-8000-000000000001")
OTHER_SITE: Final = UUID("01a05c00-0000-7000-8000-000000000002")
USER: Final = UUID("01a05c00-0000-7000-8000-0000000000aa")
ROW: Final = UUID("01a05c00-0000-7000-8000-0000000000bb")
OTHER_ROW: Final = UUID("01a05c00-0000-7000-8000-0000000000cc")
SERVER: Final = UUID("5e000000-0000-4000-8000-000000000005")
KEY: Final = bytes(range(32))
NOW: Final = 1_795_000_000_000
HISTORY: Final = b"history1"
_TARGET: Final = "/sync/v1/hello"


@dataclass(frozen=True, slots=True)
class Exchange:
    """What is said, before it becomes bytes."""

    batch: Batch
    hello: Hello
    welcome: Welcome
    page: Page

    def asked(self) -> bytes:
        """The body of the request."""
        return join(encode(self.hello), encode_batch(self.batch))

    def answered(self) -> bytes:
        """The body of the answer."""
        return join(encode(self.welcome), encode_page(self.page))


def exchange() -> Exchange:
    """The exchange of the page."""
    ours, theirs = actor_number(SITE, 1), actor_number(OTHER_SITE, 1)
    batch = Batch(
        id=b"batch no. 000001",
        actor=ours,
        schema=2,
        cursor=4_710,
        history=HISTORY,
        acts=(Act(0, USER, "change_phone", pack(NOW)),),
        ops=(
            Op(0, "person_contact", ROW, False, {"value": "000 0101"}, {"value": Clock(pack(NOW - 9), ours)}),
        ),
    )
    nonces = (b"nonce no. 000001", b"nonce no. 000002")
    hello = Hello(
        1, 2, 1, nonces[0], HISTORY, 4_710, b"tag 4710", b"root of 16 bytes", b"node+cls", NOW + 50,
        Want.PAGE, 812, b"head of the chain of the acts 32",
    )  # fmt: skip
    ack = ack_wire(Ack(batch.id, 4_712, b"tag 4712", {}))
    welcome = Welcome(NOW + 61, HISTORY, nonces[1], 1, 4_712, b"tag 4712", 0, 2, ack)
    tick = Tick(Clock(pack(NOW - 60_000), theirs), pack(NOW - 60_000))
    entry = Entry(
        4_711,
        "person_contact",
        OTHER_ROW,
        EntryKind.SET,
        {"value": "000 0202"},
        tick,
        {},
        USER,
        "change_phone",
    )
    commits = (Commit(4_711, 1, b"tag 4711"), Commit(4_712, 1, b"tag 4712"))
    return Exchange(batch, hello, welcome, Page(4_710, 4_712, 4_712, (entry,), commits))


def request_head(body: bytes) -> bytes:
    """The head of the request: nothing in it that the server does not need."""
    text = request_text("POST", _TARGET, body, SERVER)
    signed = by_device(SITE, Ed25519PrivateKey.from_private_bytes(KEY).sign(text))
    lines = (
        f"POST {_TARGET} HTTP/1.1",
        f"Host: {HOST}",
        f"Content-Length: {len(body)}",
        f"Authorization: {signed}",
    )
    return "".join(f"{line}\r\n" for line in (*lines, "")).encode()


def answer_head(body: bytes) -> bytes:
    """The head of the answer."""
    return f"HTTP/1.1 200 OK\r\ncontent-length: {len(body)}\r\n\r\n".encode()


def section() -> str:
    """The section of the page, in Markdown."""
    said = exchange()
    asked, answered = said.asked(), said.answered()
    out, back = request_head(asked), answer_head(answered)
    whole = len(out) + len(asked) + len(back) + len(answered)
    public = Ed25519PrivateKey.from_private_bytes(KEY).public_key().public_bytes_raw()
    parts = [
        "The laptop's hello, as JSON before it is packed:",
        _block("json", _wrapped(msgspec.json.encode(said.hello).decode())),
        "and the batch that it brings along:",
        _block("json", _wrapped(batch_json(said.batch).decode())),
        f"Both packed and framed, the body of the request ({len(asked)} bytes):",
        _block("hex", _wrapped(asked.hex())),
        f"The device's key has the seed `{KEY.hex()}` and the public half `{public.hex()}`; the id of the"
        f" server is `{SERVER}`. The head ({len(out)} bytes):",
        _block("http", out.decode().replace("\r\n", "\n").rstrip()),
        f"The answer ({len(back)} bytes of head and {len(answered)} of body) is a welcome:",
        _block("json", _wrapped(msgspec.json.encode(said.welcome).decode())),
        "and a page with what another laptop wrote meanwhile:",
        _block("json", _wrapped(page_json(said.page).decode())),
        "packed and framed:",
        _block("hex", _wrapped(answered.hex())),
        f"All in all {whole} bytes, and both ends are up to date.",
    ]
    return "\n\n".join(parts)


def _wrapped(text: str) -> str:
    return "\n".join(textwrap.wrap(text, 118, break_on_hyphens=False, drop_whitespace=False))


def _block(kind: str, text: str) -> str:
    return f"```{kind}\n{text}\n```"


def replaced(page: str) -> str:
    """``page`` with the section as the program now writes it."""
    before, rest = page.split(BEGIN)
    _old, after = rest.split(END)
    return f"{before}{BEGIN}\n\n{section()}\n\n{END}{after}"


if __name__ == "__main__":
    DOCUMENT.write_text(replaced(DOCUMENT.read_text("utf-8")), "utf-8")
