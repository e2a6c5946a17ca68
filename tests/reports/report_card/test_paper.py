"""The finished card, read and looked at: every value in order, nothing overlapping or outside."""

from dataclasses import replace
from decimal import Decimal
from io import BytesIO

import pytest
import zxingcpp
from PIL import Image

from emis_desktop.rules.card import CardAttendance, CardRemark, CardValues
from emis_desktop.rules.promotion import Promotion
from reports.document import LETTER
from reports.report_card import CardDesign, CardResult, write_cards
from reports.report_card.design import HAIR, INK, SECOND, STANDARD, look
from resources.words import Words
from tests.factories.cards import SCHOOL, card
from tests.factories.hard_cards import (
    LONG_NAME,
    LONG_REMARK,
    THREE_LINES,
    bare,
    every_kind,
    full,
    longest,
    provisional,
    third_term,
)
from tests.helpers.pdfs import Paper, ink_outside, png

KINDS = every_kind()
LANGUAGES = ("en", "fr", "es")


def written(*cards: CardValues, design: CardDesign = STANDARD) -> tuple[Paper, CardResult]:
    """The file of ``cards`` read back, and what the writer says."""
    stream = BytesIO()
    result = write_cards(cards, stream, design=design)
    return Paper(stream.getvalue()), result


def in_order(text: str, *wanted: str) -> None:
    """Each of ``wanted`` comes in ``text`` after the one before."""
    place = 0
    for piece in wanted:
        found = text.find(piece, place)
        assert found >= 0, (piece, text[place : place + 300])
        place = found + len(piece)


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


def test_every_value_is_printed_in_reading_order() -> None:
    values = card()
    paper, _result = written(values)
    with paper:
        text = paper.text()
    in_order(text, SCHOOL.name, "“Steady in every wind”", "Harbour Road, Demo Bay", "000 0101", "D-0107")
    in_order(text, "Report card", "Term 1, 2026–27", "7 Sep – 11 Dec 2026", "Pupil 0001", "0000 0001-7")
    in_order(text, "Grade 5 Coral", "Teacher 01", "12 March 2016", "Age on 15 Oct", "10 years", "31")
    in_order(text, "Term average", "71.6 %", "Position in class", "8 of 31", "Class average", "67.9 %")
    in_order(text, "Subjects passed", "10 of 12", "Days present, 91.8 %", "56 of 61", "Teacher’s comment")
    for row in values.subjects:
        first, last = (str(part.value) for part in row.parts)
        last = "absent" if last == "None" else last
        comment = (row.comment or "").split()[0]
        cells = (row.name, first, last, str(row.mark), row.letter or "–", str(row.class_average))
        in_order(text, *cells, str(row.class_highest), row.effort or "–", comment)
    in_order(text, "Progress over terms", "61.8", "66.8", "70.2", "71.6", "Pupil", "Class")
    in_order(text, "School days 61", "Present 56", "Absent, excused 3", "Absent, unexcused 2", "Late 4")
    in_order(text, "Works with others ●●●●", "Completes homework ●●●○", "Punctual ●●●○")
    in_order(
        text,
        "Class teacher’s remarks",
        "gained almost ten points in a year.",
        "Teacher 01, class teacher",
        "Date",
    )
    in_order(text, "Principal’s remarks", "Well done on the relay team.", "Principal 01, principal", "Date")
    in_order(text, "Next term begins Monday 4 January 2027", "A 85–100", "E below 40", "Pass 50")
    in_order(
        text, "A excellent", "●●●● always", "Issue 1", "DEMO-26T1-000117", "11 December 2026", "7KQ4-M2XV"
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_fullest_card_loses_no_word(language: str) -> None:
    values = longest(language)
    paper, result = written(values)
    with paper:
        text = paper.text()
    assert result.warnings == ()
    assert LONG_NAME in text
    assert LONG_REMARK in text
    for row in values.subjects:
        in_order(text, row.name, str(row.mark).replace(".", Words.load(language).number(Decimal("0.1"))[1]))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_of_the_card_itself_are_never_cut(language: str) -> None:
    paper, _result = written(replace(full(language), provisional=True))
    with paper:
        assert "…" not in paper.text()


def test_french_writes_numbers_and_dates_its_own_way() -> None:
    paper, _result = written(card(language="fr"))
    with paper:
        text = paper.text()
    in_order(text, "12 mars 2016", "71,6 %", "67,9 %", "Matière", "68,2", "61,8", "lundi 4 janvier 2027")


def test_what_is_too_long_is_cut_and_said() -> None:
    base = card(2)
    rows = (replace(base.subjects[0], comment=THREE_LINES), base.subjects[1])
    paper, result = written(replace(base, subjects=rows))
    with paper:
        assert "…" in paper.text()
    (warning,) = result.warnings
    assert warning.pupil == "Pupil 0001"
    assert warning.text(Words.load("en")).startswith(
        "A teacher’s comment is too long for its place on the card"
    )
    assert THREE_LINES in warning.text(Words.load("fr"))


def test_states_of_marks_are_told_apart() -> None:
    paper, result = written(provisional())
    with paper:
        text = paper.text()
    assert result.warnings == ()
    in_order(text, "Term average so far", "71.6", "Provisional.", "the average covers 83 % of the subjects")
    in_order(text, "Language Arts", "31 to come", "78", "so far", "–", "68.2")
    in_order(text, "Mathematics to come to come to come – 63.9")
    in_order(text, "Science – 44 73.3 B", "Social Studies – – – – 67.4")
    in_order(text, "Physical Education absent absent 0 E", "Information Technology absent absent absent –")
    assert "– does not count" in text
    assert "Position" not in text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"average": None}, "Marks are still to come, so there is no average yet."),
        ({"coverage": 100}, "Marks are still to come; what is marked “so far” can change."),
    ],
)
def test_what_a_provisional_card_says(changes: dict[str, object], words: str) -> None:
    base = provisional()
    paper, _result = written(replace(base, summary=replace(base.summary, **changes)))  # type: ignore[arg-type]
    with paper:
        assert words in paper.text()


