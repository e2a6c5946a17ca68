"""Who goes up, with the reasons."""

from decimal import Decimal
from fractions import Fraction

import pytest

from emis_desktop.rules.averages import TermShare, YearResult, year_average, year_mark
from emis_desktop.rules.promotion import Promotion, advise
from emis_desktop.rules.results import ResultState
from emis_desktop.rules.scheme import PromotionRule
from tests.emis_desktop.rules.builders import HUNDREDTHS, uid


def year(mark: str | None) -> YearResult:
    if mark is None:
        return year_mark([TermShare("T1", Decimal(1), ResultState.NO_MARKS)], HUNDREDTHS)
    return year_mark(
        [TermShare("T1", Decimal(1), ResultState.FINAL, Fraction(mark), Decimal(mark))], HUNDREDTHS
    )


EXEMPT_YEAR = year_mark([TermShare("T1", Decimal(1), ResultState.EXEMPT)], HUNDREDTHS)
SUBJECTS = {
    uid(1): year("80"),
    uid(2): year("55"),
    uid(3): year("30"),
    uid(4): EXEMPT_YEAR,
    uid(5): year("60"),
}
AVERAGE = year("55")


@pytest.mark.parametrize(
    ("rule", "decision"),
    [
        (PromotionRule(), Promotion.PROMOTED),
        (PromotionRule(min_passed=3), Promotion.PROMOTED),
        (PromotionRule(min_passed=4), Promotion.REPEATS),
        (PromotionRule(min_average=Decimal(55)), Promotion.PROMOTED),
        (PromotionRule(min_average=Decimal("55.01")), Promotion.REPEATS),
        (PromotionRule(must_pass=frozenset({uid(1), uid(2)})), Promotion.PROMOTED),
        (PromotionRule(must_pass=frozenset({uid(1), uid(3)})), Promotion.REPEATS),
        (PromotionRule(must_pass=frozenset({uid(4), uid(99)})), Promotion.PROMOTED),
    ],
)
def test_demands(rule: PromotionRule, decision: Promotion) -> None:
    assert advise(rule, SUBJECTS, AVERAGE).decision is decision


def test_the_reasons() -> None:
    rule = PromotionRule(min_passed=4, min_average=Decimal(50), must_pass=frozenset({uid(1), uid(3)}))
    advice = advise(rule, SUBJECTS, AVERAGE)
    assert (advice.passed, advice.enough_passed, advice.average_reached) == (3, False, True)
    assert advice.failed_core == {uid(3)}


@pytest.mark.parametrize(("subject", "average"), [(None, "90"), ("90", None)])
def test_nothing_is_decided_while_something_is_missing(subject: str | None, average: str | None) -> None:
    assert advise(PromotionRule(), {uid(1): year(subject)}, year(average)).decision is Promotion.UNDECIDED


def test_no_average_reaches_no_demand() -> None:
    nothing = year_average([], HUNDREDTHS)
    assert advise(PromotionRule(min_average=Decimal(1)), {}, nothing).decision is Promotion.REPEATS
