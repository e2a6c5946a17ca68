"""Two records become one and two again: nothing is lost, on one laptop or two, undone or not."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from emis_desktop.errors import Refused
from emis_desktop.models import (
    Base,
    Change,
    ClassPupil,
    Conflict,
    Enrolment,
    Mark,
    Person,
    PersonIdentity,
    synced_tables,
)
from emis_desktop.one_person import everybody_together, together
from emis_desktop.queries.doubles import different_rows, two_stays
from emis_desktop.queries.gradebook import marks_of, term_of
from emis_desktop.queries.pairs import PairQueries
from emis_desktop.queries.roster import numbers_of, pupils_of
from emis_desktop.queries.search import StudentSearch
from emis_desktop.queries.students import StudentQueries
from emis_desktop.queries.sync_state import Verb
from emis_desktop.rules.aliases import pair_id
from emis_desktop.rules.ids import new_id
from emis_desktop.rules.rights import Role
from emis_desktop.services.conflicts import ConflictService
from emis_desktop.services.merging import MergeService
from emis_desktop.services.relations import NewGuardian, RelationService
from emis_desktop.services.students import StudentService
from emis_desktop.services.undo import UndoService
from tests.factories.conflicts import write_conflict
from tests.factories.schools import Classroom, classroom, opened_school

FIVE = 5


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Classroom]:
    with opened_school(tmp_path) as school:
        yield classroom(school, FIVE)


class Desk:
    """The office before the store."""

    def __init__(self, room: Classroom) -> None:
        self.room, self.db, self.actor = room, room.school.db, room.school.actor
        self.merging = MergeService(self.db, self.actor)
        self.students = StudentQueries(self.db, self.actor)
        self.search = StudentSearch(self.db, self.actor)

    def give(self, number: int, **values: object) -> UUID:
        pupil = self.room.pupil(number)
        with self.db.write(self.actor, "change_student") as session:
            row = session.get_one(Person, pupil)
            for name, value in values.items():
                setattr(row, name, value)
        return pupil

    def numbered(self, number: int, kind: str, text: str) -> None:
        with self.db.write(self.actor, "change_number") as session:
            session.add(
                PersonIdentity(id=new_id(), person_id=self.room.pupil(number), kind=kind, number=text)
            )

    def person(self, pupil: UUID) -> Person:
        with self.db.read() as session:
            return session.get_one(Person, pupil)

    def found(self, text: str = "") -> list[UUID]:
        return [row.id for row in self.search.window(text)]

    def live(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of every table, as the store holds it, without conflicts."""
        with self.db.read() as session:
            connection = session.connection()
            return {
                str(table.name): sorted(
                    map(tuple, connection.exec_driver_sql(f'SELECT * FROM "{table.name}"').all()), key=repr
                )
                for table in synced_tables(Base.metadata)
                if table.name != "conflict"
            }

    def on_roll(self) -> list[UUID]:
        with self.db.read() as session:
            pupils = pupils_of(session, (self.room.class_id,), term_of(session, self.room.term_id))
            return [pupil.student_id for pupil in pupils]

    def mark(self, pupil: UUID, item: int = 0) -> Decimal | None:
        items = self.room.items
        with self.db.read() as session:
            entry = marks_of(session, items, [pupil])[pupil].get(items[item])
            return None if entry is None else entry.value


@pytest.fixture
def desk(room: Classroom) -> Desk:
    return Desk(room)


