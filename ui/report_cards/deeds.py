"""What somebody does on the page: issue, save, print, go to where something is missing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QObject

from emis_desktop.jobs.card_jobs import plain_name
from emis_desktop.queries.report_cards import CardRow
from ui.report_cards.head import REMARKS
from ui.report_cards.plan import IssuePlan
from ui.widgets.system_windows import documents

if TYPE_CHECKING:
    from ui.report_cards.page import ReportCardsPage


class CardDeeds(QObject):
    """The deeds of ``page``, on the class and the pupil it shows."""

    def __init__(self, page: ReportCardsPage) -> None:
        super().__init__(page)
        self._page = page

    # -- Issuing ------------------------------------------------------------------------------------

    def ask_to_issue(self) -> None:
        """Ask whether to issue what is ready, and how."""
        cards, button = self._page.list.cards(), self._page.bar.issue
        if cards is not None and button.isEnabled() and button.isVisible():
            self._ask_for(IssuePlan.of(cards.class_name, cards.rows, begun=cards.begun))

    def _ask_for(self, plan: IssuePlan) -> None:
        page = self._page
        term = page.context.place.term
        if page.journey.class_id is not None and term is not None and not page.issuing.busy():
            page.issuing.ask(plan, page.journey.class_id, term.id, self._folder(), page.journey.language)

    def _folder(self) -> Path:
        """Where cards are proposed to go: a folder a term among the person's documents."""
        place, tr = self._page.context.place, self._page.words.tr
        parts = [place.year.label if place.year is not None else "", place.term.name if place.term else ""]
        return documents() / plain_name([tr("Report cards")]) / plain_name([part for part in parts if part])

    def follow(self, verb: str) -> None:
        """The verb of the line over the paper: to the remarks, to the missing marks, or issue this card."""
        page = self._page
        here = page.list.current()
        if here is None:
            return
        if verb == "remarks":
            page.journey.show_view(REMARKS)
        elif verb == "issue":
            self._ask_for(IssuePlan.of(here.name, [here], begun=True))
        elif here.missing:
            sheet: dict[str, object] = {"class_id": page.journey.class_id, "subject_id": here.missing[0]}
            page.leads.emit("marks", {**sheet, "student_id": here.student_id})
        else:
            page.leads.emit("marks", {"class_id": page.journey.class_id})

    # -- Taking along -------------------------------------------------------------------------------

    def save(self) -> None:
        """Save what is shown as a PDF."""
        page = self._page
        here, paper = page.list.current(), page.showing.paper()
        if here is not None and paper is not None and self._may_copy():
            page.copies.ask_to_save(paper, self._name_of(here))

    def print_shown(self) -> None:
        """Print what is shown."""
        page = self._page
        here, pdf = page.list.current(), page.showing.pdf()
        if here is not None and pdf is not None and self._may_copy():
            page.copies.ask_to_print(lambda: pdf, " - ".join(self._name_of(here)), self.save)

    def _may_copy(self) -> bool:
        page = self._page
        return page.journey.may_issue() and not page.copies.busy() and not page.issuing.busy()

    def _name_of(self, card: CardRow) -> list[str]:
        page = self._page
        cards = page.list.cards()
        parts = [cards.class_name if cards is not None else "", card.name]
        return [*parts, page.words.tr("preview")] if page.showing.is_preview() else parts

    def print_file(self, path: Path) -> None:
        """Print a file that was saved."""
        if self._may_copy():
            self._page.copies.ask_to_print(path.read_bytes, path.stem, self.save)

    def save_issued_again(self) -> None:
        """Save every issued card of the class once more, as it was given out."""
        cards = self._page.list.cards()
        rows = cards.rows if cards is not None else ()
        issued = tuple(card.issued.id for card in rows if card.issued is not None)
        if issued:
            self.save_again(issued)

    def save_again(self, card_ids: tuple[UUID, ...]) -> None:
        """Save these issued cards once more."""
        cards = self._page.list.cards()
        if self._may_copy():
            name = [cards.class_name if cards is not None else ""]
            self._page.copies.ask_to_save_issued(card_ids, name)
