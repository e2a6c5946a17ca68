"""A code in groups, each letter in a box of its own; a slip is told as soon as its group is typed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QInputMethodEvent, QKeyEvent, QKeySequence, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QApplication, QLineEdit, QSizePolicy

from emis_desktop.errors import EmisError, Refused
from resources.words import Words
from ui.theme.active import colour
from ui.theme.fonts import SEMIBOLD, font
from ui.theme.tokens import Space
from ui.widgets.fields import Field

HIGH = 30
WIDEST, NARROWEST = 32, 15
WIDE_GAPS, NARROW_GAPS = (4, 12), (2, 9)
"""Pixels between letters, and between groups."""
ROOMY = 500
"""From this width on the gaps are wide and the letters large."""


@dataclass(frozen=True, slots=True)
class Shape:
    """So many groups of so many letters."""

    groups: int = 4
    letters: int = 5

    @property
    def count(self) -> int:
        """How many letters in all."""
        return self.groups * self.letters


class CodeLine(QLineEdit):
    """A line whose letters stand in boxes; hyphens and spaces are for reading and not kept.

    For a screen reader and for the keys it is a line like any other. ``wrong_group`` is framed.
    """

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self._shape, self._wrong_group = shape, -1
        self.setMaxLength(shape.count)
        self.setProperty("bare", "true")
        self.setProperty("ringNone", True)
        self.setFixedHeight(HIGH)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        hints = Qt.InputMethodHint
        self.setInputMethodHints(hints.ImhNoPredictiveText | hints.ImhUppercaseOnly | hints.ImhSensitiveData)
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.textChanged.connect(self.update)
        self.cursorPositionChanged.connect(self.update)
        self.selectionChanged.connect(self.update)

    def set_wrong_group(self, group: int) -> None:
        """Frame a group, from 0; -1 for none."""
        self._wrong_group = group
        self.update()

    # -- Typing ---------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Capitals; what separates groups is passed over, also in what is pasted."""
        if event.matches(QKeySequence.StandardKey.Paste):
            self.insert(packed(QApplication.clipboard().text()))
            return
        text = event.text()
        if len(text) == 1 and text.isprintable() and not event.modifiers() & _COMMANDS:
            kept = packed(text)
            if kept:
                self.insert(kept)
            return
        super().keyPressEvent(event)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """Letters of an input method as those of the keyboard."""
        kept = packed(event.commitString())
        if kept:
            self.insert(kept)
        event.accept()

    def event(self, event: QEvent) -> bool:
        """Look new when the focus comes or goes."""
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.update()
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The cursor goes to the box that was pressed."""
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        at = event.position().x()
        place = next((n for n in range(self._shape.count) if at < self._box(n).right() + 2), len(self.text()))
        self.setCursorPosition(min(place, len(self.text())))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Nothing is dragged here."""
        event.accept()

    # -- Drawing --------------------------------------------------------------------------------------

    def _gaps(self) -> tuple[int, int]:
        return WIDE_GAPS if self.width() >= ROOMY else NARROW_GAPS

    def _box(self, place: int) -> QRectF:
        shape, (gap, between) = self._shape, self._gaps()
        wide = (self.width() - 2 - _all_gaps(shape, (gap, between))) / shape.count
        wide = max(NARROWEST, min(WIDEST, wide))
        group, letter = divmod(place, shape.letters)
        one = shape.letters * wide + (shape.letters - 1) * gap + between
        return QRectF(1 + group * one + letter * (wide + gap), 0, wide, HIGH)

    def sizeHint(self) -> QSize:
        """As wide as the widest boxes."""
        return QSize(self._shape.count * WIDEST + _all_gaps(self._shape, WIDE_GAPS) + 2, HIGH)

    def minimumSizeHint(self) -> QSize:
        """With the narrowest."""
        return QSize(self._shape.count * NARROWEST + _all_gaps(self._shape, NARROW_GAPS) + 2, HIGH)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the boxes, their letters and where the next one goes."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font(16 if self.width() >= ROOMY else 13, SEMIBOLD))
        text, cursor = self.text(), self.cursorPosition()
        chosen = range(self.selectionStart(), self.selectionEnd()) if self.hasSelectedText() else range(0)
        for place in range(self._shape.count):
            here = self.hasFocus() and place == min(cursor, self._shape.count - 1)
            wrong = place // self._shape.letters == self._wrong_group
            ink = "bad" if wrong else "focus" if here else "line_strong"
            painter.setPen(QPen(colour(ink), 2 if here or wrong else 1))
            painter.setBrush(
                colour("selected" if place in chosen else "surface" if self.isEnabled() else "sunken")
            )
            inset = 1.0 if here or wrong else 0.5
            box = self._box(place)
            painter.drawRoundedRect(box.adjusted(inset, inset, -inset, -inset), Space.radius_control, 6)
            if place < len(text):
                painter.setPen(colour("text" if self.isEnabled() else "disabled"))
                painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), text[place])
        painter.setPen(QPen(colour("text3"), 1.5))
        for group in range(1, self._shape.groups):
            middle = self._box(group * self._shape.letters).left() - self._gaps()[1] / 2
            painter.drawLine(int(middle) - 3, HIGH // 2, int(middle) + 3, HIGH // 2)


_COMMANDS = (
    Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
)


def _all_gaps(shape: Shape, gaps: tuple[int, int]) -> int:
    """The pixels that no letter has."""
    return (shape.letters - 1) * shape.groups * gaps[0] + (shape.groups - 1) * gaps[1]


def packed(text: str) -> str:
    """Letters and digits alone, as capitals."""
    return "".join(letter for letter in text.upper() if letter.isascii() and letter.isalnum())


class CodeField(Field):
    """``check`` raises :class:`Refused` for a slip, its ``place`` being the group; ``whole(str)`` when the
    code is right, ``edited(str)`` at each letter.
    """

    whole = Signal(str)
    edited = Signal(str)

    def __init__(
        self,
        label: str,
        words: Words,
        check: Callable[[str], object],
        *,
        shape: Shape | None = None,
        help_text: str = "",
        good_words: str = "",
        empty_words: str = "",
        name: str = "",
    ) -> None:
        self._shape = shape or Shape()
        self.line = CodeLine(self._shape)
        super().__init__(label, self.line, words, help_text=help_text, name=name)
        self._check, self._asked, self._good, self._empty = check, help_text, good_words, empty_words
        self.line.textEdited.connect(self._typed)

    def text(self) -> str:
        """What is typed, without hyphens."""
        return self.line.text()

    def set_text(self, text: str) -> None:
        """Show what was typed before."""
        self.line.setText(packed(text))
        self._typed(self.line.text())

    def check(self) -> bool:
        """Whether it is whole; told when it is not."""
        if not self.text() and self._empty:
            self.set_fault(self._empty)
            return False
        return self._look(self.text(), whole=True)

    def _typed(self, text: str) -> None:
        self.edited.emit(text)
        full = len(text) == self._shape.count
        ended = len(text) > 0 and len(text) % self._shape.letters == 0
        if full or ended or self.fault:
            if self._look(text, whole=full) and full:
                self.whole.emit(text)
        elif not full:
            self.set_help(self._asked)

    def _look(self, text: str, *, whole: bool) -> bool:
        """Show a slip; a code that merely has not ended yet is none unless the ``whole`` is wanted."""
        try:
            self._check(text)
        except Refused as refusal:
            ended = len(text) // self._shape.letters
            place = _group_of(refusal)
            if whole or (place is not None and place <= ended):
                self.line.set_wrong_group(place - 1 if place is not None and text else -1)
                self.set_refusal(refusal)
            else:
                self._clear(self._asked)
            return False
        except EmisError as refusal:
            self.set_refusal(refusal)
            return False
        self._clear(self._good or self._asked)
        return True

    def _clear(self, help_text: str) -> None:
        self.line.set_wrong_group(-1)
        self.set_fault("")
        self.set_help(help_text)


def _group_of(refusal: Refused) -> int | None:
    place = refusal.values.get("place")
    return place if isinstance(place, int) else None
