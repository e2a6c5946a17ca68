"""The pen: fitting and breaking texts, and one layout for both directions of writing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.canvas import Align, Pen
from reports.document import A4, Document
from reports.fonts import Cut
from reports.style import ELLIPSIS, Style, colour

STYLE = Style(Cut.REGULAR, 9, (0.0, 0.0, 0.0))
WORDS = st.lists(st.text(st.sampled_from("aeinrstTAVéÉ.,-"), min_size=1, max_size=24), max_size=30).map(
    " ".join
)


@given(WORDS, st.floats(12, 120), st.integers(1, 6))
def test_lines_fit_and_lose_nothing(text: str, width: float, most: int) -> None:
    lines, cut = STYLE.wrap(text, width, most)
    assert len(lines) <= most
    assert all(STYLE.width(line) <= width + 1e-9 for line in lines)
    if not cut:
        assert "".join("".join(lines).split()) == "".join(text.split())
    else:
        assert lines[-1].endswith(ELLIPSIS)


@given(WORDS, st.floats(8, 120))
def test_a_cut_text_fits_and_begins_as_it_was(text: str, width: float) -> None:
    fitted, cut = STYLE.fit(text, width)
    assert STYLE.width(fitted) <= width + 1e-9
    assert text.startswith(fitted.removesuffix(ELLIPSIS)) if cut else fitted == text


def test_a_text_is_cut_between_words_when_little_is_lost() -> None:
    whole = "questions; must now slow down, check every spelling twice"
    fitted, cut = STYLE.fit(whole, STYLE.width("questions; must now slow down, check every spell"))
    assert cut
    assert fitted == f"questions; must now slow down, check every{ELLIPSIS}"


def test_no_word_is_left_alone_on_the_last_line() -> None:
    width = STYLE.width("Reads with expression and now must check")
    lines, cut = STYLE.wrap("Reads with expression and now must check spelling.", width, 2)
    assert (lines, cut) == (["Reads with expression and now must", "check spelling."], False)


def test_a_word_wider_than_a_line_is_broken() -> None:
    lines, cut = STYLE.wrap("Llanfairpwllgwyngyllgogerychwyrndrobwll is far", 25, 6)
    assert not cut
    assert len(lines) > 2
    assert "".join(lines).replace(" ", "") == "Llanfairpwllgwyngyllgogerychwyrndrobwllisfar"


def test_no_text_is_no_line() -> None:
    assert STYLE.wrap("", 50, 3) == ([], False)


def test_tracking_counts_between_letters_only() -> None:
    tracked = Style(Cut.REGULAR, 10, (0.0, 0.0, 0.0), 0.1)
    plain = Style(Cut.REGULAR, 10, (0.0, 0.0, 0.0))
    assert tracked.width("abc") - plain.width("abc") == pytest.approx(2 * 0.1 * 10 * 25.4 / 72)


@pytest.mark.parametrize("code", ["", "#12345", "14212A0", "#GG0000"])
def test_a_colour_that_is_none_is_refused(code: str) -> None:
    with pytest.raises(ValueError, match=r"^#?"):
        colour(code)


def test_a_colour_in_three_parts() -> None:
    assert colour("#FF0033") == (1.0, 0.0, 0.2)


def test_mirrored_places_count_from_the_other_edge() -> None:
    document = Document(A4, "en")
    one, other = Pen(document), Pen(document, mirror=True)
    for pen in (one, other):
        pen.text(20, 30, "Term", STYLE)
        pen.rectangle(20, 40, 10, 5, (0.0, 0.0, 0.0))
        pen.frame(20, 50, 10, 5, 1, (0.0, 0.0, 0.0))
        pen.picture("0 0 1 1 re f", 20, 60, 10, 10)
    left, right = (str(pen.parts()[0]).split() for pen in (one, other))
    start = A4.width - 20 - STYLE.width("Term")
    assert float(left[left.index("Tm[(!") - 2] if "Tm[(!" in left else _x(left)) == pytest.approx(
        20 * 72 / 25.4, abs=0.01
    )
    assert float(_x(right)) == pytest.approx(start * 72 / 25.4, abs=0.01)
    assert f"{(A4.width - 30) * 72 / 25.4:.2f}" in right  # the rectangle, from its other corner


def _x(operators: list[str]) -> str:
    place = next(number for number, word in enumerate(operators) if word.startswith("Tm"))
    return operators[place - 2]


def test_equal_places_are_aligned_as_asked() -> None:
    document = Document(A4, "en")
    found = []
    for align in (Align.START, Align.MIDDLE, Align.END):
        pen = Pen(document)
        pen.text(100, 30, "Term", STYLE, align)
        found.append(float(_x(str(pen.parts()[0]).split())) * 25.4 / 72)
    width = STYLE.width("Term")
    assert found == pytest.approx([100, 100 - width / 2, 100 - width], abs=0.01)


def test_an_empty_text_draws_nothing() -> None:
    pen = Pen(Document(A4, "en"))
    pen.text(10, 10, "", STYLE)
    assert pen.parts() == []
