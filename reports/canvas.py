"""A pen for paper: texts, rules and shapes in millimetres from the top left corner of the sheet.

The pen writes PDF operators into a list and changes font, size and colour only when they change. With
``mirror`` every place is counted from the right edge instead, and left and right change sides: one layout
serves both directions of writing.
"""

from collections.abc import Sequence
from enum import IntEnum
from functools import cache, lru_cache
from typing import Final, TypeAlias

from reportlab.lib.utils import ImageReader

from reports.document import Document, FormUse, ImageUse, Part
from reports.runs import Setting
from reports.style import POINTS_PER_MM, Colour, Style

_MEMORY: Final = 20_000

Point: TypeAlias = tuple[float, float]


class Align(IntEnum):
    """On which side of its place a text stands."""

    START = 0
    MIDDLE = 1
    END = 2


class Pen:
    """Draws on one page or form of ``document``; :meth:`parts` is what the document takes."""

    __slots__ = (
        "_code",
        "_document",
        "_height",
        "_in_text",
        "_mirror",
        "_parts",
        "_settings",
        "_style",
        "_width",
    )

    def __init__(self, document: Document, *, mirror: bool = False) -> None:
        """``mirror`` counts every place from the right edge."""
        self._document = document
        self._width = document.page.width
        self._height = document.page.height * POINTS_PER_MM
        self._mirror = mirror
        self._settings = document.settings(mirror=mirror)
        self._parts: list[Part] = []
        self._forget()

    def _forget(self) -> None:
        """Start a new run of operators that takes nothing for granted."""
        self._code: list[str] = []
        self._in_text = False
        self._style: Style | None = None

    # Places

    def _x(self, x: float) -> float:
        return (self._width - x if self._mirror else x) * POINTS_PER_MM

    def _y(self, y: float) -> float:
        return self._height - y * POINTS_PER_MM

    # Text

    def text(self, x: float, y: float, text: str, style: Style, align: Align = Align.START) -> None:
        """Print ``text`` with its baseline at ``y``; ``x`` is its start, middle or end.

        What was printed there is remembered for the next card; prose, which differs from card to card, is
        printed with :meth:`lines`.
        """
        if not text:
            return
        setting = self._settings.get(style) or self._document.setting(style, mirror=self._mirror)
        known = setting.known[align]
        run = known.get((x, text))
        if run is None:
            if len(known) > _MEMORY:
                known.clear()
            run = known[x, text] = self._run(x, text, style, align, setting)
        self._show(run, y, style, setting)

    def lines(self, x: float, y: float, lines: Sequence[str], style: Style, leading: float) -> None:
        """Print ``lines`` with baselines ``leading`` millimetres apart, the first at ``y``."""
        setting = self._settings.get(style) or self._document.setting(style, mirror=self._mirror)
        for line in lines:
            self._show(self._run(x, line, style, Align.START, setting), y, style, setting)
            y += leading

    def _show(self, run: tuple[str, str], y: float, style: Style, setting: Setting) -> None:
        """Add the ``run`` on the baseline ``y`` in ``style``, and before it what has to change."""
        code = self._code
        if not self._in_text:
            code.append("BT")
            self._in_text = True
        if self._style is not style:
            change = _change(self._style, style)
            if change:
                code.append(change)
            code.append(setting.font)
            self._style = style
        place, shown = run
        code.append(f"{place} {_points(self._height - y * POINTS_PER_MM)} Tm{shown}")

    def _run(self, x: float, text: str, style: Style, align: Align, setting: Setting) -> tuple[str, str]:
        """The operators before and after the height that print ``text`` there."""
        left = (self._width - x if self._mirror else x) * POINTS_PER_MM
        if align is not (Align.END if self._mirror else Align.START):
            width = style.width(text) * POINTS_PER_MM
            left -= width / 2 if align is Align.MIDDLE else width
        return f"1 0 0 1 {left:.2f}", setting.show(text)

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

    def dots(self, centres: Sequence[Point], diameter: float, ink: Colour) -> None:
        """Filled circles ``diameter`` points across."""
        path = _circle(diameter / 2)
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


@lru_cache(maxsize=8192)
def _points(value: float) -> str:
    """``value`` as a PDF writes it; the same places come again on every card."""
    return f"{value:.2f}"


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
