"""Deciding about two values that met: one act each, only by whoever may, undone like any other."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from emis_desktop.errors import Refused
from emis_desktop.models import (
    Act,
    AssessmentItem,
    ClassSubject,
    Conflict,
    Guardianship,
    Mark,
    Person,
    PersonContact,
    RefusedField,
    User,
)
from emis_desktop.queries.conflicts import ConflictQueries
from emis_desktop.queries.history import HistoryQueries
from emis_desktop.queries.refused import refused_id
from emis_desktop.queries.sync_state import Verb
from emis_desktop.rules.ids import natural_id, new_id
from emis_desktop.rules.rights import Actor, Role, actor_of
from emis_desktop.services.conflicts import ConflictService
from emis_desktop.services.undo import UndoService
from resources.words import Words
from tests.factories.conflicts import write_conflict, write_refused
from tests.factories.schools import Classroom, classroom, opened_school

ENGLISH = Words.load("en")


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Classroom]:
    with opened_school(tmp_path) as school:
        yield classroom(school, 3)


class Deciding:
    """One person before the journal."""

    def __init__(self, room: Classroom, actor: Actor | None = None) -> None:
        self.db, self.actor = room.school.db, actor or room.school.actor
        self.service = ConflictService(self.db, self.actor)
        self.queries = ConflictQueries(self.db, self.actor)

    def decide(self, conflict: UUID, verb: Verb, value: str = "") -> None:
        self.service.decide(conflict, verb, value)

    def person(self, person_id: UUID) -> Person:
        with self.db.read() as session:
            return session.get_one(Person, person_id)

    def decision(self, conflict: UUID) -> tuple[str | None, UUID | None]:
        with self.db.read() as session:
            row = session.get_one(Conflict, conflict)
            return row.decision, row.decided_by

    def acts(self) -> list[str]:
        with self.db.read() as session:
            return list(session.scalars(select(Act.verb).order_by(Act.seq)))


def address(room: Classroom, number: int = 1, **changes: object) -> UUID:
    """Two laptops typed an address; the office's is in force."""
    pupil = room.pupil(number)
    with room.school.db.write(room.school.actor, "change_student") as session:
        session.get_one(Person, pupil).address = "Harbour Road"
    values: dict[str, object] = {"held": "Harbour Road", "other": "Mill Lane", "before": None, **changes}
    return write_conflict(room.school.db, "person", pupil, "address", **values)  # type: ignore[arg-type]


class TestTwoValues:
    """An ordinary field: the later is in force, the other in the journal."""

    def test_keep_settles_it_and_changes_nothing_else(self, room: Classroom) -> None:
        desk, conflict = Deciding(room), address(room)
        before = len(desk.acts())
        desk.decide(conflict, Verb.KEEP)
        assert desk.person(room.pupil(1)).address == "Harbour Road"
        assert desk.decision(conflict) == ("keep", desk.actor.user_id)
        assert desk.acts()[before:] == ["decide_conflict"]
        assert desk.queries.waiting().total == 0

    def test_the_other_value_comes_into_force(self, room: Classroom) -> None:
        desk, conflict = Deciding(room), address(room)
        desk.decide(conflict, Verb.USE)
        assert desk.person(room.pupil(1)).address == "Mill Lane"
        assert desk.decision(conflict)[0] == "other"

    def test_where_the_other_is_in_force_already_using_the_other_means_the_first(
        self, room: Classroom
    ) -> None:
        desk, conflict = Deciding(room), address(room, held="Mill Lane", other="Harbour Road")
        desk.decide(conflict, Verb.USE)
        assert desk.person(room.pupil(1)).address == "Mill Lane"

    def test_a_third_value_is_typed(self, room: Classroom) -> None:
        desk, conflict = Deciding(room), address(room)
        desk.decide(conflict, Verb.EDIT, "  Reef   Street 3 ")
        assert desk.person(room.pupil(1)).address == "Reef Street 3"
        assert desk.decision(conflict)[0] == "value"

    def test_history_names_it_and_undo_opens_it_again(self, room: Classroom) -> None:
        conflict = address(room)
        desk = Deciding(room)
        undo = UndoService(desk.db, desk.actor)
        desk.decide(conflict, Verb.USE)
        said = HistoryQueries(desk.db, desk.actor).latest(1)[0].sentence.text(ENGLISH)
        assert said == "Decided: Address of Pupil 0001"
        undo.undo()
        assert desk.person(room.pupil(1)).address == "Harbour Road"
        assert desk.decision(conflict) == (None, None)
        assert desk.queries.card(conflict).verbs == (Verb.KEEP, Verb.USE, Verb.EDIT)
        undo.redo()
        assert desk.person(room.pupil(1)).address == "Mill Lane"

    def test_it_is_decided_once(self, room: Classroom) -> None:
        desk, conflict = Deciding(room), address(room)
        desk.decide(conflict, Verb.KEEP)
        before = len(desk.acts())
        with pytest.raises(Refused, match="not there to decide any more"):
            desk.decide(conflict, Verb.USE)
        assert len(desk.acts()) == before

    @pytest.mark.parametrize("role", [Role.COUNSELLOR, Role.DISTRICT_OFFICER, Role.AUDITOR])
    def test_who_changes_no_pupil_decides_about_none(self, room: Classroom, role: Role) -> None:
        conflict = write_conflict(room.school.db, "person", room.pupil(1), "transport", held="a", other="b")
        desk = Deciding(room, actor_of(uuid4(), "x", role, room.school.id))
        assert desk.queries.card(conflict).verbs == ()
        with pytest.raises(Refused, match="decides about this"):
            desk.decide(conflict, Verb.USE)
        assert desk.person(room.pupil(1)).transport is None

    def test_what_a_role_does_not_read_is_not_there_for_it(self, room: Classroom) -> None:
        conflict = address(room)
        desk = Deciding(room, actor_of(uuid4(), "x", Role.AUDITOR, room.school.id))
        assert desk.queries.waiting().total == 0
        with pytest.raises(Refused, match="not there to decide"):
            desk.decide(conflict, Verb.KEEP)


