"""What is said under the figures of Home."""

from datetime import date

import pytest

from emis_desktop.queries.home import HomeFigures
from resources.words import Words
from ui.home.notes import marks_note


@pytest.mark.parametrize(
    ("entered", "expected", "bare", "due", "said"),
    [
        (0, 0, 0, None, "No tests yet"),
        (0, 0, 12, None, "12 sheets lack tests"),
        (20, 20, 11, None, "11 sheets lack tests"),
        (20, 20, 0, None, "All marks are in"),
        (16, 20, 0, None, "4 to go"),
        (16, 20, 0, date(2026, 11, 20), "4 to go, due 20 Nov"),
        (16, 20, 1, date(2026, 11, 20), "4 to go, 1 sheet lacks tests"),
    ],
)
def test_marks_are_in_when_every_subject_has_them(
    entered: int, expected: int, bare: int, due: date | None, said: str
) -> None:
    figures = HomeFigures(20, 10, 10, 0, entered, expected, due, 0, 0, 20, 20, bare)
    assert marks_note(figures, Words.load("en")) == said
