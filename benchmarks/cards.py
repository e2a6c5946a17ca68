"""Report cards per second: the card's own drawing beside the same content made with reportlab's Platypus.

    python -m benchmarks.cards [COUNT]

draws COUNT different pupils (1,000 unless told) in one process, turn and turn about with the peer, and prints
cards per second and bytes per card.
"""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from statistics import median
from time import perf_counter
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, PageBreak, Paragraph, SimpleDocTemplate, Spacer, Table

from emis_desktop.rules.card import CardPoint, CardValues
from reports.fonts import Cut, faces
from reports.report_card import write_cards
from reports.report_card.code import qr_code
from resources.words import Words
from tests.factories.cards import different_cards

ROUNDS = 3
_INK, _GREY, _ACCENT = HexColor("#14212A"), HexColor("#4A5A66"), HexColor("#0B5C70")


@dataclass(frozen=True, slots=True)
class Figures:
    """What one way of drawing took for ``cards`` cards: seconds and bytes."""

    cards: int
    seconds: float
    size: int

    @property
    def per_second(self) -> float:
        """Cards a second."""
        return self.cards / self.seconds

    @property
    def bytes_per_card(self) -> float:
        """Bytes of the file for each card, fonts included."""
        return self.size / self.cards


def drawn(cards: Sequence[CardValues]) -> int:
    """Draw ``cards`` into one file as the product does; the size of the file."""
    stream = BytesIO()
    return write_cards(cards, stream).size


def drawn_each(cards: Sequence[CardValues]) -> int:
    """Draw a file for each of ``cards``, in memory; their size together."""
    return sum(drawn((card,)) for card in cards)


def drawn_with_platypus(cards: Sequence[CardValues]) -> int:
    """The same texts, figures, chart, circles and code with flowables; the size of the file."""
    faces()  # makes the fonts known to reportlab
    stream = BytesIO()
    document = SimpleDocTemplate(
        stream,
        pagesize=A4,
        leftMargin=14 * mm,
        rightMargin=14 * mm,
        topMargin=10 * mm,
        bottomMargin=8 * mm,
        initialFontName=Cut.REGULAR.value,
    )
    story: list[Flowable] = []
    for card in cards:
        story.extend(_story(card))
        story.append(PageBreak())
    document.build(story)
    return len(stream.getvalue())


def measure(work: Callable[[Sequence[CardValues]], int], cards: Sequence[CardValues]) -> Figures:
    """One timed run."""
    start = perf_counter()
    size = work(cards)
    return Figures(len(cards), perf_counter() - start, size)


