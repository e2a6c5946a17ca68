"""A subject's term mark: scaled by the maxima, weighed by share, exact until it is rounded once, half up.

Three states stay apart. *Absent* counts as 0 or is left out; *exempt* leaves numerator and denominator;
*missing* makes the mark provisional, counts as 0 or is left out. The letter and the pass are those of the
mark as printed, so that paper never contradicts itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from uuid import UUID

from emis_desktop.rules.bands import Band
from emis_desktop.rules.marks import MISSING, MarkEntry, MarkState
from emis_desktop.rules.numbers import half_up, round_ratio, to_scaled
from emis_desktop.rules.scheme import AbsentPolicy, ItemSpec, MissingPolicy, SchemeRules, SubjectPlan

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

    plan: SubjectPlan
    rules: SchemeRules
    entries: Entries
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


@dataclass(slots=True)
class _Tally:
    """Sums over the items of a part or a subject, in the whole numbers of :class:`PlanWeights`."""

    points: int = 0
    counted: int = 0
    scored: int = 0
    absent: int = 0
    exempt: int = 0
    missing: int = 0

    def add(self, other: "_Tally") -> None:
        """Take in the sums of a part."""
        self.points += other.points
        self.counted += other.counted
        self.scored += other.scored
        self.absent += other.absent
        self.exempt += other.exempt
        self.missing += other.missing


def subject_result(plan: SubjectPlan, rules: SchemeRules, entries: Entries) -> SubjectResult:
    """The term mark of ``plan`` from a pupil's ``entries``."""
    weights = plan.weights
    whole = _Tally()
    parts = []
    for part, weight, items in weights.parts:
        tally = _Tally()
        for key, factor, item_weight in items:
            _count(tally, entries.get(key, MISSING), factor, item_weight, rules)
        whole.add(tally)
        out_of = round_ratio(100 * weight, weights.total, rules.part_places)
        value = None
        if tally.counted:
            value = round_ratio(
                100 * tally.points * weight, weights.common * tally.counted * weights.total, rules.part_places
            )
        parts.append(PartResult(part, out_of, value, _state(tally, rules)))
    return _subject(plan, rules, entries, whole, tuple(parts))


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


def _count(tally: _Tally, entry: MarkEntry, factor: int, weight: int, rules: SchemeRules) -> None:
    if entry.value is not None:
        tally.points += factor * to_scaled(entry.value)
        tally.counted += weight
        tally.scored += weight
        return
    if _counts_as_zero(entry.state, rules):
        tally.counted += weight
    if entry.state is MarkState.ABSENT:
        tally.absent += weight
    elif entry.state is MarkState.EXEMPT:
        tally.exempt += weight
    else:
        tally.missing += weight


def _state(tally: _Tally, rules: SchemeRules) -> ResultState:
    if _pending(tally, rules):
        return ResultState.PROVISIONAL if tally.counted else ResultState.NO_MARKS
    if tally.absent and not tally.scored and not (tally.missing and rules.missing is MissingPolicy.ZERO):
        return ResultState.ABSENT
    if tally.counted:
        return ResultState.FINAL
    return ResultState.NO_MARKS if tally.missing else ResultState.EXEMPT


def _pending(tally: _Tally, rules: SchemeRules) -> bool:
    return tally.missing > 0 and rules.missing is MissingPolicy.INCOMPLETE


def _subject(
    plan: SubjectPlan, rules: SchemeRules, entries: Entries, whole: _Tally, parts: tuple[PartResult, ...]
) -> SubjectResult:
    applies = plan.weights.total - whole.exempt
    exact = mark = band = passed = None
    pending = _pending(whole, rules)
    if whole.counted:
        exact = Fraction(100 * whole.points, plan.weights.common * whole.counted)
        mark = half_up(exact, rules.mark_places)
        if not pending:
            band, passed = rules.bands.grade(mark), mark >= rules.pass_mark
    return SubjectResult(
        plan=plan,
        rules=rules,
        entries=entries,
        state=_state(whole, rules),
        exact=exact,
        mark=mark,
        coverage=Fraction(whole.counted, applies) if applies else Fraction(0),
        pending=pending,
        band=band,
        passed=passed,
        parts=parts,
    )
