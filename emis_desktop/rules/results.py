"""A subject's term mark: scaled by the maxima, weighed by share, exact until it is rounded once, half up.

Three states stay apart. *Absent* counts as 0 or is left out; *exempt* leaves numerator and denominator;
*missing* makes the mark provisional, counts as 0 or is left out. The letter and the pass are those of the
mark as printed, so that paper never contradicts itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache, partial
from typing import NamedTuple
from uuid import UUID

from emis_desktop.rules.bands import Band
from emis_desktop.rules.marks import MISSING, MarkEntry, MarkState
from emis_desktop.rules.numbers import half_up, round_ratio, to_scaled
from emis_desktop.rules.scheme import (
    AbsentPolicy,
    ItemSpec,
    MissingPolicy,
    PlanPart,
    SchemeRules,
    SubjectPlan,
    WeighedItem,
)

Entries = Mapping[UUID, MarkEntry]
"""A pupil's marks by the key of the item; an item without an entry is missing."""


class ResultState(StrEnum):
    """What a figure is worth.

    ``final``: it stands. ``provisional``: "so far", something is still to be entered. ``absent``: absent
    from everything that counts (the figure is 0 or, when absence is left out, there is none). ``exempt``:
    left out, or nothing was asked for. ``no_marks``: nothing was entered.
    """

    FINAL = "final"
    PROVISIONAL = "provisional"
    ABSENT = "absent"
    EXEMPT = "exempt"
    NO_MARKS = "no_marks"


@dataclass(frozen=True, slots=True)
class ResultLine:
    """One item of the sum. Shares are of all that applies, so the contributions of a final mark add up to it.

    ``percent``: the mark in per cent, None when the item does not count; ``share``: its part of the weight
    counted (0 to 1); ``contribution`` = percent x share. All exact.
    """

    item: ItemSpec
    state: MarkState
    value: Decimal | None
    percent: Fraction | None
    share: Fraction
    contribution: Fraction


@dataclass(frozen=True, slots=True)
class PartResult:
    """Coursework or examination as the card shows it: ``value`` out of ``out_of``, its share of 100."""

    part: str
    out_of: Decimal
    value: Decimal | None
    state: ResultState


@dataclass(frozen=True, slots=True)
class SubjectResult:
    """A pupil's mark in a subject of a term.

    ``exact`` is in per cent, ``mark`` the same as printed; both None without a mark. ``coverage`` is the
    share (0 to 1) of the weight that applies which the mark covers. ``pending``: something still to be
    entered keeps it from being final. ``band`` and ``passed`` only with a mark that is final or absent.
    """

    plan: SubjectPlan = field(repr=False)
    rules: SchemeRules = field(repr=False)
    entries: Entries = field(repr=False)
    state: ResultState
    exact: Fraction | None
    mark: Decimal | None
    coverage: Fraction
    pending: bool
    band: Band | None
    passed: bool | None
    parts: tuple[PartResult, ...]

    @property
    def final(self) -> Fraction | None:
        """The exact mark if it stands: what class figures and positions use."""
        return None if self.pending else self.exact

    @property
    def left_out(self) -> bool:
        """Whether the subject is not there for this pupil: exempt, or nothing that counts."""
        return self.exact is None and not self.pending

    @property
    def coverage_percent(self) -> int:
        """The coverage for "so far, 40 % of the weight": 0 and 100 only when it is exactly that."""
        return whole_percent(self.coverage)

    @property
    def lines(self) -> tuple[ResultLine, ...]:
        """The arithmetic, item by item in the order of the plan."""
        return explain(self)


class _Tally(NamedTuple):
    """Sums over the items of a part or a subject, in the whole numbers of ``PlanWeights``: weights by state.

    ``points`` are the factors times the values of what was scored; what counts as 0 adds none.
    """

    points: int
    scored: int
    absent: int
    exempt: int
    missing: int

    def counted(self, rules: SchemeRules) -> int:
        """The weight that the mark is made of."""
        zeros = self.absent if rules.absent is AbsentPolicy.ZERO else 0
        return self.scored + zeros + (self.missing if rules.missing is MissingPolicy.ZERO else 0)

    def pending(self, rules: SchemeRules) -> bool:
        """Whether something is still to be entered."""
        return self.missing > 0 and rules.missing is MissingPolicy.INCOMPLETE

    def state(self, rules: SchemeRules) -> ResultState:
        """What a figure made of these items is worth."""
        if self.pending(rules):
            return ResultState.PROVISIONAL if self.counted(rules) else ResultState.NO_MARKS
        if self.absent and not self.scored and not (self.missing and rules.missing is MissingPolicy.ZERO):
            return ResultState.ABSENT
        if self.counted(rules):
            return ResultState.FINAL
        return ResultState.NO_MARKS if self.missing else ResultState.EXEMPT


