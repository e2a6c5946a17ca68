"""What was changed of an incident, by whom and when."""

from __future__ import annotations

from emis_desktop.queries.history import FieldChange
from emis_desktop.queries.incidents import IncidentRecord
from emis_desktop.rules.rights import Right, offers
from ui.behaviour.scope import IncidentScope
from ui.students.saying import when_words
from ui.widgets.entries import Entry, EntryCard

MOST = 12
"""Changes that are told, the newest first."""


class HistoryCard(EntryCard):
    """The newest changes; hidden from who may not see history."""

    def __init__(self, scope: IncidentScope) -> None:
        super().__init__(
            scope.words.tr("History"), "", scope.words.tr("Nothing yet."), name="behaviour.history"
        )
        self._scope, self.words = scope, scope.words
        self.reads = offers(scope.context.actor, Right.VIEW_HISTORY)
        if not self.reads:
            self.hide()

    def show_record(self, record: IncidentRecord) -> None:
        """Read and show them."""
        if self.reads:
            history, incident_id = self._scope.context.queries.history, record.line.id
            self._scope.queue.run(
                lambda: history.incident(incident_id)[:MOST], self._show, self._scope.refused
            )

    def _show(self, changes: tuple[FieldChange, ...]) -> None:
        say, words = self._scope.say, self.words
        self.show_entries(
            [
                Entry(str(place), say.change(one), f"{one.user}, {when_words(words, one.at)}")
                for place, one in enumerate(changes)
            ]
        )
