"""A school with mark sheets to open on a screen: classes, tests, pupils, and the doors to the store."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from emis_desktop.demo_content import abilities, term_marks
from emis_desktop.desk import Desk, open_desk
from emis_desktop.models import ClassPupil, Enrolment, Person
from emis_desktop.profiles import ItemTemplate, Texts
from emis_desktop.queries.mark_sheet import MarkSheetQueries
from emis_desktop.queries.school import SchoolQueries, TermInfo, YearInfo
from emis_desktop.rules.ids import new_id
from emis_desktop.rules.marks import CODES, MarkEntry, mark_text
from emis_desktop.rules.numbers import plain
from emis_desktop.rules.rights import Actor
from emis_desktop.services.items import ItemPlace, NewItem, add_items
from emis_desktop.services.marks import TypedMark, enter_marks
from emis_desktop.services.structure import StructureService
from tests.factories.schools import School, demo_profile, opened_school

TESTS = (
    ("Quiz 1", 20, 5),
    ("Quiz 2", 20, 5),
    ("Quiz 3", 20, 5),
    ("Home 1", 10, 5),
    ("Home 2", 10, 5),
    ("Project", 50, 15),
    ("Test 1", 100, 20),
    ("Test 2", 100, 40),
)
"""Name, maximum and weight of the tests of a usual sheet."""
CORAL, REEF = "Grade 5 Coral", "Grade 5 Reef"


def desk_of(school: School, actor: Actor | None = None) -> Desk:
    """The desk of ``actor``, else of the office, without a sign-in: health notes and users stay shut."""
    laptop: Any = SimpleNamespace(
        db=school.db, actor=actor or school.actor, box=None, user_keys=None, profile=demo_profile()
    )
    return open_desk(laptop)


@dataclass
class Sheets:
    """A school with two classes of Grade 5 that have Mathematics and Science, tests in Mathematics only."""

    school: School
    items: list[UUID]
    students: list[UUID]

    @property
    def subject(self) -> UUID:
        """Mathematics."""
        return self.school.made.subjects["P-MA"]

    @property
    def coral(self) -> UUID:
        """The class with the pupils."""
        return self.school.classes[CORAL]

    @property
    def year(self) -> YearInfo:
        """The school year."""
        years = SchoolQueries(self.school.db, self.school.actor).years()
        return next(year for year in years if year.id == self.school.year)

    def term(self, number: int = 1) -> TermInfo:
        """A term of the year."""
        terms = SchoolQueries(self.school.db, self.school.actor).terms(self.school.year)
        return next(term for term in terms if term.number == number)

    def stored(self) -> dict[tuple[int, int], str]:
        """The marks of Grade 5 Coral in the store, as they would be typed, by row and column."""
        sheet = MarkSheetQueries(self.school.db, self.school.actor).sheet(
            self.coral, self.subject, self.school.term()
        )
        return {
            (row.number - 1, column): text
            for row in sheet.rows
            for column, cell in enumerate(row.cells)
            if cell is not None and (text := _text(cell))
        }


def _text(entry: MarkEntry) -> str:
    return str(plain(entry.value)) if entry.value is not None else mark_text(entry, CODES[0])


@contextmanager
def opened_sheets(
    folder: Path, pupils: int = 8, tests: tuple[tuple[str, int, int], ...] = TESTS
) -> Iterator[Sheets]:
    """A store with the classes; Grade 5 Coral has ``pupils`` pupils and no marks yet."""
    with opened_school(folder) as school:
        subjects = ("P-MA", "P-SC")
        teacher = school.add_teacher()
        for name in (CORAL, REEF):
            school.add_class(name, subjects=subjects, teacher_id=teacher)
            StructureService(school.db, school.actor).set_subject_teacher(
                school.classes[name], school.made.subjects["P-MA"], teacher
            )
        items = add_tests(school, tests)
        students = add_pupils(school, CORAL, pupils)
        add_pupils(school, REEF, 2, first=101)
        yield Sheets(school, items, students)


def add_tests(school: School, tests: tuple[tuple[str, int, int], ...], subject: str = "P-MA") -> list[UUID]:
    """Tests of Grade 5 in Term 1, due a week apart from 25 September."""
    place = ItemPlace(school.id, school.made.grades["G5"], school.made.subjects[subject], school.term())
    new = [
        NewItem(name, Decimal(maximum), Decimal(weight), due_on=date(2026, 9, 25) if not n else None)
        for n, (name, maximum, weight) in enumerate(tests)
    ]
    with school.db.write(school.actor, "add_items") as session:
        return list(add_items(session, place, new))


def add_pupils(school: School, class_name: str, count: int, first: int = 1) -> list[UUID]:
    """Pupils "Pupil 0001" and on, in the order of the register, in one act."""
    rows: list[Any] = []
    students = []
    for number in range(first, first + count):
        person = Person(id=new_id(), given_names="", family_name=f"Pupil {number:04}", synthetic=True)
        enrolment = Enrolment(
            id=new_id(),
            person_id=person.id,
            institution_id=school.id,
            period_id=school.year,
            grade_id=school.made.grades["G5"],
            starts_on=date(2026, 9, 7),
        )
        stay = ClassPupil(id=new_id(), class_id=school.classes[class_name], enrolment_id=enrolment.id)
        stay.starts_on = date(2026, 9, 7)
        rows += [person, enrolment, stay]
        students.append(person.id)
    with school.db.write(school.actor, "admit_student") as session:
        session.add_all(rows)
    return students


def enter_term(sheets: Sheets, tests: tuple[tuple[str, int, int], ...] = TESTS, still: float = 0.5) -> None:
    """Invented marks for the whole class; of the last test the share ``still`` is still to enter."""
    templates = [
        ItemTemplate(name, Texts(name, name, name), "coursework", Decimal(maximum), Decimal(weight))
        for name, maximum, weight in tests
    ]
    rows = term_marks(abilities(len(sheets.students), 5), templates, 7, still)
    typed = [
        TypedMark(student, item, mark_text(entry, CODES[0]))
        for student, row in zip(sheets.students, rows, strict=True)
        for item, entry in zip(sheets.items, row, strict=True)
    ]
    with sheets.school.db.write(sheets.school.actor, "record_marks") as session:
        assert not enter_marks(session, sheets.school.actor, typed).refused
