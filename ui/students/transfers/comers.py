"""Pupils who come: one or a whole grade that was sent here, or one in a transfer file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from uuid import UUID

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from emis_desktop.queries.transfers import Newcomer
from emis_desktop.services.undo import Made
from ui.context import UiContext
from ui.students.rolls import Rolls
from ui.students.transfers.enrolling import EnrolAllDialog
from ui.students.transfers.files import TakeInDialog, filters
from ui.widgets.system_windows import choose_file


class Comers(QObject):
    """``told(text, act)`` when somebody is on the roll; ``record_asked(id, part)``."""

    told = Signal(str, object)
    record_asked = Signal(object, str)

    def __init__(self, context: UiContext, rolls: Rolls, today: Callable[[], date], parent: QWidget) -> None:
        super().__init__(parent)
        self._context, self.words, self._rolls, self._today = context, context.words, rolls, today
        self._parent = parent

    def choose_file(self) -> None:
        """Ask for the transfer file of a school without a common server."""
        title = self.words.tr("Take in a transfer file")
        choose_file(self._parent, title, self.ask_take_in, filters(self.words))

    def ask_take_in(self, path: Path) -> TakeInDialog:
        """Ask for the code and the place of the pupil in a file."""
        dialog = TakeInDialog(self._context, self._rolls, self._today(), path, self._parent.window())
        dialog.done_well.connect(self._taken_in)
        dialog.ask()
        return dialog

    def _taken_in(self, made: Made[UUID]) -> None:
        self.told.emit(self.words.tr("The pupil of the file is on the roll"), made.act)
        self.record_asked.emit(made.result, "details")

    def ask_all(self, awaited: Sequence[Newcomer]) -> EnrolAllDialog | None:
        """Ask for the class of all who were sent here from one grade."""
        if not awaited:
            return None
        dialog = EnrolAllDialog(self._context, self._rolls, self._today(), awaited, self._parent.window())
        dialog.done_well.connect(self._all_enrolled)
        dialog.ask()
        return dialog

    def _all_enrolled(self, made: Made[int]) -> None:
        said = self.words.ntr("{n} pupil is on the roll", "{n} pupils are on the roll", made.result)
        self.told.emit(said, made.act)

    def enrolled(self, pupil: Newcomer, made: Made[object]) -> None:
        """Tell that one is on the roll."""
        self.told.emit(self.words.tr("{name} is on the roll", name=pupil.name), made.act)
