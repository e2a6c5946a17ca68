"""The finished card as a printer shows it: nothing overlapping, nothing outside, codes and pictures."""

from dataclasses import replace
from io import BytesIO

import pytest
import zxingcpp
from PIL import Image

from reports.document import LETTER
from reports.report_card import CardDesign
from reports.report_card.design import HAIR, INK, SECOND, STANDARD, look
from resources.words import Words
from tests.factories.cards import card
from tests.factories.hard_cards import (
    every_kind,
    longest,
    provisional,
)
from tests.helpers.cards import in_order, written
from tests.helpers.pdfs import ink_outside, png

KINDS = every_kind()


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_touches_anything(kind: str) -> None:
    paper, result = written(KINDS[kind])
    with paper:
        assert result.pages == paper.pages
        for page in range(paper.pages):
            assert paper.overlaps(page) == []
            assert paper.struck(page) == []


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_printed_outside_the_margins(kind: str) -> None:
    paper, _result = written(KINDS[kind])
    side, end = 13.6 / 210, 11.6 / 297
    with paper:
        for page in range(paper.pages):
            assert not ink_outside(paper.picture(page, 100), side, end, 1 - side, 1 - end)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if "ninety" not in kind and "twenty" not in kind])
def test_a_usual_class_has_one_page(kind: str) -> None:
    paper, result = written(KINDS[kind])
    with paper:
        assert paper.pages == 1
        assert result.warnings == ()


def test_more_subjects_go_on_on_a_second_sheet() -> None:
    paper, result = written(card(22))
    with paper:
        first, second = paper.text(0), paper.text(1)
    assert result.pages == 2
    assert "Page 1 of 2, continued on the next page" in first
    in_order(second, "Pupil 0001", "Page 2 of 2", "Progress over terms", "Next term begins", "Issue 1")
    assert paper_rows(first) + paper_rows(second) == 22


def test_many_subjects_repeat_the_head_of_the_table() -> None:
    paper, result = written(card(90))
    with paper:
        texts = [paper.text(page) for page in range(paper.pages)]
    assert result.pages == len(texts) == 4
    assert sum(map(paper_rows, texts)) == 90
    assert all("Teacher’s comment" in text for text in texts)


def paper_rows(text: str) -> int:
    """How many subjects are on a sheet; the names of the sample come in turn."""
    names = {row.name: row.parts[0].value for row in card(14).subjects}
    return sum(text.count(f"{name} {mark}") for name, mark in names.items())


@pytest.mark.parametrize("dpi", [150, 300])
def test_the_code_is_read_back_from_the_sheet(dpi: int) -> None:
    values = card()
    paper, _result = written(values)
    with paper:
        (found,) = zxingcpp.read_barcodes(paper.picture(dpi=dpi))
    assert values.issue is not None
    assert found.bytes == values.issue.qr


def test_a_long_code_grows_instead_of_blurring() -> None:
    base = card()
    assert base.issue is not None
    payload = bytes(range(256)) + b"x" * 60
    paper, _result = written(replace(base, issue=replace(base.issue, qr=payload)))
    with paper:
        (found,) = zxingcpp.read_barcodes(paper.picture(dpi=150))
        assert paper.overlaps() == []
    assert found.bytes == payload


def test_fonts_are_embedded_and_nothing_else_is_named() -> None:
    paper, _result = written(longest(), provisional())
    with paper:
        assert paper.fonts()
        assert all(paper.fonts().values())
        assert b"Helvetica" not in paper.content


def test_a_grey_print_can_be_read() -> None:
    for ink in (INK, SECOND, look(STANDARD.accent).accent):
        assert _contrast(ink) >= 5.5  # every text, on white
    assert _contrast(HAIR) < 3  # only ever a line
    paper, _result = written(card())
    with paper:
        grey = paper.picture(dpi=200, grey=True).convert("L")
    (found,) = zxingcpp.read_barcodes(grey)
    assert found.text.startswith("EMIS1")


def _contrast(ink: tuple[float, float, float]) -> float:
    """The contrast of ``ink`` with white paper after WCAG, which sees grey only."""
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in ink)
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def test_crest_and_photo_are_printed() -> None:
    base = card()
    crest = png(Image.new("RGBA", (60, 80), (200, 0, 0, 255)))
    photo = BytesIO()
    Image.new("RGB", (190, 200), (0, 0, 200)).save(photo, "JPEG")
    values = replace(
        base,
        school=replace(base.school, crest=crest),
        pupil=replace(base.pupil, photo=photo.getvalue()),
    )
    paper, result = written(values, values)
    with paper:
        picture = paper.picture(dpi=72).convert("RGB")
        assert paper.overlaps() == []
    assert result.warnings == ()
    assert _near(picture.getpixel((round(22.6 * 72 / 25.4), round(22 * 72 / 25.4))), (200, 0, 0))
    assert _near(picture.getpixel((round(186 * 72 / 25.4), round(48 * 72 / 25.4))), (0, 0, 200))


def _near(pixel: object, wanted: tuple[int, int, int]) -> bool:
    return isinstance(pixel, tuple) and all(abs(a - b) < 12 for a, b in zip(pixel, wanted, strict=True))


def test_broken_pictures_are_left_out_and_said() -> None:
    base = card()
    bomb = png(Image.new("1", (5000, 5000)))
    values = replace(
        base,
        school=replace(base.school, crest=b"not a picture"),
        pupil=replace(base.pupil, photo=bomb),
    )
    paper, result = written(values)
    paper.pdf.close()
    words = Words.load("en")
    assert [warning.text(words) for warning in result.warnings] == [
        "The crest of the school could not be read and was left out. Choose it again as a PNG or JPEG file.",
        "The photo could not be read and was left out. Choose it again as a PNG or JPEG file.",
    ]


def test_letters_the_card_has_not_are_shown_as_squares_and_said() -> None:
    base = card()
    paper, result = written(replace(base, pupil=replace(base.pupil, name="Li 李明 Ольга")))
    with paper:
        assert "Li □□ Ольга" in paper.text()
    (warning,) = result.warnings
    assert "李 明" in warning.text(Words.load("en"))


def test_letter_paper_holds_a_usual_class() -> None:
    paper, result = written(card(12), design=CardDesign(page=LETTER))
    with paper:
        assert (result.pages, paper.overlaps()) == (1, [])
        assert paper.pdf[0].get_size() == pytest.approx((612, 792), abs=0.1)


def test_the_right_to_left_layout_is_the_mirror_image() -> None:
    paper, _result = written(replace(card(), language="xr"))
    with paper:
        boxes = {box.text.rstrip(" □"): box for box in paper.boxes()}
        assert paper.overlaps() == []
        side, end = 13.6 / 210, 11.6 / 297
        assert not ink_outside(paper.picture(dpi=100), side, end, 1 - side, 1 - end)
    edge = 196 * 72 / 25.4
    assert boxes["Mathematics"].right == pytest.approx(edge, abs=1.5)
    assert boxes["Report card"].left == pytest.approx(14 * 72 / 25.4, abs=1.5)
