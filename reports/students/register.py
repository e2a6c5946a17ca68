"""Blank attendance registers: a month of a class on paper, to mark by hand and to key in afterwards."""

from typing import Final

from emis_desktop.rules.papers import Register, RegisterDay, Registers
from reports.canvas import Align, Pen
from reports.document import Page
from reports.fonts import Cut
from reports.report_card.design import BODY, FINE, HAIR, INK, PART, SECOND, CardDesign
from reports.report_card.desk import Tries
from reports.students.desk import SEPARATOR, PaperDesk
from reports.students.words import month_words
from reports.style import Style

LANDSCAPE: Final = CardDesign(page=Page(297.0, 210.0))
_NUMBER, _NAME, _TOTAL = 7.0, 48.0, 7.5
_LEAST_CELL, _MOST_CELL = 3.6, 7.5
_ROW: Final = 5.7
_HEAD: Final = 12.6
_LEGEND: Final = 7.0
_SPARE: Final = 2
"""Empty lines for pupils who come during the month."""
_PUPIL: Final[Tries] = (
    (Style(Cut.MEDIUM, 8.5, INK), 1),
    (Style(Cut.MEDIUM, 7.3, INK), 1),
    (Style(Cut.MEDIUM, 6.5, INK), 2),
)
_COUNT = Style(Cut.REGULAR, 7.5, SECOND)
_DAY = Style(Cut.SEMIBOLD, 8, INK)
_WEEKDAY = Style(Cut.REGULAR, 6.5, SECOND)
_CODES: Final = ("P", "L", "A", "E")


def draw_registers(desk: PaperDesk, paper: Registers) -> None:
    """Add the sheets of every register."""
    for register in paper.registers:
        desk.pupil = register.class_name
        _draw_register(desk, register)


def _draw_register(desk: PaperDesk, paper: Register) -> None:
    parts = _day_parts(desk, paper)
    groups = _row_groups(desk, len(paper.pupils))
    pages = len(parts) * len(groups)
    desk.check_letters(paper.class_name, *(pupil.name for pupil in paper.pupils))
    page = 0
    for days in parts:
        for first, rows in groups:
            page += 1
            pen = desk.pen()
            small = SEPARATOR.join(part for part in (paper.class_name, paper.year, paper.teacher) if part)
            month = month_words(desk.words, paper.month)
            top = desk.head(pen, paper.school, desk.words.tr("Attendance register"), month, small)
            grid = _Grid(desk, paper, days, top + 3.5, rows)
            grid.draw(pen, first)
            told = SEPARATOR.join((paper.class_name, month))
            desk.page_line(pen, told, page, pages)
            desk.document.add_page(pen.parts(), bookmark=paper.class_name if page == 1 else "")