class TestProposals:
    """A guarded field waits for somebody who answers for it."""

    def proposal(self, room: Classroom, author: UUID | None = None) -> UUID:
        return write_conflict(
            room.school.db,
            "person",
            room.pupil(1),
            "birth_date",
            kind="proposal",
            held="2016-03-12",
            other="2016-03-21",
            other_user=author,
        )

    def test_the_principal_accepts(self, room: Classroom) -> None:
        desk, conflict = Deciding(room), self.proposal(room)
        desk.decide(conflict, Verb.USE)
        assert desk.person(room.pupil(1)).birth_date == date(2016, 3, 21)
        assert desk.decision(conflict)[0] == "accept"

    def test_two_of_one_person_for_one_field_are_decided_each_by_itself(self, room: Classroom) -> None:
        author = uuid4()
        desk, first, second = Deciding(room), self.proposal(room, author), self.proposal(room, author)
        assert [card.id for card in desk.queries.waiting().cards] == [first, second]
        desk.decide(first, Verb.KEEP)
        assert [card.id for card in desk.queries.waiting().cards] == [second]
        desk.decide(second, Verb.USE)
        assert (desk.decision(first)[0], desk.decision(second)[0]) == ("decline", "accept")
        assert desk.person(room.pupil(1)).birth_date == date(2016, 3, 21)

    def test_the_principal_declines(self, room: Classroom) -> None:
        desk, conflict = Deciding(room), self.proposal(room)
        desk.decide(conflict, Verb.KEEP)
        assert desk.person(room.pupil(1)).birth_date == date(2016, 3, 12)
        assert desk.decision(conflict)[0] == "decline"

    def test_the_office_waits_and_asks_again(self, room: Classroom) -> None:
        office = room.school.sign_in(Role.SCHOOL_ADMINISTRATOR)
        desk, conflict = Deciding(room, office), self.proposal(room, office.user_id)
        card = desk.queries.card(conflict)
        assert (card.verbs, card.decider) == ((Verb.KEEP, Verb.EDIT, Verb.REMIND), "Principal")
        with pytest.raises(Refused, match="decides about this"):
            desk.decide(conflict, Verb.USE)
        desk.decide(conflict, Verb.REMIND)
        assert desk.queries.card(conflict).reminded_at is not None
        assert desk.decision(conflict) == (None, None)

    def test_the_author_proposes_another_value_which_is_not_in_force(self, room: Classroom) -> None:
        office = room.school.sign_in(Role.SCHOOL_ADMINISTRATOR)
        desk, conflict = Deciding(room, office), self.proposal(room, office.user_id)
        desk.decide(conflict, Verb.EDIT, "2016-03-22")
        assert desk.person(room.pupil(1)).birth_date == date(2016, 3, 12)
        assert [side.value for side in desk.queries.card(conflict).sides] == [
            date(2016, 3, 12),
            date(2016, 3, 22),
        ]
        assert desk.acts()[-1] == "change_proposal"

    def test_the_author_takes_it_back(self, room: Classroom) -> None:
        office = room.school.sign_in(Role.SCHOOL_ADMINISTRATOR)
        desk, conflict = Deciding(room, office), self.proposal(room, office.user_id)
        desk.decide(conflict, Verb.KEEP)
        assert desk.decision(conflict) == ("decline", office.user_id)

    def test_somebody_elses_proposal_is_only_looked_at(self, room: Classroom) -> None:
        office = room.school.sign_in(Role.SCHOOL_ADMINISTRATOR)
        conflict = self.proposal(room, uuid4())
        assert Deciding(room, office).queries.card(conflict).verbs == ()

    def test_a_nation_row_is_decided_by_the_ministry(self, room: Classroom) -> None:
        subject = room.subject_id
        conflict = write_conflict(
            room.school.db, "subject", subject, "name", kind="proposal", held="Mathematics", other="Maths"
        )
        assert Deciding(room).queries.card(conflict).verbs == ()
        ministry = actor_of(uuid4(), "x", Role.MINISTRY_OFFICER)
        assert Verb.USE in Deciding(room, ministry).queries.card(conflict).verbs


