"""Saving a record field by field, in the order typed, away from the screen's thread."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from emis_desktop.errors import EmisError
from ui.widgets.fields import Field
from ui.work_queue import WorkQueue

Result = TypeVar("Result")


class RecordSaver(QObject):
    """Writes what fields say. ``stored``: something is safe; ``faults``: so many fields are refused now.

    The fields serve one record after another, and a slow store answers when the next one is in them already:
    what came of a write is told to the form only while the record it is about stays open. A refusal that
    comes later is ``missed(whose, EmisError)``.
    """

    stored = Signal()
    faults = Signal(int)
    missed = Signal(str, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.queue = WorkQueue(self)
        self._fields: list[Field] = []
        self._flying: dict[Field, int] = {}
        self._whose = ""
        self._round = 0

    def begin(self, whose: str = "") -> None:
        """Another record is in the fields from now on, that of ``whose``."""
        self._round += 1
        self._whose = whose
        self._flying.clear()

    def watch(self, *fields: Field) -> None:
        """Count the faults of these fields."""
        for field in fields:
            self._fields.append(field)
            field.faulted.connect(self._count)

    def unwatch(self, *fields: Field) -> None:
        """Forget fields that go."""
        for field in fields:
            if field in self._fields:
                self._fields.remove(field)
                field.faulted.disconnect(self._count)
            self._flying.pop(field, None)
        self._count()

    def save(self, field: Field, act: Callable[[], object]) -> None:
        """Do ``act`` after all that was asked before; a refusal is shown in ``field``, its text stays."""
        self._flying[field] = self._flying.get(field, 0) + 1
        self.run(act, partial(self._stored, field), partial(self._refused, field), self._stored_aside)

    def run(
        self,
        act: Callable[[], Result],
        done: Callable[[Result], object],
        failed: Callable[[EmisError], object],
        aside: Callable[[Result], object] | None = None,
        whose: str = "",
    ) -> None:
        """Do ``act`` after all that was asked before; ``done`` or ``failed`` hears of it while this record is
        open, ``aside`` of what was done once another one is.
        """
        sent, name = self._round, whose or self._whose

        def heard(result: Result) -> None:
            if sent == self._round:
                done(result)
            elif aside is not None:
                aside(result)

        def not_done(refusal: EmisError) -> None:
            if sent == self._round:
                failed(refusal)
            else:
                self.missed.emit(name, refusal)

        self.queue.run(act, heard, not_done)

    def keeps(self, field: Field) -> bool:
        """Whether a field holds something that is not stored yet and must not be written over."""
        pending = getattr(field, "pending", None)
        return field in self._flying or bool(field.fault) or bool(pending is not None and pending())

    def refused(self) -> list[Field]:
        """The fields that are refused, in reading order."""
        return [field for field in self._fields if field.fault]

    def _stored(self, field: Field, _result: object) -> None:
        self._landed(field)
        self.stored.emit()

    def _stored_aside(self, _result: object) -> None:
        self.stored.emit()

    def _refused(self, field: Field, refusal: EmisError) -> None:
        self._landed(field)
        if field in self._fields:
            field.set_refusal(refusal)

    def _landed(self, field: Field) -> None:
        left = self._flying.get(field, 1) - 1
        if left:
            self._flying[field] = left
        else:
            self._flying.pop(field, None)

    def _count(self, _words: str = "") -> None:
        self.faults.emit(len(self.refused()))
