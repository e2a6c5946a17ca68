"""One PDF being made: pages, forms, fonts, outline and facts about the document, over reportlab's canvas.

Content streams are put together by :class:`reports.canvas.Pen` and handed over whole; reportlab does the
file. The same values give the same bytes: the date is passed in and nothing is taken from the machine.
"""

import hashlib
import zlib
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from itertools import groupby
from typing import Final, TypeAlias

from reportlab import rl_config
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfdoc
from reportlab.pdfgen.canvas import Canvas

from reports.fonts import FONT_LOCK, Cut, Face, faces, printable

rl_config.useA85 = 0  # raw bytes: a quarter smaller, and nothing reads these files as text

POINTS_PER_MM: Final = 72 / 25.4
_MEMORY: Final = 20_000

_ESCAPED: Final = tuple(
    f"\\{chr(code)}" if code in b"()\\" else chr(code) if 32 <= code < 127 else f"\\{code:03o}"
    for code in range(256)
)
"""How each byte stands in a PDF string."""

_FIRST_CODE: Final = 33
"""Codes below would need four bytes each in a PDF string."""

_LEVEL: Final = 4
"""Pages are compressed at this level: twice as fast as the usual 6 and a twentieth larger."""


@dataclass(frozen=True, slots=True)
class Page:
    """A sheet of paper: width and height in millimetres."""

    width: float
    height: float


A4: Final = Page(210.0, 297.0)
LETTER: Final = Page(215.9, 279.4)


@dataclass(frozen=True, slots=True)
class Facts:
    """What the file says about itself; ``made`` is its date, aware, never the machine's clock."""

    title: str
    author: str
    subject: str
    keywords: str
    made: datetime


@dataclass(frozen=True, slots=True)
class FormUse:
    """A place where a form of the document is painted."""

    name: str


@dataclass(frozen=True, slots=True)
class ImageUse:
    """A picture fitted into a box; lengths in points from the lower left corner of the sheet."""

    image: ImageReader
    x: float
    y: float
    width: float
    height: float


Memory: TypeAlias = dict[tuple[float, float, str, object, object], tuple[tuple[str, str], ...]]
"""A text by place, style and alignment -> (font name, operators) pieces that print it."""

Part: TypeAlias = str | FormUse | ImageUse
"""What a page is made of: PDF operators, forms and pictures, painted in order."""


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

    def show(self, text: str) -> tuple[tuple[str, str], ...]:
        """(font name, showing operator) pairs that print ``text`` one after the other."""
        words = self._words
        shown = " ".join([words.get(word) or self._word(word) for word in text.split(" ")])
        if self._far and not self._far.keys().isdisjoint(printable(text)):
            return self._pieces(printable(text))
        return ((self.name, f"[({shown})]TJ"),)

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

    def _pieces(self, text: str) -> tuple[tuple[str, str], ...]:
        """``text`` cut where the subset of the font changes."""
        found = []
        for subset, group in groupby(text, key=lambda char: self._far.get(char, 0)):
            name: str = self.face.font.getSubsetInternalName(subset, self._document)
            codes = "".join(self._codes.get(char) or self._code(char) for char in group)
            found.append((name, f"({codes})Tj"))
        return tuple(found)

    def _code(self, char: str) -> str:
        """The code of ``char``, escaped for a PDF string, taken up into the document when it is new."""
        ((subset, raw),) = self.face.font.splitString(char, self._document)
        if subset:
            self._far[char] = subset
        code: int = raw[0]
        escaped = self._codes[char] = _ESCAPED[code]
        return escaped


