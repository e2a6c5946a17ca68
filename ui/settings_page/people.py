"""People of this laptop: the list, and what can be done for each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from emis_desktop.errors import EmisError
from emis_desktop.queries.staff import StaffLine
from emis_desktop.queries.users import NOT_VALID_HERE, UserLine, of_this_laptop
from emis_desktop.rules.rights import ROLE_NAMES, Role
from emis_desktop.services.undo import Made
from emis_desktop.services.users import Leftover
from resources.words import Words
from ui.context import UiContext
from ui.program.sitting import today
from ui.settings_page.people_dialogs import AddPerson, ChangeRole, LinkStaff, ResetPassword
from ui.settings_page.section import Section
from ui.theme.fonts import MEDIUM
from ui.widgets.base import row
from ui.widgets.button import Button
from ui.widgets.card import Card, CardFoot
from ui.widgets.dialog import Dialog
from ui.widgets.table.cells import MISSING, Cell, Column
from ui.widgets.table.model import RowsModel
from ui.widgets.table.view import TableView
from ui.widgets.text import Text
from ui.work_queue import WorkQueue


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One line of the list: a user of the store, or somebody whose adding was cut short."""

    id: UUID
    name: str
    user: UserLine | None
    staff: str
    seen: datetime | None

    @property
    def ended(self) -> bool:
        """Whether access has ended."""
        return self.user is not None and self.user.ended_at is not None


@dataclass(frozen=True, slots=True)
class Found:
    """What the list is made of."""

    users: tuple[UserLine, ...]
    leftovers: tuple[Leftover, ...]
    seen: dict[UUID, datetime | None]
    staff: tuple[StaffLine, ...]


