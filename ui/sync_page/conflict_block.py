"""One change to look at: whose field, why, both values, and what can be done about it."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from emis_desktop.errors import EmisError
from emis_desktop.queries.sync_state import CardKind, ConflictCard, Verb
from resources.words import Words
from ui.sync_page import words as said
from ui.sync_page.edit_line import EditLine
from ui.sync_page.value_box import ValueBox
from ui.sync_page.verbs import ICONS, verb_words
from ui.theme.fonts import SEMIBOLD
from ui.widgets.base import announce, column, identify, row
from ui.widgets.button import Button
from ui.widgets.fields import Sign
from ui.widgets.text import Text

GAP = 8


class ConflictBlock(QWidget):
    """``decided(card, verb, value)`` when a verb was pressed; ``opened(card)`` leads to the record."""

    decided = Signal(object, object, str)
    opened = Signal(object)

    def __init__(self, words: Words, card: ConflictCard, now: datetime) -> None:
        super().__init__()
        self.words, self.card = words, card
        title = card.title.text(words)
        identify(self, f"sync.conflict.{card.id}", title)
        box = column(self, 0, (16, 11, 16, 14))
        box.addLayout(self._head(title))
        box.addSpacing(7)
        why = Text(card.why.text(words), 12, tone="secondary", wrap=True)
        box.addWidget(why)
        box.addSpacing(8)
        box.addLayout(self._boxes(now))
        if card.reminded_at is not None:
            box.addSpacing(6)
            box.addWidget(Text(self._reminded(card.reminded_at, now), 12, tone="secondary", wrap=True))
        box.addSpacing(8)
        self._line = QWidget()
        self._line.setLayout(self._verbs())
        box.addWidget(self._line)
        self._edit: EditLine | None = None
        self._box = box
        self._fault = self._make_fault()
        self.setAccessibleDescription(why.text())

    def _head(self, title: str) -> QHBoxLayout:
        line = row(None, 12)
        line.addWidget(Text(title, 13, SEMIBOLD, elide=True), 1)
        if self.card.has_before:
            before = self.words.tr("Before: {value}", value=said.value_words(self.words, self.card.before))
            shown = Text(before, 12, tone="secondary", elide=True)
            line.addWidget(shown)
        return line

    def _boxes(self, now: datetime) -> QGridLayout:
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(GAP)
        names = ("held", "other")
        none = self.words.ptr("state", "Deleted") if self.card.kind is CardKind.DELETE else ""
        for place, side in enumerate(self.card.sides[:2]):
            name = f"sync.value.{names[place]}.{self.card.id}"
            box = ValueBox(self.words, side, now, none_words=none, name=name)
            grid.addWidget(box, 0, place)
            grid.setColumnStretch(place, 1)
        return grid

    def _reminded(self, moment: datetime, now: datetime) -> str:
        when = self.words.relative(moment.astimezone(), now.astimezone())
        return self.words.tr("Reminded {when}.", when=when)

    def _verbs(self) -> QHBoxLayout:
        line = row(None, GAP)
        self.buttons: dict[Verb, Button] = {}
        title = self.card.title.text(self.words)
        for verb in self.card.verbs:
            text = verb_words(self.words, self.card, verb)
            kind = "link" if verb in (Verb.EDIT, Verb.DROP) else "secondary"
            name = f"sync.{verb.value}.{self.card.id}"
            button = Button(text, kind, ICONS.get(verb, ""), name=name)
            button.setAccessibleName(f"{text}, {title}")
            button.clicked.connect(partial(self._press, verb))
            self.buttons[verb] = button
            line.addWidget(button)
        line.addStretch(1)
        if self.card.student_id is not None:
            record = Button(self.words.tr("Open record"), "link", name=f"sync.open.{self.card.id}")
            record.setAccessibleName(f"{record.text()}, {title}")
            record.clicked.connect(lambda: self.opened.emit(self.card))
            line.addWidget(record)
        return line

    def _make_fault(self) -> QWidget:
        holder = QWidget()
        line = row(holder, 4, (0, 6, 0, 0))
        line.addWidget(Sign("circle-alert", "bad"))
        self._told = Text("", 12, 500, "bad", wrap=True)
        line.addWidget(self._told, 1)
        self._box.addWidget(holder)
        holder.hide()
        return holder

    # -- What is done ---------------------------------------------------------------------------------

    def focus_first(self) -> None:
        """The first verb."""
        button = next(iter(self.buttons.values()), None)
        if button is not None:
            button.setFocus()

    def set_busy(self, *, busy: bool) -> None:
        """While it is being stored nothing can be pressed twice."""
        for button in self.buttons.values():
            button.setEnabled(not busy)
        if self._edit is not None:
            self._edit.setEnabled(not busy)

    def refuse(self, refusal: EmisError) -> None:
        """Say why it was not stored, beside the field when one is open."""
        self.set_busy(busy=False)
        if self._edit is not None and self.is_editing():
            self._edit.refuse(refusal)
            return
        self._told.setText(refusal.text(self.words))
        self._fault.show()
        announce(self._told, self._told.text())

    def is_editing(self) -> bool:
        """Whether a third value is being typed."""
        return self._edit is not None and not self._edit.isHidden()

    def escape(self) -> bool:
        """Close the field that is open."""
        if not self.is_editing():
            return False
        self._end_edit()
        return True

    def _press(self, verb: Verb) -> None:
        self._fault.hide()
        if verb is Verb.EDIT:
            self._begin_edit()
        else:
            self.decided.emit(self.card, verb, "")

    def _begin_edit(self) -> None:
        if self._edit is None:
            self._edit = EditLine(self.words, self.card)
            self._edit.given.connect(lambda text: self.decided.emit(self.card, Verb.EDIT, text))
            self._edit.left.connect(self._end_edit)
            self._box.insertWidget(self._box.indexOf(self._line), self._edit)
        self._line.hide()
        self._edit.show()
        self._edit.focus_first()

    def _end_edit(self) -> None:
        if self._edit is not None:
            self._edit.hide()
        self._line.show()
        button = self.buttons.get(Verb.EDIT)
        if button is not None:
            button.setFocus()
