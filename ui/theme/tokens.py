"""The design tokens: every colour of the two themes, once.

Palette, style sheet, icons, delegates and charts read these values and no others. The contrast of each pair
that meets on screen is computed in the tests (WCAG 2.2: 4.5 for text, 3 for borders of inputs, focus and
chart marks).
"""

from dataclasses import dataclass, fields
from typing import Final


@dataclass(frozen=True, slots=True)
class Tokens:
    """The colours of one theme as "#RRGGBB"; ``name`` is "light" or "dark"."""

    name: str
    canvas: str
    surface: str
    sunken: str
    hover: str
    selected: str
    line: str
    line_btn: str
    line_strong: str
    text: str
    text2: str
    text3: str
    disabled: str
    accent: str
    accent_hover: str
    accent_press: str
    on_accent: str
    accent_tint: str
    rail: str
    rail_hover: str
    rail_active: str
    rail_text: str
    rail_strong: str
    rail_mark: str
    ok: str
    ok_tint: str
    warn: str
    warn_tint: str
    bad: str
    bad_tint: str
    toast: str
    toast_text: str
    toast_link: str
    chart1: str
    chart2: str
    chart3: str
    chart4: str
    chart5: str
    grid: str
    paper_ground: str

    @property
    def focus(self) -> str:
        """The colour of the focus ring and of the border of a focused input."""
        return self.accent

    def colours(self) -> dict[str, str]:
        """Every colour by the name of its token, ``focus`` included."""
        named = {field.name: getattr(self, field.name) for field in fields(self) if field.name != "name"}
        return {**named, "focus": self.focus}


LIGHT: Final = Tokens(
    name="light",
    canvas="#F2F5F7",
    surface="#FFFFFF",
    sunken="#F7F9FA",
    hover="#EDF2F5",
    selected="#DCEFF3",
    line="#D8E0E5",
    line_btn="#B4C0C8",
    line_strong="#7C8A95",
    text="#14212A",
    text2="#475762",
    text3="#586873",
    disabled="#9AA7B0",
    accent="#0B6478",
    accent_hover="#08546A",
    accent_press="#064455",
    on_accent="#FFFFFF",
    accent_tint="#E1F1F4",
    rail="#0E2B36",
    rail_hover="#173B49",
    rail_active="#1E4B5C",
    rail_text="#C6D6DD",
    rail_strong="#FFFFFF",
    rail_mark="#5CCFE2",
    ok="#17683A",
    ok_tint="#E2F3E8",
    warn="#855000",
    warn_tint="#FFF1D6",
    bad="#B02318",
    bad_tint="#FDE9E7",
    toast="#14212A",
    toast_text="#FFFFFF",
    toast_link="#7FDDEC",
    chart1="#0B6478",
    chart2="#C06C0C",
    chart3="#6B7FD1",
    chart4="#778892",
    chart5="#A8435F",
    grid="#E3E9ED",
    paper_ground="#E3E9ED",
)

DARK: Final = Tokens(
    name="dark",
    canvas="#10181D",
    surface="#182329",
    sunken="#141E24",
    hover="#213038",
    selected="#17424E",
    line="#2B3A43",
    line_btn="#41525C",
    line_strong="#74858F",
    text="#E8EEF1",
    text2="#B1BFC7",
    text3="#9DACB5",
    disabled="#5E6E78",
    accent="#52C3D6",
    accent_hover="#72D2E2",
    accent_press="#3AAEC2",
    on_accent="#06222A",
    accent_tint="#173840",
    rail="#0B1418",
    rail_hover="#16252C",
    rail_active="#1C3640",
    rail_text="#B1BFC7",
    rail_strong="#FFFFFF",
    rail_mark="#52C3D6",
    ok="#6FCF93",
    ok_tint="#163324",
    warn="#F0B454",
    warn_tint="#3A2C10",
    bad="#FF8F84",
    bad_tint="#431E1B",
    toast="#E8EEF1",
    toast_text="#10181D",
    toast_link="#0B6478",
    chart1="#52C3D6",
    chart2="#D98A33",
    chart3="#9AA8F0",
    chart4="#8A9BA6",
    chart5="#E38AA3",
    grid="#26343C",
    paper_ground="#0B1216",
)

RAMP_PERCENT: Final = (16, 34, 54, 76, 100)
INK_LIGHT: Final = "#FFFFFF"
INK_DARK: Final = "#10181D"


class Space:
    """Lengths in logical pixels (a plain class: making a dataclass of it costs 4 ms at start)."""

    page_side: Final = 20
    page_top: Final = 14
    gap: Final = 12
    card_side: Final = 16
    card_top: Final = 12
    icon_word: Final = 8
    label_field: Final = 4
    field_across: Final = 16
    field_down: Final = 10
    radius_card: Final = 8
    radius_control: Final = 6
    radius_small: Final = 3
    control: Final = 32
    chip: Final = 26
    nav_item: Final = 36
    nav_item_compact: Final = 42
    table_head: Final = 34
    table_head_two: Final = 46
    row_read: Final = 36
    row_type: Final = 30
    row_type_compact: Final = 28
    top_bar: Final = 52
    top_bar_compact: Final = 46
    status_bar: Final = 28
    rail: Final = 184
    rail_compact: Final = 80
    peek: Final = 296

    @classmethod
    def lengths(cls) -> dict[str, int]:
        """Every length by its name."""
        return {name: value for name, value in vars(cls).items() if isinstance(value, int)}


def rgb(colour: str) -> tuple[int, int, int]:
    """The red, green and blue of "#RRGGBB", each 0-255."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def mix(base: str, over: str, percent: float) -> str:
    """``base`` with ``percent`` (0-100) of ``over`` laid on it."""
    share = percent / 100
    parts = (round(b + (o - b) * share) for b, o in zip(rgb(base), rgb(over), strict=True))
    return "#{:02X}{:02X}{:02X}".format(*parts)


def luminance(colour: str) -> float:
    """The relative luminance of WCAG 2.2, 0 (black) to 1 (white)."""
    red, green, blue = (_linear(part / 255) for part in rgb(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2.2 between two colours, 1 to 21."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def ramp(tokens: Tokens) -> tuple[str, ...]:
    """The five steps of a heatmap, palest first: ``surface`` mixed with ``chart1``."""
    return tuple(mix(tokens.surface, tokens.chart1, percent) for percent in RAMP_PERCENT)


def ink_on(colour: str) -> str:
    """White or near-black, whichever reads better on ``colour``."""
    return max((INK_LIGHT, INK_DARK), key=lambda ink: contrast(ink, colour))