class TestMarks:
    """A mark has a value exactly when it is scored."""

    def mark(self, room: Classroom, text: str = "40") -> UUID:
        room.school.enter({(room.pupil(1), room.items[0]): text})
        return natural_id("mark", room.pupil(1), room.items[0])

    def state(self, room: Classroom, mark: UUID) -> tuple[str, object]:
        with room.school.db.read() as session:
            row = session.get_one(Mark, mark)
            return row.state, row.value

    def test_the_other_mark(self, room: Classroom) -> None:
        mark = self.mark(room)
        conflict = write_conflict(room.school.db, "mark", mark, "value", held=40000, other=45500)
        desk = Deciding(room)
        card = desk.queries.card(conflict)
        assert card.title.text(ENGLISH) == "Mark of Pupil 0001, Mathematics TEST"
        assert [str(side.value) for side in card.sides] == ["40.000", "45.500"]
        desk.decide(conflict, Verb.USE)
        assert str(self.state(room, mark)) == "('scored', Decimal('45.500'))"
        assert desk.acts()[-1] == "decide_mark"

    def test_absent_takes_the_value_away_and_a_value_makes_it_scored(self, room: Classroom) -> None:
        mark = self.mark(room)
        absent = write_conflict(room.school.db, "mark", mark, "state", held="scored", other="absent")
        desk = Deciding(room)
        desk.decide(absent, Verb.USE)
        assert self.state(room, mark) == ("absent", None)
        scored = write_conflict(room.school.db, "mark", mark, "value", held=None, other=45000)
        desk.decide(scored, Verb.USE)
        assert self.state(room, mark)[0] == "scored"

    @pytest.mark.parametrize(("typed", "said"), [("51", "More than 50"), ("x", "Not a mark"), (" ", "empty")])
    def test_a_typed_mark_keeps_the_rule_of_its_item(self, room: Classroom, typed: str, said: str) -> None:
        mark = self.mark(room)
        conflict = write_conflict(room.school.db, "mark", mark, "value", held=40000, other=45000)
        with pytest.raises(Refused, match=said) as told:
            Deciding(room).decide(conflict, Verb.EDIT, typed)
        assert told.value.field == "value"
        assert Deciding(room).decision(conflict) == (None, None)

    def test_a_teacher_decides_in_the_own_class_only(self, room: Classroom) -> None:
        school, mark = room.school, self.mark(room)
        conflict = write_conflict(school.db, "mark", mark, "value", held=40000, other=45000)
        stranger = school.sign_in(Role.TEACHER, school.add_teacher("Teacher 01"))
        assert Deciding(room, stranger).queries.waiting().total == 0
        teacher_id = school.add_teacher("Teacher 02")
        with school.db.write(school.actor, "change_class_subject") as session:
            link = natural_id("class_subject", room.class_id, room.subject_id)
            session.get_one(ClassSubject, link).teacher_id = teacher_id
        teacher = school.sign_in(Role.TEACHER, teacher_id)
        Deciding(room, teacher).decide(conflict, Verb.USE)
        assert str(self.state(room, mark)[1]) == "45.000"

    def test_a_mark_of_a_locked_item_is_accepted_by_whoever_may_open_it(self, room: Classroom) -> None:
        mark = self.mark(room)
        with room.school.db.write(room.school.actor, "lock_item") as session:
            session.get_one(AssessmentItem, room.items[0]).state = "locked"
        conflict = write_conflict(
            room.school.db, "mark", mark, "value", kind="proposal", held=40000, other=45000
        )
        counsellor = actor_of(uuid4(), "x", Role.COUNSELLOR, room.school.id)
        assert Deciding(room, counsellor).queries.card(conflict).verbs == ()
        office = room.school.sign_in(Role.SCHOOL_ADMINISTRATOR)
        Deciding(room, office).decide(conflict, Verb.USE)
        assert str(self.state(room, mark)[1]) == "45.000"