class TestMerge:
    """One record stands for both."""

    def test_what_both_hold_is_seen_at_the_one(self, desk: Desk, room: Classroom) -> None:
        one, two = room.pupil(1), room.pupil(2)
        desk.numbered(1, "national", "100001")
        desk.numbered(2, "register", "77")
        guardian = NewGuardian("mother", "Guardian", "0001", phone="473 440 0101")
        RelationService(desk.db, desk.actor).add_guardian(two, guardian)
        RelationService(desk.db, desk.actor).add_note(two, "Late on Mondays", date(2026, 10, 1))
        room.school.enter({(one, room.items[0]): "40", (two, room.items[1]): "61"})
        desk.merging.merge(one, two)
        record = desk.students.record(one)
        assert record.doubles == (two,)
        assert [line.number for line in record.identities] == ["100001", "77"]
        assert [line.family_name for line in record.guardians] == ["0001"]
        assert [note.text for note in record.notes] == ["Late on Mondays"]
        assert (desk.mark(one, 0), desk.mark(one, 1)) == (40, 61)
        assert desk.students.record(two).id == one, "the double leads to the record that is kept"

    def test_either_name_and_either_number_finds_the_one(self, desk: Desk, room: Classroom) -> None:
        one, two = room.pupil(1), room.pupil(2)
        desk.give(1, given_names="Élodie", family_name="Baptiste")
        desk.give(2, given_names="Melody", family_name="Baptist-Joseph")
        desk.numbered(2, "register", "R 77")
        desk.merging.merge(one, two)
        for text in ("elodie", "melody", "joseph baptist", "r77", "melody elodie"):
            assert desk.found(text) == [one], text
        assert two not in desk.found()

    def test_fields_are_taken_one_by_one(self, desk: Desk, room: Classroom) -> None:
        one = desk.give(1, given_names="Ana", birth_place=None, address="Old Road")
        two = desk.give(2, given_names="Anna", birth_place="Castries", address="New Road", sex="F")
        desk.merging.merge(one, two, take=("birth_place", "address"))
        kept, double = desk.person(one), desk.person(two)
        assert (kept.given_names, kept.birth_place, kept.address) == ("Ana", "Castries", "New Road")
        assert (double.given_names, double.alias_of_id) == ("Anna", one)

    def test_who_was_entered_twice_sits_in_the_class_once(self, desk: Desk, room: Classroom) -> None:
        one, two = room.pupil(1), room.pupil(2)
        with desk.db.read() as session:
            stays = two_stays(session, together(session, [one]), [one, two])
        assert [stay.twice for stay in stays] == [True]
        desk.merging.merge(one, two)
        assert desk.on_roll().count(one) == 1
        assert two not in desk.on_roll()
        assert len(desk.students.record(one).enrolments) == 1

    def test_of_two_marks_the_kept_ones_counts_until_decided(self, desk: Desk, room: Classroom) -> None:
        one, two = room.pupil(1), room.pupil(2)
        room.school.enter({(one, room.items[0]): "40", (two, room.items[0]): "35"})
        with desk.db.read() as session:
            doubles = different_rows(session, [one], [two])
        assert [(double.table, [pair[1:] for pair in double.values]) for double in doubles] == [
            ("mark", [(Decimal(40), Decimal(35))])
        ]
        desk.merging.merge(one, two)
        assert desk.mark(one) == 40
        desk.merging.settle(one, {("mark", doubles[0].other_row)})
        assert desk.mark(one) == 35
        desk.merging.unmerge(two)
        assert (desk.mark(one), desk.mark(two)) == (35, 35), "decided later: it stays where it was written"

    def test_a_chosen_mark_goes_back_when_parted(self, desk: Desk, room: Classroom) -> None:
        one, two = room.pupil(1), room.pupil(2)
        room.school.enter({(one, room.items[0]): "40", (two, room.items[0]): "35"})
        with desk.db.read() as session:
            other = different_rows(session, [one], [two])[0].other_row
        desk.merging.merge(one, two, rows={("mark", other)})
        assert desk.mark(one) == 35
        desk.merging.unmerge(two)
        assert (desk.mark(one), desk.mark(two)) == (40, 35)

    def test_a_merged_pupil_moves_and_leaves_as_one(self, desk: Desk, room: Classroom) -> None:
        one, two = room.pupil(1), room.pupil(2)
        desk.merging.merge(one, two)
        StudentService(desk.db, desk.actor, lambda: date(2026, 11, 20)).withdraw(
            two, date(2026, 11, 20), "emigrated", None
        )
        assert desk.students.record(one).current is None
        StudentService(desk.db, desk.actor).change(two, "given_names", "Changed")
        assert desk.person(one).given_names == "Changed", "what is changed at the double is the kept record"

    def test_the_better_number_stands_on_lists(self, desk: Desk, room: Classroom) -> None:
        one, two = room.pupil(1), room.pupil(2)
        desk.numbered(1, "provisional", "P-1")
        desk.numbered(2, "national", "100002")
        desk.merging.merge(one, two)
        with desk.db.read() as session:
            assert numbers_of(session, [one]) == {one: "100002"}
        assert desk.search.window("0001")[0].number == "100002"

    def test_refused_for_one_record_twice_and_for_whom_one_may_not_change(
        self, desk: Desk, room: Classroom
    ) -> None:
        one, two = room.pupil(1), room.pupil(2)
        with pytest.raises(Refused, match="one record already"):
            desk.merging.merge(one, one)
        desk.merging.merge(one, two)
        with pytest.raises(Refused, match="one record already"):
            desk.merging.merge(two, one)
        teacher = room.school.sign_in(Role.TEACHER, room.school.add_teacher())
        with pytest.raises(Refused):
            MergeService(desk.db, teacher).merge(room.pupil(3), room.pupil(4))
        with pytest.raises(Refused, match="cannot be taken"):
            desk.merging.merge(room.pupil(3), room.pupil(4), take=("alias_of_id",))


