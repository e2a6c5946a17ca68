"""The head of a record: whose it is, whether it is saved, the way back."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QWidget

from emis_desktop.errors import EmisError
from emis_desktop.rules.names import display_name
from emis_desktop.rules.papers import PaperKind
from emis_desktop.sentence import Sentence
from emis_desktop.services.undo import Undone
from resources.words import N_
from ui.students.papers.kinds import of_pupil
from ui.students.papers.menu import PaperMenu
from ui.students.record.scope import RecordScope, only_when
from ui.widgets.avatar import TickStatus
from ui.widgets.base import add_key, with_keys
from ui.widgets.button import Button, IconButton
from ui.widgets.head import PageHead

LOOK_MS = 250


class RecordHead(PageHead):
    """Name and facts, "Saved 09:41" or what is not, undo and redo, Back to list."""

    back_asked = Signal()

    def __init__(self, scope: RecordScope, keys: QWidget) -> None:
        """``keys`` is the widget within which Ctrl+Z and Ctrl+Y work."""
        super().__init__("", "", name="student.head")
        self._scope, self.words = scope, scope.words
        tr = self.words.tr
        self.status = self.add(TickStatus(name="student.status"))
        self.papers = self.add(
            PaperMenu(self.words, of_pupil(scope.context.actor), name="student.print", keys=keys)
        )
        self.papers.asked.connect(self._open_paper)
        self.propose = self.add(Button(tr("Propose…"), name="student.propose"))
        self.propose.clicked.connect(self.ask_propose)
        only_when(scope.reads_contact, self.propose)
        self.undo = self.add(IconButton("undo-2", tr("Undo"), keys="Ctrl+Z", name="student.undo"))
        self.redo = self.add(IconButton("redo-2", tr("Redo"), keys="Ctrl+Y", name="student.redo"))
        self.back = self.add(Button(tr("Back to list"), name="student.back", keys="Esc"))
        self.back.clicked.connect(self.back_asked)
        undo = scope.context.services.undo
        ways = (
            (self.undo, "Ctrl+Z", tr("Undo"), partial(self._run, undo.undo, N_("Undone: {what}"))),
            (self.redo, "Ctrl+Y", tr("Redo"), partial(self._run, undo.redo, N_("Done again: {what}"))),
        )
        for button, key, verb, run in ways:
            button.clicked.connect(run)
            add_key(keys, key, verb).triggered.connect(run)
        for button in (self.undo, self.redo):
            only_when(scope.edits, button)
            button.setEnabled(False)
        self._look = QTimer(self, singleShot=True, interval=LOOK_MS)
        self._look.timeout.connect(self._look_for_ways)

    def _open_paper(self, kind: PaperKind) -> None:
        """Show the paper that was chosen; what is typed is saved when the field is left for the menu."""
        from ui.students.papers.opening import open_for_pupil  # noqa: PLC0415 - 30 ms that few need

        scope, record = self._scope, self._scope.record
        if record is None:
            scope.said.emit(self.words.tr("The new pupil is not saved yet, so there is nothing to print."))
        else:
            open_for_pupil(scope.context, scope.today, kind, record, self.window())

    def ask_propose(self) -> QWidget | None:
        """Key in what a parent said; the office decides."""
        from ui.students.proposals.proposing import ProposeDialog  # noqa: PLC0415 - seldom needed

        scope, record = self._scope, self._scope.record
        if record is None:
            return None
        name = display_name(record.given_names, record.family_name)
        dialog = ProposeDialog(scope.context, record.id, name, scope.today, self.window())
        told = self.words.tr("It waits for the office")
        dialog.done_well.connect(lambda made: scope.told(told, made.act))
        dialog.ask()
        return dialog

    def look(self) -> None:
        """What could be undone may be something else now."""
        if self._scope.edits:
            self._look.start()

    def _look_for_ways(self) -> None:
        undo = self._scope.context.services.undo
        self._scope.saver.queue.run(
            lambda: (undo.can_undo(), undo.can_redo()), self._show_ways, lambda _refusal: None
        )

    def _show_ways(self, ways: tuple[Sentence | None, Sentence | None]) -> None:
        tr = self.words.tr
        shown = ((self.undo, tr("Undo"), "Ctrl+Z"), (self.redo, tr("Redo"), "Ctrl+Y"))
        for (button, verb, keys), way in zip(shown, ways, strict=True):
            button.setEnabled(way is not None)
            said = f"{verb}: {way.text(self.words)}" if way is not None else verb
            button.setToolTip(with_keys(said, keys))

    def _run(self, act: Callable[[], Undone], said: str, _on: bool = False) -> None:
        if self._scope.edits:
            self._scope.saver.queue.run(act, partial(self._undone, said), self._refused)

    def _undone(self, said: str, undone: Undone) -> None:
        self.status.saved(self.words.tr(said, what=undone.sentence.text(self.words)))
        self._scope.reload_asked.emit()
        self.look()

    def _refused(self, refusal: EmisError) -> None:
        self.status.refused(refusal.text(self.words))
        self.look()
