"""Erasing a person at the server: what is told, what is taken back, what the audit proves."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection, text

from emis_desktop.erasures import checked
from emis_desktop.rules.clock import Clock, Tick
from emis_desktop.rules.rights import Role
from sync.operations import ERASE, ERASED_FACET, Commit, Entry, EntryKind, Op, Page
from sync.protocol.acks import decode_ack
from sync.server import audit as chain
from sync.server import erasing, repair, snapshots
from sync.server.bringing_back import after_restore
from sync.server.database import Store
from sync.server.erase import Erased, erase
from sync.server.main import main
from sync.server.office import Office
from sync.server.raw import Raw
from sync.server.replay import replay
from sync.server.verifying import verify
from tests.helpers.restored import kept, put_back
from tests.helpers.server_world import Laptop, World
from tests.sync.server.test_repair import ask, digests_fit, everything
from tests.sync.server.test_visibility import family


@pytest.fixture
def store(office: Office) -> Store:
    """The records of a server that was set up."""
    return office.store


def send_with_audit(office: Office, laptop: Laptop, *ops: Op) -> bytes:
    """Send an act as a request does, with its row in the audit; the batch's id."""
    batch = laptop.batch(*ops)
    ack = laptop.deliver(batch)
    with office.store.write() as connection:
        chain.append(connection, chain.facts_of(laptop.rights, batch, ack, office.entropy), laptop.world.now)
    return batch.id


def salts(office: Office) -> dict[bytes, bool]:
    """Whether the audit still has a salt, by batch."""
    with office.store.read() as connection:
        rows = Raw(connection).rows("SELECT batch, salt FROM audit WHERE payload IS NOT NULL")
    return {bytes(batch): salt is not None for batch, salt in rows}


def kinds(office: Office) -> set[str]:
    """The kinds of what is found."""
    return {one.kind for one in verify(office).findings}


