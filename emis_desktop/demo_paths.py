"""Where the children of an invented country were at school, last year and this: promoted, repeated,
transferred, back again, gone with a reason.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random
from typing import Final

from emis_desktop.demo_country import SECONDARY, Catchment, CountrySchool, PlannedGroup, school_grades
from emis_desktop.demo_families import GRADUATE, LEFT_BEFORE, LEFT_NOW, Child
from emis_desktop.profiles import CountryProfile, SchoolYear

LAST, NOW = 0, 1
_REPEATS: Final = 0.5
"""How many of the children who are older than their grade repeat it this year."""
_NEW_HERE: Final = 0.012
_MOVED_IN_SUMMER: Final = 0.022
_MOVED_IN_TERM: Final = 0.012
_BACK: Final = {"PRI": 0.001, "SEC": 0.006}
_SETTLED: Final = 30
"""Days after the beginning of a year in which nobody changes school."""
_OTHER_CLASS: Final = 0.012
_LATE: Final = 0.01
_EXITS: Final[Mapping[str, Mapping[str, int]]] = {
    "PRI": {"emigrated": 52, "transferred": 33, "dropped_out": 7, "administrative": 6, "deceased": 2},
    "SEC": {
        "dropped_out": 46,
        "emigrated": 31,
        "transferred": 16,
        "expelled": 4,
        "deceased": 2,
        "administrative": 1,
    },
}
_ABROAD: Final = ("TRN_PRIV", "TRN_HOME", "TRN_TVET", "TRN_SPEC")
"""Reasons for a transfer to no school of the country's register."""
_WITHIN: Final = "TRN_DOM"
_FINISHED: Final = "COM_GRAD"


@dataclass(frozen=True, slots=True)
class Sitting:
    """The time in one class; ``ends_on`` None: still there."""

    group: PlannedGroup
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class Stay:
    """One enrolment. ``year``: :data:`LAST` or :data:`NOW`; ``previous``: which of the child's stays it
    follows; ``destination``: code of the school that the child went to. ``entry`` says how it began.
    """

    school: str
    year: int
    grade: str
    starts_on: date
    ends_on: date | None
    sittings: tuple[Sitting, ...] = ()
    outcome: str | None = None
    exit: str | None = None
    exit_reason: str | None = None
    destination: str | None = None
    repeater: bool = False
    previous: int | None = None
    entry: str = "promoted"


@dataclass(frozen=True, slots=True)
class Times:
    """Both school years, and how far this one has come: the last day on which something can have happened."""

    last: SchoolYear
    now: SchoolYear
    today: date

    @property
    def elapsed(self) -> int:
        """Days of this year that are over; 0 before it begins."""
        return max(0, (min(self.today, self.now.ends_on) - self.now.starts_on).days)

    @property
    def years(self) -> tuple[SchoolYear, SchoolYear]:
        """By :data:`LAST` and :data:`NOW`."""
        return self.last, self.now


