"""The two tables of the screen: pairs that may be one pupil, and records that were merged."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from emis_desktop.queries.duplicates import Pair
from emis_desktop.queries.pairs import Merged
from emis_desktop.queries.student_rows import StudentRow
from emis_desktop.rules.likeness import REASON_WORDS
from emis_desktop.rules.names import listed_name
from emis_desktop.rules.student_number import number_text
from resources.words import Words
from ui.students.saying import when_words
from ui.widgets.table.cells import MISSING, Cell, Column

SURE = 80
"""From this score on a pair stands out."""


def pair_columns(words: Words) -> tuple[Column, ...]:
    """Of the list of pairs."""
    tr = words.tr
    return (
        Column("score", tr("Likeness"), 104),
        Column("one", tr("Older record"), 230, stretch=2),
        Column("other", tr("Newer record"), 230, stretch=2),
        Column("why", tr("Why"), 220, stretch=2),
    )


def pair_cells(words: Words, schools: Mapping[UUID, str], pair: Pair) -> tuple[Cell, ...]:
    """A pair as the table shows it."""
    why = words.listing([words.tr(REASON_WORDS[reason]) for reason in pair.reasons])
    return (
        Cell(words.number(pair.score), weight=500, meter=pair.score / 100),
        Cell(
            listed_name(pair.one.given_names, pair.one.family_name),
            weight=500,
            note=_facts(words, schools, pair.one, pair.other),
        ),
        Cell(
            listed_name(pair.other.given_names, pair.other.family_name),
            weight=500,
            note=_facts(words, schools, pair.other, pair.one),
        ),
        Cell(why[:1].upper() + why[1:], tone="text" if pair.score >= SURE else "text2"),
    )


def merged_columns(words: Words) -> tuple[Column, ...]:
    """Of the list of merged records."""
    tr = words.tr
    return (
        Column("double", tr("Double"), 220, stretch=2),
        Column("kept", tr("Record that stays"), 220, stretch=2),
        Column("when", tr("Merged"), 200, stretch=1),
        Column("open", tr("To decide"), 150, stretch=1),
    )


def merged_cells(words: Words, one: Merged) -> tuple[Cell, ...]:
    """A merged record as the table shows it."""
    left = one.to_decide
    return (
        Cell(one.name, weight=500),
        Cell(one.kept_name),
        Cell(when_words(words, one.at) if one.at is not None else MISSING, note=one.by if one.at else ""),
        Cell(words.ntr("{n} held twice", "{n} held twice", left), pill="warn") if left else Cell(MISSING),
    )


def _facts(words: Words, schools: Mapping[UUID, str], row: StudentRow, other: StudentRow) -> str:
    born = words.date(row.birth_date) if row.birth_date is not None else ""
    where = row.class_name or row.grade
    if row.institution_id != other.institution_id:
        where = f"{where}, {schools.get(row.institution_id, '')}"
    return ", ".join(part for part in (born, where, number_text(row.number or "")) if part)
