"""What the page says where there are no cards to show: why, and what to do next."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout

from emis_desktop.queries.school import ClassInfo, TermInfo, YearInfo
from emis_desktop.rules.rights import Right, offers
from ui.context import UiContext
from ui.widgets.base import column, discard
from ui.widgets.button import Button
from ui.widgets.card import Card
from ui.widgets.empty import EmptyState


class Vacant(Card):
    """One empty state at a time. ``leads(screen, arguments)``; ``anyway``: show the cards all the same."""

    leads = Signal(str, object)
    anyway = Signal()

    def __init__(self, context: UiContext) -> None:
        super().__init__(name="report_cards.vacant")
        self._words, self._actor = context.words, context.actor
        self._shown: EmptyState | None = None
        self._box: QVBoxLayout = column(None)
        self.body.addLayout(self._box, 1)

    def no_year(self) -> None:
        """No school year or term is chosen, or there is none."""
        tr = self._words.tr
        state = self._put(
            "calendar", tr("No school year yet"), tr("Report cards belong to a term of a year.")
        )
        self._offer(state, Right.MANAGE_STRUCTURE, tr("Open Settings"), "settings")

    def no_class(self, year: YearInfo | None) -> None:
        """The year has no class, or none whose cards this person may see."""
        tr = self._words.tr
        if self._actor.class_ids is not None:
            self._put(
                "users",
                tr("You are not class teacher of a class this year"),
                tr("Report cards are open to the class teacher and the office."),
            )
            return
        label = year.label if year is not None else ""
        state = self._put(
            "school",
            tr("No classes in {year} yet", year=label),
            tr("Make the classes first, then put pupils into them."),
        )
        self._offer(state, Right.MANAGE_STRUCTURE, tr("Open Settings"), "settings")

    def no_pupils(self, chosen: ClassInfo) -> None:
        """The class is empty."""
        tr = self._words.tr
        state = self._put(
            "users", tr("No pupils in {name} yet", name=chosen.name), tr("Put pupils into the class first.")
        )
        self._offer(state, Right.VIEW_STUDENTS, tr("Open Students"), "students", {"class_id": chosen.id})

    def no_marks(self, chosen: ClassInfo, term: TermInfo) -> None:
        """Not one mark of the term is entered for the class."""
        tr = self._words.tr
        state = self._put(
            "file-text",
            tr("No marks of {name} in {term} yet", name=chosen.name, term=term.name),
            tr("Report cards fill themselves from the marks."),
        )
        self._offer(state, Right.EDIT_MARKS, tr("Enter marks"), "marks", {"class_id": chosen.id})
        anyway = state.add_link(Button(tr("Show the cards as they are"), "link", name="report_cards.anyway"))
        anyway.clicked.connect(self.anyway)

    def refused(self, sentence: str) -> None:
        """The cards cannot be read, and why."""
        self._put("file-text", self._words.tr("The cards cannot be shown"), sentence)

    def _put(self, icon: str, fact: str, help_text: str) -> EmptyState:
        if self._shown is not None:
            discard(self._shown)
        self._shown = EmptyState(icon, fact, help_text, name="report_cards.empty")
        self._box.addWidget(self._shown, 1)
        return self._shown

    def _offer(
        self,
        state: EmptyState,
        right: Right,
        text: str,
        screen: str,
        arguments: dict[str, object] | None = None,
    ) -> None:
        if offers(self._actor, right):
            button = state.add(Button(text, "primary", name=f"report_cards.empty.{screen}"))
            button.clicked.connect(lambda: self.leads.emit(screen, arguments or {}))