class PeopleSection(Section):
    """Who signs in here."""

    tables = frozenset({"user", "person", "staff_position"})

    def __init__(self, context: UiContext, queue: WorkQueue) -> None:
        super().__init__(context, queue, "people", scrolls=False)
        tr = self.words.tr
        self.staff: tuple[StaffLine, ...] = ()
        card = Card(flush=True, name="settings.people.card")
        bar = row(None, 8, (13, 10, 13, 10))
        explained = tr("Each signs in with a password of their own. Nobody here can read another’s password.")
        bar.addWidget(Text(explained, 12, tone="secondary", wrap=True), 1)
        self._add = Button(tr("Add a person"), "primary", "user-plus", name="settings.people.add")
        self._add.clicked.connect(self.add)
        bar.addWidget(self._add)
        card.body.addLayout(bar)
        columns = (
            Column("name", tr("Name"), 200, stretch=2),
            Column("role", tr("Role"), 170, stretch=1),
            Column("staff", tr("On the staff as"), 170, stretch=1),
            Column("seen", tr("Last here"), 130),
        )
        self._model: RowsModel[PersonLine] = RowsModel(columns, self._cells)
        self.table = TableView(self._model, tr("People of this laptop"), name="settings.people.table")
        self.table.picked.connect(lambda _row: self._picked())
        self.table.opened.connect(lambda _row: self.change_role())
        card.body.addWidget(self.table, 1)
        self.foot = self._make_deeds()
        card.body.addWidget(self.foot)
        self.body.addWidget(card, 1)

    def _make_deeds(self) -> CardFoot:
        tr = self.words.tr
        foot = CardFoot()
        self._said = Text("", 12, tone="secondary", elide=True)
        foot.line.addWidget(self._said, 1)
        self._verbs: dict[str, Button] = {}
        verbs: tuple[tuple[str, str, str, Callable[[], None]], ...] = (
            ("role", tr("Change role"), "secondary", self.change_role),
            ("staff", tr("Link to the staff list"), "secondary", self.link),
            ("password", tr("Reset password"), "secondary", self.reset_password),
            ("end", tr("End access"), "secondary", self.end_access),
            ("clear", tr("Take off the list"), "secondary", self.clear_leftover),
        )
        for key, text, kind, act in verbs:
            button = Button(text, kind, name=f"settings.people.{key}")
            button.clicked.connect(act)
            foot.line.addWidget(button)
            self._verbs[key] = button
        return foot

    # -- The list -------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Read users, the sign-in list and the staff."""
        self.ask(self._read, self._show)

    def _read(self) -> Found:
        services, queries = self.context.services, self.context.queries
        laptop, school_id = self.context.laptop, self.context.place.institution_id
        seen = {one.id: one.seen for one in laptop.ring.people()} if laptop is not None else {}
        staff = queries.staff.staff(school_id, today()) if school_id is not None else ()
        users = of_this_laptop(queries.users.users(), seen)
        return Found(users, services.users.leftovers(), seen, staff)

    def _show(self, found: Found) -> None:
        chosen = self.current()
        self.staff = found.staff
        names = {line.person_id: line.name for line in found.staff}
        rows = [
            PersonLine(
                user.id,
                user.name,
                user,
                names.get(user.person_id, "") if user.person_id else "",
                found.seen.get(user.id),
            )
            for user in found.users
        ]
        rows += [PersonLine(left.id, left.name, None, "", None) for left in found.leftovers]
        self._model.set_rows(rows)
        if chosen is not None:
            for place, line in enumerate(rows):
                if line.id == chosen.id:
                    self.table.pick(place)
        self._picked()

    def _cells(self, line: PersonLine) -> tuple[Cell, ...]:
        tr = self.words.tr
        if line.user is None:
            return (
                Cell(line.name, weight=MEDIUM),
                Cell(tr("Adding was cut short"), pill="warn"),
                Cell(MISSING),
                Cell(MISSING),
            )
        state = (
            Cell(tr("Access has ended"), pill="neutral") if line.ended else _role(self.words, line.user.role)
        )
        tone = "text3" if line.ended else "text"
        seen = MISSING if line.seen is None else self._when(line.seen)
        mine = tr("you") if line.id == self.context.actor.user_id else ""
        return (
            Cell(line.name, tone, MEDIUM, note=mine),
            state,
            Cell(line.staff or MISSING, tone),
            Cell(seen, "text2"),
        )

    def _when(self, moment: datetime) -> str:
        return self.words.relative(moment.astimezone(), datetime.now().astimezone())

    def current(self) -> PersonLine | None:
        """The line that is chosen."""
        place = self.table.current_row()
        return self._model.row(place) if 0 <= place < self._model.count() else None

    def _picked(self) -> None:
        line = self.current()
        other = (
            line is not None
            and line.user is not None
            and not line.ended
            and line.id != self.context.actor.user_id
        )
        for key in ("role", "password", "end"):
            self._verbs[key].setEnabled(other)
        self._verbs["staff"].setEnabled(line is not None and line.user is not None and not line.ended)
        self._verbs["clear"].setVisible(line is not None and line.user is None)
        self._verbs["end"].setVisible(not (line is not None and line.user is None))
        live = sum(1 for place in range(self._model.count()) if not self._model.row(place).ended)
        self._said.setText(self.words.ntr("{n} person", "{n} people", live))

    # -- What can be done -----------------------------------------------------------------------------

    def add(self) -> None:
        """Let somebody in."""
        dialog = AddPerson(self.context, self.staff, self.window())
        dialog.done_well.connect(
            lambda made: self._did(self.words.tr("{name} can sign in now", name=made.result))
        )
        dialog.ask()

    def change_role(self) -> None:
        """Give somebody another role."""
        line = self.current()
        if line is None or line.user is None or not self._verbs["role"].isEnabled():
            return
        dialog = ChangeRole(self.context, line.user, self.window())
        dialog.done_well.connect(
            partial(self._told_closed, self.words.tr("{name} has another role", name=line.name))
        )
        dialog.ask()

    def link(self) -> None:
        """Say which member of staff somebody is."""
        line = self.current()
        if line is None or line.user is None:
            return
        dialog = LinkStaff(self.context, line.user, self.staff, self.window())
        dialog.done_well.connect(
            lambda _made: self._did(self.words.tr("Saved; it holds from the next sign-in on"))
        )
        dialog.ask()

    def reset_password(self) -> None:
        """Give somebody who forgot it a new password."""
        line = self.current()
        if line is None or line.user is None or not self._verbs["password"].isEnabled():
            return
        dialog = ResetPassword(self.context, line.user, self.window())
        dialog.done_well.connect(
            partial(self._told_closed, self.words.tr("{name} has a new password", name=line.name))
        )
        dialog.ask()

    def end_access(self) -> None:
        """End somebody's access, after a question."""
        line = self.current()
        if line is None or not self._verbs["end"].isEnabled():
            return
        tr = self.words.tr
        dialog = Dialog(
            tr("End the access of {name}?", name=line.name),
            tr(
                "At once and for good: the records get a new key that {name} does not have. What {name} "
                "entered stays. This cannot be undone; they can be added again.",
                name=line.name,
            ),
            name="settings.end",
            parent=self.window(),
        )
        dialog.add_verb("end", tr("End access"), "danger")
        dialog.add_verb("keep", tr("Keep"), safe=True)
        called = tr("The access of {name} is still being ended", name=line.name)
        act = partial(self.context.services.users.end_access, line.id)
        dialog.answered.connect(lambda key: self._end(line, called, act) if key == "end" else None)
        dialog.ask()

    def clear_leftover(self) -> None:
        """Take somebody off the list whose adding was cut short."""
        line = self.current()
        if line is None or line.user is not None:
            return
        called = self.words.tr("{name} is still being taken off the list", name=line.name)
        self._end(line, called, partial(self.context.services.users.clear_leftover, line.id))

    def _end(self, line: PersonLine, called: str, act: Callable[[], bool]) -> None:
        """The records get a new key: nobody stops that, and nobody goes before it is known that they did."""
        task = self.context.tasks.run(lambda _control: (line.name, act()), called, stops=False)
        task.succeeded.connect(self._ended)
        task.refused.connect(self._not_done)

    def _ended(self, done: tuple[str, object]) -> None:
        """Whose access it was, and whether the records have their new key."""
        (name, relocked), tr = done, self.words.tr
        text = tr("The access of {name} has ended", name=name)
        if not relocked:
            text = tr(
                "The access of {name} has ended. The records get their new key at the next sign-in.",
                name=name,
            )
        self._did(text)

    def _told_closed(self, text: str, made: Made[object]) -> None:
        """Say what was done, and which notes stay closed."""
        if isinstance(made.result, tuple) and made.result:
            text = self.words.tr(
                "{what}. Some notes stay closed until somebody who reads them signs in.", what=text
            )
        self._did(text)

    def _did(self, text: str) -> None:
        self.context.notify(text)
        self.refresh()

    def _not_done(self, refusal: EmisError) -> None:
        self.tell(refusal)
        self.refresh()


def _role(words: Words, role: Role | None) -> Cell:
    if role is None:
        return Cell(words.tr(NOT_VALID_HERE), pill="warn")
    return Cell(words.tr(ROLE_NAMES[role]))
