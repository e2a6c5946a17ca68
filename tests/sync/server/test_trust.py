"""Who may exchange: codes that count once, signatures, nonces, tokens, and ending it within seconds."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from emis_desktop.rules.ids import natural_id
from sync.protocol import phone_code
from sync.protocol.leases import LeaseAnswer, LeaseAsk
from sync.protocol.messages import Flag, Refusal, Who, decode, decode_plain, encode
from sync.protocol.phone_code import Anchor
from sync.protocol.signing import by_token, bytes64, standing_text, text64, who_text
from sync.server.asks import Denied
from sync.server.codes import DAY_MS
from sync.server.join import enrol
from sync.server.keys import is_signed
from sync.server.office import open_office
from sync.server.settings import ServerHome
from tests.helpers.central import (
    Answer,
    Laptop,
    Running,
    Server,
    beginning,
    inserted,
    people,
    request,
    set_up,
)


@pytest.fixture
def server(tmp_path: Path, database_url: str) -> Server:
    """A server that was set up."""
    return set_up(tmp_path / "server", database_url)


@pytest.fixture
def running(server: Server) -> Iterator[Running]:
    """It serves, with two processes on PostgreSQL."""
    many = ("--workers", "2") if server.database.startswith("postgresql") else ()
    with server.running(*many) as running:
        yield running


@pytest.fixture
def laptop(server: Server, running: Running) -> Laptop:
    """A laptop that has joined and said hello."""
    laptop = Laptop(running.port)
    laptop.join(server.code())
    laptop.hello()
    return laptop


def refused(answer: Answer) -> tuple[int, str]:
    """Status and reason."""
    return answer.status, answer.reason


# -- Joining ---------------------------------------------------------------------------------------


def test_of_two_at_once_one_gets_the_code(server: Server, running: Running) -> None:
    spoken = server.code()
    laptops = [Laptop(running.port) for _ in range(5)]  # as many as an address may try in a minute
    with ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(lambda one: one.try_join(spoken), laptops))
    assert sorted(one.status for one in answers) == [200] + [403] * 4
    assert {one.reason for one in answers if one.status != 200} <= {"code_used"}
    assert len(server.command("site", "list")) == 1


def test_a_lost_answer_may_be_asked_for_again(server: Server, running: Running) -> None:
    spoken = server.code()
    laptop = Laptop(running.port)
    first = laptop.join(spoken)
    again = laptop.join(spoken, site=first.site)
    assert (again.site, again.anchor, again.site_code) == (first.site, first.anchor, first.site_code)
    assert refused(Laptop(running.port).try_join(spoken, site=first.site)) == (403, "code_used")


def test_the_answer_comes_again_to_the_same_keys_alone(server: Server, running: Running) -> None:
    spoken = server.code()
    laptop = Laptop(running.port)
    first = laptop.join(spoken)
    overheard = laptop.join_ask(spoken)  # somebody has code and public keys, and not the private one
    thief = Laptop(running.port, standing=laptop.standing, box_key=laptop.box_key)
    said = {**fields(overheard), "proof": thief.key.sign(b"anything")}
    answer = request(running.port, "POST", "/sync/v1/join", encode(type(overheard)(**said)))
    assert refused(answer) == (401, "bad_signature")
    assert refused(laptop.try_join(spoken, proof=b"")) == (401, "bad_signature")
    assert refused(thief.try_join(spoken)) == (403, "code_used")
    for other in ({"box_key": os.urandom(32)}, {"standing": os.urandom(16)}):
        changed = replace(laptop, **other)
        assert refused(changed.try_join(spoken)) == (403, "code_used")
    assert laptop.join(spoken).site == first.site
    server.command("revoke", str(first.site))
    assert refused(laptop.try_join(spoken)) == (403, "code_used")


def fields(message: object) -> dict[str, object]:
    """The fields of a message."""
    return {name: getattr(message, name) for name in message.__struct_fields__}  # type: ignore[attr-defined]


def test_the_answer_comes_again_only_as_long_as_the_code_counts(server: Server) -> None:
    now = time.time_ns() // 1_000_000
    spoken = server.code("GD-001", "--days", "2")
    office = open_office(ServerHome(server.home), url=server.database)
    laptop = Laptop(0)
    site = enrol(office, laptop.join_ask(spoken)).site
    later = replace(office, now_ms=lambda: now + DAY_MS)
    assert enrol(later, laptop.join_ask(spoken)).site == site
    with pytest.raises(Denied) as denied:
        enrol(replace(office, now_ms=lambda: now + 2 * DAY_MS + 60_000), laptop.join_ask(spoken))
    assert denied.value.reason == "code_expired"
    office.close()


def test_a_school_takes_no_id_that_means_something_else_here(server: Server, running: Running) -> None:
    server.command("place", "add", "district", "NORTH", "North")
    ministry = Laptop(running.port)
    ministry.join(str(server.command("enrol", "--nation")["code"]))
    ministry.hello()
    school, twin, person, user = uuid4(), uuid4(), uuid4(), uuid4()
    made = [
        inserted("institution", school, code="gd-005", name="School five"),
        inserted("institution", twin, code="GD-006", name="School six"),
        inserted("person", person, given_names="Given", family_name="Family"),
    ]
    welcome, _ = ministry.hello(ministry.batch(*made, user=user))
    assert welcome.ack is not None
    odd = [UUID(int=number) for number in range(3)]
    odd += [natural_id("area", "NORTH"), natural_id("area", "SOUTH"), school, person]
    for wrong in odd:
        assert refused(Laptop(running.port).try_join(server.code("GD-001"), institution=wrong)) == (
            409,
            "other_school",
        ), wrong
    five = server.code("GD-005")
    assert refused(Laptop(running.port).try_join(five, institution=twin)) == (409, "other_school")
    assert Laptop(running.port).join(five).institution == school, "the ministry has that school on record"
    own = uuid4()
    assert Laptop(running.port).join(server.code("GD-001"), institution=own).institution == own


def test_a_school_that_gives_itself_another_code_keeps_nobody_out(server: Server, running: Running) -> None:
    first = Laptop(running.port)
    school = first.join(server.code("GD-001")).institution
    first.hello()
    assert school is not None
    user = uuid4()
    made = [
        inserted("institution", school, code="GD-002", name="Another"),
        inserted("user", user, name="The principal", role="principal", institution_id=school.bytes),
    ]
    first.hello(first.batch(*made, user=user))
    assert Laptop(running.port).join(server.code("GD-002")).institution != school


def test_a_code_of_one_school_takes_no_laptop_of_another(server: Server, running: Running) -> None:
    victim = Laptop(running.port)
    site = victim.join(server.code("GD-001")).site
    assert refused(Laptop(running.port).try_join(server.code("GD-002"), site=site)) == (409, "other_school")
    victim.hello()
    assert Laptop(running.port).join(server.code("GD-001"), site=site).site == site


def test_a_wrong_code_is_refused_and_trying_on_is_slowed(server: Server, running: Running) -> None:
    laptop = Laptop(running.port)
    wrong = [refused(laptop.try_join("000G8-40R4P-0M30D-E2094")) for _ in range(7)]
    assert wrong == [(403, "code_wrong")] * 5 + [(429, "rate")] * 2
    assert refused(laptop.try_join(server.code())) == (429, "rate")


def test_the_school_has_one_record(server: Server, running: Running) -> None:
    own = uuid4()
    first = Laptop(running.port)
    assert first.join(server.code(), institution=own).institution == own
    assert Laptop(running.port).join(server.code()).institution == own
    other = Laptop(running.port).try_join(server.code(), institution=uuid4())
    assert refused(other) == (409, "other_school")
    taken = Laptop(running.port).try_join(server.code("GD-002"), institution=own)
    assert refused(taken) == (409, "other_school")


def test_another_countrys_laptop_is_refused(server: Server, running: Running) -> None:
    assert refused(Laptop(running.port).try_join(server.code(), profile="LC")) == (409, "other_country")


# -- Signatures and nonces ---------------------------------------------------------------------------


def test_who_is_not_who_they_say_is_refused(server: Server, laptop: Laptop) -> None:
    body = laptop.hello_body()
    good = laptop.signed("POST", "/sync/v1/hello", body)
    target = "/sync/v1/hello"
    stranger = Laptop(laptop.port, joined=laptop.joined, server=laptop.server)
    assert refused(stranger.try_hello()) == (401, "bad_signature")
    unknown = Laptop(laptop.port, joined=replaced(laptop, uuid4()), server=laptop.server)
    assert refused(unknown.try_hello()) == (401, "unknown_site")
    elsewhere = Laptop(laptop.port, key=laptop.key, joined=laptop.joined, server=uuid4().bytes)
    assert refused(elsewhere.try_hello()) == (401, "bad_signature")
    for heads in ({}, {"Authorization": "E1 x y"}, {"Authorization": by_token(laptop.token)}):
        assert refused(request(laptop.port, "POST", target, body, heads)) == (401, "bad_signature")
    changed = body[:-1] + bytes([body[-1] ^ 1])
    assert refused(request(laptop.port, "POST", target, changed, {"Authorization": good}))[0] in {400, 401}
    assert refused(request(laptop.port, "POST", f"{target}?x=1", body, {"Authorization": good})) == (
        401,
        "bad_signature",
    )


def replaced(laptop: Laptop, site: UUID) -> object:
    """The answer to joining, for another site."""
    assert laptop.joined is not None
    joined = laptop.joined
    return type(joined)(
        **{**{name: getattr(joined, name) for name in joined.__struct_fields__}, "site": site}
    )


def test_a_lost_answer_makes_no_false_copy(laptop: Laptop) -> None:
    for _ in range(10):
        nonce = laptop.nonce
        for _ in range(3):  # answers that never arrive
            laptop.try_hello(nonce=nonce)
        welcome, _ = laptop.hello(nonce=nonce)
        assert not welcome.flags & Flag.NEW_GENERATION


def test_a_copy_goes_on_as_another_and_both_live(laptop: Laptop) -> None:
    copy = replace(laptop)
    assert laptop.hello()[0].generation == 1
    laptop.hello()
    welcome, page = copy.hello()
    assert welcome.flags == Flag.NEW_GENERATION
    assert (welcome.generation, welcome.token, welcome.ack, page) == (2, "", None, None)
    assert copy.hello()[0].generation == 2
    assert laptop.hello()[0].generation == 3  # what the copy wrote before as generation 1 must come here too
    assert laptop.hello()[0].generation == 3
    assert copy.hello()[0].generation == 2


def test_a_request_sent_again_by_a_stranger_opens_nothing(laptop: Laptop) -> None:
    body = laptop.hello_body()
    heads = {"Authorization": laptop.signed("POST", "/sync/v1/hello", body)}
    laptop.take(request(laptop.port, "POST", "/sync/v1/hello", body, heads))
    laptop.hello()
    answer = request(laptop.port, "POST", "/sync/v1/hello", body, heads)
    assert (answer.status, json.loads(answer.body)) == (409, {"reason": "replayed"})
    assert laptop.hello()[0].generation == 1


def test_a_restored_store_without_a_nonce_opens_its_own_line(laptop: Laptop) -> None:
    assert laptop.hello(nonce=b"", generation=2)[0].generation == 2
    assert laptop.hello(nonce=b"", generation=2)[0].generation == 2  # its first answer may have been lost
    assert laptop.hello()[0].generation == 2
    assert laptop.hello(nonce=b"", generation=2)[0].generation == 3


def test_the_server_proves_who_it_is(laptop: Laptop) -> None:
    challenge = os.urandom(32)
    who = decode(Who, request(laptop.port, "GET", f"/sync/v1/who?c={text64(challenge)}").body)
    assert laptop.joined is not None
    assert (who.server, who.server_key) == (laptop.joined.server, laptop.joined.server_key)
    assert is_signed(who.server_key, who.signature, who_text(challenge))


# -- Ending it ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("option", "state"), [((), "revoked"), (("--lost",), "lost"), (("--stolen",), "stolen")]
)
def test_ending_counts_for_the_very_next_request(
    server: Server, laptop: Laptop, option: tuple[str, ...], state: str
) -> None:
    user = uuid4()
    batch = laptop.batch(*beginning(laptop, user), *people(2), user=user)
    server.command("revoke", "Office laptop", *option)
    nonce = laptop.nonce
    for answer in [laptop.try_hello() for _ in range(4)]:  # whichever process answers
        assert refused(answer) == (403, state)
        signed = bytes64(decode_plain(Refusal, answer.body).detail) or b""
        assert laptop.joined is not None
        assert is_signed(laptop.joined.server_key, signed, standing_text(state, laptop.site, nonce))
    assert refused(laptop.get("/sync/v1/down?after=0")) == (403, state)
    assert refused(laptop.put(batch)) == (403, state)
    told = request(
        laptop.port, "GET", f"/sync/v1/standing/{text64(laptop.site.bytes)}.{text64(laptop.standing)}"
    )
    assert refused(told) == (403, state)
    server.command("revoke", "Office laptop", "--undo")
    assert laptop.hello()[0].generation == 1


def test_a_locked_laptop_may_ask_whether_it_still_may(laptop: Laptop) -> None:
    target = f"/sync/v1/standing/{text64(laptop.site.bytes)}."
    told = request(laptop.port, "GET", target + text64(laptop.standing))
    assert told.status == 200
    assert abs(int(told.body) - time.time_ns() // 1_000_000) < 3_600_000
    assert request(laptop.port, "GET", target + text64(os.urandom(16))).status == 404


def test_sealed_work_of_a_lost_laptop_is_kept(server: Server, laptop: Laptop, tmp_path: Path) -> None:
    server.command("revoke", "Office laptop", "--lost")
    sealed = os.urandom(50_000)
    answer = request(
        laptop.port, "POST", "/sync/v1/quarantine", sealed,
        {"Authorization": laptop.signed("POST", "/sync/v1/quarantine", sealed)},
    )  # fmt: skip
    assert answer.status == 200
    work = os.urandom(90_000)
    digest = sha256(work).hexdigest()
    target = f"/sync/v1/quarantine/{text64(os.urandom(16))}?sha256={digest}"
    for start, end in ((0, 40_000), (40_000, 90_000)):
        heads = {
            "Authorization": laptop.signed("PUT", target, work, text_body=b""),
            "Content-Range": f"bytes {start}-{end - 1}/{len(work)}",
            "X-Sha256": digest,
        }
        answer = request(laptop.port, "PUT", target, work[start:end], heads)
    assert answer.status == 200
    listed = server.command("quarantine", "list")
    assert [one["reason"] for one in listed] == ["lost", "lost"]
    for one in listed:
        server.command("quarantine", "export", one["id"], "--out", str(tmp_path / one["id"]))
    assert {(tmp_path / one["id"]).read_bytes() for one in listed} == {sealed, work}
    server.command("revoke", "Office laptop", "--stolen")
    heads = {"Authorization": laptop.signed("POST", "/sync/v1/quarantine", b"more")}
    answer = request(laptop.port, "POST", "/sync/v1/quarantine", b"more", heads)
    assert refused(answer) == (403, "stolen")


# -- By telephone, and numbers -----------------------------------------------------------------------


def test_codes_by_telephone_extend_the_time(server: Server, laptop: Laptop) -> None:
    assert laptop.joined is not None
    known = Anchor(0, laptop.joined.anchor)
    for _ in range(3):
        told = server.command("extend", "Office laptop")
        known = phone_code.check(str(told["code"]), laptop.site, known)
        assert told["days"] == 30
    assert known.index == 3
    server.command("revoke", "L001")
    assert "revoked" in str(server.command("extend", "L001", code=1)["refused"])


def test_a_number_is_leased_once(server: Server, laptop: Laptop) -> None:
    def lease(count: int) -> LeaseAnswer:
        body = encode(LeaseAsk("card", count))
        answer = request(
            laptop.port, "POST", "/sync/v1/lease", body, {"Authorization": by_token(laptop.token)}
        )
        return decode(LeaseAnswer, answer.body)

    with ThreadPoolExecutor(8) as pool:
        blocks = list(pool.map(lease, [1, 50, 3, 200, 7, 7, 10_000, 2]))
    numbers = [number for block in blocks for number in range(block.first, block.last + 1)]
    assert len(numbers) == len(set(numbers)) == 10_270
    body = encode(LeaseAsk("passport", 5))
    answer = request(laptop.port, "POST", "/sync/v1/lease", body, {"Authorization": by_token(laptop.token)})
    assert answer.status == 400


def test_the_key_of_the_laptop_alone_signs(laptop: Laptop) -> None:
    laptop.key = Ed25519PrivateKey.generate()
    assert refused(laptop.try_hello()) == (401, "bad_signature")


@pytest.mark.parametrize("name", ["\0", "Office\0laptop\r\n"])
def test_a_name_that_no_database_takes_stops_no_server(server: Server, name: str) -> None:
    with server.running() as running:
        answer = Laptop(running.port).try_join(server.code(), name=name)
        assert answer.status == (400 if name == "\0" else 200)
        huge = Laptop(running.port).try_join(server.code(), generation=1 << 31)
        assert refused(huge) == (400, "poison")
    with server.running():  # the ledger is read again at the start
        names = [one["name"] for one in server.command("site", "list")]
    assert names == ([] if name == "\0" else ["Officelaptop"])


@pytest.mark.parametrize(
    "more",
    [{"generation": 1 << 31}, {"generation": -1}, {"audit_seq": 1 << 63, "audit_digest": b"x"}],
)
def test_numbers_that_no_column_takes_are_refused(laptop: Laptop, more: dict[str, object]) -> None:
    assert refused(laptop.try_hello(**more)) == (400, "poison")
    laptop.hello()