class Document:
    """A PDF under construction; pages are added in order and :meth:`finish` gives the bytes."""

    __slots__ = (
        "_canvas",
        "_document",
        "_forms",
        "_places",
        "_resources",
        "_runs",
        "_shared",
        "page",
        "pages",
    )

    def __init__(self, page: Page, language: str) -> None:
        """``page`` is the size of every sheet, ``language`` what readers aloud are told ("en")."""
        self.page = page
        self.pages = 0
        regular = faces()[Cut.REGULAR]
        self._canvas = Canvas(
            BytesIO(),
            pagesize=(page.width * POINTS_PER_MM, page.height * POINTS_PER_MM),
            pageCompression=1,
            invariant=True,
            pdfVersion=(1, 4),
            initialFontName=regular.name,
            lang=language,
        )
        self._document: pdfdoc.PDFDocument = self._canvas._doc  # noqa: SLF001 - what a canvas cannot do
        # reportlab starts this with the machine's time; the file's identity comes from its pages alone
        self._document.signature = hashlib.md5(usedforsecurity=False)
        self._shared = pdfdoc.PDFResourceDictionary()
        self._shared.basicFonts()
        self._resources = self._document.Reference(self._shared, "shared")
        self._places: dict[bool, Memory] = {False: {}, True: {}}
        self._runs: dict[Cut, Runs] = {}
        self._forms: dict[Hashable, FormUse] = {}

    def describe(self, facts: Facts) -> None:
        """Write ``facts`` into the file; any time before it is finished."""
        stamp = facts.made.astimezone(UTC).strftime("D:%Y%m%d%H%M%SZ")
        canvas = self._canvas
        canvas.setTitle(facts.title)
        canvas.setAuthor(facts.author)
        canvas.setSubject(facts.subject)
        canvas.setKeywords(facts.keywords)
        canvas.setCreator("EMIS Desktop")
        canvas.setDateFormatter(lambda *_moment: stamp)
        canvas.setViewerPreference("DisplayDocTitle", "true")

    def runs(self, cut: Cut) -> Runs:
        """The encoder of one cut for this document."""
        found = self._runs.get(cut)
        if found is None:
            found = self._runs[cut] = Runs(faces()[cut], self._document)
        return found

    def form(self, key: Hashable, draw: Callable[[], Sequence[Part]]) -> FormUse:
        """A piece drawn once for the whole document under ``key``; ``draw`` is called the first time only."""
        found = self._forms.get(key)
        if found is None:
            parts = draw()
            found = self._forms[key] = FormUse(f"piece{len(self._forms)}")
            self._canvas.beginForm(found.name)
            self._emit(parts)
            self._canvas.endForm()
        return found

    def places(self, *, mirror: bool) -> Memory:
        """What pens of one direction remember about texts they placed; emptied when it grows large."""
        memory = self._places[mirror]
        if len(memory) > _MEMORY:
            memory.clear()
        return memory

    def add_page(self, parts: Sequence[Part], *, bookmark: str = "") -> None:
        """Add a sheet with ``parts`` on it; ``bookmark`` is its line in the outline, none when empty."""
        self._emit(parts)
        if bookmark:
            key = f"page{self.pages}"
            self._canvas.bookmarkPage(key)
            self._canvas.addOutlineEntry(bookmark, key, level=0)
        self._canvas.showPage()
        self._seal(shared=not any(isinstance(part, ImageUse) for part in parts))
        self.pages += 1

    def _seal(self, *, shared: bool) -> None:
        """Compress the last page now, so that only this is kept, and share its resources."""
        page = self._document.Pages.pages[-1]
        content = zlib.compress(page.stream.encode("ascii"), _LEVEL)
        page.Contents = pdfdoc.PDFStream(
            pdfdoc.PDFDictionary({"Filter": pdfdoc.PDFName("FlateDecode")}), content
        )
        page.stream = ""
        self._document.updateSignature(content)
        if shared:
            page.Resources = self._resources

    def finish(self) -> bytes:
        """The finished file. The document cannot be used afterwards."""
        self._shared.XObject = {
            name: pdfdoc.PDFObjectReference(name)
            for name in (self._document.getXObjectName(form.name) for form in self._forms.values())
        }
        with FONT_LOCK:
            content: bytes = self._canvas.getpdfdata()
        return content

    def _emit(self, parts: Sequence[Part]) -> None:
        for part in parts:
            if isinstance(part, str):
                self._canvas.addLiteral(part)
            elif isinstance(part, FormUse):
                self._canvas.doForm(part.name)
            else:
                self._canvas.drawImage(
                    part.image, part.x, part.y, part.width, part.height, mask="auto", preserveAspectRatio=True
                )
