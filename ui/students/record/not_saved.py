"""What stands in the form of a record and is in no store: how much, where, and letting it go."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, Qt

from ui.context import Unsaved
from ui.students.record.head import RecordHead
from ui.students.record.newcomer import Newcomer
from ui.students.record.scope import Part, RecordScope
from ui.widgets.fields import Field

PAGE_KEY = "students"
"""Under which what is not saved is reported to the window."""


class NotSaved(QObject):
    """Counts the refused fields, and a new pupil that is begun, for the head and the window."""

    def __init__(
        self,
        scope: RecordScope,
        head: RecordHead,
        newcomer: Newcomer,
        parts: Mapping[str, Part],
        open_part: Callable[[str], None],
    ) -> None:
        """``open_part(key)`` shows a tab of ``parts``."""
        super().__init__(scope)
        self._scope, self.words, self._head = scope, scope.words, head
        self._newcomer, self._parts, self._open_part = newcomer, parts, open_part
        self._faults = 0
        scope.saver.faults.connect(lambda _count: self.report())

    def any(self) -> bool:
        """Whether something would be lost."""
        return bool(self._scope.saver.refused()) or self._newcomer.holds_something()

    def drop_all(self) -> None:
        """Let everything go."""
        self.give_up()
        self._newcomer.draft.begin()
        self.report()

    def give_up(self) -> None:
        """What was refused in the last record goes with it."""
        for field in self._scope.saver.refused():
            give_up = getattr(field, "give_up", None)
            if give_up is not None:
                give_up()
            else:
                field.set_fault("")

    def report(self) -> None:
        """Say in the head and to the window what is not saved."""
        words, count = self.words, len(self._scope.saver.refused())
        if count:
            self._head.status.refused(words.ntr("{n} field not saved", "{n} fields not saved", count))
            whole = words.ntr(
                "{n} field not saved, the rest is saved", "{n} fields not saved, the rest is saved", count
            )
            self._tell(Unsaved(count, whole, self.lead))
        elif self._newcomer.holds_something():
            self._tell(Unsaved(1, words.tr("1 pupil not stored yet"), self.lead))
        else:
            self._tell(None)
        if self._faults and not count:
            self._head.status.clear()
        self._faults = count

    def lead(self) -> None:
        """Go to the first field that is not saved."""
        field = self._first()
        for key, part in self._parts.items():
            if part.isAncestorOf(field):
                self._open_part(key)
                part.ensureWidgetVisible(field)
        field.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _first(self) -> Field:
        refused = self._scope.saver.refused()
        return refused[0] if refused else self._newcomer.first()

    def _tell(self, unsaved: Unsaved | None) -> None:
        self._scope.context.unsaved.report(PAGE_KEY, unsaved)
