"""Which paper is beside the list: the card as it would be issued, or an issue as it was given out."""

from __future__ import annotations

from uuid import UUID

from PySide6.QtCore import QObject, Slot

from emis_desktop.errors import EmisError
from emis_desktop.jobs.card_jobs import CardJobs, CardPlace
from emis_desktop.queries.report_cards import CardRow, IssuedCard
from emis_desktop.rules.readiness import CardState
from emis_desktop.rules.rights import Right, offers
from ui.context import UiContext
from ui.report_cards.notice import NOW
from ui.report_cards.preview_card import PreviewCard
from ui.report_cards.previews import Paper, Preview, Previews


class Showing(QObject):
    """Keeps the preview in step with the current pupil and the chosen issue."""

    def __init__(self, context: UiContext, jobs: CardJobs, card: PreviewCard, parent: QObject) -> None:
        super().__init__(parent)
        self._context, self._words, self._card = context, context.words, card
        self.previews = Previews(jobs, context.tasks, self)
        self._row: CardRow | None = None
        self._place: CardPlace | None = None
        self._wish: str | None = None
        self._shown: Paper | None = None
        self._asked = 0
        self.previews.ready.connect(self._ready)
        self.previews.failed.connect(self._failed)
        card.paper.width_wanted.connect(lambda _width: self._ask())
        card.notice.issue_chosen.connect(self._issue_chosen)

    # -- Which --------------------------------------------------------------------------------------

    def show(self, row: CardRow, class_id: UUID, term_id: UUID, language: str) -> None:
        """Show a pupil's card: the issue in force, or what would be issued."""
        place = CardPlace(class_id, term_id, row.student_id, language)
        if self._place is None or (place.student_id, term_id) != (
            self._place.student_id,
            self._place.term_id,
        ):
            self._wish = None
        self._row, self._place = row, place
        if row.state is CardState.ISSUED and self._wish == NOW:
            self._wish = None  # it was issued as it was shown
        self._card.notice.show_row(
            row,
            may_write=offers(self._context.actor, Right.EDIT_MARKS),
            may_issue=offers(self._context.actor, Right.ISSUE_CARDS),
        )
        self._ask_for_issues(row, term_id)
        self._ask()

    def nobody(self) -> None:
        """Show nothing."""
        self._row = self._place = self._shown = self._wish = None
        self._card.show_nobody()

    def records_changed(self) -> None:
        """Cards may say something else now; the one that is shown is made anew."""
        self.previews.records_changed()
        self._ask()

    def forget(self) -> None:
        """Drop everything that shows a pupil."""
        self.previews.forget()
        self.nobody()

    @property
    def _issue(self) -> str:
        """The issue that somebody has chosen; else the one in force, and for a card that would be another
        one now, that one.
        """
        row = self._row
        if self._wish is not None or row is None:
            return self._wish or NOW
        in_force = row.issued if row.state is CardState.ISSUED and self._office() else None
        return str(in_force.id) if in_force is not None else NOW

    def paper(self) -> Paper | None:
        """What is asked for now."""
        if self._place is None:
            return None
        return Paper(self._place, None if self._issue == NOW else UUID(self._issue))

    def pdf(self) -> bytes | None:
        """The file of what is shown, None while it is not there."""
        paper = self.paper()
        found = self.previews.pdf(paper) if paper is not None else None
        return found.content if found is not None else None

    def is_preview(self) -> bool:
        """Whether what is shown is not issued."""
        return self._issue == NOW

    def _office(self) -> bool:
        """Issued cards are open to the office alone."""
        return self._context.actor.class_ids is None

    # -- Issues -------------------------------------------------------------------------------------

    def _ask_for_issues(self, row: CardRow, term_id: UUID) -> None:
        self._asked += 1
        if row.issued is None or not self._office():
            self._card.notice.set_issues((), NOW, changed=False)
            return
        queries, student, ticket = self._context.queries.report_cards, row.student_id, self._asked
        task = self._context.tasks.run(lambda _control: (ticket, queries.issues_of(student, term_id)))
        task.succeeded.connect(self._issues_found)

    @Slot(object)
    def _issues_found(self, found: tuple[int, tuple[IssuedCard, ...]]) -> None:
        ticket, issues = found
        row = self._row
        if row is not None and ticket == self._asked:
            changed = row.state is not CardState.ISSUED
            self._card.notice.set_issues(issues, self._issue, changed=changed)

    def _issue_chosen(self, key: str) -> None:
        self._wish = key
        if self._row is not None and self._place is not None:
            self._ask_for_issues(self._row, self._place.term_id)
        self._ask()

    # -- Paper --------------------------------------------------------------------------------------

    def _ask(self) -> None:
        paper = self.paper()
        if paper is not None and self._card.isVisible():
            self._card.waiting()
            self.previews.ask(paper, self._card.paper.wanted_width())

    def _ready(self, preview: Preview) -> None:
        paper = preview.wanted.paper
        row = self._row
        if row is None or paper != self.paper():
            return
        tr = self._words.tr
        preview_of, issue_of = (
            tr("Report card of {name}, preview", name=row.name),
            tr("Report card of {name}", name=row.name),
        )
        top = self._shown is None or self._shown.place.student_id != paper.place.student_id
        self._shown = paper
        self._card.show_paper(preview.pages, preview_of if paper.card_id is None else issue_of, top=top)
        self._card.notice.show_warnings([warning.text(self._words) for warning in preview.pdf.warnings])

    def _failed(self, paper: Paper, refusal: EmisError) -> None:
        if paper == self.paper():
            self._card.show_fault(refusal.text(self._words))
