"""Averages over subjects and over terms: term average, year result, grade point average. Rounded once, half
up.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from emis_desktop.rules.bands import Band
from emis_desktop.rules.numbers import half_up, mean
from emis_desktop.rules.results import ResultState, SubjectResult, whole_percent
from emis_desktop.rules.scheme import AverageOf, MissingPolicy, SchemeRules

GPA_PLACES: Final = 2


@dataclass(frozen=True, slots=True)
class TermResult:
    """A pupil's term. ``exact`` in per cent, ``average`` the same as printed; both None without a mark.

    ``passed`` of ``subjects`` (those not left out) are passed; ``counted`` of them went into the average.
    ``pending``: a subject is still incomplete, the average is "so far" and is not ranked.
    """

    state: ResultState
    exact: Fraction | None
    average: Decimal | None
    pending: bool
    passed: int
    subjects: int
    counted: int

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

    @property
    def coverage_percent(self) -> int:
        """The coverage in whole per cent, 0 and 100 only when it is exactly that."""
        return whole_percent(self.coverage)


def term_result(subjects: Sequence[SubjectResult], rules: SchemeRules) -> TermResult:
    """The term of a pupil from the subjects that count. Every subject weighs the same.

    While something is missing the average is that of the marks there are, so far.
    """
    counting = [subject for subject in subjects if subject.plan.counts]
    marks = [
        value
        for subject in counting
        if (value := averaged_value(subject.exact, subject.mark, rules)) is not None
    ]
    exact = mean(marks) if marks else None
    pending = any(subject.pending for subject in counting)
    there = [subject for subject in counting if not subject.left_out]
    return TermResult(
        state=_joint_state({subject.state for subject in counting}, bool(marks), pending),
        exact=exact,
        average=None if exact is None else half_up(exact, rules.average_places),
        pending=pending,
        passed=sum(subject.passed is True for subject in there),
        subjects=len(there),
        counted=len(marks),
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
    pairs = [(Fraction(point), Fraction(credit)) for point, credit in points]
    credits_ = sum((credit for _point, credit in pairs), Fraction(0))
    if not credits_:
        return None
    return half_up(sum((point * credit for point, credit in pairs), Fraction(0)) / credits_, GPA_PLACES)


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


def _year(terms: Sequence[TermShare], rules: SchemeRules, places: int) -> YearResult:
    applies = covered = counted = total = Fraction(0)
    pending = False
    for term in terms:
        weight = Fraction(term.weight)
        value = averaged_value(term.exact, term.printed, rules)
        waiting = term.state is ResultState.PROVISIONAL or _not_sat(term, rules)
        if value is None and term.state is ResultState.NO_MARKS and rules.missing is MissingPolicy.ZERO:
            value = Fraction(0)
        pending = pending or waiting
        if value is not None or waiting:
            applies += weight
        if value is not None:
            total += weight * value
            counted += weight
            covered += weight * term.coverage
    exact = total / counted if counted else None
    mark = None if exact is None else half_up(exact, places)
    settled = mark is not None and not pending
    return YearResult(
        state=_joint_state({term.state for term in terms}, exact is not None, pending),
        exact=exact,
        mark=mark,
        coverage=covered / applies if applies else Fraction(0),
        pending=pending,
        band=rules.bands.grade(mark) if mark is not None and settled else None,
        passed=mark >= rules.pass_mark if mark is not None and settled else None,
    )


def _not_sat(term: TermShare, rules: SchemeRules) -> bool:
    return term.state is ResultState.NO_MARKS and rules.missing is MissingPolicy.INCOMPLETE
