"""A subject's term mark: worked numbers, an independent slow reference, and what never changes it."""

import random
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emis_desktop.rules.marks import ABSENT, EXEMPT, MarkEntry, MarkState
from emis_desktop.rules.results import ResultState, SubjectResult, subject_result, whole_percent
from emis_desktop.rules.scheme import AbsentPolicy, MissingPolicy, SchemeRules, SubjectPlan
from tests.emis_desktop.rules.builders import (
    HUNDREDTHS,
    entries,
    item,
    marked_plans,
    plan,
    schemes,
    score,
    uid,
)

FORTY_SIXTY = plan(item(1, "50", "0.4"), item(2, "100", "0.6", part="exam"))
HUNDREDS = plan(item(1, "100", "0.4"), item(2, "100", "0.6", part="exam"))
Marked = tuple[SubjectPlan, dict[UUID, MarkEntry]]


def result(of: SubjectPlan, *marks: str | MarkEntry | None, rules: SchemeRules = HUNDREDTHS) -> SubjectResult:
    return subject_result(of, rules, entries(*marks))


def test_a_mark_is_scaled_by_its_maximum() -> None:
    found = result(FORTY_SIXTY, "45", "60")
    assert (found.mark, found.exact, found.state) == (Decimal("72.00"), Fraction(72), ResultState.FINAL)
    assert str(found.mark) == "72.00"


def test_exempt_leaves_numerator_and_denominator() -> None:
    found = result(HUNDREDS, "70", EXEMPT)
    assert (found.mark, found.state, found.coverage_percent) == (Decimal(70), ResultState.FINAL, 100)


def test_missing_makes_it_so_far() -> None:
    found = result(HUNDREDS, "70", None)
    assert (found.mark, found.state, found.coverage_percent) == (Decimal(70), ResultState.PROVISIONAL, 40)
    assert (found.final, found.band, found.passed) == (None, None, None)


@pytest.mark.parametrize(
    ("policy", "mark"), [(MissingPolicy.ZERO, "28.00"), (MissingPolicy.EXCLUDE, "70.00")]
)
def test_missing_by_the_other_policies(policy: MissingPolicy, mark: str) -> None:
    found = result(HUNDREDS, "70", None, rules=replace(HUNDREDTHS, missing=policy))
    assert (str(found.mark), found.state, found.final) == (mark, ResultState.FINAL, found.exact)


@pytest.mark.parametrize(("policy", "mark"), [(AbsentPolicy.ZERO, "28.00"), (AbsentPolicy.EXCLUDE, "70.00")])
def test_absent_counts_as_0_or_is_left_out(policy: AbsentPolicy, mark: str) -> None:
    found = result(HUNDREDS, "70", ABSENT, rules=replace(HUNDREDTHS, absent=policy))
    assert (str(found.mark), found.state) == (mark, ResultState.FINAL)


def test_exempt_in_all_parts_leaves_the_subject_out() -> None:
    found = result(HUNDREDS, EXEMPT, EXEMPT)
    assert (found.mark, found.state, found.left_out) == (None, ResultState.EXEMPT, True)


def test_nothing_asked_for_is_left_out() -> None:
    found = result(plan())
    assert (found.state, found.left_out, found.lines, found.parts) == (ResultState.EXEMPT, True, (), ())


def test_rounded_once_half_up() -> None:
    # 67.50 x 0.35 = 23.625, the rest of the weight scored 0.
    assert str(result(plan(item(1, weight="0.35"), item(2, weight="0.65")), "67.50", "0").mark) == "23.63"


def test_three_thirds_are_a_whole() -> None:
    # In decimals with 28 digits 3 x (1/3) is 0.999...; a mark on the border of a grade would fall below it.
    thirds = plan(item(1, "3"), item(2, "3"), item(3, "3"))
    found = result(thirds, "1", "2", "2.1")
    assert found.exact == Fraction(510, 9)
    assert result(plan(item(1, "0.3"), item(2, "0.7")), "0.1", "0.7").exact == Fraction(200, 3)


def test_the_letter_and_the_pass_are_those_of_the_printed_mark() -> None:
    whole = replace(HUNDREDTHS, mark_places=0)
    found = result(plan(item(1)), "49.5", rules=whole)
    assert (found.mark, found.passed, found.band and found.band.letter) == (Decimal(50), True, "D")
    assert result(plan(item(1)), "49.49", rules=whole).passed is False
    assert result(plan(item(1)), "84.5", rules=whole).band == whole.bands.bands[0]


