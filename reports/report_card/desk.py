"""What the blocks of a card share while one document is drawn in one language."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final, TypeVar

from reports.canvas import Pen
from reports.document import Document
from reports.report_card.design import CardDesign, Look, look
from reports.style import Style
from resources.words import N_, Words

Kept = TypeVar("Kept")

Tries = tuple[tuple[Style, int], ...]
"""Styles, each with the lines that a text may take in it, the one that is wanted first."""

_MEMORY: Final = 5_000

CUT: Final = N_("{what} is too long for its place on the card and was cut: “{text}”. Shorten it.")
UNPRINTABLE: Final = N_("The card cannot print {characters}; it shows □ instead. Write it in Latin letters.")
NO_PICTURE: Final = N_("{what} could not be read and was left out. Choose it again as a PNG or JPEG file.")


@dataclass(frozen=True, slots=True)
class CardWarning:
    """Something the card of ``pupil`` could not show in full: a message of the catalogue and its fields."""

    pupil: str
    message: str
    values: tuple[tuple[str, str], ...] = ()

    def text(self, words: Words) -> str:
        """The warning as a sentence; a field that is itself a text of the catalogue is translated."""
        return words.tr(self.message, **{name: words.tr(value) for name, value in self.values})


class Desk:
    """The document, the design, the words and what has been drawn already."""

    __slots__ = (
        "_dates",
        "_figures",
        "_kept",
        "_labels",
        "_lines",
        "design",
        "document",
        "look",
        "pupil",
        "warnings",
        "words",
    )

    def __init__(
        self, document: Document, design: CardDesign, words: Words, warnings: list[CardWarning]
    ) -> None:
        """One desk for every language of ``document``; ``warnings`` is filled while drawing."""
        self.document = document
        self.design = design
        self.words = words
        self.look: Look = look(design.accent)
        self.warnings = warnings
        self.pupil = ""
        self._figures: dict[str, str] = {}
        self._dates: dict[tuple[date, str], str] = {}
        self._labels: dict[tuple[str, Tries, float], tuple[list[str], Style, bool]] = {}
        self._lines: dict[tuple[str, Style, float, int], list[str]] = {}
        self._kept: dict[
            tuple[Hashable, int], tuple[object, Any]
        ] = {}  # holds the object, so its id stays its own

    def pen(self) -> Pen:
        """A fresh pen for a page or a form, in the direction of the language."""
        return Pen(self.document, mirror=self.words.right_to_left)

    def figure(self, value: Decimal) -> str:
        """``value``, rounded by the rules already, with the separators of the language."""
        plain = str(value)
        found = self._figures.get(plain)
        if found is None:
            found = self._figures[plain] = self.words.number(value)
        return found

    def optional(self, value: Decimal | None) -> str:
        """As :meth:`figure`; a dash when there is no value."""
        return "\u2013" if value is None else self.figure(value)

    def bound(self, value: Decimal) -> str:
        """A maximum or a limit: as :meth:`figure`, without decimals that say nothing (40.0 is 40)."""
        whole = value.to_integral_value()
        return self.figure(whole if whole == value else value.normalize())

    def keep(self, key: Hashable, values: object, make: Callable[[], Kept]) -> Kept:
        """What ``make`` gives for ``key`` and the very same object ``values``, made once."""
        found = self._kept.get((key, id(values)))
        if found is None:
            found = self._kept[key, id(values)] = (values, make())
        kept: Kept = found[1]
        return kept

    def warn(self, message: str, **values: str) -> None:
        """Note that something of the present pupil's card could not be shown in full."""
        self.warnings.append(CardWarning(self.pupil, message, tuple(values.items())))

    def fit(self, text: str, style: Style, width: float, what: str) -> str:
        """``text`` cut to ``width``; when it had to be cut, ``what`` is named in a warning."""
        fitted, cut = style.fit(text, width)
        if cut:
            self.warn_cut(what, text)
        return fitted

    def wrap(self, text: str, style: Style, width: float, most: int, what: str) -> list[str]:
        """``text`` in at most ``most`` lines; when it had to be cut, ``what`` is named in a warning."""
        lines, cut = style.wrap(text, width, most)
        if cut:
            self.warn_cut(what, text)
        return lines

    def shrink(self, text: str, tries: Tries, width: float, what: str) -> tuple[list[str], Style]:
        """``text`` in the first of ``tries`` that holds all of it, else cut in the last, with a warning."""
        lines: list[str] = []
        for style, most in tries:
            lines, cut = style.wrap(text, width, most)
            if not cut:
                return lines, style
        self.warn_cut(what, text)
        return lines, tries[-1][0]

    def label(self, text: str, tries: Tries, width: float, what: str) -> tuple[list[str], Style]:
        """As :meth:`shrink`, for texts that come again on many cards."""
        key = (text, tries, width)
        found = self._labels.get(key)
        if found is None:
            if len(self._labels) > _MEMORY:
                self._labels.clear()
            before = len(self.warnings)
            found = self._labels[key] = (*self.shrink(text, tries, width, what), before < len(self.warnings))
        elif found[2]:
            self.warn_cut(what, text)
        return found[:2]

    def date(self, day: date, style: str = "long") -> str:
        """``day`` in words, as the language's :meth:`Words.date` gives it."""
        found = self._dates.get((day, style))
        if found is None:
            found = self._dates[day, style] = self.words.date(day, style)
        return found

    def count(self, number: int) -> str:
        """A whole number with the separators of the language."""
        return str(number) if 0 <= number < 1000 else self.words.number(number)

    def lines(self, text: str, style: Style, width: float, most: int) -> list[str]:
        """``text`` in as many lines as it needs, up to ``most``; remembered while the card is drawn."""
        key = (text, style, width, most)
        found = self._lines.get(key)
        if found is None:
            if len(self._lines) > 16:
                self._lines.clear()
            found = self._lines[key] = style.wrap(text, width, most)[0]
        return found

    def warn_cut(self, what: str, text: str) -> None:
        """Note that ``text``, which is the ``what`` of the card, was cut."""
        self.warn(CUT, what=what, text=text)
