"""Cards as pictures: asked for by the screen, made by jobs, the newest request first.

Made pictures are kept while they are few; they show pupils, so they go when the page goes or the laptop is
locked.
"""

from collections import OrderedDict
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from PySide6.QtCore import QObject, Signal, Slot

from emis_desktop.errors import EmisError
from emis_desktop.jobs.card_jobs import CardJobs, CardPdf, CardPlace
from ui.report_cards.render import PagePicture, page_pictures
from ui.tasks import Task, TaskControl, Tasks

MOST_BYTES: Final = 48_000_000
"""Room for pictures: a dozen cards at the size of the page, three on a fine screen."""
MOST_PAPERS: Final = 40


@dataclass(frozen=True, slots=True)
class Paper:
    """Which paper: the card as it would be issued now, or with ``card_id`` an issue as it was given out."""

    place: CardPlace
    card_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """A paper at a width in device pixels."""

    paper: Paper
    width: int


@dataclass(frozen=True, slots=True)
class Preview:
    """A paper as it is shown. ``generation``: which state of the records it shows."""

    wanted: Wanted
    pdf: CardPdf
    pages: tuple[PagePicture, ...]
    generation: int

    @property
    def size(self) -> int:
        """Bytes of its pictures."""
        return sum(page.image.sizeInBytes() for page in self.pages)


class Previews(QObject):
    """Makes previews one at a time. Whatever was asked for last comes; what came between may be left out.

    ``ready(Preview)`` and ``failed(Paper, EmisError)`` come in the screen's thread.
    """

    ready = Signal(object)
    failed = Signal(object, object)

    def __init__(self, jobs: CardJobs, tasks: Tasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs, self._tasks = jobs, tasks
        self._wanted: Wanted | None = None
        self._making: Wanted | None = None
        self._task: Task | None = None
        self._generation = 0
        self._papers: OrderedDict[Paper, CardPdf] = OrderedDict()
        self._pictures: OrderedDict[Wanted, Preview] = OrderedDict()

    def ask(self, paper: Paper, width: int) -> None:
        """Ask for ``paper``, ``width`` device pixels wide; instead of whatever was asked for before."""
        wanted = Wanted(paper, width)
        self._wanted = wanted
        kept = self._pictures.get(wanted)
        if kept is not None:
            self._pictures.move_to_end(wanted)
            self._wanted = None
            self.ready.emit(kept)
        elif self._task is None:
            self._start(wanted)
        else:
            self._task.cancel()

    def pdf(self, paper: Paper) -> CardPdf | None:
        """The file of a paper that was shown, None when it is not at hand."""
        return self._papers.get(paper)

    def records_changed(self) -> None:
        """Cards may say something else now: make what is asked for next anew."""
        self._generation += 1
        self._papers.clear()
        self._pictures.clear()

    def forget(self) -> None:
        """Drop everything that shows a pupil, and what is being made."""
        self._wanted = None
        if self._task is not None:
            self._task.cancel()
        self.records_changed()

    def kept(self) -> int:
        """How many previews are at hand."""
        return len(self._pictures)

    def busy(self) -> bool:
        """Whether something is being made."""
        return self._task is not None

    def _start(self, wanted: Wanted) -> None:
        jobs, pdf, generation = self._jobs, self._papers.get(wanted.paper), self._generation
        task = self._tasks.run(lambda control: make_preview(jobs, wanted, pdf, generation, control))
        self._task, self._making = task, wanted
        task.succeeded.connect(self._made)
        task.refused.connect(self._refused)
        task.ended.connect(self._ended)

    @Slot(object)
    def _made(self, made: Preview) -> None:
        if made.generation != self._generation:
            return
        self._keep(made)
        if self._wanted is None or self._wanted == made.wanted:
            self._wanted = None
            self.ready.emit(made)

    @Slot(object)
    def _refused(self, refusal: EmisError) -> None:
        wanted = self._wanted
        if wanted is not None and wanted == self._making:
            self._wanted = None
            self.failed.emit(wanted.paper, refusal)

    @Slot()
    def _ended(self) -> None:
        self._task = None
        if self._wanted is not None:
            self.ask(self._wanted.paper, self._wanted.width)

    def _keep(self, made: Preview) -> None:
        self._papers[made.wanted.paper] = made.pdf
        self._papers.move_to_end(made.wanted.paper)
        while len(self._papers) > MOST_PAPERS:
            self._papers.popitem(last=False)
        self._pictures[made.wanted] = made
        room = sum(one.size for one in self._pictures.values())
        while room > MOST_BYTES and len(self._pictures) > 1:
            room -= self._pictures.popitem(last=False)[1].size


def make_preview(
    jobs: CardJobs, wanted: Wanted, pdf: CardPdf | None, generation: int, control: TaskControl
) -> Preview:
    """Draw the paper unless its file is given, and picture it; runs away from the screen's thread."""
    control.check()
    if pdf is None:
        paper = wanted.paper
        pdf = jobs.preview(paper.place) if paper.card_id is None else jobs.issued([paper.card_id])
    control.check()
    return Preview(wanted, pdf, page_pictures(pdf.content, wanted.width), generation)
