"""Invented families of a catchment: brothers and sisters with the guardians, name and house they share.

Each child has a seat: a grade at a school, on roll this year, or left this year or the last. Ages fit the
grades; some children are older than their grade, more of them the higher it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from random import Random
from typing import Final

from emis_desktop.demo_country import Catchment, CountrySchool
from emis_desktop.profiles import CountryProfile, Grade
from emis_desktop.profiles.synthetic import TAG, name_lists

ON_ROLL, LEFT_NOW, LEFT_BEFORE, GRADUATE = "on_roll", "left_now", "left_before", "graduate"
LEAVING: Final = {LEFT_NOW: 0.012, LEFT_BEFORE: 0.014}
"""How many leave in a year, as a share of those on roll."""
GRADUATES: Final = 0.95
"""Who finished school last year, as a share of those in the highest form now."""
_CHILDREN: Final = (1, 2, 3, 4)
_HOW_OFTEN: Final = (40, 36, 17, 7)
_LOOK_AHEAD: Final = 12
_BETWEEN_BIRTHS: Final = 290
_TRIES: Final = 12
_TWINS: Final = 0.012
_OTHER_NAME: Final = 0.08
"""The share of brothers and sisters with another family name than the first child of the house."""
_SECOND_NAME: Final = 0.3
_RELATIONS: Final = {"MOTHER": 66, "FATHER": 11, "GRANDM": 11, "AUNT": 5, "GRANDF": 3, "UNCLE": 4}
_MEN: Final = frozenset({"FATHER", "GRANDF", "UNCLE"})
_TWO_GUARDIANS: Final = 0.58
_SAME_NAME: Final = 0.72
_ROADS: Final = (
    "Beach Road",
    "Hill Road",
    "Church Street",
    "Back Street",
    "Market Lane",
    "School Lane",
    "Gap",
)
PHONES: Final = 1_000_000
"""Phone numbers of a country begin with 1: none of them can be dialled."""


@dataclass(frozen=True, slots=True)
class Seat:
    """A child's place: in which grade of which school, this year's or, for who left then, last year's.
    ``state`` says whether the child is on roll. ``primary``: the primary school near the house.
    """

    school: CountrySchool
    grade: Grade
    state: str
    primary: CountrySchool


@dataclass(frozen=True, slots=True)
class Adult:
    """A guardian, shared by the children of a house."""

    given_names: str
    family_name: str
    sex: str
    relation: str
    phone: str | None
    may_collect: bool


@dataclass(slots=True)
class Child:
    """An invented child. ``serial`` counts the children of a catchment from 0, ``house`` its houses; ``over``
    is by how many years the child is older than its grade. ``twice_as`` names how a double of another child
    was typed, ``of`` whose double it is (a serial); ``namesake_of`` a true namesake (a serial).
    """

    serial: int
    house: int
    given_names: str
    family_name: str
    sex: str
    birth_date: date
    over: int
    seat: Seat
    adults: tuple[Adult, ...]
    address: str
    twice_as: str | None = None
    of: int | None = None
    namesake_of: int | None = None


class People:
    """Draws names and phones for a catchment; some names are far more common than others."""

    def __init__(self, rng: Random, catchment: int) -> None:
        """``rng`` is the catchment's chance; phones are numbered on from the catchment's first."""
        lists = name_lists()
        self._rng = rng
        self._given = {sex: (lists.given(sex), _common(len(lists.given(sex)), 18)) for sex in ("F", "M")}
        self._family = (lists.family, _common(len(lists.family), 25))
        self._phone = PHONES + catchment * 10_000

    def sex(self, women: float = 0.5) -> str:
        """F or M; ``women``: the share of F."""
        return "F" if self._rng.random() < women else "M"

    def given(self, sex: str) -> str:
        """One or two given names."""
        names, often = self._given[sex]
        first = self._rng.choices(names, cum_weights=often)[0]
        if self._rng.random() >= _SECOND_NAME:
            return first
        second = self._rng.choices(names, cum_weights=often)[0]
        return f"{first} {second}" if second != first else first

    def family(self) -> str:
        """A family name that shows that its bearer is invented."""
        names, often = self._family
        return f"{self._rng.choices(names, cum_weights=often)[0]}-{TAG}"

    def phone(self) -> str:
        """The next phone number."""
        self._phone += 1
        digits = f"{self._phone:07d}"
        return f"{digits[:3]} {digits[3:]}"


def _common(count: int, flat: int) -> list[float]:
    """Cumulative weights that fall as those of names do: the first far more common than the last."""
    return list(accumulate(1 / (place + flat) for place in range(count)))


def children_of(
    profile: CountryProfile, catchment: Catchment, start_year: int, seed: int, missing: Mapping[str, int]
) -> list[Child]:
    """The children of a catchment, house by house. ``missing``: by school, how many seats stay free for the
    doubles.
    """
    rng = Random(f"families/{seed}/{catchment.number}")  # noqa: S311 - invented people are no secret
    houses = _Houses(profile.age_date(start_year), rng, People(rng, catchment.number))
    for seats in _households(_seats(profile, catchment, rng, missing), rng):
        houses.fill(seats)
    return houses.children


def _seats(
    profile: CountryProfile, catchment: Catchment, rng: Random, missing: Mapping[str, int]
) -> dict[str, list[Seat]]:
    """Seats by the primary school near which their children live."""
    grades = {grade.code: grade for grade in profile.grades}
    near: dict[str, list[Seat]] = {school.code: [] for school in catchment.primaries}
    weights = [school.pupils + 1 for school in catchment.primaries]
    for school in catchment.schools:
        for grade, count in _counts(school, missing.get(school.code, 0)).items():
            for state in _states(school, grade, count, rng):
                home = (
                    school
                    if school is not catchment.secondary
                    else rng.choices(catchment.primaries, weights=weights)[0]
                )
                near[home.code].append(Seat(school, grades[grade], state, home))
    return near


def _counts(school: CountrySchool, missing: int) -> dict[str, int]:
    """Pupils of each grade less ``missing``, taken from the fullest grades."""
    counts = dict(school.sizes)
    for _ in range(min(missing, sum(counts.values()))):
        fullest = max(counts, key=lambda grade: counts[grade])
        counts[fullest] -= 1
    return counts


def _states(school: CountrySchool, grade: str, count: int, rng: Random) -> Iterator[str]:
    yield from [ON_ROLL] * count
    for state, share in LEAVING.items():
        yield from [state] * _rounded(share * count, rng)
    if grade == list(school.sizes)[-1] and school.school.kind == "SEC":
        yield from [GRADUATE] * _rounded(GRADUATES * count, rng)


def _rounded(value: float, rng: Random) -> int:
    """Up or down by chance, so that small schools have their share as well."""
    return int(value + rng.random())


def _households(near: Mapping[str, list[Seat]], rng: Random) -> Iterator[list[Seat]]:
    """The seats of one house after the other: different grades, but for twins."""
    for seats in near.values():
        rng.shuffle(seats)
        while seats:
            house = [seats.pop()]
            twins = rng.random() < _TWINS
            for _ in range(rng.choices(_CHILDREN, _HOW_OFTEN)[0] - 1):
                place = _next_seat(seats, house, twins=twins)
                if place is not None:
                    house.append(seats.pop(place))
            yield house


def _next_seat(seats: Sequence[Seat], house: Sequence[Seat], *, twins: bool) -> int | None:
    """Where among the next seats one stands that a brother or sister can have."""
    taken = {_year_of(seat) for seat in house}
    for place in range(len(seats) - 1, max(len(seats) - 1 - _LOOK_AHEAD, -1), -1):
        other = _year_of(seats[place])
        if other not in taken or (
            twins and seats[place].state == house[0].state and other == _year_of(house[0])
        ):
            return place
    return None


def _year_of(seat: Seat) -> int:
    """The grade in which the child of that seat is, or would be, this year."""
    return seat.grade.position + (seat.state in {LEFT_BEFORE, GRADUATE})


class _Houses:
    """Fills houses with children and guardians. ``day``: the day on which ages are counted."""

    def __init__(self, day: date, rng: Random, people: People) -> None:
        self.children: list[Child] = []
        self._day = day
        self._rng = rng
        self._people = people
        self._house = 0

    def fill(self, seats: Sequence[Seat]) -> None:
        """One house with a child for each of these seats; who cannot be of one mother has another house."""
        rng, people = self._rng, self._people
        self._house += 1
        family = people.family()
        adults = tuple(self._adults(family))
        address = f"{rng.randrange(1, 120)} {rng.choice(_ROADS)}, {seats[0].primary.school.address}"
        made: list[Child] = []
        elsewhere: list[Seat] = []
        for seat in seats:
            born = self._born(seat, made)
            if born is None:
                elsewhere.append(seat)
                continue
            sex = people.sex()
            name = people.family() if made and rng.random() < _OTHER_NAME else family
            given = self._free_name(sex, {child.given_names for child in made})
            serial = len(self.children) + len(made)
            made.append(Child(serial, self._house, given, name, sex, *born, seat, adults, address))
        self.children += made
        for seat in elsewhere:
            self.fill([seat])

    def _free_name(self, sex: str, taken: set[str]) -> str:
        while (name := self._people.given(sex)) in taken:
            pass
        return name

    def _born(self, seat: Seat, others: Sequence[Child]) -> tuple[date, int] | None:
        """A birth date that fits the grade and the births of ``others``, and years over the grade's age."""
        year = _year_of(seat)
        for other in others:
            if _year_of(other.seat) == year:
                return other.birth_date, other.over
        for _ in range(_TRIES):
            over = self._over(seat)
            born = self._day_of_birth(seat, over)
            if all(abs((born - other.birth_date).days) >= _BETWEEN_BIRTHS for other in others):
                return born, over
        return None

    def _over(self, seat: Seat) -> int:
        chance = 0.03 + 0.008 * seat.grade.position
        drawn = self._rng.random()
        if drawn < chance / 6:
            return 2
        return 1 if drawn < chance else 0

    def _day_of_birth(self, seat: Seat, over: int) -> date:
        age = seat.grade.official_age + _year_of(seat) - seat.grade.position + over
        last = self._day.replace(year=self._day.year - age)
        return last - timedelta(days=int(self._rng.random() * 365))

    def _adults(self, family: str) -> Iterator[Adult]:
        rng, people = self._rng, self._people
        first = rng.choices(list(_RELATIONS), list(_RELATIONS.values()))[0]
        relations = [first]
        if rng.random() < _TWO_GUARDIANS:
            relations.append("FATHER" if first == "MOTHER" else "MOTHER")
        for place, relation in enumerate(relations):
            sex = "M" if relation in _MEN else "F"
            name = family if rng.random() < _SAME_NAME else people.family()
            phone = people.phone() if place == 0 or rng.random() < 0.8 else None
            yield Adult(people.given(sex), name, sex, relation, phone, may_collect=rng.random() < 0.96)
