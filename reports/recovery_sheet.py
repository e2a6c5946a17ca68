"""The sheet with the recovery code: for the ministry's safe, in the language of who sets the laptop up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import BinaryIO, Final

from reports.canvas import Align, Pen
from reports.document import A4, Document, Facts
from reports.fonts import Cut
from reports.style import Style, colour
from resources.words import Words

_SIDE: Final = 22.0
_MEASURE: Final = A4.width - 2 * _SIDE
_INK, _SECOND = colour("#14212A"), colour("#4A5A66")
_TITLE = Style(Cut.DISPLAY, 20, _INK)
_NAME = Style(Cut.SEMIBOLD, 12, _INK)
_TEXT = Style(Cut.REGULAR, 10.5, _INK)
_CAPTION = Style(Cut.MEDIUM, 8.5, _SECOND)
_CODE = Style(Cut.SEMIBOLD, 19, _INK, 0.06)
_LEADING: Final = 5.2
_IN_A_ROW: Final = 4


@dataclass(frozen=True, slots=True)
class RecoverySheet:
    """``name`` is the school's or the ministry's, ``code`` as :class:`RecoveryCode` writes it, ``made`` the
    day.
    """

    name: str
    code: str
    made: date


def write_recovery_sheet(sheet: RecoverySheet, stream: BinaryIO, words: Words) -> None:
    """Write one A4 page as PDF into ``stream``."""
    document = Document(A4, words.language)
    pen = Pen(document, mirror=words.right_to_left)
    _draw(pen, sheet, words)
    document.add_page(pen.parts())
    document.describe(
        Facts(
            title=words.tr("Recovery code, {name}", name=sheet.name),
            author=sheet.name,
            subject=words.tr("Recovery code"),
            keywords="",
            made=datetime.combine(sheet.made, time(12), UTC),
        )
    )
    stream.write(document.finish())


def _draw(pen: Pen, sheet: RecoverySheet, words: Words) -> None:
    tr = words.tr
    y = 34.0
    pen.text(_SIDE, y, tr("Recovery code"), _TITLE)
    pen.text(_SIDE, y + 9, _NAME.fit(sheet.name, _MEASURE)[0], _NAME)
    pen.text(_SIDE, y + 15, words.date(sheet.made, "long"), _CAPTION)
    pen.rules([(_SIDE, A4.width - _SIDE, y + 20)], 1.4, _INK)
    y = _code(pen, sheet.code, y + 40)
    for text in (
        tr("This code sets a forgotten password anew on the laptop, with no line."),
        tr(
            "Whoever has both, the laptop and this sheet, can read every record on it. "
            "Keep the sheet locked away, and never with the laptop."
        ),
        tr(
            "On the sign-in screen choose Forgotten?, then type the code. Each group has a check letter, so "
            "a slip is told at once."
        ),
        tr(
            "When the code was used or the sheet is lost, make a new one in Settings, This laptop. The old "
            "one opens nothing then."
        ),
    ):
        lines, _cut = _TEXT.wrap(text, _MEASURE, 6)
        pen.lines(_SIDE, y, lines, _TEXT, _LEADING)
        y += len(lines) * _LEADING + 3.4
    _signatures(pen, y + 16, words)


def _code(pen: Pen, code: str, y: float) -> float:
    """The groups in rows of four, each numbered; returns where the text goes on."""
    groups = code.split("-")
    step = (_MEASURE + 4) / _IN_A_ROW
    for place, group in enumerate(groups):
        x = _SIDE + step * (place % _IN_A_ROW)
        top = y + 20 * (place // _IN_A_ROW)
        pen.frame(x, top - 9, step - 4, 13, 0.6, _SECOND)
        pen.text(x + (step - 4) / 2, top, group, _CODE, Align.MIDDLE)
        pen.text(x + (step - 4) / 2, top + 8, str(place + 1), _CAPTION, Align.MIDDLE)
    rows = -(-len(groups) // _IN_A_ROW)
    return y + 20 * rows + 4


def _signatures(pen: Pen, y: float, words: Words) -> None:
    half = _MEASURE / 2
    for place, text in enumerate(
        (words.tr("Received for the ministry, name and signature"), words.tr("Date"))
    ):
        x = _SIDE + half * place
        pen.rules([(x, x + half - 8, y)], 0.6, _INK)
        pen.text(x, y + 4.4, _CAPTION.fit(text, half - 8)[0], _CAPTION)