class TestRemoved:
    """One laptop removed a row that another changed."""

    def test_who_was_kept_is_removed_after_all(self, room: Classroom) -> None:
        conflict = write_conflict(
            room.school.db, "person", room.pupil(1), "deleted_at", kind="delete", held=None, other=1
        )
        desk = Deciding(room)
        card = desk.queries.card(conflict)
        assert [str(side.value) for side in card.sides] == ["kept", "removed"]
        assert Verb.EDIT not in card.verbs
        desk.decide(conflict, Verb.USE)
        assert desk.person(room.pupil(1)).deleted_at is not None

    def test_a_mark_that_stays_removed_is_brought_back_with_its_value(self, room: Classroom) -> None:
        mark = TestMarks().mark(room)
        with room.school.db.write(room.school.actor, "clear_marks") as session:
            session.get_one(Mark, mark).deleted_at = session.info["act"].moment
        conflict = write_conflict(
            room.school.db, "mark", mark, "value", kind="delete", held=40000, other=45000
        )
        Deciding(room).decide(conflict, Verb.USE)
        with room.school.db.read() as session:
            row = session.get_one(Mark, mark)
            assert (row.deleted_at, str(row.value), row.state) == (None, "45.000", "scored")


class TestDoubles:
    """Two records that may be one pupil."""

    def test_the_same_sets_an_alias_and_moves_nothing(self, room: Classroom) -> None:
        older, newer = room.pupil(1), room.pupil(2)
        conflict = write_conflict(
            room.school.db, "person", newer, "number", kind="duplicate", other=older.bytes
        )
        desk = Deciding(room)
        card = desk.queries.card(conflict)
        assert card.title.text(ENGLISH) == "Pupil 0002 and Pupil 0001 may be one pupil"
        assert card.verbs == (Verb.SAME, Verb.NOT_SAME)
        assert [side.value for side in card.sides] == ["Pupil 0001", "Pupil 0002"]
        assert any("Grade 5" in fact.text(ENGLISH) for fact in card.sides[0].facts)
        desk.decide(conflict, Verb.SAME)
        assert desk.person(newer).alias_of_id == older
        assert desk.person(older).alias_of_id is None
        with desk.db.read() as session:
            changed = {name for (name,) in session.execute(select(Act.verb)).all()}
        assert "decide_conflict" in changed

    def test_an_alias_of_an_alias_names_the_record_that_is_kept(self, room: Classroom) -> None:
        one, two, three = (room.pupil(number) for number in (1, 2, 3))
        desk = Deciding(room)
        first = write_conflict(room.school.db, "person", two, "number", kind="duplicate", other=one.bytes)
        second = write_conflict(
            room.school.db, "person", three, "likeness", kind="duplicate", other=two.bytes
        )
        desk.decide(first, Verb.SAME)
        desk.decide(second, Verb.SAME)
        assert desk.person(three).alias_of_id == one
        back = write_conflict(room.school.db, "person", one, "number", kind="duplicate", other=three.bytes)
        desk.decide(back, Verb.SAME)
        assert [desk.person(each).alias_of_id for each in (one, two, three)] == [None, one, one]
        assert desk.decision(back)[0] == "same"

    def test_not_the_same_only_settles_it(self, room: Classroom) -> None:
        conflict = write_conflict(
            room.school.db, "person", room.pupil(2), "number", kind="duplicate", other=room.pupil(1).bytes
        )
        desk = Deciding(room)
        desk.decide(conflict, Verb.NOT_SAME)
        assert desk.person(room.pupil(2)).alias_of_id is None
        assert desk.decision(conflict)[0] == "different"

    def test_whose_other_record_has_not_come_yet(self, room: Classroom) -> None:
        conflict = write_conflict(
            room.school.db, "person", room.pupil(2), "number", kind="duplicate", other=uuid4().bytes
        )
        with pytest.raises(Refused, match="Synchronise"):
            Deciding(room).decide(conflict, Verb.SAME)