def test_the_command_says_how_much_went(
    office: Office, world: World, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pupil = family(world, 0)["pupil"]
    with office.store.read() as connection:
        name = erasing.find(connection, office.store.model, str(pupil)).name
    done: list[Erased] = []

    def watched(*given: Any) -> Erased:  # noqa: ANN401 - the function's own
        done.append(erase_person(*given))
        return done[0]

    erase_person = erasing.erase_person
    monkeypatch.setattr(erasing, "erase_person", watched)
    out = StringIO()
    home = {"EMIS_HOME": str(office.home.root), "EMIS_DATABASE_URL": database_url, "LANG": "en_GB"}
    assert main(["erase", str(pupil), "--name", name], out=out, environment=home) == 0
    assert done[0].rows > 0
    facts = dict(line.strip().rsplit("  ", 1) for line in out.getvalue().splitlines() if line[:2] == "  ")
    counts = {"Rows": done[0].rows, "Entries of the log": done[0].entries, "Operations": done[0].operations}
    assert {label.strip(): int(number) for label, number in facts.items()} == counts


def test_the_order_is_signed_and_goes_to_everybody(office: Office, world: World) -> None:
    here, elsewhere = world.laptop(0), world.laptop(1)
    ids = family(world, 0)
    for one in (here, elsewhere, world.ministry):
        one.pull()
    done = erasing.erase_person(office, ids["pupil"], "somebody")
    (order,) = [one.order for one in done.orders]
    assert order.person == ids["pupil"].bytes
    assert {ids[name].bytes for name in ("number", "note", "remark", "guardianship")} <= order.gone
    assert order.stay == {ids["pupil"].bytes}
    for one in (here, elsewhere, world.ministry, world.laptop(1, Role.TEACHER)):
        one.pull()
        ((_, told),) = one.holds("erasure").items()
        server = office.choices.server.bytes
        assert checked(server, office.keys.public, told["told"], told["signature"]) == order  # type: ignore[arg-type]
        assert checked(bytes(16), office.keys.public, told["told"], told["signature"]) is None  # type: ignore[arg-type]
        assert digests_fit(world, one)
    forged = world.insert("erasure", world.id(), told=b"x", signature=b"y")
    assert here.send(forged).not_applied[0].reason == "right"
    assert world.ministry.send(forged).not_applied[0].reason == "right"


def test_a_drop_says_whether_it_was_an_erasure(office: Office, world: World) -> None:
    laptop = world.laptop(0)
    ids = family(world, 0)
    laptop.pull()
    left = world.edit("enrolment", ids["enrolment"], ends_on="2026-10-01", exit="transferred")
    laptop.send(replace(left, values={**left.values, "destination_id": world.schools[1].bytes}))
    moved = {one.verb for one in laptop.pull() if one.kind is EntryKind.DROP}
    assert moved <= {""}
    erasing.erase_person(office, ids["pupil"], "somebody")
    drops = [one for one in world.ministry.pull() if one.kind is EntryKind.DROP]
    assert drops
    assert {one.verb for one in drops} == {ERASE}


def test_who_comes_back_after_months_is_told_of_the_person_without_a_name(
    office: Office, world: World
) -> None:
    """Nothing that was told before is told any more; what stays is told whole, to be applied alone."""
    late = world.laptop(0)
    late.pull()
    ids = family(world, 0)
    laptop = world.laptop(0)
    laptop.pull()
    laptop.send(world.edit("person", ids["pupil"], transport="Bus 9"))
    erasing.erase_person(office, ids["pupil"], "somebody")
    came = [one for one in late.pull() if one.row == ids["pupil"] and one.facet == "person"]
    assert [one.kind for one in came] == [EntryKind.PUT]
    assert came[0].values["given_names"] == ""
    assert {"sex", "deleted_at", "family_name"} <= came[0].values.keys()
    assert late.dropped
    assert ("person", ids["pupil"]) not in late.dropped
    assert digests_fit(world, late)


def test_the_audit_holds_and_nobody_can_try_names_on_it(office: Office, world: World) -> None:
    laptop = world.laptop(0)
    pupil, _, made = world.pupil(0, given_names="Unforgettable")
    first = send_with_audit(office, laptop, *made)
    other, _, also = world.pupil(0)
    second = send_with_audit(office, laptop, *also)
    third = send_with_audit(office, laptop, world.edit("person", pupil, transport="Unforgettable bus"))
    refused = Op(0, "person", pupil, False, {"sex": 7, "transport": "Unforgettable"})
    fourth = send_with_audit(office, laptop, refused)
    assert set(salts(office).values()) == {True}
    erasing.erase_person(office, pupil, "somebody")
    assert salts(office) == {first: False, second: True, third: False, fourth: False}
    assert verify(office).findings == ()
    assert b"Unforgettable" not in everything(world)
    late = send_with_audit(office, laptop, world.edit("person", pupil, transport="Unforgettable"))
    assert late not in salts(office), "what is refused because of an erasure is in no hash"
    erasing.erase_person(office, other, "somebody")
    assert salts(office)[second] is False
    assert verify(office).findings == ()


@pytest.mark.parametrize(
    ("harm", "kind"),
    [
        ("UPDATE audit SET salt = NULL WHERE salt IS NOT NULL", "blanked"),
        ("UPDATE change_log SET payload = :nothing WHERE facet = 'enrolment'", "blanked"),
        ("UPDATE audit SET salt = :salt WHERE salt IS NULL AND payload IS NOT NULL", "not_erased"),
        ("DELETE FROM erasure", "not_erased"),
        ("UPDATE erasure SET signature = :salt", "not_erased"),
    ],
)
def test_who_blanks_without_an_order_or_takes_one_back_is_found(
    office: Office, world: World, harm: str, kind: str
) -> None:
    laptop = world.laptop(0)
    pupil, _, made = world.pupil(0)
    send_with_audit(office, laptop, *made)
    send_with_audit(office, laptop, *world.pupil(0)[2])
    erasing.erase_person(office, pupil, "somebody")
    assert verify(office).findings == ()

    def change(connection: Connection) -> None:
        wanted = {"salt": b"s" * 16, "nothing": b""}
        given = {name: value for name, value in wanted.items() if f":{name}" in harm}
        connection.execute(text(harm), given)

    with office.store.write() as connection:
        change(connection)
    assert kind in kinds(office)


def test_an_order_survives_a_database_of_before(office: Office, world: World) -> None:
    """The ledger has the order: what laptops hold is put back as it was, and the person is erased again."""
    laptop = world.laptop(0)
    pupil, _, made = world.pupil(0, given_names="Unforgettable")
    batch = send_with_audit(office, laptop, *made)
    before = kept(office)
    done = erasing.erase_person(office, pupil, "somebody")
    put_back(office, before)
    assert kinds(office) >= {"not_erased", "rolled_back"}
    assert after_restore(office) == 1
    assert replay(office).total == 0
    assert verify(office).findings == ()
    assert salts(office)[batch] is False
    assert b"Unforgettable" not in everything(world)
    fresh = world.laptop(0)
    fresh.pull()
    assert [row.bytes for row in fresh.holds("erasure")] == [done.orders[0].id]
    assert fresh.value("person", pupil, "given_names") == ""
    assert digests_fit(world, fresh)


def test_an_order_about_somebody_who_is_not_there_is_put_back_too(office: Office, world: World) -> None:
    before = kept(office)
    pupil, _, made = world.pupil(0)
    world.laptop(0).send(*made)
    done = erasing.erase_person(office, pupil, "somebody")
    put_back(office, before)
    assert after_restore(office) == 1
    assert replay(office).total == 0
    assert verify(office).findings == ()
    fresh = world.laptop(1)
    fresh.pull()
    assert [row.bytes for row in fresh.holds("erasure")] == [done.orders[0].id]
    again = world.laptop(0).send(*made)
    assert again.not_applied[0].reason == "erased"


def offer(world: World, laptop: Laptop, *entries: Entry) -> int:
    """How many facets of rows are taken of those that the laptop offers."""
    page = Page(0, 0, 0, entries, (Commit(0, 1, bytes(8)),))
    with world.store.write() as connection:
        return repair.offers(connection, laptop.rights, page, world.now)


def newest(laptop: Laptop, facet: str, row: UUID) -> Entry:
    """The last that the laptop was told of a facet of a row, as it offers it."""
    found = [one for one in laptop.entries if (one.facet, one.row) == (facet, row)][-1]
    return replace(found, seq=0, kind=EntryKind.PUT, verb="offer")


@pytest.mark.parametrize("told", [True, False], ids=["who took the name away", "who never heard of it"])
@pytest.mark.parametrize("school", [0, None], ids=["school", "ministry"])
def test_what_stays_of_somebody_erased_comes_back_to_a_server_older_than_the_person(
    office: Office, world: World, school: int | None, told: bool
) -> None:
    """Marks and enrolments belong to that row: without it they could not come back, and would be asked for
    at every sync.
    """
    before = kept(office)
    made_it = world.laptop(0)
    pupil, enrolment, made = world.pupil(0, given_names="Unforgettable")
    address = world.insert("person.contact", pupil, address="Unforgettable Road")
    assert made_it.send(*made, address).not_applied == {}
    holder = world.laptop(school, Role.PRINCIPAL if school == 0 else Role.MINISTRY_OFFICER)
    holder.pull()
    erasing.erase_person(office, pupil, "somebody")
    if told:
        holder.pull()
    put_back(office, before)
    assert after_restore(office) == 1
    lost = [("person", pupil), ("person.contact", pupil), ("enrolment", enrolment)]
    assert set(lost) <= set(ask(world, holder).found.unknown)
    assert offer(world, holder, *(newest(holder, *one) for one in lost)) == 3
    fresh = world.laptop(0)
    fresh.pull()
    stays = fresh.holds("person")[pupil]
    assert (stays["given_names"], stays["family_name"], stays["sex"]) == ("", "", "F")
    assert stays["deleted_at"] is not None
    assert fresh.value("person.contact", pupil, "address") is None
    assert fresh.value("enrolment", enrolment, "person_id") == pupil.bytes
    assert b"Unforgettable" not in everything(world)
    assert digests_fit(world, fresh)
    again = replace(newest(holder, "person", pupil), values={**stays, "sex": "M"})
    assert offer(world, holder, again) == 0, "what the server has of the person counts"
    assert verify(office).findings == ()


def test_the_account_of_somebody_erased_comes_back_without_a_name(office: Office, world: World) -> None:
    before = kept(office)
    person, _, made = world.pupil(0)
    world.laptop(0).send(*made)
    user = world.id()
    given = {"role": "teacher", "institution_id": world.schools[0], "person_id": person}
    world.ministry.send(world.insert("user", user, name="Unforgettable", **given))
    world.ministry.pull()
    holder = world.laptop(None, Role.MINISTRY_OFFICER)
    holder.pull()
    erasing.erase_person(office, person, "somebody")
    put_back(office, before)
    assert after_restore(office) == 1
    assert ("user", user) in ask(world, holder).found.unknown
    lost = [newest(holder, *one) for one in (("person", person), ("user", user))]
    assert offer(world, holder, *lost) == 2
    fresh = world.laptop(0)
    fresh.pull()
    assert (fresh.value("user", user, "name"), fresh.value("user", user, "role")) == ("", "teacher")
    assert b"Unforgettable" not in everything(world)


def test_a_server_put_back_with_its_ledger_gets_the_order_from_a_laptop(office: Office, world: World) -> None:
    """Not even its own ledger knows: the signature tells that the order was this server's."""
    laptop = world.laptop(0)
    pupil, _, made = world.pupil(0, given_names="Unforgettable")
    send_with_audit(office, laptop, *made)
    before, ledger = kept(office), office.ledger.path.read_bytes()
    erasing.erase_person(office, pupil, "somebody")
    laptop.pull()
    ((row, told),) = laptop.holds("erasure").items()
    put_back(office, before)
    office.ledger.path.write_bytes(ledger)
    assert b"Unforgettable" in everything(world)
    forged = {**told, "signature": bytes(64)}
    for values, taken in ((forged, 0), (told, 1), (told, 0)):
        tick = Tick(Clock(1, 0), 1)
        offered = Entry(0, "erasure", row, EntryKind.PUT, values, tick, {}, UUID(int=0), "offer")
        with office.store.write() as connection:
            assert erasing.take_back(office, connection, [offered], world.now) == taken
        assert (b"Unforgettable" in everything(world)) == (values is forged)
    assert verify(office).findings == ()
    assert replay(office).total == 0
    fresh = world.laptop(1)
    fresh.pull()
    assert list(fresh.holds("erasure")) == [row]


def test_somebody_who_signs_in_stays_without_a_name(office: Office, world: World) -> None:
    late, laptop = world.laptop(0), world.laptop(0)
    late.pull()
    person, _, made = world.pupil(0, given_names="Unforgettable")
    laptop.send(*made)
    user = world.id()
    given = {"role": "teacher", "institution_id": world.schools[0], "person_id": person}
    world.ministry.send(world.insert("user", user, name="Unforgettable", **given))
    world.ministry.send(world.edit("user", user, name="Unforgettable Two"))
    laptop.pull()
    assert laptop.value("user", user, "name") == "Unforgettable Two"
    done = erasing.erase_person(office, person, "somebody")
    assert done.orders[0].order.stay == {person.bytes, user.bytes}
    assert b"Unforgettable" not in everything(world)
    for one in (late, laptop, world.ministry):
        one.pull()
        assert (one.value("user", user, "name"), one.value("user", user, "role")) == ("", "teacher")
        assert digests_fit(world, one)
    assert verify(office).findings == ()


def test_answers_that_were_kept_say_nothing_of_the_person_any_more(office: Office, world: World) -> None:
    laptop, rival = world.laptop(0), world.laptop(0)
    pupil, _, made = world.pupil(0, family_name="Unforgettable")
    neighbour, _, also = world.pupil(0, family_name="Kept")
    laptop.send(*made, *also)
    ops = [Op(0, "person", one, False, {"family_name": "Else"}) for one in (pupil, neighbour)]
    batches = [rival.batch(op, blind=True) for op in ops]
    for batch in batches:
        assert rival.deliver(batch).not_applied[0].values
    refused = rival.batch(Op(0, "person", pupil, False, {"sex": 7, "family_name": "x"}), blind=True)
    rival.deliver(refused)
    erasing.erase_person(office, pupil, "somebody")
    with office.store.read() as connection:
        raw = Raw(connection)
        answers = {
            bytes(one): decode_ack(bytes(result))
            for one, result in raw.rows("SELECT id, result FROM batch_result")
        }
    assert answers[batches[0].id].not_applied[0].values == {}
    assert answers[refused.id].not_applied[0].values == {}
    assert answers[batches[1].id].not_applied[0].values == {"family_name": "Kept"}


def test_what_a_laptop_leaves_of_an_operation_keeps_its_place(office: Office, world: World) -> None:
    laptop = world.laptop(0)
    _, _, made = world.pupil(0)
    ack = laptop.send(Op(0, ERASED_FACET, UUID(int=0), False, {}), *made)
    assert {index: answer.reason for index, answer in ack.not_applied.items()} == {0: "erased"}
    with office.store.read() as connection:
        assert Raw(connection).rows("SELECT 1 FROM set_aside") == []


def test_what_is_typed_on_about_the_person_waits_nowhere(office: Office, world: World) -> None:
    laptop = world.laptop(0)
    pupil, _, made = world.pupil(0)
    laptop.send(*made)
    erasing.erase_person(office, pupil, "somebody")
    contact = UUID(int=77)
    told = {"person_id": pupil.bytes, "kind": "phone", "value": "Unforgettable 1", "priority": 1}
    ack = laptop.send(
        Op(0, "person_contact", contact, True, told),
        Op(0, "person_contact", contact, False, {"value": "Unforgettable 2"}),
    )
    assert {index: answer.reason for index, answer in ack.not_applied.items()} == {0: "erased", 1: "erased"}
    with office.store.read() as connection:
        assert Raw(connection).rows("SELECT 1 FROM parked_act") == []


def test_a_conflict_about_the_person_leaves_no_id_either(office: Office, world: World) -> None:
    """The id of a proposal is made of what was proposed: whoever guesses the name could prove the guess."""
    laptop, rival = world.laptop(0), world.laptop(0)
    pupil, _, made = world.pupil(0)
    laptop.send(*made)
    rival.send(Op(0, "person", pupil, False, {"family_name": "Unforgettable"}), blind=True)
    rival.pull()
    ((conflict, _),) = rival.holds("conflict").items()
    erasing.erase_person(office, pupil, "somebody")
    assert conflict.bytes not in everything(world)
    late = rival.send(world.edit("conflict", conflict, decision="keep"))
    assert late.not_applied[0].reason == "erased", "it is not waited for"
    assert conflict.bytes not in everything(world)
    fresh = world.laptop(0)
    fresh.pull()
    assert digests_fit(world, fresh)


def test_bytes_on_their_way_go(office: Office, world: World) -> None:
    pupil, _, made = world.pupil(0)
    laptop = world.laptop(0)
    laptop.send(*made)
    snapshots.manifest(world.store, laptop.rights, world.now)
    with office.store.write() as connection:
        raw = Raw(connection)
        for purpose, name in (("batch", b"a" * 16), ("sealed", b"b" * 16)):
            raw.run(
                "INSERT INTO upload (id, site_id, purpose, total, sha256, received, began_at, seen_at) "
                "VALUES (?, ?, ?, 9, ?, 3, 1, 1)",
                (name, laptop.rights.site.bytes, purpose, bytes(32)),
            )
            raw.run("INSERT INTO upload_part (upload_id, start, body) VALUES (?, 0, ?)", (name, b"xyz"))
        erase(connection, pupil, world.id(), world.now)
        assert raw.rows("SELECT purpose FROM upload") == [("sealed",)]
        assert [bytes(row[0]) for row in raw.rows("SELECT upload_id FROM upload_part")] == [b"b" * 16]
        assert raw.rows("SELECT 1 FROM snapshot_part") == []


def test_all_records_of_a_merged_pupil_are_erased(office: Office, world: World, database_url: str) -> None:
    laptop = world.laptop(0)
    pupil = family(world, 0)["pupil"]
    double, _, made = world.pupil(0, given_names="Somebody", family_name="Double")
    laptop.send(*made)
    laptop.pull()
    kept, newer = sorted((pupil, double))
    laptop.send(world.edit("person", newer, alias_of_id=kept))
    with office.store.read() as connection:
        name = erasing.find(connection, office.store.model, str(pupil)).name
        records = erasing.records_of(connection, office.store.model, pupil)
        assert erasing.records_of(connection, office.store.model, world.id())[1:] == ()
    assert set(records) == {pupil, double}
    home = {"EMIS_HOME": str(office.home.root), "EMIS_DATABASE_URL": database_url, "LANG": "en_GB"}
    assert main(["erase", str(pupil), "--name", name], out=StringIO(), environment=home) == 0
    with office.store.read() as connection:
        rows = Raw(connection).rows(
            "SELECT given_names, family_name FROM person WHERE deleted_at IS NOT NULL"
        )
    assert set(map(tuple, rows)) == {("", "")}
    assert len(rows) == 2
