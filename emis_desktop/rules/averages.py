"""Averages over subjects and over terms: term average, year result, grade point average. Rounded once, half
up.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Final, NamedTuple

from emis_desktop.rules.bands import Band
from emis_desktop.rules.numbers import half_up, mean
from emis_desktop.rules.results import ResultState, SubjectResult, whole_percent
from emis_desktop.rules.scheme import AverageOf, MissingPolicy, SchemeRules

GPA_PLACES: Final = 2

_ZERO = Fraction(0)
_ONE = Fraction(1)


class AverageLine(NamedTuple):
    """One figure inside an average, exact: a subject of a term, a term of a year.

    ``value`` in per cent as it went in (exact or printed, by the scheme), None for one that has none;
    ``share`` is its part of the weight averaged (0 to 1); ``contribution`` = value x share. The
    contributions add up to the average.
    """

    label: str
    value: Fraction | None
    share: Fraction
    contribution: Fraction


class _Input(NamedTuple):
    """What an average was made from."""

    label: str
    value: Fraction | None
    weight: Fraction
    coverage: Fraction


@dataclass(frozen=True, slots=True)
class TermResult:
    """A pupil's term. ``exact`` in per cent, ``average`` the same as printed; both None without a mark.

    ``passed`` of ``subjects`` (those not left out, and those without a test yet) are passed; ``counted`` of
    them went into the average. ``pending``: a subject is still incomplete, the average is "so far" and is
    not ranked.
    """

    state: ResultState
    exact: Fraction | None
    average: Decimal | None
    pending: bool
    passed: int
    subjects: int
    counted: int
    inputs: tuple[_Input, ...] = field(default=(), repr=False)

    @property
    def lines(self) -> tuple[AverageLine, ...]:
        """The arithmetic, subject by subject; exempt subjects are not in it."""
        return _lines(self.inputs)

    @property
    def final(self) -> Fraction | None:
        """The exact average if it stands: what class figures and positions use."""
        return None if self.pending else self.exact


@dataclass(frozen=True, slots=True)
class TermShare:
    """A term (or any period) inside a year result, with its ``weight`` as a share.

    ``exact`` and ``printed`` are its figure in per cent, ``coverage`` the share (0 to 1) of it that is
    entered. State *exempt*: before admission, so it leaves the sum; *no_marks*: not sat, so the policy for
    missing marks decides.
    """

    label: str
    weight: Decimal
    state: ResultState
    exact: Fraction | None = None
    printed: Decimal | None = None
    coverage: Fraction = Fraction(1)


@dataclass(frozen=True, slots=True)
class YearResult:
    """A year's figure for a subject or for the average; fields as in :class:`TermResult` and
    ``SubjectResult``.
    """

    state: ResultState
    exact: Fraction | None
    mark: Decimal | None
    coverage: Fraction
    pending: bool
    band: Band | None
    passed: bool | None
    inputs: tuple[_Input, ...] = field(default=(), repr=False)

    @property
    def lines(self) -> tuple[AverageLine, ...]:
        """The arithmetic, term by term; exempt terms are not in it."""
        return _lines(self.inputs)

    @property
    def coverage_percent(self) -> int:
        """The coverage in whole per cent, 0 and 100 only when it is exactly that."""
        return whole_percent(self.coverage)


def term_result(subjects: Sequence[SubjectResult], rules: SchemeRules, awaited: int = 0) -> TermResult:
    """The term of a pupil from the subjects that count. Every subject weighs the same.

    While something is missing the average is that of the marks there are, so far. ``awaited``: so many more
    subjects are to be assessed and have no test yet.
    """
    counting = [subject for subject in subjects if subject.plan.counts]
    there = [subject for subject in counting if not subject.left_out]
    inputs = tuple(_subject_input(subject, rules) for subject in there)
    marks = [given.value for given in inputs if given.value is not None]
    exact = mean(marks) if marks else None
    pending = awaited > 0 or any(subject.pending for subject in there)
    return TermResult(
        state=_joint_state({subject.state for subject in counting}, bool(marks), pending),
        exact=exact,
        average=None if exact is None else half_up(exact, rules.average_places),
        pending=pending,
        passed=sum(subject.passed is True for subject in there),
        subjects=len(there) + awaited,
        counted=len(marks),
        inputs=inputs,
    )


def subject_share(label: str, weight: Decimal, result: SubjectResult) -> TermShare:
    """A subject's term as a part of its year."""
    return TermShare(label, weight, result.state, result.exact, result.mark, result.coverage)


def term_share(label: str, weight: Decimal, result: TermResult) -> TermShare:
    """A term's average as a part of the year's."""
    coverage = Fraction(result.counted, result.subjects) if result.subjects else Fraction(0)
    return TermShare(label, weight, result.state, result.exact, result.average, coverage)


