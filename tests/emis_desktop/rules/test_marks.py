"""A mark as typed is an entry or is refused with what to type; nothing else gets in."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emis_desktop.errors import Refused
from emis_desktop.rules.marks import (
    ABSENT,
    EXEMPT,
    MISSING,
    MarkCodes,
    MarkColumn,
    MarkEntry,
    MarkState,
    clashes,
    codes_for,
    mark_text,
    parse_mark,
    scored,
)
from emis_desktop.rules.numbers import TwoReadings
from tests.emis_desktop.rules.builders import score, thousandths

OUT_OF_100 = MarkColumn(Decimal("100.000"), places=2)


@pytest.mark.parametrize(
    ("typed", "entry"),
    [
        ("0", score("0")),
        ("100", score("100")),
        ("7,5", score("7.5")),
        ("07.50", score("7.5")),
        ("7.500", score("7.5")),
        ("A", ABSENT),
        (" a ", ABSENT),
        ("E", EXEMPT),
        ("e", EXEMPT),
        ("", MISSING),
        (" \t\u00a0", MISSING),
    ],
)
def test_marks_as_typed(typed: str, entry: MarkEntry) -> None:
    assert parse_mark(typed, OUT_OF_100) == entry


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("120", "More than 100. Type 0–100, A or E."),
        ("100.01", "More than 100. Type 0–100, A or E."),
        ("-1", "Less than 0. Type 0–100, A or E."),
        ("\u22120,5", "Less than 0. Type 0–100, A or E."),
        ("7.125", "Too many decimals. Type at most 2 after the point."),
        ("B", "Not a mark. Type 0–100, A or E."),
        ("NaN", "Not a mark. Type 0–100, A or E."),
        ("inf", "Not a mark. Type 0–100, A or E."),
        ("1e1", "Not a mark. Type 0–100, A or E."),
        ("٧٥", "Not a mark. Type 0–100, A or E."),
        ("7 5", "Not a mark. Type 0–100, A or E."),
    ],
)
def test_refusals_say_what_to_type(typed: str, message: str) -> None:
    with pytest.raises(Refused) as refusal:
        parse_mark(typed, OUT_OF_100)
    assert (str(refusal.value), refusal.value.field) == (message, "mark")


def test_a_column_takes_one_decimal_unless_told() -> None:
    assert parse_mark("7.5", MarkColumn(Decimal(20))) == score("7.5")
    with pytest.raises(Refused, match="Too many decimals"):
        parse_mark("7.25", MarkColumn(Decimal(20)))


def test_a_column_of_whole_marks_says_so() -> None:
    with pytest.raises(Refused, match="Whole marks only"):
        parse_mark("7.5", MarkColumn(Decimal(20), places=0))


def test_two_readings_of_a_mark_stay_two() -> None:
    with pytest.raises(TwoReadings, match=r"Type 1234 or 1\.234"):
        parse_mark("1,234", OUT_OF_100)


@pytest.mark.parametrize("value", ["NaN", "sNaN", "Infinity", "-0.001", "100.001", "7.1234"])
def test_a_number_from_a_file_meets_the_same_limits(value: str) -> None:
    with pytest.raises(Refused):
        scored(Decimal(value), OUT_OF_100)


def test_codes_can_be_longer_words_in_any_case() -> None:
    column = MarkColumn(Decimal(20), codes=MarkCodes("Abs", "Ex"))
    assert parse_mark("aBS", column) == ABSENT
    assert parse_mark("EX", column) == EXEMPT
    with pytest.raises(Refused, match="Type 0–20, Abs or Ex"):
        parse_mark("A", column)


@pytest.mark.parametrize(("absent", "exempt"), [("", "E"), ("A", " "), (" A", "E"), ("A", "7"), ("x1", "E")])
def test_codes_are_made_of_letters(absent: str, exempt: str) -> None:
    with pytest.raises(Refused, match="made of letters"):
        MarkCodes(absent, exempt)


def test_codes_differ_from_each_other() -> None:
    with pytest.raises(Refused, match="same code"):
        MarkCodes("a", "A")


def test_codes_never_clash_with_the_letters_of_a_column() -> None:
    assert codes_for(frozenset()) == MarkCodes("A", "E")
    letters = frozenset("ABCDE")
    assert codes_for(letters) == MarkCodes("ABS", "EX")
    assert codes_for(frozenset({"e", "ex"})) == MarkCodes("ABSENT", "EXEMPT")
    assert not clashes(codes_for(letters), letters)
    with pytest.raises(Refused, match="codes of your own"):
        codes_for(frozenset({"a", "abs", "absent"}))


@pytest.mark.parametrize(("maximum", "places"), [("0", 1), ("-5", 1), ("20", 4), ("20", -1)])
def test_a_column_makes_sense(maximum: str, places: int) -> None:
    with pytest.raises(ValueError, match="a column"):
        MarkColumn(Decimal(maximum), places)


@pytest.mark.parametrize(("state", "value"), [(MarkState.SCORED, None), (MarkState.ABSENT, Decimal(0))])
def test_only_a_scored_mark_has_a_value(state: MarkState, value: Decimal | None) -> None:
    with pytest.raises(ValueError, match="exactly when"):
        MarkEntry(state, value)


@given(st.text(max_size=12) | st.from_regex(r"\A[0-9.,]{1,6}\Z"), thousandths(1, 500_000), st.integers(0, 3))
def test_whatever_is_typed_no_mark_leaves_its_range(typed: str, maximum: Decimal, places: int) -> None:
    try:
        entry = parse_mark(typed, MarkColumn(maximum, places))
    except Refused:
        return
    if entry.value is not None:
        assert 0 <= entry.value <= maximum
        assert entry.value == round(entry.value, places)


@given(thousandths(0, 100_000), st.sampled_from([".", ","]))
def test_what_a_cell_shows_while_edited_gives_the_same_mark(value: Decimal, separator: str) -> None:
    column = MarkColumn(Decimal(100), places=3)
    entry = scored(value, column)
    shown = mark_text(entry, column.codes, separator)
    try:
        assert parse_mark(shown, column) == entry
    except TwoReadings:
        assert separator == ","
        assert len(shown.partition(",")[2]) == 3


@pytest.mark.parametrize(("entry", "shown"), [(ABSENT, "A"), (EXEMPT, "E"), (MISSING, "")])
def test_what_a_cell_without_a_value_shows(entry: MarkEntry, shown: str) -> None:
    assert mark_text(entry, OUT_OF_100.codes) == shown
    assert parse_mark(shown, OUT_OF_100) == entry
