"""Blocks as Excel, LibreOffice and people put them on the clipboard."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.marks.blocks import block_text, parse_block, repeated

EXCEL_ON_WINDOWS = "12\t7,5\tA\r\n15\t\tE\r\n"
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        (EXCEL_ON_WINDOWS, [["12", "7,5", "A"], ["15", "", "E"]]),
        ("88", [["88"]]),
        ("88\n", [["88"]]),
        ("88\r", [["88"]]),
        ("", []),
        ("\n", [[""]]),
        ("\t", [["", ""]]),
        ("1\n2\n\n", [["1"], ["2"], [""]]),
        ('"Reads well,\nwrites ""fast"""\t9\r\n', [['Reads well, writes "fast"', "9"]]),
        ('"a\tb"\t1', [["a\tb", "1"]]),
        ('5" rule\t3', [['5" rule', "3"]]),
        ('"no end\t3', [['"no end', "3"]]),
        ('"a"b\t3', [['"a"b', "3"]]),
        ('"', [['"']]),
        ('""', [[""]]),
        (" 12 \t\u00a0 7", [["12", "7"]]),
        ("1\t2\t3\n4", [["1", "2", "3"], ["4"]]),
        ("4\x002", [["42"]]),
    ],
)
def test_what_lies_on_the_clipboard(text: str, cells: list[list[str]]) -> None:
    assert parse_block(text) == cells


@given(st.lists(st.lists(TEXTS, min_size=1, max_size=4), min_size=1, max_size=4))
def test_what_is_copied_is_what_is_pasted(rows: list[list[str]]) -> None:
    expected = [
        [" ".join(cell.replace("\r\n", "\n").replace("\r", "\n").split("\n")).strip() for cell in row]
        for row in rows
    ]
    assert parse_block(block_text(rows) + "\n") == expected


@given(st.text(max_size=60))
def test_any_text_gives_rows_of_at_least_one_cell(text: str) -> None:
    assert all(parse_block(text))


def test_one_value_fills_every_cell() -> None:
    assert repeated([["E"]], 3, 2) == [["E", "E"]] * 3


def test_a_block_that_fits_whole_times_is_repeated() -> None:
    assert repeated([["1", "2"], ["3", "4"]], 4, 2) == [["1", "2"], ["3", "4"]] * 2


@pytest.mark.parametrize("block", [[["1"], ["2"]], [["1", "2"], ["3"]], []])
def test_any_other_block_stays_as_it_is(block: list[list[str]]) -> None:
    assert repeated(block, 3, 1) == block
