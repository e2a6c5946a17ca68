"""The subjects: a head in two or three lines, then a row for each subject, at most two lines high."""

from collections.abc import Sequence

from emis_desktop.rules.card import CardPart, CardSubject
from emis_desktop.rules.results import ResultState
from reports.canvas import Align, Pen
from reports.document import Part
from reports.report_card.columns import DASH, Column, Kind, mark_word, part_word
from reports.report_card.design import BODY, FINE, HAIR, INK, PART
from reports.report_card.desk import Desk
from reports.style import MM_PER_POINT
from resources.words import N_

HEAD = 12.0
HEAD_LINE = 3.1
ROW_LEAST = 7.0
ROW_MOST = 9.0
EMPTY = 14.0
"""The height of a table without subjects."""

_BASELINE = 1.2
_LEADING = 1 * MM_PER_POINT
"""Between two lines of a comment, beside the size of the letters; half of it in a name and between three."""
_THREE_LINES = 8.1
"""A row so high has room for three lines of the smallest comment."""
_GROUP = 4
"""After how many rows a stronger hairline helps the eye."""


def head_height(columns: Sequence[Column]) -> float:
    """The height of the head in millimetres."""
    most = max(len(column.head) + bool(column.small) for column in columns)
    return HEAD + HEAD_LINE * max(0, most - 2)


def draw_head(desk: Desk, pen: Pen, columns: tuple[Column, ...], top: float) -> float:
    """Paint the head from ``top``, drawn once a document; returns where it ends."""
    key = ("table head", desk.words.language, columns, top)
    pen.form(desk.document.form(key, lambda: _head(desk, columns, top)))
    return top + head_height(columns)


def _head(desk: Desk, columns: tuple[Column, ...], top: float) -> Sequence[Part]:
    pen, design, style = desk.pen(), desk.design, desk.look
    end = top + head_height(columns)
    for column in columns:
        x, y = design.left + column.place, end - 1.95
        rows = [(line, style.head) for line in column.head]
        if column.small:
            rows.append((column.small, style.head_small))
        for number, (line, look) in enumerate(rows):
            pen.text(x, y - HEAD_LINE * (len(rows) - 1 - number), line, look, column.align)
    pen.rules([(design.left, design.right, end)], BODY, INK)
    return pen.parts()


def draw_rows(
    desk: Desk,
    pen: Pen,
    columns: tuple[Column, ...],
    rows: Sequence[CardSubject],
    top: float,
    height: float,
    pending: bool,
) -> float:
    """Paint ``rows`` of ``height`` from ``top``; returns their end. ``pending``: marks may still come."""
    count = len(rows)
    key = ("rules", count, top, height)
    pen.form(desk.document.form(key, lambda: _rules(desk, count, top, height)))
    cells = _Cells(desk, pen, columns, pending, height)
    for number, subject in enumerate(rows):
        cells.row(subject, top + (number + 0.5) * height)
    return top + count * height


def draw_no_subjects(desk: Desk, pen: Pen, top: float) -> float:
    """Say that there are no results; returns where that ends."""
    design = desk.design
    text = desk.words.tr("No results are recorded for this term.")
    pen.text(design.left, top + EMPTY / 2 + 1.1, text, desk.look.row)
    pen.rules([(design.left, design.right, top + EMPTY)], BODY, INK)
    return top + EMPTY


def _rules(desk: Desk, count: int, top: float, height: float) -> Sequence[Part]:
    """Hairlines between rows, stronger after every fourth, and the rule under the last."""
    pen, left, right = desk.pen(), desk.design.left, desk.design.right
    between = range(1, count)
    fine = [(left, right, top + number * height) for number in between if number % _GROUP]
    strong = [(left, right, top + number * height) for number in between if not number % _GROUP]
    if fine:
        pen.rules(fine, FINE, HAIR)
    if strong:
        pen.rules(strong, PART, HAIR)
    pen.rules([(left, right, top + count * height)], BODY, INK)
    return pen.parts()


