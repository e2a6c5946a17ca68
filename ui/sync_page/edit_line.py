"""A third value, typed in the place of the verbs."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from emis_desktop.errors import EmisError
from emis_desktop.queries.sync_state import ConflictCard
from resources.words import Words
from ui.sync_page.verbs import in_force
from ui.widgets.base import row
from ui.widgets.button import Button
from ui.widgets.fields import ChoiceField, TextField

WIDE, NARROW = 420, 180
UNDER_LABEL = 20
"""The buttons stand beside the field, not beside its label."""


class EditLine(QWidget):
    """``given(text)`` with Save or Enter, ``left`` with Cancel or Esc."""

    given = Signal(str)
    left = Signal()

    def __init__(self, words: Words, card: ConflictCard) -> None:
        super().__init__()
        self.words = words
        tr, hint = words.tr, card.edit
        name = f"sync.typed.{card.id}"
        label = tr("New value for {what}", what=card.title.text(words))
        line = row(self, 8)
        held = in_force(card).value
        self._choice: ChoiceField | None = None
        self._text: TextField | None = None
        if hint.kind == "choice":
            choices = [(key, tr(word)) for key, word in hint.choices]
            self._choice = ChoiceField(label, choices, words, width=WIDE, name=name)
            line.addWidget(self._choice, 1)
        else:
            narrow = hint.kind in ("number", "date")
            self._text = TextField(label, words, width=NARROW if narrow else WIDE, name=name)
            self._text.line.setMaxLength(hint.most)
            self._text.set_text(_typed(words, held))
            self._text.line.returnPressed.connect(self._give)
            line.addWidget(self._text, 1)
        self._save = Button(tr("Save"), name=f"sync.save.{card.id}")
        self._save.clicked.connect(self._give)
        cancel = Button(tr("Cancel"), "link", name=f"sync.leave.{card.id}")
        cancel.clicked.connect(self.left)
        verbs = row(None, 4, (0, UNDER_LABEL, 0, 0))
        for button in (self._save, cancel):
            verbs.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        line.addLayout(verbs)

    def focus_first(self) -> None:
        """The field, with what stands in it selected."""
        if self._text is not None:
            self._text.line.setFocus()
            self._text.line.selectAll()
        elif self._choice is not None:
            self._choice.setFocus()

    def refuse(self, refusal: EmisError) -> None:
        """Say under the field why not; what was typed stays."""
        field = self._text or self._choice
        if field is not None:
            field.set_refusal(refusal)
            field.setFocus()

    def value(self) -> str:
        """What is typed or chosen."""
        if self._text is not None:
            return self._text.text().strip()
        return self._choice.value() if self._choice is not None else ""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc leaves it."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def _give(self) -> None:
        if not self.value():
            field = self._text or self._choice
            if field is not None:
                field.set_fault(self.words.tr("Type the value."))
            return
        self.given.emit(self.value())


def _typed(words: Words, value: object) -> str:
    """The value as it would be typed."""
    if value is None:
        return ""
    if isinstance(value, date):
        return words.date(value, "medium")
    if isinstance(value, (Decimal, float)):
        return words.number(value)
    return str(value)
