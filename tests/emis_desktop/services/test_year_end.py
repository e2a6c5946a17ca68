"""The end of a year, done and taken back, on a real store."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from emis_desktop.errors import Cancelled, Refused
from emis_desktop.models import AcademicPeriod, ClassSubject, Enrolment
from emis_desktop.queries.year_end import Way
from emis_desktop.rules.ids import natural_id
from emis_desktop.rules.policies import MIN_ATTENDANCE, MIN_AVERAGE, MOST_REPEATS
from emis_desktop.rules.rights import Role
from emis_desktop.rules.year_end import Advice
from emis_desktop.services import year_end as module
from emis_desktop.services.students import StudentService
from emis_desktop.services.undo import UndoService
from emis_desktop.services.year_end import YearEndService
from resources.words import Words
from tests.factories.year_ends import NEXT_FIRST, Ending, opened_ending

EN = Words.load("en")
YEAR_LAST = date(2027, 7, 9)


@pytest.fixture
def ending(tmp_path: Path) -> Iterator[Ending]:
    with opened_ending(tmp_path) as found:
        with found.school.db.read() as session:
            assert session.get_one(AcademicPeriod, found.school.year).ends_on < NEXT_FIRST
        yield found


def graded(ending: Ending) -> None:
    """Average 60 asked for: pupil 1 and the senior have 80, pupil 2 has 40, pupil 3 lacks term 3."""
    ending.policy(MIN_AVERAGE, "60")
    school, marks = ending.school, {}
    for term in (1, 2, 3):
        item = ending.items[f"G5.{term}"]
        marks[school.pupils["Pupil 0001"], item] = "80"
        marks[school.pupils["Pupil 0002"], item] = "40"
        marks[school.pupils["Pupil 0004"], item] = "75"
        if term < 3:
            marks[school.pupils["Pupil 0003"], item] = "90"
        marks[school.pupils["Senior 0001"], ending.items[f"G6.{term}"]] = "80"
    school.enter(marks)


def opened(ending: Ending) -> None:
    ending.open_next()
    for name, grade in (("Grade 5 Coral", "G5"), ("Grade 6 Coral", "G6"), ("Grade 6 Reef", "G6")):
        ending.next_class(name, grade)


class TestPreview:
    """What would be."""

    def test_each_pupil_has_advice_reasons_and_a_way(self, ending: Ending) -> None:
        graded(ending)
        opened(ending)
        one, two = ending.pupil("Pupil 0001"), ending.pupil("Pupil 0002")
        assert (one.outcome, one.way, one.to_class) == (Advice.PROMOTED, Way.PLACE, "Grade 6 Coral")
        assert (two.outcome, two.way, two.to_class) == (Advice.REPEATED, Way.PLACE, "Grade 5 Coral")
        assert [reason.text(EN) for reason in two.advised.reasons] == ["average 40.0 %, 60 % asked for"]
        three = ending.pupil("Pupil 0003")
        assert (three.outcome, three.way) == (None, Way.WAIT)
        assert "results are incomplete" in three.advised.reasons[0].text(EN)
        senior = ending.pupil("Senior 0001")
        assert (senior.outcome, senior.way) == (Advice.GRADUATED, Way.FINISH)
        assert senior.note is not None
        assert senior.note.text(EN) == "Form 1 is not taught here"

    def test_without_the_next_year_only_outcomes_would_be_written(self, ending: Ending) -> None:
        graded(ending)
        assert ending.pupil("Pupil 0001").way is Way.DECIDE
        assert ending.preview().next_id is None

    def test_a_school_without_pupils_is_an_empty_list(self, tmp_path: Path) -> None:
        with opened_ending(tmp_path, 0) as bare:
            StudentService(bare.school.db, bare.school.actor, lambda: YEAR_LAST).withdraw(
                bare.school.pupils["Senior 0001"], date(2027, 1, 8), "emigrated", None
            )
            assert bare.preview().pupils == ()
            assert bare.service.run(bare.school.id, bare.school.year).pupils == ()

    def test_attendance_and_repeats_are_asked_for(self, ending: Ending) -> None:
        graded(ending)
        ending.policy(MIN_ATTENDANCE, "80")
        assert ending.pupil("Pupil 0001").outcome is None
        ending.policy(MIN_ATTENDANCE, "")
        ending.policy(MOST_REPEATS, "1")
        with ending.school.db.write(ending.school.actor, "change_student") as session:
            session.get_one(Enrolment, ending.school.enrolments["Pupil 0002"]).repeater = True
        assert ending.pupil("Pupil 0002").outcome is Advice.PROMOTED

    def test_another_school_may_not_look(self, ending: Ending) -> None:
        teacher = ending.school.sign_in(Role.TEACHER)
        with pytest.raises(Refused):
            YearEndService(ending.school.db, teacher).run(ending.school.id, ending.school.year)


class TestRun:
    """What is written."""

    def test_everybody_decided_goes_on_in_one_act(self, ending: Ending) -> None:
        graded(ending)
        opened(ending)
        result = ending.service.run(ending.school.id, ending.school.year)
        assert len(result.pupils) == 4
        assert [one.name for one in result.undecided] == ["0003, Pupil"]
        old, new = ending.enrolments("Pupil 0001")
        assert (old.outcome, old.ends_on, old.exit) == ("promoted", result.year_end.ends_on, None)
        assert (new.starts_on, new.entry, new.repeater, new.previous_id) == (
            NEXT_FIRST,
            "promoted",
            False,
            old.id,
        )
        assert [stay.class_id for stay in ending.stays(new)] == [ending.next_classes["Grade 6 Coral"]]
        assert [stay.ends_on for stay in ending.stays(old)] == [result.year_end.ends_on]
        _, again = ending.enrolments("Pupil 0002")
        assert (again.entry, again.repeater, again.grade_id) == (
            "repeated",
            True,
            ending.school.made.grades["G5"],
        )
        (senior,) = ending.enrolments("Senior 0001")
        assert (senior.outcome, senior.exit) == ("graduated", "completed")
        (open_one,) = ending.enrolments("Pupil 0003")
        assert (open_one.outcome, open_one.ends_on) == (None, None)

    def test_a_second_run_goes_on_where_the_first_stopped(self, ending: Ending) -> None:
        graded(ending)
        first = ending.service.run(ending.school.id, ending.school.year)
        assert {one.way for one in first.pupils} == {Way.DECIDE, Way.FINISH}
        assert ending.enrolments("Pupil 0001")[0].ends_on is None
        assert ending.service.run(ending.school.id, ending.school.year).pupils == ()
        opened(ending)
        second = ending.service.run(ending.school.id, ending.school.year)
        assert {one.student_id for one in second.pupils} == {
            ending.school.pupils[name] for name in ("Pupil 0001", "Pupil 0002", "Pupil 0004")
        }
        assert ending.service.run(ending.school.id, ending.school.year).pupils == ()
        assert len(ending.enrolments("Pupil 0001")) == 2

    def test_full_classes_and_missing_ones_leave_pupils_named(self, ending: Ending) -> None:
        graded(ending)
        ending.open_next()
        ending.next_class("Grade 6 Coral", "G6", capacity=1)
        result = ending.service.run(ending.school.id, ending.school.year)
        said = {one.name: one.note.text(EN) for one in result.unplaced if one.note is not None}
        assert said == {
            "0002, Pupil": "no class of Grade 5 is open yet",
            "0004, Pupil": "every class of Grade 6 is full",
        }
        _, new = ending.enrolments("Pupil 0004")
        assert ending.stays(new) == []

    def test_bounded_acts_can_be_stopped_and_gone_on_with(
        self, ending: Ending, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        graded(ending)
        opened(ending)
        monkeypatch.setattr(module, "AT_ONCE", 2)

        def stop(done: int, _total: int) -> None:
            if done == 2:
                raise Cancelled("Stopped.")

        with pytest.raises(Cancelled):
            ending.service.run(ending.school.id, ending.school.year, progress=stop)
        assert len([one for one in ending.preview().pupils if one.way is Way.DONE]) == 2
        assert len(ending.service.run(ending.school.id, ending.school.year).pupils) == 2

    def test_a_closed_year_takes_no_end(self, ending: Ending) -> None:
        with ending.school.db.write(ending.school.actor, "change_year") as session:
            session.get_one(AcademicPeriod, ending.school.year).state = "closed"
        with pytest.raises(Refused, match="closed"):
            ending.service.run(ending.school.id, ending.school.year)


class TestByHand:
    """Exceptions."""

    def test_people_decide_with_a_reason_and_the_run_keeps_to_it(self, ending: Ending) -> None:
        graded(ending)
        opened(ending)
        enrolment = ending.school.enrolments["Pupil 0002"]
        with pytest.raises(Refused, match="Say why"):
            ending.service.decide(enrolment, Advice.PROMOTED, " ")
        ending.service.decide(enrolment, Advice.PROMOTED, "Long illness, caught up since")
        two = ending.pupil("Pupil 0002")
        assert (two.by_hand, two.outcome, two.to_class) == (True, Advice.PROMOTED, "Grade 6 Coral")
        assert two.advised.advice is Advice.REPEATED
        ending.service.run(ending.school.id, ending.school.year)
        old, new = ending.enrolments("Pupil 0002")
        assert (old.outcome_reason, new.entry) == ("Long illness, caught up since", "promoted")
        with pytest.raises(Refused, match="gone on already"):
            ending.service.decide(enrolment, None)

    def test_it_can_be_left_to_the_rules_again_and_undone(self, ending: Ending) -> None:
        graded(ending)
        enrolment = ending.school.enrolments["Pupil 0003"]
        sitting = UndoService(ending.school.db, ending.school.actor)
        ending.service.decide(enrolment, Advice.REPEATED, "Missed a term")
        assert sitting.undo().sentence.text(EN) == "Outcome of Pupil 0003 decided"
        assert ending.pupil("Pupil 0003").outcome is None
        ending.service.decide(enrolment, Advice.REPEATED, "Missed a term")
        ending.service.decide(enrolment, None)
        assert ending.pupil("Pupil 0003").stored is None

    @pytest.mark.parametrize("outcome", [Advice.UNDECIDED])
    def test_undecided_is_no_decision(self, ending: Ending, outcome: Advice) -> None:
        with pytest.raises(Refused, match="Choose whether"):
            ending.service.decide(ending.school.enrolments["Pupil 0001"], outcome, "x")


class TestTakenBack:
    """The way back."""

    def test_all_of_it_is_as_before(self, ending: Ending) -> None:
        graded(ending)
        opened(ending)
        before = {name: [_plain(one) for one in ending.enrolments(name)] for name in ending.school.pupils}
        ending.service.run(ending.school.id, ending.school.year)
        back = ending.service.undo(ending.school.id, ending.school.year)
        assert (back.undone, back.kept) == (4, ())
        after = {name: [_plain(one) for one in ending.enrolments(name)] for name in ending.school.pupils}
        assert after == before
        assert [stay.ends_on for stay in ending.stays(ending.enrolments("Pupil 0001")[0])] == [None]
        assert ending.pupil("Pupil 0001").way is Way.PLACE
        ending.service.run(ending.school.id, ending.school.year)
        assert len(ending.enrolments("Pupil 0001")) == 2

    def test_who_has_gone_on_is_kept_and_named(self, ending: Ending) -> None:
        graded(ending)
        opened(ending)
        ending.service.run(ending.school.id, ending.school.year)
        item = ending.next_test("G6")
        _, new = ending.enrolments("Pupil 0001")
        with ending.school.db.write(ending.school.actor, "create_class") as session:
            room = ending.next_classes["Grade 6 Coral"]
            subject = ending.school.made.subjects["P-MA"]
            session.add(
                ClassSubject(id=natural_id("class_subject", room, subject), class_id=room, subject_id=subject)
            )
        ending.school.enter({(new.person_id, item): "50"})
        students = StudentService(ending.school.db, ending.school.actor, lambda: date(2027, 9, 20))
        students.move_to_class(
            ending.school.pupils["Pupil 0004"], ending.next_classes["Grade 6 Reef"], date(2027, 9, 20)
        )
        back = ending.service.undo(ending.school.id, ending.school.year)
        assert back.undone == 2
        assert {one.name: one.reason.text(EN) for one in back.kept} == {
            "0001, Pupil": "has marks in the new year",
            "0004, Pupil": "changed class in the new year",
        }
        assert len(ending.enrolments("Pupil 0001")) == 2
        assert len(ending.enrolments("Pupil 0002")) == 1

    def test_what_people_decided_stays_decided(self, ending: Ending) -> None:
        graded(ending)
        opened(ending)
        ending.service.decide(ending.school.enrolments["Pupil 0002"], Advice.PROMOTED, "Caught up")
        ending.service.run(ending.school.id, ending.school.year)
        ending.service.undo(ending.school.id, ending.school.year)
        (row,) = ending.enrolments("Pupil 0002")
        assert (row.outcome, row.outcome_reason, row.ends_on) == ("promoted", "Caught up", None)

    def test_where_nothing_was_ended_there_is_nothing_to_take_back(self, ending: Ending) -> None:
        with pytest.raises(Refused, match="nothing to take back"):
            ending.service.undo(ending.school.id, ending.school.year)

    def test_plain_undo_points_to_the_place_where_it_is_taken_back(self, ending: Ending) -> None:
        graded(ending)
        opened(ending)
        sitting = UndoService(ending.school.db, ending.school.actor)
        ending.service.run(ending.school.id, ending.school.year)
        with pytest.raises(Refused, match="End of year"):
            sitting.undo()


def _plain(row: Enrolment) -> tuple[object, ...]:
    return (row.id, row.outcome, row.outcome_reason, row.ends_on, row.exit, row.standing, row.grade_id)