class _Cells:
    """Writes the cells of one card's rows."""

    __slots__ = ("comments", "desk", "names", "order", "pen", "pending", "style", "writers")

    def __init__(
        self, desk: Desk, pen: Pen, columns: tuple[Column, ...], pending: bool, height: float
    ) -> None:
        self.desk = desk
        self.pen = pen
        self.pending = pending
        self.style = desk.look
        self.names = tuple((style, 2) for style in desk.look.subjects)
        usual, small = desk.look.comments
        self.comments = ((usual, 2), (small, 3 if height >= _THREE_LINES else 2))
        write = {
            Kind.SUBJECT: self._name,
            Kind.PART: self._part,
            Kind.MARK: self._mark,
            Kind.LETTER: self._letter,
            Kind.AVERAGE: self._average,
            Kind.HIGHEST: self._highest,
            Kind.EFFORT: self._effort,
            Kind.COMMENT: self._comment,
        }
        left = desk.design.left
        self.writers = [(write[column.kind], left + column.place, column) for column in columns]
        names = [column.name for column in columns if column.kind is Kind.PART]
        self.order = {name: place for place, name in enumerate(names)}

    def row(self, subject: CardSubject, middle: float) -> None:
        """Write one subject, cells in the order in which they are read."""
        for write, x, column in self.writers:
            write(x, middle, column, subject)

    def _name(self, x: float, middle: float, column: Column, subject: CardSubject) -> None:
        lines, style = self.desk.label(subject.name, self.names, column.width, N_("The name of a subject"))
        if len(lines) == 1:
            self.pen.text(x, middle + _BASELINE, lines[0], style)
        else:
            leading = style.size * MM_PER_POINT + _LEADING / 2
            self.pen.lines(x, middle - leading / 2 + 0.92, lines, style, leading)

    def _part(self, x: float, middle: float, column: Column, subject: CardSubject) -> None:
        base = middle + _BASELINE
        part = self._found(column.name, subject.parts)
        if part is None:
            self._figure(x, middle, DASH)
        elif part.value is None or part.state is ResultState.ABSENT:
            self._word(x, middle, part_word(subject, part, pending=self.pending) or DASH)
        else:
            maximum = f"/{self.desk.bound(part.out_of)}" if column.out_of else ""
            end = x - self.style.head_small.width(maximum) - 0.3 if maximum else x
            self.pen.text(end, base, self.desk.figure(part.value), self.style.part, Align.END)
            self.pen.text(x, base, maximum, self.style.head_small, Align.END)

    def _found(self, name: str, parts: tuple[CardPart, ...]) -> CardPart | None:
        """The part called ``name``, which mostly stands where its column does."""
        place = self.order[name]
        if place < len(parts) and parts[place].name == name:
            return parts[place]
        return next((part for part in parts if part.name == name), None)

    def _mark(self, x: float, middle: float, _column: Column, subject: CardSubject) -> None:
        style, mark = self.style, subject.mark
        word = mark_word(subject, pending=self.pending)
        if mark is None:
            self._word(x, middle, word or DASH)
        elif word is None:
            self.pen.text(x, middle + _BASELINE, self.desk.figure(mark), style.mark, Align.END)
        else:
            self.pen.text(x, middle + 0.3, self.desk.figure(mark), style.mark_so_far, Align.END)
            self.pen.text(x, middle + 2.6, self.desk.words.tr(word), style.so_far, Align.END)

    def _letter(self, x: float, middle: float, _column: Column, subject: CardSubject) -> None:
        self.pen.text(x, middle + _BASELINE, subject.letter or DASH, self.style.letter, Align.MIDDLE)

    def _average(self, x: float, middle: float, _column: Column, subject: CardSubject) -> None:
        self._figure(x, middle, self.desk.optional(subject.class_average))

    def _highest(self, x: float, middle: float, _column: Column, subject: CardSubject) -> None:
        self._figure(x, middle, self.desk.optional(subject.class_highest))

    def _effort(self, x: float, middle: float, _column: Column, subject: CardSubject) -> None:
        self.pen.text(x, middle + _BASELINE, subject.effort or DASH, self.style.part, Align.MIDDLE)

    def _comment(self, x: float, middle: float, column: Column, subject: CardSubject) -> None:
        if not subject.comment:
            return
        what = N_("A teacher’s comment")
        lines, style = self.desk.shrink(subject.comment, self.comments, column.width, what)
        leading = style.size * MM_PER_POINT + (_LEADING if len(lines) < 3 else _LEADING / 2)
        base = _BASELINE if len(lines) == 1 else 0.65 - leading * (len(lines) - 1) / 2
        self.pen.lines(x, middle + base, lines, style, leading)

    def _word(self, x: float, middle: float, word: str) -> None:
        if word == DASH:
            self._figure(x, middle, DASH)
        else:
            self.pen.text(x, middle + _BASELINE, self.desk.words.tr(word), self.style.part_word, Align.END)

    def _figure(self, x: float, middle: float, text: str) -> None:
        self.pen.text(x, middle + _BASELINE, text, self.style.class_figure, Align.END)
