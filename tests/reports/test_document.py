"""A PDF being made: what it says about itself, equal bytes, any number of letters, pieces drawn once."""

import random
from datetime import UTC, datetime

from reports.canvas import Pen
from reports.document import A4, LETTER, Document, Facts
from reports.fonts import Cut, faces, printable
from reports.style import Style
from tests.helpers.pdfs import Paper

STYLE = Style(Cut.REGULAR, 9, (0.0, 0.0, 0.0))
FACTS = Facts("Title é", "Author", "Subject", "Key", datetime(2026, 12, 11, 12, tzinfo=UTC))


def document(*texts: str, language: str = "fr") -> bytes:
    """A sheet with a text a line."""
    made = Document(A4, language)
    pen = Pen(made)
    for number, text in enumerate(texts):
        pen.text(20, 20 + 6 * number, text, STYLE)
    made.add_page(pen.parts(), bookmark="Première")
    made.describe(FACTS)
    return made.finish()


def test_the_file_says_what_it_is() -> None:
    with Paper(document("Bonjour")) as paper:
        facts = paper.pdf.get_metadata_dict()
        assert facts["Title"] == "Title é"
        assert facts["Author"] == "Author"
        assert facts["CreationDate"] == facts["ModDate"] == "D:20261211120000Z"
        assert paper.outline() == [("Première", 0)]
    assert b"/Lang (fr)" in document("Bonjour")


def test_equal_texts_give_equal_bytes() -> None:
    assert document("One", "Two") == document("One", "Two")
    assert document("One", "Two") != document("One", "Three")


def test_only_embedded_fonts_are_used() -> None:
    content = document("One (two) \\ three")
    assert b"Helvetica" not in content
    with Paper(content) as paper:
        assert paper.fonts() == {"Inter-Regular": True}
        assert paper.text() == "One (two) \\ three"


def test_more_letters_than_one_subset_holds_are_read_back() -> None:
    letters = sorted(char for char in faces()[Cut.REGULAR].covered if char.isalpha() and ord(char) < 0x600)
    letters = [char for char in letters if not 0x2B0 <= ord(char) < 0x370]
    random.Random(1).shuffle(letters)
    lines = ["".join(letters[start : start + 20]) for start in range(0, 600, 20)]
    lines.append(f"mixed {letters[0]}{letters[550]} and back")
    with Paper(document(*lines)) as paper:
        found = paper.text()
    for line in lines:
        assert printable(line) in found


def test_a_piece_is_drawn_once_and_painted_often() -> None:
    made = Document(A4, "en")
    drawn: list[int] = []

    def draw() -> list[object]:
        drawn.append(1)
        pen = Pen(made)
        pen.text(20, 20, "Once", STYLE)
        return pen.parts()  # type: ignore[return-value]

    for _ in range(3):
        pen = Pen(made)
        pen.form(made.form("key", draw))  # type: ignore[arg-type]
        made.add_page(pen.parts())
    content = made.finish()
    assert drawn == [1]
    with Paper(content) as paper:
        assert [paper.text(page) for page in range(3)] == ["Once"] * 3


def test_the_sheet_has_the_size_that_was_asked_for() -> None:
    made = Document(LETTER, "en")
    pen = Pen(made)
    pen.text(20, 20, "Letter", STYLE)
    made.add_page(pen.parts())
    with Paper(made.finish()) as paper:
        width, height = paper.pdf[0].get_size()
    assert (round(width), round(height)) == (612, 792)
