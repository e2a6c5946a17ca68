"""The fonts of paper: widths, kerning and what they can print.

Every cut is a TrueType file under ``resources/fonts/paper`` whose digits are already tabular. reportlab
embeds and subsets them; it does not kern, so the kerning read from the fonts at build time lies beside them
in ``kerning.json``.
"""

import json
import threading
import unicodedata
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from importlib.resources import files
from io import BytesIO
from operator import add
from typing import Any, Final

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

FALLBACK: Final = "\u25a1"
"""Printed for a character the fonts have not: an open square, never nothing."""

FONT_LOCK: Final = threading.Lock()
"""Held while a document is finished: reportlab reads a font file through one shared cursor."""

_MEMORY: Final = 20_000


class Cut(StrEnum):
    """The cuts of Inter that paper uses; the value is the file's name and the name known to reportlab."""

    REGULAR = "Inter-Regular"
    MEDIUM = "Inter-Medium"
    SEMIBOLD = "Inter-SemiBold"
    BOLD = "Inter-Bold"
    ITALIC = "Inter-Italic"
    DISPLAY = "InterDisplay-Bold"


class Kerning(dict[str, int]):
    """Pairs of characters -> change of the first one's advance, in thousandths of an em."""

    def __init__(self, table: Mapping[str, Any]) -> None:
        """``table`` is one cut's entry of kerning.json: left groups, right groups, values between."""
        super().__init__()
        self._left = {char: str(number) for number, group in enumerate(table["left"]) for char in group}
        self._right = {char: str(number) for number, group in enumerate(table["right"]) for char in group}
        self._values: Mapping[str, Mapping[str, int]] = table["values"]

    def __missing__(self, pair: str) -> int:
        row = self._values.get(self._left.get(pair[0], ""), {})
        value = self[pair] = row.get(self._right.get(pair[1], ""), 0)
        return value


class Face:
    """One cut as the layout sees it: how wide a text is and which characters it has.

    A text is as wide as its words and the spaces between them: spaces are never kerned.
    """

    __slots__ = ("_memory", "_space", "_widths", "covered", "font", "kerning", "name")

    def __init__(self, cut: Cut, content: bytes, table: Mapping[str, Any]) -> None:
        """``content`` is the font file, ``table`` its entry of kerning.json."""
        self.name = cut.value
        self.font = TTFont(cut.value, BytesIO(content), asciiReadable=0, shapable=False)
        advances: dict[int, float] = self.font.face.charWidths
        self._widths = {chr(point): width / 1000 for point, width in advances.items()}
        self._space = self._widths[" "]
        self.covered = frozenset(self._widths)
        self.kerning = Kerning(table)
        self._memory: dict[str, float] = {}

    def width(self, text: str) -> float:
        """The advance of the kerned ``text`` in em; multiply by the type size."""
        found = self._memory.get(text)
        if found is None:
            found = self._measure(text)
            if len(self._memory) > _MEMORY:
                self._memory.clear()
            self._memory[text] = found
        return found

    def _measure(self, text: str) -> float:
        if " " in text:
            words = text.split(" ")
            return sum(map(self.width, words)) + self._space * (len(words) - 1)
        clean = printable(text)
        total = sum(map(self._widths.__getitem__, clean))
        kerned = sum(map(self.kerning.__getitem__, map(add, clean, clean[1:])))
        return total + kerned / 1000


@cache
def faces() -> Mapping[Cut, Face]:
    """Every cut, loaded once a process (about 40 ms) and made known to reportlab."""
    folder = files("resources") / "fonts" / "paper"
    tables = json.loads((folder / "kerning.json").read_text(encoding="utf-8"))
    found: dict[Cut, Face] = {}
    for cut in Cut:
        face = Face(cut, (folder / f"{cut.value}.ttf").read_bytes(), tables[cut.value])
        pdfmetrics.registerFont(face.font)
        found[cut] = face
    return found


def printable(text: str) -> str:
    """``text`` as the fonts can print it: composed, no control marks, the fallback for what they lack.

    Line ends and tabs become spaces. Marks of direction and joiners, which have no ink, are dropped.
    """
    if _plain().issuperset(text):
        return text
    covered = faces()[Cut.REGULAR].covered
    shown = "".join(_printable(char, covered) for char in unicodedata.normalize("NFC", text))
    composed = unicodedata.normalize("NFC", shown)
    return shown if composed == shown else printable(composed)  # a mark without ink stood between two others


def unprintable(text: str) -> str:
    """The characters of ``text``, each once and in order, for which paper shows the fallback."""
    if _plain().issuperset(text):
        return ""
    covered = faces()[Cut.REGULAR].covered
    composed = dict.fromkeys(unicodedata.normalize("NFC", text))
    return "".join(char for char in composed if char != FALLBACK and _printable(char, covered) == FALLBACK)


@cache
def _plain() -> frozenset[str]:
    """The characters that are printed as they are, whatever stands beside them."""
    covered = faces()[Cut.REGULAR].covered
    return frozenset(
        char
        for char in covered
        if _printable(char, covered) == char
        and unicodedata.category(char) != "Mn"
        and unicodedata.normalize("NFC", char) == char
    )


def _printable(char: str, covered: frozenset[str]) -> str:
    category = unicodedata.category(char)
    if category in ("Cf", "Cc", "Zl", "Zp"):
        return " " if char in "\t\n\r\x0b\x0c\x85\u2028\u2029" else ""
    if char in covered:
        return char
    if category == "Zs":
        return " "
    return "" if category == "Mn" else FALLBACK
