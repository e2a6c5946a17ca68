"""What every part of Settings is: a column that scrolls, saved field by field as it is left."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TypeVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget
from shiboken6 import isValid

from emis_desktop.errors import EmisError
from emis_desktop.services.undo import Made
from ui.context import UiContext
from ui.widgets.base import announce, column, identify
from ui.widgets.fields import Field
from ui.widgets.scroll import ScrollColumn
from ui.work_queue import WorkQueue

Result = TypeVar("Result")
FACTS = 520
"""A line of label and value is no wider, or the eye does not find from the one to the other."""


class Section(QWidget):
    """``saved(text)`` after something was stored, ``refused(text)`` when it belongs to no field,
    ``part_asked(key)`` when another part is to be opened.

    Subclasses fill ``body`` and override ``refresh``; ``tables`` are those they show, ``foot`` is what stands
    at the bottom and is used while one works: a toast does not cover it.
    """

    tables: frozenset[str] = frozenset()
    foot: QWidget | None = None
    saved = Signal(str)
    refused = Signal(str)
    part_asked = Signal(str)

    def __init__(
        self,
        context: UiContext,
        queue: WorkQueue,
        name: str,
        *,
        scrolls: bool = True,
        screen: str = "settings",
    ) -> None:
        """``screen`` is the one that it is a part of."""
        super().__init__()
        identify(self, f"{screen}.{name}")
        self.context, self.words, self._queue = context, context.words, queue
        self.body: QVBoxLayout
        if scrolls:
            scroll = ScrollColumn(12)
            column(self).addWidget(scroll)
            self.body = scroll.body
        else:
            self.body = column(self, 12)

    def refresh(self) -> None:
        """Read everything shown again."""

    def set_compact(self, compact: bool) -> None:
        """Two columns of fields instead of three."""

    def leave(self) -> bool:
        """Before another part or screen opens; False keeps the person here."""
        return True

    def ask(self, question: Callable[[], Result], show: Callable[[Result], object]) -> None:
        """Read away from the screen's thread, then ``show`` it."""
        self._queue.run(question, show, self.tell)

    def save(
        self, act: Callable[[], object], field: Field | None = None, then: Callable[[], object] | None = None
    ) -> None:
        """Store something; a refusal stands beside ``field`` and what was typed stays.

        A field that has gone by then, with its year or grade, has its refusal said above the part.
        """

        def done() -> None:
            if field is not None and isValid(field):
                field.set_fault("")
            if then is not None:
                then()

        def failed(refusal: EmisError) -> None:
            if field is not None and isValid(field):
                field.set_refusal(refusal)
            else:
                self.tell(refusal)

        self.store(act, failed, done)

    def store(
        self,
        act: Callable[[], object],
        failed: Callable[[EmisError], object],
        then: Callable[[], object] | None = None,
    ) -> None:
        """Store something; ``failed`` is told why not, ``then`` is called when it is done."""

        def done(_result: object) -> None:
            self._say_saved()
            if then is not None:
                then()

        self._queue.run(act, done, failed)

    def do(self, act: Callable[[], object], told: str) -> None:
        """Do something that a toast tells, with Undo, which takes back this act and no other."""
        undo = self.context.services.undo
        self._queue.run(lambda: undo.made_by(act), partial(self._tell_done, told), self.tell)

    def _tell_done(self, told: str, made: Made[object]) -> None:
        self._say_saved()
        self.context.notify(told, None if made.act is None else partial(self._take_back, made.act))

    def _take_back(self, act: int) -> None:
        undo = self.context.services.undo
        self.save(lambda: undo.undo_act(act))

    def _say_saved(self) -> None:
        self.saved.emit(self.words.tr("Saved {time}", time=f"{datetime.now().astimezone():%H:%M}"))

    def tell(self, refusal: EmisError) -> None:
        """Say a refusal that belongs to no field."""
        text = refusal.text(self.words)
        self.refused.emit(text)
        announce(self, text)
