"""Parts of a PDF that write themselves faster than reportlab's general ones: page, content, outline."""

import zlib
from typing import Final

from reportlab.pdfbase import pdfdoc
from reportlab.pdfgen.canvas import Canvas

_LEVEL: Final = 4
"""How hard pages are compressed: a twentieth larger than with zlib's own 6 in two thirds of the time."""


class Content(pdfdoc.PDFObject):  # type: ignore[misc] # reportlab has no types
    """What is painted on a page, compressed at once so that only this is kept until the end."""

    __RefOnly__ = 1

    def __init__(self, code: str) -> None:
        """``code``: PDF operators, ASCII."""
        self.packed = zlib.compress(code.encode("ascii"), _LEVEL)

    def format(self, _document: pdfdoc.PDFDocument) -> bytes:
        """The stream with its dictionary."""
        head = b"<</Filter/FlateDecode/Length %d>>\nstream\n" % len(self.packed)
        return head + self.packed + b"\nendstream"


class Sheet(pdfdoc.PDFObject):  # type: ignore[misc] # reportlab has no types
    """A page all of whose parts are references."""

    __RefOnly__ = 1

    def __init__(self, box: str, resources: pdfdoc.PDFObjectReference, content: Content) -> None:
        """``box``: the four corners "[0 0 595 842]" in points."""
        self.box = box
        self.resources = resources
        self.content = content

    def format(self, document: pdfdoc.PDFDocument) -> bytes:
        """The dictionary of the page."""
        parent, resources, content = (
            _reference(item, document) for item in (document.Pages, self.resources, self.content)
        )
        text = f"<</Type/Page/Parent {parent}/MediaBox {self.box}/Resources {resources}/Contents {content}>>"
        return text.encode("ascii")


class Bookmark(pdfdoc.PDFObject):  # type: ignore[misc] # reportlab has no types
    """A line of the outline that shows the page called ``page`` whole."""

    __RefOnly__ = 1

    def __init__(self, title: str, page: str) -> None:
        """``page``: reportlab's name for the page."""
        self.title = title
        self.page = pdfdoc.PDFObjectReference(page)
        self.parent: Outline | None = None
        self.before: Bookmark | None = None
        self.after: Bookmark | None = None

    def format(self, document: pdfdoc.PDFDocument) -> bytes:
        """The dictionary of the line."""
        title = pdfdoc.format(pdfdoc.PDFString(self.title), document)
        links = f"/Parent {_reference(self.parent, document)}/Dest[{_reference(self.page, document)} /Fit]"
        for name, other in (("Prev", self.before), ("Next", self.after)):
            if other is not None:
                links += f"/{name} {_reference(other, document)}"
        line: bytes = b"<</Title " + title + links.encode("ascii") + b">>"
        return line


class Outline(pdfdoc.PDFObject):  # type: ignore[misc] # reportlab has no types
    """The bookmarks of a document, one after the other."""

    __RefOnly__ = 1

    def __init__(self) -> None:
        self.lines: list[Bookmark] = []
        self.ready = -1

    def add(self, title: str, page: str) -> None:
        """Add a line for the page called ``page``."""
        line = Bookmark(title, page)
        line.parent = self
        if self.lines:
            line.before = self.lines[-1]
            self.lines[-1].after = line
        self.lines.append(line)

    def prepare(self, _document: pdfdoc.PDFDocument, _canvas: Canvas) -> None:
        """Called by reportlab before it writes: without lines there is no outline."""
        self.ready = 1 if self.lines else -1

    def format(self, document: pdfdoc.PDFDocument) -> bytes:
        """The dictionary of the outline."""
        first, last = _reference(self.lines[0], document), _reference(self.lines[-1], document)
        return f"<</Type/Outlines/Count {len(self.lines)}/First {first}/Last {last}>>".encode("ascii")


def _reference(item: object, document: pdfdoc.PDFDocument) -> str:
    """The number by which ``item`` is called in the file."""
    found: bytes = pdfdoc.format(document.Reference(item), document)
    return found.decode("ascii")
