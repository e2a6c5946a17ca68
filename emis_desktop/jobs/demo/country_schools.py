"""The ground of an invented country: its schools, who teaches there, classes of two years, its calendar."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from emis_desktop.demo_country import SECONDARY, Catchment, CountrySchool, PlannedGroup
from emis_desktop.demo_days import Month, Storm, months_of, storm_of
from emis_desktop.demo_families import People
from emis_desktop.demo_paths import LAST, NOW, Times
from emis_desktop.jobs.demo.country_rows import Rows
from emis_desktop.jobs.demo.laptop import new_school
from emis_desktop.profiles import CountryProfile, TermDates, holidays
from emis_desktop.rules.ids import natural_id, new_id
from emis_desktop.rules.open_days import Kind
from emis_desktop.services.structure import create_school

CAPACITY: Final = 36
_SPECIALISTS: Final = 1.6
"""Teachers of a secondary school, for each of its classes."""
_WOMEN: Final = 0.7
_STORM: Final = "Storm"


@dataclass(slots=True)
class Ground:
    """What the acts that fill a country share. ``months``: school days by year, of the term that is over and
    of the one that has begun; ids by codes, those of classes by school, name and year.
    """

    profile: CountryProfile
    times: Times
    seed: int
    months: dict[int, tuple[Month, ...]] = field(default_factory=lambda: {LAST: (), NOW: ()})
    schools: dict[str, UUID] = field(default_factory=dict)
    classes: dict[tuple[str, str, int], UUID] = field(default_factory=dict)

    @property
    def periods(self) -> tuple[UUID, ...]:
        """Ids of the years, by :data:`~emis_desktop.demo_paths.LAST` and NOW."""
        return tuple(natural_id("academic_period", year.code) for year in self.times.years)

    def class_id(self, group: PlannedGroup, year: int) -> UUID:
        """The id of a class in a year."""
        return self.classes[group.school, group.name, year]


def register_months(profile: CountryProfile, times: Times, seed: int) -> dict[int, tuple[Month, ...]]:
    """The school days, month by month, of the last term that is over and of the present one, by year."""
    begun = [
        (year, term)
        for year, dates in enumerate(times.years)
        for term in dates.terms
        if term.starts_on <= times.today
    ]
    found: dict[int, tuple[Month, ...]] = {LAST: (), NOW: ()}
    for year, term in begun[-2:]:
        found[year] += _months(profile, term, times, storm_of(times.years[year]), seed)
    return found


def _months(
    profile: CountryProfile, term: TermDates, times: Times, storm: Storm, seed: int
) -> tuple[Month, ...]:
    return months_of(profile, term.starts_on, min(term.ends_on, times.today), storm, seed)


def write_schools(session: Session, rows: Rows, ground: Ground, plan: Iterable[Catchment]) -> None:
    """Write schools, staff, classes and the country's calendar inside an open act; ids go into ``ground``."""
    for catchment in plan:
        rng = Random(f"staff/{ground.seed}/{catchment.number}")  # noqa: S311 - what is invented is no secret
        people = People(rng, catchment.number)
        for school in catchment.schools:
            ground.schools[school.code] = school_id = new_id()
            create_school(session, new_school(school.school), school_id)
            staff = _staff(rows, ground, school, people)
            for place, group in enumerate(school.groups):
                _write_group(rows, ground, group, _Teaching(staff, place, school.school.kind))
    session.flush()
    rows.extend("calendar_day", list(_calendar(ground)))
    rows.write(session)


def _staff(rows: Rows, ground: Ground, school: CountrySchool, people: People) -> list[UUID]:
    """The teachers of a school, and its principal, who stands in no class."""
    groups = len(school.groups)
    count = max(1, round(_SPECIALISTS * groups) if school.school.kind == SECONDARY else groups)
    found = []
    for place in range(count + 1):
        found.append(person_id := new_id())
        sex = people.sex(_WOMEN)
        rows.add("person", person_id.bytes, people.given(sex), people.family(), sex, None, None, None, 1)
        rows.add(
            "staff_position",
            new_id().bytes,
            person_id.bytes,
            ground.schools[school.code].bytes,
            "TEACH" if place else "PRIN",
            ground.times.last.starts_on.isoformat(),
        )
    return found[1:]


@dataclass(frozen=True, slots=True)
class _Teaching:
    """Who teaches in the class that stands at ``place`` among those of its school."""

    staff: Sequence[UUID]
    place: int
    kind: str

    @property
    def own(self) -> UUID:
        """The class teacher."""
        return self.staff[self.place % len(self.staff)]

    def of(self, subject: int) -> UUID:
        """Who teaches the subject at that place of the list: in a secondary school, one for some classes."""
        if self.kind != SECONDARY:
            return self.own
        return self.staff[(subject + self.place // 4) % len(self.staff)]


def _write_group(rows: Rows, ground: Ground, group: PlannedGroup, teaching: _Teaching) -> None:
    """A class of both years with its grades and subjects."""
    grade_ids = [natural_id("education_grade", grade) for grade in group.grades]
    subjects = dict.fromkeys(
        natural_id("subject", each.code)
        for grade in group.grades
        for each in ground.profile.subjects_of(grade)
    )
    school_id = ground.schools[group.school]
    for year, period_id in enumerate(ground.periods):
        ground.classes[group.school, group.name, year] = class_id = new_id()
        rows.add(
            "school_class",
            *(class_id.bytes, school_id.bytes, period_id.bytes, group.name, teaching.own.bytes, CAPACITY),
        )
        for grade_id in grade_ids:
            link = natural_id("class_grade", class_id, grade_id)
            rows.add("class_grade", link.bytes, class_id.bytes, grade_id.bytes)
        for place, subject_id in enumerate(subjects):
            link = natural_id("class_subject", class_id, subject_id)
            teacher = teaching.of(place).bytes
            rows.add("class_subject", link.bytes, class_id.bytes, subject_id.bytes, teacher, place + 1)


def _calendar(ground: Ground) -> Iterator[tuple[bytes | str | None, ...]]:
    """The country's public holidays in both years, and the weeks of the storms that have been."""
    first, last = ground.times.last.starts_on, ground.times.now.ends_on
    for year in range(first.year, last.year + 1):
        for holiday in holidays(ground.profile, year):
            if first <= holiday.day <= last:
                yield _closed(holiday.day, holiday.day, Kind.HOLIDAY, holiday.name.en)
    for school_year in ground.times.years:
        storm = storm_of(school_year)
        if storm.starts_on <= ground.times.today:
            yield _closed(storm.starts_on, storm.ends_on, Kind.CLOSURE, _STORM)


def _closed(first: date, last: date, kind: Kind, label: str) -> tuple[bytes | str | None, ...]:
    return new_id().bytes, None, first.isoformat(), last.isoformat(), kind.value, label
