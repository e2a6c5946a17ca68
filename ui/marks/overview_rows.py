"""The rows of the overview: a sheet each, what is still to enter, and when it is due."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from emis_desktop.queries.sheet_list import SheetLine
from emis_desktop.rules.names import fold
from resources.words import Words
from ui.marks.lacking import lacking_words
from ui.theme.fonts import MEDIUM, SEMIBOLD
from ui.widgets.table.cells import MISSING as DASH
from ui.widgets.table.cells import Cell, Column

VERB: Final = "verb"
SOON_DAYS: Final = 7


def columns(words: Words) -> tuple[Column, ...]:
    """The columns of the overview."""
    tr = words.tr
    return (
        Column("class", tr("Class"), 128, stretch=3),
        Column("subject", tr("Subject"), 140, stretch=3),
        Column("teacher", tr("Teacher"), 100, stretch=2, optional=True),
        Column("entered", tr("Marks entered"), 176),
        Column("next", tr("Next"), 118, stretch=2),
        Column("due", tr("Due"), 140),
        Column(VERB, "", 92),
    )


@dataclass(frozen=True, slots=True)
class OverviewRow:
    """A sheet and how many of its typed marks are not saved."""

    line: SheetLine
    unsaved: int


def cells(row: OverviewRow, words: Words, today: date) -> tuple[Cell, ...]:
    """One cell a column."""
    line = row.line
    return (
        Cell(line.class_name, weight=MEDIUM),
        Cell(line.subject_name),
        Cell(line.teacher or DASH, tone="text2"),
        _entered(row, words),
        _next(line, words),
        _due(line, words, today),
        Cell(verb(line, words), tone="accent", weight=MEDIUM),
    )


def verb(line: SheetLine, words: Words) -> str:
    """What opening the sheet is for."""
    if line.awaits_tests and not line.items:
        return words.tr("Open")
    if not line.may_edit:
        return words.tr("View")
    if not line.to_enter:
        return words.tr("Open")
    return words.tr("Continue") if line.entered else words.tr("Start")


def _entered(row: OverviewRow, words: Words) -> Cell:
    line = row.line
    if not line.items:
        return Cell(_lacking(line, words), tone="warn" if line.awaits_tests else "text3")
    if row.unsaved:
        text = words.ntr("{n} mark to fix", "{n} marks to fix", row.unsaved)
        return Cell(text, tone="bad", weight=SEMIBOLD, icon="circle-alert")
    text = words.tr("{entered} of {expected}", entered=line.entered, expected=line.expected)
    share = line.entered / line.expected if line.expected else 1.0
    return Cell(text, meter=share, tone="text" if line.to_enter else "text2")


def _next(line: SheetLine, words: Words) -> Cell:
    """The test to go on with, and that others are still to be made."""
    lacking = _lacking(line, words) if line.items else ""
    if line.next_item:
        return Cell(line.next_item, note=lacking)
    return Cell(lacking, tone="warn") if lacking else Cell(DASH, tone="text3")


def _lacking(line: SheetLine, words: Words) -> str:
    return lacking_words(words, line.items, awaits=line.awaits_tests, left_out=line.not_assessed)


def _due(line: SheetLine, words: Words, today: date) -> Cell:
    """The day, amber from a week before and red with a word when it is over."""
    if line.due_on is None:
        return Cell(DASH, tone="text3")
    text = words.date(line.due_on, "day_month")
    left = (line.due_on - today).days
    if left < 0:
        return Cell(text, tone="bad", weight=SEMIBOLD, note=words.tr("overdue"))
    if left <= SOON_DAYS:
        return Cell(text, tone="warn", weight=SEMIBOLD)
    return Cell(text)


def found(rows: Sequence[OverviewRow], text: str, *, open_only: bool) -> list[OverviewRow]:
    """The rows whose class, subject or teacher has all words of ``text`` in it, whatever the accents.

    ``open_only``: those where something is to be done.
    """
    wanted = fold(text).split()
    return [row for row in rows if (not open_only or _is_open(row)) and _has(row.line, wanted)]


def _is_open(row: OverviewRow) -> bool:
    return bool(row.unsaved or row.line.to_do)


def _has(line: SheetLine, wanted: Sequence[str]) -> bool:
    text = fold(f"{line.class_name} {line.subject_name} {line.teacher}")
    return all(word in text for word in wanted)


def most_urgent(lines: Sequence[SheetLine]) -> SheetLine | None:
    """The sheet to go on with: the one due first, begun before not begun; None when all is entered."""
    waiting = [line for line in lines if line.may_edit and line.to_enter]
    return min(
        waiting,
        key=lambda line: (line.due_on or date.max, not line.entered),
        default=None,
    )
