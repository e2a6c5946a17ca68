"""All that is held about one pupil: every table and every field, for the pupil or the guardians who ask."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Final

from emis_desktop.rules.papers import Held, HeldChange, HeldField, HeldRow, HeldSection
from reports.canvas import Pen
from reports.fonts import Cut
from reports.report_card.design import BODY, FINE, HAIR, INK, SECOND
from reports.report_card.pupil import block_height, draw_person
from reports.students.desk import DASH, SEPARATOR, PaperDesk
from reports.students.flow import Block, spread
from reports.students.words import pupil_facts
from reports.style import Style
from resources.words import N_, Words

_LABEL: Final = 52.0
_LINE: Final = 3.7
_PAD: Final = 1.3
_MOST_LINES: Final = 60
_MANY: Final = 4
"""Rows from which on a table is printed closely: a row a line."""
_SECTION = Style(Cut.SEMIBOLD, 11, INK)
_ROW_TITLE = Style(Cut.SEMIBOLD, 8.5, INK)
_LABELS = Style(Cut.REGULAR, 8, SECOND)
_VALUE = Style(Cut.REGULAR, 8.5, INK)
_WITHHELD = Style(Cut.ITALIC, 8, SECOND)
_WHEN: Final = 28.0
_WHO: Final = 34.0


def draw_held(desk: PaperDesk, paper: Held) -> None:
    """Add the sheets of the report."""
    words, design, pupil = desk.words, desk.design, paper.pupil
    desk.pupil = pupil.name
    title = words.tr("All that is held")
    about, _cut = desk.look.row.wrap(_about(words, paper), design.measure, 3)
    top = design.top + 23.0 + block_height(desk, pupil.name, with_photo=bool(pupil.photo))
    top += 4.0 + len(about) * 4.2
    sheets = spread(_blocks(desk, paper), top, design.top + 15.0, desk.end)
    for number, sheet in enumerate(sheets, start=1):
        pen = desk.pen()
        if number == 1:
            day = desk.date(paper.made_on)
            start = desk.head(pen, paper.school, title, day, words.tr("for {name}", name=paper.reader))
            who = (pupil.name, pupil.number, pupil.photo)
            y = draw_person(desk, pen, who, pupil_facts(desk, pupil), start)
            desk.sentence(pen, y + 5.2, _about(words, paper), desk.look.row, 4.2, 3)
        else:
            desk.later_head(pen, pupil.name, (pupil.number, paper.school.name), title)
        for placed in sheet:
            placed.block.draw(pen, placed.y)
        told = words.tr("Personal data of {name}. Keep it, or destroy it.", name=pupil.name)
        desk.page_line(pen, told, number, len(sheets))
        desk.document.add_page(pen.parts(), bookmark=pupil.name if number == 1 else "")


def _about(words: Words, paper: Held) -> str:
    said = words.tr(
        "Every record of this laptop that is about this pupil, field by field, and what was changed in them."
    )
    if paper.withheld:
        said += " " + words.ntr(
            "{n} value is not open to whoever printed this and is marked so.",
            "{n} values are not open to whoever printed this and are marked so.",
            paper.withheld,
        )
    return said


def _blocks(desk: PaperDesk, paper: Held) -> list[Block]:
    blocks: list[Block] = []
    for section in paper.sections:
        blocks += _section(desk, section)
    if paper.changes:
        blocks += _history(desk, paper.changes)
    return blocks


def _title(desk: PaperDesk, text: str, count: str) -> Block:
    def draw(pen: Pen, y: float) -> None:
        pen.text(desk.design.left, y + 7.6, text, _SECTION)
        pen.text(desk.design.left + _SECTION.width(text) + 3, y + 7.6, count, _LABELS)
        pen.rules([(desk.design.left, desk.design.right, y + 9.6)], BODY, INK)

    return Block(10.6, draw, keep=True)


def _section(desk: PaperDesk, section: HeldSection) -> list[Block]:
    words = desk.words
    count = words.ntr("{n} record", "{n} records", len(section.rows))
    blocks = [_title(desk, words.tr(section.title), count)]
    for row in section.rows:
        if len(section.rows) > _MANY:
            blocks.append(_compact(desk, row))
        else:
            blocks += _row(desk, row, alone=len(section.rows) == 1)
    return blocks


def _compact(desk: PaperDesk, row: HeldRow) -> Block:
    """A row of a long table: its title, and beside it all fields in running text."""
    words = desk.words
    title = row.title
    if row.removed is not None:
        said = words.tr("taken away on {day}", day=desk.date(row.removed, "medium"))
        title = f"{title} ({said})" if title else said
    told = [
        f"{words.tr(one.label)}: {_shown(desk, one)}"
        for one in row.fields
        if one.withheld or one.value not in (None, "")
    ]
    names = desk.wrap(title, _LABELS, _LABEL - 3, _MOST_LINES, N_("A value"))
    lines = desk.wrap(SEPARATOR.join(told), _VALUE, desk.design.measure - _LABEL, _MOST_LINES, N_("A value"))

    def draw(pen: Pen, y: float) -> None:
        pen.lines(desk.design.left, y + 3.4, names, _LABELS, _LINE)
        pen.lines(desk.design.left + _LABEL, y + 3.4, lines, _VALUE, _LINE)

    return Block(max(1, len(names), len(lines)) * _LINE + _PAD, draw)


def _shown(desk: PaperDesk, one: HeldField) -> str:
    if one.withheld:
        return desk.words.tr("not open to whoever printed this")
    return value_text(desk, one)


def _row(desk: PaperDesk, row: HeldRow, *, alone: bool) -> list[Block]:
    """A title where there are several rows, and a line or more a field that has a value."""
    blocks: list[Block] = []
    title = row.title
    if row.removed is not None:
        said = desk.words.tr("taken away on {day}", day=desk.date(row.removed, "medium"))
        title = f"{title} ({said})" if title else said
    if title and (not alone or row.removed is not None):
        blocks.append(Block(5.2, partial(_draw_row_title, desk, title), keep=True))
    fields = [_field(desk, one) for one in row.fields if one.withheld or one.value not in (None, "")]
    blocks += fields
    if not alone:
        blocks.append(Block(1.8, partial(_draw_end, desk)))
    return blocks


def _draw_row_title(desk: PaperDesk, title: str, pen: Pen, y: float) -> None:
    pen.text(desk.design.left, y + 3.8, _ROW_TITLE.fit(title, desk.design.measure)[0], _ROW_TITLE)


def _draw_end(desk: PaperDesk, pen: Pen, y: float) -> None:
    pen.rules([(desk.design.left, desk.design.right, y + 0.5)], FINE, HAIR)


def _field(desk: PaperDesk, one: HeldField) -> Block:
    style = _VALUE
    text = value_text(desk, one)
    if one.withheld:
        text, style = desk.words.tr("not open to whoever printed this"), _WITHHELD
    lines = []
    for paragraph in text.splitlines() or [""]:
        lines += desk.wrap(paragraph, style, desk.design.measure - _LABEL, _MOST_LINES, N_("A value"))
    label = desk.words.tr(one.label)

    def draw(pen: Pen, y: float) -> None:
        pen.text(desk.design.left, y + 3.4, _LABELS.fit(label, _LABEL - 2)[0], _LABELS)
        pen.lines(desk.design.left + _LABEL, y + 3.4, lines, style, _LINE)

    return Block(max(1, len(lines)) * _LINE + _PAD, draw)


def value_text(desk: PaperDesk, one: HeldField) -> str:
    """A value as a person reads it, in the language of the paper."""
    words, value = desk.words, one.value
    if value is None:
        return DASH
    if isinstance(value, bool):
        return words.tr("yes") if value else words.tr("no")
    if isinstance(value, datetime):
        local = value.astimezone()
        return f"{words.date(local.date())} {words.time(local)}"
    if isinstance(value, date):
        return words.date(value)
    if isinstance(value, (Decimal, int)):
        return desk.bound(Decimal(value))
    desk.check_letters(value)
    return words.tr(value) if one.coded else value


def _history(desk: PaperDesk, changes: Sequence[HeldChange]) -> list[Block]:
    words = desk.words
    count = words.ntr("{n} change, the newest first", "{n} changes, the newest first", len(changes))
    return [_title(desk, words.tr("History"), count), *(_change(desk, one) for one in changes)]


def _change(desk: PaperDesk, one: HeldChange) -> Block:
    words = desk.words
    at = one.at.astimezone()
    when = f"{words.date(at.date(), 'medium')} {words.time(at)}"
    said = one.what
    if one.before and one.after:
        said = words.tr("{field}: was {before}, now {after}", field=said, before=one.before, after=one.after)
    elif one.after:
        said = f"{said}: {one.after}"
    elif one.before:
        said = words.tr("{field}: {before} taken away", field=said, before=one.before)
    left = desk.design.left
    room = desk.design.measure - _WHEN - _WHO
    lines = desk.wrap(said, _VALUE, room, _MOST_LINES, N_("A value"))

    def draw(pen: Pen, y: float) -> None:
        pen.text(left, y + 3.4, when, _LABELS)
        pen.text(left + _WHEN, y + 3.4, _LABELS.fit(one.who, _WHO - 2)[0], _LABELS)
        pen.lines(left + _WHEN + _WHO, y + 3.4, lines, _VALUE, _LINE)

    return Block(max(1, len(lines)) * _LINE + _PAD, draw)
