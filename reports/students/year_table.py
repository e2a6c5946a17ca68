"""The results of a year in half the width of a sheet: a figure a term, the year's, its letter."""

from collections.abc import Sequence
from functools import partial
from typing import Final

from emis_desktop.rules.papers import Figure, TranscriptRow, TranscriptYear
from emis_desktop.rules.results import ResultState
from reports.canvas import Align, Pen
from reports.fonts import Cut
from reports.report_card.design import BODY, FINE, HAIR, INK, PART, SECOND
from reports.report_card.desk import Tries
from reports.students.desk import DASH, SEPARATOR, PaperDesk
from reports.students.flow import Block
from reports.students.words import ending, figure_text
from reports.style import Style
from resources.words import N_

GAP: Final = 8.0
_TITLE, _HEAD, _ROW, _AVERAGE, _NOTE, _AFTER = 9.6, 5.6, 4.35, 5.2, 4.4, 3.4
_LINE: Final = 2.7
_LETTER: Final = 7.0
_YEAR: Final = 11.0
_TERM: Final = 10.0
_NAMED = Style(Cut.SEMIBOLD, 10, INK)
_SUBJECTS: Final[Tries] = (
    (Style(Cut.REGULAR, 8.2, INK), 1),
    (Style(Cut.REGULAR, 7.2, INK), 1),
    (Style(Cut.REGULAR, 7.0, INK), 2),
)
_MARK = Style(Cut.REGULAR, 8.2, INK)
_SO_FAR = Style(Cut.ITALIC, 8.2, SECOND)
_WORD = Style(Cut.ITALIC, 6.5, SECOND)
_MARK_OF_YEAR = Style(Cut.BOLD, 8.6, INK)
_LETTER_STYLE = Style(Cut.BOLD, 8.2, INK)
_AVERAGE_WORD = Style(Cut.SEMIBOLD, 8.2, INK)


def width(desk: PaperDesk) -> float:
    """The width of one year."""
    return (desk.design.measure - GAP) / 2


def height(desk: PaperDesk, year: TranscriptYear) -> float:
    """The height of a year's block."""
    if not year.rows:
        return _TITLE + 9.0 + _AFTER
    room = _room(width(desk), len(year.terms))
    rows = sum(_row_height(_subject(desk, row.name, room)[0]) for row in year.rows)
    return _TITLE + _HEAD + rows + _AVERAGE + _NOTE + _AFTER


def _subject(desk: PaperDesk, name: str, room: float) -> tuple[list[str], Style]:
    """A subject's name in one line, or in two smaller ones."""
    return desk.label(name, _SUBJECTS, room, N_("The name of a subject"))


def _row_height(lines: list[str]) -> float:
    return _ROW + _LINE * (len(lines) - 1)


def _room(wide: float, terms: int) -> float:
    """How wide a subject's name may be."""
    return _ends(0.0, wide, terms)[0] - 9.0


def pairs(desk: PaperDesk, years: Sequence[TranscriptYear]) -> list[Block]:
    """The years, two side by side, each pair as high as the higher of the two."""
    blocks = []
    for start in range(0, len(years), 2):
        pair = years[start : start + 2]
        blocks.append(Block(max(height(desk, year) for year in pair), partial(_draw_pair, desk, pair)))
    return blocks


def _draw_pair(desk: PaperDesk, pair: Sequence[TranscriptYear], pen: Pen, y: float) -> None:
    for number, year in enumerate(pair):
        draw_year(desk, pen, year, desk.design.left + number * (width(desk) + GAP), y)


def draw_year(desk: PaperDesk, pen: Pen, year: TranscriptYear, x: float, y: float) -> None:
    """Paint a year with its upper start corner at (x, y)."""
    look, wide = desk.look, width(desk)
    title = SEPARATOR.join((year.label, *_placed(year)))
    pen.text(x, y + 3.9, _NAMED.fit(title, wide)[0], _NAMED)
    pen.text(x, y + 7.7, look.address.fit(year.school, wide)[0], look.address)
    top = y + _TITLE
    if not year.rows:
        pen.rules([(x, x + wide, top)], BODY, INK)
        said = desk.words.tr("No results of this year are on this laptop.")
        pen.text(x, top + 4.6, look.address.fit(said, wide)[0], look.address)
        return
    _draw_table(desk, pen, year, x, top)


