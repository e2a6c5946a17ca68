"""The class list: who is in a class on a day, a class a page as long as it has at most 45 pupils."""

from typing import Final

from emis_desktop.rules.papers import ClassList, ClassRoll, RollPupil
from reports.canvas import Align, Pen
from reports.fonts import Cut
from reports.report_card.design import INK, PART, SECOND
from reports.students.desk import DASH, QUIET, PaperDesk
from reports.students.flow import spread
from reports.students.listing import HEAD, Column, Table, column
from reports.students.words import roll_words
from reports.style import Style

_STRIP: Final = 14.0
_LEAST, _MOST = 4.7, 6.6
_NAME = Style(Cut.MEDIUM, 9, INK)
_PLAIN = Style(Cut.REGULAR, 8.5, INK)
_QUIET = Style(Cut.REGULAR, 8, SECOND)


def draw_class_list(desk: PaperDesk, paper: ClassList) -> None:
    """Add the sheets of every class of ``paper``."""
    for roll in paper.classes:
        desk.pupil = roll.name
        _draw_class(desk, paper, roll)
    if not paper.classes:
        pen = desk.pen()
        top = desk.head(pen, paper.school, desk.words.tr("Class list"), paper.year, desk.date(paper.day))
        desk.sentence(pen, top + 9, desk.words.tr("There is no class in this school year yet."), QUIET, 4)
        desk.page_line(pen, paper.school.name, 1, 1)
        desk.document.add_page(pen.parts())


def _draw_class(desk: PaperDesk, paper: ClassList, roll: ClassRoll) -> None:
    words, design = desk.words, desk.design
    title = words.tr("Class list")
    desk.check_letters(roll.name, roll.teacher, *(pupil.name for pupil in roll.pupils))
    first = design.top + 23.0 + _STRIP
    columns = _columns(desk, contacts=paper.contacts)
    rows = [_row(desk, number, pupil, paper) for number, pupil in enumerate(roll.pupils, start=1)]
    room = desk.end - first - HEAD
    height = min(_MOST, max(_LEAST, room / max(1, len(rows))))
    blocks = Table(desk, columns, height, design.left).blocks(rows)
    sheets = spread(blocks, first, design.top + 15.0, desk.end)
    for number, sheet in enumerate(sheets, start=1):
        pen = desk.pen()
        if number == 1:
            desk.head(pen, paper.school, title, roll.name, f"{paper.year}, {desk.date(paper.day)}")
            draw_roll_strip(desk, pen, roll, design.top + 23.0)
        else:
            desk.later_head(pen, roll.name, (paper.year, paper.school.name), title)
        if not roll.pupils:
            desk.sentence(pen, first + 14, words.tr("Nobody is in this class on that day."), QUIET, 4)
        for placed in sheet:
            placed.block.draw(pen, placed.y)
        desk.page_line(pen, f"{roll.name}, {paper.school.name}", number, len(sheets))
        desk.document.add_page(pen.parts(), bookmark=roll.name if number == 1 else "")


def draw_roll_strip(desk: PaperDesk, pen: Pen, roll: ClassRoll, top: float) -> None:
    """Teacher and number on roll under the head of a class's paper."""
    words, design, look = desk.words, desk.design, desk.look
    half = design.measure * 0.5
    desk.captioned(pen, design.left, top + 4.6, words.tr("Class teacher"), roll.teacher or DASH, half - 4)
    x = design.left + half
    desk.captioned(pen, x, top + 4.6, words.tr("On roll"), roll_words(words, (roll,)), half - 22)
    pen.text(design.right, top + 9.8, desk.count(len(roll.pupils)), look.figure, Align.END)
    pen.rules([(design.left, design.right, top + _STRIP - 1.5)], PART, INK)


def _columns(desk: PaperDesk, *, contacts: bool) -> list[Column]:
    tr = desk.words.tr
    found = [
        column("", 8, _QUIET, Align.END),
        column(tr("Pupil"), 52 if contacts else 66, _NAME),
        column(tr("Number"), 25, _PLAIN),
        column(tr("Sex"), 9, _PLAIN),
        column(tr("Born"), 22, _PLAIN),
        column(tr("Age"), 9, _PLAIN, Align.END),
    ]
    if contacts:
        return [*found, column(tr("Guardian"), 34, _PLAIN), column(tr("Telephone"), 23, _PLAIN)]
    return [*found, column(tr("Remarks"), 43, _PLAIN)]


def _row(desk: PaperDesk, number: int, pupil: RollPupil, paper: ClassList) -> list[str]:
    words = desk.words
    row = [
        str(number),
        pupil.name,
        pupil.number or DASH,
        sex_letter(desk, pupil.sex),
        DASH if pupil.birth_date is None else words.date(pupil.birth_date, "medium"),
        DASH if pupil.age is None else str(pupil.age),
    ]
    if not paper.contacts:
        return [*row, ""]
    first = pupil.contacts[0] if pupil.contacts else None
    if first is None:
        return [*row, DASH, DASH]
    return [*row, first.name, first.phone or DASH]


def sex_letter(desk: PaperDesk, sex: str | None) -> str:
    """One letter for a narrow column; a dash where it is not recorded."""
    return {"F": desk.words.ptr("girl", "F"), "M": desk.words.ptr("boy", "M")}.get(sex or "", DASH)
