"""A demo term: marks the mark sheet takes, words that fit the results and the card."""

import statistics
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emis_desktop.demo_content import (
    abilities,
    attendance_for,
    conduct_for,
    percent_of,
    remarks_for,
    subject_teachers,
    term_marks,
    words_for,
)
from emis_desktop.demo_words import BANDS, band_of, demo_words
from emis_desktop.profiles import ItemTemplate, Texts, load_profile
from emis_desktop.rules.marks import ABSENT, EXEMPT, MISSING, MarkEntry, MarkState

DEMO = load_profile("XD")
ITEMS = DEMO.scheme_of("G5").items
LONGEST_COMMENT = 80  # two lines of a card's column
LONGEST_REMARK = 160


def _item(maximum: int, weight: int) -> ItemTemplate:
    name = Texts("Item", "Item", "Item")
    return ItemTemplate("ITEM", name, "exam", Decimal(maximum), Decimal(weight))


def test_marks_are_plausible() -> None:
    able = abilities(417, 1)
    marks = term_marks(able, ITEMS, "P-MA/T1")
    entries = [entry for row in marks for entry in row]
    states = [entry.state for entry in entries]
    assert 20 <= states.count(MarkState.ABSENT) <= 90
    assert 2 <= states.count(MarkState.EXEMPT) <= 40
    assert MISSING not in entries
    percents = [percent for row in marks if (percent := percent_of(row, ITEMS)) is not None]
    assert 55 < statistics.mean(percents) < 75
    assert 10 < statistics.stdev(percents) < 20
    assert min(percents) < 40
    assert max(percents) > 90


@given(st.integers(0, 60), st.text(max_size=5), st.floats(0, 1))
def test_a_mark_is_whole_and_within_its_maximum(pupils: int, seed: str, still: float) -> None:
    marks = term_marks(abilities(pupils, seed), ITEMS, seed, still)
    assert len(marks) == pupils
    missing = 0
    for row in marks:
        for entry, item in zip(row, ITEMS, strict=True):
            if entry.value is not None:
                assert 0 <= entry.value <= item.maximum
                assert entry.value == int(entry.value)
        missing += row[-1] == MISSING
        assert MISSING not in row[:-1]
    assert missing == round(still * pupils)


def test_a_pupil_who_does_well_does_so_in_every_subject() -> None:
    able = abilities(200, 3)
    terms = [
        [percent_of(row, ITEMS) or 0.0 for row in term_marks(able, ITEMS, subject)]
        for subject in ("P-MA", "P-LA")
    ]
    assert statistics.correlation(*terms) > 0.7


def test_the_same_seed_gives_the_same_marks() -> None:
    able = abilities(30, 1)
    assert able == abilities(30, 1)
    assert term_marks(able, ITEMS, "a") == term_marks(able, ITEMS, "a")
    assert term_marks(able, ITEMS, "a") != term_marks(able, ITEMS, "b")
    assert term_marks(able, (), "a", 1.0) == ((),) * 30


def test_percent_of_what_is_there() -> None:
    items = (_item(50, 40), _item(100, 60))
    both = [MarkEntry(MarkState.SCORED, Decimal(45)), MarkEntry(MarkState.SCORED, Decimal(60))]
    assert percent_of(both, items) == pytest.approx(72)
    assert percent_of([both[0], ABSENT], items) == pytest.approx(90)
    assert percent_of([EXEMPT, MISSING], items) is None


@pytest.mark.parametrize(
    ("percent", "band"), [(100, 0), (85, 0), (84.9, 1), (70, 1), (55, 2), (40, 3), (39, 4), (-3, 4)]
)
def test_bands(percent: float, band: int) -> None:
    assert band_of(percent) == band


def test_words_fit_the_result() -> None:
    bank = demo_words()
    for percent, band in zip((95, 75, 60, 45, 20), range(5), strict=True):
        own = bank.subject_comments["P-MA"][0 if band < 2 else 1]
        seen = {words_for("P-MA", percent, seed).comment for seed in range(60)}
        assert seen == {*bank.comments[band], *(() if band == 2 else (own,))}
        plain = {words_for("P-XX", percent, seed).comment for seed in range(60)}
        assert plain == set(bank.comments[band])
    assert words_for("P-MA", 99, 1).effort == "A"
    assert words_for("P-MA", 5, 1).effort == "D"
    assert {words_for("P-MA", 70, seed).effort for seed in range(60)} <= {"A", "B", "C"}


def test_efforts_and_traits_are_those_of_the_card() -> None:
    card = DEMO.report_card
    assert {effort.code for effort in card.effort} == set("ABCD")
    traits = [trait.code for trait in card.conduct_traits]
    levels = {int(level.code) for level in card.conduct_levels}
    for average in (0, 50, 100):
        conduct = conduct_for(average, traits, "x")
        assert list(conduct) == traits
        assert set(conduct.values()) <= levels


def test_every_line_fits_its_place() -> None:
    bank = demo_words()
    lines = [line for group in bank.comments for line in group]
    lines += [line for pair in bank.subject_comments.values() for line in pair]
    remarks = [line for group in (*bank.teacher_remarks, *bank.principal_remarks) for line in group]
    for texts, longest in ((lines, LONGEST_COMMENT), (remarks, LONGEST_REMARK)):
        assert all(len(text) <= longest for line in texts for text in (line.en, line.fr, line.es))
    for line in remarks:
        assert [text.count("{name}") for text in (line.en, line.fr, line.es)] in ([0, 0, 0], [1, 1, 1])
        assert "Anne" in line.en.format(name="Anne") or "{name}" not in line.en
    assert len(BANDS) == len(bank.comments) == len(bank.teacher_remarks) == len(bank.principal_remarks)
    assert set(bank.subject_comments) <= {subject.code for subject in DEMO.subjects_of("G5")}


def test_remarks_come_from_the_band() -> None:
    bank = demo_words()
    teacher, principal = remarks_for(90, 1)
    assert teacher in bank.teacher_remarks[0]
    assert principal in bank.principal_remarks[0]


@given(st.integers(0, 80), st.integers())
def test_attendance_adds_up(possible: int, seed: int) -> None:
    days = attendance_for(possible, seed)
    assert days.possible == possible
    assert 0 <= days.excused <= days.absent <= possible
    assert 0 <= days.late <= possible - days.absent


def test_who_teaches() -> None:
    teachers = subject_teachers(DEMO, "G5", "Teacher 11")
    assert list(teachers) == [subject.code for subject in DEMO.subjects_of("G5")]
    assert teachers["P-MA"] == "Teacher 11"
    assert teachers["P-MU"] == "Teacher 92"
