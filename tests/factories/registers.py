"""A class with a register: Grade 5 Coral in term 1 of 2026-27, school from Monday 7 September."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import UUID

from emis_desktop.profiles.absence import absence_reasons
from emis_desktop.queries.attendance import RegisterQueries
from emis_desktop.rules.rights import Actor
from emis_desktop.services.calendar import CalendarService
from emis_desktop.services.registers import Register, RegisterService, TypedCell
from emis_desktop.services.undo import UndoService
from tests.factories.schools import School, demo_profile, opened_school

MONDAY = date(2026, 9, 14)
TODAY = date(2026, 11, 5)
AM, PM = 1, 2


@dataclass
class Registers:
    """One class with pupils "Pupil 0001" on, and what marks and reads its registers."""

    school: School
    class_id: UUID
    teacher_id: UUID

    def service(self, actor: Actor | None = None, today: date = TODAY) -> RegisterService:
        """The service for the office or somebody else."""
        reasons = absence_reasons(demo_profile())
        return RegisterService(self.school.db, actor or self.school.actor, reasons, lambda: today)

    def queries(self, actor: Actor | None = None) -> RegisterQueries:
        """The questions of the office or of somebody else."""
        return RegisterQueries(self.school.db, actor or self.school.actor)

    def calendar(self, actor: Actor | None = None) -> CalendarService:
        """The calendar in the hands of the office or of somebody else."""
        return CalendarService(self.school.db, actor or self.school.actor)

    def undo(self, actor: Actor | None = None) -> UndoService:
        """A sitting that begins now."""
        return UndoService(self.school.db, actor or self.school.actor)

    def pupil(self, number: int) -> UUID:
        """The pupil with that number, from 1."""
        return self.school.pupils[f"Pupil {number:04}"]

    def at(self, on: date = MONDAY, session: int = AM, subject_id: UUID | None = None) -> Register:
        """The register of a session."""
        return Register(self.class_id, on, session, subject_id)

    def mark(self, number: int, text: str, on: date = MONDAY, session: int = AM) -> None:
        """Mark a pupil; it must be taken."""
        self.service().mark(self.at(on, session), self.pupil(number), text)

    def week(self, number: int, cells: Mapping[tuple[date, int], str]) -> None:
        """Mark sessions of a pupil; all must be taken."""
        typed = [TypedCell(self.pupil(number), on, session, text) for (on, session), text in cells.items()]
        result = self.service().mark_block(self.class_id, typed)
        assert not result.refused, [str(one.reason) for one in result.refused]

    def shown(self, on: date = MONDAY, session: int = AM) -> list[str]:
        """What stands in a register, pupil by pupil; "" for not marked."""
        found = self.queries().register(self.class_id, on, session, TODAY)
        return ["" if row.entry is None else str(row.entry) for row in found.rows]


@contextmanager
def opened_registers(folder: Path, pupils: int = 4) -> Iterator[Registers]:
    """A store with one class of so many pupils and a class teacher."""
    with opened_school(folder) as school:
        teacher = school.add_teacher("Teacher 01")
        class_id = school.add_class("Grade 5 Coral", teacher_id=teacher)
        for number in range(1, pupils + 1):
            school.add_pupil(f"Pupil {number:04}", "Grade 5 Coral", sex="F" if number % 2 else "M")
        yield Registers(school, class_id, teacher)