_NOTHING = _Tally(0, 0, 0, 0, 0)


def subject_result(plan: SubjectPlan, rules: SchemeRules, entries: Entries) -> SubjectResult:
    """The term mark of ``plan`` from a pupil's ``entries``."""
    tallies = [_tally(part.items, entries) for part in plan.weights.parts]
    whole = _Tally(*map(sum, zip(_NOTHING, *tallies, strict=True)))
    parts = tuple(map(partial(_part, plan, rules), plan.weights.parts, tallies))
    counted = whole.counted(rules)
    applies = plan.weights.total - whole.exempt
    exact = mark = band = passed = None
    pending = whole.pending(rules)
    if counted:
        exact = Fraction(100 * whole.points, plan.weights.common * counted)
        mark = half_up(exact, rules.mark_places)
        if not pending:
            band, passed = rules.verdict(mark)
    return SubjectResult(
        plan=plan,
        rules=rules,
        entries=entries,
        state=whole.state(rules),
        exact=exact,
        mark=mark,
        coverage=Fraction(counted, applies) if applies else Fraction(0),
        pending=pending,
        band=band,
        passed=passed,
        parts=parts,
    )


def explain(result: SubjectResult) -> tuple[ResultLine, ...]:
    """The items of ``result`` with what each of them adds; the contributions add up to ``result.exact``."""
    counting = [(item, *_counting(item, result)) for item in result.plan.items]
    counted = sum(to_scaled(item.weight) for item, _entry, percent in counting if percent is not None)
    lines = []
    for item, entry, percent in counting:
        share = Fraction(0) if percent is None else Fraction(to_scaled(item.weight), counted)
        lines.append(ResultLine(item, entry.state, entry.value, percent, share, share * (percent or 0)))
    return tuple(lines)


def whole_percent(share: Fraction) -> int:
    """A share (0 to 1) in whole per cent, half up, but 0 and 100 only when it is exactly that."""
    if share in {0, 1}:
        return int(share) * 100
    return min(99, max(1, int(half_up(share * 100, 0))))


def _counting(item: ItemSpec, result: SubjectResult) -> tuple[MarkEntry, Fraction | None]:
    """The entry of an item and its exact per cent, None when the item does not count."""
    entry = result.entries.get(item.key, MISSING)
    if entry.value is not None:
        return entry, Fraction(100 * to_scaled(entry.value), to_scaled(item.maximum))
    return entry, Fraction(0) if _counts_as_zero(entry.state, result.rules) else None


def _counts_as_zero(state: MarkState, rules: SchemeRules) -> bool:
    if state is MarkState.ABSENT:
        return rules.absent is AbsentPolicy.ZERO
    return state is MarkState.MISSING and rules.missing is MissingPolicy.ZERO


def _tally(items: tuple[WeighedItem, ...], entries: Entries) -> _Tally:
    """Sum up the entries of a part: the one loop over marks, so it is written flat."""
    points = scored = absent = exempt = missing = 0
    for key, factor, weight in items:
        entry = entries.get(key, MISSING)
        if entry.value is not None:
            points += factor * to_scaled(entry.value)
            scored += weight
        elif entry.state is MarkState.ABSENT:
            absent += weight
        elif entry.state is MarkState.EXEMPT:
            exempt += weight
        else:
            missing += weight
    return _Tally(points, scored, absent, exempt, missing)


def _part(plan: SubjectPlan, rules: SchemeRules, part: PlanPart, tally: _Tally) -> PartResult:
    """The part's own mark, scaled to its share of 100."""
    total, places = plan.weights.total, rules.part_places
    value = None
    if counted := tally.counted(rules):
        value = round_ratio(100 * tally.points * part.weight, plan.weights.common * counted * total, places)
    return PartResult(part.name, _out_of(part.weight, total, places), value, tally.state(rules))


@lru_cache(maxsize=256)
def _out_of(weight: int, total: int, places: int) -> Decimal:
    """The share of a part in 100: the same few for every pupil."""
    return round_ratio(100 * weight, total, places)