def year_mark(terms: Sequence[TermShare], rules: SchemeRules) -> YearResult:
    """A subject's year from its terms, printed like a mark."""
    return _year(terms, rules, rules.mark_places)


def year_average(terms: Sequence[TermShare], rules: SchemeRules) -> YearResult:
    """The year's average from the terms' averages, printed like an average."""
    return _year(terms, rules, rules.average_places)


def gpa(points: Iterable[tuple[Decimal, Decimal]]) -> Decimal | None:
    """Grade point average of (points, credit): the credit-weighted mean, half up to two places; None
    without credit.

    Over all credits of all terms it is the cumulative average: never an average of averages.
    """
    exact = _weighted_mean((Fraction(point), Fraction(credit)) for point, credit in points)
    return None if exact is None else half_up(exact, GPA_PLACES)


def points_of(subjects: Iterable[SubjectResult]) -> list[tuple[Decimal, Decimal]]:
    """(points, credit) of the subjects whose grade has points: what :func:`gpa` takes."""
    return [
        (subject.band.points, subject.plan.credit)
        for subject in subjects
        if subject.band is not None and subject.band.points is not None
    ]


def averaged_value(exact: Fraction | None, printed: Decimal | None, rules: SchemeRules) -> Fraction | None:
    """The value of a figure inside an average: exact, or as printed when the scheme says so."""
    if rules.average_of is AverageOf.PRINTED:
        return None if printed is None else Fraction(printed)
    return exact


def _joint_state(states: set[ResultState], has_mark: bool, pending: bool) -> ResultState:
    """The state of a figure made of figures in ``states``."""
    if pending:
        return ResultState.PROVISIONAL if has_mark else ResultState.NO_MARKS
    if states == {ResultState.EXEMPT}:
        return ResultState.EXEMPT
    if ResultState.ABSENT in states and states <= {ResultState.ABSENT, ResultState.EXEMPT}:
        return ResultState.ABSENT
    return ResultState.FINAL if has_mark else ResultState.NO_MARKS


def _subject_input(subject: SubjectResult, rules: SchemeRules) -> _Input:
    value = averaged_value(subject.exact, subject.mark, rules)
    return _Input(subject.plan.name, value, _ONE, subject.coverage)


def _year(terms: Sequence[TermShare], rules: SchemeRules, places: int) -> YearResult:
    counting = [term for term in terms if term.weight > 0]
    pending = any(_waits(term, rules) for term in counting)
    inputs = _year_inputs(counting, rules)
    exact = _weighted_mean((given.value, given.weight) for given in inputs if given.value is not None)
    mark = None if exact is None else half_up(exact, places)
    band, passed = (None, None) if mark is None or pending else rules.verdict(mark)
    return YearResult(
        state=_joint_state({term.state for term in counting}, exact is not None, pending),
        exact=exact,
        mark=mark,
        coverage=_weighted_mean((given.coverage, given.weight) for given in inputs) or _ZERO,
        pending=pending,
        band=band,
        passed=passed,
        inputs=inputs,
    )


def _year_inputs(terms: Iterable[TermShare], rules: SchemeRules) -> tuple[_Input, ...]:
    """The terms that the year is made of or waits for."""
    inputs = []
    for term in terms:
        value = _year_value(term, rules)
        if value is not None or _waits(term, rules):
            coverage = _ZERO if value is None else term.coverage
            inputs.append(_Input(term.label, value, Fraction(term.weight), coverage))
    return tuple(inputs)


def _year_value(term: TermShare, rules: SchemeRules) -> Fraction | None:
    """What a term brings into the year, None when it is left out or still to come."""
    if term.state is ResultState.NO_MARKS and rules.missing is MissingPolicy.ZERO:
        return Fraction(0)
    return averaged_value(term.exact, term.printed, rules)


def _waits(term: TermShare, rules: SchemeRules) -> bool:
    """Whether the year has to wait for a term."""
    if term.state is ResultState.NO_MARKS:
        return rules.missing is MissingPolicy.INCOMPLETE
    return term.state is ResultState.PROVISIONAL


def _weighted_mean(pairs: Iterable[tuple[Fraction, Fraction]]) -> Fraction | None:
    """The mean of (value, weight), None of nothing."""
    total = weights = _ZERO
    for value, weight in pairs:
        total += value * weight
        weights += weight
    return total / weights if weights else None


def _lines(inputs: tuple[_Input, ...]) -> tuple[AverageLine, ...]:
    """The inputs with what each of them adds."""
    counted = sum((given.weight for given in inputs if given.value is not None), _ZERO)
    lines = []
    for label, value, weight, _coverage in inputs:
        share = _ZERO if value is None else weight / counted
        lines.append(AverageLine(label, value, share, share * (value or 0)))
    return tuple(lines)
