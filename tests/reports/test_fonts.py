"""What paper knows about its fonts: widths with kerning, and what becomes of letters they have not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.fonts import FALLBACK, Cut, faces, printable, unprintable

REGULAR = faces()[Cut.REGULAR]


def test_a_pair_is_kerned() -> None:
    apart = REGULAR.width("T") + REGULAR.width("e")
    assert REGULAR.width("Te") == pytest.approx(apart + REGULAR.kerning["Te"] / 1000)
    assert REGULAR.kerning["Te"] < -20


def test_digits_are_never_kerned_where_they_stand_in_columns() -> None:
    for cut in Cut:
        if cut is not Cut.DISPLAY:
            widths = {round(faces()[cut].width(text), 6) for text in ("11.1", "77.7", "40.4", "69.9")}
            assert len(widths) == 1, cut


@given(st.lists(st.sampled_from(["Term", "AV", "(To)", "é", "12.5", "y."]), min_size=1, max_size=6))
def test_a_line_is_as_wide_as_its_words_and_spaces(words: list[str]) -> None:
    whole = sum(REGULAR.width(word) for word in words) + REGULAR.width(" ") * (len(words) - 1)
    assert REGULAR.width(" ".join(words)) == pytest.approx(whole)


def test_all_cuts_cover_the_same_characters() -> None:
    assert len({face.covered for face in faces().values()}) == 1


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Zoë", "Zoë"),
        ("Zoe\u0308", "Zoë"),  # composed
        ("A\u0339\u0323", "Ạ"),  # what stood between the two is not in the font
        ("Ωμέγα Ольга", "Ωμέγα Ольга"),
        ("tab\tnew\nline", "tab new line"),
        ("soft\u00adhyphen\u200bzero\u200f", "softhyphenzero"),
        ("wide\u3000space", "wide space"),
        ("李明 سارة", f"{FALLBACK * 2} {FALLBACK * 4}"),
        ("smile \U0001f600", f"smile {FALLBACK}"),
        ("bell\x07", "bell"),
        ("", ""),
    ],
)
def test_what_is_printed_for_a_text(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_the_characters_that_are_lost_are_named_once() -> None:
    assert unprintable("李明, 李华 and Zoë\n") == "李明华"
    assert unprintable("Zoë\u0301 \u200f") == ""
    assert unprintable(FALLBACK) == ""


@given(st.text())
def test_everything_can_be_measured_and_printed(text: str) -> None:
    shown = printable(text)
    assert all(char in REGULAR.covered for char in shown)
    assert printable(shown) == shown
    assert REGULAR.width(text) == pytest.approx(REGULAR.width(shown), abs=1e-6)
