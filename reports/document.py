"""One PDF being made: pages, forms, fonts, outline and facts about the document, over reportlab's canvas.

Content streams are put together by :class:`reports.canvas.Pen` and handed over whole; reportlab does the
file. The same values give the same bytes: the date is passed in and nothing is taken from the machine.
"""

import hashlib
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import ClassVar, Final, TypeAlias

from reportlab import rl_config
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfdoc
from reportlab.pdfgen.canvas import Canvas

from reports.fonts import FONT_LOCK, Cut, faces
from reports.pdf_objects import Content, Outline, Sheet
from reports.runs import Runs, Setting
from reports.style import POINTS_PER_MM, Style

rl_config.useA85 = 0  # raw bytes: a quarter smaller, and nothing reads these files as text


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

    operator: ClassVar[str] = ""
    image: ImageReader
    x: float
    y: float
    width: float
    height: float


Part: TypeAlias = str | FormUse | ImageUse
"""What a page is made of: PDF operators, forms and pictures, painted in order."""


class Document:
    """A PDF under construction; pages are added in order and :meth:`finish` gives the bytes."""

    __slots__ = (
        "_box",
        "_canvas",
        "_document",
        "_forms",
        "_outline",
        "_resources",
        "_runs",
        "_settings",
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
        self._outline = self._document.Outlines = self._document.Catalog.Outlines = Outline()
        self._settings: dict[bool, dict[Style, Setting]] = {False: {}, True: {}}
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

    def settings(self, *, mirror: bool) -> dict[Style, Setting]:
        """The styles that pens of one direction have used."""
        return self._settings[mirror]

    def setting(self, style: Style, *, mirror: bool) -> Setting:
        """``style`` as this document sets it, made ready for pens of one direction."""
        runs = self._runs.get(style.cut)
        if runs is None:
            runs = self._runs[style.cut] = Runs(faces()[style.cut], self._document)
        setting = self._settings[mirror][style] = Setting(runs, style.size)
        return setting

    def add_page(self, parts: Sequence[Part], *, bookmark: str = "") -> None:
        """Add a sheet with ``parts`` on it; ``bookmark`` is its line in the outline, none when empty."""
        if bookmark:
            self._outline.add(bookmark, self._document.thisPageName())
        if any(isinstance(part, ImageUse) for part in parts):
            self._add_with_images(parts)
        else:
            code = "\n".join([part if isinstance(part, str) else part.operator for part in parts])
            self._document.addPage(Sheet(self._box, self._resources, self._content(code)))
        self.pages += 1

    def _add_with_images(self, parts: Sequence[Part]) -> None:
        """A sheet with pictures of its own, which reportlab keeps track of."""
        self._emit(parts)
        self._canvas.showPage()
        page = self._document.Pages.pages[-1]
        page.Contents = self._content(page.stream)
        page.stream = ""

    def _content(self, code: str) -> Content:
        content = Content(code)
        self._document.updateSignature(content.packed)
        return content

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
