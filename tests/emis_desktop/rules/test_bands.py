"""Bands have neither gaps nor overlaps, because they are lower bounds only."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emis_desktop.errors import Refused
from emis_desktop.rules.bands import Band, BandSet
from tests.emis_desktop.rules.builders import LETTERS, thousandths


@pytest.mark.parametrize(
    ("mark", "letter"),
    [
        ("100", "A"),
        ("85", "A"),
        ("84.99", "B"),
        ("70", "B"),
        ("40", "D"),
        ("39.99", "E"),
        ("0", "E"),
        ("104", "A"),
    ],
)
def test_the_highest_band_that_the_mark_reaches(mark: str, letter: str) -> None:
    assert LETTERS.grade(Decimal(mark)).letter == letter


@given(st.sets(st.integers(1, 100_000), max_size=8), thousandths(0, 100_000), st.randoms())
def test_every_mark_has_exactly_the_grade_of_the_rule(
    lowers: set[int], mark: Decimal, random: object
) -> None:
    bands = [Band(Decimal(lower).scaleb(-3), f"g{lower}") for lower in {0, *lowers}]
    random.shuffle(bands)  # type: ignore[attr-defined]
    reached = max((band for band in bands if band.lower <= mark), key=lambda band: band.lower)
    assert BandSet(tuple(bands)).grade(mark) == reached


def test_bands_come_out_highest_first() -> None:
    mixed = BandSet((Band(Decimal(0), "F"), Band(Decimal(50), "P")))
    assert [band.letter for band in mixed.bands] == ["P", "F"]


def test_the_key_as_printed() -> None:
    ranges = [(found.letter, str(found.lower), str(found.upper)) for found in LETTERS.ranges(0)]
    assert ranges == [
        ("A", "85", "100"),
        ("B", "70", "84"),
        ("C", "55", "69"),
        ("D", "40", "54"),
        ("E", "None", "40"),
    ]
    assert LETTERS.ranges(1)[1].upper == Decimal("84.9")


def test_the_key_of_two_bands() -> None:
    passing, failing = BandSet((Band(Decimal(50), "P"), Band(Decimal(0), "F"))).ranges(0)
    assert (passing.lower, passing.upper) == (Decimal(50), Decimal(100))
    assert (failing.lower, failing.upper) == (None, Decimal(50))


def test_the_key_of_a_single_band() -> None:
    only = BandSet((Band(Decimal(0), "P", descriptor="took part"),)).ranges(0)
    assert [(found.letter, found.lower, found.upper, found.descriptor) for found in only] == [
        ("P", Decimal(0), Decimal(100), "took part")
    ]


@pytest.mark.parametrize(
    ("bands", "message"),
    [
        ((), "starts at 0"),
        ((("40", "D"),), "starts at 0"),
        ((("-1", "E"),), "starts at 0"),
        ((("0", "E"), ("101", "A")), "between 0 and 100"),
        (
            (("0", "E"), ("40", "D"), ("40", "C")),
            "C and D start at the same mark|D and C start at the same mark",
        ),
        ((("0", "E"), ("40", " ")), "a letter or a word"),
        ((("0", "e"), ("40", "E ")), "same letter"),
    ],
)
def test_bands_that_cannot_be(bands: tuple[tuple[str, str], ...], message: str) -> None:
    with pytest.raises(Refused, match=message):
        BandSet(tuple(Band(Decimal(lower), letter) for lower, letter in bands))
