"""Names in little room: both parts begin to show, on one line or on two."""

import pytest

from ui.theme.fonts import MEDIUM, metrics
from ui.theme.theme import Theme
from ui.widgets.sheet.fitting import MOST_NAMES, names_width
from ui.widgets.table.names import name_lines

LONG = "Emmanuel-Wheatley-Demo, Aaliyah Josephine"


def width(text: str) -> int:
    return metrics(13, MEDIUM).horizontalAdvance(text)


def test_a_name_that_fits_stays_as_it_is(theme: Theme) -> None:
    assert name_lines("Ali-Demo, Arnold", 200, metrics(13, MEDIUM), lines=2) == ("Ali-Demo, Arnold",)


@pytest.mark.parametrize("room", [90, 127, 160, 220])
def test_the_given_name_stays_readable(theme: Theme, room: int) -> None:
    (line,) = name_lines(LONG, room, metrics(13, MEDIUM))
    family, given = line.split(", ")
    assert width(line) <= room
    assert family.startswith("E")
    assert given.startswith("Aa")
    assert "…" in line


def test_a_short_given_name_leaves_the_rest_to_the_family(theme: Theme) -> None:
    (line,) = name_lines("Emmanuel-Wheatley-Demo, Jo", 150, metrics(13, MEDIUM))
    assert line.endswith("…, Jo")
    assert width(line) > 120


def test_a_high_row_has_both_in_full(theme: Theme) -> None:
    assert name_lines(LONG, 190, metrics(13, MEDIUM), lines=2) == (
        "Emmanuel-Wheatley-Demo,",
        "Aaliyah Josephine",
    )


def test_a_name_of_one_part_is_shortened_at_its_end(theme: Theme) -> None:
    (line,) = name_lines("Emmanuel Wheatley Demo", 90, metrics(13, MEDIUM), lines=2)
    assert line.startswith("Emmanuel")
    assert line.endswith("…")


@pytest.mark.parametrize(
    ("wanted", "total", "needed", "width"),
    [
        (260, 900, 600, 260),
        (260, 900, 660, 240),
        (260, 900, 900, 200),
        (150, 900, 300, 200),
        (400, 900, 300, MOST_NAMES),
    ],
)
def test_names_come_before_wider_columns(wanted: int, total: int, needed: int, width: int) -> None:
    assert names_width(200, wanted, total, needed) == width
