"""The tests that a file of marks makes, in values and in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from emis_desktop.errors import N_, Word
from emis_desktop.queries.classes import subject_name
from emis_desktop.rules.names import fold
from emis_desktop.sentence import Sentence, say

COURSEWORK, EXAM = "coursework", "exam"
PARTS = {COURSEWORK: N_("coursework"), EXAM: N_("exam")}
EXAM_WORDS: Final = frozenset(
    {"exam", "exams", "examination", "examinations", "examen", "examens", "examenes"}
)
PART_OF: Final[Mapping[str, str]] = MappingProxyType(
    dict.fromkeys((*EXAM_WORDS, "examen final", "final exam"), EXAM)
    | dict.fromkeys(
        ("coursework", "course work", "controle continu", "trabajo del curso", "trabajo de curso"), COURSEWORK
    )
)
"""What the parts of a mark are called in three languages, folded."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """A test that was there and its share of the term mark in per cent, before and after."""

    name: str
    before: Decimal
    after: Decimal


@dataclass(frozen=True, slots=True)
class MadeItem:
    """A test that a file makes. ``subject`` is the name in English, French and Spanish, ``term`` its number;
    ``share`` in per cent of the term mark; ``others`` are the tests that were there and count less by it.
    """

    subject: tuple[str, str | None, str | None]
    grade: str
    term: int
    name: str
    part: str
    maximum: Decimal
    weight: Decimal
    share: Decimal
    others: tuple[Weighed, ...]


def sentences(made: MadeItem, language: str) -> tuple[Sentence, ...]:
    """What is made, and what it does to the tests that were there, for a reader of ``language``."""
    plain = N_(
        "{subject}, {grade}, term {term}: {name}, out of {maximum}, weight {weight}: "
        "{share} % of the term mark."
    )
    parted = N_(
        "{subject}, {grade}, term {term}: {name}, {part}, out of {maximum}, weight {weight}: "
        "{share} % of the term mark."
    )
    what = say(
        plain if PART_OF.get(fold(made.name)) == made.part else parted,
        subject=subject_name(language, *made.subject),
        grade=made.grade,
        term=made.term,
        name=made.name,
        part=Word(PARTS.get(made.part, made.part)),
        maximum=made.maximum,
        weight=made.weight,
        share=made.share,
    )
    less = tuple(
        say(
            N_("{name} counts {after} % instead of {before} %."),
            name=one.name,
            after=one.after,
            before=one.before,
        )
        for one in made.others
    )
    return (what, *less)
