"""The two remarks, side by side, each over a line to sign and date."""

from collections.abc import Sequence
from typing import Final

from emis_desktop.rules.card import CardRemark, CardValues
from reports.canvas import Pen
from reports.document import Part
from reports.report_card.design import INK, PART
from reports.report_card.desk import Desk
from reports.style import MM_PER_POINT, Style
from resources.words import N_

IDEAL: Final = 34.6
LEAST: Final = 29.6
MOST: Final = 46.0

_TITLE: Final = 5.6
_FIRST: Final = 10.3
_SIGN: Final = 7.2
"""From the line to sign on down to the end of the block."""

_HAND: Final = 3.8
"""Room above that line for a hand."""

_LEADING: Final = 1.32
_READ: Final = 16
"""More lines than any block can have."""

_GUTTER: Final = 10.0
_DATE_SHARE: Final = 0.31
_DATE_GAP: Final = 5.0


def remarks(card: CardValues) -> list[CardRemark]:
    """The remarks that ``card`` has, class teacher first."""
    return [remark for remark in (card.class_teacher, card.principal) if remark is not None]


def ideal_height(desk: Desk, card: CardValues) -> float:
    """The height at which every remark stands in its best size; 0 when there is none."""
    found = remarks(card)
    if not found:
        return 0.0
    style = desk.look.remarks[0]
    width = _width(desk, len(found))
    most = max(len(desk.lines(remark.text or "", style, width, _READ)) for remark in found)
    return min(MOST, max(IDEAL, _FIRST + (most - 1) * _leading(style) + _HAND + _SIGN))


def draw_remarks(desk: Desk, pen: Pen, card: CardValues, top: float, height: float) -> None:
    """Paint the block between ``top`` and ``top + height`` under a rule."""
    found = remarks(card)
    if not found:
        return
    design, words = desk.design, desk.words
    pen.rules([(design.left, design.right, top)], PART, INK)
    width = _width(desk, len(found))
    style = _style(desk, found, width, height)
    most = _lines(style, height)
    titles = [
        (card.class_teacher, words.tr("Class teacher’s remarks")),
        (card.principal, words.tr("Principal’s remarks")),
    ]
    x = design.left
    for remark, title in titles:
        if remark is None:
            continue
        pen.text(x, top + _TITLE, desk.look.heading.fit(title, width)[0], desk.look.heading)
        lines = desk.lines(remark.text or "", style, width, _READ)
        if len(lines) > most:
            lines = desk.wrap(remark.text or "", style, width, most, N_("A remark"))
        pen.lines(x, top + _FIRST, lines, style, _leading(style))
        _signature(desk, pen, _signer(desk, remark, remark is card.principal), x, width, top + height - _SIGN)
        x += width + _GUTTER


def _width(desk: Desk, count: int) -> float:
    return (desk.design.measure - _GUTTER * (count - 1)) / count


def _leading(style: Style) -> float:
    return style.size * _LEADING * MM_PER_POINT


def _lines(style: Style, height: float) -> int:
    """How many lines of ``style`` have room in a block of ``height``."""
    return max(1, int((height - _FIRST - _HAND - _SIGN) / _leading(style) + 1.001))


def _style(desk: Desk, found: list[CardRemark], width: float, height: float) -> Style:
    """The largest size in which every remark has room, else the smallest allowed."""
    sizes = desk.look.remarks
    texts = [remark.text for remark in found if remark.text]
    for style in sizes:
        most = _lines(style, height)
        if all(len(desk.lines(text, style, width, _READ)) <= most for text in texts):
            return style
    return sizes[-1]


def _signer(desk: Desk, remark: CardRemark, principal: bool) -> str:
    words = desk.words
    if principal:
        return words.tr("{name}, principal", name=remark.signer) if remark.signer else words.tr("Principal")
    return (
        words.tr("{name}, class teacher", name=remark.signer) if remark.signer else words.tr("Class teacher")
    )


def _signature(desk: Desk, pen: Pen, signer: str, x: float, width: float, y: float) -> None:
    """A line for the name and a shorter one for the date."""
    style = desk.look.caption
    date = width * _DATE_SHARE
    sign = width - date - _DATE_GAP
    ends = ((x, x + sign, y), (x + width - date, x + width, y))
    pen.form(desk.document.form(("signature", ends), lambda: _sign_here(desk, ends)))
    pen.text(x, y + 3.1, style.fit(signer, sign)[0], style)
    pen.text(x + width - date, y + 3.1, desk.words.tr("Date"), style)


def _sign_here(desk: Desk, ends: tuple[tuple[float, float, float], ...]) -> Sequence[Part]:
    pen = desk.pen()
    pen.rules(ends, PART, INK)
    return pen.parts()