def _placed(year: TranscriptYear) -> list[str]:
    """Grade and class; a class that is called after its grade says both."""
    if year.class_name is None:
        return [year.grade]
    return [year.class_name] if year.class_name.startswith(year.grade) else [year.grade, year.class_name]


def _draw_table(desk: PaperDesk, pen: Pen, year: TranscriptYear, x: float, top: float) -> None:
    look, wide, words = desk.look, width(desk), desk.words
    ends = _ends(x, wide, len(year.terms))
    room = _room(wide, len(year.terms))
    pen.text(x, top + 3.8, words.tr("Subject"), look.head)
    for number, end in zip(year.terms, ends, strict=False):
        pen.text(end, top + 3.8, f"T{number}", look.head, Align.END)
    pen.text(ends[-1], top + 3.8, words.tr("Year"), look.head, Align.END)
    y = top + _HEAD
    pen.rules([(x, x + wide, y)], BODY, INK)
    for number, row in enumerate(year.rows, start=1):
        y += _draw_row(desk, pen, row, x, y, ends, room)
        last = number == len(year.rows)
        pen.rules([(x, x + wide, y)], PART if last else FINE, INK if last else HAIR)
    averages = TranscriptRow(words.tr("Average"), year.averages, year.average)
    _draw_row(desk, pen, averages, x, y + 0.4, ends, room, name=_AVERAGE_WORD)
    y += _AVERAGE
    pen.rules([(x, x + wide, y)], BODY, INK)
    pen.text(x, y + 3.6, look.address.fit(_note(desk, year), wide)[0], look.address)


def _ends(x: float, wide: float, terms: int) -> list[float]:
    """Where the figures end: of each term, then of the year."""
    year = x + wide - _LETTER
    step = min(_TERM, (wide - _LETTER - _YEAR - 30.0) / max(1, terms))
    return [year - _YEAR - step * (terms - 1 - number) for number in range(terms)] + [year]


def _draw_row(
    desk: PaperDesk,
    pen: Pen,
    row: TranscriptRow,
    x: float,
    y: float,
    ends: Sequence[float],
    room: float,
    name: Style | None = None,
) -> float:
    """Paint a row; returns how high it is."""
    base = y + _ROW - 1.3
    if name is None:
        lines, name = _subject(desk, row.name, room)
    else:
        lines = [name.fit(row.name, room)[0]]
    for number, line in enumerate(lines):
        pen.text(x, base + number * _LINE, line, name)
    for figure, end in zip(row.terms, ends, strict=False):
        _draw_figure(desk, pen, figure, end, base, _MARK)
    _draw_figure(desk, pen, row.year, ends[-1], base, _MARK_OF_YEAR)
    if row.year is not None and row.year.letter:
        pen.text(x + width(desk), base, row.year.letter, _LETTER_STYLE, Align.END)
    return _row_height(lines)


def _draw_figure(
    desk: PaperDesk, pen: Pen, figure: Figure | None, end: float, base: float, style: Style
) -> None:
    """A figure; one that is only so far leans, so that nobody takes it for final."""
    text = figure_text(desk, figure)
    if figure is not None and figure.state is ResultState.PROVISIONAL:
        style = _SO_FAR
    elif text != DASH and figure is not None and figure.value is None:
        style = _WORD
    pen.text(end, base, text, style, Align.END)


def _note(desk: PaperDesk, year: TranscriptYear) -> str:
    """How the year ended and the days present, in a line."""
    words = desk.words
    parts = []
    ended = ending(words, year.ending)
    if ended:
        parts.append(ended)
    if year.repeater:
        parts.append(words.tr("Repeated this grade"))
    if year.days_present is not None and year.days_possible is not None:
        parts.append(words.tr("Present {days} of {all}", days=year.days_present, all=year.days_possible))
    if any(_so_far(year)):
        parts.append(words.tr("Slanted: so far"))
    return SEPARATOR.join(parts)


def _so_far(year: TranscriptYear) -> list[bool]:
    figures = [figure for row in year.rows for figure in (*row.terms, row.year)]
    return [figure is not None and figure.state is ResultState.PROVISIONAL for figure in figures]
