"""Transfers: who was sent to this school, who is asked for, who waits for an answer, who has gone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from uuid import UUID

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QWidget

from emis_desktop.errors import EmisError
from emis_desktop.queries.sync_state import Verb
from emis_desktop.queries.transfers import Asked, Moves, Newcomer
from emis_desktop.services.undo import Made
from ui.context import UiContext
from ui.students.rolls import Rolls
from ui.students.transfers.asked import AskedDialog
from ui.students.transfers.cards import MoveCard
from ui.students.transfers.comers import Comers
from ui.students.transfers.enrolling import EnrolDialog
from ui.students.transfers.finding import FindDialog
from ui.students.transfers.lines import asked_line, awaited_line, gone_line, waiting_line
from ui.students.transfers.reading import MovesReader
from ui.widgets.base import column, row, take_out
from ui.widgets.button import Button
from ui.widgets.head import PageHead
from ui.widgets.scroll import ScrollColumn


class TransfersView(QWidget):
    """In the place of the list.

    ``back_asked``: to the list; ``record_asked(id, part)``; ``send_asked(id, school id)``: let a pupil go to
    the school that asks; ``where_asked(id)``: say where a pupil went; ``new_asked``: a new pupil;
    ``sync_asked``: to the changes to look at.
    """

    back_asked = Signal()
    record_asked = Signal(object, str)
    send_asked = Signal(object, object)
    where_asked = Signal(object)
    new_asked = Signal()
    sync_asked = Signal()

    def __init__(
        self, context: UiContext, rolls: Rolls, today: Callable[[], date], reader: MovesReader
    ) -> None:
        super().__init__()
        self._context, self.words, self._rolls, self._today = context, context.words, rolls, today
        self._reader = reader
        self.comers = Comers(context, rolls, today, self)
        self.comers.told.connect(self._told)
        self.comers.record_asked.connect(self.record_asked)
        box = column(self, 8)
        box.addWidget(self._make_head())
        self._scroll = ScrollColumn(12, name="transfers.scroll")
        self._make_cards()
        self._sides = row(None, 12)
        self._columns = column(None, 12), column(None, 12)
        for side in self._columns:
            side.addStretch(1)
            self._sides.addLayout(side, 1)
        self._scroll.body.addLayout(self._sides)
        box.addWidget(self._scroll, 1)
        self._place(compact=False)
        reader.read.connect(self._show)

    def _make_head(self) -> PageHead:
        tr = self.words.tr
        self.head = PageHead(tr("Transfers"), name="transfers.head")
        self.back = self.head.add(Button(tr("Back to list"), name="transfers.back", keys="Esc"))
        self.back.clicked.connect(self.back_asked)
        self.enrol_all = self.head.add(Button(tr("Enrol a grade…"), name="transfers.enrol_all"))
        self.enrol_all.clicked.connect(lambda: self.comers.ask_all(self._reader.moves.awaited))
        self.enrol_all.hide()
        self.from_file = self.head.add(Button(tr("From a file…"), name="transfers.from_file"))
        self.from_file.clicked.connect(self.comers.choose_file)
        self.enrol = Button(tr("Enrol from another school…"), icon="user-plus", name="transfers.enrol")
        self.enrol.clicked.connect(self.ask_find)
        self.head.set_primary(self.enrol)
        return self.head

    def _make_cards(self) -> None:
        tr = self.words.tr
        self.awaited = MoveCard(
            self.words,
            tr("Sent to this school"),
            tr(
                "Nobody waits to be enrolled. When another school sends a pupil here, the record comes with "
                "the next sync and stands in this list."
            ),
            name="transfers.awaited",
        )
        self.asked = MoveCard(
            self.words,
            tr("Asked of this school"),
            tr("No other school has admitted a pupil who is on the roll here."),
            name="transfers.asked",
        )
        self.waiting = MoveCard(
            self.words,
            tr("Admitted here, another school is asked"),
            tr("Nobody. A pupil admitted here as new who may be on another roll stands here."),
            name="transfers.waiting",
        )
        self.gone = MoveCard(
            self.words,
            tr("Gone to another school"),
            tr("Nobody this year. To send a pupil, open the record and press Withdraw."),
            name="transfers.gone",
        )
        self.awaited.chosen.connect(self._enrol)
        self.asked.chosen.connect(self._answer)
        self.waiting.chosen.connect(self._open_waiting)
        self.gone.chosen.connect(self._open_gone)

    def minimumSizeHint(self) -> QSize:
        """It scrolls."""
        return QSize(self.head.minimumSizeHint().width(), 200)

    def set_compact(self, compact: bool) -> None:
        """One column of cards."""
        self._place(compact=compact)

    def _place(self, *, compact: bool) -> None:
        for card in (self.awaited, self.asked, self.waiting, self.gone):
            take_out(card)
        second = self._columns[0 if compact else 1]
        for place, card in enumerate((self.awaited, self.asked)):
            self._columns[0].insertWidget(place, card)
        for place, card in enumerate((self.waiting, self.gone)):
            second.insertWidget(place + (2 if compact else 0), card)
        self._sides.setStretch(1, 0 if compact else 1)
        self._sides.setSpacing(0 if compact else 12)

    # -- Showing ------------------------------------------------------------------------------------

    def _show(self, moves: Moves) -> None:
        self.head.set_facts(self._rolls.school)
        self.enrol_all.setVisible(len(moves.awaited) > 1)
        self.awaited.set_tasks([awaited_line(self.words, one) for one in moves.awaited])
        self.asked.set_tasks([asked_line(self.words, one) for one in moves.asked])
        here = {one.person_id for one in moves.awaited}
        self.waiting.set_tasks(
            [waiting_line(self.words, one, come=one.other_id in here) for one in moves.waiting]
        )
        self.gone.set_tasks([gone_line(self.words, one) for one in moves.gone])

    # -- Doing --------------------------------------------------------------------------------------

    def ask_find(self) -> FindDialog:
        """Ask which pupil comes."""
        dialog = FindDialog(self._context, self._rolls.institution_id, self._today, self.window())
        dialog.picked.connect(self.ask_enrol)
        dialog.opened.connect(lambda student_id: self.record_asked.emit(student_id, "details"))
        dialog.new_asked.connect(self.new_asked)
        dialog.ask()
        return dialog

    def _open_waiting(self, key: str) -> None:
        moves = self._reader.moves
        here = {one.person_id for one in moves.awaited}
        if any(one.person_id.hex == key and one.other_id in here for one in moves.waiting):
            self.sync_asked.emit()
        else:
            self.record_asked.emit(UUID(key), "details")

    def _open_gone(self, key: str) -> None:
        gone = next((one for one in self._reader.moves.gone if one.person_id.hex == key), None)
        if gone is not None and not gone.destination:
            self.where_asked.emit(gone.person_id)
        else:
            self.record_asked.emit(UUID(key), "enrolment")

    def _enrol(self, key: str) -> None:
        pupil = next((one for one in self._reader.moves.awaited if one.person_id.hex == key), None)
        if pupil is not None:
            self.ask_enrol(pupil)

    def ask_enrol(self, pupil: Newcomer) -> EnrolDialog:
        """Ask for grade, class and first day."""
        dialog = EnrolDialog(self._context, self._rolls, self._today(), pupil, self.window())
        dialog.done_well.connect(partial(self.comers.enrolled, pupil))
        dialog.ask()
        return dialog

    def _answer(self, key: str) -> None:
        asked = next((one for one in self._reader.moves.asked if one.conflict_id.hex == key), None)
        if asked is not None:
            self.ask_about(asked)

    def ask_about(self, asked: Asked) -> AskedDialog:
        """Ask whether both records are one pupil."""
        dialog = AskedDialog(self.words, asked, self.window())
        dialog.answered.connect(partial(self._answered, asked))
        dialog.ask()
        return dialog

    def _answered(self, asked: Asked, answer: str) -> None:
        if answer == "send":
            self.send_asked.emit(asked.person_id, asked.school_id)
        elif answer == "other":
            services = self._context.services
            task = self._context.tasks.run(
                lambda _control: (
                    asked.name,
                    services.undo.made_by(
                        lambda: services.conflicts.decide(asked.conflict_id, Verb.NOT_SAME)
                    ),
                )
            )
            task.succeeded.connect(self._decided)
            task.refused.connect(self._refused)

    def _decided(self, decided: tuple[str, Made[object]]) -> None:
        name, made = decided
        self._told(self.words.tr("{name} is another pupil", name=name), made.act)

    def _told(self, text: str, act: int | None) -> None:
        self._context.notify(text, None if act is None else partial(self._take_back, act))
        self._reader.now()

    def _take_back(self, act: int) -> None:
        undo = self._context.services.undo
        task = self._context.tasks.run(lambda _control: undo.undo_act(act))
        task.succeeded.connect(self._reader.now)
        task.refused.connect(self._refused)

    def _refused(self, refusal: EmisError) -> None:
        self.head.set_facts(refusal.text(self.words))
