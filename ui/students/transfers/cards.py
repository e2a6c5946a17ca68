"""Cards of pupils who move: a line each, with one verb."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QApplication

from resources.words import Words
from ui.widgets.base import column, discard
from ui.widgets.button import Button
from ui.widgets.card import Card, Rule
from ui.widgets.tasks import Task, TaskRow
from ui.widgets.text import Text

STEP = 20
"""Lines shown at once; the rest a step at a time."""


class MoveCard(Card):
    """``chosen(key)`` when the verb of a line is pressed. Without lines it says ``nothing``."""

    chosen = Signal(str)

    def __init__(self, words: Words, title: str, nothing: str, *, name: str) -> None:
        super().__init__(name=name)
        self.words = words
        self._count = Text("", 12, tone="secondary")
        self.add_head(title).end.addWidget(self._count)
        self._lines = column(None, 0)
        self.body.addLayout(self._lines)
        self._nothing = Text(nothing, 12, tone="secondary", wrap=True)
        self.body.addWidget(self._nothing)
        self._more = Button("", "link_flush", name=f"{name}.more")
        self._more.clicked.connect(self._show_more)
        self.body.addWidget(self._more)
        self.body.addStretch(1)
        self._tasks: tuple[Task, ...] = ()
        self._most, self._shown = STEP, list[TaskRow | Rule]()
        self.set_tasks(())

    def set_tasks(self, tasks: Sequence[Task]) -> None:
        """Show these; the focus stays on the line that had it."""
        if self._shown and tuple(tasks) == self._tasks:
            return
        self._tasks = tuple(tasks)
        self._show()

    def rows(self) -> list[TaskRow]:
        """The lines that show."""
        return [one for one in self._shown if isinstance(one, TaskRow)]

    def _show_more(self) -> None:
        first = self._most
        self._most += STEP
        self._show()
        self.rows()[first].verb.setFocus()

    def _show(self) -> None:
        focused = QApplication.focusWidget()
        name = focused.objectName() if focused is not None and self.isAncestorOf(focused) else ""
        for old in self._shown:
            discard(old)
        self._shown = []
        for number, task in enumerate(self._tasks[: self._most]):
            if number:
                self._add(Rule())
            line = TaskRow(task, name=f"{self.objectName()}.{task.key}")
            line.chosen.connect(self.chosen)
            self._add(line)
            if line.verb.objectName() == name:
                line.verb.setFocus()
        count, rest = len(self._tasks), max(0, len(self._tasks) - self._most)
        self._count.setText(self.words.ntr("{n} pupil", "{n} pupils", count) if count else "")
        self._nothing.setVisible(not count)
        self._more.setText(self.words.tr("Show {n} more", n=self.words.number(min(rest, STEP))))
        self._more.setVisible(bool(rest))

    def _add(self, line: TaskRow | Rule) -> None:
        self._shown.append(line)
        self._lines.addWidget(line)
