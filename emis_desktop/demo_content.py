"""A term of the demonstration school: marks, comments, effort, remarks, conduct and attendance.

Everything is invented, and the same for the same seed. These are values only; the demo job writes them
through the services.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Final

from emis_desktop.demo_words import band_of, demo_words
from emis_desktop.profiles import CountryProfile, ItemTemplate, Texts
from emis_desktop.rules.marks import ABSENT, EXEMPT, MISSING, MarkEntry, MarkState

_SPECIALISTS: Final = {
    "P-PE": "Teacher 91",
    "P-MU": "Teacher 92",
    "P-SPA": "Teacher 93",
    "P-FRE": "Teacher 94",
}


@dataclass(frozen=True, slots=True)
class SubjectWords:
    """What is written beside a pupil's marks of one subject."""

    comment: Texts
    effort: str


@dataclass(frozen=True, slots=True)
class DemoAttendance:
    """Days of a term: ``absent`` includes ``excused``; ``late`` counts occasions."""

    possible: int
    absent: int
    excused: int
    late: int


def subject_teachers(profile: CountryProfile, grade: str, class_teacher: str) -> dict[str, str]:
    """Who teaches each subject (by code) of a class: its class teacher, and specialists for a few."""
    return {one.code: _SPECIALISTS.get(one.code, class_teacher) for one in profile.subjects_of(grade)}


def abilities(pupils: int, seed: int | str) -> tuple[float, ...]:
    """How well each pupil tends to do, about 0.64 with a spread of 0.14; one for all subjects and terms."""
    rng = Random(f"ability/{seed}")  # noqa: S311
    return tuple(0.64 + 0.14 * _bell(rng) for _ in range(pupils))


def term_marks(
    able: Sequence[float], items: Sequence[ItemTemplate], seed: int | str, still_to_enter: float = 0.0
) -> tuple[tuple[MarkEntry, ...], ...]:
    """A mark for each pupil (a row) and item (a column) of one subject and term.

    About one mark in seventy is absent and one in three hundred exempt. ``still_to_enter`` is the share
    of the last item's marks that are missing, those of the last pupils. Use another ``seed`` for each
    subject and term.
    """
    rng = Random(f"marks/{seed}")  # noqa: S311
    easy = 0.05 * _bell(rng)
    entered = len(able) - round(still_to_enter * len(able))
    rows = []
    for place, ability in enumerate(able):
        day = ability + easy + 0.05 * _bell(rng)
        row = [_entry(day, item, rng) for item in items]
        if place >= entered and row:
            row[-1] = MISSING
        rows.append(tuple(row))
    return tuple(rows)


def percent_of(row: Sequence[MarkEntry], items: Sequence[ItemTemplate]) -> float | None:
    """About what a pupil has, in per cent, to choose words by; None without any mark.

    Not a result: results come from the rules.
    """
    scored = [
        (float(item.weight), float(entry.value / item.maximum))
        for entry, item in zip(row, items, strict=True)
        if entry.state is MarkState.SCORED and entry.value is not None
    ]
    total = sum(weight for weight, _ in scored)
    return 100 * sum(weight * share for weight, share in scored) / total if total else None


def words_for(subject: str, percent: float, seed: int | str) -> SubjectWords:
    """A comment and an effort letter that fit a result of ``percent`` in ``subject``."""
    rng = Random(f"words/{seed}")  # noqa: S311
    band = band_of(percent)
    bank = demo_words()
    lines = list(bank.comments[band])
    if subject in bank.subject_comments and band != 2:
        lines.append(bank.subject_comments[subject][0 if band < 2 else 1])
    effort = band_of(percent + 6 * _bell(rng) + 8)
    return SubjectWords(rng.choice(lines), "ABCD"[min(effort, 3)])


def remarks_for(average: float, seed: int | str) -> tuple[Texts, Texts]:
    """The class teacher's remark (with the field {name}) and the principal's, by the average in per cent."""
    rng = Random(f"remarks/{seed}")  # noqa: S311
    band = band_of(average)
    bank = demo_words()
    return rng.choice(bank.teacher_remarks[band]), rng.choice(bank.principal_remarks[band])


def conduct_for(average: float, traits: Sequence[str], seed: int | str) -> dict[str, int]:
    """A level from 1 to 4 for each trait; better results go with more care, not always."""
    rng = Random(f"conduct/{seed}")  # noqa: S311
    return {trait: max(1, min(4, round(1.6 + average / 40 + 0.6 * _bell(rng)))) for trait in traits}


def attendance_for(possible: int, seed: int | str) -> DemoAttendance:
    """Totals of a term of ``possible`` days: most pupils miss few days, some many."""
    rng = Random(f"attendance/{seed}")  # noqa: S311
    share = 0.05 * rng.random() + (0.2 * rng.random() if rng.random() < 0.08 else 0.0)
    absent = round(possible * share)
    excused = sum(rng.random() < 0.6 for _ in range(absent))
    late = min(possible - absent, int(6 * rng.random() * rng.random()))
    return DemoAttendance(possible, absent, excused, late)


def _bell(rng: Random) -> float:
    """A number around 0 with a spread of 1, from four even ones: the same on every machine."""
    return (rng.random() + rng.random() + rng.random() + rng.random() - 2) * 3**0.5


def _entry(day: float, item: ItemTemplate, rng: Random) -> MarkEntry:
    chance = rng.random()
    share = max(0.0, min(1.0, day + 0.08 * _bell(rng)))
    if chance < 1 / 70:
        return ABSENT
    if chance < 1 / 70 + 1 / 300:
        return EXEMPT
    return MarkEntry(MarkState.SCORED, Decimal(round(share * float(item.maximum))))