class TestRules:
    """What breaks a rule names its rows and is put right by hand."""

    def test_the_rows_are_named_and_it_is_taken_off_the_list(self, room: Classroom) -> None:
        first, second = room.school.enrolments["Pupil 0001"], room.school.enrolments["Pupil 0002"]
        conflict = write_conflict(
            room.school.db,
            "enrolment",
            first,
            "one_enrolment",
            kind="rule",
            other=json.dumps([["enrolment", second.hex], ["from_the_future", second.hex]]),
        )
        desk = Deciding(room)
        card = desk.queries.card(conflict)
        assert card.title.text(ENGLISH) == "Pupil 0001 is on two rolls"
        assert [side.value for side in card.sides] == ["Pupil 0001", "Pupil 0002"]
        assert card.student_id == room.pupil(1)
        desk.decide(conflict, Verb.KEEP)
        assert desk.decision(conflict)[0] == "seen"


class TestTypedValues:
    """A third value keeps the rule of its field."""

    @pytest.mark.parametrize(
        ("table", "field", "typed", "said"),
        [
            ("person", "given_names", " ", "Enter the given names"),
            ("person", "sex", "X", "girl or boy"),
            ("person", "birth_date", "12 March", "year, month and day"),
            ("person", "birth_date", "2099-01-01", "must be before"),
            ("person", "nationality", "Grenada", "country code"),
            ("enrolment", "ends_on", "tomorrow", "year, month and day"),
            ("enrolment", "starts_on", "", "cannot be empty"),
            ("enrolment", "standing", "asleep", "one of the list"),
            ("enrolment", "repeater", "2", "one of the list"),
            ("guardianship", "priority", "1.5", "Too many decimals"),
            ("guardianship", "priority", "x", "number"),
            ("guardianship", "relation", "x" * 33, "longer than 32"),
        ],
    )
    def test_what_cannot_stand_there(
        self, room: Classroom, table: str, field: str, typed: str, said: str
    ) -> None:
        row_id = self.row(room, table)
        conflict = write_conflict(room.school.db, table, row_id, field, held=None, other=None)
        before = len(Deciding(room).acts())
        with pytest.raises(Refused, match=said) as told:
            Deciding(room).decide(conflict, Verb.EDIT, typed)
        assert (told.value.field, len(Deciding(room).acts())) == ("value", before)

    @pytest.mark.parametrize(
        ("table", "field", "typed", "kept"),
        [
            ("person", "given_names", " Élodie  Ann ", "Élodie Ann"),
            ("person", "birth_date", "2015-02-01", "2015-02-01"),
            ("person", "birth_date", "", None),
            ("enrolment", "ends_on", "2026-10-01", "2026-10-01"),
            ("enrolment", "repeater", "1", 1),
            ("guardianship", "priority", "3", 3),
            ("person_contact", "value", " 473  440 0101 ", "473 440 0101"),
        ],
    )
    def test_what_is_stored(self, room: Classroom, table: str, field: str, typed: str, kept: object) -> None:
        row_id = self.row(room, table)
        conflict = write_conflict(room.school.db, table, row_id, field, held=None, other=None)
        Deciding(room).decide(conflict, Verb.EDIT, typed)
        with room.school.db.read() as session:
            question = f'SELECT "{field}" FROM "{table}" WHERE id = ?'
            found = session.connection().exec_driver_sql(question, (row_id.bytes,)).scalar()
        assert found == kept

    def row(self, room: Classroom, table: str) -> UUID:
        if table == "person":
            return room.pupil(1)
        if table == "enrolment":
            return room.school.enrolments["Pupil 0001"]
        row_id = new_id()
        with room.school.db.write(room.school.actor, "change_phone") as session:
            if table == "guardianship":
                session.add(
                    Guardianship(
                        id=row_id, student_id=room.pupil(1), guardian_id=room.pupil(2), relation="MOTHER"
                    )
                )
            else:
                session.add(PersonContact(id=row_id, person_id=room.pupil(1), kind="phone", value="1"))
        return row_id


