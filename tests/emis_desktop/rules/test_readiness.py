"""Where a card stands and what it lacks."""

import pytest

from emis_desktop.rules.averages import term_result
from emis_desktop.rules.class_results import PupilMarks, class_results
from emis_desktop.rules.columns import term_coverage
from emis_desktop.rules.marks import ABSENT, EXEMPT
from emis_desktop.rules.readiness import Awaited, CardState, Gaps, card_state, gaps_of, is_printed
from emis_desktop.rules.results import ResultState, subject_result
from emis_desktop.rules.scheme import AbsentPolicy, MissingPolicy, SchemeRules
from tests.emis_desktop.rules.builders import HUNDREDTHS, entries, item, plan, uid

MATHS = plan(item(1), key=901)
MUSIC = plan(item(2), item(3), key=902)
SCIENCE = Awaited(uid(903), "Science")
LEFT_OUT = SchemeRules(HUNDREDTHS.bands, missing=MissingPolicy.EXCLUDE, absent=AbsentPolicy.EXCLUDE)


@pytest.mark.parametrize(
    ("complete", "issued", "changed", "state"),
    [
        (True, False, False, CardState.READY),
        (False, False, False, CardState.INCOMPLETE),
        (True, True, False, CardState.ISSUED),
        (False, True, False, CardState.ISSUED),  # issued as provisional
        (True, True, True, CardState.CHANGED),
        (False, True, True, CardState.INCOMPLETE),
    ],
)
def test_where_a_card_stands(complete: bool, issued: bool, changed: bool, state: CardState) -> None:
    assert card_state(complete=complete, issued=issued, changed=changed) is state


def test_a_subject_without_a_test_is_a_gap_like_a_mark_that_is_missing() -> None:
    full = subject_result(MATHS, HUNDREDTHS, entries("80"))
    half = subject_result(MUSIC, HUNDREDTHS, entries("60", start=2))
    assert not gaps_of([full], ())
    found = gaps_of([full, half], (SCIENCE,))
    assert found == Gaps((Awaited(MUSIC.key, MUSIC.name),), (SCIENCE,))
    assert found.subjects == (MUSIC.key, SCIENCE.key)
    assert gaps_of([full], (SCIENCE,))


def test_a_subject_without_any_mark_is_a_gap_where_missing_marks_are_left_out() -> None:
    half = subject_result(MUSIC, LEFT_OUT, entries("60", start=2))
    none = subject_result(MATHS, LEFT_OUT, {})
    exempt = subject_result(MATHS, LEFT_OUT, entries(EXEMPT))
    assert not gaps_of([half, exempt], ())
    assert gaps_of([half, none], ()).marks == (Awaited(MATHS.key, MATHS.name),)


def test_what_has_a_line_on_the_card() -> None:
    absent = subject_result(MATHS, LEFT_OUT, entries(ABSENT))
    assert [is_printed(subject_result(MATHS, LEFT_OUT, marks)) for marks in ({}, entries(EXEMPT))] == [
        False
    ] * 2
    assert is_printed(absent)
    assert is_printed(subject_result(MATHS, HUNDREDTHS, {}))


def test_the_average_stands_for_nothing_while_a_subject_has_no_test() -> None:
    full = subject_result(MATHS, HUNDREDTHS, entries("80"))
    found = term_result([full], HUNDREDTHS, awaited=3)
    assert (found.state, found.pending, str(found.average)) == (ResultState.PROVISIONAL, True, "80.00")
    assert (found.final, found.subjects, found.counted) == (None, 4, 1)
    assert (term_coverage([full], 3), term_coverage([full]), term_coverage([], 2)) == (25, 100, 0)


def test_who_awaits_tests_is_not_ranked_nor_averaged() -> None:
    pupils = [PupilMarks(uid(n), (MATHS,), entries(str(90 - n)), awaited=int(n == 1)) for n in range(1, 8)]
    found = class_results(pupils, HUNDREDTHS)
    assert found.pupils[uid(1)].position is None
    assert found.term.count == 6
