"""What the papers about pupils share with the report card, and the few styles of their own."""

from typing import Final

from emis_desktop.rules.card import CardSchool
from reports.canvas import Align, Pen
from reports.document import Document
from reports.fonts import Cut, unprintable
from reports.report_card import masthead
from reports.report_card.design import INK, SECOND, CardDesign
from reports.report_card.desk import CardWarning, Desk
from reports.style import Style
from resources.words import N_, Words

CUT: Final = N_("{what} is too long for its place on the paper and was cut: “{text}”. Shorten it.")
UNPRINTABLE: Final = N_("The paper cannot print {characters}; it shows □ instead. Write it in Latin letters.")
DASH: Final = "\u2013"
SEPARATOR: Final = "   \u00b7   "
FOOT: Final = 6.0
"""Millimetres that the line with the page number takes at the foot of a sheet."""


class PaperDesk(Desk):
    """The desk of a paper: as a card's, with its own warnings."""

    __slots__ = ("statement", "text")

    def __init__(
        self, document: Document, design: CardDesign, words: Words, warnings: list[CardWarning]
    ) -> None:
        """As :class:`Desk`."""
        super().__init__(document, design, words, warnings)
        self.statement = Style(Cut.REGULAR, 11, INK)
        self.text = Style(Cut.REGULAR, 10, INK)

    @property
    def end(self) -> float:
        """The lowest place for content: below it stands the line with the page number."""
        return self.design.bottom - FOOT

    def warn_cut(self, what: str, text: str) -> None:
        """Note that ``text``, which is the ``what`` of the paper, was cut."""
        self.warn(CUT, what=what, text=text)

    def check_letters(self, *texts: str | None) -> None:
        """Note the characters of these texts that the fonts have not."""
        lost = unprintable("".join(text for text in texts if text))
        if lost:
            self.warn(UNPRINTABLE, characters=" ".join(lost))

    def head(self, pen: Pen, school: CardSchool, title: str, when: str, small: str) -> float:
        """The head of a first sheet; returns where it ends."""
        look, most = self.look, self.design.measure * 0.4
        lines = [
            (self.fit(text, style, most, N_("The title")), style, y)
            for text, style, y in (
                (title, look.title, 5.5),
                (when, look.term, 11.0),
                (small, look.address, 16.2),
            )
        ]
        key = ("head", self.words.language, school, title, when, small)
        pen.form(self.document.form(key, lambda: masthead.school_head(self, school, lines)))
        return self.design.top + masthead.HEIGHT

    def later_head(self, pen: Pen, name: str, second: tuple[str | None, ...], end: str) -> float:
        """The head of a later sheet; returns where it ends."""
        masthead.running_head(self, pen, name, second, end)
        return self.design.top + masthead.RUNNING_HEIGHT

    def page_line(self, pen: Pen, text: str, page: int, pages: int) -> None:
        """The small line at the very foot: what it is, and which page of how many."""
        style, design = self.look.address, self.design
        counter = self.words.tr("Page {page} of {pages}", page=page, pages=pages)
        pen.text(design.right, design.bottom, counter, style, Align.END)
        room = design.measure - style.width(counter) - 8
        pen.text(design.left, design.bottom, style.fit(text, room)[0], style)

    def sentence(self, pen: Pen, y: float, text: str, style: Style, leading: float, most: int = 12) -> float:
        """Prose over the whole measure from the baseline ``y``; returns the baseline after it."""
        lines = self.wrap(text, style, self.design.measure, most, N_("A sentence"))
        pen.lines(self.design.left, y, lines, style, leading)
        return y + len(lines) * leading

    def captioned(self, pen: Pen, x: float, y: float, caption: str, value: str, width: float) -> None:
        """A value under its caption, as in the pupil's block."""
        look = self.look
        pen.text(x, y, look.caption.fit(caption, width)[0], look.caption)
        pen.text(x, y + 4.8, look.fact.fit(value, width)[0], look.fact)


QUIET: Final = Style(Cut.REGULAR, 8, SECOND)
"""For sentences that say that something is not there."""
