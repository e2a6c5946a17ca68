"""A pupil who goes from one school to another: out, in, both at once, and as a guest."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from emis_desktop.errors import Refused
from emis_desktop.models import Act, ClassPupil, Enrolment, Person
from emis_desktop.queries.history import HistoryQueries
from emis_desktop.queries.home import HomeQueries, TaskKind
from emis_desktop.queries.school import SchoolQueries
from emis_desktop.queries.student_lines import EnrolmentLine
from emis_desktop.queries.transfers import TransferQueries
from emis_desktop.rules.rights import Role
from emis_desktop.services.structure import NewClass, create_class
from emis_desktop.services.transfers import Arrival, Departure, TransferService
from resources.words import Words
from tests.factories.conflicts import write_conflict
from tests.factories.offices import FIRST_DAY, Office, opened_office
from tests.factories.schools import IN_TERM

MOVED = date(2026, 10, 12)
CORAL = "Grade 5 Coral"


@dataclass
class Country:
    """Two schools in one store: the old one, the new one and the ministry, and a pupil of the old one."""

    old: Office
    new: Office
    ministry: Office
    pupil: UUID
    class_there: UUID

    def transfers(self, office: Office) -> TransferService:
        return TransferService(office.school.db, office.actor, lambda: IN_TERM)

    def questions(self, office: Office) -> TransferQueries:
        return TransferQueries(office.school.db, office.actor)

    def arrival(self, **changes: object) -> Arrival:
        school = self.old.school
        values: dict[str, object] = {
            "institution_id": self.old.other_id,
            "period_id": school.year,
            "grade_id": school.made.grades["G5"],
            "starts_on": MOVED,
            "class_id": self.class_there,
            **changes,
        }
        return Arrival(**values)  # type: ignore[arg-type]

    def lines(self) -> list[EnrolmentLine]:
        return list(self.ministry.record(self.pupil).enrolments)

    def number(self) -> str:
        found = self.ministry.record(self.pupil).number
        assert found is not None
        return found

    def latest(self) -> str:
        history = HistoryQueries(self.old.school.db, self.ministry.actor)
        return history.latest(1)[0].sentence.text(Words.load("en"))

    def acts(self) -> int:
        with self.old.school.db.read() as session:
            return len(session.scalars(select(Act.seq)).all())


@pytest.fixture
def country(tmp_path: Path) -> Iterator[Country]:
    with opened_office(tmp_path) as old:
        school = old.school
        pupil = old.admit(class_id=school.classes[CORAL])
        there = NewClass(old.other_id, school.year, "Grade 5 Palm", (school.made.grades["G5"],))
        with school.db.write(school.actor, "create_class") as session:
            class_there = create_class(session, there)
        new = old.acting(Role.PRINCIPAL, other=True)
        yield Country(old, new, old.acting(Role.MINISTRY_OFFICER, everywhere=True), pupil, class_there)


class TestOut:
    """The old school lets a pupil go."""

    def test_one_act_ends_the_enrolment_and_the_place_and_names_the_school(self, country: Country) -> None:
        before = country.acts()
        leaving = Departure(MOVED, country.old.other_id, "MOVED")
        country.transfers(country.old).transfer_out(country.pupil, leaving)
        assert country.acts() == before + 1
        (line,) = country.lines()
        assert (line.ends_on, line.exit, line.exit_reason) == (MOVED, "transferred", "MOVED")
        assert line.destination == "Leeward Demo Primary School"
        assert [stay.ends_on for stay in line.stays] == [MOVED]
        said = "Élodie-Ann Pupil 0004 transferred to Leeward Demo Primary School"
        assert country.latest() == said

    def test_where_to_may_be_unknown_and_be_said_later(self, country: Country) -> None:
        transfers = country.transfers(country.old)
        transfers.transfer_out(country.pupil, Departure(MOVED))
        assert country.latest() == "Élodie-Ann Pupil 0004 transferred to another school"
        assert country.lines()[0].destination is None
        transfers.change_destination(country.pupil, country.old.other_id)
        assert country.lines()[0].destination == "Leeward Demo Primary School"

    def test_undo_puts_the_pupil_back_whole(self, country: Country) -> None:
        sitting = country.old.sitting()
        country.transfers(country.old).transfer_out(country.pupil, Departure(MOVED, country.old.other_id))
        sitting.undo()
        (line,) = country.lines()
        assert (line.ends_on, line.exit, line.destination) == (None, None, None)
        assert [stay.ends_on for stay in line.stays] == [None]

    @pytest.mark.parametrize(
        ("wrong", "said"),
        [
            (Departure(IN_TERM + timedelta(days=1)), "still to come"),
            (Departure(FIRST_DAY - timedelta(days=1)), "before the first day"),
            (Departure(MOVED, uuid4()), "school is no longer there"),
        ],
    )
    def test_what_cannot_be_changes_nothing(self, country: Country, wrong: Departure, said: str) -> None:
        before = country.acts()
        with pytest.raises(Refused, match=said):
            country.transfers(country.old).transfer_out(country.pupil, wrong)
        assert country.acts() == before

    def test_to_the_own_school_is_no_transfer(self, country: Country) -> None:
        with pytest.raises(Refused, match="at that school already"):
            country.transfers(country.old).transfer_out(
                country.pupil, Departure(MOVED, country.old.school.id)
            )

    @pytest.mark.parametrize("role", [Role.TEACHER, Role.COUNSELLOR, Role.DISTRICT_OFFICER, Role.AUDITOR])
    def test_who_may_not_change_pupils_moves_none(self, country: Country, role: Role) -> None:
        with pytest.raises(Refused, match="is not open to the role"):
            country.transfers(country.old.acting(role)).transfer_out(country.pupil, Departure(MOVED))

    def test_another_school_lets_nobody_go_from_here(self, country: Country) -> None:
        with pytest.raises(Refused, match="not open to you"):
            country.transfers(country.new).transfer_out(country.pupil, Departure(MOVED))


class TestIn:
    """The new school takes a pupil in."""

    def test_who_was_sent_is_awaited_and_enrolled_by_number(self, country: Country) -> None:
        country.transfers(country.old).transfer_out(country.pupil, Departure(MOVED, country.old.other_id))
        (newcomer,) = country.questions(country.new).awaited(country.old.other_id)
        assert (newcomer.name, newcomer.school, newcomer.grade, newcomer.left_on) == (
            "Élodie-Ann Pupil 0004",
            "Windward Demo Primary School",
            "Grade 5",
            MOVED,
        )
        before = country.acts()
        made = country.transfers(country.new).enrol_by_number(f" {country.number()} ", country.arrival())
        assert country.acts() == before + 1
        new, old = country.lines()
        assert (new.id, new.institution, new.class_name) == (
            made,
            "Leeward Demo Primary School",
            "Grade 5 Palm",
        )
        with country.old.school.db.read() as session:
            assert session.get_one(Enrolment, made).previous_id == old.id
        assert country.questions(country.new).awaited(country.old.other_id) == ()
        said = "Élodie-Ann Pupil 0004 enrolled at Leeward Demo Primary School"
        assert country.latest() == said

    def test_the_new_school_reads_the_years_before(self, country: Country) -> None:
        country.transfers(country.old).transfer_out(country.pupil, Departure(MOVED, country.old.other_id))
        country.transfers(country.new).transfer_in(country.pupil, country.arrival())
        schools = [line.institution for line in country.new.record(country.pupil).enrolments]
        assert schools == ["Leeward Demo Primary School", "Windward Demo Primary School"]

    def test_the_old_school_changes_the_record_no_more(self, country: Country) -> None:
        country.transfers(country.old).transfer_out(country.pupil, Departure(MOVED, country.old.other_id))
        country.transfers(country.new).transfer_in(country.pupil, country.arrival())
        with pytest.raises(Refused, match="at another school now"):
            country.old.students.change(country.pupil, "address", "Harbour Road")

    def test_a_school_takes_nobody_who_is_still_on_another_roll(self, country: Country) -> None:
        with pytest.raises(Refused, match="still on the roll of Windward Demo Primary School"):
            country.transfers(country.new).transfer_in(country.pupil, country.arrival())
        assert len(country.lines()) == 1

    def test_nor_one_who_was_sent_to_a_third(self, country: Country) -> None:
        country.transfers(country.old).transfer_out(country.pupil, Departure(MOVED, country.old.other_id))
        back = country.arrival(institution_id=country.old.school.id, class_id=None)
        with pytest.raises(Refused, match="was transferred to Leeward Demo Primary School"):
            country.transfers(country.old).transfer_in(country.pupil, back)

    def test_the_ministry_does_both_in_one_act(self, country: Country) -> None:
        before = country.acts()
        country.transfers(country.ministry).transfer_in(country.pupil, country.arrival())
        assert country.acts() == before + 1
        new, old = country.lines()
        assert (old.ends_on, old.exit, old.destination) == (MOVED, "transferred", new.institution)
        assert [stay.ends_on for stay in old.stays] == [MOVED]
        assert (new.ends_on, new.class_name) == (None, "Grade 5 Palm")

    def test_undo_of_both_leaves_neither(self, country: Country) -> None:
        sitting = country.ministry.sitting()
        country.transfers(country.ministry).transfer_in(country.pupil, country.arrival())
        sitting.undo()
        (line,) = country.lines()
        assert (line.ends_on, line.exit, line.destination) == (None, None, None)
        sitting.redo()
        assert [each.ends_on for each in country.lines()] == [None, MOVED]

    def test_a_number_nobody_has_here(self, country: Country) -> None:
        with pytest.raises(Refused, match="Nobody with the number T9-9999 is known") as told:
            country.transfers(country.new).enrol_by_number("T9-9999", country.arrival())
        assert told.value.field == "number"

    def test_a_school_enrols_for_itself_only(self, country: Country) -> None:
        with pytest.raises(Refused, match="belongs to another school"):
            country.transfers(country.old).transfer_in(country.pupil, country.arrival())

    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            ({"class_id": uuid4()}, "class is no longer there"),
            ({"starts_on": date(2027, 9, 1)}, "outside the school year"),
            ({"starts_on": MOVED - timedelta(days=1)}, "left on"),
        ],
    )
    def test_what_cannot_be_changes_nothing(
        self, country: Country, changes: dict[str, object], said: str
    ) -> None:
        country.transfers(country.old).transfer_out(country.pupil, Departure(MOVED, country.old.other_id))
        before = country.acts()
        with pytest.raises(Refused, match=said):
            country.transfers(country.new).transfer_in(country.pupil, country.arrival(**changes))
        assert (country.acts(), len(country.lines())) == (before, 1)

    def test_the_number_of_a_double_finds_the_record_that_is_kept(self, country: Country) -> None:
        kept = country.pupil
        double = country.old.admit("Elodie", "Pupil 0004")
        number = country.old.record(double).number
        assert number is not None
        with country.old.school.db.write(country.old.actor, "change_student") as session:
            session.get_one(Person, double).alias_of_id = kept
        country.transfers(country.old).transfer_out(kept, Departure(MOVED, country.old.other_id))
        country.transfers(country.new).enrol_by_number(number, country.arrival())
        assert country.lines()[0].institution == "Leeward Demo Primary School"

    def test_who_was_admitted_as_new_meanwhile_is_on_the_roll_once(self, country: Country) -> None:
        there = country.old.other_id
        grade = country.old.school.made.grades["G5"]
        double = country.new.admit("Elodie", "Pupil 0004", institution_id=there, grade_id=grade)
        with country.old.school.db.write(country.new.actor, "change_student") as session:
            session.get_one(Person, double).alias_of_id = country.pupil
        country.transfers(country.old).transfer_out(country.pupil, Departure(MOVED, there))
        country.transfers(country.new).transfer_in(country.pupil, country.arrival())
        with country.old.school.db.read() as session:
            rows = session.scalars(select(Enrolment).where(Enrolment.institution_id == there)).all()
            found = {row.person_id: (row.ends_on, row.exit) for row in rows}
        assert found == {double: (MOVED, "administrative"), country.pupil: (None, None)}


class TestMoves:
    """What a school sees of pupils who come and go."""

    def test_a_school_sees_its_own_side(self, country: Country) -> None:
        other = country.old.other_id
        stays = country.old.admit("Ada", "Pupil 0005")
        country.transfers(country.old).transfer_out(country.pupil, Departure(MOVED, other))
        here, there = country.old.school.id, other
        mine = country.questions(country.old).moves(here, FIRST_DAY)
        theirs = country.questions(country.new).moves(there, FIRST_DAY)
        assert [(one.person_id, one.destination) for one in mine.gone] == [
            (country.pupil, "Leeward Demo Primary School")
        ]
        assert (mine.awaited, mine.asked, mine.waiting, theirs.gone) == ((), (), (), ())
        assert [one.person_id for one in theirs.awaited] == [country.pupil]
        assert stays not in {one.person_id for one in mine.gone}
        assert country.questions(country.old).moves(here, MOVED + timedelta(days=1)).gone == ()

    def test_who_was_sent_is_a_task_of_the_new_school(self, country: Country) -> None:
        other, school = country.old.other_id, country.old.school
        term = SchoolQueries(school.db, country.new.actor).today(IN_TERM).term
        assert term is not None

        def tasks() -> list[tuple[TaskKind, int]]:
            home = HomeQueries(school.db, country.new.actor).home(other, term.id, IN_TERM, backup_days=7)
            return [(task.kind, task.count) for task in home.tasks if task.kind is TaskKind.PUPILS_SENT]

        assert tasks() == []
        country.transfers(country.old).transfer_out(country.pupil, Departure(MOVED, other))
        assert tasks() == [(TaskKind.PUPILS_SENT, 1)]
        country.transfers(country.new).transfer_in(country.pupil, country.arrival())
        assert tasks() == []

    def test_a_question_of_the_server_is_asked_of_one_school_and_waited_for_at_the_other(
        self, country: Country
    ) -> None:
        there = country.old.other_id
        new = country.new.admit("Elodie", "Pupil 0004", institution_id=there)
        write_conflict(
            country.old.school.db,
            "person",
            new,
            "number",
            kind="duplicate",
            held=there.bytes,
            other=country.pupil.bytes,
            sensitivity="basic",
        )
        mine = country.questions(country.old).moves(country.old.school.id, FIRST_DAY)
        theirs = country.questions(country.new).moves(there, FIRST_DAY)
        (asked,), (waiting,) = mine.asked, theirs.waiting
        assert (asked.person_id, asked.school_id, asked.by_number) == (country.pupil, there, True)
        assert (waiting.person_id, waiting.other_id) == (new, country.pupil)
        assert (mine.waiting, theirs.asked) == ((), ())

    def test_a_pupil_is_found_by_number_or_by_name_and_day(self, country: Country) -> None:
        find = country.questions(country.old).find
        born = country.lines() and country.ministry.record(country.pupil).birth_date
        assert [one.person_id for one in find(country.number(), None)] == [country.pupil]
        assert [one.person_id for one in find("pupil 0004 elodie", born)] == [country.pupil]
        assert find("pupil 0004 elodie", date(2001, 1, 1)) == ()
        with pytest.raises(Refused, match="date of birth"):
            find("Elodie", None)


class TestGuests:
    """Pupils who sit at another school for a time."""

    def test_the_own_enrolment_stays_open_and_counts(self, country: Country) -> None:
        second = country.old.admit("Ada", "Pupil 0005", class_id=country.old.school.classes[CORAL])
        before = country.acts()
        country.transfers(country.ministry).host_pupils([country.pupil, second], country.arrival())
        assert country.acts() == before + 1
        guest, home = country.lines()
        assert (guest.standing, guest.institution) == ("hosted", "Leeward Demo Primary School")
        assert (home.standing, home.ends_on) == ("enrolled", None)
        assert country.latest() == "2 pupils taken in as guests at Leeward Demo Primary School"

    def test_a_guest_goes_home(self, country: Country) -> None:
        transfers = country.transfers(country.ministry)
        transfers.host_pupils([country.pupil], country.arrival())
        country.transfers(country.new).end_hosting(country.pupil, IN_TERM)
        guest, home = country.lines()
        assert (guest.ends_on, guest.exit, home.ends_on) == (IN_TERM, None, None)
        with country.old.school.db.read() as session:
            open_places = session.scalars(select(ClassPupil.class_id).where(ClassPupil.ends_on.is_(None)))
            assert list(open_places) == [country.old.school.classes[CORAL]]

    def test_a_guest_who_stays_is_transferred_from_the_own_school(self, country: Country) -> None:
        transfers = country.transfers(country.ministry)
        transfers.host_pupils([country.pupil], country.arrival(class_id=None))
        transfers.transfer_in(country.pupil, country.arrival(starts_on=IN_TERM))
        ended = [(line.standing, line.exit) for line in country.lines() if line.ends_on is not None]
        assert sorted(ended, key=str) == [("enrolled", "transferred"), ("hosted", None)]
        (current,) = [line for line in country.lines() if line.ends_on is None]
        with country.old.school.db.read() as session:
            previous = session.get_one(Enrolment, current.id).previous_id
        assert previous == next(line.id for line in country.lines() if line.exit == "transferred")

    def test_nobody_is_a_guest_twice(self, country: Country) -> None:
        transfers = country.transfers(country.ministry)
        transfers.host_pupils([country.pupil], country.arrival())
        with pytest.raises(Refused, match="guest at a school already"):
            transfers.host_pupils([country.pupil], country.arrival())

    def test_nobody_is_a_guest_at_home(self, country: Country) -> None:
        home = country.arrival(institution_id=country.old.school.id, class_id=None)
        with pytest.raises(Refused, match="own school"):
            country.transfers(country.ministry).host_pupils([country.pupil], home)

    def test_one_school_alone_sends_no_guests(self, country: Country) -> None:
        with pytest.raises(Refused, match="Ask the ministry"):
            country.transfers(country.old).host_pupils([country.pupil], country.arrival())
