"""A paper before it is printed: the real PDF, what it is printed of, Save and Print."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QSize, QTimer, Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from emis_desktop.errors import EmisError
from emis_desktop.jobs.print_students import PaperOrder, PaperPdf
from ui.context import UiContext
from ui.report_cards.paper import PaperView
from ui.report_cards.render import PagePicture, page_count, page_picture
from ui.students.papers.choices import PaperChoices, PaperPlace
from ui.students.papers.copies import PaperCopies
from ui.students.papers.kinds import NAMES
from ui.tasks import Task, TaskControl
from ui.widgets.base import add_key, announce, row
from ui.widgets.busy import BusyMark
from ui.widgets.dialog import Dialog
from ui.widgets.focus import FocusRing
from ui.widgets.progress import ProgressStrip
from ui.widgets.text import Text

SIZE: Final = QSize(880, 640)
MOST_PAGES: Final = 8
"""Pages that the preview shows: enough to see the paper, not all of a school in memory."""
_PAPER_WIDTH: Final = 1400


@dataclass(frozen=True, slots=True)
class _Shown:
    """A paper and the pictures of its first pages."""

    order: PaperOrder
    pdf: PaperPdf
    pages: tuple[PagePicture, ...]


class PaperDialog(Dialog):
    """Shows what would be printed; ``whose`` names the file."""

    def __init__(
        self,
        context: UiContext,
        order: PaperOrder,
        parent: QWidget,
        *,
        whose: str = "",
        place: PaperPlace | None = None,
    ) -> None:
        tr = context.words.tr
        title = tr(NAMES[order.kind])
        super().__init__(f"{title}, {whose}" if whose else title, name="papers", parent=parent)
        self.setMaximumWidth(SIZE.width())
        self._context, self.words, self._title, self._whose = context, context.words, title, whose
        self._task: Task | None = None
        self._waits = False
        self.choices = PaperChoices(self.words, order, place)
        self.choices.changed.connect(self.refresh)
        self.body.addWidget(self.choices)
        self.paper = PaperView(title, name="papers.paper")
        self.body.addWidget(self.paper, 1)
        self._fault = Text("", 13, 500, "bad", wrap=True)
        self._fault.hide()
        self.body.addWidget(self._fault)
        self.body.addLayout(self._make_facts())
        self.strip = ProgressStrip(self.words, name="papers.strip")
        self.body.addWidget(self.strip)
        self.copies = PaperCopies(context, context.jobs.papers, self.strip, self)
        self.copies.given_out.connect(self.refresh)
        self._make_verbs()
        FocusRing(self)
        self.resize(_fitting(parent))
        QTimer.singleShot(0, self, self.refresh)

    def _make_facts(self) -> QHBoxLayout:
        line = row(None, 8)
        self._facts = Text("", 12, tone="secondary", elide=True)
        self._busy = BusyMark(self.words.tr("The paper is being drawn"), name="papers.busy")
        line.addWidget(self._facts, 1)
        line.addWidget(self._busy)
        return line

    def _make_verbs(self) -> None:
        tr = self.words.tr
        self.add_verb("close", tr("Close"), safe=True)
        self.print_ = self.add_verb("print", tr("Print"))
        self.save = self.add_verb("save", tr("Save PDF"), "primary")
        for button, keys, act in (
            (self.print_, "Ctrl+P", self.ask_to_print),
            (self.save, "Ctrl+S", self.ask_to_save),
        ):
            button.clicked.disconnect()
            button.clicked.connect(act)
            button.setEnabled(False)
            add_key(self, keys, button.text()).triggered.connect(act)

    # -- What leaves ----------------------------------------------------------------------------------

    def ask_to_save(self) -> None:
        """Ask where it goes."""
        if self.save.isEnabled() and not self.copies.busy():
            self.copies.ask_to_save_paper(self.choices.order(), self.file_words())

    def ask_to_print(self) -> None:
        """Ask which printer takes it."""
        if self.print_.isEnabled() and not self.copies.busy():
            self.copies.ask_to_print_paper(self.choices.order(), self.file_words())

    def file_words(self) -> tuple[str, ...]:
        """What the file is named after."""
        return tuple(part for part in (self._title, self._whose or self.choices.scope_words()) if part)

    # -- What is shown --------------------------------------------------------------------------------

    @Slot()
    def refresh(self) -> None:
        """Draw the paper that is chosen now; of several wishes the last one counts."""
        if self._task is not None:
            self._waits = True
            self._task.cancel()
            return
        order, jobs = self.choices.order(), self._context.jobs.papers
        self._busy.start()
        self.paper.set_dimmed(True)

        def work(control: TaskControl) -> _Shown:
            pdf = jobs.draw(order, control.progress)
            control.check()
            count = min(page_count(pdf.content), MOST_PAGES)
            return _Shown(order, pdf, tuple(page_picture(pdf.content, n, _PAPER_WIDTH) for n in range(count)))

        self._task = task = self._context.tasks.run(work)
        task.succeeded.connect(self._drawn)
        task.refused.connect(self._refused)
        task.ended.connect(self._ended)

    @Slot(object)
    def _drawn(self, shown: _Shown) -> None:
        if self._waits:
            return
        words = self.words
        said = words.ntr("{n} page", "{n} pages", shown.pdf.pages)
        if shown.pdf.pages > len(shown.pages):
            said = words.tr("{pages}, the first {shown} are shown", pages=said, shown=len(shown.pages))
        if shown.pdf.standing is not None:
            said = f"{said}. {shown.pdf.standing.text(words)}"
        warnings = list(dict.fromkeys(warning.text(words) for warning in shown.pdf.warnings))
        if warnings:
            said = f"{said} {warnings[0]}" if said.endswith(".") else f"{said}. {warnings[0]}"
        self._facts.setText(said)
        self._facts.setToolTip("\n".join(warnings))
        self._fault.hide()
        self.paper.show()
        self.paper.set_pages(shown.pages)
        self._enable(True)

    @Slot(object)
    def _refused(self, refusal: EmisError) -> None:
        if self._waits:
            return
        text = refusal.text(self.words)
        self._facts.setText("")
        self.paper.set_pages(())
        self._fault.setText(text)
        self._fault.show()
        announce(self._fault, text)
        self._enable(False)

    @Slot()
    def _ended(self) -> None:
        self._task = None
        self._busy.stop()
        self.paper.set_dimmed(False)
        if self._waits:
            self._waits = False
            self.refresh()

    def _enable(self, enabled: bool) -> None:
        self.save.setEnabled(enabled)
        self.print_.setEnabled(enabled)


def _fitting(parent: QWidget) -> QSize:
    """As large as the paper wants and the window has room for."""
    room = parent.window().size()
    return SIZE.boundedTo(QSize(room.width() - 40, room.height() - 24))
