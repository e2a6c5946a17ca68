"""ID cards of the size of a bank card (ISO 7810 ID-1), ten on an A4 sheet, with marks to cut along."""

from collections.abc import Sequence
from typing import Final

from emis_desktop.rules.papers import IdCard, IdCards
from reports.canvas import Align, Pen
from reports.document import Part
from reports.fonts import Cut
from reports.report_card import crest
from reports.report_card.code import qr_code
from reports.report_card.design import BLACK, HAIR, HEAVY, INK, PART, SECOND
from reports.report_card.desk import NO_PICTURE
from reports.report_card.pictures import picture
from reports.students.desk import DASH, QUIET, PaperDesk
from reports.style import Style
from resources.words import N_

WIDTH: Final = 85.6
HEIGHT: Final = 53.98
ACROSS: Final = 2
DOWN: Final = 5
ON_A_SHEET: Final = ACROSS * DOWN

_INSET: Final = 4.2
_BAND: Final = 12.5
_PHOTO: Final = (21.5, 26.5)
_CODE: Final = 17.0
_MARK: Final = 4.0
_SCHOOL = Style(Cut.SEMIBOLD, 8.5, INK, -0.005)
_TITLE = Style(Cut.MEDIUM, 6.8, SECOND)
_NAME = Style(Cut.DISPLAY, 11, INK)
_NAMES = ((_NAME, 2), (Style(Cut.DISPLAY, 9.5, INK), 2), (Style(Cut.DISPLAY, 8, INK), 3))
_VALUE = Style(Cut.MEDIUM, 8.5, INK)
_SMALL = Style(Cut.MEDIUM, 6.5, SECOND)


def draw_id_cards(desk: PaperDesk, paper: IdCards) -> None:
    """Add the sheets with the cards; without any, a sheet that says so."""
    if not paper.cards:
        pen = desk.pen()
        top = desk.head(pen, paper.school, desk.words.tr("ID cards"), paper.year, "")
        desk.sentence(pen, top + 9, desk.words.tr("Nobody is chosen, so there is no card."), QUIET, 4)
        desk.document.add_page(pen.parts())
    for start in range(0, len(paper.cards), ON_A_SHEET):
        draw_sheet(desk, paper, paper.cards[start : start + ON_A_SHEET])


def draw_sheet(desk: PaperDesk, paper: IdCards, cards: tuple[IdCard, ...]) -> None:
    """Add one sheet with at most ten cards."""
    page = desk.design.page
    left, top = (page.width - ACROSS * WIDTH) / 2, (page.height - DOWN * HEIGHT) / 2
    pen = desk.pen()
    pen.form(desk.document.form(("cut marks",), lambda: _marks(desk, left, top)))
    for number, card in enumerate(cards):
        desk.pupil = card.name
        x, y = left + number % ACROSS * WIDTH, top + number // ACROSS * HEIGHT
        _draw_band(desk, pen, paper, x, y)
        _draw_card(desk, pen, paper, card, x, y)
    desk.document.add_page(pen.parts())


def _marks(desk: PaperDesk, left: float, top: float) -> Sequence[Part]:
    """Marks at the edges of the sheet, and a small cross at every corner between cards."""
    pen = desk.pen()
    right, bottom = left + ACROSS * WIDTH, top + DOWN * HEIGHT
    level = [top + row * HEIGHT for row in range(DOWN + 1)]
    upright = [left + place * WIDTH for place in range(ACROSS + 1)]
    rules = [(left - _MARK - 1.5, left - 1.5, y) for y in level]
    rules += [(right + 1.5, right + 1.5 + _MARK, y) for y in level]
    rules += [(x - 1.0, x + 1.0, y) for x in upright for y in level]
    pen.rules(rules, PART / 2, HAIR)
    for x in upright:
        pen.line([(x, top - 1.5 - _MARK), (x, top - 1.5)], PART / 2, HAIR)
        pen.line([(x, bottom + 1.5), (x, bottom + 1.5 + _MARK)], PART / 2, HAIR)
        for y in level:
            pen.line([(x, y - 1.0), (x, y + 1.0)], PART / 2, HAIR)
    return pen.parts()