class TestUnmerge:
    """Two again, with what has been written since."""

    def test_everything_is_as_before(self, desk: Desk, room: Classroom) -> None:
        one, two = desk.give(1, address="Old Road"), desk.give(2, address="New Road")
        room.school.enter({(one, room.items[0]): "40", (two, room.items[0]): "35"})
        before = desk.live()
        desk.merging.merge(one, two, take=("address", "given_names"))
        assert desk.live() != before
        parted = desk.merging.unmerge(two)
        assert desk.live() == before
        assert (parted.left, parted.restored > 0) == (0, True)
        assert sorted(desk.found()) == sorted(room.school.pupils.values())

    def test_what_was_typed_since_stays_where_it_was_written(self, desk: Desk, room: Classroom) -> None:
        one, two = desk.give(1, address="Old Road"), desk.give(2, address="New Road")
        desk.merging.merge(one, two, take=("address",))
        room.school.enter({(one, room.items[0]): "44"})
        desk.give(1, address="Third Road")
        parted = desk.merging.unmerge(two)
        assert (desk.person(one).address, desk.person(two).address) == ("Third Road", "New Road")
        assert (desk.mark(one), desk.mark(two)) == (44, None)
        assert parted.left == 1

    def test_they_are_remembered_as_two_people(self, desk: Desk, room: Classroom) -> None:
        one, two = room.pupil(1), room.pupil(2)
        desk.merging.merge(one, two)
        desk.merging.unmerge(two)
        with desk.db.read() as session:
            assert session.get_one(Conflict, pair_id(one, two)).decision == "different"

    def test_doubles_of_a_double_go_with_it(self, desk: Desk, room: Classroom) -> None:
        one, two, three = (room.pupil(number) for number in (1, 2, 3))
        assert desk.merging.merge(three, two) == two, "the older record is kept, however they are named"
        assert desk.merging.merge(three, one) == one, "a double leads to the record that was kept"
        with desk.db.read() as session:
            assert together(session, [three]).of(one) == (one, two, three)
        desk.merging.unmerge(two)
        with desk.db.read() as session:
            whole = everybody_together(session)
        assert (whole.main_of(three), whole.main_of(two), whole.main_of(one)) == (two, two, one)

    def test_a_ring_of_two_laptops_is_parted(self, desk: Desk, room: Classroom) -> None:
        one, two = sorted((room.pupil(1), room.pupil(2)))
        with desk.db.replicate() as session:
            session.get_one(Person, one).alias_of_id = two
            session.get_one(Person, two).alias_of_id = one
        assert [found for found in desk.found() if found in {one, two}] == [one]
        assert desk.students.record(two).id == one
        desk.merging.unmerge(two)
        assert (desk.person(one).alias_of_id, desk.person(two).alias_of_id) == (None, None)
        assert {one, two} <= set(desk.found())

    def test_who_was_not_merged_cannot_be_parted(self, desk: Desk, room: Classroom) -> None:
        with pytest.raises(Refused, match="not merged"):
            desk.merging.unmerge(room.pupil(1))
        desk.merging.merge(room.pupil(1), room.pupil(2))
        with pytest.raises(Refused, match="not merged"):
            desk.merging.unmerge(room.pupil(1))

    def test_without_the_journal_the_link_goes_and_the_rest_stays(self, desk: Desk, room: Classroom) -> None:
        one, two = room.pupil(1), room.pupil(2)
        with desk.db.replicate() as session:
            session.get_one(Person, two).alias_of_id = one
        assert desk.merging.unmerge(two).restored == 0
        assert {one, two} <= set(desk.found())


