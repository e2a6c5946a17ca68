"""What comes from the server is applied, once, under what was typed; what cannot be waits or is set aside."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from emis_desktop.errors import Cancelled, Refused
from emis_desktop.journal import Changed
from emis_desktop.rules.clock import Clock as WireClock
from emis_desktop.rules.clock import Tick, pack
from emis_desktop.search_index import differs
from emis_desktop.services.reversal import reverse
from emis_desktop.state_hash import Stored
from sync.client.acks import acknowledge
from sync.client.outbox import body_of, waiting_batches
from sync.client.parked import Reason
from sync.client.plans import Plan
from sync.client.sums import root, sums_of
from sync.operations import Ack, Commit, Entry, EntryKind, Page
from sync.protocol.batches import decode_batch
from sync.protocol.errors import BadMessage
from tests.sync.client.laptops import CATALOGUE, Laptop, laptop, no_breath

OTHER = 77
MS = 1_700_000_000_000
PERSON, PHONE = UUID(int=50), UUID(int=60)
INSERT = "INSERT INTO person (id, given_names, family_name, address, synthetic) VALUES (?, ?, 'T', ?, 1)"


@pytest.fixture
def one(tmp_path: Path) -> Iterator[Laptop]:
    made = laptop(tmp_path, 1)
    yield made
    made.db.close()


def tick(stamp: int, actor: int = OTHER) -> Tick:
    return Tick(WireClock(stamp, actor), stamp)


def entry(
    seq: int, facet: str, row: UUID, how: EntryKind = EntryKind.SET, /, stamp: int = 0, **values: Stored
) -> Entry:
    return Entry(seq, facet, row, how, values, tick(stamp or pack(MS) + seq), {}, UUID(int=3), "edit")


def person(seq: int, row: UUID = PERSON, **values: Stored) -> Entry:
    """A whole person."""
    columns = dict.fromkeys((column.name for column in CATALOGUE.facet("person").columns), None)
    whole = {**columns, "given_names": "Ana", "family_name": "T", "synthetic": 1, **values}
    return entry(seq, "person", row, EntryKind.PUT, **whole)


def page(*entries: Entry, after: int = 0) -> Page:
    upto = max((one.seq for one in entries), default=after)
    return Page(after, upto, upto, entries, (Commit(1, 1000, b"12345678"),))


def person_row(one: Laptop, row: UUID = PERSON) -> dict[str, Any]:
    names = "given_names, family_name, preferred_name, address, deleted_at"
    found = one.rows(f"SELECT {names} FROM person WHERE id = ?", row.bytes)
    return dict(zip(names.split(", "), found[0], strict=True)) if found else {}


def dump(one: Laptop) -> dict[str, list[tuple[Any, ...]]]:
    """The whole store but what counts transactions."""
    tables = one.rows("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT GLOB 'search_state'")
    return {
        name: sorted(one.rows(f'SELECT * FROM "{name}"'), key=repr)
        for (name,) in tables
        if not name.startswith(("capture_context", "student_gram"))
    }


def test_a_page_is_applied_in_chunks_and_the_second_time_changes_nothing(one: Laptop) -> None:
    breaths: list[int] = []
    given = page(
        *(person(seq, UUID(int=seq + 100)) for seq in range(1, 13)),
        entry(13, "person", UUID(int=101), given_names="Bea"),
        entry(14, "person", UUID(int=101), given_names="Cora"),
        entry(15, "guardianship", UUID(int=9), EntryKind.PUT, student_id=b"x" * 16, guardian_id=b"y" * 16,
              relation="mother", priority=1, may_collect=1, court_order=0, deleted_at=None),
        entry(16, "setting", UUID(int=8), EntryKind.PUT, institution_id=None, name=None, value="x",
              deleted_at=None),
    )  # fmt: skip
    done = one.replica.apply(given, lambda: breaths.append(one.value("SELECT count(*) FROM person")))
    assert breaths == [5, 10, 12]
    assert (done.entries, done.parked, done.poison) == (14, 1, 1)
    assert one.rows("SELECT cursor, cursor_tag FROM site") == [(16, b"12345678")]
    assert person_row(one, UUID(int=101))["given_names"] == "Cora"
    heard = 'SELECT log_seq, field, "before", "after", actor, verb FROM heard'
    assert one.rows(heard) == [
        (13, "given_names", "Ana", "Bea", OTHER, "edit"),
        (14, "given_names", "Bea", "Cora", OTHER, "edit"),
    ]
    before = dump(one)
    assert one.replica.apply(given, no_breath).poison == 0
    assert dump(one) == before


def test_nothing_that_comes_is_taken_for_typed(one: Laptop) -> None:
    one.replica.apply(page(person(1)), no_breath)
    one.freeze()
    assert one.rows("SELECT (SELECT count(*) FROM change), (SELECT count(*) FROM batch)") == [(0, 0)]


def test_listeners_hear_what_came_and_only_after_the_commit(one: Laptop) -> None:
    said: list[tuple[Changed, Any]] = []
    one.db.subscribe(lambda changed: said.append((changed, person_row(one).get("given_names"))))
    one.replica.apply(page(person(1)), no_breath)
    assert said == [(Changed(frozenset({"person"}), 0), "Ana")]
    one.replica.apply(page(entry(2, "person", PERSON, given_names="Ana")), no_breath)
    assert len(said) == 1


def test_a_child_waits_for_its_parent_and_what_follows_waits_behind_it(one: Laptop) -> None:
    contact = UUID(int=60)
    done = one.replica.apply(
        page(
            entry(1, "person_contact", contact, EntryKind.PUT, person_id=PERSON.bytes, kind="phone",
                  value="1", label=None, priority=1, deleted_at=None),
            entry(2, "person_contact", contact, value="2"),
        ),
        no_breath,
    )  # fmt: skip
    assert (done.entries, done.parked) == (0, 2)
    assert one.rows("SELECT reason, detail, log_seq FROM parked") == [
        ("missing", "person", 1), ("missing", "", 2)
    ]  # fmt: skip
    before = one.ask(root)
    done = one.replica.apply(page(person(3), after=2), no_breath)
    assert done.entries == 3
    assert one.rows("SELECT value FROM person_contact") == [("2",)]
    assert one.rows("SELECT count(*) FROM parked") == [(0,)]
    assert one.ask(root) != before


def test_fields_of_a_row_that_never_came_are_no_sign_that_it_is_here(one: Laptop) -> None:
    before = one.ask(root)
    one.replica.apply(page(entry(1, "person", PERSON, preferred_name="A")), no_breath)
    assert one.ask(root) == before, "so that the comparison of sums asks for the row"
    one.replica.apply(page(person(1, preferred_name="A"), after=1), no_breath)
    assert person_row(one)["preferred_name"] == "A"
    assert one.ask(root) != before
    assert one.rows("SELECT count(*) FROM parked") == [(0,)]


def test_what_is_parked_is_tried_after_the_last_page_and_little_by_little(one: Laptop) -> None:
    phones = [phone(seq, UUID(int=200 + seq)) for seq in range(1, 13)]
    one.replica.apply(page(*phones), no_breath)
    parked = one.rows("SELECT row_id, log_seq FROM parked ORDER BY seq")
    assert len(parked) == 12
    given = page(person(13), after=12)
    assert one.replica.apply(replace(given, head=14), no_breath).entries == 1, "more is to come"
    assert one.rows("SELECT row_id, log_seq FROM parked ORDER BY seq") == parked
    breaths: list[int] = []
    last = page(person(14, UUID(int=51)), after=13)
    done = one.replica.apply(last, lambda: breaths.append(one.value("SELECT count(*) FROM person_contact")))
    assert (done.entries, breaths) == (13, [5, 10])
    assert one.value("SELECT count(*) FROM parked") == 0


def test_what_is_parked_keeps_its_order_however_often_it_is_tried(one: Laptop) -> None:
    contact = [phone(1), *(entry(seq, "person_contact", PHONE, value=f"{seq}") for seq in range(2, 14))]
    one.replica.apply(page(*contact), no_breath)
    for _ in range(3):
        one.replica.retry()
    assert [seq for (seq,) in one.rows("SELECT log_seq FROM parked ORDER BY seq")] == list(range(1, 14))
    one.replica.apply(page(person(14), after=13), no_breath)
    assert one.rows("SELECT value FROM person_contact") == [("13",)]


@pytest.mark.parametrize(
    ("bad", "detail"),
    [
        ({"given_names": 5}, "value of person.given_names"),
        ({"given_names": None}, "value of person.given_names"),
        ({"synthetic": "yes"}, "value of person.synthetic"),
        ({"synthetic": 1 << 63}, "value of person.synthetic"),
        ({"birth_date": "2016-13-01"}, "value of person.birth_date"),
        ({"alias_of_id": b"short"}, "value of person.alias_of_id"),
        ({"deleted_at": "now"}, "value of person.deleted_at"),
    ],
)
def test_one_bad_record_is_set_aside_with_its_reason_and_the_rest_goes_on(
    one: Laptop, bad: dict[str, Stored], detail: str
) -> None:
    other = UUID(int=51)
    done = one.replica.apply(page(person(1, **bad), person(2, other)), no_breath)
    assert (done.entries, done.poison) == (1, 1)
    assert person_row(one) == {}
    assert person_row(one, other)["given_names"] == "Ana"
    assert one.rows("SELECT reason, detail FROM parked") == [("poison", detail)]
    one.replica.apply(page(person(3), after=2), no_breath)
    assert person_row(one)["given_names"] == "Ana"
    assert one.rows("SELECT count(*) FROM parked") == [(0,)]


def test_a_new_row_without_what_it_needs_is_set_aside(one: Laptop) -> None:
    done = one.replica.apply(page(entry(1, "person", PERSON, EntryKind.PUT, given_names="Ana")), no_breath)
    assert done.poison == 1
    assert one.rows("SELECT detail FROM parked") == [("nothing in person.family_name",)]


def test_what_the_store_itself_refuses_is_found_entry_by_entry(
    one: Laptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Plan, "fault_of", lambda plan, values: "")
    monkeypatch.setattr(Plan, "lacking", lambda plan, values: "")
    good = [person(seq, UUID(int=100 + seq)) for seq in (1, 3)]
    done = one.replica.apply(page(good[0], person(2, given_names=None), good[1]), no_breath)
    assert (done.entries, done.poison) == (2, 1)
    assert one.rows("SELECT reason, detail, log_seq FROM parked") == [("poison", "IntegrityError", 2)]


def test_what_a_newer_version_knows_is_kept_until_this_one_knows_it(one: Laptop) -> None:
    one.replica.apply(
        page(
            replace(person(1), values={**person(1).values, "nickname": "Nan"}),
            entry(2, "hobby", UUID(int=9), EntryKind.PUT, name="chess"),
        ),
        no_breath,
    )
    assert one.rows("SELECT facet, field, value FROM extra") == [("person", "nickname", "Nan")]
    assert one.rows("SELECT facet, reason FROM parked") == [("hobby", "newer")]
    assert one.replica.retry((Reason.NEWER,)).entries == 0
    assert one.rows("SELECT facet, reason FROM parked") == [("hobby", "newer")]


def test_an_edit_typed_meanwhile_stays_and_its_base_is_what_was_there(one: Laptop) -> None:
    one.replica.apply(page(person(1, preferred_name="A")), no_breath)
    one.clock.ms = MS + 60_000
    one.do("call", ("UPDATE person SET preferred_name = 'mine'", ()))
    one.replica.apply(
        page(entry(2, "person", PERSON, preferred_name="theirs"), entry(3, "person", PERSON, transport="bus"),
             after=1),
        no_breath,
    )  # fmt: skip
    assert one.rows("SELECT preferred_name, transport FROM person") == [("mine", "bus")]
    assert one.rows("SELECT state, ops FROM batch") == [("frozen", 1)]


def test_a_later_edit_elsewhere_is_in_force_at_once_and_is_heard(one: Laptop) -> None:
    one.replica.apply(page(person(1, preferred_name="A")), no_breath)
    one.do("call", ("UPDATE person SET preferred_name = 'mine'", ()))
    later = entry(2, "person", PERSON, stamp=pack(MS + 5_000), preferred_name="theirs")
    one.replica.apply(page(later, after=1), no_breath)
    assert person_row(one)["preferred_name"] == "theirs"
    assert one.rows('SELECT "before", "after" FROM heard') == [("mine", "theirs")]


def test_a_legal_name_typed_meanwhile_gives_way_to_the_servers(one: Laptop) -> None:
    one.replica.apply(page(person(1)), no_breath)
    one.clock.ms = MS + 60_000
    one.do("rename", ("UPDATE person SET given_names = 'Mine'", ()))
    one.replica.apply(page(entry(2, "person", PERSON, given_names="Theirs"), after=1), no_breath)
    assert person_row(one)["given_names"] == "Theirs"


def test_the_clock_of_a_reply_is_later_and_no_wrong_clock_moves_it(one: Laptop) -> None:
    one.clock.ms = MS - 5_000
    one.replica.apply(page(entry(1, "setting", UUID(int=8), EntryKind.PUT, pack(MS), institution_id=None,
                                 name="a", value="x", deleted_at=None)), no_breath)  # fmt: skip
    one.do("set", ("UPDATE setting SET value = 'y'", ()))
    assert one.value("SELECT clock FROM act") > pack(MS)
    far = pack(MS + 10**10)
    one.replica.apply(page(entry(2, "setting", UUID(int=8), stamp=far, value="z"), after=1), no_breath)
    assert one.value("SELECT clock FROM site") < far


def test_dropped_rows_go_unless_something_typed_waits(one: Laptop) -> None:
    other = UUID(int=51)
    one.replica.apply(page(person(1), person(2, other)), no_breath)
    one.do("call", ("UPDATE person SET preferred_name = 'mine' WHERE id = ?", (other.bytes,)))
    drops = [entry(3, "person", PERSON, EntryKind.DROP), entry(4, "person", other, EntryKind.DROP)]
    one.replica.apply(page(*drops, after=2), no_breath)
    assert one.rows("SELECT id, preferred_name FROM person") == [(other.bytes, "mine")]
    assert not any(any(sums) for sums in one.ask(sums_of).values())
    assert one.value("SELECT count(*) FROM change") == 1


def test_a_dropped_class_is_blanked_and_the_row_stays(one: Laptop) -> None:
    contact = entry(2, "person.contact", PERSON, EntryKind.PUT, address="1 Road")
    one.replica.apply(page(person(1), contact), no_breath)
    assert person_row(one)["address"] == "1 Road"
    one.replica.apply(page(entry(3, "person.contact", PERSON, EntryKind.DROP), after=2), no_breath)
    assert person_row(one)["address"] is None
    assert one.rows("SELECT facet FROM clock") == [("person",)]


def test_a_row_that_is_named_by_others_is_not_torn_out(one: Laptop) -> None:
    contact = entry(2, "person_contact", UUID(int=60), EntryKind.PUT, person_id=PERSON.bytes, kind="phone",
                    value="1", label=None, priority=1, deleted_at=None)  # fmt: skip
    one.replica.apply(page(person(1), contact), no_breath)
    one.replica.apply(page(entry(3, "person", PERSON, EntryKind.DROP), after=2), no_breath)
    assert person_row(one)["given_names"] == "Ana"
    assert one.rows("SELECT version FROM clock WHERE facet = 'person'") == [(None,)]


def phone(seq: int, row: UUID = PHONE) -> Entry:
    """A phone number of the person."""
    said = {"kind": "phone", "value": "1", "label": None, "priority": 1, "deleted_at": None}
    return entry(seq, "person_contact", row, EntryKind.PUT, person_id=PERSON.bytes, **said)


DROPS = (entry(3, "person_contact", PHONE, EntryKind.DROP), entry(4, "person", PERSON, EntryKind.DROP))


@pytest.mark.parametrize("drops", [DROPS, DROPS[::-1]], ids=["details first", "person first"])
@pytest.mark.parametrize("apart", [False, True])
def test_what_is_dropped_with_all_that_names_it_is_gone_in_any_order(
    one: Laptop, drops: tuple[Entry, ...], apart: bool
) -> None:
    one.replica.apply(page(person(1), phone(2)), no_breath)
    given = [replace(each, seq=seq) for seq, each in enumerate(drops, 3)]
    for after, entries in ((2, given[:1]), (3, given[1:])) if apart else ((2, given),):
        one.replica.apply(page(*entries, after=after), no_breath)
    assert one.rows("SELECT (SELECT count(*) FROM person), (SELECT count(*) FROM person_contact)") == [(0, 0)]
    assert one.rows("SELECT (SELECT count(*) FROM parked), (SELECT count(*) FROM clock)") == [(0, 0)]


def test_what_comes_just_before_a_drop_may_name_what_is_dropped(one: Laptop) -> None:
    one.replica.apply(page(person(1)), no_breath)
    one.replica.apply(page(phone(2), entry(3, "person", PERSON, EntryKind.DROP), after=1), no_breath)
    assert one.rows("SELECT cursor, (SELECT count(*) FROM person) FROM site") == [(3, 1)]
    one.replica.apply(page(entry(4, "person_contact", PHONE, EntryKind.DROP), after=3), no_breath)
    assert one.value("SELECT count(*) FROM person") == 0


def test_a_drop_that_waits_is_void_once_the_row_is_granted_again(one: Laptop) -> None:
    one.replica.apply(page(person(1), phone(2)), no_breath)
    one.replica.apply(page(entry(3, "person", PERSON, EntryKind.DROP), after=2), no_breath)
    one.replica.apply(page(person(4), entry(5, "person_contact", PHONE, EntryKind.DROP), after=3), no_breath)
    assert person_row(one)["given_names"] == "Ana"
    assert one.value("SELECT count(*) FROM parked") == 0


def test_a_snapshot_removes_nothing_and_moves_no_cursor(one: Laptop) -> None:
    one.do("enrol", (INSERT, (UUID(int=52).bytes, "Own", None)))
    one.replica.apply_part(page(person(1), person(2, UUID(int=51))), no_breath)
    assert one.rows("SELECT given_names FROM person ORDER BY id") == [("Ana",), ("Ana",), ("Own",)]
    assert one.value("SELECT cursor FROM site") == 0


def test_an_older_entry_never_goes_over_a_newer_one(one: Laptop) -> None:
    one.replica.apply_part(page(person(9, preferred_name="new")), no_breath)
    one.replica.apply(page(entry(5, "person", PERSON, preferred_name="old"), person(6)), no_breath)
    assert person_row(one)["preferred_name"] == "new"


def test_pupils_that_come_are_found_by_search(one: Laptop) -> None:
    one.replica.apply(page(person(1), person(2, UUID(int=51), given_names="Zita")), no_breath)
    assert not one.ask(differs)


def test_a_row_that_somebody_else_has_changed_is_not_undone(one: Laptop) -> None:
    one.do("enrol", (INSERT, (PERSON.bytes, "Ana", None)))
    one.freeze()
    later = pack(MS + 1_000)
    one.replica.apply(page(entry(5, "person", PERSON, EntryKind.SET, later, transport="bus")), no_breath)
    with pytest.raises(Refused, match="changed again"), one.db.write(one.user, "undo", undoes=1) as session:
        reverse(session, 1, 1, None)
    back = entry(6, "person", PERSON, EntryKind.SET, later + 1, transport=None)
    one.replica.apply(page(back, after=5), no_breath)
    with one.db.write(one.user, "undo", undoes=1) as session:
        reverse(session, 1, 1, None)
    assert person_row(one)["deleted_at"] is not None


def test_a_page_that_is_left_half_way_is_asked_for_again_as_a_whole(one: Laptop) -> None:
    whole = page(*(person(seq, UUID(int=100 + seq)) for seq in range(1, 14)))

    def leave() -> None:
        raise Cancelled("enough")

    with pytest.raises(Cancelled):
        one.replica.apply(whole, leave)
    begun = one.value("SELECT count(*) FROM person")
    assert 0 < begun < 13
    assert one.rows("SELECT cursor, cursor_tag FROM site") == [(0, None)], "the rest was never applied"
    assert one.replica.apply(whole, no_breath).entries == 13
    assert one.value("SELECT count(*) FROM person") == 13
    assert one.rows("SELECT cursor, cursor_tag FROM site") == [(13, b"12345678")]


def test_typing_goes_on_between_the_chunks(one: Laptop) -> None:
    one.replica.apply(page(person(1, UUID(int=99))), no_breath)
    begun, typed = threading.Event(), threading.Event()

    def type_something() -> None:
        begun.wait(10)
        one.do("call", ("UPDATE person SET preferred_name = 'typed' WHERE id = ?", (UUID(int=99).bytes,)))
        typed.set()

    worker = threading.Thread(target=type_something)
    worker.start()

    def breathe() -> None:
        begun.set()
        assert typed.wait(10)

    one.replica.apply(page(*(person(seq, UUID(int=100 + seq)) for seq in range(2, 14)), after=1), breathe)
    worker.join()
    assert person_row(one, UUID(int=99))["preferred_name"] == "typed"


def test_a_class_taken_from_the_laptop_goes_but_for_unsent_work_on_it(one: Laptop) -> None:
    other = UUID(int=51)
    said = {"kind": "phone", "value": "1", "label": None, "priority": 1, "deleted_at": None}
    phones = [
        entry(number, "person_contact", UUID(int=58 + number), EntryKind.PUT, person_id=of.bytes, **said)
        for number, of in ((3, PERSON), (4, other))
    ]
    address = entry(5, "person.contact", PERSON, EntryKind.PUT, address="1 Road")
    one.replica.apply(page(person(1), person(2, other), *phones, address), no_breath)
    one.join(classes='["basic", "contact"]')
    assert one.replica.narrow(no_breath).entries == 0
    one.do("set", ("UPDATE person_contact SET value = '2' WHERE id = ?", (UUID(int=62).bytes,)))
    one.join(classes='["basic"]')
    one.replica.narrow(no_breath)
    assert one.rows("SELECT value FROM person_contact") == [("2",)]
    assert person_row(one)["address"] is None
    assert one.value("SELECT count(*) FROM person") == 2
    assert {facet for (facet,) in one.rows("SELECT facet FROM clock")} == {"person", "person_contact"}
    assert not any(any(sums) for name, sums in one.ask(sums_of).items() if name == "contact")


def test_what_was_typed_before_a_conflict_about_it_came_is_frozen_as_not_having_seen_it(one: Laptop) -> None:
    one.replica.apply(page(person(1)), no_breath)
    one.clock.ms = MS + 60_000
    one.do("rename", ("UPDATE person SET given_names = 'Mine'", ()))
    told: dict[str, Any] = {column.name: None for column in CATALOGUE.facet("conflict").columns}
    told |= {"table_name": "person", "row_id": PERSON.bytes, "field": "given_names", "kind": "proposal"}
    told["sensitivity"] = "basic"
    one.replica.apply(page(entry(2, "conflict", UUID(int=70), EntryKind.PUT, **told), after=1), no_breath)
    (waiting,) = one.ask(waiting_batches)
    body = one.ask(lambda connection: body_of(connection, waiting.seq))
    assert body is not None
    assert decode_batch(body).cursor == 1


def test_unsent_work_on_a_class_that_was_taken_and_given_back_stays(one: Laptop) -> None:
    one.replica.apply(page(person(1), phone(2), person(90, UUID(int=51))), no_breath)
    one.do("set", ("UPDATE person_contact SET value = '2'", ()))
    one.join(classes='["basic"]')
    one.replica.narrow(no_breath)
    assert one.rows("SELECT reason FROM parked") == [("stays",)]
    one.join(classes='["basic", "contact"]')
    one.replica.apply_part(page(phone(2)), no_breath)
    ((name,),) = one.rows("SELECT id FROM batch")
    acknowledge(one.replica, Ack(name, 91, b"12345678", {}))
    one.replica.apply(page(after=91), no_breath)
    assert one.rows("SELECT value FROM person_contact") == [("2",)]
    assert one.value("SELECT count(*) FROM parked") == 0


def test_what_waits_for_its_parent_goes_with_its_class(one: Laptop) -> None:
    one.replica.apply(page(phone(2)), no_breath)
    one.join(classes='["basic"]')
    one.replica.narrow(no_breath)
    assert one.rows("SELECT (SELECT count(*) FROM parked), (SELECT count(*) FROM clock)") == [(0, 0)]


def test_conflicts_about_a_class_that_is_not_held_go_with_it(one: Laptop) -> None:
    for number, klass in ((1, "basic"), (2, "health")):
        told: dict[str, Any] = {column.name: None for column in CATALOGUE.facet("conflict").columns}
        told |= {"table_name": "person", "row_id": PERSON.bytes, "field": "sex", "kind": "info"}
        told["sensitivity"] = klass
        given = entry(number, "conflict", UUID(int=70 + number), EntryKind.PUT, **told)
        one.replica.apply(page(given, after=number - 1), no_breath)
    one.join(classes='["basic"]')
    one.replica.narrow(no_breath)
    assert one.rows("SELECT sensitivity FROM conflict") == [("basic",)]


def test_a_repair_takes_away_what_may_not_be_held_here(one: Laptop) -> None:
    other = UUID(int=51)
    one.replica.apply(page(person(1), person(2, other)), no_breath)
    one.do("call", ("UPDATE person SET preferred_name = 'mine' WHERE id = ?", (other.bytes,)))
    drops = [entry(0, "person", row, EntryKind.DROP) for row in (PERSON, other)]
    one.replica.apply_rows(Page(0, 2, 2, tuple(drops), ()), no_breath)
    assert one.rows("SELECT id, preferred_name FROM person") == [(other.bytes, "mine")]
    assert not any(any(sums) for sums in one.ask(sums_of).values())


def test_an_entry_of_no_commit_makes_the_page_none(one: Laptop) -> None:
    with pytest.raises(BadMessage, match="no commit covers entry 7"):
        one.replica.apply(replace(page(person(7)), commits=(Commit(1, 3, b"12345678"),)), no_breath)
    assert (person_row(one), one.value("SELECT cursor FROM site")) == ({}, 0)
