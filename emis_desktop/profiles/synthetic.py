"""Invented people for demonstrations, tests and measurements: the same for the same seed, and marked as
invented.

Given and family names are shipped as separate lists and combined at random. A combination can equal a
real person's name, so every person made here says that it is synthetic, and the family name carries a
tag that shows on any paper.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from random import Random
from typing import Final

from emis_desktop.profiles.document import read_layer
from emis_desktop.profiles.entry import Entry, Reading
from emis_desktop.profiles.loading import SHIPPED

TAG: Final = "Demo"
"""What the family name of an invented person ends with: "Félicien-Demo"."""

MOST_PEOPLE: Final = 1_000_000
_SECOND_NAMES: Final = 0.3  # the share of people with two given names


@dataclass(frozen=True, slots=True)
class SyntheticPerson:
    """An invented person. ``sex`` is F or M; ``synthetic`` is always true."""

    given_names: str
    family_name: str
    sex: str
    birth_date: date
    synthetic: bool = True


@dataclass(frozen=True, slots=True)
class NameLists:
    """Given names by sex (those that both sexes bear in both) and family names."""

    female: tuple[str, ...]
    male: tuple[str, ...]
    family: tuple[str, ...]

    def given(self, sex: str) -> tuple[str, ...]:
        """The given names for F or M."""
        return self.female if sex == "F" else self.male


@cache
def name_lists() -> NameLists:
    """The shipped names. Raises :class:`emis_desktop.errors.BadFile` for a mistake in the file."""
    layer = read_layer(SHIPPED / "names.json", "profiles/names.json")
    root = Entry(Reading((layer,)), (), layer.content).group("format", "given", "family")
    given = [(row.word("name"), row["sex"].choice(("F", "M", "X"))) for row in root["given"].rows()]
    return NameLists(
        female=tuple(name for name, sex in given if sex != "M"),
        male=tuple(name for name, sex in given if sex != "F"),
        family=tuple(row.word("name") for row in root["family"].rows()),
    )


def synthetic_people(
    n: int,
    seed: int | str,
    *,
    born_from: date = date(2008, 9, 1),
    born_to: date = date(2021, 8, 31),
    sexes: Sequence[str] = ("F", "M"),
    tag: str = TAG,
) -> tuple[SyntheticPerson, ...]:
    """``n`` invented people, all with different names, born from ``born_from`` to ``born_to``.

    ``sexes`` are drawn from evenly; an empty ``tag`` leaves the family names bare, for measurements
    only. Raises :class:`ValueError` for more than a million.
    """
    if not 0 <= n <= MOST_PEOPLE:
        raise ValueError("from 0 to a million people")
    lists, rng = name_lists(), Random(f"people/{seed}")  # noqa: S311 - invented people are no secret
    first, last = born_from.toordinal(), born_to.toordinal()
    drawn = rng.choices(list(sexes), k=n)
    families = rng.choices([f"{name}-{tag}" if tag else name for name in lists.family], k=n)
    taken: set[tuple[str, str]] = set()
    people = []
    for sex, family in zip(drawn, families, strict=True):
        given = _given(lists.given(sex), family, taken, rng)
        born = date.fromordinal(first + int(rng.random() * (last - first + 1)))
        people.append(SyntheticPerson(given, family, sex, born))
    return tuple(people)


def _given(names: tuple[str, ...], family: str, taken: set[tuple[str, str]], rng: Random) -> str:
    """One or two given names that nobody in ``taken`` has with this family name yet."""
    count = len(names)
    given = names[int(rng.random() * count)]
    if rng.random() < _SECOND_NAMES:
        given = f"{given} {names[int(rng.random() * count)]}"
    while (given, family) in taken:
        given = f"{names[int(rng.random() * count)]} {names[int(rng.random() * count)]}"
    taken.add((given, family))
    return given
