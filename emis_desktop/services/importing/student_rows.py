"""Reading the rows of a file of students: which pupil a row means, and what it wants, every value checked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from uuid import UUID

from emis_desktop.errors import Refused
from emis_desktop.exchange.columns import Record
from emis_desktop.models import AcademicPeriod, Person, SchoolClass
from emis_desktop.rules.dates import from_serial, parse_birth_date, parse_date
from emis_desktop.rules.ids import new_id
from emis_desktop.rules.names import fold
from emis_desktop.services.admission import NewStudent
from emis_desktop.services.importing.history import Ending
from emis_desktop.services.importing.outcome import Faults, in_column
from emis_desktop.services.importing.people import NameKey
from emis_desktop.services.importing.places import Places
from emis_desktop.services.importing.values import sex, yes
from emis_desktop.services.person_fields import checked_text
from emis_desktop.services.structure import NewClass, checked_class_name
from emis_desktop.services.student_numbers import kept_number, number_kind

TEXTS = ("preferred_name", "birth_place", "nationality", "address")
EARLIEST = date(1950, 1, 1)


@dataclass(frozen=True, slots=True)
class _Seat:
    """Where a row puts a pupil: school, year and name of the class, folded; ``makes`` names a new class."""

    key: tuple[UUID, UUID, str]
    class_id: UUID | None
    grade_id: UUID
    makes: str = ""


class StudentRows:
    """Reads rows against the structure of the store.

    Classes that rows name and that are not there yet are planned in ``classes``, by their ids.
    """

    def __init__(self, places: Places, today: date) -> None:
        """``today`` bounds dates of birth and chooses the school year."""
        self._places = places
        self._today = today
        self._seen: dict[str, int] = {}
        self._planned: SchoolClass | None = None
        self.classes: dict[UUID, NewClass] = {}

    def number(self, record: Record) -> tuple[str, str]:
        """Kind and number of a row as they are stored; as typed when they cannot be."""
        text = record.get("number")
        kind = number_kind(text)
        try:
            return kind, kept_number(kind, text)
        except Refused:
            return kind, text

    def match(
        self, record: Record, holders: dict[str, UUID], alike: dict[NameKey, list[UUID]]
    ) -> UUID | None:
        """The pupil that a row means: by number, else by the same names and date of birth."""
        if record.get("number"):
            return holders.get(self.number(record)[1])
        found = alike.get(self._name_key(record), [])
        return found[0] if len(found) == 1 else None

    def _name_key(self, record: Record) -> NameKey:
        try:
            born = self.born(record)
        except Refused:
            born = None
        return fold(record.get("given_names")), fold(record.get("family_name")), born

    def born(self, record: Record) -> date | None:
        """Date of birth of a row, None when it has none."""
        text = record.get("birth_date")
        with in_column("birth_date"):
            return parse_birth_date(from_serial(text), self._today) if text else None

    def refuse_twice(self, record: Record) -> None:
        """Refuse the second row that means the same pupil."""
        number = record.get("number")
        key = self.number(record)[1] if number else repr(self._name_key(record))
        if record.get("year"):  # a pupil has a row for each year
            key += f"\t{fold(record.get('year'))}\t{record.get('starts_on')}"
        first = self._seen.setdefault(key, record.line)
        if first != record.line:
            column = "number" if number else "given_names"
            raise Refused("Row {row} is the same pupil. Take one of them away.", field=column, row=first)

    def refuse_other(self, record: Record, person: Person) -> None:
        """Refuse a number that is another pupil's: neither a name nor the date of birth is the same."""
        given, family, born = self._name_key(record)
        theirs = fold(person.given_names), fold(person.family_name), person.birth_date
        if given != theirs[0] and family != theirs[1] and (born is None or born != theirs[2]):
            raise Refused(
                "This number is another pupil’s: names and date of birth differ. Check the number.",
                field="number",
            )

    def check_number(self, record: Record) -> None:
        """Refuse a number that a pupil cannot have."""
        text = record.get("number")
        with in_column("number"):
            kept_number(number_kind(text), text)

    def student(self, record: Record, faults: Faults) -> NewStudent:
        """The row as an admission; ends ``faults``. A class that it needs is made by :meth:`take`."""
        self._planned = None
        school = faults.read(partial(self._places.school, record.get("institution")))
        first_day = faults.read(partial(self._first_day, record))
        year = faults.read(partial(self.year, record, first_day))
        fields = {name: record.get(name) for name in TEXTS if record.get(name)}
        for name in ("given_names", "family_name", *fields):
            faults.read(partial(checked_text, name, record.get(name)))
        sex_code = faults.read(partial(sex, record.get("sex"))) or ""
        birth_date = faults.read(partial(self.born, record))
        repeater = faults.read(partial(yes, record, "repeater")) or False
        synthetic = faults.read(partial(yes, record, "synthetic")) or False
        if school is None or year is None:
            faults.stop()
        seat = faults.read(partial(self._seat, record, school.id, year.id))
        if seat is None:
            faults.stop()
        faults.end()
        return NewStudent(
            given_names=record.get("given_names"),
            family_name=record.get("family_name"),
            sex=sex_code,
            birth_date=birth_date,
            institution_id=school.id,
            period_id=year.id,
            grade_id=seat.grade_id,
            starts_on=first_day or year.starts_on,
            class_id=self._plan_class(seat.key, seat.makes) if seat.makes else seat.class_id,
            repeater=repeater,
            synthetic=synthetic,
            fields=fields,
        )

    def year(self, record: Record, first_day: date | None) -> AcademicPeriod:
        """The school year of a row: as it says, else of its first day, else of today."""
        if record.get("year"):
            with in_column("year"):
                return self._places.year(record.get("year"))
        return self._places.year_on(first_day or self._today)

    def closed(self, record: Record, new: NewStudent, ending: Ending) -> Ending | None:
        """How the enrolment of a row ended; None of one that goes on. It ended when the row has a last day,
        and when the year that it names is over: on the last day of that year then.
        """
        if ending.ends_on is not None:
            return ending
        if not record.get("year"):
            return None
        year = next(one for one in self._places.years if one.id == new.period_id)
        return replace(ending, ends_on=year.ends_on) if year.ends_on < self._today else None

    def last_day(self, record: Record) -> date | None:
        """The last day that a row gives."""
        return self._day(record, "ends_on")

    def take(self, new: NewStudent) -> None:
        """Make the class that the row just read needs: once nothing refuses the row any more."""
        made = self._planned
        if made is None:
            return
        key = (made.institution_id, made.period_id, fold(made.name))
        self._places.classes[key] = made
        self._places.class_grades[made.id] = {new.grade_id}
        self.classes[made.id] = NewClass(made.institution_id, made.period_id, made.name, (new.grade_id,))

    def _first_day(self, record: Record) -> date | None:
        return self._day(record, "starts_on")

    def _day(self, record: Record, column: str) -> date | None:
        text = record.get(column)
        if not text:
            return None
        with in_column(column):
            return parse_date(
                from_serial(text), EARLIEST, self._today.replace(year=self._today.year + 2, day=1)
            )

    def _seat(self, record: Record, school_id: UUID, year_id: UUID) -> _Seat:
        """Class and grade that a row names; a class that is not there is to be made from its grade."""
        name, grade = record.get("class"), record.get("grade")
        if not name and not grade:
            raise Refused("Give the grade or the class.", field="grade")
        key = (school_id, year_id, fold(name))
        found = self._places.classes.get(key) if name else None
        if found is not None:
            return _Seat(key, found.id, self._grade_of(found, grade))
        grade_id = self._places.grade(grade, year_id).id if grade else None
        if grade_id is None:
            raise Refused(
                "There is no class called {name}. Give its grade as well, to make it.",
                field="class",
                name=name,
            )
        if not name:
            return _Seat(key, None, grade_id)
        with in_column("class"):
            return _Seat(key, None, grade_id, checked_class_name(name))

    def _grade_of(self, found: SchoolClass, grade: str) -> UUID:
        grades = self._places.class_grades.get(found.id, set())
        if grade:
            chosen = self._places.grade(grade, found.period_id).id
            if chosen not in grades:
                raise Refused("{name} has no pupils of {grade}.", field="grade", name=found.name, grade=grade)
            return chosen
        if len(grades) != 1:
            raise Refused(
                "{name} has several grades. Give the pupil's grade.", field="grade", name=found.name
            )
        return next(iter(grades))

    def _plan_class(self, key: tuple[UUID, UUID, str], name: str) -> UUID:
        self._planned = SchoolClass(id=new_id(), institution_id=key[0], period_id=key[1], name=name)
        return self._planned.id
