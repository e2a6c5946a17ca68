"""Choosing who was part of an incident: pupils and members of staff, found as one types."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from emis_desktop.queries.search import StudentFilter
from emis_desktop.rules.code_words import PARTS
from emis_desktop.rules.names import display_name, fold
from emis_desktop.services.incidents import Involved
from ui.context import UiContext
from ui.tasks import TaskControl
from ui.widgets.base import column, discard
from ui.widgets.button import Button
from ui.widgets.entries import Entry, EntryList
from ui.widgets.fields import Field, SegmentField, TextField

WAIT_MS = 250
MOST = 5
REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody who can be chosen; ``where``: class, or that it is a member of staff."""

    person_id: UUID
    name: str
    where: str


class PeopleField(Field):
    """The chosen with their parts, and a line to find more."""

    def __init__(
        self, context: UiContext, school_id: UUID | None, today: Callable[[], date], name: str
    ) -> None:
        self._context, self._school_id, self._today = context, school_id, today
        tr = context.words.tr
        box = QWidget()
        super().__init__(tr("Who was part of it"), box, context.words, name=name)
        inner = column(box, 6)
        self.chosen: dict[UUID, tuple[Known, Involved]] = {}
        self._list = EntryList(f"{name}.chosen")
        self._list.asked.connect(self._remove)
        self._list.hide()
        inner.addWidget(self._list)
        parts = [(key, tr(text)) for key, text in PARTS.items()]
        self.part = SegmentField(tr("Part in it"), parts, context.words, name=f"{name}.part")
        self.part.set_value("did")
        inner.addWidget(self.part)
        self.search = TextField(
            tr("Name of a pupil or a member of staff"), context.words, name=f"{name}.search"
        )
        self.search.edited.connect(self._typed)
        inner.addWidget(self.search)
        self._name, self._asked = name, 0
        self._found = column(None, 0)
        inner.addLayout(self._found)
        self._offered: list[Button] = []
        self._wait = QTimer(self, singleShot=True, interval=WAIT_MS)
        self._wait.timeout.connect(self._look)
        self.setFocusProxy(self.search.line)

    def involved(self) -> tuple[Involved, ...]:
        """Who is chosen."""
        return tuple(one for _known, one in self.chosen.values())

    def choose(self, known: Known, part: str = "") -> None:
        """Take somebody in, with the part that is pressed."""
        self.chosen[known.person_id] = known, Involved(known.person_id, part or self.part.value() or "did")
        self.search.set_text("")
        self._offer([])
        self.set_fault("")
        self._show_chosen()
        self.search.line.setFocus()

    def _show_chosen(self) -> None:
        tr = self.words.tr
        self._list.show_entries(
            [
                Entry(
                    str(key),
                    known.name,
                    known.where,
                    tr(PARTS[one.part]),
                    "neutral",
                    ((REMOVE, tr("Remove")),),
                )
                for key, (known, one) in self.chosen.items()
            ]
        )
        self._list.setVisible(bool(self.chosen))

    def _remove(self, key: str, _verb: str) -> None:
        self.chosen.pop(UUID(key), None)
        self._show_chosen()
        self.search.line.setFocus()

    def _typed(self, _text: str) -> None:
        self._wait.start()

    def _look(self) -> None:
        self._asked += 1
        ticket, text = self._asked, self.search.text().strip()
        if not text:
            self._offer([])
            return
        task = self._context.tasks.run(lambda control: (ticket, self._find(text, control)))
        task.succeeded.connect(self._answer)

    def _find(self, text: str, control: TaskControl) -> list[Known]:
        queries, school = self._context.queries, self._school_id
        rows = queries.search.window(text, StudentFilter(institution_id=school), limit=MOST)
        control.check()
        found = [
            Known(row.id, display_name(row.given_names, row.family_name), row.class_name or row.grade)
            for row in rows
        ]
        if school is not None:
            words = fold(text).split()
            for line in queries.staff.staff(school, self._today()):
                names = fold(line.name).split()
                if all(any(name.startswith(word) for name in names) for word in words):
                    found.append(Known(line.person_id, line.name, ""))
        return found[: 2 * MOST]

    def _answer(self, answer: tuple[int, list[Known]]) -> None:
        ticket, found = answer
        if ticket == self._asked:
            staff = self.words.tr("Staff")
            self._offer([one if one.where else replace(one, where=staff) for one in found])

    def _offer(self, found: list[Known]) -> None:
        for button in self._offered:
            discard(button)
        self._offered = []
        for number, one in enumerate(known for known in found if known.person_id not in self.chosen):
            button = Button(
                f"{one.name}, {one.where}", "link_flush", "plus", name=f"{self._name}.found{number}"
            )
            button.clicked.connect(lambda _=False, one=one: self.choose(one))
            self._found.addWidget(button)
            self._offered.append(button)
