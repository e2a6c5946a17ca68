"""A pen for paper: texts, rules and shapes in millimetres from the top left corner of the sheet.

The pen writes PDF operators into a list and changes font, size and colour only when they change. With
``mirror`` every place is counted from the right edge instead, and left and right change sides: one layout
serves both directions of writing.
"""

from collections.abc import Sequence
from enum import IntEnum
from functools import cache
from typing import Final, TypeAlias

from reportlab.lib.utils import ImageReader

from reports.document import POINTS_PER_MM, Document, FormUse, ImageUse, Part
from reports.fonts import Cut, faces, printable

Colour: TypeAlias = tuple[float, float, float]
Point: TypeAlias = tuple[float, float]

ELLIPSIS: Final = "\u2026"
_TAIL: Final = 12
"""A cut word of no more letters goes with what was cut."""

MM_PER_POINT: Final = 1 / POINTS_PER_MM


def colour(code: str) -> Colour:
    """The three parts, 0 to 1, of a colour written "#14212A"; raises ``ValueError`` for anything else."""
    if len(code) != 7 or code[0] != "#":
        raise ValueError(code)
    red, green, blue = (int(code[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return (red, green, blue)


class Align(IntEnum):
    """On which side of its place a text stands."""

    START = 0
    MIDDLE = 1
    END = 2


class Style:
    """How a text looks: cut, size in points, colour, and extra space between letters in em.

    A style is made once and known by itself, not by its parts.
    """

    __slots__ = ("_face", "_unit", "cut", "ink", "size", "tracking")

    def __init__(self, cut: Cut, size: float, ink: Colour, tracking: float = 0.0) -> None:
        self.cut = cut
        self.size = size
        self.ink = ink
        self.tracking = tracking
        self._face = faces()[cut]
        self._unit = size * MM_PER_POINT

    def width(self, text: str) -> float:
        """The width of ``text`` in millimetres."""
        em = self._face.width(text)
        if self.tracking:
            em += self.tracking * max(0, len(printable(text)) - 1)
        return em * self._unit

    def fit(self, text: str, width: float) -> tuple[str, bool]:
        """``text`` cut with an ellipsis to ``width`` millimetres, and whether it was cut."""
        if self.width(text) <= width:
            return text, False
        low, high = 0, len(text)
        while low < high:
            middle = (low + high + 1) // 2
            if self.width(text[:middle].rstrip() + ELLIPSIS) <= width:
                low = middle
            else:
                high = middle - 1
        kept = text[:low]
        if not text[low].isspace() and len(kept) - kept.rfind(" ") <= _TAIL:
            kept = kept[: kept.rfind(" ")]
        return kept.rstrip(" ,;:.-") + ELLIPSIS, True

    def wrap(self, text: str, width: float, most: int) -> tuple[list[str], bool]:
        """``text`` in at most ``most`` lines of ``width`` millimetres, and whether some was cut.

        Lines break between words; a word wider than a line breaks where it must. No word is left alone on the
        last line when another can keep it company.
        """
        if self.width(text) <= width:
            return ([text] if text else []), False
        lines: list[str] = []
        words = text.split()
        while words and len(lines) < most - 1:
            lines.append(self._line(words, width))
        cut = False
        if words:
            last, cut = self.fit(" ".join(words), width)
            lines.append(last)
        if not cut and len(lines) > 1:
            self._keep_company(lines, width)
        return lines, cut

    def _keep_company(self, lines: list[str], width: float) -> None:
        """Move a word down to a single word on the last line, unless the line above has few itself."""
        above, last = lines[-2], lines[-1]
        if " " in last or above.count(" ") < 3:
            return
        rest, _, word = above.rpartition(" ")
        if self.width(f"{word} {last}") <= width:
            lines[-2:] = [rest, f"{word} {last}"]

    def _line(self, words: list[str], width: float) -> str:
        """Take from the front of ``words`` what fills one line; a word too wide for a line is broken."""
        space = self.width(" ")
        used = -space
        count = 0
        for word in words:
            used += space + self.width(word)
            if used > width:
                break
            count += 1
        if count:
            line = " ".join(words[:count])
            del words[:count]
            return line
        return self._break(words, width)

    def _break(self, words: list[str], width: float) -> str:
        """Take as much of the first of ``words`` as a line holds, one character at least."""
        word = words[0]
        end = next((end for end in range(len(word), 1, -1) if self.width(word[:end]) <= width), 1)
        words[0] = word[end:]
        if not words[0]:
            del words[0]
        return word[:end]


class Pen:
    """Draws on one page or form of ``document``; :meth:`parts` is what the document takes."""

    __slots__ = (
        "_code",
        "_document",
        "_font",
        "_height",
        "_in_text",
        "_memory",
        "_mirror",
        "_parts",
        "_style",
        "_width",
    )

    def __init__(self, document: Document, *, mirror: bool = False) -> None:
        """``mirror`` counts every place from the right edge."""
        self._document = document
        self._width = document.page.width
        self._height = document.page.height * POINTS_PER_MM
        self._mirror = mirror
        self._memory = document.places(mirror=mirror)
        self._parts: list[Part] = []
        self._forget()

    def _forget(self) -> None:
        """Start a new run of operators that takes nothing for granted."""
        self._code: list[str] = []
        self._in_text = False
        self._style: Style | None = None
        self._font = ""

    # Places

    def _x(self, x: float) -> float:
        return (self._width - x if self._mirror else x) * POINTS_PER_MM

    def _y(self, y: float) -> float:
        return self._height - y * POINTS_PER_MM

    # Text

    def text(self, x: float, y: float, text: str, style: Style, align: Align = Align.START) -> None:
        """Print ``text`` with its baseline at ``y``; ``x`` is its start, middle or end."""
        if not text:
            return
        key = (x, y, text, style, align)
        pieces = self._memory.get(key)
        if pieces is None:
            pieces = self._memory[key] = self._place(x, y, text, style, align)
        code = self._code
        if not self._in_text:
            code.append("BT")
            self._in_text = True
        if self._style is not style:
            code.append(_change(self._style, style))
            self._style = style
        for font, operators in pieces:
            if font != self._font:
                self._font = font
                code.append(font)
            code.append(operators)

    def _place(
        self, x: float, y: float, text: str, style: Style, align: Align
    ) -> tuple[tuple[str, str], ...]:
        """The operators that print ``text`` there, each with the font it needs."""
        left = (self._width - x if self._mirror else x) * POINTS_PER_MM
        if align is not (Align.END if self._mirror else Align.START):
            width = style.width(text) * POINTS_PER_MM
            left -= width / 2 if align is Align.MIDDLE else width
        place = f"1 0 0 1 {left:.2f} {self._height - y * POINTS_PER_MM:.2f} Tm"
        shown = self._document.runs(style.cut).show(text)
        return tuple(
            (f"{name} {style.size:g} Tf", operator if number else place + operator)
            for number, (name, operator) in enumerate(shown)
        )

    def lines(self, x: float, y: float, lines: Sequence[str], style: Style, leading: float) -> None:
        """Print ``lines`` with baselines ``leading`` millimetres apart, the first at ``y``."""
        for number, line in enumerate(lines):
            self.text(x, y + number * leading, line, style)

    # Shapes

    def _shape(self, operators: str) -> None:
        if self._in_text:
            self._code.append("ET")
            self._in_text = False
        self._code.append(operators)

    def _filled(self, path: str, ink: Colour, operator: str) -> None:
        self._style = None
        self._shape(f"{_fill_operator(ink)} {path} {operator}")

    def rules(self, places: Sequence[tuple[float, float, float]], weight: float, ink: Colour) -> None:
        """Level rules, each (x from, x to, y), ``weight`` points thick."""
        path = " ".join(
            f"{self._x(a):.2f} {self._y(y):.2f} m {self._x(b):.2f} {self._y(y):.2f} l" for a, b, y in places
        )
        self._shape(f"{_stroke_operator(ink)} {weight:g} w {path} S")

    def line(self, points: Sequence[Point], weight: float, ink: Colour, dash: str = "") -> None:
        """A line through ``points``; ``dash`` is a PDF dash array such as "2 1.5"."""
        path = " ".join(
            f"{self._x(x):.2f} {self._y(y):.2f} {'l' if number else 'm'}"
            for number, (x, y) in enumerate(points)
        )
        before, after = (f"[{dash}] 0 d ", " [] 0 d") if dash else ("", "")
        self._shape(f"{_stroke_operator(ink)} {weight:g} w 1 j {before}{path} S{after}")

    def rectangle(self, x: float, y: float, width: float, height: float, ink: Colour) -> None:
        """A filled rectangle with its upper start corner at (x, y)."""
        left = self._x(x + width) if self._mirror else self._x(x)
        size = f"{width * POINTS_PER_MM:.2f} {height * POINTS_PER_MM:.2f}"
        self._filled(f"{left:.2f} {self._y(y + height):.2f} {size} re", ink, "f")

    def frame(self, x: float, y: float, width: float, height: float, weight: float, ink: Colour) -> None:
        """The outline of a rectangle, ``weight`` points thick."""
        left = self._x(x + width) if self._mirror else self._x(x)
        size = f"{width * POINTS_PER_MM:.2f} {height * POINTS_PER_MM:.2f}"
        self._shape(f"{_stroke_operator(ink)} {weight:g} w {left:.2f} {self._y(y + height):.2f} {size} re S")

    def circles(self, centres: Sequence[Point], radius: float, ink: Colour) -> None:
        """Filled circles of ``radius`` millimetres."""
        path = _circle(radius * POINTS_PER_MM)
        painted = [f"q 1 0 0 1 {self._x(x):.2f} {self._y(y):.2f} cm {path} f Q" for x, y in centres]
        self._style = None
        self._shape("\n".join((_fill_operator(ink), *painted)))

    def picture(self, operators: str, x: float, y: float, width: float, scale: float) -> None:
        """Operators of a picture ``width`` millimetres wide, its upper start corner at (x, y).

        One unit of the picture is ``scale`` millimetres, y runs down, and it is never turned round.
        """
        unit = scale * POINTS_PER_MM
        left = self._x(x + width) if self._mirror else self._x(x)
        self._shape(f"q {unit:.5f} 0 0 {-unit:.5f} {left:.2f} {self._y(y):.2f} cm\n{operators}\nQ")

    # Pieces

    def image(self, image: ImageReader, x: float, y: float, width: float, height: float) -> None:
        """A picture fitted into a box whose upper start corner is (x, y)."""
        left = self._x(x + width) if self._mirror else self._x(x)
        self._flush()
        unit = POINTS_PER_MM
        self._parts.append(ImageUse(image, left, self._y(y + height), width * unit, height * unit))

    def form(self, use: FormUse) -> None:
        """Paint a form of the document."""
        self._flush()
        self._parts.append(use)

    def parts(self) -> list[Part]:
        """Everything drawn so far, for :meth:`Document.add_page` or :meth:`Document.form`."""
        self._flush()
        return self._parts

    def _flush(self) -> None:
        if self._in_text:
            self._code.append("ET")
        if self._code:
            self._parts.append("\n".join(self._code))
        self._forget()


@cache
def _circle(r: float) -> str:
    """The path of a circle around the origin, of four curves; ``r`` in points."""
    k = r * 0.5523
    return (
        f"{-r:.2f} 0 m {-r:.2f} {k:.2f} {-k:.2f} {r:.2f} 0 {r:.2f} c "
        f"{k:.2f} {r:.2f} {r:.2f} {k:.2f} {r:.2f} 0 c "
        f"{r:.2f} {-k:.2f} {k:.2f} {-r:.2f} 0 {-r:.2f} c {-k:.2f} {-r:.2f} {-r:.2f} {-k:.2f} {-r:.2f} 0 c h"
    )


@cache
def _change(before: Style | None, after: Style) -> str:
    """The operators for colour and letter spacing when ``after`` follows ``before``."""
    operators = []
    if before is None or before.ink != after.ink:
        operators.append(_fill_operator(after.ink))
    tracking = after.tracking * after.size
    if before is None or before.tracking * before.size != tracking:
        operators.append(f"{tracking:.3g} Tc")
    return " ".join(operators)


@cache
def _fill_operator(ink: Colour) -> str:
    return f"{_inks(ink)} {'g' if len(set(ink)) == 1 else 'rg'}"


@cache
def _stroke_operator(ink: Colour) -> str:
    return f"{_inks(ink)} {'G' if len(set(ink)) == 1 else 'RG'}"


def _inks(ink: Colour) -> str:
    parts = ink[:1] if len(set(ink)) == 1 else ink
    return " ".join(f"{part:.3g}" for part in parts)