def _draw_band(desk: PaperDesk, pen: Pen, paper: IdCards, x: float, y: float) -> None:
    """Crest, school and year over a line in the school's colour."""
    school = paper.school
    own = picture(school.crest) if school.crest else None
    if own is not None:
        pen.image(own, x + _INSET, y + 2.6, 7.2, 8.6)
    else:
        pen.picture(crest.crest(desk.look.accent, INK), x + _INSET, y + 2.6, 7.2, 7.2 / crest.WIDTH)
    start, room = x + _INSET + 9.4, WIDTH - 2 * _INSET - 9.4
    lines, style = desk.label(
        school.name, ((_SCHOOL, 1), (Style(Cut.SEMIBOLD, 7, INK), 2)), room, N_("The name of the school")
    )
    base = y + (6.4 if len(lines) == 1 else 5.0)
    for line in lines:
        pen.text(start, base, line, style)
        base += 2.9
    title = desk.words.tr("Pupil’s card {year}", year=paper.year)
    pen.text(start, base + 0.8, title, _TITLE)
    pen.rules([(x + _INSET, x + WIDTH - _INSET, y + _BAND + 0.6)], HEAVY, desk.look.accent)


def _draw_card(desk: PaperDesk, pen: Pen, paper: IdCards, card: IdCard, x: float, y: float) -> None:
    words = desk.words
    desk.check_letters(card.name, card.class_name)
    _draw_photo(desk, pen, card.photo, x + _INSET, y + _BAND + 3.2)
    left = x + _INSET + _PHOTO[0] + 3.6
    room = x + WIDTH - _INSET - left
    lines, style = desk.label(card.name, _NAMES, room, N_("The name of the pupil"))
    base = y + _BAND + (6.6 if len(lines) < 3 else 5.6)
    for line in lines:
        pen.text(left, base, line, style)
        base += style.size * 0.40
    narrow = room - _CODE - 2.4
    base = y + _BAND + 16.6
    facts = [(words.tr("Class"), card.class_name), (words.tr("Number"), card.number or DASH)]
    if card.birth_date is not None:
        facts.append((words.tr("Date of birth"), words.date(card.birth_date, "medium")))
    for caption, value in facts:
        pen.text(left, base, _SMALL.fit(caption, narrow)[0], _SMALL)
        small = Style(_VALUE.cut, 7, INK)
        shown, look = desk.label(value, ((_VALUE, 1), (small, 1)), narrow, caption)
        pen.text(left, base + 3.4, shown[0], look)
        base += 7.6
    _draw_code(pen, card, x + WIDTH - _INSET - _CODE, y + HEIGHT - _INSET - _CODE - 0.4)
    valid = words.tr("Valid until {day}", day=words.date(paper.valid_until, "medium"))
    pen.text(x + _INSET, y + HEIGHT - _INSET, _SMALL.fit(valid, _PHOTO[0] + 3)[0], _SMALL)


def _draw_photo(desk: PaperDesk, pen: Pen, photo: bytes | None, x: float, y: float) -> None:
    width, height = _PHOTO
    content = picture(photo) if photo else None
    if photo and content is None:
        desk.warn(NO_PICTURE, what=N_("The photo"))
    if content is not None:
        pen.image(content, x, y, width, height)
    else:
        pen.text(x + width / 2, y + height / 2 + 1, desk.words.tr("Photo"), _SMALL, Align.MIDDLE)
    pen.frame(x, y, width, height, PART, HAIR)


def _draw_code(pen: Pen, card: IdCard, x: float, y: float) -> None:
    if not card.code:
        return
    code = qr_code(card.code)
    pen.picture(f"{BLACK[0]:g} g\n{code.path}", x, y, _CODE, _CODE / code.modules)
