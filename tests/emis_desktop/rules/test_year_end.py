"""Who goes up at the end of a year, and into which class."""

from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emis_desktop.rules.year_end import (
    Advice,
    Demands,
    NextClass,
    PupilYear,
    SubjectYear,
    advise_year,
    place_in,
    stage,
)
from resources.words import Words

EN = Words.load("en")


def year(passed: int, failed: int = 0, **more: object) -> PupilYear:
    subjects = [SubjectYear(f"P{n}", f"Passed {n}", True) for n in range(passed)]
    subjects += [SubjectYear(f"F{n}", f"Failed {n}", False) for n in range(failed)]
    return PupilYear(subjects=tuple(subjects), **more)  # type: ignore[arg-type]


def said(demands: Demands, of: PupilYear) -> tuple[str, list[str]]:
    found = advise_year(demands, of)
    return found.advice.value, [reason.text(EN) for reason in found.reasons]


class TestAdvice:
    """What the rules say of a year."""

    def test_only_attendance_is_asked_for(self) -> None:
        demands = Demands(min_attendance=Decimal(80))
        advice, reasons = said(demands, year(0, 2, attendance=Decimal("85.00")))
        assert advice == "promoted"
        assert not any("passed" in reason for reason in reasons)

    def test_ten_subjects_passed_to_go_up(self) -> None:
        demands = Demands(min_passed=10)
        assert said(demands, year(10)) == ("promoted", ["10 subjects passed"])
        assert said(demands, year(9, 1)) == ("repeated", ["9 subjects passed, 10 asked for"])

    def test_every_shortfall_is_named(self) -> None:
        demands = Demands(5, Decimal(50), Decimal(80), frozenset({"F0"}))
        of = year(4, 1, average=Decimal("49.9"), attendance=Decimal("79.99"))
        assert said(demands, of) == (
            "repeated",
            [
                "4 subjects passed, 5 asked for",
                "average 49.9 %, 50 % asked for",
                "not passed: Failed 0",
                "attendance 79.99 %, 80 % asked for",
            ],
        )

    def test_the_limits_themselves_are_enough(self) -> None:
        demands = Demands(5, Decimal(50), Decimal(80))
        of = year(5, average=Decimal(50), attendance=Decimal(80))
        assert advise_year(demands, of).advice is Advice.PROMOTED

    def test_nothing_asked_for_holds_nobody_back(self) -> None:
        assert said(Demands(), year(0, 3)) == ("promoted", ["nothing is asked for in this grade"])

    def test_the_last_grade_of_a_stage_is_finished(self) -> None:
        assert advise_year(Demands(), year(0, last=True)).advice is Advice.GRADUATED

    def test_incomplete_results_decide_nothing(self) -> None:
        waiting = PupilYear((SubjectYear("P-MA", "Mathematics", None, pending=True),), pending=True)
        assert said(Demands(min_passed=1), waiting) == (
            "undecided",
            ["results are incomplete: Mathematics"],
        )
        assert said(Demands(min_passed=1), PupilYear()) == (
            "undecided",
            ["there are no results of this year"],
        )
        assert advise_year(Demands(), waiting).advice is Advice.PROMOTED

    def test_attendance_that_nobody_marked_is_not_absence(self) -> None:
        demands = Demands(min_attendance=Decimal(75))
        assert said(demands, year(3)) == ("undecided", ["no attendance is marked"])

    def test_an_exempt_subject_neither_passes_nor_fails(self) -> None:
        of = PupilYear((SubjectYear("P-MA", "Mathematics", None),), attendance=None)
        assert said(Demands(must_pass=frozenset({"P-MA"})), of)[0] == "promoted"

    def test_who_has_repeated_enough_goes_up(self) -> None:
        demands = Demands(min_passed=5, most_repeats=1)
        assert said(demands, year(1, 4, repeats=0))[0] == "repeated"
        assert said(demands, year(1, 4, repeats=1)) == (
            "promoted",
            [
                "1 subject passed, 5 asked for",
                "has repeated this grade 1 time, which is the most allowed",
            ],
        )

    @given(st.integers(0, 12), st.integers(0, 12), st.integers(0, 12))
    def test_one_more_subject_passed_never_makes_it_worse(self, passed: int, failed: int, asked: int) -> None:
        before = advise_year(Demands(min_passed=asked), year(passed, failed + 1)).advice
        after = advise_year(Demands(min_passed=asked), year(passed + 1, failed)).advice
        assert not (before is Advice.PROMOTED and after is Advice.REPEATED)


G5, G6 = uuid4(), uuid4()


def next_class(
    name: str, grade: UUID = G6, label: str = "Grade 6", taken: int = 0, room: int | None = None
) -> NextClass:
    return NextClass(uuid4(), name, {grade: label}, taken, room)


class TestPlace:
    """The class of the next year."""

    @pytest.mark.parametrize(
        ("old", "grade", "expected"),
        [
            ("Grade 5 Coral", "Grade 5", "Grade 6 Coral"),
            ("5 Reef", "Grade 5", "6 Reef"),
            ("5B", "Grade 5", "6B"),
            ("Reef", "Grade 5", "6 Reef"),
        ],
    )
    def test_the_class_of_the_same_name_goes_on_together(self, old: str, grade: str, expected: str) -> None:
        classes = [next_class(name) for name in ("Grade 6 Coral", "6 Reef", "6A", "6B")]
        found = place_in(classes, G6, old, grade)
        assert found is not None
        assert found.name == expected

    def test_without_such_a_class_the_emptiest_takes_the_pupil(self) -> None:
        classes = [next_class("6 Sun", taken=3), next_class("6 Moon", taken=2)]
        found = place_in(classes, G6, "Grade 5 Coral", "Grade 5")
        assert found is classes[1]

    def test_a_full_class_is_passed_over_and_full_classes_place_nobody(self) -> None:
        full, free = next_class("6 Coral", taken=30, room=30), next_class("6 Reef", taken=40, room=41)
        assert place_in([full, free], G6, "5 Coral", "Grade 5") is free
        assert place_in([full], G6, "5 Coral", "Grade 5") is None
        assert place_in([], G6, "5 Coral", "Grade 5") is None
        assert place_in([free], G5, "5 Coral", "Grade 5") is None


def test_lower_and_upper_secondary_are_one_stage() -> None:
    assert stage("lower secondary") == stage("upper secondary") != stage("primary")
    assert stage("post-secondary") != stage("upper secondary")
    assert stage("") == ""
