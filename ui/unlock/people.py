"""The people of this laptop, to choose from."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from emis_desktop.front import Front
from emis_desktop.keyring.ring_file import Person
from emis_desktop.rules.rights import ROLE_NAMES, Role
from resources.words import Words
from ui.unlock.state import LastSitting, seen_words
from ui.widgets.base import column, identify
from ui.widgets.choices import PersonRow

ROW = 54
"""Height of a row with the gap under it."""
FEW = 4
"""So many people show without scrolling."""


class PeopleList(QWidget):
    """Rows of people, one of them chosen; ``chosen(UUID)`` also when the keyboard chooses."""

    chosen = Signal(object)

    def __init__(
        self,
        words: Words,
        people: tuple[Person, ...],
        front: Front,
        last: LastSitting,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        identify(self, "unlock.people", words.tr("People of this laptop"))
        self._words, self._last = words, last
        self._people = people
        self._rows: dict[UUID, PersonRow] = {}
        self._scroll: QScrollArea | None = None
        lines = self._lines()
        for person in people:
            row = PersonRow(person.name, _duty(words, person, front), "", name=f"unlock.person.{person.id}")
            row.clicked.connect(lambda _checked=False, who=person.id: self.choose(who, told=True))
            self._rows[person.id] = row
            lines.addWidget(row)
        lines.addStretch(1)

    def _lines(self) -> QVBoxLayout:
        """Where the rows go: what scrolls costs 13 ms of the start, so a few people do without."""
        if len(self._people) <= FEW:
            return column(self, 4)
        from ui.widgets.scroll import ScrollColumn  # noqa: PLC0415  - as above

        scroll = ScrollColumn(4, name="unlock.people.scroll")
        column(self).addWidget(scroll)
        self._scroll = scroll
        return scroll.body

    @property
    def current(self) -> UUID | None:
        """Who is chosen."""
        return next((who for who, row in self._rows.items() if row.isChecked()), None)

    def person(self, user_id: UUID) -> Person:
        """One of the people; raises ``KeyError``."""
        return {person.id: person for person in self._people}[user_id]

    def choose(self, user_id: UUID, *, told: bool = False) -> None:
        """Choose somebody; ``told``: with the signal."""
        row = self._rows[user_id]
        row.setChecked(True)
        if self._scroll is not None:
            self._scroll.ensureWidgetVisible(row)
        if told:
            self.chosen.emit(user_id)

    def step(self, by: int) -> None:
        """Choose the next (1) or the one before (-1)."""
        everybody = list(self._rows)
        at = everybody.index(self.current) if self.current in self._rows else 0
        self.choose(everybody[(at + by) % len(everybody)], told=True)

    def focus_current(self) -> None:
        """Put the focus on whoever is chosen: arrows and first letters choose from there."""
        if self.current is not None:
            self._rows[self.current].setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A letter chooses the next person with a name that begins so."""
        letter = event.text().casefold()
        everybody = list(self._people)
        at = next((place for place, one in enumerate(everybody) if one.id == self.current), 0)
        for one in (*everybody[at + 1 :], *everybody[: at + 1]) if letter.isalnum() else ():
            if any(word.startswith(letter) for word in one.name.casefold().split()):
                self.choose(one.id, told=True)
                return
        super().keyPressEvent(event)

    def show_rows(self, most: int) -> None:
        """Be so high that up to ``most`` people show at a time; the others scroll."""
        shown = len(self._rows) if self._scroll is None else min(most, len(self._rows))
        self.setFixedHeight(ROW * shown - 4)

    def tell_time(self, now: datetime) -> None:
        """Say anew when each was last here."""
        for person in self._people:
            locked_at = self._last.at if person.id == self._last.user_id else None
            self._rows[person.id].set_seen(seen_words(self._words, person.seen, locked_at, now))


def _duty(words: Words, person: Person, front: Front) -> str:
    """Role and class: "Teacher, Grade 5 Coral"."""
    role = words.tr(ROLE_NAMES[Role(person.role)]) if person.role in set(Role) else ""
    return ", ".join(filter(None, (role, front.duties.get(str(person.id), ""))))