def test_the_parts_of_the_card() -> None:
    scheme = plan(item(1, "20", "15"), item(2, "50", "25"), item(3, "100", "60", part="exam"))
    found = result(scheme, "16", "38", "78", rules=replace(HUNDREDTHS, part_places=0, mark_places=0))
    assert [(part.part, part.out_of, part.value) for part in found.parts] == [
        ("coursework", Decimal(40), Decimal(31)),
        ("exam", Decimal(60), Decimal(47)),
    ]
    assert found.mark == Decimal(78)


def test_absent_from_the_examination() -> None:
    found = result(FORTY_SIXTY, "36.25", ABSENT, rules=replace(HUNDREDTHS, part_places=0, mark_places=0))
    assert [(part.value, part.state) for part in found.parts] == [
        (Decimal(29), ResultState.FINAL),
        (Decimal(0), ResultState.ABSENT),
    ]
    assert (found.mark, found.state, found.passed) == (Decimal(29), ResultState.FINAL, False)


@pytest.mark.parametrize(
    ("absent", "missing", "marks", "state", "mark"),
    [
        ("zero", "incomplete", (ABSENT, ABSENT), "absent", 0),
        ("zero", "incomplete", (ABSENT, EXEMPT), "absent", 0),
        ("exclude", "incomplete", (ABSENT, EXEMPT), "absent", None),
        ("exclude", "exclude", (ABSENT, None), "absent", None),
        ("zero", "incomplete", (ABSENT, None), "provisional", 0),
        ("exclude", "incomplete", (ABSENT, None), "no_marks", None),
        ("zero", "zero", (ABSENT, None), "final", 0),
        ("exclude", "zero", (ABSENT, None), "final", 0),
        ("zero", "zero", (None, None), "final", 0),
        ("zero", "incomplete", (None, None), "no_marks", None),
        ("zero", "incomplete", (EXEMPT, None), "no_marks", None),
        ("zero", "exclude", (None, EXEMPT), "no_marks", None),
        ("zero", "exclude", (None, None), "no_marks", None),
    ],
)
def test_states(
    absent: str, missing: str, marks: tuple[MarkEntry | None, ...], state: str, mark: int | None
) -> None:
    rules = replace(HUNDREDTHS, absent=AbsentPolicy(absent), missing=MissingPolicy(missing))
    found = result(HUNDREDS, *marks, rules=rules)
    assert (found.state, found.exact) == (state, mark)
    waits = missing == "incomplete" and None in marks
    assert found.pending is waits
    assert found.left_out is (mark is None and not waits)


@pytest.mark.parametrize(
    ("share", "shown"),
    [
        (Fraction(0), 0),
        (Fraction(1, 1000), 1),
        (Fraction(2, 5), 40),
        (Fraction(999, 1000), 99),
        (Fraction(1), 100),
    ],
)
def test_so_far_is_never_shown_as_all(share: Fraction, shown: int) -> None:
    assert whole_percent(share) == shown


def test_the_arithmetic_can_be_read() -> None:
    lines = result(FORTY_SIXTY, "45", ABSENT).lines
    assert [
        (line.item.code, line.state, line.value, line.percent, line.share, line.contribution)
        for line in lines
    ] == [
        ("i1", MarkState.SCORED, Decimal(45), Fraction(90), Fraction(2, 5), Fraction(36)),
        ("i2", MarkState.ABSENT, None, Fraction(0), Fraction(3, 5), Fraction(0)),
    ]
    so_far = result(FORTY_SIXTY, "45", None).lines
    assert [(line.percent, line.share, line.contribution) for line in so_far] == [
        (Fraction(90), Fraction(1), Fraction(90)),
        (None, Fraction(0), Fraction(0)),
    ]


def reference(of: SubjectPlan, rules: SchemeRules, marks: dict[UUID, MarkEntry]) -> Fraction | None:
    """The rules word by word, slowly: an independent way to the same mark."""
    top = bottom = Fraction(0)
    for spec in of.items:
        entry = marks.get(spec.key)
        if entry is None or entry.state == "missing":
            if rules.missing != "zero":
                continue
            percent = Fraction(0)
        elif entry.state == "exempt" or (entry.state == "absent" and rules.absent == "exclude"):
            continue
        elif entry.state == "absent":
            percent = Fraction(0)
        else:
            assert entry.value is not None
            percent = 100 * Fraction(entry.value) / Fraction(spec.maximum)
        top += Fraction(spec.weight) * percent
        bottom += Fraction(spec.weight)
    return top / bottom if bottom else None


