"""What is kept of typed lines, and what is refused."""

from datetime import date

import pytest

from emis_desktop.errors import Refused
from emis_desktop.rules.lines import check_order, kept_line, kept_lines


@pytest.mark.parametrize(
    ("typed", "kept"),
    [(None, ""), ("  ", ""), (" a  b\tc ", "a b c"), ("e\u0301", "é"), ("x" * 10, "x" * 10)],
)
def test_a_line(typed: str | None, kept: str) -> None:
    assert kept_line(typed, "where", 10) == kept


@pytest.mark.parametrize(("typed", "missing"), [("x" * 11, ""), ("a\x07b", ""), (" ", "Type it.")])
def test_no_line(typed: str, missing: str) -> None:
    with pytest.raises(Refused) as refused:
        kept_line(typed, "where", 10, missing)
    assert refused.value.field == "where"


def test_several_lines() -> None:
    assert kept_lines(" one\n two\t2 \n", "where") == "one\n two\t2"
    for typed in ("x" * 2001, "a\x07"):
        with pytest.raises(Refused) as refused:
            kept_lines(typed, "where")
        assert refused.value.field == "where"


def test_the_order_of_days() -> None:
    first, last = date(2026, 9, 1), date(2026, 9, 2)
    for one, other in ((first, last), (first, first), (None, last), (first, None), (None, None)):
        check_order(one, other, "until")
    with pytest.raises(Refused, match="before the first day") as refused:
        check_order(last, first, "until")
    assert refused.value.field == "until"