class TestDecided:
    """What both hold is to be decided where the merge did not show it."""

    def test_a_merge_by_a_card_is_looked_at_afterwards(self, desk: Desk, room: Classroom) -> None:
        one, two = room.pupil(1), room.pupil(2)
        room.school.enter({(one, room.items[0]): "40", (two, room.items[0]): "35"})
        card = write_conflict(desk.db, "person", two, "likeness", kind="duplicate", other=one.bytes)
        ConflictService(desk.db, desk.actor).decide(card, Verb.SAME)
        pairs = PairQueries(desk.db, desk.actor)
        (line,) = pairs.merged()
        assert (line.double_id, line.kept_id, line.to_decide) == (two, one, 2)
        assert [stay.twice for stay in line.stays] == [True]
        desk.merging.settle(one)
        (line,) = pairs.merged(two)
        assert (line.to_decide, len(line.doubles), line.stays, line.by) == (0, 1, (), "User 01")
        assert desk.mark(one) == 40

    def test_a_merge_with_both_side_by_side_is_decided(self, desk: Desk, room: Classroom) -> None:
        one, two = room.pupil(1), room.pupil(2)
        room.school.enter({(one, room.items[0]): "40", (two, room.items[0]): "35"})
        both = PairQueries(desk.db, desk.actor).both(two, one)
        assert (both.kept.id, both.other.id, len(both.doubles), len(both.stays)) == (one, two, 1, 1)
        desk.merging.merge(one, two)
        assert [line.to_decide for line in PairQueries(desk.db, desk.actor).merged()] == [0]
        with pytest.raises(Refused, match="one record already"):
            PairQueries(desk.db, desk.actor).both(one, two)


class TestTwoPeople:
    """True namesakes, told once."""

    def test_one_row_says_it_whichever_way_it_is_said(self, desk: Desk, room: Classroom) -> None:
        one, two = room.pupil(1), room.pupil(2)
        desk.merging.two_people(two, one)
        desk.merging.two_people(one, two)
        with desk.db.read() as session:
            rows = session.scalars(select(Conflict)).all()
        older, newer = sorted((one, two))
        assert [(row.row_id, row.other, row.decision) for row in rows] == [(newer, older.bytes, "different")]

    def test_undone_and_said_again(self, desk: Desk, room: Classroom) -> None:
        undo = UndoService(desk.db, desk.actor)
        one, two = room.pupil(1), room.pupil(2)
        desk.merging.two_people(one, two)
        undo.undo()
        with desk.db.read() as session:
            assert session.get_one(Conflict, pair_id(one, two)).deleted_at is not None
        desk.merging.two_people(one, two)
        with desk.db.read() as session:
            assert session.get_one(Conflict, pair_id(one, two)).deleted_at is None

    def test_merged_records_are_parted_first(self, desk: Desk, room: Classroom) -> None:
        desk.merging.merge(room.pupil(1), room.pupil(2))
        with pytest.raises(Refused, match="Part them first"):
            desk.merging.two_people(room.pupil(1), room.pupil(2))


