"""Several pupils to another school at once: for good, as guests after a storm, and back; with Undo."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from uuid import UUID

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from emis_desktop.errors import Refused
from emis_desktop.rules.dates import parse_date
from emis_desktop.services.transfers import Arrival, Departure
from emis_desktop.services.undo import Made
from resources.words import N_
from ui.context import UiContext
from ui.students.asking import AskDialog
from ui.students.moving import EARLIEST
from ui.students.rolls import Rolls
from ui.students.transfers.school_field import SchoolField
from ui.widgets.fields import ChoiceField, DateField

LEAVE, HOST, BACK = "leave", "host", "back"


class BulkTransfer(QObject):
    """``moved`` when it is done; ``refused(EmisError)`` when Undo was."""

    moved = Signal()
    refused = Signal(object)

    def __init__(self, context: UiContext, rolls: Rolls, today: Callable[[], date], parent: QWidget) -> None:
        super().__init__(parent)
        self._context, self._rolls, self._today, self._parent = context, rolls, today, parent

    def ask(self, ids: frozenset[UUID]) -> TransferDialog | None:
        """Ask what happens to them; None when nobody is ticked."""
        if not ids:
            return None
        dialog = TransferDialog(self._context, self._rolls, ids, self._today(), self._parent.window())
        dialog.done_well.connect(partial(self._done, len(ids)))
        dialog.ask()
        return dialog

    def _done(self, count: int, made: Made[str]) -> None:
        self.moved.emit()
        words = self._context.words
        if made.result == HOST:
            said = words.ntr("{n} pupil is a guest there", "{n} pupils are guests there", count)
        elif made.result == BACK:
            said = words.ntr("{n} pupil is no guest any more", "{n} pupils are no guests any more", count)
        else:
            said = words.ntr("{n} pupil is off the roll", "{n} pupils are off the roll", count)
        self._context.notify(said, None if made.act is None else partial(self._take_back, made.act))

    def _take_back(self, act: int) -> None:
        undo = self._context.services.undo
        task = self._context.tasks.run(lambda _control: undo.undo_act(act))
        task.refused.connect(self.refused)


class TransferDialog(AskDialog):
    """What, to which school, from which day; all of them, or nobody."""

    def __init__(
        self, context: UiContext, rolls: Rolls, ids: frozenset[UUID], today: date, parent: QWidget
    ) -> None:
        words, tr = context.words, context.words.tr
        super().__init__(
            context,
            words.ntr("Transfer {n} pupil?", "Transfer {n} pupils?", len(ids)),
            tr("It is done for all of them or for nobody. Records, marks and history stay."),
            name="students.transfer_all",
            parent=parent,
        )
        self._ids, self._rolls = sorted(ids), rolls
        choices = [(LEAVE, tr("They leave for another school")), (BACK, tr("They are no guests any more"))]
        if context.actor.institution_id is None:
            choices.insert(1, (HOST, tr("They are guests at another school for a time")))
        self.school = SchoolField(
            words,
            context.queries.transfers.destinations(),
            help_text=tr("Leave this empty when it lies abroad or is not known yet. Say it later."),
            name="students.transfer_all.school",
        )
        self.what = ChoiceField(tr("What happens"), choices, words, name="students.transfer_all.what")
        self.what.set_value(LEAVE)
        school = self.school
        self.what.chosen.connect(lambda key: school.setVisible(key != BACK))
        self.day = DateField(
            tr("Day"),
            words,
            lambda text: parse_date(text, EARLIEST, today),
            name="students.transfer_all.day",
        )
        self.day.set_value(today)
        self.put(self.what, "what")
        self.put(self.day, "ends_on", "starts_on", "date")
        self.put(self.school, "destination", "institution")
        self.set_deed(tr("Do it for all"))

    def deed_of(self) -> Callable[[], str]:
        """Do it; gives what was done."""
        what, day, ids = self.what.value(), self.day.value(), self._ids
        transfers = self.context.services.transfers
        if day is None:
            raise Refused(N_("Type the day."), field="date")
        if what == HOST:
            return self._host(day)
        school_id = self.school.school_id()

        def leave() -> str:
            transfers.transfer_all(ids, Departure(day, school_id))
            return LEAVE

        def back() -> str:
            transfers.end_all_hosting(ids, day)
            return BACK

        return back if what == BACK else leave

    def _host(self, day: date) -> Callable[[], str]:
        school_id, year = self.school.school_id(), self._rolls.year()
        if school_id is None or year is None:
            raise Refused(N_("Choose the school that takes them in."), field="destination")
        students, transfers, ids = self.context.queries.students, self.context.services.transfers, self._ids

        def host() -> str:
            grades = students.grades(ids)
            if len(grades) != 1:
                raise Refused("They are of several grades. Choose pupils of one grade.")
            transfers.host_pupils(ids, Arrival(school_id, year.id, next(iter(grades)), day))
            return HOST

        return host
