"""Files on a stick: opened by the one they are for, and by nobody after a single changed byte."""

import os
from uuid import UUID

import pytest

from emis_desktop.errors import BadFile
from emis_desktop.keyring.crypto import new_pair, unseal_with
from emis_desktop.keyring.signing import sign, verifier_of
from emis_desktop.rules.clock import Clock, Tick
from sync import stick
from sync.bundle import (
    DOWN,
    FULL,
    UP,
    Ends,
    Head,
    _Piece,
    _written,
    key_text,
    open_answer,
    open_sent,
    write_answer,
    write_sent,
)
from sync.engine.store import Waiting
from sync.operations import Ack, Commit, Entry, EntryKind, Page
from sync.protocol.messages import Hello, encode
from sync.protocol.packing import pack
from sync.protocol.pages import encode_page

SITE, OTHER, SERVER = UUID(int=1), UUID(int=2), UUID(int=3)
LAPTOP_KEY, SERVER_KEY = bytearray(b"l" * 32), bytearray(b"s" * 32)
LAPTOP_BOX, SERVER_BOX = new_pair(), new_pair()
HELLO = Hello(1, 2, 1, b"n" * 8, b"h" * 8, 5, b"t" * 8, bytes(16), b"x" * 8, 1000)
TICK = Tick(Clock(1 << 20, 3), 1 << 20)
ENTRY = Entry(6, "person", UUID(int=9), EntryKind.SET, {"phone": "5"}, TICK, {}, UUID(int=8), "edit")
PAGE = Page(5, 6, 6, (ENTRY,), (Commit(6, 1, b"c" * 8),))
ACK = Ack(b"b" * 16, 5, b"c" * 8, {})


def sent(site: UUID = SITE, server: UUID = SERVER) -> bytes:
    ends = Ends(site, server, lambda text: sign(LAPTOP_KEY, text), SERVER_BOX[1])
    return write_sent(ends, HELLO, [b"one batch", b"another"], 1234)


def answer(site: UUID = SITE, server: UUID = SERVER) -> bytes:
    ends = Ends(site, server, lambda text: sign(SERVER_KEY, text), LAPTOP_BOX[1])
    return write_answer(ends, b"h" * 8, [ACK], [encode_page(PAGE)], 1234)


def at_server(content: bytes, *, known: UUID = SITE) -> object:
    return open_sent(
        content,
        "up.emis",
        SERVER,
        lambda site: verifier_of(LAPTOP_KEY) if site == known else None,
        lambda box, context: unseal_with(SERVER_BOX[0], box, context),
    )


def at_laptop(content: bytes) -> object:
    return open_answer(
        content,
        "down.emis",
        SITE,
        SERVER,
        verifier_of(SERVER_KEY),
        lambda box, context: unseal_with(LAPTOP_BOX[0], box, context),
    )


def test_both_ways() -> None:
    came = open_sent(
        sent(),
        "up.emis",
        SERVER,
        lambda _site: verifier_of(LAPTOP_KEY),
        lambda box, context: unseal_with(SERVER_BOX[0], box, context),
    )
    assert (came.head.site, came.hello, came.batches) == (SITE, HELLO, (b"one batch", b"another"))
    back = open_answer(
        answer(),
        "down.emis",
        SITE,
        SERVER,
        verifier_of(SERVER_KEY),
        lambda box, context: unseal_with(LAPTOP_BOX[0], box, context),
    )
    assert (back.history, back.acks, back.pages) == (b"h" * 8, (ACK,), (PAGE,))
    assert came.head.made_ms == 1234
    assert b"one batch" not in sent()


