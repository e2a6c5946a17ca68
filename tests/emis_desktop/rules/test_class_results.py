"""A whole class in one call."""

import random
from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from emis_desktop.rules.class_results import ClassResults, PupilMarks, class_results, subject_positions
from emis_desktop.rules.marks import ABSENT, EXEMPT, MarkEntry
from emis_desktop.rules.scheme import AverageOf, SchemeRules
from tests.emis_desktop.rules.builders import HUNDREDTHS, entries, item, plan, uid

MATHS = plan(item(1), key=901)
MUSIC = plan(item(2), key=902)
WHOLE = replace(HUNDREDTHS, mark_places=0, average_places=1)


def of(
    *pupils: tuple[str | MarkEntry | None, str | MarkEntry | None], rules: SchemeRules = WHOLE
) -> ClassResults:
    """Pupils 1, 2 ... with a mark in mathematics and one in music."""
    return class_results(
        [PupilMarks(uid(number), (MATHS, MUSIC), entries(*marks)) for number, marks in enumerate(pupils, 1)],
        rules,
    )


SIX = (("80", "60"), ("70", "70"), ("90", "80"), ("50", ABSENT), ("40", None), ("60", EXEMPT))


def test_who_counts_in_the_class_average() -> None:
    found = of(*SIX)
    maths, music = found.subjects[MATHS.key], found.subjects[MUSIC.key]
    assert (maths.count, str(maths.average), str(maths.highest), str(maths.lowest)) == (6, "65.0", "90", "40")
    # Absent-as-zero counts; missing and exempt do not.
    assert (music.count, str(music.average), str(music.highest), str(music.lowest)) == (4, "52.5", "80", "0")
    assert (maths.shown, music.shown) == (True, False)


def test_term_averages_and_positions() -> None:
    found = of(*SIX)
    averages = [str(found.pupils[uid(number)].term.average) for number in range(1, 7)]
    assert averages == ["70.0", "70.0", "85.0", "25.0", "40.0", "60.0"]
    places = [pupil.position and pupil.position.text for pupil in found.pupils.values()]
    assert places == ["2 =", "2 =", "1", "5", None, "4"]
    assert (found.term.count, str(found.term.average), str(found.term.highest)) == (5, "62.0", "85.0")


def test_the_fifth_pupil_brings_the_positions() -> None:
    found = of(*SIX[:4])
    assert found.term.shown is False
    assert all(pupil.position is None for pupil in found.pupils.values())
    assert found.pupils[uid(3)].term.final == 85


def test_positions_in_a_subject() -> None:
    found = of(*SIX)
    places = subject_positions(found, MATHS.key, WHOLE)
    assert {key.int: position.place for key, position in places.items()} == {
        3: 1,
        1: 2,
        2: 3,
        6: 4,
        4: 5,
        5: 6,
    }
    assert subject_positions(found, MUSIC.key, WHOLE) == {}


def test_a_class_average_of_printed_marks() -> None:
    pupils = (("49.5", "10"), ("50.4", "10"))
    assert str(of(*pupils).subjects[MATHS.key].average) == "50.0"
    printed = replace(WHOLE, average_of=AverageOf.PRINTED)
    assert str(of(*pupils, rules=printed).subjects[MATHS.key].average) == "50.0"
    pupils = (("49.5", "10"), ("50.6", "10"))
    assert str(of(*pupils).subjects[MATHS.key].average) == "50.1"
    assert str(of(*pupils, rules=printed).subjects[MATHS.key].average) == "50.5"


def test_pupils_may_take_different_subjects() -> None:
    found = class_results(
        [
            PupilMarks(uid(1), (MATHS,), entries("80")),
            PupilMarks(uid(2), (MATHS, MUSIC), entries("60", "70")),
        ],
        WHOLE,
    )
    assert (found.subjects[MATHS.key].count, found.subjects[MUSIC.key].count) == (2, 1)
    assert [pupil.term.subjects for pupil in found.pupils.values()] == [1, 2]


def test_an_empty_class() -> None:
    found = of()
    assert (found.pupils, found.subjects, found.term.count) == ({}, {}, 0)


@given(st.lists(st.integers(0, 100), min_size=1, max_size=12), st.integers(0, 10**6))
def test_the_order_of_pupils_changes_nothing(marks: list[int], seed: int) -> None:
    pupils = [PupilMarks(uid(number), (MATHS,), entries(str(mark))) for number, mark in enumerate(marks, 1)]
    mixed = list(pupils)
    random.Random(seed).shuffle(mixed)
    one, other = class_results(pupils, WHOLE), class_results(mixed, WHOLE)
    assert (one.pupils, one.subjects, one.term) == (other.pupils, other.subjects, other.term)


def test_figures_keep_their_places() -> None:
    assert str(of(("80", "60"), ("70", "70")).term.spread) == "0.0"
    assert of(("80", "60")).subjects[MATHS.key].highest == Decimal(80)