class Paths:
    """Draws the stays of the children of one catchment."""

    def __init__(
        self,
        profile: CountryProfile,
        catchment: Catchment,
        neighbour: CountrySchool | None,
        times: Times,
        seed: int,
    ) -> None:
        """``neighbour``: a secondary school of another catchment, from which pupils come."""
        self._catchment = catchment
        self._neighbour = neighbour
        self._times = times
        self._rng = Random(f"paths/{seed}/{catchment.number}")  # noqa: S311 - what is invented is no secret
        self._order = [grade.code for grade in profile.grades]
        self._lowest = school_grades(profile, "PRI")[0].code
        listed = profile.code_lists.get("exit_reason")
        self._reasons = {code.code: code.maps_to for code in listed} if listed else {}
        self._seats: dict[tuple[str, str, int], int] = {}

    def of(self, child: Child) -> tuple[Stay, ...]:
        """The child's stays in order of time; the last one is open for who is on roll."""
        state = child.seat.state
        if state in {GRADUATE, LEFT_BEFORE}:
            return (self._gone_before(child, graduate=state == GRADUATE),)
        if child.of is not None:
            return (self._typed_again(child),)
        origin = self._origin(child)
        before = self._last_year(child, origin)
        if state == LEFT_NOW and not self._times.elapsed:
            return before or (self._gone_before(child, graduate=False),)
        return self._this_year(child, origin, before)

    def _origin(self, child: Child) -> CountrySchool:
        """Where the child was when the year began: now and then at another school."""
        here = child.seat.school
        if child.seat.state == LEFT_NOW or self._times.elapsed <= _SETTLED:
            return here
        return (self._other(here) or here) if self._rng.random() < _MOVED_IN_TERM else here

    # -- Last year ------------------------------------------------------------------------------------

    def _last_year(self, child: Child, here: CountrySchool) -> tuple[Stay, ...]:
        rng, seat = self._rng, child.seat
        grade = seat.grade.code
        repeater = child.over > 0 and rng.random() < _REPEATS
        if (grade == self._lowest and not repeater) or rng.random() < _NEW_HERE:
            return ()
        was = grade if repeater else self._order[self._order.index(grade) - 1]
        school = here if was in here.sizes else seat.primary
        moved = school is here and rng.random() < _MOVED_IN_SUMMER
        other = self._other(here) if moved else None
        year = self._times.last
        stay = self._stay(other or school, LAST, was, year.starts_on, year.ends_on)
        if repeater:
            outcome = "repeated"
        else:
            outcome = "graduated" if was == list((other or school).sizes)[-1] else "promoted"
        stay = replace(stay, outcome=outcome)
        if other is not None:
            stay = replace(stay, exit="transferred", exit_reason=self._known(_WITHIN), destination=here.code)
        elif rng.random() < _BACK[here.school.kind] and school is here:
            return (self._dropped_out(stay),)
        return (stay,)

    def _dropped_out(self, stay: Stay) -> Stay:
        """Left in the middle of last year, to come back in this."""
        day = stay.starts_on + timedelta(days=self._rng.randrange(60, 200))
        reason = self._reason("dropped_out")
        return replace(self._until(stay, day), outcome=None, exit="dropped_out", exit_reason=reason)

    def _gone_before(self, child: Child, *, graduate: bool) -> Stay:
        year, seat = self._times.last, child.seat
        stay = self._stay(seat.school, LAST, seat.grade.code, year.starts_on, year.ends_on)
        if graduate:
            return replace(stay, outcome="graduated", exit="completed", exit_reason=self._known(_FINISHED))
        day = stay.starts_on + timedelta(days=self._rng.randrange(20, (year.ends_on - year.starts_on).days))
        return self._leaving(stay, day)

    # -- This year ------------------------------------------------------------------------------------

    def _this_year(self, child: Child, here: CountrySchool, before: tuple[Stay, ...]) -> tuple[Stay, ...]:
        rng, year, elapsed = self._rng, self._times.now, self._times.elapsed
        grade = child.seat.grade.code
        first = year.starts_on
        if rng.random() < _LATE:
            first += timedelta(days=rng.randrange(1, 15) if elapsed > 20 else 0)
        stay = self._stay(here, NOW, grade, first, None)
        if before:
            was = before[-1]
            stay = replace(
                stay,
                repeater=was.outcome == "repeated",
                previous=len(before) - 1 if was.school != here.code or was.exit else None,
                entry=self._entry(was, here),
            )
        else:
            stay = replace(stay, entry="admitted")
        if child.seat.state == LEFT_NOW:
            day = first + timedelta(days=rng.randrange(max(elapsed - 15, 1)))
            return (*before, self._leaving(stay, min(day, self._latest)))
        if here is not child.seat.school:
            return (*before, *self._moved(stay, child.seat.school, len(before)))
        return (*before, self._changed_class(stay))

    @property
    def _latest(self) -> date:
        """The last day on which something can have happened."""
        return min(self._times.today, self._times.now.ends_on)

    def _entry(self, was: Stay, here: CountrySchool) -> str:
        if was.exit == "dropped_out":
            return "returned"
        if was.exit == "transferred":
            return "transferred"
        if was.school != here.code:
            return "admitted"
        return "repeated" if was.outcome == "repeated" else "promoted"

    def _moved(self, stay: Stay, here: CountrySchool, place: int) -> tuple[Stay, Stay]:
        """Begun at another school, and come here some weeks later."""
        day = self._times.now.starts_on + timedelta(days=self._rng.randrange(16, self._times.elapsed))
        left = replace(
            self._until(stay, day - timedelta(days=1)),
            exit="transferred",
            exit_reason=self._known(_WITHIN),
            destination=here.code,
        )
        came = self._stay(here, NOW, stay.grade, day, None)
        return left, replace(came, repeater=stay.repeater, previous=place, entry="transferred")

    def _changed_class(self, stay: Stay) -> Stay:
        """Now and then a pupil goes to another class of the grade."""
        days = self._times.elapsed - 20
        if days <= 0 or self._rng.random() >= _OTHER_CLASS or not stay.sittings:
            return stay
        was = stay.sittings[0]
        others = [each for each in self._groups(stay.school, stay.grade) if each != was.group]
        if not others:
            return stay
        day = stay.starts_on + timedelta(days=1 + self._rng.randrange(days))
        moved = Sitting(self._rng.choice(others), day, None)
        return replace(stay, sittings=(replace(was, ends_on=day), moved))

    def _typed_again(self, child: Child) -> Stay:
        """A double's one stay: admitted this year, without a past."""
        first = self._times.now.starts_on + timedelta(
            days=self._rng.randrange(min(self._times.elapsed, 30) + 1)
        )
        stay = self._stay(child.seat.school, NOW, child.seat.grade.code, first, None)
        return replace(stay, entry="admitted")

    # -- Parts ----------------------------------------------------------------------------------------

    def _stay(self, school: CountrySchool, year: int, grade: str, first: date, last: date | None) -> Stay:
        """A stay with a place in a class; the classes of a grade fill in turn."""
        groups = school.groups_of(grade)
        sittings: tuple[Sitting, ...] = ()
        if groups:
            place = self._seats[school.code, grade, year] = (
                self._seats.get((school.code, grade, year), -1) + 1
            )
            sittings = (Sitting(groups[place % len(groups)], first, last),)
        return Stay(school.code, year, grade, first, last, sittings)

    def _until(self, stay: Stay, day: date) -> Stay:
        sittings = tuple(replace(each, ends_on=day) for each in stay.sittings)
        return replace(stay, ends_on=day, sittings=sittings)

    def _leaving(self, stay: Stay, day: date) -> Stay:
        kind = "SEC" if stay.school == self._catchment.secondary.code else "PRI"
        chances = _EXITS[kind]
        left = self._rng.choices(list(chances), list(chances.values()))[0]
        return replace(self._until(stay, day), outcome=None, exit=left, exit_reason=self._reason(left))

    def _reason(self, exit_kind: str) -> str | None:
        """A code of the country's list that counts as that; a transfer's names no school of the register."""
        codes: Sequence[str] = _ABROAD if exit_kind == "transferred" else tuple(self._reasons)
        fitting = [code for code in codes if self._reasons.get(code) == exit_kind]
        return self._rng.choice(fitting) if fitting else None

    def _known(self, code: str) -> str | None:
        return code if code in self._reasons else None

    def _other(self, school: CountrySchool) -> CountrySchool | None:
        """Another school of the same kind, from which one may come."""
        if school.school.kind == SECONDARY:
            return self._neighbour
        others = [each for each in self._catchment.primaries if each is not school and each.pupils]
        return self._rng.choice(others) if others else None

    def _groups(self, school: str, grade: str) -> tuple[PlannedGroup, ...]:
        found = next(each for each in self._catchment.schools if each.code == school)
        return found.groups_of(grade)
