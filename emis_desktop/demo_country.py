"""An invented country of any size: its schools and their classes, the same for the same seed.

A catchment is a secondary school (Form 1 to 5) and the primary schools (Kindergarten to Grade 6) that send
their pupils to it, about 1,800 pupils together: brothers and sisters are at schools of one catchment. A
country is a row of catchments, each drawn from a seed of its own, so one at a time is enough to work with,
however large the country is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from random import Random
from types import MappingProxyType
from typing import Final

from emis_desktop.demo_people import DemoSchool, class_name
from emis_desktop.profiles import CountryProfile, Grade

CATCHMENT: Final = 1_800
"""Pupils of a catchment, on average."""
SECONDARY_SHARE: Final = 0.38
"""The share of pupils who are in Form 1 to 5: five grades of twelve, less those who left early."""
PRIMARY, SECONDARY = "PRI", "SEC"
_LEVELS: Final = {
    PRIMARY: frozenset({"primary"}),
    SECONDARY: frozenset({"lower secondary", "upper secondary"}),
}
_SMALL, _CLASS_SIZE = 110, 30
_UNEVEN: Final = 0.5
"""Catchments and schools differ by up to half of this share from their average, one way or the other."""
_PRIMARY_SIZES: Final = (70, 120, 180, 240, 300, 380, 460)
_STEP: Final = 5
"""How far the next town is in the list of towns: no divisor of its length, so every one has its turn."""
_FIRST: Final = (
    *("Coral", "Market", "Palm", "Church", "Cedar", "River", "Upper", "Lower", "Old", "Windy", "Breadfruit"),
    *(
        "Almond",
        "Anchor",
        "Calabash",
        "Frigate",
        "Pelican",
        "Mango",
        "Salt",
        "Sugar",
        "Fisher",
        "Morne",
        "Grand",
    ),
)
_LAST: Final = (
    *(
        "Bay",
        "Point",
        "Valley",
        "Harbour",
        "Ridge",
        "Sound",
        "Hill",
        "Anse",
        "Grove",
        "Landing",
        "Hope",
        "Rock",
    ),
    *("Village", "Gardens", "Vista", "Beach", "Fields", "Heights"),
)


@dataclass(frozen=True, slots=True)
class PlannedGroup:
    """A class: the code of its school, its name, its grades (one, or two in a small school)."""

    school: str
    name: str
    grades: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CountrySchool:
    """A school with how many pupils each grade (code) has, and its classes, the same ones in both years."""

    school: DemoSchool
    sizes: Mapping[str, int]
    groups: tuple[PlannedGroup, ...]

    @property
    def code(self) -> str:
        """The school's code."""
        return self.school.code

    @property
    def pupils(self) -> int:
        """On roll this year."""
        return sum(self.sizes.values())

    def groups_of(self, grade: str) -> tuple[PlannedGroup, ...]:
        """The classes that have pupils of a grade."""
        return tuple(group for group in self.groups if grade in group.grades)


@dataclass(frozen=True, slots=True)
class Catchment:
    """Some primary schools and the secondary school of the same part of the country. ``number`` from 0."""

    number: int
    area: str
    secondary: CountrySchool
    primaries: tuple[CountrySchool, ...]

    @property
    def schools(self) -> tuple[CountrySchool, ...]:
        """The primary schools, then the secondary one."""
        return (*self.primaries, self.secondary)

    @property
    def pupils(self) -> int:
        """On roll this year."""
        return sum(school.pupils for school in self.schools)


def catchments(profile: CountryProfile, pupils: int, seed: int) -> Iterator[Catchment]:
    """The catchments of a country with ``pupils`` on roll, one after the other."""
    count = max(1, round(pupils / CATCHMENT))
    rng = Random(f"country/{seed}")  # noqa: S311 - what is invented is no secret
    areas = [unit.code for unit in profile.districts.units] or [""]
    primaries = 0
    for number, size in enumerate(_shared(pupils, _weights(count, rng))):
        made = _catchment(profile, _Place(number, areas[number % len(areas)], primaries), size, seed)
        primaries += len(made.primaries)
        yield made


def school_grades(profile: CountryProfile, kind: str) -> tuple[Grade, ...]:
    """The grades of a school of that kind, the lowest first."""
    return tuple(grade for grade in profile.grades if grade.level in _LEVELS[kind])


