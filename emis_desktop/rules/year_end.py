"""The end of a year: who goes up, who repeats and who has finished, with the reasons; and into which class.

The demands are those of the grading scheme and of the ministry's policies together. People decide; this
advises.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Final
from uuid import UUID

from emis_desktop.errors import N_
from emis_desktop.rules.names import fold
from emis_desktop.sentence import Sentence, say, say_many


class Advice(StrEnum):
    """What the rules advise; the first three are outcomes of an enrolment."""

    PROMOTED = "promoted"
    REPEATED = "repeated"
    GRADUATED = "graduated"
    UNDECIDED = "undecided"


_DIGITS = re.compile(r"[0-9]+")

OUTCOMES: Final = (Advice.PROMOTED, Advice.REPEATED, Advice.GRADUATED)
"""What people can decide."""


@dataclass(frozen=True, slots=True)
class Demands:
    """What it takes to go up; None or empty: not asked for. ``must_pass``: codes of subjects.

    ``most_repeats``: who has repeated the grade so often goes up whatever the results say.
    """

    min_passed: int | None = None
    min_average: Decimal | None = None
    min_attendance: Decimal | None = None
    must_pass: frozenset[str] = frozenset()
    most_repeats: int | None = None

    @property
    def of_results(self) -> bool:
        """Whether anything is asked of the results."""
        return self.min_passed is not None or self.min_average is not None or bool(self.must_pass)


@dataclass(frozen=True, slots=True)
class SubjectYear:
    """A subject of a pupil's year: ``passed`` is None where it was left out for the pupil (exempt)."""

    code: str
    name: str
    passed: bool | None
    pending: bool = False


@dataclass(frozen=True, slots=True)
class PupilYear:
    """What is known of a pupil's year. ``attendance`` in per cent, None where nothing was marked.

    ``repeats``: how often the pupil has sat in this grade before. ``last``: the grade is the last of its
    level.
    """

    subjects: Sequence[SubjectYear] = ()
    average: Decimal | None = None
    pending: bool = False
    attendance: Decimal | None = None
    repeats: int = 0
    last: bool = False

    @property
    def passed(self) -> int:
        """How many subjects were passed."""
        return sum(subject.passed is True for subject in self.subjects)


@dataclass(frozen=True, slots=True)
class Advised:
    """The advice and what it rests on, in sentences."""

    advice: Advice
    reasons: tuple[Sentence, ...] = ()


def advise_year(demands: Demands, year: PupilYear) -> Advised:
    """The advice for one pupil.

    While a result that is asked for is incomplete it is *undecided*; so it is where attendance is asked for
    and nothing was marked, since "not marked" is never "absent".
    """
    up = Advice.GRADUATED if year.last else Advice.PROMOTED
    waiting = _waiting(demands, year)
    if waiting:
        return Advised(Advice.UNDECIDED, waiting)
    lacking = _lacking(demands, year)
    if not lacking:
        return Advised(up, _reached(demands, year))
    if demands.most_repeats is not None and year.repeats >= demands.most_repeats:
        allowed = say_many(
            "has repeated this grade {n} time, which is the most allowed",
            "has repeated this grade {n} times, which is the most allowed",
            year.repeats,
        )
        return Advised(up, (*lacking, allowed))
    return Advised(Advice.REPEATED, lacking)


def _waiting(demands: Demands, year: PupilYear) -> tuple[Sentence, ...]:
    reasons = []
    incomplete = tuple(subject.name for subject in year.subjects if subject.pending)
    if demands.of_results and (incomplete or year.pending):
        reasons.append(
            say(N_("results are incomplete: {subjects}"), subjects=incomplete)
            if incomplete
            else say(N_("the year’s results are incomplete"))
        )
    elif demands.of_results and not year.subjects:
        reasons.append(say(N_("there are no results of this year")))
    if demands.min_attendance is not None and year.attendance is None:
        reasons.append(say(N_("no attendance is marked")))
    return tuple(reasons)


def _lacking(demands: Demands, year: PupilYear) -> tuple[Sentence, ...]:
    reasons = []
    if demands.min_passed is not None and year.passed < demands.min_passed:
        reasons.append(
            say_many(
                "{n} subject passed, {wanted} asked for",
                "{n} subjects passed, {wanted} asked for",
                year.passed,
                wanted=demands.min_passed,
            )
        )
    if demands.min_average is not None and (year.average is None or year.average < demands.min_average):
        reasons.append(
            say(
                N_("average {average} %, {wanted} % asked for"),
                average=_shown(year.average),
                wanted=demands.min_average,
            )
        )
    failed = tuple(
        subject.name
        for subject in year.subjects
        if subject.code in demands.must_pass and subject.passed is False
    )
    if failed:
        reasons.append(say(N_("not passed: {subjects}"), subjects=failed))
    if _too_few_days(demands, year):
        reasons.append(
            say(
                N_("attendance {rate} %, {wanted} % asked for"),
                rate=_shown(year.attendance),
                wanted=demands.min_attendance,
            )
        )
    return tuple(reasons)


def _too_few_days(demands: Demands, year: PupilYear) -> bool:
    wanted = demands.min_attendance
    return wanted is not None and year.attendance is not None and year.attendance < wanted


def _shown(value: Decimal | None) -> Decimal | str:
    return "–" if value is None else value


def _reached(demands: Demands, year: PupilYear) -> tuple[Sentence, ...]:
    if demands == Demands(most_repeats=demands.most_repeats):
        return (say(N_("nothing is asked for in this grade")),)
    reasons = []
    if demands.of_results:
        reasons.append(say_many("{n} subject passed", "{n} subjects passed", year.passed))
    if demands.min_average is not None:
        reasons.append(say(N_("average {average} %"), average=_shown(year.average)))
    if demands.min_attendance is not None:
        reasons.append(say(N_("attendance {rate} %"), rate=_shown(year.attendance)))
    return tuple(reasons)


# -- Into which class -------------------------------------------------------------------------------


@dataclass(slots=True)
class NextClass:
    """A class of the next year: its ``grades``, how many sit in it already, how many can."""

    id: UUID
    name: str
    grades: Mapping[UUID, str] = field(default_factory=dict)
    taken: int = 0
    capacity: int | None = None

    @property
    def has_room(self) -> bool:
        """Whether one more fits."""
        return self.capacity is None or self.taken < self.capacity


def place_in(
    classes: Collection[NextClass], grade_id: UUID, old_class: str, old_grade: str
) -> NextClass | None:
    """The class of next year for a pupil who goes to ``grade_id``: with the old one's name within the grade
    (5 Coral -> 6 Coral), else the emptiest; None where no class of the grade has room. It is not yet counted
    there.
    """
    open_to = [one for one in classes if grade_id in one.grades and one.has_room]
    if not open_to:
        return None
    stem = _stem(old_class, old_grade)
    alike = [one for one in open_to if stem and _stem(one.name, one.grades[grade_id]) == stem]
    return min(alike or open_to, key=lambda one: (one.taken, one.name))


def _stem(class_name: str, grade_name: str) -> str:
    """What is left of a class's name without the words of its grade and without numbers: "coral"."""
    grade = set(fold(grade_name).split())
    words = (_DIGITS.sub("", word) for word in fold(class_name).split() if word not in grade)
    return " ".join(word for word in words if word)


def stage(level: str) -> str:
    """The stage of schooling that a level belongs to: lower and upper secondary are one."""
    return level.rsplit(maxsplit=1)[-1] if level.split() else ""
