"""A real server process: joining, hello, uploads and pages over a real line, on both databases."""

from collections import Counter
from collections.abc import Iterator
from copy import copy
from pathlib import Path
from uuid import uuid4

import pytest

from sync.operations import Page
from sync.protocol.acks import ack_of
from sync.protocol.messages import Flag, Manifest, Welcome, decode
from sync.protocol.pages import decode_page
from sync.protocol.signing import text64
from tests.helpers.central import Laptop, Running, Server, ack_in, beginning, people, set_up


@pytest.fixture
def server(tmp_path: Path, database_url: str) -> Server:
    """A server that was set up."""
    return set_up(tmp_path / "server", database_url)


@pytest.fixture
def running(server: Server) -> Iterator[Running]:
    """It serves."""
    with server.running() as running:
        yield running


def told(answer: tuple[Welcome, Page | None]) -> Counter[str]:
    """How many entries of which facets came with a welcome."""
    _, page = answer
    return Counter(one.facet for one in page.entries) if page is not None else Counter()


def test_a_laptop_joins_and_says_hello(server: Server, running: Running) -> None:
    laptop = Laptop(running.port)
    joined = laptop.join(server.code())
    assert (joined.node_kind, joined.role, joined.profile) == ("school", "principal", "GD")
    assert joined.institution is not None
    welcome, page = laptop.hello()
    assert (welcome.generation, welcome.head, page) == (1, 0, None)
    again, _ = laptop.hello()
    assert again.nonce != welcome.nonce


def test_what_one_laptop_writes_the_other_gets(server: Server, running: Running) -> None:
    one, other = Laptop(running.port), Laptop(running.port)
    one.join(server.code())
    other.join(server.code())
    one.hello()
    user = uuid4()
    small = one.batch(*beginning(one, user), *people(3), user=user)
    welcome, _ = one.hello(small)
    assert welcome.ack is not None
    assert ack_of(welcome.ack).not_applied == {}
    welcome, page = other.hello()
    assert page is not None
    assert Counter(one.facet for one in page.entries) == {"institution": 1, "user": 1, "person": 3}
    large = one.batch(*people(400), user=user)
    ack = ack_in(one.put(large))
    assert ack.not_applied == {}
    assert ack == ack_in(one.put(large))  # a repeat gets the stored answer
    down = other.get(f"/sync/v1/down?after={page.upto}")
    assert down.status == 200
    assert len(decode_page(down.body).entries) == 400
    own, _ = one.hello()
    assert not own.flags & Flag.REPAIR


def test_a_server_that_went_back_takes_no_batch_before_the_earlier_ones(
    server: Server, running: Running
) -> None:
    laptop = Laptop(running.port)
    laptop.join(server.code())
    laptop.hello()
    user = uuid4()
    earlier, later = (
        laptop.batch(*beginning(laptop, user), *people(1), user=user),
        laptop.batch(*people(1), user=user),
    )
    welcome, _ = laptop.hello(later, cursor=999)
    assert welcome.ack is None
    assert welcome.flags & Flag.RESEND
    for batch in (earlier, later):
        welcome, _ = laptop.hello(batch)
        assert welcome.ack is not None
        assert ack_of(welcome.ack).not_applied == {}


def test_a_laptop_put_back_by_one_exchange_is_told_what_it_sent_in_that(
    server: Server, running: Running
) -> None:
    """It shows the nonce that it showed last, like one that missed the answer: nothing tells them apart."""
    laptop = Laptop(running.port)
    laptop.join(server.code())
    laptop.hello()
    before = copy(laptop)
    user = uuid4()
    sent = laptop.batch(*beginning(laptop, user), *people(2), user=user)
    assert told(laptop.hello(sent)) == {}, "who wrote it is not told"
    missed_the_answer = copy(before)
    assert told(missed_the_answer.hello(sent)) == {}, "it sends the batch again, so it has it"
    assert told(before.hello()) == {"institution": 1, "user": 1, "person": 2}
    assert before.generation == 1


def test_what_a_copy_wrote_before_it_was_known_for_one_is_told_to_the_other(
    server: Server, running: Running
) -> None:
    one = Laptop(running.port)
    one.join(server.code())
    one.hello()
    other = copy(one)
    user = uuid4()
    written = other.batch(*beginning(one, user), *people(2), user=user)
    other.generation, other.nonce = 2, b""  # opened before the server went back and forgot why
    welcome, _ = other.hello(written)
    assert (welcome.generation, welcome.ack is not None) == (2, True)
    assert told(one.hello()) == {"institution": 1, "user": 1, "person": 2}
    assert one.generation == 1


def test_a_page_goes_on_at_the_byte(server: Server, running: Running) -> None:
    one, other = Laptop(running.port), Laptop(running.port)
    one.join(server.code())
    other.join(server.code())
    one.hello()
    user = uuid4()
    head = one.hello(one.batch(*beginning(one, user), *people(50), user=user))[0].head
    other.hello()
    target = f"/sync/v1/down?after=0&upto={head}"
    whole = other.get(target)
    tag = whole.heads["etag"]
    for start in range(1, len(whole.body), 97):
        rest = other.get(target, Range=f"bytes={start}-", If_Range=tag)
        assert rest.status == 206
        assert rest.heads["etag"] == tag
        assert rest.heads["content-range"] == f"bytes {start}-{len(whole.body) - 1}/{len(whole.body)}"
        assert whole.body[:start] + rest.body == whole.body
    one.hello(one.batch(*people(2), user=user))
    later = other.get(target, Range="bytes=10-", If_Range=tag)
    assert later.status == 206, "what came since must not change a page"
    other_tag = other.get(target, Range="bytes=10-", If_Range='"another"')
    assert (other_tag.status, other_tag.body) == (200, whole.body)
    beyond = other.get(target, Range=f"bytes={len(whole.body)}-", If_Range=tag)
    assert beyond.status == 416


def test_a_new_laptop_is_given_a_snapshot(server: Server, running: Running) -> None:
    one, other = Laptop(running.port), Laptop(running.port)
    one.join(server.code())
    other.join(server.code())
    one.hello()
    user = uuid4()
    one.hello(one.batch(*beginning(one, user), *people(30), user=user))
    welcome, page = other.hello(subscription=b"")
    assert welcome.flags & Flag.SNAPSHOT
    assert page is None
    manifest = decode(Manifest, other.get("/sync/v1/snap").body)
    parts = [other.get(f"/sync/v1/snap/{text64(manifest.id)}/{n}") for n in range(len(manifest.parts))]
    assert sum(len(decode_page(part.body).entries) for part in parts) == 32
    assert [len(part.body) for part in parts] == [part.size for part in manifest.parts]


def test_no_head_is_sent_that_nobody_needs(running: Running, server: Server) -> None:
    laptop = Laptop(running.port)
    laptop.join(server.code())
    answer = laptop.try_hello()
    assert set(answer.heads) == {"content-length"}
    assert len(answer.body) < 150
