"""Any sequence of what can happen to a pupil keeps at most one place of each pupil on a roll, and loses
neither a mark nor a register.
"""

from collections.abc import Callable
from contextlib import ExitStack, suppress
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import func, select

from emis_desktop.errors import Refused
from emis_desktop.models import AttendanceMonth, Enrolment, Mark
from emis_desktop.rules.ids import natural_id
from emis_desktop.rules.rights import Actor, Role, actor_of
from emis_desktop.rules.year_end import Advice
from emis_desktop.services.approvals import ApprovalService
from emis_desktop.services.structure import NewClass, NewSchool, create_class, create_school
from emis_desktop.services.students import Readmission, StudentService
from emis_desktop.services.suspensions import NewSuspension, SuspensionService
from emis_desktop.services.transfers import Arrival, Departure, TransferService
from emis_desktop.services.undo import UndoService
from emis_desktop.services.year_end import YearEndService
from tests.factories.year_ends import NEXT_FIRST, Ending, opened_ending

FIRST = date(2026, 9, 8)
PUPILS = 3

pupils = st.integers(0, PUPILS)
days = st.integers(0, 200).map(lambda number: FIRST + timedelta(days=number))
late_days = st.integers(0, 40).map(lambda number: NEXT_FIRST + timedelta(days=number))
either = st.booleans()


