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
from typing import Final, TypeAlias

from reportlab import rl_config
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfdoc
from reportlab.pdfgen.canvas import Canvas

from reports.fonts import FONT_LOCK, Cut, faces
from reports.runs import Runs
from reports.style import POINTS_PER_MM

rl_config.useA85 = 0  # raw bytes: a quarter smaller, and nothing reads these files as text

_MEMORY: Final = 20_000

_PRESSING: Final = (4, zlib.DEFLATED, 13, 7)
"""How pages are compressed: level, method, window, memory. The file is a twentieth larger than with zlib's
own settings, whose 256 kB of work space, asked for anew for every page, took a sixth of the whole time.
"""


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
    """A place where a form of the document is painted: the form's name, and the operator that paints it."""

    name: str
    operator: str


@dataclass(frozen=True, slots=True)
class ImageUse:
    """A picture fitted into a box; lengths in points from the lower left corner of the sheet."""

    image: ImageReader
    x: float
    y: float
    width: float
    height: float


Memory: TypeAlias = tuple[dict[object, dict[tuple[float, str], tuple[str, str]]], ...]
"""For each alignment: style -> place across and text -> the operators before and after the height."""

Part: TypeAlias = str | FormUse | ImageUse
"""What a page is made of: PDF operators, forms and pictures, painted in order."""


class _Sheet(pdfdoc.PDFObject):  # type: ignore[misc] # reportlab has no types
    """A page whose every part is a reference; reportlab's own takes ten times as long to write itself."""

    __RefOnly__ = 1

    def __init__(self, box: str, resources: pdfdoc.PDFObjectReference, content: pdfdoc.PDFStream) -> None:
        self.box = box
        self.resources = resources
        self.content = content

    def format(self, document: pdfdoc.PDFDocument) -> bytes:
        """The dictionary of the page."""
        parent, resources, content = (
            pdfdoc.format(document.Reference(item), document).decode("ascii")
            for item in (document.Pages, self.resources, self.content)
        )
        text = f"<</Type/Page/Parent {parent}/MediaBox {self.box}/Resources {resources}/Contents {content}>>"
        return text.encode("ascii")


class Document:
    """A PDF under construction; pages are added in order and :meth:`finish` gives the bytes."""

    __slots__ = (
        "_box",
        "_canvas",
        "_document",
        "_fonts",
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
        self._box = f"[0 0 {page.width * POINTS_PER_MM:.4f} {page.height * POINTS_PER_MM:.4f}]"
        self._places: dict[bool, Memory] = {False: ({}, {}, {}), True: ({}, {}, {})}
        self._runs: dict[Cut, Runs] = {}
        self._fonts: dict[tuple[Cut, float], str] = {}
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
            name = f"piece{len(self._forms)}"
            found = self._forms[key] = FormUse(name, f"/{self._document.getXObjectName(name)} Do")
            self._canvas.beginForm(found.name)
            self._emit(parts)
            self._canvas.endForm()
        return found

    def font(self, cut: Cut, size: float) -> str:
        """The operator that chooses the first subset of a cut."""
        found = self._fonts.get((cut, size))
        if found is None:
            found = self._fonts[cut, size] = f"{self.runs(cut).name} {size:g} Tf"
        return found

    def places(self, *, mirror: bool) -> Memory:
        """What pens of one direction remember about texts they placed; emptied when it grows large."""
        memory = self._places[mirror]
        for styles in memory:
            for known in styles.values():
                if len(known) > _MEMORY:
                    known.clear()
        return memory

    def add_page(self, parts: Sequence[Part], *, bookmark: str = "") -> None:
        """Add a sheet with ``parts`` on it; ``bookmark`` is its line in the outline, none when empty."""
        if bookmark:
            key = f"page{self.pages}"
            self._canvas.bookmarkPage(key)
            self._canvas.addOutlineEntry(bookmark, key, level=0)
        forms = [part for part in parts if not isinstance(part, ImageUse)]
        if len(forms) < len(parts):
            self._add_with_images(parts)
        else:
            code = "\n".join([part if isinstance(part, str) else part.operator for part in forms])
            self._document.addPage(_Sheet(self._box, self._resources, self._pressed(code)))
        self.pages += 1

    def _add_with_images(self, parts: Sequence[Part]) -> None:
        """A sheet with pictures of its own, which reportlab keeps track of."""
        self._emit(parts)
        self._canvas.showPage()
        page = self._document.Pages.pages[-1]
        page.Contents = self._pressed(page.stream)
        page.stream = ""

    def _pressed(self, code: str) -> pdfdoc.PDFStream:
        """The content of a page, compressed now so that only this is kept until the end."""
        press = zlib.compressobj(*_PRESSING)
        content = press.compress(code.encode("ascii")) + press.flush()
        self._document.updateSignature(content)
        return pdfdoc.PDFStream(pdfdoc.PDFDictionary({"Filter": pdfdoc.PDFName("FlateDecode")}), content)

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
