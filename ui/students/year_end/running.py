"""Ending a year and taking that back: asked first, away from the screen's thread, told when it is done."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from emis_desktop.errors import EmisError
from emis_desktop.queries.year_end import Way, YearEnd
from emis_desktop.services.year_end import YearBack, YearRun
from ui.context import UiContext
from ui.tasks import Task, TaskControl, told
from ui.widgets.dialog import Dialog
from ui.widgets.progress import ProgressStrip

NAMED = 8
"""So many pupils are named in a result; the table has the others."""


class YearRunner(QObject):
    """``busy`` when it begins, ``ended`` when it is done, refused or stopped; ``strip`` tells how it goes."""

    busy = Signal()
    ended = Signal()

    def __init__(self, context: UiContext, strip: ProgressStrip, parent: QWidget) -> None:
        super().__init__(parent)
        self._context, self.words, self.strip, self._parent = context, context.words, strip, parent

    def ask_run(self, found: YearEnd | None) -> Dialog | None:
        """Ask before the year ends."""
        if found is None or not found.to_do:
            return None
        words, tr = self.words, self.words.tr
        waiting = found.ways().get(Way.WAIT, 0)
        explained = tr(
            "The enrolments of {year} end on {day}.", year=found.year, day=words.date(found.ends_on)
        )
        if waiting:
            left = words.ntr(
                "{n} undecided pupil stays as now.", "{n} undecided pupils stay as now.", waiting
            )
            explained = f"{explained} {left}"
        question = words.ntr("End the year for {n} pupil?", "End the year for {n} pupils?", len(found.to_do))
        dialog = Dialog(question, explained, name="year_end.ask", parent=self._parent.window())
        dialog.add_verb("run", tr("End the year"), "primary")
        dialog.add_verb("cancel", tr("Cancel"), safe=True)
        dialog.answered.connect(
            lambda key: self._run(found.institution_id, found.year_id) if key == "run" else None
        )
        dialog.ask()
        return dialog

    def _run(self, school: UUID, year: UUID) -> None:
        service, language = self._context.services.year_end, self.words.language

        def job(control: TaskControl) -> YearRun:
            return service.run(school, year, language, _progress(control))

        task = self._start(job, self.words.tr("Ending the year"))
        task.succeeded.connect(self._ran)

    def ask_undo(self, found: YearEnd | None) -> Dialog | None:
        """Ask before it is taken back."""
        if found is None:
            return None
        tr = self.words.tr
        dialog = Dialog(
            tr("Take the end of {year} back?", year=found.year),
            tr(
                "Everybody goes back into the classes of {year}. Who has marks, attendance or another class "
                "in the new year stays there, and is named. What was decided by hand stays decided.",
                year=found.year,
            ),
            name="year_end.ask_undo",
            parent=self._parent.window(),
        )
        dialog.add_verb("undo", tr("Take back"), "danger")
        dialog.add_verb("cancel", tr("Cancel"), safe=True)
        dialog.answered.connect(
            lambda key: self._undo(found.institution_id, found.year_id) if key == "undo" else None
        )
        dialog.ask()
        return dialog

    def _undo(self, school: UUID, year: UUID) -> None:
        service = self._context.services.year_end

        def job(control: TaskControl) -> YearBack:
            return service.undo(school, year, _progress(control))

        task = self._start(job, self.words.tr("Taking the end of the year back"))
        task.succeeded.connect(self._undone)

    def _start(self, job: Callable[[TaskControl], object], title: str) -> Task:
        self.busy.emit()
        self.strip.start(title, self.words.tr("Cancel keeps what is done; the rest can be done later."))
        task = self._context.tasks.run(job, title)
        task.progressed.connect(told(self, task, lambda done, total, _what: self.strip.advance(done, total)))
        self.strip.cancelled.connect(task.cancel)
        task.refused.connect(self._failed)
        task.cancelled.connect(self._stopped)
        return task

    def _ran(self, result: YearRun) -> None:
        words = self.words
        said = words.ntr("{n} pupil sent on", "{n} pupils sent on", len(result.pupils))
        notes = []
        if result.unplaced:
            names = words.listing([one.name for one in result.unplaced[:NAMED]])
            notes.append(
                words.ntr(
                    "{n} has no class yet: {names}",
                    "{n} have no class yet: {names}",
                    len(result.unplaced),
                    names=names,
                )
            )
        if result.undecided:
            notes.append(words.ntr("{n} is undecided", "{n} are undecided", len(result.undecided)))
        self.strip.finish(said, ". ".join(notes))
        self.ended.emit()

    def _undone(self, result: YearBack) -> None:
        words = self.words
        said = words.ntr("{n} pupil is back", "{n} pupils are back", result.undone)
        kept = [f"{one.name}: {one.reason.text(words)}" for one in result.kept[:NAMED]]
        more = len(result.kept) - NAMED
        if more > 0:
            kept.append(words.ntr("and {n} more", "and {n} more", more))
        self.strip.finish(said, ". ".join(kept))
        self.ended.emit()

    def _failed(self, refusal: EmisError) -> None:
        self.strip.finish(self.words.tr("That was not done"), refusal.text(self.words), failed=True)
        self.ended.emit()

    def _stopped(self) -> None:
        self.strip.finish(self.words.tr("Stopped. What was done stays done."))
        self.ended.emit()


def _progress(control: TaskControl) -> Callable[[int, int], None]:
    """Tell how far it is; stops between acts when somebody has asked for that."""

    def tell(done: int, total: int) -> None:
        control.progress(done, total)

    return tell
