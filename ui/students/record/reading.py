"""Reading the open record again off the screen's thread: rows arrive and are saved while somebody types."""

from __future__ import annotations

from uuid import UUID

from PySide6.QtCore import QObject, Signal

from emis_desktop.errors import EmisError
from emis_desktop.queries.student_lines import StudentRecord
from ui.context import UiContext
from ui.tasks import TaskControl


class RecordReader(QObject):
    """One reading at a time; all that is asked for meanwhile is one more after it.

    ``read(StudentRecord)``: the record as it is now; ``renewed``: it has what was written here.
    ``lost(EmisError)``: it is not there any more for this user.
    """

    read = Signal(object)
    renewed = Signal()
    lost = Signal(object)

    def __init__(self, context: UiContext, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._wanted: UUID | None = None
        self._asked = self._written = False
        self._reading: UUID | None = None
        self._after_write = False

    def ask(self, student_id: UUID, *, written: bool) -> None:
        """Read it; ``written``: something was written here, and what was read before that is not shown."""
        self._wanted, self._asked, self._written = student_id, True, self._written or written
        self._begin()

    def forget(self) -> None:
        """Another record, or none, is shown from now on."""
        self._wanted, self._asked, self._written = None, False, False

    def _begin(self) -> None:
        wanted = self._wanted
        if wanted is None or not self._asked or self._reading is not None:
            return
        self._reading, self._after_write = wanted, self._written
        self._asked = self._written = False
        queries = self._context.queries.students

        def question(_control: TaskControl) -> StudentRecord:
            return queries.record(wanted)

        task = self._context.tasks.run(question)
        task.succeeded.connect(self._succeeded)
        task.refused.connect(self._refused)

    def _succeeded(self, record: StudentRecord) -> None:
        reading, self._reading = self._reading, None
        if reading == self._wanted:
            if self._written:  # a field would show again what stood there before
                self._asked = True
            else:
                self.read.emit(record)
                if self._after_write:
                    self.renewed.emit()
        self._begin()

    def _refused(self, refusal: EmisError) -> None:
        reading, self._reading = self._reading, None
        if reading == self._wanted:
            self.forget()
            self.lost.emit(refusal)
        self._begin()
