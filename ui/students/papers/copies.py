"""Taking a paper along: saved as a PDF, or printed; either way it is issued or noted in the journal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from emis_desktop.jobs.card_jobs import free_path
from emis_desktop.jobs.print_students import PaperJobs, PaperOrder
from ui.context import UiContext
from ui.report_cards.copies import Copies
from ui.tasks import TaskControl
from ui.widgets.progress import ProgressStrip
from ui.widgets.system_windows import PDF, choose_target


class PaperCopies(Copies):
    """Saves and prints papers with the blocks that do so for report cards. ``given_out``: one was saved."""

    given_out = Signal()

    def __init__(self, context: UiContext, jobs: PaperJobs, strip: ProgressStrip, page: QWidget) -> None:
        super().__init__(context, context.jobs.cards, strip, page)
        self._papers = jobs

    def ask_to_save_paper(self, order: PaperOrder, name: Sequence[str]) -> None:
        """Ask where the paper goes, and save it there."""
        proposed = free_path(self.folder, name, ".pdf")
        title = self._words.tr("Save the paper")
        choose_target(self._page, title, proposed, partial(self.save_paper, order), PDF)

    def save_paper(self, order: PaperOrder, target: Path) -> None:
        """Save it there."""
        tr = self._words.tr
        self._strip.start(tr("Saving one PDF"), tr("Cancel leaves no file behind."))
        jobs, what = self._papers, tr("paper")

        def save(control: TaskControl) -> None:
            jobs.save(order, target, lambda done, total: control.progress(done, total, what))

        end = self._saving(target)

        def saved() -> None:
            end.done()
            self.given_out.emit()

        self._run(save, replace(end, done=saved))

    def ask_to_print_paper(self, order: PaperOrder, name: Sequence[str]) -> None:
        """Open the system's print window; without a printer offer to save."""
        jobs = self._papers
        self.ask_to_print(
            lambda: jobs.give_out(order).content, name[0], partial(self.ask_to_save_paper, order, name)
        )