def _day_parts(desk: PaperDesk, paper: Register) -> list[tuple[RegisterDay, ...]]:
    """The days of the month, on as many sheets side by side as their sessions need to be marked by hand."""
    room = desk.design.measure - _NUMBER - _NAME - len(_CODES) * _TOTAL
    most = max(1, int(room / (paper.sessions * _LEAST_CELL)))
    count = max(1, -(-len(paper.days) // most))
    size = max(1, -(-len(paper.days) // count))
    return [paper.days[start : start + size] for start in range(0, max(1, len(paper.days)), size)]


def _row_groups(desk: PaperDesk, pupils: int) -> list[tuple[int, int]]:
    """(first pupil, lines) of each sheet; the lines are spread evenly."""
    room = desk.end - desk.design.top - 23.0 - 3.5 - _HEAD - _LEGEND
    most = int(room / _ROW)
    sheets = max(1, -(-(pupils + _SPARE) // most))
    size = -(-(pupils + _SPARE) // sheets)
    if sheets == 1:
        size = most
    return [(sheet * size, size) for sheet in range(sheets)]


class _Grid:
    """The lines of one sheet."""

    def __init__(
        self, desk: PaperDesk, paper: Register, days: tuple[RegisterDay, ...], top: float, rows: int
    ) -> None:
        """``rows`` lines below a head at ``top``."""
        self.desk, self.paper, self.days, self.top, self.rows = desk, paper, days, top, rows
        room = desk.design.measure - _NUMBER - _NAME - len(_CODES) * _TOTAL
        count = max(1, len(days) * paper.sessions)
        self.cell = min(_MOST_CELL, room / count)
        self.name = _NAME + (room - self.cell * count)
        self.left = desk.design.left + _NUMBER + self.name
        self.body = top + _HEAD
        self.bottom = self.body + rows * _ROW

    def draw(self, pen: Pen, first: int) -> None:
        """Paint it with the pupils from ``first`` on."""
        self._draw_days(pen)
        self._draw_lines(pen)
        self._draw_pupils(pen, first)
        self._draw_legend(pen)

    def _draw_days(self, pen: Pen) -> None:
        wide = self.cell * self.paper.sessions
        for place, one in enumerate(self.days):
            middle = self.left + (place + 0.5) * wide
            pen.text(middle, self.top + 3.0, self.desk.words.weekday(one.day), _WEEKDAY, Align.MIDDLE)
            pen.text(middle, self.top + 7.0, str(one.day.day), _DAY, Align.MIDDLE)
            if one.closed is not None:
                self._hatch(pen, self.left + place * wide, wide)
            elif self.paper.sessions > 1:
                for session in range(self.paper.sessions):
                    x = self.left + place * wide + (session + 0.5) * self.cell
                    pen.text(x, self.top + 11.2, str(session + 1), _WEEKDAY, Align.MIDDLE)
        for place, code in enumerate(_CODES):
            x = self.desk.design.right - (len(_CODES) - place - 0.5) * _TOTAL
            pen.text(x, self.top + 11.2, code, _DAY, Align.MIDDLE)

    def _hatch(self, pen: Pen, x: float, wide: float) -> None:
        """A day on which nothing is marked."""
        y = self.body
        while y < self.bottom - wide:
            pen.line([(x, y + wide), (x + wide, y)], FINE, HAIR)
            y += 2.4

    def _draw_lines(self, pen: Pen) -> None:
        design = self.desk.design
        inner = [(design.left, design.right, self.body + line * _ROW) for line in range(1, self.rows)]
        fine = [rule for number, rule in enumerate(inner, start=1) if number % 5]
        pen.rules(fine, FINE, HAIR)
        fifth = [rule for number, rule in enumerate(inner, start=1) if number % 5 == 0]
        if fifth:
            pen.rules(fifth, PART, HAIR)
        pen.rules([(design.left, design.right, y) for y in (self.body, self.bottom)], BODY, INK)
        for place in range(len(self.days) * self.paper.sessions + 1):
            day, session = divmod(place, self.paper.sessions)
            x = self.left + place * self.cell
            weight, ink = (PART, HAIR) if session == 0 else (FINE, HAIR)
            if session == 0 and self._begins_week(day):
                weight, ink = PART, INK
            pen.line([(x, self.top + (0 if session == 0 else 8.4)), (x, self.bottom)], weight, ink)
        for place in range(1, len(_CODES)):
            x = design.right - place * _TOTAL
            pen.line([(x, self.body), (x, self.bottom)], FINE, HAIR)

    def _begins_week(self, day: int) -> bool:
        """Whether a week begins at the left of a day; the grid's own edges count as such."""
        if day in (0, len(self.days)):
            return True
        return self.days[day].day.isocalendar().week != self.days[day - 1].day.isocalendar().week

    def _draw_pupils(self, pen: Pen, first: int) -> None:
        desk, look = self.desk, self.desk.look
        pen.text(desk.design.left + _NUMBER, self.top + 11.2, desk.words.tr("Pupil"), look.head)
        for line in range(self.rows):
            place = first + line
            middle = self.body + (line + 0.5) * _ROW
            if place < len(self.paper.pupils):
                name = self.paper.pupils[place].name
                count = str(place + 1)
                pen.text(desk.design.left + _NUMBER - 2.2, middle + 1.0, count, _COUNT, Align.END)
                lines, style = desk.label(name, _PUPIL, self.name - 2.0, desk.words.tr("Pupil"))
                base = middle + 1.05 - (len(lines) - 1) * 1.3
                for text in lines:
                    pen.text(desk.design.left + _NUMBER, base, text, style)
                    base += 2.6

    def _draw_legend(self, pen: Pen) -> None:
        words = self.desk.words
        meanings = (
            words.tr("P present"),
            words.tr("L late"),
            words.tr("A absent, no excuse"),
            words.tr("E absent, excused"),
            words.tr("leave empty what was not marked"),
        )
        closed = [
            f"{one.day.day} {one.closed}" if one.closed else str(one.day.day)
            for one in self.days
            if one.closed is not None
        ]
        text = SEPARATOR.join(meanings)
        if closed:
            text += SEPARATOR + words.tr("closed: {days}", days=", ".join(closed))
        style = self.desk.look.address
        fitted = style.fit(text, self.desk.design.measure)[0]
        pen.text(self.desk.design.left, self.bottom + 5.0, fitted, style)
