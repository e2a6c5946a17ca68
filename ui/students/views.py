"""The list, or in its place one pupil's record, the transfers or the possible doubles."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Final
from uuid import UUID

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from emis_desktop.rules.rights import Right, offers
from ui.context import UiContext
from ui.students.approvals.view import ApprovalsView
from ui.students.duplicates.view import DuplicatesView
from ui.students.proposals.view import ProposalsView
from ui.students.record.view import RecordView
from ui.students.rolls import Rolls
from ui.students.textbooks.view import TextbooksView
from ui.students.transfers.reading import MovesReader
from ui.students.transfers.view import TransfersView
from ui.students.year_end.view import YearEndView
from ui.widgets.dialog import Dialog

About = DuplicatesView | YearEndView | ApprovalsView | TextbooksView | ProposalsView
ABOUT: Final[Mapping[str, tuple[type[About], Right | None]]] = MappingProxyType(
    {
        "duplicates": (DuplicatesView, Right.EDIT_STUDENTS),
        "year_end": (YearEndView, Right.EDIT_STUDENTS),
        "approvals": (ApprovalsView, None),
        "textbooks": (TextbooksView, None),
        "proposals": (ProposalsView, Right.VIEW_STUDENTS),
    }
)
"""What may stand in the list's place about several pupils, and the right that it takes; each is read again
when something changes.
"""


class Views(QStackedWidget):
    """``record_shown`` when one has come (or the transfers have), ``back_asked`` when it shall go,
    ``lost(words)`` if there is none; ``sync_asked``: to the changes to look at;
    ``lead_asked(screen, arguments)``: to another screen.

    The smaller of the two sets no limit to the window.
    """

    record_shown = Signal()
    back_asked = Signal()
    lost = Signal(str)
    sync_asked = Signal()
    lead_asked = Signal(str, object)

    def __init__(self, context: UiContext, rolls: Rolls, today: Callable[[], date], first: QWidget) -> None:
        """``first`` is what has the list."""
        super().__init__()
        self._context, self.words, self._rolls, self._today = context, context.words, rolls, today
        self._record: RecordView | None = None
        self._transfers: TransfersView | None = None
        self._about: list[About] = []
        self.moves = MovesReader(context, rolls, today, self)
        self._compact = False
        self.addWidget(first)

    def minimumSizeHint(self) -> QSize:
        """Of the view that shows."""
        shown = self.currentWidget()
        return shown.minimumSizeHint() if shown is not None else super().minimumSizeHint()

    def set_compact(self, compact: bool) -> None:
        """A record has two columns."""
        self._compact = compact
        if self._record is not None:
            self._record.set_compact(compact)
        for view in (self._transfers, *self._about):
            if view is not None:
                view.set_compact(compact)

    def showing_record(self) -> bool:
        """Whether a record stands in the list's place."""
        return self._record is not None and self.currentWidget() is self._record

    def showing_transfers(self) -> bool:
        """Whether the transfers stand in the list's place."""
        return self._transfers is not None and self.currentWidget() is self._transfers

    def showing_beside(self) -> bool:
        """Whether something about several pupils stands in the list's place."""
        return bool(self.beside())

    def beside(self) -> str:
        """What stands in the list's place beside a record, as the page is asked for it; "" for nothing."""
        if self.showing_transfers():
            return "transfers"
        shown = self.currentWidget()
        return next((key for key, (kind, _right) in ABOUT.items() if type(shown) is kind), "")

    def show_beside(self, key: str) -> None:
        """Show what is called ``key`` there, unless the reader has no use for it."""
        if key == "transfers":
            self.show_transfers()
            return
        kind, right = ABOUT[key]
        if right is not None and not offers(self._context.actor, right):
            return
        view = next((one for one in self._about if type(one) is kind), None)
        if view is None:
            view = kind(self._context, self._rolls)
            self._about.append(view)
            view.set_compact(self._compact)
            view.back_asked.connect(self.back_asked)
            view.record_asked.connect(self.open_record)
            self.addWidget(view)
        self.setCurrentWidget(view)
        self.record_shown.emit()
        view.back.setFocus(Qt.FocusReason.OtherFocusReason)
        view.refresh()

    def refresh_about(self) -> None:
        """Read again what the view in the list's place shows."""
        shown = self.currentWidget()
        for view in self._about:
            if view is shown:
                view.refresh()

    def show_transfers(self) -> None:
        """Show who comes and goes."""
        if not self.moves.offered:
            return
        view = self._transfers
        if view is None:
            view = self._transfers = TransfersView(self._context, self._rolls, self._today, self.moves)
            view.set_compact(self._compact)
            view.back_asked.connect(self.back_asked)
            view.record_asked.connect(self.open_record)
            view.send_asked.connect(self._send)
            view.where_asked.connect(self._say_where)
            view.new_asked.connect(self.add_pupil)
            view.sync_asked.connect(self.sync_asked)
            self.addWidget(view)
        self.setCurrentWidget(view)
        self.record_shown.emit()
        view.enrol.setFocus(Qt.FocusReason.OtherFocusReason)
        self.moves.now()

    def _send(self, student_id: UUID, school_id: UUID | None) -> None:
        """Let a pupil go to the school that asks."""
        if self.open_record(student_id, "enrolment"):
            self.record().enrolment.ask_withdraw(school_id)

    def _say_where(self, student_id: UUID) -> None:
        """Ask to which school a pupil went, on the record."""
        if self.open_record(student_id, "enrolment"):
            self.record().enrolment.ask_destination()

    def shown_record(self) -> RecordView | None:
        """The record that shows; None while the list does."""
        return self._record if self.showing_record() else None

    def record(self) -> RecordView:
        """The view of a record, made when it is first needed."""
        if self._record is None:
            self._record = RecordView(self._context, self._rolls, self._today)
            self._record.set_compact(self._compact)
            self._record.back_asked.connect(self.back_asked)
            self._record.lost.connect(self.lost)
            self._record.other_asked.connect(self.open_record)
            self._record.scope.lead_asked.connect(self.lead_asked)
            self.addWidget(self._record)
        return self._record

    def open_record(self, student_id: UUID, part: str = "details") -> bool:
        """Show a pupil's record; False when it is not there, or the user is asked first."""
        record = self.record()
        shown = record.scope.record
        if record.not_saved.any() and (shown is None or shown.id != student_id):
            self._ask_first(student_id, part)
            return False
        kept = record.not_saved.any()  # then it is the one asked for, and stays as it is
        if not kept and not record.open_record(student_id, part):
            return False
        self._show(record)
        record.tabs.button(record.tabs.value()).setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def add_pupil(self) -> None:
        """An empty form."""
        if offers(self._context.actor, Right.EDIT_STUDENTS):
            record = self.record()
            self._show(record)
            record.begin_new()

    def _show(self, record: RecordView) -> None:
        self.setCurrentWidget(record)
        self.record_shown.emit()

    def _ask_first(self, student_id: UUID, part: str) -> None:
        """Something typed would be lost: back to it, or leave it."""
        tr, record = self.words.tr, self.record()
        dialog = Dialog(
            tr("Leave what is not saved?"),
            tr("{name}: what was typed there is not stored.", name=record.head.title()),
            name="students.unsaved",
            parent=self.window(),
        )
        dialog.add_verb("leave", tr("Leave it"), "danger")
        dialog.add_verb("back", tr("Back to it"), safe=True)

        def answered(answer: str) -> None:
            if answer == "leave":
                record.not_saved.drop_all()
                self.open_record(student_id, part)
            else:
                self._show(record)
                record.not_saved.lead()

        dialog.answered.connect(answered)
        dialog.ask()
