"""The demonstration school: invented schools, classes, pupils and guardians, the same for the same seed.

Everything belongs to a country that does not exist. These are values only; the demo job writes them
through the services.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from random import Random
from typing import Final

from emis_desktop.demo_words import demo_words
from emis_desktop.profiles import CountryProfile, Grade
from emis_desktop.profiles.synthetic import SyntheticPerson, synthetic_people
from emis_desktop.rules.student_number import number_text, student_number

DEMO_PUPILS: Final = 417
"""Pupils of the demo school unless another number is asked for."""

SCHOOL_MOST: Final = 1_200
"""More pupils than one school has: a demonstration with more of them is a country."""

SYNCED_MOST: Final = 10_000
"""Larger countries stay on one laptop: sending all of them to a server for a first look would take longer
than making them.
"""

CLASS_SIZE: Final = 35
_LEVEL: Final = "primary"
_OVER_AGE: Final = 0.05  # the share of pupils a year older than their grade's official age
_TWO_GUARDIANS: Final = 0.6
_SAME_NAME: Final = 0.7  # the share of guardians who bear the pupil's family name
_RELATIONS: Final = {"MOTHER": 60, "FATHER": 15, "GRANDM": 12, "AUNT": 8, "GRANDF": 5}
_MEN: Final = frozenset({"FATHER", "GRANDF"})


@dataclass(frozen=True, slots=True)
class DemoSchool:
    """The invented school. ``area``, ``kind`` and ``sector`` are codes of the demo country's profile."""

    code: str
    name: str
    motto: str
    address: str
    phone: str
    email: str
    principal: str
    area: str
    kind: str
    sector: str


@dataclass(frozen=True, slots=True)
class DemoGuardian:
    """A guardian of an invented pupil; ``relation`` is a code of the profile's list."""

    person: SyntheticPerson
    relation: str
    phone: str
    may_collect: bool


@dataclass(frozen=True, slots=True)
class DemoPupil:
    """An invented pupil, with a number whose check digit is right. ``number`` is as printed."""

    number: str
    person: SyntheticPerson
    grade: str
    class_name: str
    repeater: bool
    guardians: tuple[DemoGuardian, ...]


@dataclass(frozen=True, slots=True)
class DemoClass:
    """A class: its name ("Grade 5 Coral"), the code of its grade, and its class teacher ("Teacher 11")."""

    name: str
    grade: str
    teacher: str


@dataclass(frozen=True, slots=True)
class DemoRoll:
    """The school with its classes and pupils, these in order of number."""

    school: DemoSchool
    classes: tuple[DemoClass, ...]
    pupils: tuple[DemoPupil, ...]


SCHOOL: Final = DemoSchool(
    code="D-0101",
    name="Tradewind Demo Primary School",
    motto="Learn, share, set sail",
    address="Lighthouse Lane, Demo Bay",
    phone="000 0101",
    email="office@tradewind.example",
    principal="Principal 01",
    area="WW",
    kind="PRI",
    sector="PUB",
)
SECONDARY: Final = (
    DemoSchool(
        code="D-0201",
        name="Great Point Demo Secondary School",
        motto="Reach further",
        address="Mountain Road, Demo Bay",
        phone="000 0201",
        email="office@greatpoint.example",
        principal="Principal 02",
        area="LW",
        kind="SEC",
        sector="PUB",
    ),
    DemoSchool(
        code="D-0202",
        name="Mangrove Sound Demo Secondary School",
        motto="Rooted and rising",
        address="Ferry Road, Little Demo",
        phone="000 0202",
        email="office@mangrovesound.example",
        principal="Principal 03",
        area="OC",
        kind="SEC",
        sector="PUB",
    ),
)
"""The schools that stand for GP and MS of the sample data."""