class TestNotTaken:
    """What the server did not take stays until somebody lets go of it."""

    def test_it_is_told_sent_again_and_gone(self, room: Classroom) -> None:
        desk = Deciding(room)
        pupil = room.pupil(1)
        seq = write_refused(room.school.db, "person", pupil, "transport", "Bus 3", desk.actor.user_id)
        (card,) = desk.queries.waiting().cards
        assert (card.id, card.verbs) == (refused_id(seq), (Verb.AGAIN, Verb.DROP))
        assert card.title.text(ENGLISH) == "Transport of Pupil 0001"
        assert [side.value for side in card.sides] == ["Bus 3"]
        desk.decide(card.id, Verb.AGAIN)
        assert desk.person(pupil).transport == "Bus 3"
        assert desk.queries.waiting().total == 0
        with pytest.raises(Refused, match="not there any more"):
            desk.decide(card.id, Verb.DROP)

    def test_the_access_of_a_person_of_another_laptop_is_no_matter_of_schools(self, room: Classroom) -> None:
        desk = Deciding(room)
        user = desk.actor.user_id
        write_refused(room.school.db, "user", user, "ended_at", 1, user, reason="not_yours")
        (card,) = desk.queries.waiting().cards
        why = card.why.text(ENGLISH)
        assert "changed on the laptop where it was given, or by the ministry" in why
        assert "another school" not in why

    def test_letting_go_changes_no_record(self, room: Classroom) -> None:
        desk = Deciding(room)
        seq = write_refused(room.school.db, "person", room.pupil(1), "transport", "Bus 3", desk.actor.user_id)
        desk.decide(refused_id(seq), Verb.DROP)
        assert desk.person(room.pupil(1)).transport is None
        with desk.db.read() as session:
            assert session.get_one(RefusedField, seq).let_go_at is not None

    def test_they_are_written_to_a_file(self, room: Classroom, tmp_path: Path) -> None:
        desk = Deciding(room)
        with pytest.raises(Refused, match="nothing that was not taken"):
            desk.service.export_refused(tmp_path / "none.json")
        write_refused(room.school.db, "person", room.pupil(1), "transport", "Bus 3", desk.actor.user_id)
        write_refused(room.school.db, "person_photo", room.pupil(1), "image", b"\x01", desk.actor.user_id)
        assert desk.service.export_refused(tmp_path / "all.json") == 2
        found = json.loads((tmp_path / "all.json").read_text(encoding="utf-8"))["values"]
        assert [(one["field"], one["value"], one["by"]) for one in found] == [
            ("transport", "Bus 3", "User 01"),
            ("image", "01", "User 01"),
        ]

    def test_a_teacher_sees_only_the_own(self, room: Classroom) -> None:
        teacher = room.school.sign_in(Role.TEACHER, room.school.add_teacher())
        write_refused(room.school.db, "person", room.pupil(1), "transport", "Bus 3", uuid4())
        assert Deciding(room, teacher).queries.waiting().total == 0
        write_refused(room.school.db, "person", room.pupil(1), "transport", "Bus 4", teacher.user_id)
        assert Deciding(room, teacher).queries.waiting().total == 1


def test_the_list_counts_what_the_reader_can_decide(room: Classroom) -> None:
    office = room.school.sign_in(Role.SCHOOL_ADMINISTRATOR)
    address(room)
    TestProposals().proposal(room, office.user_id)
    TestProposals().proposal(room, uuid4())
    found = Deciding(room, office).queries.waiting()
    assert (found.total, found.to_decide) == (3, 2)
    assert Deciding(room).queries.waiting().to_decide == 3
    assert len(Deciding(room).queries.waiting(1).cards) == 1


def test_what_was_decided_says_by_whom_and_what_is_in_force(room: Classroom) -> None:
    desk, conflict = Deciding(room), address(room)
    desk.decide(conflict, Verb.USE)
    found = desk.queries.decided()
    assert found.total == 1
    (line,) = found.rows
    assert (line.id, line.value, line.verb, line.by) == (conflict, "Mill Lane", Verb.USE, "User 01")


def test_users_and_laptops_are_named_on_both_sides(room: Classroom) -> None:
    second = room.school.sign_in(Role.SCHOOL_ADMINISTRATOR)
    conflict = address(room, held_user=room.school.actor.user_id, other_user=second.user_id)
    sides = Deciding(room).queries.card(conflict).sides
    assert [(side.who, side.laptop, side.in_force) for side in sides] == [
        ("User 01", "Office laptop", True),
        ("User school_administrator", "Library laptop", False),
    ]
    with room.school.db.read() as session:
        assert session.scalars(select(User.name)).all()
