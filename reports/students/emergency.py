"""The emergency roll: one page of the school, and one page a class.

It is carried out of a building or to a shelter: who is in our care, whom to call, what to know of whom.
"""

from typing import Final

from emis_desktop.rules.papers import ClassRoll, Contact, EmergencyRoll, RollPupil
from reports.canvas import Align, Pen
from reports.fonts import Cut
from reports.report_card.design import HAIR, INK, PART, SECOND
from reports.students.class_list import draw_roll_strip, sex_letter
from reports.students.desk import DASH, QUIET, SEPARATOR, PaperDesk
from reports.students.flow import spread
from reports.students.listing import HEAD, Column, Table, column
from reports.students.words import roll_words
from reports.style import Style

_STRIP: Final = 14.0
_LEAST, _MOST = 3.7, 7.2
_BOX: Final = 2.6
_NAME = Style(Cut.MEDIUM, 8.5, INK)
_PLAIN = Style(Cut.REGULAR, 8, INK)
_NUMBER = Style(Cut.SEMIBOLD, 9, INK)
_QUIET = Style(Cut.REGULAR, 7.5, SECOND)
_ALERT = Style(Cut.SEMIBOLD, 7.5, INK)


def draw_emergency(desk: PaperDesk, paper: EmergencyRoll) -> None:
    """Add the page of the school, if it is asked for, and that of each class."""
    if paper.whole or not paper.classes:
        _draw_school(desk, paper)
    for roll in paper.classes:
        desk.pupil = roll.name
        _draw_class(desk, paper, roll)


# -- The school ------------------------------------------------------------------------------------------


def _draw_school(desk: PaperDesk, paper: EmergencyRoll) -> None:
    words, design = desk.words, desk.design
    pen = desk.pen()
    everybody = sum(len(roll.pupils) for roll in paper.classes)
    top = _head(desk, pen, paper, words.tr("Whole school"))
    desk.captioned(pen, design.left, top + 4.6, words.tr("On roll"), roll_words(words, paper.classes), 120)
    pen.text(design.right, top + 9.8, desk.count(everybody), desk.look.average, Align.END)
    pen.rules([(design.left, design.right, top + _STRIP - 1.5)], PART, INK)
    y = top + _STRIP
    if not paper.classes:
        desk.sentence(pen, y + 9, words.tr("There is no class in this school year yet."), QUIET, 4)
    else:
        known = [(roll, pupil) for roll in paper.classes for pupil in roll.pupils if pupil.alerts]
        y = _draw_counts(desk, pen, paper, y, bool(known))
        _draw_alerts(desk, pen, paper, known, y + 5)
    desk.page_line(pen, _told(desk, paper), 1, 1)
    desk.document.add_page(pen.parts(), bookmark=paper.school.name)


def _draw_counts(desk: PaperDesk, pen: Pen, paper: EmergencyRoll, top: float, alerts: bool) -> float:
    """Girls, boys and all by class, with a place to write who was found; returns where it ends."""
    tr = desk.words.tr
    named = [
        column(tr("Class"), 40, _NAME),
        column(tr("Class teacher"), 44 if paper.contacts else 70, _PLAIN),
    ]
    if paper.contacts:
        named.append(column(tr("Telephone"), 26, _PLAIN))
    columns = [
        *named,
        column(tr("Girls"), 13, _PLAIN, Align.END),
        column(tr("Boys"), 13, _PLAIN, Align.END),
        column(tr("On roll"), 16, _NUMBER, Align.END),
        column(tr("Counted here"), 30, _PLAIN, Align.END),
    ]
    rows = [_count_row(desk, paper, roll) for roll in paper.classes]
    total = [str(sum(roll.count(sex) for roll in paper.classes)) for sex in ("F", "M")]
    everybody = desk.count(sum(len(roll.pupils) for roll in paper.classes))
    rows.append([tr("Whole school"), *[""] * (len(named) - 1), *total, everybody, ""])
    room = (desk.end - top - HEAD) * (0.62 if alerts else 0.97)
    height = min(_MOST, room / len(rows))
    table = Table(desk, columns, height, desk.design.left)
    y = top
    for block in table.blocks(rows):
        block.draw(pen, y)
        y += block.height
    return y


def _count_row(desk: PaperDesk, paper: EmergencyRoll, roll: ClassRoll) -> list[str]:
    row = [roll.name, roll.teacher or DASH]
    if paper.contacts:
        row.append(roll.teacher_phone or DASH)
    return [*row, str(roll.count("F")), str(roll.count("M")), desk.count(len(roll.pupils)), ""]


def _draw_alerts(
    desk: PaperDesk,
    pen: Pen,
    paper: EmergencyRoll,
    known: list[tuple[ClassRoll, RollPupil]],
    top: float,
) -> None:
    """Who has an alert, with the phone to call; what has no room here is on the pages of the classes."""
    words, design, look = desk.words, desk.design, desk.look
    pen.text(design.left, top + 3, words.tr("Medical alerts"), look.heading)
    if not known:
        said = words.tr("No medical alert is recorded.") if paper.alerts else _not_open(desk)
        desk.sentence(pen, top + 9, said, QUIET, 4)
        return
    columns = [
        column(words.tr("Pupil"), 48, _NAME),
        column(words.tr("Class"), 32, _PLAIN),
        column(words.tr("Alert"), 68, _ALERT),
        column(words.tr("Telephone"), 34, _PLAIN),
    ]
    y = top + 4
    room = desk.end - y - HEAD
    fits = max(1, int(room / 5.0))
    shown = known if len(known) <= fits else known[: fits - 1]
    table = Table(desk, columns, max(5.0, min(_MOST, room / max(1, len(known)))), design.left)
    rows = [[pupil.name, roll.name, "; ".join(pupil.alerts), _phone(pupil)] for roll, pupil in shown]
    for block in table.blocks(rows):
        block.draw(pen, y)
        y += block.height
    rest = len(known) - len(shown)
    if rest:
        more = words.ntr(
            "{n} more pupil with an alert: on the page of the class.",
            "{n} more pupils with an alert: on the pages of the classes.",
            rest,
        )
        pen.text(design.left, y + 3.6, more, look.notice_word)


