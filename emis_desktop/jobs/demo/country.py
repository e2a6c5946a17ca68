"""Filling a store of a ministry with an invented country: schools, staff and classes, then one catchment
after the other the children with all that is known of them.

Each catchment is one act: a country of 100,000 pupils is some sixty acts, and no more than one catchment is
in memory at a time. Names and dates pass the same checks as typed ones and marks go through their one door;
what the services would ask the store about row by row the tests ask a store that was made so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from emis_desktop.database import Database
from emis_desktop.demo_country import Catchment, CountrySchool, PlannedGroup, catchments
from emis_desktop.demo_doubles import add_doubles, name_namesakes, seats_for_doubles
from emis_desktop.demo_families import Child, children_of
from emis_desktop.demo_paths import Paths, Times
from emis_desktop.jobs.demo.country_marks import in_top_class, write_marks
from emis_desktop.jobs.demo.country_pupils import PupilRows
from emis_desktop.jobs.demo.country_rows import Rows
from emis_desktop.jobs.demo.country_schools import Ground, register_months, write_schools
from emis_desktop.profiles import CountryProfile, school_year, school_year_on
from emis_desktop.rules.rights import Actor
from emis_desktop.rules.student_number import student_number
from emis_desktop.services.student_numbers import NATIONAL, REGISTER

FIRST_NUMBER: Final = 10_001
"""Serial of the first pupil's number: those before belong to the demonstration's own school."""
VERB: Final = "fill_country"

Told = Callable[[int, int], None]
"""Hears how many pupils of how many are written."""


@dataclass(frozen=True, slots=True)
class CountryWish:
    """What country: how many pupils on roll, which seed, as of which day. ``registers``: with attendance."""

    pupils: int
    seed: int
    today: date
    registers: bool = True


@dataclass(slots=True)
class CountryMade:
    """What there is: schools, children in all (also those who have left), pupils on roll, rows of registers,
    marks; and who stands in the records twice: the numbers of both records, and how the second was typed.
    """

    schools: int = 0
    children: int = 0
    on_roll: int = 0
    registers: int = 0
    marks: int = 0
    doubles: list[tuple[str, str, str]] = field(default_factory=list)


def fill_country(
    db: Database, actor: Actor, profile: CountryProfile, wish: CountryWish, told: Told = lambda _n, _of: None
) -> CountryMade:
    """Write the country into a store that has its structure. ``actor``: somebody of the ministry."""
    now = school_year_on(profile, wish.today)
    times = Times(school_year(profile, now.start_year - 1), now, wish.today)
    ground = Ground(profile, times, wish.seed)
    if wish.registers:
        ground.months.update(register_months(profile, times, wish.seed))
    plan = tuple(catchments(profile, wish.pupils, wish.seed))
    rows = Rows()
    with db.write(actor, VERB) as session:
        write_schools(session, rows, ground, plan)
    filling = _Filling(db, actor, ground, rows)
    filling.made.schools = len(ground.schools)
    for place, catchment in enumerate(plan):
        before = plan[place - 1].secondary if place else None
        filling.fill(catchment, before if before and before.pupils else None)
        told(filling.made.on_roll, wish.pupils)
    with db.replicate():
        pass  # the search index is made once, for all
    db.analyze()
    return filling.made


class _Filling:
    """Writes catchments and counts."""

    def __init__(self, db: Database, actor: Actor, ground: Ground, rows: Rows) -> None:
        self.made = CountryMade()
        self._db = db
        self._actor = actor
        self._ground = ground
        self._rows = rows
        self._serial = FIRST_NUMBER

    def fill(self, catchment: Catchment, neighbour: CountrySchool | None) -> None:
        """One catchment, in one act; ``neighbour``: a secondary school from which pupils came."""
        ground, seed = self._ground, self._ground.seed
        free = seats_for_doubles(catchment, seed)
        children = children_of(ground.profile, catchment, ground.times.now.start_year, seed, free)
        add_doubles(children, catchment, free, seed)
        name_namesakes(children, catchment, seed)
        paths = Paths(ground.profile, catchment, neighbour, ground.times, seed)
        with self._db.write(self._actor, VERB, index=False) as session:
            marked = self._children(session, catchment, children, paths)
            for school in catchment.schools:
                classes = [(group, marked[group]) for group in school.groups if group in marked]
                if classes:
                    self.made.marks += write_marks(session, self._actor, ground, school, classes)

    def _children(
        self, session: Session, catchment: Catchment, children: list[Child], paths: Paths
    ) -> dict[PlannedGroup, list[UUID]]:
        """Write the children; gives those whose marks are entered, by class."""
        pupils = PupilRows(self._ground, catchment.number)
        schools = {school.code: school for school in catchment.schools}
        marked: defaultdict[PlannedGroup, list[UUID]] = defaultdict(list)
        numbers: list[str] = []
        for child in children:
            stays = paths.of(child)
            number = self._number(child)
            numbers.append(number[1])
            person_id = pupils.add(self._rows, child, number, stays)
            for stay in stays:
                if stay.school in schools and in_top_class(stay, schools[stay.school], self._ground):
                    marked[stay.sittings[-1].group].append(person_id)
            self.made.on_roll += stays[-1].ends_on is None
            if child.of is not None and child.twice_as is not None:
                self.made.doubles.append((numbers[child.of], number[1], child.twice_as))
        self.made.children += len(children)
        self.made.registers += self._rows.waiting("attendance_month")
        self._rows.write(session)
        return marked

    def _number(self, child: Child) -> tuple[str, str]:
        """Kind and number: the ministry's; one who was typed again has a number of the school's register."""
        self._serial += 1
        if child.of is None:
            return NATIONAL, student_number(self._serial - 1)
        return REGISTER, f"{self._ground.times.now.start_year}/{self._serial - 1}"
