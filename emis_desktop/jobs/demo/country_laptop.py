"""The ministry's laptop of a demonstration with more pupils than a school has: a whole country on it.

One of its schools is the demonstration's own, with the same 417 pupils, marks and words as where it stands
alone: its report cards are issued, and the second laptop is that school's.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Final
from uuid import UUID

from emis_desktop.demo_people import DEMO_PUPILS, SCHOOL, demo_roll
from emis_desktop.desk import Desk, open_desk
from emis_desktop.errors import N_
from emis_desktop.jobs.demo.country import CountryMade, CountryWish, fill_country
from emis_desktop.jobs.demo.laptop import USER, DemoSize, DemoUser, add_users, new_school, set_up_demo
from emis_desktop.jobs.demo.school import fill_school
from emis_desktop.laptop import OpenLaptop
from emis_desktop.profiles import SchoolYear
from emis_desktop.rules.rights import Role
from emis_desktop.settings import Home

_QUARTERS: Final = {
    1: N_("A quarter of the country is there"),
    2: N_("Half of the country is there"),
    3: N_("Three quarters of the country are there"),
}


def make_country(
    home: Home, size: DemoSize, year: SchoolYear, language: str, today: date, tell: Callable[[str], None]
) -> CountryMade:
    """Set up the ministry's laptop and fill it; ``tell`` hears how far that is, in words of the catalogue."""
    with set_up_demo(home, year.start_year, None) as laptop:
        _own_school(laptop, size.seed, year, language, today)
        wish = CountryWish(size.pupils - DEMO_PUPILS, size.seed, today)
        made = fill_country(laptop.db, laptop.actor, laptop.profile, wish, _by_quarters(tell))
        add_users(laptop, [DemoUser(USER, Role.MINISTRY_OFFICER)])
    return made


def _by_quarters(tell: Callable[[str], None]) -> Callable[[int, int], None]:
    """Tell each quarter once."""
    left = dict(_QUARTERS)

    def told(done: int, total: int) -> None:
        reached = [quarter for quarter in left if 4 * done >= quarter * total]
        if reached and done < total:
            tell(left[reached[-1]])
        for quarter in reached:
            del left[quarter]

    return told


def _own_school(laptop: OpenLaptop, seed: int, year: SchoolYear, language: str, today: date) -> UUID:
    """The demonstration's school with its pupils."""
    school_id = open_desk(laptop).services.structure.create_school(new_school(SCHOOL))
    roll = demo_roll(laptop.profile, year.start_year, DEMO_PUPILS, seed)
    fill_school(laptop, roll, year, seed, language, today, school_id)
    return school_id


def own_school(desk: Desk) -> UUID | None:
    """The demonstration's own school among those of a country."""
    return next((each.id for each in desk.queries.school.schools() if each.code == SCHOOL.code), None)
