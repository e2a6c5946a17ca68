"""What a column of a mark sheet says."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from emis_desktop.rules.columns import column_values, entered, term_coverage, weight_percent
from emis_desktop.rules.marks import ABSENT, EXEMPT, MISSING
from emis_desktop.rules.results import subject_result
from emis_desktop.rules.scheme import AbsentPolicy
from tests.emis_desktop.rules.builders import HUNDREDTHS, entries, item, plan, score

COLUMN = (score("7.5"), ABSENT, EXEMPT, MISSING)


def test_what_a_columns_average_is_made_of() -> None:
    assert column_values(COLUMN, HUNDREDTHS) == [Fraction(15, 2), Fraction(0)]
    assert column_values(COLUMN, replace(HUNDREDTHS, absent=AbsentPolicy.EXCLUDE)) == [Fraction(15, 2)]


def test_absent_and_exempt_are_entered_too() -> None:
    assert entered(COLUMN) == 3


def test_the_weight_in_the_head_of_a_column() -> None:
    thirds = plan(item(1, weight="1"), item(2, weight="2"))
    assert [str(weight_percent(thirds, spec)) for spec in thirds.items] == ["33.3", "66.7"]
    assert str(weight_percent(plan(item(1, weight="5"), item(2, weight="95")), item(1, weight="5"))) == "5"


def test_how_much_of_a_term_is_entered() -> None:
    halves = plan(item(1), item(2))
    whole, half, exempt = (
        subject_result(halves, HUNDREDTHS, entries(*marks))
        for marks in (("1", "2"), ("1",), (EXEMPT, EXEMPT))
    )
    extra = subject_result(plan(item(1), counts=False), HUNDREDTHS, {})
    assert term_coverage([whole, half, exempt, extra]) == 75
    assert term_coverage([whole]) == 100
    assert term_coverage([exempt]) == 0
    assert half.mark == Decimal(1)
