"""A small school in a store: structure from the demo country's profile, classes, pupils, teachers."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from emis_desktop import store
from emis_desktop.database import Database
from emis_desktop.models import ClassPupil, Enrolment, Person, User
from emis_desktop.profiles import DEMO, CountryProfile, load_profile
from emis_desktop.queries.users import actor_of_user
from emis_desktop.rules.ids import new_id
from emis_desktop.rules.rights import Actor, Role, actor_of
from emis_desktop.services.items import ItemPlace, NewItem, add_items
from emis_desktop.services.marks import TypedMark, enter_marks
from emis_desktop.services.set_up import SetUp, set_up
from emis_desktop.services.structure import (
    NewClass,
    NewSchool,
    create_class,
    create_school,
)
from tests.factories.stores import key, new_store

YEAR = "2026-27"
IN_TERM = date(2026, 11, 5)


@cache
def demo_profile() -> CountryProfile:
    """The country that does not exist."""
    return load_profile(DEMO)


@dataclass
class School:
    """A store with one school. ``made`` holds ids by the profile's codes; ``classes`` and ``pupils`` by
    name.
    """

    db: Database
    actor: Actor
    made: SetUp
    id: UUID
    classes: dict[str, UUID] = field(default_factory=dict)
    pupils: dict[str, UUID] = field(default_factory=dict)
    enrolments: dict[str, UUID] = field(default_factory=dict)

    @property
    def year(self) -> UUID:
        """The school year."""
        return self.made.years[YEAR]

    def term(self, number: int = 1) -> UUID:
        """A term of the year."""
        return self.made.terms[YEAR, number]

    def add_class(
        self,
        name: str,
        grades: Iterable[str] = ("G5",),
        subjects: Iterable[str] = ("P-MA",),
        teacher_id: UUID | None = None,
    ) -> UUID:
        """A class with its grades and subjects."""
        new = NewClass(
            self.id,
            self.year,
            name,
            tuple(self.made.grades[code] for code in grades),
            teacher_id,
            subject_ids=tuple(self.made.subjects[code] for code in subjects),
        )
        with self.db.write(self.actor, "create_class") as session:
            self.classes[name] = create_class(session, new)
        return self.classes[name]

    def add_items(
        self,
        items: Iterable[tuple[str, int, str]],
        grade: str = "G5",
        subject: str = "P-MA",
        term: int = 1,
    ) -> list[UUID]:
        """Items as (code, maximum, weight); a code that starts with EX is part of the examination."""
        place = ItemPlace(self.id, self.made.grades[grade], self.made.subjects[subject], self.term(term))
        new = [
            NewItem(
                code,
                Decimal(maximum),
                Decimal(weight),
                "exam" if code.startswith("EX") else "coursework",
                code=code,
            )
            for code, maximum, weight in items
        ]
        with self.db.write(self.actor, "add_items") as session:
            return list(add_items(session, place, new))

    def add_pupil(
        self,
        name: str,
        class_name: str,
        grade: str = "G5",
        sex: str | None = "F",
        starts_on: date = date(2026, 9, 7),
        ends_on: date | None = None,
    ) -> UUID:
        """A pupil ("Given Family") on the roll of a class."""
        given, _, family = name.partition(" ")
        person = Person(
            id=new_id(),
            given_names=given,
            family_name=family,
            sex=sex,
            birth_date=date(2016, 3, 12),
            synthetic=True,
        )
        enrolment = Enrolment(
            id=new_id(),
            person_id=person.id,
            institution_id=self.id,
            period_id=self.year,
            grade_id=self.made.grades[grade],
            starts_on=starts_on,
            ends_on=ends_on,
        )
        stay = ClassPupil(
            id=new_id(),
            class_id=self.classes[class_name],
            enrolment_id=enrolment.id,
            starts_on=starts_on,
            ends_on=ends_on,
        )
        with self.db.write(self.actor, "admit_student") as session:
            session.add_all([person, enrolment, stay])
        self.pupils[name] = person.id
        self.enrolments[name] = enrolment.id
        return person.id

    def enter(self, marks: dict[tuple[UUID, UUID], str]) -> None:
        """Marks by (student, item); every one must be taken."""
        typed = [TypedMark(student, item, text) for (student, item), text in marks.items()]
        with self.db.write(self.actor, "record_marks") as session:
            result = enter_marks(session, self.actor, typed)
        assert not result.refused, [str(refused.reason) for refused in result.refused]

    def add_teacher(self, name: str = "Teacher 01") -> UUID:
        """A person who may become a teacher."""
        given, _, family = name.partition(" ")
        person = Person(id=new_id(), given_names=given, family_name=family, synthetic=True)
        with self.db.write(self.actor, "add_user") as session:
            session.add(person)
        return person.id

    def sign_in(self, role: Role, person_id: UUID | None = None, *, everywhere: bool = False) -> Actor:
        """Another user of this store; a teacher gets the own classes, as at sign-in."""
        user = User(
            id=new_id(),
            name=f"User {role.value}",
            role=role.value,
            institution_id=None if everywhere else self.id,
            person_id=person_id,
        )
        with self.db.write(self.actor, "add_user") as session:
            session.add(user)
        with self.db.read() as session:
            return actor_of_user(session, user.id)


@dataclass(frozen=True)
class _Template:
    """A closed store with one school, copied for each test: setting one up takes a quarter of a second."""

    content: bytes
    user_id: UUID
    made: SetUp
    school_id: UUID


@cache
def _template() -> _Template:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "school.emis"
        db = new_store(path)
        office = actor_of(new_id(), "User 01", Role.PRINCIPAL)
        with db.write(office, "set_up") as session:
            session.add(User(id=office.user_id, name=office.name, role=office.role.value))
            made = set_up(session, demo_profile(), [2025, 2026])
            school_id = create_school(
                session,
                NewSchool(
                    "D-0107",
                    "Windward Demo Primary School",
                    made.areas["WW"],
                    motto="Steady in every wind",
                    principal="Principal 01",
                ),
            )
        db.close()
        return _Template(path.read_bytes(), office.user_id, made, school_id)


@contextmanager
def opened_school(folder: Path) -> Iterator[School]:
    """A store of one school, with the demo country's structure and the years 2025-26 and 2026-27."""
    template = _template()
    path = folder / "school.emis"
    path.write_bytes(template.content)
    db = store.open_store(path, key())
    actor = actor_of(template.user_id, "User 01", Role.PRINCIPAL, template.school_id)
    try:
        yield School(db, actor, template.made, template.school_id)
    finally:
        db.close()


@dataclass
class Classroom:
    """Class "Grade 5 Coral" with one subject: Mathematics, a test of 50 (weight 40) and an exam of 100
    (weight 60).
    """

    school: School
    class_id: UUID
    subject_id: UUID
    term_id: UUID
    items: list[UUID]

    def pupil(self, number: int) -> UUID:
        """The pupil with that number, from 1."""
        return self.school.pupils[f"Pupil {number:04}"]


def classroom(school: School, pupils: int = 6) -> Classroom:
    """The worked example of the domain reference, with so many pupils."""
    class_id = school.add_class("Grade 5 Coral")
    items = school.add_items([("TEST", 50, "40"), ("EXAM", 100, "60")])
    for number in range(1, pupils + 1):
        school.add_pupil(f"Pupil {number:04}", "Grade 5 Coral", sex="F" if number % 2 else "M")
    return Classroom(school, class_id, school.made.subjects["P-MA"], school.term(), items)