def test_a_decision_and_a_replaced_issue() -> None:
    paper, _result = written(third_term())
    with paper:
        text = paper.text()
    in_order(text, "Promoted to Grade 6 Coral", "Next term begins Monday 6 September 2027")
    in_order(text, "Issue 2 replaces issue 1 of 3 December 2026.", "Issue 2")


def test_a_preview_is_no_document() -> None:
    paper, _result = written(bare())
    with paper:
        text = paper.text()
        assert zxingcpp.read_barcodes(paper.picture(dpi=150)) == []
    in_order(text, "Report card, preview", "Preview. This is not an issued report card.")
    for absent in (
        "Position",
        "Class average",
        "Effort",
        "Conduct",
        "Attendance",
        "Date",
        "Pupil number",
        "Scan",
    ):
        assert absent not in text


def test_a_card_without_subjects_says_so() -> None:
    paper, _result = written(card(0))
    with paper:
        assert "No results are recorded for this term." in paper.text()


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


def test_ranks_show_ties_and_hide_together() -> None:
    base = card()
    position = base.summary.position
    assert position is not None
    tied = replace(base.summary, position=replace(position, place=2, tied=True))
    hidden = replace(base.summary, position=None, class_average=None)
    rows = tuple(replace(row, class_average=None, class_highest=None) for row in base.subjects)
    paper, _result = written(
        replace(base, summary=tied), replace(base, summary=hidden, subjects=rows, progress=())
    )
    with paper:
        assert "2 = of 31" in paper.text(0)
        text = paper.text(1)
    for word in ("Position", "Class average", "highest"):
        assert word not in text


def test_different_maxima_stand_in_the_cells() -> None:
    base = card(2)
    other = tuple(replace(part, out_of=part.out_of + 10) for part in base.subjects[1].parts)
    paper, _result = written(
        replace(base, subjects=(base.subjects[0], replace(base.subjects[1], parts=other)))
    )
    with paper:
        text = paper.text()
        assert paper.overlaps() == []
    in_order(text, "Course", "Exam", "Language Arts", "31/40", "47/60", "34/50", "52/70")


