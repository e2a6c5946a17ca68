"""Chips, pills and segments: small choices and states."""

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QSizePolicy, QWidget

from ui.widgets.base import identify, restyle, row
from ui.widgets.button import Button
from ui.widgets.paint import PILL_HEIGHT, paint_pill, pill_width


class Pill(QWidget):
    """A state as dot and word on a tint; only for states that are not the usual one.

    ``tone`` is ok, warn, bad, accent or neutral.
    """

    def __init__(
        self, text: str, tone: str = "neutral", *, name: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._text, self._tone = "", tone
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_state(text, tone)
        identify(self, name)

    def set_state(self, text: str, tone: str) -> None:
        """Show another state."""
        self._text, self._tone = text, tone
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def text(self) -> str:
        """The word."""
        return self._text

    def sizeHint(self) -> QSize:
        """As wide as the word, 22 high."""
        return QSize(pill_width(self._text), PILL_HEIGHT)

    def minimumSizeHint(self) -> QSize:
        """The same as the hint."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it."""
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        paint_pill(QPainter(self), self.rect(), self._tone, self._text, rtl=rtl)


class FilterChip(Button):
    """An active filter; a press takes it away (``removed``).

    ``spoken`` is what a screen reader says, such as "Grade 5, remove filter".
    """

    removed = Signal(str)

    def __init__(
        self, key: str, text: str, spoken: str, *, name: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(f"{text}  ×", "chip", name=name, parent=parent)
        self.setCheckable(True)
        self.setChecked(True)
        self.setAccessibleName(spoken)
        self.setToolTip(spoken)
        self._key = key
        self.clicked.connect(self._remove)

    def _remove(self) -> None:
        self.setChecked(True)
        self.removed.emit(self._key)


class _Choice(QWidget):
    """Buttons of which exactly one is down; the base of tabs and segments."""

    chosen = Signal(str)

    def __init__(self, spoken: str, *, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        identify(self, name, spoken)
        self._name = name
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._buttons: dict[str, Button] = {}
        self._keys: dict[int, str] = {}
        self._group.idClicked.connect(self._clicked)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def _add(self, key: str, text: str, kind: str) -> Button:
        button = Button(text, kind, name=f"{self._name}.{key}" if self._name else "")
        button.setCheckable(True)
        number = len(self._buttons)
        self._buttons[key] = button
        self._keys[number] = key
        self._group.addButton(button, number)
        return button

    def _clicked(self, number: int) -> None:
        self.chosen.emit(self._keys[number])

    def button(self, key: str) -> Button:
        """The button of a key; raises ``KeyError``."""
        return self._buttons[key]

    def value(self) -> str:
        """The key that is down, "" while none is."""
        return self._keys.get(self._group.checkedId(), "")

    def set_value(self, key: str) -> None:
        """Put the button of ``key`` down without a signal; "" lifts all."""
        self._group.setExclusive(False)
        for known, button in self._buttons.items():
            button.setChecked(known == key)
        self._group.setExclusive(True)


class TabChips(_Choice):
    """Round tabs in a row: parts of a form, states of a list ("Ready 24").

    ``choices`` are (key, words) pairs; ``chosen(key)`` comes when the user changes it.
    """

    def __init__(
        self,
        choices: list[tuple[str, str]],
        spoken: str,
        *,
        name: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(spoken, name=name, parent=parent)
        line = row(self, 6)
        for key, text in choices:
            line.addWidget(self._add(key, text, "chip"))
        if choices:
            self.set_value(choices[0][0])

    def set_text(self, key: str, text: str) -> None:
        """Change the words of one tab, for a new count."""
        self._buttons[key].setText(text)


class Segmented(_Choice):
    """Two to five choices side by side instead of a combo box; none is chosen at first."""

    def __init__(
        self,
        choices: list[tuple[str, str]],
        spoken: str,
        *,
        name: str = "",
        parent: QWidget | None = None,
    ) -> None:
        self._order: list[Button] = []
        super().__init__(spoken, name=name, parent=parent)
        self._order = [self._add(key, text, "secondary") for key, text in choices]
        line = row(self)
        for button in self._order:
            line.addWidget(button)
        self._shape()

    def _shape(self) -> None:
        """Round the outer corners only."""
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        order = self._order[::-1] if rtl else self._order
        for place, button in enumerate(order):
            segment = "first" if place == 0 else "last" if place == len(order) - 1 else "middle"
            restyle(button, segment=segment if len(order) > 1 else "")

    def changeEvent(self, event: QEvent) -> None:
        """Swap the round corners with the layout direction."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LayoutDirectionChange:
            self._shape()
