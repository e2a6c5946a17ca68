"""The guardians of a pupil, in the order in which they are called."""

from __future__ import annotations

from uuid import UUID

from emis_desktop.queries.student_lines import GuardianLine, StudentRecord
from emis_desktop.rules.names import display_name
from ui.students.record.guardian_card import GuardianCard
from ui.students.record.new_guardian import NewGuardianCard
from ui.students.record.scope import Part, RecordScope, only_when
from ui.widgets.base import discard, row
from ui.widgets.button import Button
from ui.widgets.card import Card
from ui.widgets.empty import EmptyState
from ui.widgets.fields import Field


class Guardians(Part):
    """A card for each guardian, and one to add another."""

    def __init__(self, scope: RecordScope) -> None:
        super().__init__(scope, "student.guardians")
        tr = self.words.tr
        self._cards: dict[UUID, GuardianCard] = {}
        self._none = Card()
        self._none.body.addWidget(
            EmptyState(
                "users",
                tr("No guardian yet"),
                tr("Somebody the school can call, and who may collect the pupil."),
            )
        )
        self.body.addWidget(self._none)
        self.new = NewGuardianCard(scope)
        self.new.added.connect(self._added)
        self.new.ended.connect(self._ended)
        self.body.addWidget(self.new)
        self.add_button = Button(tr("Add guardian"), icon="plus", name="student.guardians.add")
        self.add_button.clicked.connect(self._begin)
        only_when(scope.edits and scope.reads_contact, self.add_button)
        line = row(None)
        line.addWidget(self.add_button)
        line.addStretch(1)
        self.body.addLayout(line)
        self.body.addStretch(1)

    def cards(self) -> list[GuardianCard]:
        """The cards from first to last."""
        return list(self._cards.values())

    def show_record(self, record: StudentRecord) -> None:
        """Show the guardians; cards that stay keep what is being typed."""
        wanted = [line.id for line in record.guardians]
        for link in [link for link in self._cards if link not in wanted]:
            self._drop(self._cards.pop(link))
        ordered: dict[UUID, GuardianCard] = {}
        for place, line in enumerate(record.guardians):
            card = self._cards.get(line.id) or self._make(line)
            if self.body.indexOf(card) != place:
                self.body.insertWidget(place, card)
            card.show_line(line, place + 1, len(record.guardians))
            ordered[line.id] = card
        self._cards = ordered
        self._none.setVisible(not ordered and self.new.isHidden())

    def _make(self, line: GuardianLine) -> GuardianCard:
        card = GuardianCard(self.scope, line)
        card.set_compact(self.compact)
        card.moved.connect(self._move)
        card.removed.connect(self._remove)
        return card

    def _drop(self, card: GuardianCard) -> None:
        self.scope.saver.unwatch(*card.fields())
        discard(card)

    def fields(self) -> list[Field]:
        """Those of all cards."""
        return [field for card in self.cards() for field in card.fields()]

    def set_compact(self, compact: bool) -> None:
        """Two columns."""
        super().set_compact(compact)
        for card in [*self.cards(), self.new]:
            card.set_compact(compact)

    def closed(self) -> None:
        """Give up a guardian that was begun."""
        self.new.end()

    # -- What the cards ask for ---------------------------------------------------------------------

    def _begin(self) -> None:
        record = self.scope.record
        if record is not None:
            self._none.hide()
            self.add_button.hide()
            self.new.begin(record.family_name)
            self.ensureWidgetVisible(self.new)

    def _ended(self) -> None:
        self.add_button.setVisible(self.scope.edits and self.scope.reads_contact)
        self._none.setVisible(not self._cards)

    def _added(self, act: int | None) -> None:
        self.scope.told(self.words.tr("Guardian added"), act)
        self.scope.reload_asked.emit()

    def _move(self, link: UUID, step: int) -> None:
        order = list(self._cards)
        place = order.index(link)
        order.insert(place + step, order.pop(place))
        relations, student_id = self.scope.context.services.relations, self.scope.student_id
        self.scope.do(lambda: relations.order_guardians(student_id, order))

    def _remove(self, line: GuardianLine) -> None:
        relations = self.scope.context.services.relations
        name = display_name(line.given_names, line.family_name)
        self.scope.do(lambda: relations.remove_guardian(line.id), self.words.tr("{name} removed", name=name))
