"""Papers about pupils read back as a reader and a printer would: the usual, the longest, the emptiest."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO
from itertools import pairwise

import pytest
import zxingcpp
from PIL import Image

from emis_desktop.errors import Cancelled, Refused
from emis_desktop.rules.papers import Paper as Values
from emis_desktop.rules.papers import TranscriptYear
from emis_desktop.rules.results import ResultState
from reports.students import write_papers
from reports.students.id_cards import HEIGHT, WIDTH
from tests.factories import papers
from tests.helpers.pdfs import MM, Paper, ink_outside

LANGUAGES = ["en", "fr", "es", "xr"]
EVERY: dict[str, Callable[[bool, str], Values]] = {
    "transcript": lambda long, language: papers.transcript(12 if long else 3, long=long, language=language),
    "testimonial": lambda long, language: papers.character(
        papers.TEXT * (8 if long else 1), long=long, language=language
    ),
    "certificate": lambda long, language: papers.certificate(long=long, language=language),
    "class list": lambda long, language: papers.class_list(45 if long else 12, long=long, language=language),
    "emergency": lambda long, language: papers.emergency(
        (45,) * 14 if long else (9, 0), long=long, language=language
    ),
    "id cards": lambda long, language: papers.id_cards(23 if long else 3, long=long, language=language),
    "register": lambda long, language: papers.registers(
        45 if long else 8, 5 if long else 2, long=long, language=language
    ),
    "held": lambda _long, language: papers.held(language=language),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("long", [False, True], ids=["usual", "longest"])
@pytest.mark.parametrize("kind", EVERY)
def test_nothing_touches_or_leaves_the_sheet(kind: str, long: bool, language: str) -> None:
    with Paper(papers.pdf(EVERY[kind](long, language))) as paper:
        for page in range(paper.pages):
            width, height = paper.pdf[page].get_size()
            assert paper.overlaps(page) == [], (page, kind)
            assert paper.struck(page) == [], (page, kind)
            for box in paper.boxes(page):
                assert box.left > 9 * MM, box
                assert box.right < width - 9 * MM, box
                assert box.bottom > 8 * MM, box
                assert box.top < height - 9 * MM, box


@pytest.mark.parametrize("kind", EVERY)
def test_one_family_of_embedded_fonts(kind: str) -> None:
    with Paper(papers.pdf(EVERY[kind](True, "en"))) as paper:
        fonts = paper.fonts()
    assert fonts
    assert all(fonts.values())
    assert all("Inter" in name for name in fonts)


@pytest.mark.parametrize("kind", EVERY)
def test_equal_values_give_equal_bytes(kind: str) -> None:
    values = EVERY[kind](False, "en")
    assert papers.pdf(values) == papers.pdf(values)


@pytest.mark.parametrize("kind", [kind for kind in EVERY if kind != "id cards"])
def test_every_sheet_says_which_of_how_many(kind: str) -> None:
    with Paper(papers.pdf(EVERY[kind](True, "en"))) as paper:
        for page in range(paper.pages):
            assert "Page " in paper.text(page)


# -- Transcript ------------------------------------------------------------------------------------------


def test_a_transcript_has_all_years_and_is_signed_at_its_end() -> None:
    with Paper(papers.pdf(papers.transcript(12))) as paper:
        texts = [paper.text(page) for page in range(paper.pages)]
    whole = " ".join(texts)
    for start in range(2015, 2027):
        assert f"{start}–{(start + 1) % 100:02}" in whole
    assert "Principal 01, principal" in texts[-1]
    assert "Principal 01, principal" not in texts[0]
    assert "DEMO-26X-000117" in texts[-1]
    assert "Key to grades A 85–100" in texts[-1]
    assert len(texts) <= 3


def test_what_is_only_so_far_is_said_so() -> None:
    with Paper(papers.pdf(papers.transcript(1))) as paper:
        assert "Slanted: so far" in paper.text()
    closed = replace(papers.transcript(1), years=(papers.year(2025, "Grade 6"),))
    with Paper(papers.pdf(closed)) as paper:
        assert "Slanted" not in paper.text()


def test_a_transcript_with_nothing_says_so() -> None:
    with Paper(papers.pdf(papers.transcript(0, issued=False))) as paper:
        assert paper.pages == 1
        assert "No enrolment of this pupil is on this laptop." in paper.text()
        assert "This is not an issued paper" in paper.text()
    bare = TranscriptYear("2024–25", "Far School", "Grade 4", None)
    with Paper(papers.pdf(replace(papers.transcript(0), years=(bare,)))) as paper:
        assert "No results of this year are on this laptop." in paper.text()
        assert "Far School" in paper.text()


def test_a_mark_is_written_with_the_separator_of_the_language() -> None:
    found = papers.year(2025, "Grade 6")
    row = replace(found.rows[0], year=papers.Figure(Decimal("72.5"), ResultState.FINAL, "B"))
    values = replace(papers.transcript(0, language="fr"), years=(replace(found, rows=(row,)),))
    with Paper(papers.pdf(values)) as paper:
        assert "72,5" in paper.text()


def test_a_long_subject_takes_two_lines_and_its_marks_stay() -> None:
    with Paper(papers.pdf(papers.transcript(2, long=True))) as paper:
        assert "Éducation à la santé" in paper.text()
        assert "citoyenneté" in paper.text()


# -- Testimonial and certificate -------------------------------------------------------------------------


def test_a_testimonial_says_the_time_and_the_words_of_the_school() -> None:
    with Paper(papers.pdf(papers.character())) as paper:
        text = paper.text()
    assert "was a pupil of Windward Demo Primary School from 9 September 2019 to 3 July 2026" in text
    assert "I recommend her without reserve." in text
    assert "Conduct and work habits" in text


def test_a_very_long_text_goes_on_over_the_next_sheet_and_none_of_it_is_lost() -> None:
    lines = "\n".join(f"Sentence {number} of what is said." for number in range(120))
    with Paper(papers.pdf(papers.character(lines))) as paper:
        whole = " ".join(paper.text(page) for page in range(paper.pages))
        assert paper.pages >= 3
    for number in range(120):
        assert f"Sentence {number} of what is said." in whole


def test_a_certificate_says_how_the_time_ended() -> None:
    with Paper(papers.pdf(papers.certificate(long=True))) as paper:
        text = paper.text()
    assert "Transferred" in text
    assert "Family moved house to another island for work" in text
    assert "72 % B" in text
    assert "171 of 187" in text


def test_the_code_of_a_signed_paper_can_be_scanned() -> None:
    for values in (papers.transcript(2), papers.character(), papers.certificate()):
        with Paper(papers.pdf(values)) as paper:
            found = zxingcpp.read_barcodes(paper.picture(paper.pages - 1, 200))
        assert [one.text for one in found] == ["EMIS1:DEMO-26X-000117:1:20261123::7KQ4M2XV"]


# -- Lists -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("pupils", [0, 1, 45])
def test_a_class_of_up_to_45_is_one_page(pupils: int) -> None:
    with Paper(papers.pdf(papers.class_list(pupils))) as paper:
        assert paper.pages == 1
        text = paper.text()
    assert ("Nobody is in this class on that day." in text) == (pupils == 0)
    if pupils:
        assert f"Pupil {pupils:04} of the Bay" in text


def test_a_larger_class_goes_on_with_its_head_again() -> None:
    with Paper(papers.pdf(papers.class_list(70))) as paper:
        assert paper.pages == 2
        assert "Born" in paper.text(1)
        assert "Pupil 0070 of the Bay" in paper.text(1)


def test_phones_stand_on_a_list_only_where_they_are_open() -> None:
    with Paper(papers.pdf(papers.class_list(5))) as paper:
        assert "Guardian 0001 of the Bay 000 0001" in paper.text()
    with Paper(papers.pdf(papers.class_list(5, contacts=False))) as paper:
        assert "Guardian" not in paper.text()
        assert "Telephone" not in paper.text().split("School code")[1]


def test_the_emergency_roll_is_a_page_of_the_school_and_a_page_a_class() -> None:
    with Paper(papers.pdf(papers.emergency((31, 28, 45)))) as paper:
        assert paper.pages == 4
        school, first = paper.text(0), paper.text(1)
    assert "Whole school 48 52 104" in school
    assert "Asthma: blue inhaler" in school
    assert "000 9001" in first
    assert "Keep it locked away" in first


def test_sixty_pupils_with_alerts_are_still_one_page() -> None:
    with Paper(papers.pdf(replace(papers.emergency((60,)), whole=False))) as paper:
        assert paper.pages == 1
        assert "Pupil 0060 of the Bay" in paper.text()


def test_more_alerts_than_the_school_page_holds_are_counted_there() -> None:
    with Paper(papers.pdf(papers.emergency((45,) * 14))) as paper:
        text = paper.text(0)
    shown = text.count("blue inhaler")
    assert f"{14 * 5 - shown} more pupils with an alert" in text


def test_without_the_right_no_phone_and_no_alert_is_on_the_roll() -> None:
    with Paper(papers.pdf(papers.emergency(open_=False))) as paper:
        texts = " ".join(paper.text(page) for page in range(paper.pages))
    assert "Medical alerts are not open to whoever printed this." in texts
    assert "Asthma" not in texts
    assert "000 55" not in texts


def test_a_guardian_who_may_not_collect_is_marked() -> None:
    roll = papers.roll(1)
    (pupil,) = roll.pupils
    first = replace(pupil.contacts[0], court_order=True)
    values = replace(
        papers.emergency((1,)), classes=(replace(roll, pupils=(replace(pupil, contacts=(first,)),)),)
    )
    with Paper(papers.pdf(values)) as paper:
        assert "(court order)" in paper.text(1)


# -- ID cards --------------------------------------------------------------------------------------------


def test_ten_cards_a_sheet_each_with_a_code_that_scans_to_its_number() -> None:
    with Paper(papers.pdf(papers.id_cards(23))) as paper:
        assert paper.pages == 3
        assert [paper.text(page).count("Valid until") for page in range(3)] == [10, 10, 3]
        found = zxingcpp.read_barcodes(paper.picture(0, 200))
    assert sorted(one.text for one in found) == sorted(f"0000{n:04}7" for n in range(10) if n % 8 != 7)


def test_a_card_has_the_size_of_a_bank_card_between_its_marks() -> None:
    assert (WIDTH, HEIGHT) == (85.6, 53.98)
    with Paper(papers.pdf(papers.id_cards(10))) as paper:
        picture = paper.picture(0, 100)
        assert not ink_outside(picture, 0.05, 0.01, 0.95, 0.99)
        marks = sorted(
            {round(rule.y, 1) for rule in paper.rules(0, least=11.0) if rule.right - rule.left < 12}
        )
    steps = [above - below for below, above in pairwise(marks)]
    assert all(abs(step - HEIGHT * MM) < 0.2 for step in steps)
    assert len(marks) == 6


def test_photos_are_there_and_a_broken_one_is_left_out_and_told() -> None:
    values = papers.id_cards(2)
    broken = replace(values.cards[1], photo=b"no picture")
    stream = BytesIO()
    done = write_papers([replace(values, cards=(values.cards[0], broken))], stream)
    assert len(done.warnings) == 1
    assert len(stream.getvalue()) > 10_000


def test_a_photo_goes_into_the_file_as_it_is() -> None:
    values = papers.id_cards(1)
    photo = values.cards[0].photo
    assert photo is not None
    content = papers.pdf(values)
    assert photo[-2000:] in content
    assert Image.open(BytesIO(photo)).size == (300, 400)


# -- Registers -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sessions", range(1, 6))
def test_every_day_and_session_has_a_column(sessions: int) -> None:
    with Paper(papers.pdf(papers.registers(10, sessions))) as paper:
        days: set[str] = set()
        for page in range(paper.pages):
            assert paper.pdf[page].get_size() == pytest.approx((841.89, 595.28), abs=0.1)
            head = paper.text(page).split("Pupil ", maxsplit=1)[0]
            days |= set(head.split())
        assert "closed: 11 Demo Day" in " ".join(paper.text(page) for page in range(paper.pages))
    school_days = {str(day) for day in range(1, 31) if date(2026, 11, day).weekday() < 5}
    assert school_days <= days


def test_two_empty_lines_at_least_wait_for_newcomers() -> None:
    for pupils in (0, 20, 21, 22, 45):
        with Paper(papers.pdf(papers.registers(pupils))) as paper:
            sheets = [{round(rule.y) for rule in paper.rules(page, 700)} for page in range(paper.pages)]
        lines = sum(len(sheet) - 2 for sheet in sheets)
        assert lines >= pupils + 2


# -- All that is held ------------------------------------------------------------------------------------


def test_every_field_and_every_change_is_printed_and_withheld_is_said() -> None:
    with Paper(papers.pdf(papers.held(60))) as paper:
        whole = " ".join(paper.text(page) for page in range(paper.pages))
    for number in range(60):
        assert f"Mathematics, Test {number} " in whole
    assert "1 value is not open to whoever printed this" in whole
    assert "Address not open to whoever printed this" in whole
    assert whole.count("was Ida, now Ada") == 60
    assert "Mark: 119" in whole


# -- Writing ---------------------------------------------------------------------------------------------


def test_nothing_is_written_when_it_is_stopped_or_there_is_nobody() -> None:
    stream = BytesIO()
    with pytest.raises(Cancelled):
        write_papers([papers.class_list(3)] * 3, stream, cancelled=lambda: True)
    with pytest.raises(Refused):
        write_papers([], stream)
    assert stream.getvalue() == b""


def test_progress_counts_papers_and_many_have_bookmarks() -> None:
    told: list[int] = []
    stream = BytesIO()
    done = write_papers([papers.certificate(), papers.certificate()], stream, progress=told.append)
    assert told == [1, 2]
    assert (done.papers, done.pages, done.size) == (2, 2, len(stream.getvalue()))
    with Paper(stream.getvalue()) as paper:
        assert paper.outline() == [("Ada of the Bay", 0), ("Ada of the Bay", 1)]


def test_letters_that_no_font_has_are_told() -> None:
    roll = papers.roll(1)
    pupil = replace(roll.pupils[0], name="山 of the Bay")
    stream = BytesIO()
    done = write_papers([replace(papers.class_list(), classes=(replace(roll, pupils=(pupil,)),))], stream)
    assert len(done.warnings) == 1
