"""What becomes of a verb that was pressed: one act, a toast with Undo, and the next card."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal

from emis_desktop.errors import EmisError
from emis_desktop.queries.sync_state import ConflictCard, Verb
from emis_desktop.services.undo import Made
from ui.context import UiContext
from ui.sync_page.doors import ConflictDeeds
from ui.sync_page.verbs import done_words
from ui.work_queue import WorkQueue


class Deciding(QObject):
    """``decided(card, verb)`` when it is stored, ``refused(id, EmisError)`` when it is not, ``undone`` after
    the Undo of a toast.
    """

    decided = Signal(object, object)
    refused = Signal(object, object)
    undone = Signal()

    def __init__(self, context: UiContext, deeds: ConflictDeeds, queue: WorkQueue, parent: QObject) -> None:
        super().__init__(parent)
        self._context, self._deeds, self._queue = context, deeds, queue

    def decide(self, card: ConflictCard, verb: Verb, value: str) -> None:
        """Store what was chosen or typed."""
        undo, deeds = self._context.services.undo, self._deeds
        self._queue.run(
            lambda: undo.made_by(lambda: deeds.decide(card.id, verb, value)),
            partial(self._done, card, verb, value),
            lambda refusal: self.refused.emit(card.id, refusal),
        )

    def _done(self, card: ConflictCard, verb: Verb, value: str, made: Made[None]) -> None:
        back = None if made.act is None or verb is Verb.REMIND else partial(self._take_back, card, made.act)
        self._context.notify(done_words(self._context.words, card, verb, value), back)
        self.decided.emit(card, verb)

    def _take_back(self, card: ConflictCard, act: int) -> None:
        undo = self._context.services.undo

        def failed(refusal: EmisError) -> None:
            self.refused.emit(card.id, refusal)
            self._context.notify(refusal.text(self._context.words))

        self._queue.run(lambda: undo.undo_act(act), lambda _done: self.undone.emit(), failed)
