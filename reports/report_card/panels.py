"""The three panels under the subjects, side by side: progress over terms, attendance, conduct."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from emis_desktop.rules.card import CardAttendance, CardValues
from reports.canvas import Align, Pen
from reports.document import Part
from reports.report_card.design import FINE, HAIR
from reports.report_card.desk import Desk
from reports.report_card.progress import draw_progress, has_progress
from resources.words import Words

IDEAL: Final = 41.8
MOST: Final = 54.0
CHART_LEAST: Final = 33.0

_TITLE: Final = 6.5
_TOP: Final = 8.9
_PITCH: Final = (4.1, 4.95)
_AIR: Final = 2.0
_GAP: Final = 7.5
_SHARES: Final = {"progress": 72.0, "attendance": 43.0, "conduct": 52.0}
_MOST_WIDE: Final = {"progress": 182.0, "attendance": 60.0, "conduct": 84.0}
_FILLED: Final = "\u25cf"
_OPEN: Final = "\u25cb"


@dataclass(frozen=True, slots=True)
class _Panel:
    """What a panel is called, how many rows it has and how it is drawn."""

    name: str
    rows: int
    draw: Callable[[Desk, Pen, CardValues, float, float, float, float], None]


def panels(card: CardValues) -> list[_Panel]:
    """The panels that ``card`` fills, from start to end."""
    found = []
    if has_progress(card):
        found.append(_Panel("progress", 0, draw_progress))
    if card.attendance is not None and _days(card.attendance):
        found.append(_Panel("attendance", len(_days(card.attendance)), _draw_attendance))
    if card.conduct:
        found.append(_Panel("conduct", len(card.conduct), _draw_conduct))
    return found


def least_height(card: CardValues) -> float:
    """The smallest height in which everything can be read; 0 when there is no panel."""
    found = panels(card)
    if not found:
        return 0.0
    rows = max(panel.rows for panel in found)
    chart = CHART_LEAST if found[0].name == "progress" else 0.0
    return max(chart, _TOP + rows * _PITCH[0] + _AIR)


def draw_panels(desk: Desk, pen: Pen, card: CardValues, top: float, height: float) -> None:
    """Paint the panels between ``top`` and ``top + height``."""
    found = panels(card)
    if not found:
        return
    design = desk.design
    room = design.measure - _GAP * (len(found) - 1)
    whole = sum(_SHARES[panel.name] for panel in found)
    x = design.left
    for panel in found:
        width = min(room * _SHARES[panel.name] / whole, _MOST_WIDE[panel.name])
        panel.draw(desk, pen, card, x, width, top, height)
        x += width + _GAP


def heading(desk: Desk, pen: Pen, text: str, x: float, width: float, top: float) -> None:
    """The title of a panel."""
    pen.text(x, top + _TITLE, desk.look.heading.fit(text, width)[0], desk.look.heading)


def _pitch(rows: int, height: float) -> float:
    return min(_PITCH[1], max(_PITCH[0], (height - _TOP - _AIR) / max(1, rows)))


def _days(attendance: CardAttendance) -> list[tuple[str, int]]:
    """(field, count) of what is known."""
    fields = ("possible", "present", "excused", "unexcused", "late")
    return [(name, value) for name in fields if (value := getattr(attendance, name)) is not None]


def _draw_attendance(
    desk: Desk, pen: Pen, card: CardValues, x: float, width: float, top: float, height: float
) -> None:
    words, style = desk.words, desk.look
    if card.attendance is None:
        return
    title = words.tr("Attendance")
    if card.attendance.whole_year:
        title = words.tr("Attendance, whole year")
    elif card.attendance.counted:
        title = words.tr("Attendance by register")
    heading(desk, pen, title, x, width, top)
    captions = desk.keep("attendance", words, lambda: _captions(words))
    rows = _days(card.attendance)
    pitch = _pitch(len(rows), height)
    for number, (field, value) in enumerate(rows):
        y = top + _TOP + (number + 0.5) * pitch + 1.1
        pen.text(x, y, style.row.fit(captions[field], width - 7)[0], style.row)
        pen.text(x + width, y, desk.count(value), style.row_figure, Align.END)
    _row_rules(desk, pen, x, width, top, len(rows), pitch)


def _captions(words: Words) -> dict[str, str]:
    return {
        "possible": words.tr("School days"),
        "present": words.ptr("days", "Present"),
        "excused": words.ptr("days", "Absent, excused"),
        "unexcused": words.ptr("days", "Absent, unexcused"),
        "late": words.ptr("days", "Late"),
    }


def _draw_conduct(
    desk: Desk, pen: Pen, card: CardValues, x: float, width: float, top: float, height: float
) -> None:
    words, style = desk.words, desk.look
    heading(desk, pen, words.tr("Conduct and work habits"), x, width, top)
    pitch = _pitch(len(card.conduct), height)
    for number, trait in enumerate(card.conduct):
        middle = top + _TOP + (number + 0.5) * pitch
        if trait.level is None:
            level, look = words.tr("not rated"), style.part_word
        else:
            level, look = _FILLED * trait.level + _OPEN * (trait.maximum - trait.level), style.level
        room = width - look.width(level) - 2
        pen.text(x, middle + 1.1, style.row.fit(trait.name, room)[0], style.row)
        pen.text(x + width, middle + 1.1, level, look, Align.END)
    _row_rules(desk, pen, x, width, top, len(card.conduct), pitch)


def _row_rules(desk: Desk, pen: Pen, x: float, width: float, top: float, rows: int, pitch: float) -> None:
    """A hairline under each row."""
    key = ("row rules", x, width, top, rows, pitch)
    pen.form(desk.document.form(key, lambda: _draw_row_rules(desk, x, width, top, rows, pitch)))


def _draw_row_rules(
    desk: Desk, x: float, width: float, top: float, rows: int, pitch: float
) -> Sequence[Part]:
    pen = desk.pen()
    pen.rules([(x, x + width, top + _TOP + number * pitch) for number in range(1, rows + 1)], FINE, HAIR)
    return pen.parts()