def demo_roll(profile: CountryProfile, start_year: int, pupils: int = DEMO_PUPILS, seed: int = 1) -> DemoRoll:
    """The demo school with ``pupils`` pupils in the primary grades of ``profile``, classes of at most 35."""
    draw = _draw(pupils, seed)
    grades = [grade for grade in profile.grades if grade.level == _LEVEL]
    classes: list[DemoClass] = []
    made: list[DemoPupil] = []
    for grade, size in zip(grades, _sizes(pupils, len(grades), draw.rng), strict=True):
        names = _class_names(grade, size)
        first = len(classes) + 1
        classes += [DemoClass(name, grade.code, f"Teacher {n:02d}") for n, name in enumerate(names, first)]
        for place, person in enumerate(_people(profile, grade, start_year, size, seed)):
            made.append(_pupil(person, len(made) + 1, grade, names[place % len(names)], draw))
    return DemoRoll(SCHOOL, tuple(classes), tuple(made))


@dataclass(slots=True)
class _Draw:
    """What filling a school draws from: the chance, and the next man and woman to be a guardian."""

    rng: Random
    women: Iterator[SyntheticPerson]
    men: Iterator[SyntheticPerson]

    def adult(self, relation: str) -> SyntheticPerson:
        """The next person who can be in ``relation`` to a pupil."""
        return next(self.men if relation in _MEN else self.women)


def _draw(pupils: int, seed: int) -> _Draw:
    women, men = (
        synthetic_people(
            2 * pupils, f"{seed}/{sex}", born_from=date(1968, 1, 1), born_to=date(1999, 12, 31), sexes=(sex,)
        )
        for sex in ("F", "M")
    )
    return _Draw(Random(f"demo/{seed}"), iter(women), iter(men))  # noqa: S311 - invented people are no secret


def _sizes(pupils: int, grades: int, rng: Random) -> list[int]:
    """Pupils of each grade: nearly even, adding up to ``pupils``."""
    shares = [1 + 0.12 * (rng.random() - 0.5) for _ in range(grades)]
    bounds = [round(pupils * sum(shares[:place]) / sum(shares)) for place in range(grades + 1)]
    return [after - before for before, after in pairwise(bounds)]


def _class_names(grade: Grade, size: int) -> list[str]:
    """As many classes as it takes, named in turn through the list: neighbouring grades share no name."""
    start = 2 * grade.position
    return [f"{grade.label} {class_name(start, number)}" for number in range(-(-size // CLASS_SIZE))]


def class_name(start: int, number: int) -> str:
    """The name of a grade's class; when the list is used up with a number behind it."""
    names = demo_words().class_names
    again, place = divmod(number, len(names))
    name = names[(start + place) % len(names)]
    return f"{name} {again + 1}" if again else name


def _people(
    profile: CountryProfile, grade: Grade, start_year: int, size: int, seed: int
) -> tuple[SyntheticPerson, ...]:
    """Pupils of the grade's official age on the day that counts."""
    day = profile.age_date(start_year)
    born_to = day.replace(year=day.year - grade.official_age)
    born_from = born_to.replace(year=born_to.year - 1) + timedelta(days=1)
    return synthetic_people(size, f"{seed}/{grade.code}", born_from=born_from, born_to=born_to)


def _pupil(person: SyntheticPerson, serial: int, grade: Grade, class_name: str, draw: _Draw) -> DemoPupil:
    older = draw.rng.random() < _OVER_AGE
    if older:
        born = person.birth_date
        person = replace(person, birth_date=born.replace(year=born.year - 1, day=min(born.day, 28)))
    return DemoPupil(
        number=number_text(student_number(serial)),
        person=person,
        grade=grade.code,
        class_name=class_name,
        repeater=older and draw.rng.random() < 0.5,
        guardians=_guardians(person, serial, draw),
    )


def _guardians(pupil: SyntheticPerson, serial: int, draw: _Draw) -> tuple[DemoGuardian, ...]:
    """One or two guardians, the first to be called first."""
    first = draw.rng.choices(list(_RELATIONS), list(_RELATIONS.values()))[0]
    relations = [first]
    if draw.rng.random() < _TWO_GUARDIANS:
        relations.append("FATHER" if first == "MOTHER" else "MOTHER")
    guardians = []
    for place, relation in enumerate(relations):
        adult = draw.adult(relation)
        if draw.rng.random() < _SAME_NAME:
            adult = replace(adult, family_name=pupil.family_name)
        phone = f"{1 + place:03d} {serial % 10_000:04d}"
        guardians.append(DemoGuardian(adult, relation, phone, may_collect=draw.rng.random() < 0.95))
    return tuple(guardians)