def _phone(pupil: RollPupil) -> str:
    return next((contact.phone for contact in pupil.contacts if contact.phone), DASH)


def _not_open(desk: PaperDesk) -> str:
    return desk.words.tr("Medical alerts are not open to whoever printed this. Ask the principal for them.")


# -- A class ---------------------------------------------------------------------------------------------


def _draw_class(desk: PaperDesk, paper: EmergencyRoll, roll: ClassRoll) -> None:
    """One page; beyond 60 pupils a second one, since nobody reads smaller letters in the rain."""
    design = desk.design
    desk.check_letters(roll.name, roll.teacher, *(pupil.name for pupil in roll.pupils))
    first = design.top + 23.0 + _STRIP
    columns = _class_columns(desk, paper)
    rows = [_class_row(desk, paper, number, pupil) for number, pupil in enumerate(roll.pupils, start=1)]
    height = min(_MOST, max(_LEAST, (desk.end - first - HEAD) / max(1, len(rows))))
    table = Table(desk, columns, height, design.left)
    sheets = spread(table.blocks(rows), first, design.top + 15.0, desk.end)
    for number, sheet in enumerate(sheets, start=1):
        pen = desk.pen()
        if number == 1:
            top = _head(desk, pen, paper, roll.name)
            draw_roll_strip(desk, pen, roll, top)
        else:
            desk.later_head(pen, roll.name, (paper.year, paper.school.name), desk.words.tr("Emergency roll"))
        if not roll.pupils:
            desk.sentence(pen, first + 14, desk.words.tr("Nobody is in this class on that day."), QUIET, 4)
        for placed in sheet:
            placed.block.draw(pen, placed.y)
            if placed.block.height != HEAD:
                _draw_box(desk, pen, placed.y, placed.block.height)
        desk.page_line(pen, _told(desk, paper), number, len(sheets))
        desk.document.add_page(pen.parts(), bookmark=roll.name if number == 1 else "")


def _draw_box(desk: PaperDesk, pen: Pen, y: float, height: float) -> None:
    """A box to tick who was found."""
    pen.frame(desk.design.left, y + (height - _BOX) / 2, _BOX, _BOX, PART, HAIR)


def _class_columns(desk: PaperDesk, paper: EmergencyRoll) -> list[Column]:
    tr = desk.words.tr
    found = [
        column("", 5, _QUIET),
        column("", 8, _QUIET, Align.END),
        column(tr("Pupil"), 45 if paper.contacts else 70, _NAME),
        column(tr("Sex"), 8, _PLAIN),
    ]
    if paper.contacts:
        found += [
            column(tr("Guardian"), 36, _PLAIN),
            column(tr("Telephone"), 22, _NAME),
            column(tr("Other telephone"), 22, _PLAIN),
        ]
    rest = desk.design.measure - sum(one.width for one in found)
    title = tr("Medical alert") if paper.alerts else tr("Remarks")
    return [*found, column(title, rest, _ALERT)]


def _class_row(desk: PaperDesk, paper: EmergencyRoll, number: int, pupil: RollPupil) -> list[str]:
    row = ["", str(number), pupil.name, sex_letter(desk, pupil.sex)]
    if paper.contacts:
        row += _contact_cells(desk, pupil)
    return [*row, "; ".join(pupil.alerts)]


def _contact_cells(desk: PaperDesk, pupil: RollPupil) -> list[str]:
    if not pupil.contacts:
        return [DASH, DASH, ""]
    first, *others = pupil.contacts
    phones = [one.phone for one in (first, *others) if one.phone]
    other = next((one for one in phones if one != first.phone), "")
    return [_who(desk, first), first.phone or DASH, other]


def _who(desk: PaperDesk, contact: Contact) -> str:
    """A guardian with what they are to the pupil, and a warning where a court has spoken."""
    said = f"{contact.name}, {contact.relation}" if contact.relation else contact.name
    if contact.court_order:
        return desk.words.tr("{guardian} (court order)", guardian=said)
    return said if contact.may_collect else desk.words.tr("{guardian} (may not collect)", guardian=said)


# -- Both ------------------------------------------------------------------------------------------------


def _head(desk: PaperDesk, pen: Pen, paper: EmergencyRoll, what: str) -> float:
    small = SEPARATOR.join((paper.year, desk.date(paper.day)))
    return desk.head(pen, paper.school, desk.words.tr("Emergency roll"), what, small)


def _told(desk: PaperDesk, paper: EmergencyRoll) -> str:
    words = desk.words
    said = words.tr(
        "As recorded on {day}. Keep it locked away; destroy old copies.", day=desk.date(paper.day)
    )
    return said if paper.alerts or paper.contacts else paper.school.name