def test_undo_and_redo(desk: Desk, room: Classroom) -> None:
    undo = UndoService(desk.db, desk.actor)
    before = desk.live()
    desk.merging.merge(room.pupil(1), room.pupil(2), take=("sex",))
    merged = desk.live()
    undo.undo()
    assert desk.live() == before
    undo.redo()
    assert [table for table, rows in desk.live().items() if rows != merged[table]] == []
    desk.merging.unmerge(room.pupil(2))
    assert desk.live() == before


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["merge", "unmerge", "undo", "redo", "two", "mark", "elsewhere"]),
        st.integers(1, FIVE),
        st.integers(1, FIVE),
    ),
    max_size=14,
)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Classroom]:
    with opened_school(tmp_path_factory.mktemp("merging")) as school:
        yield classroom(school, FIVE)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_any_sequence_loses_no_row_and_keeps_one_main_record_a_person(
    shared: Classroom, steps: list[tuple[str, int, int]]
) -> None:
    desk, undo = Desk(shared), UndoService(shared.school.db, shared.school.actor)
    counted = {name: len(rows) for name, rows in desk.live().items()}
    for what, first, second in steps:
        with suppress(Refused, AssertionError):
            step(desk, undo, what, first, second)
        check(desk)
        now = {name: len(rows) for name, rows in desk.live().items()}
        assert all(now[name] >= counted[name] for name in counted)
        counted = now
    with desk.db.replicate() as session:  # the next example begins with five pupils
        for person in session.scalars(select(Person)):
            person.alias_of_id = None
        for row in (*session.scalars(select(Enrolment)), *session.scalars(select(ClassPupil))):
            row.deleted_at = None


def step(desk: Desk, undo: UndoService, what: str, first: int, second: int) -> None:
    """One thing that somebody does."""
    one, two = desk.room.pupil(first), desk.room.pupil(second)
    deeds: dict[str, Callable[[], object]] = {
        "merge": lambda: desk.merging.merge(one, two, take=("address",)),
        "unmerge": lambda: desk.merging.unmerge(one),
        "two": lambda: desk.merging.two_people(one, two),
        "undo": undo.undo,
        "redo": undo.redo,
        "mark": lambda: desk.room.school.enter({(one, desk.room.items[0]): str(10 * first % 50 + second)}),
        "elsewhere": lambda: elsewhere(desk, *sorted((one, two))),
    }
    deeds[what]()


def elsewhere(desk: Desk, kept: UUID, double: UUID) -> None:
    """Another laptop, which knows nothing of what was done here, merges two; the server lets that stand where
    nobody has merged the double here.
    """
    with desk.db.replicate() as session:
        person = session.get_one(Person, double)
        if person.alias_of_id is None and kept != double:
            person.alias_of_id = kept
            for stay in session.scalars(select(Enrolment).where(Enrolment.person_id == double)):
                stay.deleted_at = stay.deleted_at or datetime(2026, 11, 20, tzinfo=UTC)


def check(desk: Desk) -> None:
    """Each pupil has one main record, which is in the list; every mark is seen at it; nothing is cut off."""
    pupils = list(desk.room.school.pupils.values())
    with desk.db.read() as session:
        whole = everybody_together(session)
        marks = session.execute(select(Mark.student_id).where(Mark.deleted_at.is_(None))).scalars().all()
        lost = session.scalar(select(func.count()).select_from(Change).where(Change.act.is_(None)))
    assert not lost
    mains = {whole.main_of(pupil) for pupil in pupils}
    assert sorted(desk.found()) == sorted(mains)
    assert not set(whole.main) & mains
    for student in marks:
        assert desk.mark(whole.main_of(student)) is not None
    for pupil in pupils:
        assert desk.students.record(pupil).id == whole.main_of(pupil)
        assert whole.main_of(pupil) in desk.found(desk.person(pupil).family_name)
