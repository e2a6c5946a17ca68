"""Saving registers: every key at once, away from the screen, and the way back."""

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import QObject, Signal

from emis_desktop.errors import EmisError, Refused
from emis_desktop.services.registers import CellsResult, Register, RegisterService
from emis_desktop.services.undo import Undone
from ui.attendance.book import CellKey, CellsBook, Write
from ui.context import UiContext
from ui.widgets.sheet.area import Cell
from ui.work_queue import WorkQueue


class RegisterSaver(QObject):
    """Takes typed texts for a book and writes them.

    ``changed``: cells are other ones now. ``refused(Cell)``: what was typed there stays in it. ``stored(book,
    cells)``: these are safe. ``said(words)``: something to tell at the current cell. ``ways(str, str)``: what
    can be taken back and done again, in words. ``gone_back``: something was; read again.
    """

    changed = Signal()
    refused = Signal(object)
    stored = Signal(object, object)
    said = Signal(str)
    ways = Signal(str, str)
    gone_back = Signal()

    def __init__(self, context: UiContext, queue: WorkQueue, parent: QObject) -> None:
        super().__init__(parent)
        self._context, self._words, self._queue = context, context.words, queue

    def enter(self, book: CellsBook, texts: Mapping[Cell, str]) -> None:
        """Take texts: store what can be stored as one act, and keep the rest in its cells with the reason."""
        write = book.enter(texts)
        if write is not None:
            job = partial(_store, self._context.services.registers, write)
            self._queue.run(job, partial(self._ended, book, write), partial(self._failed, book, write))
        for cell in texts:
            if book.draft(cell) is not None:
                self.refused.emit(cell)
                break
        self.changed.emit()

    def mark_rest(self, register: Register) -> None:
        """Have everybody present who is not marked; a toast says how many and takes it back."""
        services = self._context.services

        def job() -> tuple[int, int | None]:
            made = services.undo.made_by(lambda: services.registers.mark_rest(register))
            return len(made.result), made.act

        self._queue.run(job, self._rest_marked, self._not_done)

    def _rest_marked(self, done: tuple[int, int | None]) -> None:
        count, act = done
        words = self._words
        if act is None or not count:
            self.said.emit(words.tr("Everybody is marked already."))
            return
        take_back = partial(self._through_journal, partial(self._context.services.undo.undo_act, act), True)
        self._context.notify(
            words.ntr("{n} pupil marked present", "{n} pupils marked present", count), take_back
        )
        self.gone_back.emit()
        self.look_for_ways()

    def _ended(self, book: CellsBook, write: Write, refusals: Mapping[CellKey, Refused]) -> None:
        told = {key: refusal.text(self._words) for key, refusal in refusals.items()}
        self.stored.emit(book, book.settled(write, told))
        self.changed.emit()
        self.look_for_ways()

    def _failed(self, book: CellsBook, write: Write, refusal: EmisError) -> None:
        reason = refusal.text(self._words)
        book.settled(write, {(one.student_id, one.on, one.session): reason for one in write.cells})
        self.changed.emit()

    # -- The way back -------------------------------------------------------------------------------

    def take_back(self) -> None:
        """Undo the last thing."""
        self._through_journal(self._context.services.undo.undo, True)

    def do_again(self) -> None:
        """Do again what was undone last."""
        self._through_journal(self._context.services.undo.redo, False)

    def _through_journal(self, take: Callable[[], Undone], back: bool) -> None:
        self._queue.run(take, partial(self._taken, back), self._not_done)

    def _taken(self, back: bool, done: Undone) -> None:
        tr, what = self._words.tr, done.sentence.text(self._words)
        if back:
            self._context.notify(tr("Undone: {what}", what=what), self.do_again, tr("Redo"))
        else:
            again = partial(self._context.services.undo.undo_act, done.act)
            self._context.notify(
                tr("Done again: {what}", what=what), partial(self._through_journal, again, True)
            )
        self.gone_back.emit()
        self.look_for_ways()

    def _not_done(self, refusal: EmisError) -> None:
        self.said.emit(refusal.text(self._words))

    def look_for_ways(self) -> None:
        """Ask what can be taken back and done again now."""
        undo = self._context.services.undo
        self._queue.run(
            lambda: (undo.can_undo(), undo.can_redo()),
            lambda found: self.ways.emit(*(one.text(self._words) if one else "" for one in found)),
            lambda _refusal: None,
        )


def _store(service: RegisterService, write: Write) -> Mapping[CellKey, Refused]:
    """Store cells as one act; what is refused. Runs away from the screen."""
    if len(write.cells) == 1:
        one = write.cells[0]
        register = Register(write.class_id, one.on, one.session, write.subject_id)
        try:
            service.mark(register, one.student_id, one.text)
        except Refused as reason:
            return {(one.student_id, one.on, one.session): reason}
        return {}
    result: CellsResult = service.mark_block(write.class_id, write.cells, write.subject_id)
    return {(no.typed.student_id, no.typed.on, no.typed.session): no.reason for no in result.refused}
