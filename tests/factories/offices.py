"""A school office at work: a store with two schools, classes of three grades, one pupil, and the services."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import UUID, uuid4

from emis_desktop.keyring import SealedBox
from emis_desktop.keyring.open_keys import OpenKeys
from emis_desktop.queries.history import HistoryQueries
from emis_desktop.queries.student_lines import StudentRecord
from emis_desktop.queries.students import StudentQueries
from emis_desktop.rules.rights import Actor, Role, actor_of
from emis_desktop.secret import random_key
from emis_desktop.services.admission import NewStudent
from emis_desktop.services.health import HealthService
from emis_desktop.services.photos import PhotoService
from emis_desktop.services.relations import RelationService
from emis_desktop.services.structure import NewSchool, create_school
from emis_desktop.services.students import StudentService
from emis_desktop.services.undo import UndoService
from resources.words import Words
from tests.factories.schools import IN_TERM, School, opened_school

FIRST_DAY = date(2026, 9, 7)


@dataclass
class Office:
    """The first school's office, as its principal; ``elsewhere`` is the office of the other school."""

    school: School
    actor: Actor
    other_id: UUID
    box: SealedBox

    @property
    def students(self) -> StudentService:
        """Commands on pupils, on a day in term 1."""
        return StudentService(self.school.db, self.actor, lambda: IN_TERM)

    @property
    def relations(self) -> RelationService:
        """Commands on guardians, phones and notes."""
        return RelationService(self.school.db, self.actor)

    @property
    def health(self) -> HealthService:
        """The sealed notes."""
        return HealthService(self.school.db, self.actor, self.box)

    @property
    def photos(self) -> PhotoService:
        """Photos."""
        return PhotoService(self.school.db, self.actor)

    def acting(self, role: Role, *, other: bool = False, everywhere: bool = False) -> "Office":
        """The same store under somebody else's hands."""
        school = None if everywhere else self.other_id if other else self.school.id
        return Office(self.school, actor_of(uuid4(), role.value, role, school), self.other_id, self.box)

    def new(self, given: str = "Élodie-Ann", family: str = "Pupil 0004", **changes: object) -> NewStudent:
        """An admission to Grade 5 of this office's school."""
        values: dict[str, object] = {
            "given_names": given,
            "family_name": family,
            "sex": "F",
            "birth_date": date(2016, 3, 12),
            "institution_id": self.actor.institution_id or self.school.id,
            "period_id": self.school.year,
            "grade_id": self.school.made.grades["G5"],
            "starts_on": FIRST_DAY,
            **changes,
        }
        return NewStudent(**values)  # type: ignore[arg-type]

    def admit(self, given: str = "Élodie-Ann", family: str = "Pupil 0004", **changes: object) -> UUID:
        """Admit a pupil."""
        return self.students.admit(self.new(given, family, **changes))

    def record(self, student_id: UUID) -> StudentRecord:
        """What a screen shows."""
        return StudentQueries(self.school.db, self.actor).record(student_id)

    def latest(self) -> str:
        """The newest act in words."""
        history = HistoryQueries(self.school.db, self.school.actor)
        return history.latest(1)[0].sentence.text(Words.load("en"))

    def sitting(self) -> UndoService:
        """Undo from now on."""
        return UndoService(self.school.db, self.actor)


@contextmanager
def opened_office(folder: Path) -> Iterator[Office]:
    """Two schools; the first has Grade 5 Coral and Reef, Grade 4 Coral and a class of Grades 5 and 6."""
    with opened_school(folder) as school:
        with school.db.write(school.actor, "create_school") as session:
            other = create_school(session, NewSchool("D-0108", "Leeward Demo Primary School"))
        for name, grades in (
            ("Grade 5 Coral", ("G5",)),
            ("Grade 5 Reef", ("G5",)),
            ("Grade 4 Coral", ("G4",)),
            ("Upper", ("G5", "G6")),
        ):
            school.add_class(name, grades)
        keys = OpenKeys(uuid4())
        keys.put("s", "health", 1, random_key())
        yield Office(school, school.actor, other, SealedBox(keys, "s"))