def compare(count: int) -> dict[str, Figures]:
    """Median runs over ``count`` cards, the ways of drawing in turn; Platypus gets a tenth of them."""
    cards = tuple(different_cards(count))
    ways: dict[str, tuple[Callable[[Sequence[CardValues]], int], Sequence[CardValues]]] = {
        "merged": (drawn, cards),
        "one file each": (drawn_each, cards[: max(1, count // 10)]),
        "platypus": (drawn_with_platypus, cards[: max(1, count // 10)]),
    }
    drawn(cards[:20])
    runs: dict[str, list[Figures]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, (work, part) in ways.items():
            runs[name].append(measure(work, part))
    return {name: _middle(found) for name, found in runs.items()}


def _middle(runs: Sequence[Figures]) -> Figures:
    seconds = median(run.seconds for run in runs)
    return Figures(runs[0].cards, seconds, runs[0].size)


# The peer


class _Chart(Flowable):  # type: ignore[misc] # reportlab has no types
    """The progress chart and the code, drawn on the canvas as any flowable would."""

    def __init__(self, points: Sequence[CardPoint], payload: bytes) -> None:
        super().__init__()
        self.points, self.payload = points, payload

    def wrap(self, *_room: float) -> tuple[float, float]:
        """Its size in points."""
        return 182 * mm, 38 * mm

    def draw(self) -> None:
        """Paint it on the canvas."""
        canvas: Canvas = self.canv
        canvas.setFont(Cut.REGULAR.value, 6.8)
        for tick in range(5):
            y = (6 + tick * 6) * mm
            canvas.line(7 * mm, y, 65 * mm, y)
            canvas.drawRightString(6 * mm, y - 2, str(40 + 10 * tick))
        for series, width in (("pupil", 1.5), ("class_average", 0.8)):
            canvas.setLineWidth(width)
            path = canvas.beginPath()
            for place, point in enumerate(self.points):
                x, y = (12 + 15 * place) * mm, float(getattr(point, series)) * 0.3 * mm
                (path.lineTo if place else path.moveTo)(x, y)
                canvas.circle(x, y, 2, stroke=0, fill=1)
                canvas.drawCentredString(x, y + 4, str(getattr(point, series)))
                canvas.drawCentredString(x, 0, point.label)
            canvas.drawPath(path)
        self._code(canvas)

    def _code(self, canvas: Canvas) -> None:
        code = qr_code(self.payload)
        scale = 18 * mm / code.modules
        canvas.saveState()
        canvas.transform(scale, 0, 0, -scale, 160 * mm, 20 * mm)
        canvas.addLiteral(code.path)
        canvas.restoreState()


def _style(cut: Cut, size: float, ink: Any = _INK, **more: Any) -> ParagraphStyle:  # noqa: ANN401 - reportlab's own
    return ParagraphStyle(
        f"{cut}{size}", fontName=cut.value, fontSize=size, leading=size * 1.25, textColor=ink, **more
    )


_SCHOOL, _TITLE = _style(Cut.DISPLAY, 17), _style(Cut.SEMIBOLD, 15, _ACCENT, alignment=TA_RIGHT)
_SMALL, _FACT = _style(Cut.REGULAR, 7, _GREY), _style(Cut.MEDIUM, 9.5)
_FIGURE, _COMMENT = _style(Cut.DISPLAY, 15), _style(Cut.REGULAR, 7.5)
_REMARK, _HEAD = _style(Cut.REGULAR, 9), _style(Cut.SEMIBOLD, 7)
_GRID = [
    ("FONTNAME", (0, 0), (-1, -1), Cut.REGULAR.value),
    ("FONTNAME", (0, 0), (0, -1), Cut.MEDIUM.value),
    ("FONTNAME", (3, 0), (4, -1), Cut.BOLD.value),
    ("FONTSIZE", (0, 0), (-1, -1), 9),
    ("ALIGN", (1, 0), (7, -1), "RIGHT"),
    ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
    ("LINEBELOW", (0, 0), (-1, -1), 0.3, _GREY),
    ("TOPPADDING", (0, 0), (-1, -1), 1),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 1),
]
_PLAIN = [
    ("TOPPADDING", (0, 0), (-1, -1), 0),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 0),
    ("LEFTPADDING", (0, 0), (-1, -1), 0),
]


def _story(card: CardValues) -> list[Flowable]:
    """A card as flowables, in the order in which it is read."""
    return [*_top(card), _subjects(card), *_bottom(card)]


def _top(card: CardValues) -> list[Flowable]:
    words, school, pupil, summary = Words.load(card.language), card.school, card.pupil, card.summary
    position = summary.position
    facts = [
        pupil.class_name,
        pupil.class_teacher,
        words.date(pupil.birth_date) if pupil.birth_date else "",
        pupil.on_roll,
    ]
    figures = [
        f"{summary.average} %",
        f"{position.text} of {position.of}" if position else "",
        f"{summary.class_average} %",
        f"{summary.passed} of {summary.subjects}",
        f"{summary.days_present} of {summary.days_possible}",
    ]
    return [
        Table(
            [
                [Paragraph(school.name, _SCHOOL), Paragraph("Report card", _TITLE)],
                [
                    Paragraph(f"{school.motto}<br/>{school.address} · {school.phone}", _SMALL),
                    f"{card.term.name}",
                ],
            ],
            colWidths=[122 * mm, 60 * mm],
        ),
        Paragraph(f"{pupil.name} {pupil.number}", _FIGURE),
        Table([[Paragraph(str(fact), _FACT) for fact in facts]], colWidths=[45 * mm] * 4),
        Table([[Paragraph(figure, _FIGURE) for figure in figures]], colWidths=[36 * mm] * 5),
    ]


def _subjects(card: CardValues) -> Table:
    rows: list[list[Any]] = [
        [
            Paragraph(head, _HEAD)
            for head in ("Subject", "Course", "Exam", "Term", "Grade", "Class", "Best", "Effort", "Comment")
        ]
    ]
    rows.extend(
        [
            row.name,
            *(str(part.value) for part in row.parts),
            str(row.mark),
            row.letter or "",
            str(row.class_average),
            str(row.class_highest),
            row.effort or "",
            Paragraph(row.comment or "", _COMMENT),
        ]
        for row in card.subjects
    )
    widths = [width * mm for width in (40, 11, 11, 12, 11, 12, 12, 11, 62)]
    return Table(rows, colWidths=widths, rowHeights=[9 * mm] + [7.6 * mm] * len(card.subjects), style=_GRID)


def _bottom(card: CardValues) -> list[Flowable]:
    days, issue = card.attendance, card.issue
    traits = [
        [trait.name, "●" * (trait.level or 0) + "○" * (trait.maximum - (trait.level or 0))]
        for trait in card.conduct
    ]
    attendance = (
        []
        if days is None
        else [["School days", days.possible], ["Present", days.present], ["Late", days.late]]
    )
    remarks = [
        Paragraph(remark.text or "", _REMARK) for remark in (card.class_teacher, card.principal) if remark
    ]
    grades = "   ".join(f"{band.letter} {band.lower}–{band.upper}" for band in card.key.grades)
    return [
        Table([[Table(attendance, style=_PLAIN), Table(traits, style=_PLAIN)]]),
        _Chart(card.progress, issue.qr if issue else b""),
        Table([remarks], colWidths=[91 * mm] * 2),
        Spacer(1, 2 * mm),
        Paragraph(f"Next term begins {card.next_term}", _FACT),
        Paragraph(f"Key to grades {grades}", _COMMENT),
        Paragraph(f"Issue {issue.issue} · {issue.number} · {issue.check_code}" if issue else "", _SMALL),
    ]


def main(arguments: Sequence[str]) -> int:
    """Print the comparison."""
    count = int(arguments[0]) if arguments else 1_000
    found = compare(count)
    for name, figures in found.items():
        speed, size = f"{figures.per_second:,.0f} cards/s", f"{figures.bytes_per_card:,.0f} bytes a card"
        print(f"{name}: {speed}, {size} ({figures.cards} cards)")
    print(f"merged over platypus: {found['merged'].per_second / found['platypus'].per_second:.1f} times")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