def test_a_part_that_a_subject_has_not_is_a_dash() -> None:
    base = card(2)
    paper, _result = written(
        replace(
            base, subjects=(base.subjects[0], replace(base.subjects[1], parts=base.subjects[1].parts[:1]))
        )
    )
    with paper:
        in_order(paper.text(), "Mathematics 34 – 86 A")


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


@pytest.mark.parametrize(
    ("decision", "goes_to", "words"),
    [
        (Promotion.PROMOTED, "Form 2", "Promoted to Form 2"),
        (Promotion.PROMOTED, None, "Promoted to the next class"),
        (Promotion.REPEATS, None, "Repeats Grade 5 Coral"),
        (Promotion.UNDECIDED, None, "Promotion is decided when all results are in"),
    ],
)
def test_every_decision_has_its_words(decision: Promotion, goes_to: str | None, words: str) -> None:
    paper, _result = written(card(promotion=decision, goes_to=goes_to))
    with paper:
        assert words in paper.text()


def test_facts_too_long_for_their_places_share_the_line() -> None:
    base = card()
    pupil = replace(
        base.pupil,
        name=f"{LONG_NAME} and the Third Cove of Windward",
        class_name="Grade 5 Hummingbird and Hibiscus",
        class_teacher="Teacher with a Name of Many Parts 01",
        age_on=None,
    )
    paper, result = written(replace(base, pupil=pupil))
    with paper:
        text = paper.text()
        assert paper.overlaps() == []
    in_order(text, "Pupil number", "0000 0001-7", "Class Grade 5", "Class teacher", "Age", "10 years")
    assert result.warnings == ()


def test_a_remark_without_room_is_cut_in_the_smallest_size_and_said() -> None:
    paper, result = written(replace(longest(), class_teacher=CardRemark(LONG_REMARK * 3, None)))
    with paper:
        assert paper.overlaps() == []
        assert "Class teacher Date" in paper.text()
    assert [dict(warning.values)["what"] for warning in result.warnings] == ["A remark"]


def test_one_remark_has_the_whole_line() -> None:
    for changes in ({"class_teacher": None}, {"principal": CardRemark(None, None), "class_teacher": None}):
        paper, _result = written(replace(card(), **changes))
        with paper:
            assert "Class teacher’s remarks" not in paper.text()
            assert "Principal’s remarks" in paper.text()


@pytest.mark.parametrize(
    "address",
    [
        "Long Harbour Road behind the Old Customs House and the Market, Demo Bay, Windward District",
        "Long Harbour Road behind the Old Customs House and the Market, between Church and Fort, Demo Bay",
    ],
)
def test_a_long_address_has_two_lines(address: str) -> None:
    base = card()
    for school in (base.school, replace(base.school, motto=None, code=None)):
        paper, result = written(replace(base, school=replace(school, address=address)))
        with paper:
            assert address in paper.text()
            assert paper.overlaps() == []
        assert result.warnings == ()


def test_a_term_without_an_average_leaves_a_gap_in_the_line() -> None:
    base = card()
    points = list(base.progress)
    points[1] = replace(points[1], pupil=None, class_average=None)
    paper, _result = written(replace(base, progress=tuple(points)))
    with paper:
        text = paper.text()
        assert "66.8" not in text
        in_order(text, "Progress over terms", "T2", "61.8", "70.2")


def test_days_and_comments_that_are_not_known_are_left_out() -> None:
    base = card()
    rows = (replace(base.subjects[0], comment=None), *base.subjects[1:])
    summary = replace(base.summary, days_present=0, days_possible=0)
    attendance = CardAttendance(possible=61, present=None, excused=2)
    paper, _result = written(replace(base, subjects=rows, summary=summary, attendance=attendance))
    with paper:
        text = paper.text()
    in_order(text, "Days present 0 of 0", "Attendance School days 61 Absent, excused 2 Conduct")
    assert "Reads" not in text
