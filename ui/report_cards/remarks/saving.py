"""Saving the table: every cell as it is left, and the way back."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal

from emis_desktop.errors import EmisError
from emis_desktop.services.remarks import RemarkService
from emis_desktop.services.undo import Undone
from ui.context import UiContext
from ui.report_cards.remarks.book import RemarkBook, Write
from ui.widgets.sheet.area import Cell
from ui.work_queue import WorkQueue


class RemarkSaver(QObject):
    """Takes typed texts for a book and writes them.

    ``changed``: cells are other ones now. ``refused(Cell)``: what was typed there stays in it. ``stored(book,
    cells)``: these are safe. ``said(words)``: something to tell at the current cell. ``ways(bool, bool)``:
    whether anything can be taken back, and done again.
    """

    changed = Signal()
    refused = Signal(object)
    stored = Signal(object, object)
    said = Signal(str)
    ways = Signal(bool, bool)

    def __init__(self, context: UiContext, queue: WorkQueue, parent: QObject) -> None:
        super().__init__(parent)
        self._context, self._words, self._queue = context, context.words, queue

    def enter(self, book: RemarkBook, texts: dict[Cell, str]) -> None:
        """Take texts: store each, or keep it in its cell with the reason."""
        for cell, text in texts.items():
            write = book.enter(cell, text)
            if write is not None:
                job = partial(_store, self._context.services.remarks, write)
                self._queue.run(job, partial(self._stored, book, write), partial(self._kept, book, write))
            elif book.draft(cell) is not None:
                self.refused.emit(cell)
        self.changed.emit()

    def _stored(self, book: RemarkBook, write: Write, _nothing: object) -> None:
        self.stored.emit(book, book.settled(write, None))
        self.changed.emit()
        self.look_for_ways()

    def _kept(self, book: RemarkBook, write: Write, refusal: EmisError) -> None:
        book.settled(write, refusal)
        self.changed.emit()

    # -- The way back -------------------------------------------------------------------------------

    def take_back(self) -> None:
        """Undo the last thing."""
        self._through_journal(self._context.services.undo.undo, True)

    def do_again(self) -> None:
        """Do again what was undone last."""
        self._through_journal(self._context.services.undo.redo, False)

    def _through_journal(self, take: Callable[[], Undone], back: bool) -> None:
        self._queue.run(take, partial(self._taken, back), self._not_taken)

    def _taken(self, back: bool, done: Undone) -> None:
        tr, what = self._words.tr, done.sentence.text(self._words)
        if back:
            self._context.notify(tr("Undone: {what}", what=what), self.do_again, tr("Redo"))
        else:
            again = partial(self._context.services.undo.undo_act, done.act)
            self._context.notify(
                tr("Done again: {what}", what=what), partial(self._through_journal, again, True)
            )
        self.look_for_ways()

    def _not_taken(self, refusal: EmisError) -> None:
        self.said.emit(refusal.text(self._words))

    def look_for_ways(self) -> None:
        """Ask what can be taken back and done again now."""
        undo = self._context.services.undo
        self._queue.run(
            lambda: (undo.can_undo() is not None, undo.can_redo() is not None),
            lambda ways: self.ways.emit(*ways),
            lambda _refusal: None,
        )


def _store(service: RemarkService, write: Write) -> None:
    write.run(service)
