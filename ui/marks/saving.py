"""Saving an open sheet: every cell as it is left, a paste in one act, and the way back."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal, SignalInstance

from emis_desktop.desk import Services
from emis_desktop.errors import EmisError, Refused
from emis_desktop.sentence import Sentence
from emis_desktop.services.marks import TypedMark
from emis_desktop.services.undo import Undone
from ui.context import UiContext
from ui.marks.book import Entered, SheetBook
from ui.marks.draft import CellKey, SheetKey
from ui.widgets.sheet.area import Cell
from ui.widgets.sheet.draft import Draft
from ui.work_queue import WorkQueue

_LOOK_MS = 500

Refusals = dict[CellKey, tuple[str, Refused]]
"""What the store refused: the text, and why."""


@dataclass(slots=True, eq=False)
class _Step:
    """One thing the user did: the drafts it left, and how many acts it wrote, known for sure when written.

    ``made`` are the numbers of these acts; they hold as well when the step was undone and done again.
    """

    drafts: dict[CellKey, Draft] = field(default_factory=dict)
    acts: int = 0
    made: list[int] = field(default_factory=list)


class SheetSaver(QObject):
    """Takes typed texts for the open book and writes them.

    ``changed``: cells and figures are other ones now. ``stored(cells)``: these are safe. ``undone(words,
    acts)`` and ``redone(words, acts)``: what was taken back or done again, and the numbers of its acts.
    ``said(words)``: something to tell at the current cell. ``ways(undo, redo)``: what could be taken back and
    done again, in words, "" for nothing.
    """

    changed = Signal()
    stored = Signal(object)
    undone = Signal(str, object)
    redone = Signal(str, object)
    said = Signal(str)
    ways = Signal(str, str)

    def __init__(self, context: UiContext, queue: WorkQueue, parent: QObject) -> None:
        super().__init__(parent)
        self._words, self._services, self._queue = context.words, context.services, queue
        self._book: SheetBook | None = None
        self._steps: list[_Step] = []
        self._entered: _Step | None = None
        self._taken_back: list[_Step] = []
        self._look = QTimer(self, singleShot=True, interval=_LOOK_MS)
        self._look.timeout.connect(self._look_for_ways)

    def open(self, book: SheetBook | None) -> None:
        """Save into another sheet from now on."""
        self._book = book
        self._steps.clear()
        self._entered = None
        self._taken_back.clear()
        self._look.start()

    # -- Writing ------------------------------------------------------------------------------------

    def enter(self, texts: Mapping[Cell, str]) -> Entered | None:
        """Take texts into the book, show them, and write what is right; None without a sheet."""
        book = self._book
        if book is None:
            return None
        had = dict(book.drafts)
        entered = book.enter(texts)
        drafts = {key: draft for key, draft in book.drafts.items() if had.get(key) != draft}
        step = _Step(drafts, bool(entered.marks) + bool(entered.remarks))
        self._entered = step if drafts or entered.writes else None
        if self._entered is not None:
            self._steps.append(step)
            self._taken_back.clear()
        if entered.writes:
            job = partial(_write, self._services, book.key, entered, step)
            written, failed = (
                partial(self._written, book, entered, step),
                partial(self._failed, book, entered),
            )
            self._queue.run(job, written, partial(failed, step))
        self.changed.emit()
        return entered

    def _written(self, book: SheetBook, entered: Entered, step: _Step, refused: Refusals) -> None:
        drafts = {key: Draft(text, why.text(self._words)) for key, (text, why) in refused.items()}
        step.drafts.update(drafts)
        cells = book.written(entered, drafts)
        if book is self._book:
            self.stored.emit(cells)
            self._look.start()
            self._try_again(book)
        if drafts and self._book is not None:
            self._book.forget_faces()  # the same sheet may have been opened anew meanwhile
            self.changed.emit()

    def _failed(self, book: SheetBook, entered: Entered, step: _Step, reason: EmisError) -> None:
        """Nothing could be stored (the disk is full): every text stays in its cell, with the reason."""
        typed = _typed(entered)
        why = reason.text(self._words)
        drafts = {key: Draft(typed[key], why, unstored=True) for key in entered.before}
        step.drafts.update(drafts)
        step.acts = 0
        book.written(entered, drafts)
        self.changed.emit()
        self.said.emit(reason.text(self._words))

    def _try_again(self, book: SheetBook) -> None:
        """The laptop stores again: so does everything that it could not store before."""
        waiting = {key: draft.text for key, draft in book.drafts.items() if draft.unstored}
        cells = {cell: text for key, text in waiting.items() if (cell := book.place_of(key)) is not None}
        if cells:
            self.enter(cells)

    def give_up(self, cells: list[Cell]) -> None:
        """Let refused texts give way to what is stored."""
        if self._book is not None and self._book.drop(cells):
            self.changed.emit()

    # -- The way back -------------------------------------------------------------------------------

    def undo(self) -> None:
        """Take back the last thing: a refused text at once, what was stored through the journal."""
        step = self._steps.pop() if self._steps else None
        if step is not None and self._book is not None:
            self._taken_back.append(step)
            self._drop_drafts(self._book, step)
        if step is None or step.acts:
            self._through_journal(self._services.undo.undo, step, self.undone)

    def way_back(self) -> Callable[[], None] | None:
        """What takes back what was entered last: for a toast, which means that whatever comes after it.

        None where nothing was.
        """
        return None if self._entered is None else partial(self._take_back, self._entered)

    def take_back(self, acts: Sequence[int]) -> None:
        """Take back the acts that a toast tells, and these only."""
        step = next((step for step in self._steps if step.made == acts), None)
        if step is None:
            self._undo_acts(acts)
        else:
            self._take_back(step)

    def _take_back(self, step: _Step) -> None:
        if step in self._steps and self._book is not None:
            self._steps.remove(step)
            self._taken_back.append(step)
            self._drop_drafts(self._book, step)
        self._undo_acts(step.made)

    def _undo_acts(self, acts: Sequence[int]) -> None:
        """``acts`` may still be growing: they are those that are there when everything before is written."""
        undo = self._services.undo
        self._queue.run(
            lambda: [undo.undo_act(act) for act in reversed(acts)],
            partial(self._taken, self.undone),
            self._refused,
        )

    def _drop_drafts(self, book: SheetBook, step: _Step) -> None:
        """The refused texts that a step left go, unless others have come in their place."""
        for key, draft in step.drafts.items():
            if book.drafts.get(key) == draft:
                del book.drafts[key]
        book.forget_faces()
        self.changed.emit()

    def redo(self) -> None:
        """Do again what was taken back last."""
        step = self._taken_back.pop() if self._taken_back else None
        if step is not None and self._book is not None:
            self._steps.append(step)
            self._book.drafts.update(step.drafts)
            self._book.forget_faces()
            self.changed.emit()
        if step is None or step.acts:
            self._through_journal(self._services.undo.redo, step, self.redone)

    def _through_journal(self, take: Callable[[], Undone], step: _Step | None, tell: SignalInstance) -> None:
        self._queue.run(partial(_repeat, take, step), partial(self._taken, tell), self._refused)

    def _taken(self, tell: SignalInstance, taken: Sequence[Undone]) -> None:
        if taken:
            tell.emit(taken[-1].sentence.text(self._words), [one.act for one in taken])
        self._look.start()

    def _refused(self, reason: EmisError) -> None:
        self.said.emit(reason.text(self._words))
        self._look.start()

    def _look_for_ways(self) -> None:
        undo = self._services.undo
        self._queue.run(lambda: (undo.can_undo(), undo.can_redo()), self._ways_found, lambda _reason: None)

    def _ways_found(self, found: tuple[Sentence | None, Sentence | None]) -> None:
        undo, redo = (sentence.text(self._words) if sentence is not None else "" for sentence in found)
        if self._steps and not self._steps[-1].acts:
            undo = self._words.tr("typed marks that were not saved")
        self.ways.emit(undo, redo)


def _repeat(take: Callable[[], Undone], step: _Step | None) -> list[Undone]:
    """Do it for each act of a step, once without a step; what came of it, nothing where nothing was written.

    The step's own write has ended by now: never is an older act taken back in the place of a refused one.
    """
    return [take() for _ in range(1 if step is None else step.acts)]


def _typed(entered: Entered) -> dict[CellKey, str]:
    """The texts that were to be written."""
    typed: dict[CellKey, str] = {(mark.student_id, mark.item_id): mark.text for mark in entered.marks}
    typed.update({(remark.student_id, remark.field): remark.text for remark in entered.remarks})
    return typed


def _write(services: Services, sheet: SheetKey, entered: Entered, step: _Step) -> Refusals:
    """Store what was entered and count in ``step`` what became an act; runs away from the screen."""
    typed, remarks = services.undo.made_by(lambda: _write_marks(services, entered.marks)), Refusals()
    marks, acts = typed.result, [typed.act]
    if entered.remarks:
        subject_id, term_id, texts = sheet.subject_id, sheet.term_id, entered.remarks
        said = services.undo.made_by(lambda: services.remarks.set_for_subject(subject_id, term_id, texts))
        acts.append(said.act)
        for no in said.result:
            remarks[no.typed.student_id, no.typed.field] = (no.typed.text, no.reason)
    step.made += [act for act in acts if act is not None]
    step.acts = len(step.made)
    return marks | remarks


def _write_marks(services: Services, marks: list[TypedMark]) -> Refusals:
    """Store marks as one act; what is refused."""
    if not marks:
        return {}
    if len(marks) == 1:
        one = marks[0]
        try:
            services.marks.record(one.student_id, one.item_id, one.text)
        except Refused as reason:
            return {(one.student_id, one.item_id): (one.text, reason)}
        return {}
    if any(mark.text.strip() for mark in marks):
        result = services.marks.record_block(marks)
    else:
        result = services.marks.clear([(mark.student_id, mark.item_id) for mark in marks])
    return {(no.typed.student_id, no.typed.item_id): (no.typed.text, no.reason) for no in result.refused}
