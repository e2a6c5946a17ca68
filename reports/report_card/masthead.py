"""The head of the page: crest, school, motto and address at the start, card and term at the end."""

from collections.abc import Sequence
from typing import TypeAlias

from emis_desktop.rules.card import CardSchool, CardTerm, CardValues
from reports.canvas import Align, Pen
from reports.document import Part
from reports.report_card import crest
from reports.report_card.design import HEAVY, INK
from reports.report_card.desk import NO_PICTURE, Desk
from reports.report_card.pictures import picture
from reports.style import Style
from resources.words import N_

HEIGHT = 23.0
RUNNING_HEIGHT = 12.0
_CREST = (17.2, 20.7)
_GAP = 4.2
_SEPARATOR = "   \u00b7   "

HeadLine: TypeAlias = tuple[str, Style, float]
"""A text, its style, and its baseline in millimetres from the top."""


def draw_masthead(desk: Desk, pen: Pen, card: CardValues) -> None:
    """Paint the head; it is drawn once for every school, term and kind of paper of the document."""
    preview = card.issue is None
    key = ("masthead", desk.words.language, card.school, card.term, preview)
    pen.form(
        desk.document.form(key, lambda: school_head(desk, card.school, _title(desk, card.term, preview)))
    )


def school_head(desk: Desk, school: CardSchool, title: Sequence[HeadLine]) -> Sequence[Part]:
    """The head of any paper of a school, drawn once: the school at the start, ``title`` at the end."""
    pen, design = desk.pen(), desk.design
    top, right = design.top, design.right
    _crest(desk, pen, school)
    room = max(look.width(text) for text, look, _y in title)
    x = design.left + _CREST[0] + _GAP
    width = right - x - room - _GAP
    name = desk.wrap(school.name, desk.look.school, width, 2, N_("The name of the school"))
    long = len(name) > 1
    y = top + (5.0 if long else 5.5)
    pen.lines(x, y, name, desk.look.school, 6.6)
    y += 6.6 if long else 0.0
    if school.motto:
        y += 4.6 if long else 5.0
        motto = desk.words.tr("“{motto}”", motto=school.motto)
        fitted = desk.fit(motto, desk.look.motto, width, N_("The motto of the school"))
        pen.text(x, y, fitted, desk.look.motto)
    lines = _address(desk, school, width, 1 if long and school.motto else 2)
    y = max(y + (4.2 if long else 5.0), top + (16.2 if len(lines) < 2 else 14.6))
    pen.lines(x, y, lines, desk.look.address, 3.8)
    for text, look, place in title:
        pen.text(right, top + place, text, look, Align.END)
    pen.rules([(design.left, right, top + HEIGHT)], HEAVY, INK)
    return pen.parts()


def _crest(desk: Desk, pen: Pen, school: CardSchool) -> None:
    design = desk.design
    width, height = _CREST
    own = picture(school.crest) if school.crest else None
    if own is not None:
        pen.image(own, design.left, design.top, width, height)
        return
    if school.crest:
        desk.warn(NO_PICTURE, what=N_("The crest of the school"))
    pen.picture(crest.crest(desk.look.accent, INK), design.left, design.top, width, width / crest.WIDTH)


def _title(desk: Desk, term: CardTerm, preview: bool) -> list[HeadLine]:
    """What the paper is and for when, in three lines."""
    words, style = desk.words, desk.look
    title = words.tr("Report card, preview") if preview else words.tr("Report card")
    name = words.tr("{term}, {year}", term=term.name, year=term.year)
    starts = desk.date(term.starts, "day_month" if term.starts.year == term.ends.year else "medium")
    days = words.tr("{first} – {last}", first=starts, last=desk.date(term.ends, "medium"))
    most = desk.design.measure * 0.4
    lines = ((title, style.title, 5.5), (name, style.term, 11.0), (days, style.address, 16.2))
    return [(desk.fit(text, look, most, N_("The name of the term")), look, y) for text, look, y in lines]


def _address(desk: Desk, school: CardSchool, width: float, most: int) -> list[str]:
    words = desk.words
    parts = [
        school.address,
        words.tr("Telephone {number}", number=school.phone) if school.phone else None,
        words.tr("School code {code}", code=school.code) if school.code else None,
    ]
    items = [part for part in parts if part]
    whole = _SEPARATOR.join(items)
    if desk.look.address.width(whole) <= width:
        return [whole] if whole else []
    if most > 1 and len(items) > 1 and desk.look.address.width(items[0]) <= width:
        rest = _SEPARATOR.join(items[1:])
        return [items[0], desk.fit(rest, desk.look.address, width, N_("The address of the school"))]
    return desk.wrap(whole, desk.look.address, width, most, N_("The address of the school"))


def draw_running_head(desk: Desk, pen: Pen, card: CardValues, page: int, pages: int) -> None:
    """The short head of a second sheet: whose card it is and which page."""
    words = desk.words
    counter = words.tr("Page {page} of {pages}", page=page, pages=pages)
    when = words.tr("{term}, {year}", term=card.term.name, year=card.term.year)
    second = (card.pupil.number, card.pupil.class_name, card.school.name)
    running_head(desk, pen, card.pupil.name, second, f"{when}{_SEPARATOR}{counter}")


def running_head(desk: Desk, pen: Pen, name: str, second: Sequence[str | None], end: str) -> None:
    """The short head of the later sheets of any paper: whose it is, facts under that, ``end`` at the end."""
    design, style = desk.design, desk.look
    y = design.top + 5.0
    pen.text(design.right, y, end, style.number, Align.END)
    width = design.measure - style.number.width(end) - 8
    pen.text(design.left, y, style.running.fit(name, width)[0], style.running)
    line = _SEPARATOR.join(part for part in second if part)
    pen.text(design.left, y + 3.9, style.address.fit(line, design.measure)[0], style.address)
    pen.rules([(design.left, design.right, design.top + RUNNING_HEIGHT)], HEAVY, INK)
