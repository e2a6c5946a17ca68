"""What the office of the demonstration did last: a handful of ordinary acts through the ordinary services."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from emis_desktop.desk import Desk
from emis_desktop.queries.mark_sheet import MarkSheet
from emis_desktop.queries.school import ClassInfo, TermInfo
from emis_desktop.queries.sheet_list import SheetLine
from emis_desktop.rules.marks import MarkState
from emis_desktop.rules.numbers import plain
from emis_desktop.services.marks import TypedMark

ENTERED = 6
"""Marks that were entered into a sheet that is still open."""
NEW_PHONE = "001 0190"


@dataclass(frozen=True, slots=True)
class Day:
    """Where and when the office works, and the language it writes in."""

    school_id: UUID
    classes: tuple[ClassInfo, ...]
    term: TermInfo
    today: date
    language: str


def do_last_acts(desk: Desk, day: Day) -> None:
    """Enter marks, move a pupil, give a guardian another phone, correct a mark; what cannot be is left out.

    A tiny school may have no open sheet or no second class to move to.
    """
    sheets = desk.queries.mark_sheet.sheets(day.school_id, day.term.id, day.language)
    open_sheet = next((line for line in sheets if line.to_enter), None)
    if open_sheet is not None:
        _enter(desk, _sheet(desk, open_sheet, day))
    _move(desk, day)
    full = next((line for line in reversed(sheets) if not line.to_enter), None)
    if full is not None:
        sheet = _sheet(desk, full, day)
        _change_phone(desk, sheet.rows[0].student_id)
        _correct(desk, sheet)


def _sheet(desk: Desk, line: SheetLine, day: Day) -> MarkSheet:
    return desk.queries.mark_sheet.sheet(line.class_id, line.subject_id, day.term.id, day.language)


def _enter(desk: Desk, sheet: MarkSheet) -> None:
    """Marks into the first empty cells: the rest stays for whoever tries the program."""
    typed: list[TypedMark] = []
    for row in range(len(sheet.rows)):
        for column, cell in enumerate(sheet.rows[row].cells):
            item = sheet.item_at(row, column)
            if item is None or cell is None or cell.state is not MarkState.MISSING:
                continue
            share = 5 + (3 * row + column) % 4
            mark = plain(item.maximum * share / 10).to_integral_value()
            typed.append(TypedMark(sheet.rows[row].student_id, item.id, f"{mark:f}"))
    if typed:
        desk.services.marks.record_block(typed[:ENTERED])


def _move(desk: Desk, day: Day) -> None:
    """Somebody of the fullest class that has a neighbour of the same grades."""
    for here in sorted(day.classes, key=lambda each: -each.on_roll):
        for there in day.classes:
            if there.id != here.id and there.grades == here.grades:
                subject = desk.queries.school.subjects_of(here.id)[0]
                sheet = desk.queries.mark_sheet.sheet(here.id, subject.subject_id, day.term.id)
                desk.services.students.move_to_class(sheet.rows[-1].student_id, there.id, day.today)
                return


def _change_phone(desk: Desk, student_id: UUID) -> None:
    guardians = desk.queries.students.record(student_id).guardians
    if guardians:
        desk.services.relations.set_phone(guardians[0].person_id, NEW_PHONE)


def _correct(desk: Desk, sheet: MarkSheet) -> None:
    """A mark of the second pupil, one point up or down."""
    row = sheet.rows[min(1, len(sheet.rows) - 1)]
    for column, cell in enumerate(row.cells):
        item = sheet.item_at(row.number - 1, column)
        if item is None or cell is None or cell.value is None:
            continue
        step = 1 if cell.value + 1 <= item.maximum else -1
        desk.services.marks.record(row.student_id, item.id, f"{plain(cell.value + step):f}")
        return