@settings(max_examples=400)
@given(marked_plans(), schemes())
def test_the_engine_agrees_with_the_slow_reference(marked: Marked, rules: SchemeRules) -> None:
    scheme, marks = marked
    found = subject_result(scheme, rules, marks)
    assert found.exact == reference(scheme, rules, marks)
    if found.exact is not None and found.mark is not None:
        assert 0 <= found.exact <= 100
        assert abs(Fraction(found.mark) - found.exact) <= Fraction(1, 2 * 10**rules.mark_places)


@given(marked_plans(), schemes())
def test_the_lines_add_up_to_the_mark(marked: Marked, rules: SchemeRules) -> None:
    found = subject_result(*(marked[0], rules, marked[1]))
    assert sum(line.contribution for line in found.lines) == (found.exact or 0)
    assert sum(line.share for line in found.lines) == (found.exact is not None)


@given(marked_plans(), schemes(), st.integers(0, 10**9))
def test_the_order_of_items_and_of_entry_does_not_matter(
    marked: Marked, rules: SchemeRules, seed: int
) -> None:
    scheme, marks = marked
    shuffled, items = list(marks.items()), list(scheme.items)
    random.Random(seed).shuffle(shuffled)
    random.Random(seed).shuffle(items)
    one = subject_result(scheme, rules, marks)
    other = subject_result(plan(*items), rules, dict(shuffled))
    assert (one.exact, one.mark, one.state, one.coverage) == (
        other.exact,
        other.mark,
        other.state,
        other.coverage,
    )
    assert set(one.parts) == set(other.parts)


@given(marked_plans(), schemes())
def test_an_exempt_item_might_as_well_not_exist(marked: Marked, rules: SchemeRules) -> None:
    scheme, marks = marked
    without = plan(*(spec for spec in scheme.items if marks.get(spec.key) != EXEMPT))
    one, other = subject_result(scheme, rules, marks), subject_result(without, rules, marks)
    assert (one.exact, one.state, one.coverage, one.pending) == (
        other.exact,
        other.state,
        other.coverage,
        other.pending,
    )


@given(marked_plans(), schemes(), st.integers(2, 9))
def test_only_shares_of_weight_matter(marked: Marked, rules: SchemeRules, times: int) -> None:
    scheme, marks = marked
    heavier = plan(*(replace(spec, weight=spec.weight * times) for spec in scheme.items))
    assert subject_result(scheme, rules, marks).exact == subject_result(heavier, rules, marks).exact


@given(marked_plans(), schemes())
def test_a_better_mark_never_lowers_the_result(marked: Marked, rules: SchemeRules) -> None:
    scheme, marks = marked
    before = subject_result(scheme, rules, marks)
    for spec in scheme.items:
        entry = marks.get(spec.key)
        if entry is not None and entry.value is not None:
            after = subject_result(scheme, rules, {**marks, spec.key: score(spec.maximum)})
            assert after.exact is not None
            assert before.exact is not None
            assert after.exact >= before.exact


@given(marked_plans(), schemes())
def test_parts_add_up_when_nothing_is_left_out(marked: Marked, rules: SchemeRules) -> None:
    scheme, marks = marked
    full = {spec.key: marks.get(spec.key, score("0")) for spec in scheme.items}
    full = {key: entry if entry.value is not None else score("0") for key, entry in full.items()}
    found = subject_result(scheme, replace(rules, part_places=3), full)
    assert found.exact is not None
    total = sum((Fraction(part.value or 0) for part in found.parts), Fraction(0))
    assert abs(total - found.exact) <= Fraction(3, 2000)
    shares = sum((part.out_of for part in found.parts), Decimal(0))
    assert abs(shares - 100) <= Decimal("0.002")


def test_entries_of_other_items_are_not_looked_at() -> None:
    assert subject_result(HUNDREDS, HUNDREDTHS, {**entries("70", "70"), uid(77): score("1")}).mark == Decimal(
        70
    )
