"""Term averages, year results and grade point averages: worked numbers and policies."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emis_desktop.rules.averages import (
    TermShare,
    gpa,
    points_of,
    subject_share,
    term_result,
    term_share,
    year_average,
    year_mark,
)
from emis_desktop.rules.marks import ABSENT, EXEMPT, MarkEntry
from emis_desktop.rules.results import ResultState, SubjectResult, subject_result
from emis_desktop.rules.scheme import AbsentPolicy, AverageOf, MissingPolicy, SchemeRules
from tests.emis_desktop.rules.builders import HUNDREDTHS, entries, item, plan

WHOLE = replace(HUNDREDTHS, mark_places=0)
ONE = Decimal(1)


def subjects(rules: SchemeRules, *marks: str | MarkEntry | None, counts: bool = True) -> list[SubjectResult]:
    """One subject a mark, of a single item out of 100."""
    return [
        subject_result(
            plan(item(number), key=900 + number, counts=counts), rules, entries(mark, start=number)
        )
        for number, mark in enumerate(marks, 1)
    ]


@pytest.mark.parametrize(("of", "expected"), [(AverageOf.EXACT, "72.83"), (AverageOf.PRINTED, "73.33")])
def test_of_exact_or_of_printed_marks(of: AverageOf, expected: str) -> None:
    rules = replace(WHOLE, average_of=of)
    found = term_result(subjects(rules, "66.5", "71.5", "80.5"), rules)
    assert (str(found.average), found.state, found.final) == (expected, ResultState.FINAL, found.exact)


def test_absent_as_zero_counts_and_exempt_does_not() -> None:
    found = term_result(subjects(WHOLE, "80", ABSENT, EXEMPT), WHOLE)
    assert (found.average, found.passed, found.subjects, found.counted) == (Decimal(40), 1, 2, 2)


def test_an_incomplete_subject_makes_the_average_so_far() -> None:
    found = term_result(subjects(WHOLE, "80", None), WHOLE)
    assert (found.average, found.state, found.final, found.pending) == (
        Decimal(80),
        ResultState.PROVISIONAL,
        None,
        True,
    )
    assert (found.subjects, found.counted) == (2, 1)


def test_a_subject_that_does_not_count_counts_nowhere() -> None:
    found = term_result([*subjects(WHOLE, "80"), *subjects(WHOLE, "20", None, counts=False)], WHOLE)
    assert (found.average, found.passed, found.subjects, found.pending) == (Decimal(80), 1, 1, False)


@pytest.mark.parametrize(
    ("marks", "state"),
    [
        ((EXEMPT, EXEMPT), "exempt"),
        ((ABSENT, EXEMPT), "absent"),
        ((None, EXEMPT), "no_marks"),
        ((), "no_marks"),
        ((ABSENT, "50"), "final"),
    ],
)
def test_states_of_a_term(marks: tuple[str | MarkEntry | None, ...], state: str) -> None:
    assert term_result(subjects(WHOLE, *marks), WHOLE).state == state


def test_a_term_of_absences_that_are_left_out() -> None:
    rules = replace(WHOLE, absent=AbsentPolicy.EXCLUDE)
    found = term_result(subjects(rules, ABSENT), rules)
    assert (found.state, found.average, found.subjects) == (ResultState.ABSENT, None, 0)


def final(label: str, weight: str, value: str) -> TermShare:
    return TermShare(label, Decimal(weight), ResultState.FINAL, Fraction(value), Decimal(value))


def test_a_year_is_its_weighted_terms() -> None:
    found = year_mark([final("T1", "1", "60"), final("T2", "1", "70"), final("T3", "2", "80.5")], HUNDREDTHS)
    assert (str(found.mark), found.state, found.passed) == ("72.75", ResultState.FINAL, True)
    assert found.band is not None
    assert (found.band.letter, found.coverage_percent) == ("B", 100)


def test_a_term_before_admission_is_exempt() -> None:
    late = TermShare("T1", ONE, ResultState.EXEMPT)
    found = year_mark([late, final("T2", "1", "70"), final("T3", "1", "80")], HUNDREDTHS)
    assert (found.mark, found.state, found.coverage) == (Decimal(75), ResultState.FINAL, Fraction(1))


@pytest.mark.parametrize(
    ("policy", "mark", "state", "coverage"),
    [
        (MissingPolicy.INCOMPLETE, "75.00", ResultState.PROVISIONAL, 67),
        (MissingPolicy.ZERO, "50.00", ResultState.FINAL, 100),
        (MissingPolicy.EXCLUDE, "75.00", ResultState.FINAL, 100),
    ],
)
def test_a_term_not_sat_goes_by_the_policy(
    policy: MissingPolicy, mark: str, state: ResultState, coverage: int
) -> None:
    rules = replace(HUNDREDTHS, missing=policy)
    terms = [final("T1", "1", "70"), TermShare("T2", ONE, ResultState.NO_MARKS), final("T3", "1", "80")]
    found = year_mark(terms, rules)
    assert (str(found.mark), found.state, found.coverage_percent) == (mark, state, coverage)
    assert (found.band is None, found.passed is None) == (found.pending, found.pending)


def test_a_year_is_passed_at_the_pass_mark() -> None:
    assert year_mark([final("T1", "1", "50")], HUNDREDTHS).passed is True
    assert year_mark([final("T1", "1", "49.99")], HUNDREDTHS).passed is False


def test_a_year_of_absences_and_a_year_of_nothing() -> None:
    absent = TermShare("T1", ONE, ResultState.ABSENT, Fraction(0), Decimal(0))
    assert (year_mark([absent], HUNDREDTHS).state, year_mark([absent], HUNDREDTHS).passed) == (
        "absent",
        False,
    )
    left_out = TermShare("T1", ONE, ResultState.ABSENT)
    assert (year_mark([left_out], HUNDREDTHS).state, year_mark([left_out], HUNDREDTHS).mark) == (
        "absent",
        None,
    )
    assert year_mark([], HUNDREDTHS).state is ResultState.NO_MARKS
    assert year_mark([TermShare("T1", ONE, ResultState.EXEMPT)], HUNDREDTHS).state is ResultState.EXEMPT


def test_the_year_of_printed_averages() -> None:
    terms = [
        TermShare("T1", ONE, ResultState.FINAL, Fraction("66.44"), Decimal("66.4")),
        TermShare("T2", ONE, ResultState.FINAL, Fraction("70.25"), Decimal("70.3")),
    ]
    tenths = replace(HUNDREDTHS, average_places=1)
    assert str(year_average(terms, tenths).mark) == "68.3"
    assert str(year_average(terms, replace(tenths, average_of=AverageOf.PRINTED)).mark) == "68.4"


def test_results_become_shares_of_the_year() -> None:
    one, incomplete = subjects(HUNDREDTHS, "70", None)
    assert subject_share("T1", ONE, one) == TermShare("T1", ONE, ResultState.FINAL, Fraction(70), Decimal(70))
    so_far = term_share("T1", ONE, term_result([one, incomplete], HUNDREDTHS))
    assert (so_far.state, so_far.exact, so_far.coverage) == (
        ResultState.PROVISIONAL,
        Fraction(70),
        Fraction(1, 2),
    )
    nothing = term_share("T1", ONE, term_result([], HUNDREDTHS))
    assert (nothing.state, nothing.coverage) == (ResultState.NO_MARKS, Fraction(0))
    year = year_average([so_far, final("T2", "1", "80")], HUNDREDTHS)
    assert (year.mark, year.state, year.coverage_percent) == (Decimal(75), ResultState.PROVISIONAL, 75)


def test_grade_point_average() -> None:
    assert str(gpa([(Decimal("3.0"), ONE), (Decimal("4.0"), ONE)])) == "3.50"
    assert str(gpa([(Decimal(4), Decimal(3)), (Decimal(2), Decimal("1.5"))])) == "3.33"
    assert gpa([]) is None
    assert gpa([(Decimal(4), Decimal(0))]) is None


def test_the_cumulative_average_is_over_all_credits() -> None:
    first, second = [(Decimal(4), Decimal(1))], [(Decimal(2), Decimal(3))]
    assert str(gpa(first + second)) == "2.50"


def test_points_come_from_final_grades_only() -> None:
    assert points_of(subjects(HUNDREDTHS, "90", "72", None, EXEMPT)) == [(Decimal(4), ONE), (Decimal(3), ONE)]
    without = replace(
        HUNDREDTHS, bands=type(HUNDREDTHS.bands)((replace(HUNDREDTHS.bands.bands[-1], points=None),))
    )
    assert points_of(subjects(without, "90")) == []


@given(st.lists(st.integers(0, 100_000), min_size=1, max_size=14))
def test_a_term_is_the_mean_of_its_subjects(thousandths: list[int]) -> None:
    marks = [Decimal(mark).scaleb(-3) for mark in thousandths]
    found = term_result(subjects(HUNDREDTHS, *map(str, marks)), HUNDREDTHS)
    assert found.exact == sum(map(Fraction, marks)) / len(marks)


def test_the_arithmetic_of_a_term_can_be_read() -> None:
    rules = replace(WHOLE, average_of=AverageOf.PRINTED)
    found = term_result(subjects(rules, "66.5", EXEMPT, "80.5", None), rules)
    assert [tuple(line) for line in found.lines] == [
        ("Subject 901", Fraction(67), Fraction(1, 2), Fraction(67, 2)),
        ("Subject 903", Fraction(81), Fraction(1, 2), Fraction(81, 2)),
        ("Subject 904", None, Fraction(0), Fraction(0)),
    ]
    assert sum(line.contribution for line in found.lines) == found.exact


def test_the_arithmetic_of_a_year_can_be_read() -> None:
    terms = [
        TermShare("T0", ONE, ResultState.EXEMPT),
        final("T1", "1", "60"),
        TermShare("T2", ONE, ResultState.NO_MARKS),
        final("T3", "3", "80"),
    ]
    found = year_mark(terms, HUNDREDTHS)
    assert [tuple(line) for line in found.lines] == [
        ("T1", Fraction(60), Fraction(1, 4), Fraction(15)),
        ("T2", None, Fraction(0), Fraction(0)),
        ("T3", Fraction(80), Fraction(3, 4), Fraction(60)),
    ]
    assert (found.exact, found.coverage) == (Fraction(75), Fraction(4, 5))


def test_a_term_without_weight_is_not_in_the_year() -> None:
    practice = TermShare("T1", Decimal(0), ResultState.NO_MARKS)
    found = year_mark([practice, final("T2", "1", "80")], HUNDREDTHS)
    assert (found.mark, found.pending, len(found.lines)) == (Decimal(80), False, 1)
    assert year_mark([practice], HUNDREDTHS).state is ResultState.NO_MARKS


SHARES = st.lists(
    st.tuples(st.integers(0, 3), st.sampled_from(ResultState), st.integers(0, 100)).map(
        lambda given: TermShare(
            "T",
            Decimal(given[0]),
            given[1],
            None if given[1] in {ResultState.EXEMPT, ResultState.NO_MARKS} else Fraction(given[2]),
            None if given[1] in {ResultState.EXEMPT, ResultState.NO_MARKS} else Decimal(given[2]),
        )
    ),
    max_size=5,
)


@given(SHARES, st.sampled_from(MissingPolicy))
def test_whatever_the_terms_are_the_year_is_between_them(
    terms: list[TermShare], policy: MissingPolicy
) -> None:
    rules = replace(HUNDREDTHS, missing=policy)
    found = year_mark(terms, rules)
    values = [term.exact for term in terms if term.exact is not None and term.weight]
    zeros = [Fraction(0)] if policy is MissingPolicy.ZERO else []
    if found.exact is not None:
        assert min([*values, *zeros]) <= found.exact <= max([*values, *zeros])
    assert sum(line.contribution for line in found.lines) == (found.exact or 0)
    assert 0 <= found.coverage <= 1
    assert (found.passed is None) is (found.band is None) is (found.pending or found.mark is None)