def test_a_file_holds_more_than_one_piece_may(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sync.protocol.packing.MAX_PLAIN", 1 << 16)
    monkeypatch.setattr("sync.bundle._LIST", 1 << 14)
    ends = Ends(SITE, SERVER, lambda text: sign(LAPTOP_KEY, text), SERVER_BOX[1])
    bodies = [os.urandom(number << 10) for number in range(20)]
    came = open_sent(
        write_sent(ends, HELLO, bodies, 1),
        "up.emis",
        SERVER,
        lambda _site: verifier_of(LAPTOP_KEY),
        lambda box, context: unseal_with(SERVER_BOX[0], box, context),
    )
    assert came.batches == tuple(bodies)


def test_what_one_file_does_not_take_waits_for_the_next() -> None:
    waiting = [Waiting(bytes([number]), FULL // 3, 1, b"") for number in range(5)]
    assert stick.fitting(waiting) == waiting[:3]
    assert stick.fitting([Waiting(b"1", 2 * FULL, 1, b""), *waiting]) == [Waiting(b"1", 2 * FULL, 1, b"")]
    assert stick.fitting([]) == []


def test_an_answer_without_the_name_of_its_log_is_none() -> None:
    ends = Ends(SITE, SERVER, lambda text: sign(SERVER_KEY, text), LAPTOP_BOX[1])
    with pytest.raises(BadFile):
        at_laptop(write_answer(ends, b"", [ACK], [], 1))


def test_nobody_else_takes_it_in() -> None:
    for content in (sent(server=OTHER), sent(site=OTHER), answer(), b"", b"EMIS-BUNDLE-1\n", b"x" * 500):
        with pytest.raises(BadFile):
            at_server(content)
    for content in (answer(site=OTHER), answer(server=OTHER), sent(), b"", b"EMIS-BUNDLE-1\n\x01"):
        with pytest.raises(BadFile):
            at_laptop(content)


@pytest.mark.parametrize("make", [sent, answer])
def test_a_changed_or_missing_byte_anywhere(make: object) -> None:
    content = sent() if make is sent else answer()
    opened = at_server if make is sent else at_laptop
    opened(content)
    for place in range(len(content)):
        changed = bytearray(content)
        changed[place] ^= 1 << place % 8
        with pytest.raises(BadFile):
            opened(bytes(changed))
    for size in range(0, len(content), 7):
        with pytest.raises(BadFile):
            opened(content[:size])
    with pytest.raises(BadFile):
        opened(content + b"\0")


def sealed_by_us(way: str, *pieces: _Piece) -> bytes:
    """A file that is signed and sealed as it should be, with these pieces in it."""
    if way == UP:
        ends = Ends(SITE, SERVER, lambda text: sign(LAPTOP_KEY, text), SERVER_BOX[1])
    else:
        ends = Ends(SITE, SERVER, lambda text: sign(SERVER_KEY, text), LAPTOP_BOX[1])
    return _written(ends, Head(way, SITE, SERVER, 1234), list(pieces))


@pytest.mark.parametrize("hellos", [0, 2])
def test_a_laptops_file_has_one_greeting(hellos: int) -> None:
    with pytest.raises(BadFile, match="damaged"):
        at_server(sealed_by_us(UP, *[_Piece("hello", encode(HELLO))] * hellos, _Piece("batch", b"one")))


def test_what_is_sealed_and_cannot_be_read_is_told() -> None:
    with pytest.raises(BadFile, match="damaged"):
        at_server(sealed_by_us(UP, _Piece("hello", pack(b"no greeting"))))
    for kind in ("ack", "page"):
        with pytest.raises(BadFile, match="damaged"):
            at_laptop(sealed_by_us(DOWN, _Piece("history", b"h" * 8), _Piece(kind, pack(b"no such thing"))))


def test_a_file_sealed_to_somebody_else_is_told() -> None:
    ends = Ends(SITE, SERVER, lambda text: sign(LAPTOP_KEY, text), LAPTOP_BOX[1])
    with pytest.raises(BadFile, match="damaged"):
        at_server(write_sent(ends, HELLO, [b"one batch"], 1234))


def test_an_answer_of_another_server_is_told() -> None:
    with pytest.raises(BadFile, match="server"):
        at_laptop(answer(server=OTHER))


def test_a_signature_of_another_key() -> None:
    ends = Ends(SITE, SERVER, lambda text: sign(bytearray(b"z" * 32), text), SERVER_BOX[1])
    with pytest.raises(BadFile):
        at_server(write_sent(ends, HELLO, [], 1))


def test_the_key_of_the_servers_files_is_signed_as_such() -> None:
    assert key_text(b"k" * 32) == b"emis bundle key 1|" + b"k" * 32
