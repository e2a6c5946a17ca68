"""The structure part of a profile: areas, levels and grades, kinds of school, languages, telephone, days
and ages.
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from emis_desktop.profiles.entry import Entry
from emis_desktop.profiles.texts import Texts
from resources.words import N_

ISCED: Final = ("01", "02", "1", "24", "25", "34", "35", "44", "45", "54", "55")
"""ISCED 2011 programmes that a grade of a school can belong to."""

_AGE = re.compile(r"(?P<years>\d{1,2})y(?:(?P<months>\d{1,2})m)?")


@dataclass(frozen=True, slots=True)
class Area:
    """A district, parish or island; ``parent`` is the code of the one around it, or empty."""

    code: str
    name: str
    parent: str


@dataclass(frozen=True, slots=True)
class AreaTree:
    """Areas of one kind ("education district", "parish"); ``officer`` is the title of the one in charge."""

    kind: str
    officer: str
    units: tuple[Area, ...]


@dataclass(frozen=True, slots=True)
class Level:
    """A level of education and its ISCED code."""

    code: str
    name: Texts
    isced: str


@dataclass(frozen=True, slots=True)
class Grade:
    """A grade or form, its label never translated. ``official_age`` is in completed years at the cut-off
    date.

    ``position`` counts the country's grades from 1, youngest first.
    """

    code: str
    label: str
    short: str
    level: str
    isced: str
    position: int
    official_age: int


@dataclass(frozen=True, slots=True)
class Language:
    """A language of the country (ISO 639) and its role there in words."""

    code: str
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class PhonePlan:
    """How telephone numbers are written: ``+1``, ``758`` (empty when there is none) and seven digits."""

    country_code: str
    area_code: str
    digits: int

    @property
    def prefix(self) -> str:
        """What stands before a national number: ``+1 758``."""
        return f"{self.country_code} {self.area_code}".rstrip()


@dataclass(frozen=True, slots=True)
class MonthDay:
    """A day of every year, such as 15 October."""

    month: int
    day: int


def read_areas(entry: Entry) -> AreaTree:
    """The group ``districts`` or ``areas``."""
    entry.group("kind", "officer", "units")
    units = tuple(_area(row) for row in entry.rows_of("units"))
    codes = {unit.code for unit in units}
    for row, unit in zip(entry.rows_of("units"), units, strict=True):
        if unit.parent and (unit.parent == unit.code or unit.parent not in codes):
            raise row["parent"].refuse(
                N_(
                    "{file}, {place}: {code} is not another area of this list. Write the code of the area"
                    " around it."
                ),
                code=unit.parent,
            )
    return AreaTree(entry.word("kind"), entry.text_of("officer"), units)


def _area(row: Entry) -> Area:
    row.group("code", "name", "parent")
    return Area(row.word("code"), row.word("name"), row.text_of("parent"))


def read_level(row: Entry) -> Level:
    """A row of ``levels``."""
    row.group("code", "name", "isced")
    return Level(row.word("code"), row.texts_of("name"), row["isced"].choice(ISCED))


def read_grades(entry: Entry, levels: frozenset[str]) -> tuple[Grade, ...]:
    """The list ``grades``, put in order of age; no two grades have the same."""
    rows = sorted(entry.rows(), key=lambda row: row["official_age"].whole(2, 30))
    if not rows:
        raise entry.refuse(N_("{file}, {place}: a country has at least one grade. Add one."))
    grades = tuple(_grade(row, position, levels) for position, row in enumerate(rows, start=1))
    for row, grade, before in zip(rows[1:], grades[1:], grades, strict=False):
        if grade.official_age == before.official_age:
            raise row["official_age"].refuse(
                N_("{file}, {place}: {first} and {second} have the same official age. Give each its own."),
                first=before.label,
                second=grade.label,
            )
    return grades


def _grade(row: Entry, position: int, levels: frozenset[str]) -> Grade:
    row.group("code", "label", "short", "level", "official_age", "isced")
    return Grade(
        code=row.word("code"),
        label=row.word("label"),
        short=row.word("short"),
        level=row["level"].choice(sorted(levels)),
        isced=row["isced"].choice(ISCED),
        position=position,
        official_age=row["official_age"].whole(2, 30),
    )


def read_language(row: Entry) -> Language:
    """A row of ``languages``."""
    row.group("code", "name", "role")
    return Language(row.word("code"), row.word("name"), row.text_of("role"))


def read_phone(entry: Entry) -> PhonePlan:
    """The group ``phone``."""
    entry.group("country_code", "area_code", "digits")
    return PhonePlan(
        entry["country_code"].parsed(
            _country_code, N_("{file}, {place}: write the country code with its plus sign, such as “+1”.")
        ),
        entry.text_of("area_code"),
        entry["digits"].whole(4, 15),
    )


def _country_code(text: str) -> str:
    if re.fullmatch(r"\+\d{1,3}", text) is None:
        raise ValueError(text)
    return text


def read_month_day(entry: Entry) -> MonthDay:
    """A day written as ``10-15``; 29 February is refused, because it is not in every year."""
    return entry.parsed(_month_day, N_("{file}, {place}: write month and day, such as 09-01."))


def _month_day(text: str) -> MonthDay:
    found = re.fullmatch(r"(\d\d)-(\d\d)", text)
    if found is None:
        raise ValueError(text)
    day = date(2023, int(found[1]), int(found[2]))
    return MonthDay(day.month, day.day)


def read_age(entry: Entry) -> int:
    """An age written as ``5y`` or ``5y6m``, in months."""
    return entry.parsed(_months, N_("{file}, {place}: write an age, such as “5y” or “5y6m”."))


def _months(text: str) -> int:
    found = _AGE.fullmatch(text)
    if found is None:
        raise ValueError(text)
    return 12 * int(found["years"]) + int(found["months"] or 0)
