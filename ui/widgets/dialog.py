"""Dialogs: the title is the question, the buttons are verbs, the safe one has the focus, Esc is no."""

from itertools import pairwise

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from ui.theme.fonts import SEMIBOLD
from ui.widgets.base import column, come_back, identify, row
from ui.widgets.button import Button
from ui.widgets.text import Text

LEAST_WORDS = 120
"""A name of 120 letters without a space must not make a dialog wider than it may be."""

FIRST, BETWEEN, LAST = range(3)
"""Where a button stands."""


class Dialog(QDialog):
    """A question over the window.

    Put more than words into ``body``. Add the verbs with ``add_verb``; ``answered(key)`` comes once, with
    "" for Esc. Show it with ``ask``, which does not block.
    """

    answered = Signal(str)

    def __init__(
        self, question: str, explanation: str = "", *, name: str = "dialog", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        if parent is not None:  # a window of its own does not take the direction over by itself
            self.setLayoutDirection(parent.layoutDirection())
        identify(self, name, question)
        self.setWindowTitle(question)
        self.setModal(True)
        self.setMinimumWidth(420)
        self.setMaximumWidth(720)
        self._answer = ""
        self._safe: Button | None = None
        self._ranked: list[tuple[int, Button]] = []
        box = column(self, 12, (24, 20, 24, 20))
        asked = Text(question, 16, SEMIBOLD, wrap=True)
        asked.setMinimumWidth(LEAST_WORDS)
        box.addWidget(asked)
        if explanation:
            self.setAccessibleDescription(explanation)
            said = Text(explanation, 13, tone="secondary", wrap=True)
            said.setMinimumWidth(LEAST_WORDS)
            box.addWidget(said)
        self.body: QVBoxLayout = column(None, 10)
        box.addLayout(self.body)
        box.addSpacing(4)
        self._verbs = row(None, 8)
        self._verbs.addStretch(1)
        box.addLayout(self._verbs)
        self.finished.connect(lambda: self.answered.emit(self._answer))

    def add_verb(self, key: str, text: str, kind: str = "secondary", *, safe: bool = False) -> Button:
        """Add a button that answers ``key``.

        The ``safe`` one has the focus. Kind: primary, danger, secondary. Whatever the order they are added
        in, the way out stands first and what the dialog is for last, as on a page.
        """
        button = Button(text, kind, name=f"{self.objectName()}.{key}")
        button.setAutoDefault(True)  # Enter presses the button that has the focus, not the safe one
        button.clicked.connect(lambda: self._say(key))
        rank = LAST if kind in ("primary", "danger") else FIRST if safe else BETWEEN
        place = sum(other <= rank for other, _button in self._ranked)
        self._ranked.insert(place, (rank, button))
        self._verbs.insertWidget(1 + place, button)  # after the stretch
        for (_, before), (_, after) in pairwise(self._ranked):
            QWidget.setTabOrder(before, after)
        if safe:
            self._safe = button
            button.setDefault(True)
        return button

    def sizeHint(self) -> QSize:
        """As high as the words are at the width that the dialog gets.

        Left alone, Qt takes the height of the narrowest lines and puts what is too much between the fields.
        """
        hint = super().sizeHint()
        width = min(max(hint.width(), self.minimumWidth()), self.maximumWidth())
        return QSize(width, self.heightForWidth(width) if self.hasHeightForWidth() else hint.height())

    def event(self, event: QEvent) -> bool:
        """Grow when a fault needs more lines than there is room for; go on when a dialog over this closed."""
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest and self.isVisible() and self.hasHeightForWidth():
            needed = self.heightForWidth(self.width())
            if needed > self.height():
                self.resize(self.width(), needed)
        if event.type() == QEvent.Type.WindowUnblocked:
            QTimer.singleShot(0, self, lambda: come_back(self))
        return done

    def ask(self) -> None:
        """Show the dialog over its window without blocking; the answer comes with ``answered``."""
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.open()
        if self._safe is not None:
            self._safe.setFocus(Qt.FocusReason.OtherFocusReason)

    def _say(self, key: str) -> None:
        self._answer = key
        self.accept()
