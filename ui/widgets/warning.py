"""A warning beside the work: it gives its reasons and two verbs, and never stops anyone."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ui.theme.fonts import SEMIBOLD
from ui.widgets.base import announce, row, styled
from ui.widgets.button import Button
from ui.widgets.card import Card
from ui.widgets.fields import Sign
from ui.widgets.text import Text


class WarningCard(Card):
    """A tinted card: title, reasons, and two verbs (``first`` and ``second`` are emitted)."""

    first = Signal()
    second = Signal()

    def __init__(
        self,
        title: str,
        reasons: str,
        first_verb: str,
        second_verb: str,
        *,
        name: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(tint="warn", name=name, parent=parent)
        self.body.setContentsMargins(13, 11, 13, 11)
        head = row(None, 8)
        head.addWidget(Sign("circle-alert", "warn", 16))
        self._title = Text(title, 13, SEMIBOLD, "warn", wrap=True)
        head.addWidget(self._title, 1)
        self.body.addLayout(head)
        self._reasons = Text(reasons, 12, wrap=True)
        self.body.addWidget(self._reasons)
        verbs = row(None, 4)
        one = Button(first_verb, name=f"{name}.first" if name else "")
        two = Button(second_verb, "link", name=f"{name}.second" if name else "")
        one.clicked.connect(self.first)
        two.clicked.connect(self.second)
        verbs.addWidget(one)
        verbs.addWidget(two)
        verbs.addStretch(1)
        self.body.addLayout(verbs)

    def set_words(self, title: str, reasons: str) -> None:
        """Warn of something else and have it read aloud."""
        self._title.setText(title)
        self._reasons.setText(reasons)
        announce(self, f"{title}. {reasons}")


class Banner(QWidget):
    """A band over the page for something that lasts: one line and up to one verb (``pressed``).

    ``tint`` is warn, accent or bad.
    """

    pressed = Signal()

    def __init__(
        self, text: str, verb: str = "", *, tint: str = "warn", name: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        styled(self)
        self.setProperty("tint", tint)
        line = row(self, 10, (20, 4, 12, 4))
        line.addWidget(Sign("circle-alert" if tint != "accent" else "info", tint, 16))
        self._text = Text(text, 13, tone="text", wrap=True)
        line.addWidget(self._text, 1)
        self._verb = Button(verb, "secondary", name=f"{name}.verb" if name else "")
        self._verb.clicked.connect(self.pressed)
        line.addWidget(self._verb)
        self._verb.setVisible(bool(verb))
        self.setMinimumHeight(40)

    def set_text(self, text: str) -> None:
        """Say something else."""
        self._text.setText(text)
