"""One card: its blocks put on their places, on as many sheets as they need."""

from typing import Final

from emis_desktop.rules.card import CardValues
from reports.canvas import Align, Pen
from reports.fonts import unprintable
from reports.report_card import masthead, panels, pupil, remarks, strip, table
from reports.report_card.code import Code, qr_code
from reports.report_card.columns import Column, columns, shape
from reports.report_card.desk import UNPRINTABLE, Desk
from reports.report_card.foot import Foot, draw_foot, foot
from reports.report_card.plan import Needs, Sheet, plan

_CONTINUES: Final = 3.0


def draw_card(desk: Desk, card: CardValues) -> int:
    """Add the sheets of ``card`` to the document; returns how many.

    The first one gets the pupil's name in the outline. What could not be shown in full is noted on the desk.
    """
    desk.pupil = card.pupil.name
    _check_letters(desk, card)
    code = qr_code(card.issue.qr) if card.issue is not None else None
    content = foot(desk, card, code)
    grid = columns(shape(desk, card.subjects, pending=card.provisional), desk.words)
    sheets = plan(_needs(desk, card, grid, content))
    for number, sheet in enumerate(sheets, start=1):
        pen = desk.pen()
        if number == 1:
            masthead.draw_masthead(desk, pen, card)
            top = pupil.draw_pupil(desk, pen, card.pupil, desk.design.top + masthead.HEIGHT)
            strip.draw_strip(desk, pen, card, top)
        else:
            masthead.draw_running_head(desk, pen, card, number, len(sheets))
        _draw_table(desk, pen, card, grid, sheet)
        _draw_rest(desk, pen, card, sheet, content, code)
        if sheet.foot is None:
            _continues(desk, pen, number, len(sheets))
        desk.document.add_page(pen.parts(), bookmark=card.pupil.name if number == 1 else "")
    return len(sheets)


def _needs(desk: Desk, card: CardValues, grid: tuple[Column, ...], content: Foot) -> Needs:
    return Needs(
        top=desk.design.top,
        bottom=desk.design.bottom,
        head=masthead.HEIGHT + pupil.height(desk, card.pupil) + strip.height(card),
        table_head=table.head_height(grid),
        rows=len(card.subjects),
        panels=panels.least_height(card),
        remarks=remarks.ideal_height(desk, card),
        foot=content.height,
    )


def _draw_table(desk: Desk, pen: Pen, card: CardValues, grid: tuple[Column, ...], sheet: Sheet) -> None:
    if not card.subjects:
        table.draw_no_subjects(desk, pen, sheet.table)
        return
    rows = card.subjects[sheet.first : sheet.last]
    if rows:
        top = table.draw_head(desk, pen, grid, sheet.table)
        table.draw_rows(desk, pen, grid, rows, top, sheet.row, card.provisional)


def _draw_rest(
    desk: Desk, pen: Pen, card: CardValues, sheet: Sheet, content: Foot, code: Code | None
) -> None:
    if sheet.panels is not None:
        panels.draw_panels(desk, pen, card, *sheet.panels)
    if sheet.remarks is not None:
        remarks.draw_remarks(desk, pen, card, *sheet.remarks)
    if sheet.foot is not None:
        draw_foot(desk, pen, content, code, sheet.foot)


def _continues(desk: Desk, pen: Pen, number: int, pages: int) -> None:
    """Say at the foot of a sheet that the card goes on."""
    design, words, style = desk.design, desk.words, desk.look.address
    text = words.tr("Page {page} of {pages}, continued on the next page", page=number, pages=pages)
    pen.text(design.right, design.bottom - _CONTINUES / 2, text, style, Align.END)


def _check_letters(desk: Desk, card: CardValues) -> None:
    """Note the characters of the card's own texts that the fonts have not."""
    who, remarked = card.pupil, (card.class_teacher, card.principal)
    texts = [who.name, who.class_name, who.class_teacher or "", card.school.name]
    for subject in card.subjects:
        texts += (subject.name, subject.comment or "")
    for remark in remarked:
        if remark is not None:
            texts += (remark.text or "", remark.signer or "")
    lost = unprintable("".join(texts))
    if lost:
        desk.warn(UNPRINTABLE, characters=" ".join(lost))
