"""Looking at a finished PDF as a reader and as a printer would: texts, boxes, rules, pictures."""

import ctypes
import io
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Self

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image

MM = 72 / 25.4


@dataclass(frozen=True, slots=True)
class Box:
    """A piece of text and where its ink is, in points from the lower left corner."""

    text: str
    left: float
    bottom: float
    right: float
    top: float

    def meets(self, other: "Box", slack: float = 0.2) -> bool:
        """Whether the two share more than ``slack`` points both ways."""
        across = min(self.right, other.right) - max(self.left, other.left)
        up = min(self.top, other.top) - max(self.bottom, other.bottom)
        return across > slack and up > slack


@dataclass(frozen=True, slots=True)
class Rule:
    """A level line, in points."""

    left: float
    right: float
    y: float


class Paper:
    """A PDF read back. Close it, or use it in a ``with``."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.pdf = pypdfium2.PdfDocument(content)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_fault: object) -> None:
        self.pdf.close()

    @property
    def pages(self) -> int:
        """How many sheets."""
        return len(self.pdf)

    def text(self, page: int = 0) -> str:
        """The text in reading order, lines joined by single spaces."""
        reader = self.pdf[page].get_textpage()
        return " ".join(reader.get_text_range().split())

    def boxes(self, page: int = 0) -> list[Box]:
        """Every piece of text with the box of its ink."""
        reader = self.pdf[page].get_textpage()
        found = []
        for number in range(reader.count_rects()):
            rect = reader.get_rect(number)
            text = reader.get_text_bounded(*rect).strip()
            if text:
                found.append(Box(text, *rect))
        return found

    def overlaps(self, page: int = 0) -> list[tuple[str, str]]:
        """The pairs of texts that touch."""
        return [(one.text, two.text) for one, two in combinations(self.boxes(page), 2) if one.meets(two)]

    def rules(self, page: int = 0, least: float = 200.0) -> list[Rule]:
        """Every level line of at least ``least`` points."""
        found: list[Rule] = []
        for item in self.pdf[page].get_objects(filter=(pdfium.FPDF_PAGEOBJ_PATH,), max_depth=3):
            found.extend(rule for rule in _level_lines(item) if rule.right - rule.left >= least)
        return found

    def struck(self, page: int = 0) -> list[str]:
        """The texts that a long rule runs through."""
        rules = self.rules(page)
        return [
            box.text
            for box in self.boxes(page)
            if any(
                box.bottom + 0.2 < rule.y < box.top - 0.2 and rule.left < box.left < rule.right
                for rule in rules
            )
        ]

    def picture(self, page: int = 0, dpi: int = 150, *, grey: bool = False) -> Image.Image:
        """The sheet as a printer shows it."""
        bitmap: Any = self.pdf[page].render(scale=dpi / 72, grayscale=grey)
        image: Image.Image = bitmap.to_pil()
        return image

    def fonts(self) -> dict[str, bool]:
        """The fonts of the texts -> whether they are embedded."""
        found: dict[str, bool] = {}
        for page in self.pdf:
            for item in page.get_objects(filter=(pdfium.FPDF_PAGEOBJ_TEXT,), max_depth=3):
                font = pdfium.FPDFTextObj_GetFont(item.raw)
                size = pdfium.FPDFFont_GetBaseFontName(font, None, 0)
                name = ctypes.create_string_buffer(size)
                pdfium.FPDFFont_GetBaseFontName(font, name, size)
                found[name.value.decode()] = pdfium.FPDFFont_GetIsEmbedded(font) == 1
        return found

    def outline(self) -> list[tuple[str, int]]:
        """The bookmarks: title and page, from 0."""
        found = []
        for item in self.pdf.get_toc():
            target = item.get_dest()
            found.append((item.get_title(), target.get_index() if target else -1))
        return found


def _level_lines(item: Any) -> list[Rule]:  # noqa: ANN401 - pypdfium2 has no types
    """The level strokes of a path, in points of the page."""
    lines: list[Rule] = []
    before = (0.0, 0.0)
    x, y = ctypes.c_float(), ctypes.c_float()
    for number in range(pdfium.FPDFPath_CountSegments(item.raw)):
        segment = pdfium.FPDFPath_GetPathSegment(item.raw, number)
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        here = (x.value, y.value)
        if (
            pdfium.FPDFPathSegment_GetType(segment) == pdfium.FPDF_SEGMENT_LINETO
            and abs(here[1] - before[1]) < 0.01
        ):
            lines.append(Rule(min(before[0], here[0]), max(before[0], here[0]), here[1]))
        before = here
    return lines


def ink_outside(picture: Image.Image, left: float, top: float, right: float, bottom: float) -> bool:
    """Whether anything is printed outside the box, which is given in shares of the sheet."""
    grey = picture.convert("L")
    width, height = grey.size
    edges = (
        (0, 0, round(width * left), height),
        (round(width * right), 0, width, height),
        (0, 0, width, round(height * top)),
        (0, round(height * bottom), width, height),
    )
    return any(_darkest(grey.crop(edge)) < 250 for edge in edges)


def _darkest(image: Image.Image) -> int:
    extrema = image.getextrema()
    return int(extrema[0]) if isinstance(extrema[0], (int, float)) else 0


def png(picture: Image.Image) -> bytes:
    """``picture`` as a PNG file."""
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()
