"""Issuing cards from the page: the question, the strip while it runs, and what came of it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final
from uuid import UUID

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from emis_desktop.errors import EmisError
from emis_desktop.jobs.card_jobs import CardJobs
from emis_desktop.services.report_cards import IssuedNotSaved, IssueOrder, Skipped
from ui.context import UiContext
from ui.report_cards.dialog import ISSUE, IssueDialog
from ui.report_cards.plan import Chosen, IssuePlan
from ui.report_cards.results import ResultStrip, Way
from ui.tasks import Task, TaskControl
from ui.widgets.focus import FocusRing
from ui.widgets.progress import ProgressStrip

if TYPE_CHECKING:
    from emis_desktop.jobs.issue_cards import IssueReport

MOST_TOLD: Final = 3
"""Pupils named in the strip; it is no list."""


class Issuing(QObject):
    """One issue at a time. ``busy_changed(bool)``; ``list_asked``: show the incomplete cards.

    ``print_asked(Path)`` prints a saved file; ``save_again_asked(card ids)`` saves issued cards again.
    """

    busy_changed = Signal(bool)
    list_asked = Signal()
    print_asked = Signal(object)
    save_again_asked = Signal(object)

    def __init__(self, context: UiContext, jobs: CardJobs, strip: ProgressStrip, page: QWidget) -> None:
        super().__init__(page)
        self._context, self._words, self._jobs, self._page = context, context.words, jobs, page
        self._strip = strip
        self._results = ResultStrip(context.words, strip)
        self._task: Task | None = None
        self._left_out = 0
        self.dialog: IssueDialog | None = None
        strip.cancelled.connect(self._cancel)

    def busy(self) -> bool:
        """Whether cards are being issued."""
        return self._task is not None

    def ask(self, plan: IssuePlan, class_id: UUID, term_id: UUID, folder: Path, language: str) -> None:
        """Ask, and issue when the answer is yes."""
        unsaved = self._context.unsaved.count()
        dialog = IssueDialog(self._words, plan, folder, language, unsaved, self._page)
        FocusRing(dialog)
        self.dialog = dialog
        dialog.answered.connect(lambda key: self._answered(key, dialog, plan, (class_id, term_id)))
        dialog.ask()

    def _answered(self, key: str, dialog: IssueDialog, plan: IssuePlan, place: tuple[UUID, UUID]) -> None:
        self.dialog = None
        if key == ISSUE:
            self.start(plan, *place, dialog.chosen())

    def start(self, plan: IssuePlan, class_id: UUID, term_id: UUID, chosen: Chosen) -> None:
        """Issue what was chosen."""
        order = IssueOrder(
            class_ids=(class_id,),
            term_id=term_id,
            today=_today(),
            language=chosen.language,
            students=plan.students(provisional=chosen.provisional),
            provisional=chosen.provisional,
            said_in=self._words.language,
        )
        self._left_out = plan.left_out(provisional=chosen.provisional)
        tr = self._words.tr
        title = tr("Saving one PDF") if chosen.merged else tr("Saving one PDF a pupil")
        self._strip.start(title, tr("Cancel leaves no file behind. You can go on working."))
        jobs, card = self._jobs, tr("card")

        def issue(control: TaskControl) -> IssueReport:
            return jobs.issue(
                order,
                chosen.target,
                merged=chosen.merged,
                progress=lambda done, total: control.progress(done, total, card),
            )

        self._task = task = self._context.tasks.run(issue, tr("Report cards are still being issued"))
        task.progressed.connect(self._strip.advance)
        task.succeeded.connect(self._issued)
        task.refused.connect(self._refused)
        task.cancelled.connect(self._cancelled)
        task.ended.connect(self._ended)
        self.busy_changed.emit(True)

    def _cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()

    # -- What came of it ----------------------------------------------------------------------------

    @Slot(object)
    def _issued(self, report: IssueReport) -> None:
        words = self._words
        if not report.issued:
            self._results.failed(words.tr("Nothing was issued"), self._skipped(report.skipped))
            return
        where = report.files[0].name if len(report.files) == 1 else report.files[0].parent.name
        result = words.ntr("{n} card issued", "{n} cards issued", len(report.issued))
        notes = [words.tr("Saved in {place}.", place=where), self._left_out_words()]
        notes += [self._skipped(report.skipped), self._cut(report)]
        self._results.done(result, " ".join(filter(None, notes)), self._ways(report))

    def _ways(self, report: IssueReport) -> list[Way]:
        tr, first = self._words.tr, report.files[0]
        ways: list[Way] = []
        if self._left_out:
            ways.append(Way(tr("Show incomplete"), self.list_asked.emit))
        if len(report.files) == 1:
            ways.append(Way(tr("Print"), lambda: self.print_asked.emit(first)))
        ways.append(Way(tr("Open folder"), lambda: self._results.open_folder(first.parent)))
        return ways

    def _left_out_words(self) -> str:
        if not self._left_out:
            return ""
        return self._words.ntr(
            "{n} incomplete card was left out.", "{n} incomplete cards were left out.", self._left_out
        )

    def _skipped(self, skipped: tuple[Skipped, ...]) -> str:
        """Who was skipped although asked for, and why."""
        words = self._words
        told = [(one.name, "; ".join(reason.text(words) for reason in one.reasons)) for one in skipped]
        return self._told(told)

    def _cut(self, report: IssueReport) -> str:
        """What the paper could not show in full."""
        return self._told([(one.pupil, one.text(self._words)) for one in report.warnings])

    def _told(self, what: list[tuple[str, str]]) -> str:
        """The first few of (pupil, sentence), and how many more there are."""
        words = self._words
        said = [f"{pupil}: {sentence.rstrip('.')}." for pupil, sentence in what[:MOST_TOLD]]
        if len(what) > MOST_TOLD:
            said.append(words.ntr("And {n} more.", "And {n} more.", len(what) - MOST_TOLD))
        return " ".join(said)

    @Slot(object)
    def _refused(self, refusal: EmisError) -> None:
        words, text = self._words, refusal.text(self._words)
        if isinstance(refusal, IssuedNotSaved):
            ids = tuple(card.id for card in refusal.issued)
            again = Way(words.tr("Save them again"), lambda: self.save_again_asked.emit(ids))
            self._results.failed(words.tr("Issued, but not saved"), text, [again])
        else:
            self._results.failed(words.tr("Nothing was issued"), text)

    @Slot()
    def _cancelled(self) -> None:
        tr = self._words.tr
        self._results.done(tr("Stopped"), tr("Nothing was issued and no file was left behind."), [])

    @Slot()
    def _ended(self) -> None:
        self._task = None
        self.busy_changed.emit(False)


def _today() -> date:
    return date.today()  # noqa: DTZ011  - the day on the wall stands on the paper
