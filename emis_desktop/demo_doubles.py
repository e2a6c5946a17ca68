"""Children who stand in a country's records twice, and children who only bear the name of another.

A double is the same child once more, under another number, typed as somebody types who does not look first:
day and month swapped, accents left out, a letter missing. A true namesake is a child of another house.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from random import Random
from typing import Final

from emis_desktop.demo_country import Catchment, CountrySchool
from emis_desktop.demo_families import ON_ROLL, Child, Seat

DOUBLES: Final = 0.004
"""Pupils on roll who are there twice, as a share."""
NAMESAKES: Final = 0.003
_WITHOUT_GUARDIAN: Final = 0.25
_SAME_SCHOOL: Final = 0.5
_DAYS_APART: Final = 40
_TRIES: Final = 80


def seats_for_doubles(catchment: Catchment, seed: int) -> dict[str, int]:
    """How many doubles each school (code) has: larger schools more."""
    rng = Random(f"doubles/{seed}/{catchment.number}")  # noqa: S311 - what is invented is no secret
    schools = [school for school in catchment.schools if school.pupils > 1]
    if not schools:
        return {}
    count = int(DOUBLES * catchment.pupils + rng.random())
    return Counter(school.code for school in rng.choices(schools, [each.pupils for each in schools], k=count))


def add_doubles(children: list[Child], catchment: Catchment, free: Mapping[str, int], seed: int) -> None:
    """Add a double for each seat that was left ``free`` (see :func:`seats_for_doubles`)."""
    rng = Random(f"typed-twice/{seed}/{catchment.number}")  # noqa: S311
    once = [child for child in children if child.seat.state == ON_ROLL]
    schools = {school.code: school for school in catchment.schools}
    kinds = _kinds(rng)
    for code in sorted(free):
        for _ in range(free[code]):
            kind, child = _found(next(kinds), _candidates(once, schools[code], rng), rng)
            once.remove(child)
            children.append(_double(child, kind, schools[code], len(children), rng))


def name_namesakes(children: Sequence[Child], catchment: Catchment, seed: int) -> None:
    """Give some only children the name of a child of another house, born on another day."""
    rng = Random(f"namesakes/{seed}/{catchment.number}")  # noqa: S311
    doubled = {child.of for child in children if child.of is not None}
    houses = Counter(child.house for child in children)
    plain = [each for each in children if each.of is None and each.serial not in doubled]
    alone = [each for each in plain if houses[each.house] == 1 and each.seat.state == ON_ROLL]
    taken: set[int] = set()
    for _ in range(int(NAMESAKES * catchment.pupils + rng.random()) if alone else 0):
        for _try in range(_TRIES):
            one, other = rng.choice(alone), rng.choice(plain)
            if one.serial not in taken and other.serial not in taken and _differ(one, other):
                taken |= {one.serial, other.serial}
                one.given_names, one.family_name = other.given_names, other.family_name
                one.namesake_of = other.serial
                break


def _differ(one: Child, other: Child) -> bool:
    """Whether two children can be namesakes whom nobody has to take for one child."""
    apart = abs((one.birth_date - other.birth_date).days) >= _DAYS_APART
    return (
        one.sex == other.sex
        and one.house != other.house
        and apart
        and (_days_swapped(one.birth_date) != other.birth_date)
    )


def _candidates(once: list[Child], school: CountrySchool, rng: Random) -> list[Child]:
    """Who may be at this school a second time: its own pupils, or those of another of the same kind."""
    kind = school.school.kind
    alike = [child for child in once if child.seat.school.school.kind == kind]
    own = [child for child in alike if child.seat.school is school]
    return (own if own and rng.random() < _SAME_SCHOOL else alike) or once


def _found(kind: str, candidates: Sequence[Child], rng: Random) -> tuple[str, Child]:
    """A child whose record can be typed in that way; any child where none is found, typed just as it was."""
    for _ in range(_TRIES):
        child = rng.choice(candidates)
        if WAYS[kind](child, Random(0)) is not None:  # noqa: S311
            return kind, child
    return TYPED_TWICE, rng.choice(candidates)


def _double(child: Child, kind: str, school: CountrySchool, serial: int, rng: Random) -> Child:
    typed = WAYS[kind](child, rng) or child
    adults = () if rng.random() < _WITHOUT_GUARDIAN else (replace(child.adults[0]),)
    there = school if child.seat.grade.code in school.sizes else child.seat.school
    seat = Seat(there, child.seat.grade, ON_ROLL, child.seat.primary)
    return replace(
        typed, serial=serial, house=-serial, seat=seat, adults=adults, twice_as=kind, of=child.serial
    )


def _kinds(rng: Random) -> Iterator[str]:
    """The ways in turn, beginning anywhere."""
    ways = list(WAYS)
    place = rng.randrange(len(ways))
    while True:
        yield ways[place % len(ways)]
        place += 1


def _typed_twice(child: Child, _rng: Random) -> Child | None:
    return child


def _swapped_date(child: Child, _rng: Random) -> Child | None:
    swapped = _days_swapped(child.birth_date)
    return None if swapped is None else replace(child, birth_date=swapped)


def _days_swapped(day: date) -> date | None:
    return None if day.day > 12 or day.day == day.month else date(day.year, day.day, day.month)


def _without_accents(child: Child, _rng: Random) -> Child | None:
    given, family = _plain(child.given_names), _plain(child.family_name)
    if (given, family) == (child.given_names, child.family_name):
        return None
    return replace(child, given_names=given, family_name=family)


def _plain(name: str) -> str:
    """The name as on a keyboard without accents."""
    return "".join(sign for sign in unicodedata.normalize("NFD", name) if not unicodedata.combining(sign))


def _swapped_names(child: Child, _rng: Random) -> Child | None:
    return replace(child, given_names=child.family_name, family_name=child.given_names)


def _one_letter(child: Child, rng: Random) -> Child | None:
    """A letter of the first given name left out, none of its ends."""
    first, *more = child.given_names.split(" ")
    if len(first) < 6:
        return None
    place = rng.randrange(1, len(first) - 1)
    return replace(child, given_names=" ".join((first[:place] + first[place + 1 :], *more)))


def _short_name(child: Child, _rng: Random) -> Child | None:
    """The second given name left out."""
    first, *more = child.given_names.split(" ")
    return replace(child, given_names=first) if more else None


TYPED_TWICE: Final = "typed_twice"
WAYS: Final[Mapping[str, Callable[[Child, Random], Child | None]]] = {
    TYPED_TWICE: _typed_twice,
    "swapped_date": _swapped_date,
    "without_accents": _without_accents,
    "swapped_names": _swapped_names,
    "one_letter": _one_letter,
    "short_name": _short_name,
}
"""How a child is typed a second time; ``None`` where the child's name or date does not allow it."""
