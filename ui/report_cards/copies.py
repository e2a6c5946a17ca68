"""Taking a card along: saved as a PDF, or printed; what is shown, or issued cards again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from emis_desktop.errors import EmisError
from emis_desktop.jobs.card_jobs import CardJobs, free_path
from ui.context import UiContext
from ui.report_cards.previews import Paper
from ui.report_cards.printing import ask_printer, has_printer, print_pdf
from ui.report_cards.results import ResultStrip, Way
from ui.tasks import Task, TaskControl
from ui.widgets.progress import ProgressStrip
from ui.widgets.system_windows import PDF, choose_target, documents

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter

Content = Callable[[], bytes]
"""Gives the file to print, away from the screen's thread."""


@dataclass(frozen=True, slots=True)
class _End:
    """What is done when work has ended well, the words when it has not, and those while it is under way."""

    done: Callable[[], object]
    failed: str
    work: str


@dataclass(frozen=True, slots=True)
class _Printing:
    """What is to be printed once a printer is found; ``instead`` when none is."""

    content: Content
    name: str
    instead: Callable[[], object]


class Copies(QObject):
    """Saves and prints. What came of it is a toast; what did not work is said in the strip."""

    def __init__(self, context: UiContext, jobs: CardJobs, strip: ProgressStrip, page: QWidget) -> None:
        super().__init__(page)
        self._context, self._words, self._jobs, self._page = context, context.words, jobs, page
        self._strip = strip
        self._results = ResultStrip(context.words, strip)
        self._folder: Path | None = None
        self._task: Task | None = None
        self._printing: _Printing | None = None
        self._end = _End(lambda: None, "", "")
        strip.cancelled.connect(self._cancel)

    @property
    def folder(self) -> Path:
        """Where the last file went; at first the person's documents."""
        return self._folder or documents()

    def busy(self) -> bool:
        """Whether something is being saved or printed."""
        return self._task is not None

    # -- Saving -------------------------------------------------------------------------------------

    def ask_to_save(self, paper: Paper, name: Sequence[str]) -> None:
        """Ask where one card goes, and save it there."""
        proposed = free_path(self.folder, name, ".pdf")
        title = self._words.tr("Save the report card")
        choose_target(self._page, title, proposed, partial(self.save, paper), PDF)

    def ask_to_save_issued(self, card_ids: Sequence[UUID], name: Sequence[str]) -> None:
        """Ask where copies of issued cards go, and save them there as one PDF."""
        proposed = free_path(self.folder, name, ".pdf")
        title = self._words.tr("Save the report cards")
        choose_target(self._page, title, proposed, partial(self.save_issued, card_ids), PDF)

    def save(self, paper: Paper, target: Path) -> None:
        """Save one card: the issue as it was given out, or the card as it is now, which says so."""
        if paper.card_id is not None:
            self.save_issued([paper.card_id], target)
            return
        jobs = self._jobs
        self._run(lambda _control: jobs.save_preview(paper.place, target), self._saving(target))

    def save_issued(self, card_ids: Sequence[UUID], target: Path) -> None:
        """Save issued cards from their frozen values."""
        jobs, words = self._jobs, self._words
        if len(card_ids) > 1:
            self._strip.start(words.tr("Saving one PDF"), words.tr("Cancel leaves no file behind."))
        card = words.tr("card")

        def save(control: TaskControl) -> None:
            jobs.save_issued(card_ids, target, lambda done, total: control.progress(done, total, card))

        self._run(save, self._saving(target))

    def _saving(self, target: Path) -> _End:
        tr = self._words.tr
        return _End(
            lambda: self._saved(target), tr("This was not saved"), tr("The file is still being saved")
        )

    def _saved(self, target: Path) -> None:
        self._folder = target.parent
        self._strip.close_strip()
        tr = self._words.tr
        self._context.notify(
            tr("Saved as {name}", name=target.name),
            lambda: self._results.open_folder(target.parent),
            tr("Open folder"),
        )

    # -- Printing -----------------------------------------------------------------------------------

    def ask_to_print(self, content: Content, name: str, instead: Callable[[], object]) -> None:
        """Open the system's print window; without a printer offer to save (``instead``)."""
        self._printing = _Printing(content, name, instead)
        task = self._context.tasks.run(lambda _control: has_printer())
        task.succeeded.connect(self._printers_found)

    @Slot(object)
    def _printers_found(self, found: bool) -> None:
        wanted, tr = self._printing, self._words.tr
        if wanted is None:
            return
        self._printing = None
        if found:
            ask_printer(
                self._page, self._words, wanted.name, lambda printer: self.print_on(printer, wanted.content)
            )
            return
        self._results.failed(
            tr("No printer is set up on this laptop"),
            tr("Connect one and print again, or save the PDF and print it elsewhere."),
            [Way(tr("Save PDF"), wanted.instead)],
        )

    def print_on(self, printer: QPrinter, content: Content) -> None:
        """Print on this printer."""
        tr = self._words.tr
        self._strip.start(tr("Printing"), tr("Cancel stops after the page that is being printed."))
        page = tr("page")

        def work(control: TaskControl) -> int:
            return print_pdf(printer, content(), lambda done, total: control.progress(done, total, page))

        self._run(
            work, _End(self._printed, tr("This was not printed"), tr("The pages are still being printed"))
        )

    def _printed(self) -> None:
        self._strip.close_strip()
        self._context.notify(self._words.tr("Sent to the printer"))

    # -- Work ---------------------------------------------------------------------------------------

    def _run(self, job: Callable[[TaskControl], object], end: _End) -> None:
        self._end = end
        self._task = task = self._context.tasks.run(job, end.work)
        task.progressed.connect(self._strip.advance)
        task.succeeded.connect(self._succeeded)
        task.refused.connect(self._refused)
        task.cancelled.connect(self._strip.close_strip)
        task.ended.connect(self._ended)

    def _cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()

    @Slot(object)
    def _succeeded(self, _result: object) -> None:
        self._end.done()

    @Slot(object)
    def _refused(self, refusal: EmisError) -> None:
        self._results.failed(self._end.failed, refusal.text(self._words))

    @Slot()
    def _ended(self) -> None:
        self._task = None