class Lives(RuleBasedStateMachine):
    """Two schools in one store, three pupils and a senior, and everything that the offices can do."""

    def __init__(self) -> None:
        super().__init__()
        self._stack = ExitStack()

    @initialize()
    def open(self) -> None:
        """A store with marks and registers of every pupil."""
        folder = self._stack.enter_context(TemporaryDirectory())
        self.ending: Ending = self._stack.enter_context(opened_ending(Path(folder), PUPILS))
        school = self.ending.school
        self.db, self.year = school.db, school.year
        self.school: Actor = school.actor
        self.ministry = actor_of(self.school.user_id, "Officer 01", Role.MINISTRY_OFFICER)
        with self.db.write(self.ministry, "create_school") as session:
            self.other = create_school(session, NewSchool("D-0300", "Palm Demo Primary School"))
            grades = (school.made.grades["G5"], school.made.grades["G6"])
            self.there = create_class(session, NewClass(self.other, self.year, "Palm", grades))
        self.names = list(school.pupils)
        school.enter(
            {
                (student, self.ending.items[f"{'G6' if name.startswith('Senior') else 'G5'}.1"]): "70"
                for name, student in school.pupils.items()
            }
        )
        with self.db.write(self.school, "mark_register") as session:
            for student in school.pupils.values():
                key = natural_id("attendance_month", student, school.id, "2026-09", 1, None)
                session.add(
                    AttendanceMonth(
                        id=key,
                        student_id=student,
                        institution_id=school.id,
                        month="2026-09",
                        session=1,
                        d10="P",
                    )
                )
        self.ending.open_next()
        self.ending.next_class("Grade 6 Coral", "G6")
        self.ending.next_class("Grade 5 Coral", "G5")
        self.sitting = UndoService(self.db, self.ministry)
        self.counted = self.counts()

    def teardown(self) -> None:
        """Close the store."""
        self._stack.close()

    # -- What can happen ------------------------------------------------------------------------------

    def attempt(self, deed: Callable[..., object], *arguments: object) -> None:
        """Do it; a calm refusal is an answer, too."""
        with suppress(Refused):
            deed(*arguments)

    def pupil(self, number: int) -> UUID:
        """A pupil by number."""
        return self.ending.school.pupils[self.names[number]]

    @property
    def students(self) -> StudentService:
        """Commands of the ministry, who reach both schools."""
        return StudentService(self.db, self.ministry, lambda: date(2028, 1, 1))

    @property
    def transfers(self) -> TransferService:
        """The same for transfers."""
        return TransferService(self.db, self.ministry, lambda: date(2028, 1, 1))

    @rule(who=pupils, day=days, how=st.sampled_from(["emigrated", "dropped_out", "deceased", "expelled"]))
    def withdraw(self, who: int, day: date, how: str) -> None:
        """Leaves."""
        self.attempt(self.students.withdraw, self.pupil(who), day, how, None)

    @rule(who=pupils, day=days)
    def readmit(self, who: int, day: date) -> None:
        """Comes back."""
        grade = self.ending.school.made.grades["G5"]
        back = Readmission(self.year, grade, day, override="asked for")
        self.attempt(self.students.readmit, self.pupil(who), back)

    @rule(who=pupils, day=days, away=either)
    def transfer_out(self, who: int, day: date, away: bool) -> None:
        """Goes to another school."""
        destination = self.other if away else self.ending.school.id
        self.attempt(self.transfers.transfer_out, self.pupil(who), Departure(day, destination))

    @rule(who=pupils, day=days, away=either)
    def transfer_in(self, who: int, day: date, away: bool) -> None:
        """Comes to another school, perhaps from an open stay."""
        school = self.other if away else self.ending.school.id
        grade = self.ending.school.made.grades["G5"]
        arrival = Arrival(school, self.year, grade, day, self.there if away else None, override="asked for")
        self.attempt(self.transfers.transfer_in, self.pupil(who), arrival)

    @rule(who=pupils, day=days, away=either)
    def host(self, who: int, day: date, away: bool) -> None:
        """Is a guest after a storm."""
        school = self.other if away else self.ending.school.id
        arrival = Arrival(school, self.year, self.ending.school.made.grades["G5"], day)
        self.attempt(self.transfers.host_pupils, [self.pupil(who)], arrival)

    @rule(who=pupils, day=days)
    def go_home(self, who: int, day: date) -> None:
        """Is no guest any more."""
        self.attempt(self.transfers.end_hosting, self.pupil(who), day)

    @rule(who=pupils, day=days, upper=either)
    def move(self, who: int, day: date, upper: bool) -> None:
        """Changes class."""
        classes = self.ending.school.classes
        room = classes["Grade 6 Coral" if upper else "Grade 5 Coral"]
        grade = self.ending.school.made.grades["G6" if upper else "G5"]
        self.attempt(self.students.move_to_class, self.pupil(who), room, day, grade, "asked for")

    @rule(who=pupils, day=days, ends=either)
    def suspend(self, who: int, day: date, ends: bool) -> None:
        """Is suspended."""
        new = NewSuspension(day, day + timedelta(days=5) if ends else None, "FIGHT")
        self.attempt(SuspensionService(self.db, self.ministry).suspend, self.pupil(who), new)

    @rule(who=pupils, outcome=st.sampled_from([*list(Advice)[:3], None]))
    def decide(self, who: int, outcome: Advice | None) -> None:
        """People decide about the year."""
        enrolment = self.ending.school.enrolments[self.names[who]]
        self.attempt(YearEndService(self.db, self.ministry).decide, enrolment, outcome, "asked for")

    @rule(away=either)
    def end_year(self, away: bool) -> None:
        """A school ends its year."""
        school = self.other if away else self.ending.school.id
        self.attempt(YearEndService(self.db, self.ministry).run, school, self.year)

    @rule(away=either)
    def take_back_year(self, away: bool) -> None:
        """A school takes it back."""
        school = self.other if away else self.ending.school.id
        self.attempt(YearEndService(self.db, self.ministry).undo, school, self.year)

    @rule(who=pupils, day=late_days)
    def move_next_year(self, who: int, day: date) -> None:
        """Goes on in the new year."""
        room = self.ending.next_classes["Grade 6 Coral"]
        self.attempt(self.students.move_to_class, self.pupil(who), room, day)

    @rule(who=pupils)
    def approve(self, who: int) -> None:
        """Is approved, where anybody asked."""
        enrolment = self.ending.school.enrolments[self.names[who]]
        self.attempt(ApprovalService(self.db, self.ministry).approve, [enrolment])

    @rule()
    def undo(self) -> None:
        """The last act is taken back."""
        self.attempt(self.sitting.undo)

    @rule()
    def redo(self) -> None:
        """And done again."""
        self.attempt(self.sitting.redo)

    # -- What stays true ------------------------------------------------------------------------------

    def counts(self) -> tuple[int, int]:
        """Marks and register rows that are there."""
        with self.db.read() as session:
            marks = session.scalar(select(func.count()).select_from(Mark).where(Mark.deleted_at.is_(None)))
            rows = session.scalar(
                select(func.count())
                .select_from(AttendanceMonth)
                .where(AttendanceMonth.deleted_at.is_(None), AttendanceMonth.d10 == "P")
            )
            return int(marks or 0), int(rows or 0)

    @precondition(lambda self: hasattr(self, "counted"))
    @invariant()
    def nothing_is_lost(self) -> None:
        """Every mark and every register row stands."""
        assert self.counts() == self.counted == (PUPILS + 1, PUPILS + 1)

    @precondition(lambda self: hasattr(self, "counted"))
    @invariant()
    def at_most_one_place(self) -> None:
        """Nobody is on two rolls, a guest aside; nobody left before coming."""
        with self.db.read() as session:
            rows = list(session.scalars(select(Enrolment).where(Enrolment.deleted_at.is_(None))))
            current = [row.person_id for row in rows if row.ends_on is None and row.standing != "hosted"]
            assert len(current) == len(set(current))
            guests = [row.person_id for row in rows if row.ends_on is None and row.standing == "hosted"]
            assert len(guests) == len(set(guests))
            assert all(row.ends_on is None or row.ends_on >= row.starts_on for row in rows)
            assert {row.person_id for row in rows} >= set(self.ending.school.pupils.values())


Lives.TestCase.settings = settings(
    max_examples=12, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
TestLives = Lives.TestCase
