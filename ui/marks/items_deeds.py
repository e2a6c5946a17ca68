"""What is done to the tests of a subject: add, change, lock, remove; each is stored at once."""

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from emis_desktop.errors import EmisError
from emis_desktop.queries.assessed import Sheet
from emis_desktop.services.items import ItemPlace, NewItem
from emis_desktop.services.undo import Made
from ui.context import UiContext
from ui.marks.items_data import ItemLine
from ui.work_queue import WorkQueue

Result = TypeVar("Result")


class ItemDeeds(QObject):
    """Has the service do it and tells how that ended.

    ``added(NewItem)`` when the test of the form is stored; ``changed`` after each change that was stored;
    ``refused`` with the reason; ``undo_asked(act)`` to take one back.
    """

    added = Signal(object)
    changed = Signal()
    refused = Signal(object)
    undo_asked = Signal(int)

    def __init__(self, context: UiContext, queue: WorkQueue, parent: QObject) -> None:
        super().__init__(parent)
        self._context, self._words, self._queue = context, context.words, queue

    def add(self, place: ItemPlace, new: NewItem) -> None:
        """A new test."""
        items = self._context.services.items
        said = self._words.tr("{test} added", test=new.name)
        self._do(lambda: items.add(place, [new]), said, lambda: self.added.emit(new))

    def add_usual(self, place: ItemPlace, usual: tuple[NewItem, ...]) -> None:
        """The tests of the country's scheme."""
        items = self._context.services.items
        said = self._words.ntr("{n} test added", "{n} tests added", len(usual))
        self._do(lambda: items.add(place, usual), said)

    def set_assessed(self, sheet: Sheet, *, assessed: bool) -> None:
        """The subject is assessed in the class and term, or is not."""
        items, tr = self._context.services.items, self._words.tr
        said = tr("Assessed this term") if assessed else tr("Not assessed this term")
        self._do(lambda: items.set_assessed(sheet, assessed=assessed), said)

    def change(self, line: ItemLine, item: NewItem) -> None:
        """Another name, maximum, weight, part or day."""
        items = self._context.services.items
        self._do(lambda: items.change(line.id, item), "")

    def lock(self, line: ItemLine) -> None:
        """Lock a test, or open a locked one again."""
        items, tr = self._context.services.items, self._words.tr
        said = tr("{test} opened", test=line.name) if line.locked else tr("{test} locked", test=line.name)
        self._do(lambda: items.lock(line.id, locked=not line.locked), said)

    def remove(self, line: ItemLine) -> None:
        """Take a test away."""
        items = self._context.services.items
        self._do(lambda: items.remove(line.id), self._words.tr("{test} removed", test=line.name))

    def _do(self, job: Callable[[], Result], said: str, then: Callable[[], object] | None = None) -> None:
        """Have the service do something; say it with the way back."""

        def done(made: Made[Result]) -> None:
            if then is not None:
                then()
            if said:
                self._context.notify(said, None if made.act is None else partial(self._take_back, made.act))
            self.changed.emit()

        def failed(reason: EmisError) -> None:
            self.refused.emit(reason)

        undo = self._context.services.undo
        self._queue.run(lambda: undo.made_by(job), done, failed)

    def _take_back(self, act: int) -> None:
        self.undo_asked.emit(act)
