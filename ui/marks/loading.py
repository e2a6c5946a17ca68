"""Reading sheets and the list of them, away from the screen, and again when something has changed."""

from collections.abc import Callable
from functools import partial
from uuid import UUID

from PySide6.QtCore import QObject, QTimer, Signal

from emis_desktop.errors import EmisError
from emis_desktop.queries.mark_sheet import MarkSheet
from emis_desktop.queries.sheet_list import SheetLine
from emis_desktop.queries.sheet_notes import SheetNotes
from resources.words import LANGUAGES
from ui.context import UiContext
from ui.marks.draft import SheetKey
from ui.work_queue import WorkQueue

RELOAD_MS = 300
EXPECT_MS = 200
NOTES_MS = 25
"""The sheet is on the screen by then; nobody waits for who joined late."""


Known = tuple[MarkSheet, SheetNotes]
"""A sheet and what stands beside it."""


class Loader(QObject):
    """Asks for what is wanted now; answers about anything else are dropped.

    ``opened(sheet)``: a sheet to show. ``noted(notes)``: what stands beside it. ``renewed(sheet, notes)``:
    the open sheet as the store has it now, ``unchanged`` when that is what shows. ``listed(lines, term)``:
    the sheets of a term. ``refused(reason)``: the sheet cannot be shown.
    """

    opened = Signal(object)
    noted = Signal(object)
    renewed = Signal(object, object)
    unchanged = Signal()
    listed = Signal(object, object)
    refused = Signal(object)

    def __init__(
        self, context: UiContext, queue: WorkQueue, parent: QObject, known: Callable[[], Known | None]
    ) -> None:
        """``known`` gives what the screen shows: what is read again and is the same is not told."""
        super().__init__(parent)
        self._known = known
        self._context, self._queue = context, queue
        words = context.words
        self._language = words.language if words.language in LANGUAGES else "en"
        self._wanted: SheetKey | None = None
        self._wait = QTimer(self, singleShot=True, interval=RELOAD_MS)
        self._wait.timeout.connect(self.reload)
        self._notes_wait = QTimer(self, singleShot=True, interval=NOTES_MS)
        self._notes_wait.timeout.connect(self._ask_notes)
        self._expected: SheetKey | None = None
        self._ready: dict[SheetKey, MarkSheet] = {}
        self._changes = 0
        self._expect_wait = QTimer(self, singleShot=True, interval=EXPECT_MS)
        self._expect_wait.timeout.connect(self._read_expected)
        context.changes.changed.connect(self._forget)

    @property
    def wanted(self) -> SheetKey | None:
        """The sheet that is open or being opened."""
        return self._wanted

    def open(self, key: SheetKey) -> None:
        """Read a sheet, then its notes; one that was expected is there already."""
        self._wanted = key
        ready = self._ready.pop(key, None)
        if ready is not None:
            self._opened(key, ready)
            return
        self._queue.run(self._reading(key), partial(self._opened, key), partial(self._refuse, key))

    def _reading(self, key: SheetKey) -> Callable[[], MarkSheet]:
        return partial(self._context.queries.mark_sheet.sheet, *key, self._language)

    def expect(self, key: SheetKey | None) -> None:
        """This sheet will probably be opened next: read it while nothing else is to be done."""
        self._expected = key
        self._expect_wait.start()

    def _read_expected(self) -> None:
        key = self._expected
        if key is not None and key != self._wanted and key not in self._ready and not self._queue.busy():
            self._queue.run(self._reading(key), partial(self._keep, key, self._changes), _nothing)

    def _keep(self, key: SheetKey, changes: int, sheet: MarkSheet) -> None:
        if key == self._expected and changes == self._changes:
            self._ready = {key: sheet}

    def _forget(self, _tables: object) -> None:
        """Something was written: what was read ahead may be old."""
        self._changes += 1
        self._ready = {}
        self._expect_wait.start()

    def close(self) -> None:
        """No sheet is wanted."""
        self._wanted = None

    def list_sheets(self) -> None:
        """Read the list of the chosen school and term; nothing while none is chosen."""
        place = self._context.place
        if place.institution_id is None or place.term is None:
            return
        job = partial(
            self._context.queries.mark_sheet.sheets, place.institution_id, place.term.id, self._language
        )
        self._queue.run(job, partial(self._listed, place.institution_id, place.term.id), self._no_list)

    def reload_soon(self) -> None:
        """Something changed: look once when things have calmed down a little."""
        if not self._wait.isActive():
            self._wait.start()

    def waiting(self) -> bool:
        """Whether another look is about to be taken."""
        return self._wait.isActive() or self._notes_wait.isActive()

    def reload(self) -> None:
        """Read the open sheet again, or the list when none is open."""
        self._wait.stop()
        key = self._wanted
        if key is None:
            self.list_sheets()
            return
        marks, language = self._context.queries.mark_sheet, self._language
        known = self._known()

        def read() -> Known | None:
            found = (marks.sheet(*key, language), marks.notes(*key, language))
            return None if found == known else found

        self._queue.run(read, partial(self._renewed, key), partial(self._refuse, key))

    # -- Answers ------------------------------------------------------------------------------------

    def _opened(self, key: SheetKey, sheet: MarkSheet) -> None:
        if key == self._wanted:
            self.opened.emit(sheet)
            self._notes_wait.start()

    def _ask_notes(self) -> None:
        key = self._wanted
        if key is not None:
            notes = self._context.queries.mark_sheet.notes
            self._queue.run(partial(notes, *key, self._language), partial(self._noted, key), _nothing)

    def _noted(self, key: SheetKey, notes: SheetNotes) -> None:
        if key == self._wanted:
            self.noted.emit(notes)

    def _renewed(self, key: SheetKey, found: Known | None) -> None:
        if key == self._wanted and found is not None:
            self.renewed.emit(*found)
        else:
            self.unchanged.emit()

    def _listed(self, institution_id: UUID, term_id: UUID, lines: tuple[SheetLine, ...]) -> None:
        place = self._context.place
        if place.term is not None and (place.institution_id, place.term.id) == (institution_id, term_id):
            self.listed.emit(lines, term_id)

    def _no_list(self, reason: EmisError) -> None:
        if self._wanted is None:
            self.refused.emit(reason)

    def _refuse(self, key: SheetKey, reason: EmisError) -> None:
        if key == self._wanted:
            self.refused.emit(reason)


def _nothing(_reason: EmisError) -> None:
    """The sheet itself has said why."""
