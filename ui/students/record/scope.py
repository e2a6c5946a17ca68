"""What the parts of a record share: whose it is, who may change it, and how it is saved."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import TypeVar
from uuid import UUID

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from emis_desktop.errors import EmisError
from emis_desktop.queries.student_lines import StudentRecord
from emis_desktop.rules.rights import Right, SensitivityClass, may_read, offers
from emis_desktop.services.undo import Made
from ui.context import UiContext
from ui.students.asking import FieldsDialog
from ui.students.record.saver import RecordSaver
from ui.students.rolls import Rolls
from ui.students.saying import Sayer
from ui.widgets.fields import Field
from ui.widgets.scroll import ScrollColumn

Result = TypeVar("Result")


class RecordScope(QObject):
    """The open record. ``record`` is None while a new pupil is being typed and nothing is stored.

    ``reload_asked``: read the record again. ``said(text)``: something to tell that belongs to no field.
    ``lead_asked(screen, arguments)``: open another screen for a certain thing.
    """

    reload_asked = Signal()
    said = Signal(str)
    lead_asked = Signal(str, object)

    def __init__(
        self, context: UiContext, rolls: Rolls, today: Callable[[], date], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.context, self.words, self.rolls, self.today = context, context.words, rolls, today
        self.say = Sayer(context.words, context.profile)
        self.saver = RecordSaver(self)
        self.record: StudentRecord | None = None
        self.edits = offers(context.actor, Right.EDIT_STUDENTS)
        self.reads_contact = may_read(context.actor, SensitivityClass.CONTACT)
        self.reads_health = may_read(context.actor, SensitivityClass.HEALTH)
        self.reports = offers(context.actor, Right.EDIT_BEHAVIOUR)

    @property
    def student_id(self) -> UUID:
        """Whose record is open; only where one is."""
        if self.record is None:
            raise LookupError("no record is open")
        return self.record.id

    def do(self, act: Callable[[], object], told: str = "") -> None:
        """Do something that belongs to no field (remove a note); ``told`` becomes a toast with Undo."""
        self.run(act, partial(self._did, told), self._failed)

    def run(
        self,
        act: Callable[[], Result],
        done: Callable[[Made[Result]], object],
        failed: Callable[[EmisError], object],
    ) -> None:
        """Do ``act`` after all that was asked before; ``done`` hears which act of the journal it became.

        Neither hears anything once another record is open.
        """
        undo = self.context.services.undo
        self.saver.run(lambda: undo.made_by(act), done, failed)

    def ask(
        self,
        question: str,
        fields: Sequence[tuple[Field, str]],
        act: Callable[[], Callable[[], object]],
        *,
        deed: str,
        name: str,
        parent: QWidget,
        explanation: str = "",
        told: str = "",
    ) -> FieldsDialog:
        """Ask in a dialog of fields; what it did becomes a toast with Undo, and the record is read again."""
        dialog = FieldsDialog(
            self.context,
            question,
            fields,
            act,
            deed=deed,
            name=name,
            parent=parent.window(),
            explanation=explanation,
        )
        dialog.done_well.connect(partial(self._did, told or self.words.tr("Saved")))
        dialog.ask()
        return dialog

    def told(self, text: str, act: int | None) -> None:
        """A toast about an act, with Undo, which takes back that act and no other."""
        self.context.notify(text, None if act is None else partial(self._take_back, act))

    def _take_back(self, act: int) -> None:
        undo = self.context.services.undo
        self.do(lambda: undo.undo_act(act))

    def _did(self, told: str, made: Made[object]) -> None:
        if told:
            self.told(told, made.act)
        self.reload_asked.emit()

    def _failed(self, refusal: EmisError) -> None:
        self.said.emit(refusal.text(self.words))
        self.reload_asked.emit()


def only_when(wanted: bool, *widgets: QWidget) -> None:
    """Hide widgets that this user has no use for. They are never shown here: a part that is shown before it
    stands in its page flashes up as a window.
    """
    for widget in widgets:
        if not wanted:
            widget.hide()


class Part(ScrollColumn):
    """A tab of the record. Subclasses show the scope's record with ``show_record``."""

    def __init__(self, scope: RecordScope, name: str, parent: QWidget | None = None) -> None:
        super().__init__(12, name=name, parent=parent)
        self.scope, self.words = scope, scope.words
        self.compact = False

    def show_record(self, record: StudentRecord) -> None:
        """Show the record; what is being typed stays."""

    def opened(self) -> None:
        """The tab has come into sight."""

    def closed(self) -> None:
        """Another tab, another record or the list comes: save what is typed, forget what is secret."""

    def set_compact(self, compact: bool) -> None:
        """Two columns of fields instead of three."""
        self.compact = compact

    def fields(self) -> list[Field]:
        """The fields, for a summary of faults."""
        return []