@dataclass(frozen=True, slots=True)
class _Place:
    """Which catchment of which district; ``primaries`` schools were named before it."""

    number: int
    area: str
    primaries: int


def _catchment(profile: CountryProfile, place: _Place, size: int, seed: int) -> Catchment:
    rng = Random(f"country/{seed}/{place.number}")  # noqa: S311
    older = round(SECONDARY_SHARE * size)
    primaries = tuple(
        _school(profile, _named(PRIMARY, place.primaries + school, place.area), pupils, rng)
        for school, pupils in enumerate(_primary_sizes(size - older, rng))
    )
    secondary = _school(profile, _named(SECONDARY, place.number, place.area), older, rng)
    return Catchment(place.number, place.area, secondary, primaries)


def _primary_sizes(pupils: int, rng: Random) -> list[int]:
    """Sizes of the primary schools: some small, some large, adding up to ``pupils``."""
    wanted: list[int] = []
    while sum(wanted) < pupils:
        wanted.append(rng.choice(_PRIMARY_SIZES))
    return _shared(pupils, [float(each) for each in wanted or [1]])


def _weights(count: int, rng: Random) -> list[float]:
    return [1 + _UNEVEN * (rng.random() - 0.5) for _ in range(count)]


def _shared(pupils: int, weights: Sequence[float]) -> list[int]:
    """``pupils`` in whole parts that stand to each other as ``weights``."""
    whole = sum(weights)
    bounds = [round(pupils * sum(weights[:place]) / whole) for place in range(len(weights) + 1)]
    return [after - before for before, after in pairwise(bounds)]


def _school(profile: CountryProfile, school: DemoSchool, pupils: int, rng: Random) -> CountrySchool:
    grades = school_grades(profile, school.kind)
    fewer = 0.05 if school.kind == SECONDARY else 0.0  # some leave before Form 5
    weights = [
        (1 - fewer * place) * (1 + 0.3 * _UNEVEN * (rng.random() - 0.5)) for place in range(len(grades))
    ]
    sizes = {grade.code: size for grade, size in zip(grades, _shared(pupils, weights), strict=True)}
    return CountrySchool(school, MappingProxyType(sizes), tuple(_groups(school, grades, sizes)))


def _groups(school: DemoSchool, grades: Sequence[Grade], sizes: Mapping[str, int]) -> Iterator[PlannedGroup]:
    """The classes: of one grade; in a small primary school two grades share a teacher."""
    if school.kind == PRIMARY and sum(sizes.values()) < _SMALL:
        for place in range(0, len(grades), 2):
            pair = grades[place : place + 2]
            name = " and ".join(grade.label for grade in pair)
            yield PlannedGroup(school.code, name, tuple(grade.code for grade in pair))
        return
    for grade in grades:
        for number in range(-(-sizes[grade.code] // _CLASS_SIZE)):
            name = _group_name(school.kind, grade, number)
            yield PlannedGroup(school.code, name, (grade.code,))


def _group_name(kind: str, grade: Grade, number: int) -> str:
    """Such as "Grade 5 Coral" and "Form 2 A"."""
    if kind == PRIMARY:
        return f"{grade.label} {class_name(2 * grade.position, number)}"
    again, letter = divmod(number, 26)
    return f"{grade.label} {chr(ord('A') + letter)}{again + 1 if again else ''}"


def _named(kind: str, serial: int, area: str) -> DemoSchool:
    """The next invented school of its kind; no two of a country have the same name or code."""
    again = serial // (len(_FIRST) * len(_LAST))
    rest = serial * _STEP % (len(_FIRST) * len(_LAST))
    first, last = _FIRST[rest % len(_FIRST)], _LAST[rest // len(_FIRST)]
    town = f"{first} {last} {again + 1}" if again else f"{first} {last}"
    what, letter = ("Secondary", "S") if kind == SECONDARY else ("Primary", "P")
    code = f"D-{letter}{serial + 1:04d}"
    return DemoSchool(
        code=code,
        name=f"{town} Demo {what} School",
        motto="",
        address=town,
        phone=f"00{3 if kind == SECONDARY else 2} {serial % 10_000:04d}",
        email=f"{code.lower()}@schools.example",
        principal="",
        area=area,
        kind=kind,
        sector="PUB",
    )
