"""Texts as a PDF shows them: in the codes that one document gave to the letters of one font, and kerned."""

from itertools import groupby
from typing import Final

from reportlab.pdfbase import pdfdoc

from reports.fonts import Face, printable

_ESCAPED: Final = tuple(
    f"\\{chr(code)}" if code in b"()\\" else chr(code) if 32 <= code < 127 else f"\\{code:03o}"
    for code in range(256)
)
"""How each byte stands in a PDF string."""

_FIRST_CODE: Final = 33
"""Codes below would need four bytes each in a PDF string."""

_MEMORY: Final = 20_000


class Runs:
    """The texts of one cut in one document, in the codes that document gave its characters.

    Words are encoded once and kept, since most words of a class come again on every card. A rare text whose
    characters fall into several subsets of the font is shown in several pieces.
    """

    __slots__ = ("_codes", "_document", "_far", "_words", "face", "name")

    def __init__(self, face: Face, document: pdfdoc.PDFDocument) -> None:
        """``document`` is reportlab's, to which the font's subset belongs."""
        self.face = face
        self._document = document
        self._codes: dict[str, str] = {}
        self._far: dict[str, int] = {}
        self._words: dict[str, str] = {}
        face.font._assignState(document).nextCode = _FIRST_CODE  # noqa: SLF001 - meant for this
        self.name: str = face.font.getSubsetInternalName(0, document)

    def show(self, text: str, size: float) -> str:
        """The operators that print ``text`` where the pen stands, in the first subset of the font.

        ``size`` in points is that of the font, needed to come back to it from another subset.
        """
        words = self._words
        shown = " ".join([words.get(word) or self._word(word) for word in text.split(" ")])
        if self._far and not self._far.keys().isdisjoint(printable(text)):
            return self._pieces(printable(text), size)
        return f"[({shown})]TJ"

    def _word(self, word: str) -> str:
        """``word`` as it stands inside a string, the string interrupted where it is kerned."""
        clean = printable(word)
        known, kerning = self._codes, self.face.kerning
        pieces = []
        before = ""
        for char in clean:
            if before and (kern := kerning[before + char]):
                pieces.append(f"){-kern}(")
            pieces.append(known.get(char) or self._code(char))
            before = char
        if len(self._words) > _MEMORY:
            self._words.clear()
        shown = self._words[word] = "".join(pieces)
        return shown

    def _pieces(self, text: str, size: float) -> str:
        """``text`` shown in pieces, cut where the subset of the font changes."""
        found = []
        for subset, group in groupby(text, key=lambda char: self._far.get(char, 0)):
            name: str = self.face.font.getSubsetInternalName(subset, self._document)
            codes = "".join(self._codes.get(char) or self._code(char) for char in group)
            found.append(f"{name} {size:g} Tf({codes})Tj")
        return f" {' '.join(found)} {self.name} {size:g} Tf"

    def _code(self, char: str) -> str:
        """The code of ``char``, escaped for a PDF string, taken up into the document when it is new."""
        ((subset, raw),) = self.face.font.splitString(char, self._document)
        if subset:
            self._far[char] = subset
        code: int = raw[0]
        escaped = self._codes[char] = _ESCAPED[code]
        return escaped


class Setting:
    """One size of one cut in a document: the operator that chooses it, and what has been set in it.

    ``known``, one for each alignment: place across and text -> the operators before and after the height.
    """

    __slots__ = ("_runs", "_size", "font", "known")

    def __init__(self, runs: Runs, size: float) -> None:
        """``size`` in points."""
        self._runs = runs
        self._size = size
        self.font = f"{runs.name} {size:g} Tf"
        self.known: tuple[dict[tuple[float, str], tuple[str, str]], ...] = ({}, {}, {})

    def show(self, text: str) -> str:
        """The operators that print ``text`` where the pen stands."""
        return self._runs.show(text, self._size)
