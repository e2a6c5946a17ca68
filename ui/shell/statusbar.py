"""The bar under the pages: three facts in words, and when the laptop locks."""

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from resources.words import Words
from ui.theme.fonts import MEDIUM, SEMIBOLD, font
from ui.theme.tokens import Space
from ui.widgets.base import announce, identify, row, styled
from ui.widgets.fields import Sign
from ui.widgets.text import Text


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact in words.

    ``tone`` is ok (saved), neutral (waiting, no line: both normal), warn (a decision is due) or bad.
    ``tip`` has the exact time. One that ``leads`` somewhere can be pressed.
    """

    text: str
    tone: str = "neutral"
    tip: str = ""
    leads: bool = False


_SIGNS = {
    "saved": "check",
    "waiting": "refresh-cw",
    "contact": "clock",
    "decision": "circle-alert",
    "backup": "usb-stick",
    "lock": "lock",
}


class FactLabel(QWidget):
    """An icon and a few words; ``pressed`` when the user clicks it."""

    pressed = Signal()

    def __init__(self, which: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(f"shell.status.{which}")
        self._which = which
        self._sign = Sign(_SIGNS[which], "text2")
        self._text = Text("", 12, tone="secondary", elide=True)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(24)
        self.setProperty("ringInside", True)
        line = row(self, 6)
        line.addWidget(self._sign)
        line.addWidget(self._text, 1)

    def set_fact(self, fact: Fact) -> None:
        """Show another fact and have a change of tone for the worse read aloud."""
        grave = fact.tone in ("bad", "warn")
        if grave and fact.text != self._text.text():
            announce(self, fact.text)
        icon = "circle-alert" if grave else _SIGNS[self._which]
        self._sign.set_sign(icon, "text2" if fact.tone == "neutral" else fact.tone)
        self._text.setFont(font(12, SEMIBOLD if grave else MEDIUM if fact.tone == "ok" else 400))
        self._text.set_tone("secondary" if fact.tone == "neutral" else fact.tone)
        self._text.setText(fact.text)
        self.setToolTip(fact.tip)
        self.setAccessibleName(fact.text)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if fact.leads else Qt.FocusPolicy.NoFocus)
        self.setVisible(bool(fact.text))

    def text(self) -> str:
        """The words shown."""
        return self._text.text()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Go to what the fact is about."""
        if event.button() == Qt.MouseButton.LeftButton and self.focusPolicy() != Qt.FocusPolicy.NoFocus:
            self.pressed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and Space press it."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.pressed.emit()
        else:
            super().keyPressEvent(event)


class StatusBar(QWidget):
    """``pressed(which)`` with saved, waiting, contact, decision, backup or lock."""

    pressed = Signal(str)

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        styled(self)
        identify(self, "shell.status", words.tr("State of the work"))
        self.setFixedHeight(Space.status_bar)
        self._facts = {which: FactLabel(which) for which in _SIGNS}
        self._line = row(self, 18, (17, 0, 16, 0))
        for which, label in self._facts.items():
            if which == "lock":
                self._line.addStretch(1)
            label.pressed.connect(lambda name=which: self.pressed.emit(name))
            self._line.addWidget(label)
            label.hide()

    def set_fact(self, which: str, fact: Fact) -> None:
        """Show ``fact`` at saved, waiting, contact, decision, backup or lock."""
        self._facts[which].set_fact(fact)

    def text(self, which: str) -> str:
        """The words of a fact."""
        return self._facts[which].text()
