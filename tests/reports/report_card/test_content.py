"""The finished card as it is read: every value in order, every state in its own words."""

from dataclasses import replace
from decimal import Decimal

import pytest
import zxingcpp

from emis_desktop.rules.card import CardAttendance, CardPoint, CardRemark
from emis_desktop.rules.promotion import Promotion
from resources.words import Words
from tests.factories.cards import SCHOOL, card
from tests.factories.hard_cards import (
    LONG_NAME,
    LONG_REMARK,
    THREE_LINES,
    TWO_LINES,
    bare,
    full,
    longest,
    provisional,
    third_term,
)
from tests.helpers.cards import in_order, written

LANGUAGES = ("en", "fr", "es")


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
    rows = (replace(base.subjects[0], comment=f"{THREE_LINES} {THREE_LINES}"), base.subjects[1])
    paper, result = written(replace(base, subjects=rows))
    with paper:
        assert "…" in paper.text()
    (warning,) = result.warnings
    assert warning.pupil == "Pupil 0001"
    assert warning.text(Words.load("en")).startswith(
        "A teacher’s comment is too long for its place on the card"
    )
    assert THREE_LINES in warning.text(Words.load("fr"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_long_names_and_comments_get_smaller_before_they_are_cut(language: str) -> None:
    base = full(language, 12)
    name = "Agricultural Science and Environmental Management"
    comment = f"{TWO_LINES} Then help others with it, and read aloud."
    rows = tuple(replace(row, name=name, comment=comment) for row in base.subjects)
    paper, result = written(replace(base, subjects=rows))
    with paper:
        text = paper.text()
        assert paper.pages == 1
    assert result.warnings == ()
    assert text.count(name) == text.count(comment) == 12


def test_three_smaller_lines_have_room_in_a_high_row() -> None:
    base = card(6)
    rows = tuple(replace(row, comment=THREE_LINES) for row in base.subjects)
    paper, result = written(replace(base, subjects=rows))
    with paper:
        assert paper.text().count(THREE_LINES) == 6
    assert result.warnings == ()


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


@pytest.mark.parametrize("language", LANGUAGES)
def test_attendance_of_the_year_is_never_taken_for_that_of_the_term(language: str) -> None:
    title = Words.load(language).tr("Attendance, whole year")
    days = CardAttendance(183, 171, 10, 2, 4, whole_year=True)
    base = replace(card(), language=language)
    paper, result = written(replace(base, attendance=days))
    with paper:
        assert title in paper.text()
        assert "183" in paper.text()
    assert result.warnings == ()
    paper, _result = written(base)
    with paper:
        assert title not in paper.text()


def test_one_average_is_no_progress() -> None:
    base = card()
    paper, _result = written(replace(base, progress=base.progress[-1:]))
    with paper:
        assert "Progress over terms" not in paper.text()


def test_only_the_latest_nine_terms_are_drawn() -> None:
    points = tuple(CardPoint(f"Q{number}", Decimal(50 + number), None) for number in range(12))
    paper, _result = written(card(progress=points))
    with paper:
        text = paper.text()
        assert paper.overlaps() == []
    in_order(text, "Progress over terms", "Q3", "Q11", "53", "61")
    assert "Q2" not in text
