"""A short list of entries with what can be done to each: addresses, loans, steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from ui.theme.fonts import MEDIUM
from ui.widgets.base import column, discard, row
from ui.widgets.button import Button
from ui.widgets.card import Card, Rule
from ui.widgets.chips import Pill
from ui.widgets.text import Text


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: a title, grey words under it, a state as a pill, and (key, words) of its verbs."""

    key: str
    title: str
    facts: str = ""
    pill: str = ""
    tone: str = "neutral"
    verbs: tuple[tuple[str, str], ...] = ()


class EntryList(QWidget):
    """Entries under each other, read in their order; ``asked(key, verb)`` when a verb is pressed.

    What is shown already stays, with the focus in it; of verbs a screen reader says the entry too.
    """

    asked = Signal(str, str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._box = column(self, 0)
        self._shown: tuple[Entry, ...] | None = None
        self._lines: list[QWidget] = []

    def show_entries(self, entries: Sequence[Entry]) -> None:
        """Show these and no others."""
        wanted = tuple(entries)
        if wanted == self._shown:
            return
        focused = self._focused()
        for line in self._lines:
            discard(line)
        self._lines, self._shown = [], wanted
        for place, entry in enumerate(wanted):
            if place:
                self._add(Rule())
            self._add(self._line(entry))
        if focused is not None:
            self._focus_again(focused)

    def entries(self) -> tuple[Entry, ...]:
        """What is shown."""
        return self._shown or ()

    def button(self, key: str, verb: str) -> Button | None:
        """The button of an entry's verb."""
        return self.findChild(Button, f"{self._name}.{verb}.{key}")

    def _add(self, widget: QWidget) -> None:
        self._box.addWidget(widget)
        self._lines.append(widget)

    def _line(self, entry: Entry) -> QWidget:
        holder = QWidget()
        line = row(holder, 8, (0, 6, 0, 6))
        words = column(None, 1)
        words.addWidget(Text(entry.title, 13, MEDIUM, wrap=True))
        if entry.facts:
            words.addWidget(Text(entry.facts, 12, tone="secondary", wrap=True))
        line.addLayout(words, 1)
        middle = Qt.AlignmentFlag.AlignVCenter
        if entry.pill:
            line.addWidget(Pill(entry.pill, entry.tone), 0, middle)
        for verb, text in entry.verbs:
            button = Button(text, "link", name=f"{self._name}.{verb}.{entry.key}")
            button.setAccessibleName(f"{text}: {entry.title}")
            button.clicked.connect(partial(self._press, entry.key, verb))
            line.addWidget(button, 0, middle)
        return holder

    def _press(self, key: str, verb: str, _checked: bool = False) -> None:
        self.asked.emit(key, verb)

    def _focused(self) -> str | None:
        widget = self.focusWidget()
        return widget.objectName() if isinstance(widget, Button) and widget.hasFocus() else None

    def _focus_again(self, name: str) -> None:
        button = next((one for one in self.findChildren(Button, name) if not one.isHidden()), None)
        if button is not None:
            button.setFocus(Qt.FocusReason.OtherFocusReason)


class EntryCard(Card):
    """A card with a title, a link to add something, and entries; ``add_asked`` and ``asked(key, verb)``."""

    add_asked = Signal()
    asked = Signal(str, str)

    def __init__(self, title: str, add: str, empty: str, *, name: str, facts: str = "") -> None:
        """``add`` is empty where nothing can be added here."""
        super().__init__(name=name)
        self.head = self.add_head(title, facts)
        self.add_button = Button(add, "link", "plus", name=f"{name}.add")
        self.add_button.clicked.connect(self.add_asked)
        if add:
            self.head.end.addWidget(self.add_button)
        else:
            self.add_button.setParent(self)
            self.add_button.hide()
        self._empty = Text(empty, 13, tone="secondary", wrap=True)
        self.body.addWidget(self._empty)
        self.list = EntryList(name)
        self.list.asked.connect(self.asked)
        self.body.addWidget(self.list)

    def show_entries(self, entries: Sequence[Entry]) -> None:
        """Show these, or the words of an empty card."""
        self.list.show_entries(entries)
        self.list.setVisible(bool(entries))
        self._empty.setVisible(not entries)

    def say(self, text: str) -> None:
        """Say something else than that nothing is there."""
        self._empty.setText(text)
