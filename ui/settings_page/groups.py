"""Groups of pupils across classes: the list, and the members of the one that is chosen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from uuid import UUID

from PySide6.QtWidgets import QWidget

from emis_desktop.queries.grading import SubjectLine
from emis_desktop.queries.groups import GroupInfo, GroupPupil
from emis_desktop.queries.staff import StaffLine
from emis_desktop.services.groups import GroupDetails
from ui.context import UiContext
from ui.program.sitting import today
from ui.settings_page.class_dialogs import NOBODY, teacher_choices
from ui.settings_page.section import Section
from ui.students.asking import AskDialog
from ui.widgets.base import row
from ui.widgets.button import Button
from ui.widgets.card import Card, CardFoot
from ui.widgets.fields import ChoiceField, TextField
from ui.widgets.search import SearchBox
from ui.widgets.table.cells import CHECK_KEY, MISSING, Cell, Column
from ui.widgets.table.model import RowsModel
from ui.widgets.table.view import TableView
from ui.widgets.text import Text
from ui.work_queue import WorkQueue


@dataclass(frozen=True, slots=True)
class Found:
    """The groups, and what one can be given."""

    groups: tuple[GroupInfo, ...]
    subjects: tuple[SubjectLine, ...]
    staff: tuple[StaffLine, ...]


class EditGroup(AskDialog):
    """Name, subject and teacher of a group."""

    def __init__(self, context: UiContext, found: Found, group: GroupInfo | None, parent: QWidget) -> None:
        tr = context.words.tr
        question = tr("Add a group") if group is None else tr("Change the group")
        super().__init__(context, question, name="groups.edit", parent=parent)
        self._group = group
        self._name = TextField(tr("Name"), self.words, name="groups.edit.name")
        subjects = [(NOBODY, tr("none")), *((str(one.id), one.name) for one in found.subjects)]
        self._subject = ChoiceField(
            tr("Subject"), subjects, self.words, optional=True, name="groups.edit.subject"
        )
        self._teacher = ChoiceField(
            tr("Teacher"),
            teacher_choices(tr("nobody for now"), found.staff),
            self.words,
            optional=True,
            name="groups.edit.teacher",
        )
        self.put(self._name, "name")
        self.put(self._subject, "subject")
        self.put(self._teacher, "teacher")
        self._name.set_text(group.name if group is not None else "")
        self._subject.set_value(_key(group.subject_id if group is not None else None))
        self._teacher.set_value(_key(group.teacher_id if group is not None else None))
        self.set_deed(tr("Add") if group is None else tr("Change"))

    def deed_of(self) -> Callable[[], object] | None:
        """Write it."""
        details = GroupDetails(self._name.text(), _id(self._subject.value()), _id(self._teacher.value()))
        place, groups, group = self.context.place, self.context.services.groups, self._group
        if group is not None:
            return lambda: groups.change(group.id, details)
        if place.institution_id is None or place.year is None:
            return None
        school, year = place.institution_id, place.year.id
        return lambda: groups.add(school, year, details)


class GroupsSection(Section):
    """A tick puts a pupil into the group, and takes the pupil out again."""

    tables = frozenset({"pupil_group", "pupil_group_member", "enrolment", "person", "class_pupil"})

    def __init__(self, context: UiContext, queue: WorkQueue) -> None:
        super().__init__(context, queue, "groups", scrolls=False)
        self._found = Found((), (), ())
        self._pupils: tuple[GroupPupil, ...] = ()
        line = row(None, 12)
        line.addWidget(self._groups_card(), 1)
        line.addWidget(self._members_card(), 1)
        self.body.addLayout(line, 1)

    def _groups_card(self) -> Card:
        tr = self.words.tr
        card = Card(flush=True, name="groups.card")
        bar = row(None, 8, (13, 10, 13, 10))
        explained = tr("Pupils of several classes together: a choir, a team, extra lessons.")
        bar.addWidget(Text(explained, 12, tone="secondary", wrap=True), 1)
        back = Button(tr("Options"), icon="arrow-left", name="groups.options")
        back.clicked.connect(lambda: self.part_asked.emit("options"))
        bar.addWidget(back)
        add = Button(tr("Add a group"), icon="plus", name="groups.add")
        add.clicked.connect(lambda: self._edit(None))
        bar.addWidget(add)
        card.body.addLayout(bar)
        self._model: RowsModel[GroupInfo] = RowsModel(
            (
                Column("name", tr("Group"), 140, stretch=2),
                Column("subject", tr("Subject"), 100, stretch=1),
                Column("teacher", tr("Teacher"), 110, stretch=1),
                Column("members", tr("Pupils"), 70, align="end"),
            ),
            lambda one: (
                Cell(one.name),
                Cell(one.subject or MISSING, "text2"),
                Cell(one.teacher or MISSING, "text2"),
                Cell(str(one.members)),
            ),
        )
        self.table = TableView(self._model, tr("Groups"), name="groups.table")
        self.table.picked.connect(lambda _row: self._picked())
        self.table.opened.connect(lambda place: self._edit(self._model.row(place)))
        card.body.addWidget(self.table, 1)
        foot = CardFoot()
        foot.line.addStretch(1)
        self._change = Button(tr("Change"), name="groups.change")
        self._change.clicked.connect(lambda: self._edit(self.current()))
        self._remove = Button(tr("Remove"), name="groups.remove")
        self._remove.clicked.connect(self._drop)
        foot.line.addWidget(self._change)
        foot.line.addWidget(self._remove)
        card.body.addWidget(foot)
        return card

    def _members_card(self) -> Card:
        tr = self.words.tr
        card = Card(flush=True, name="groups.members_card")
        bar = row(None, 8, (13, 9, 13, 8))
        self.search = SearchBox(tr("Name or class"), tr("Clear the search"), name="groups.search")
        self.search.searched.connect(lambda _text: self._narrow())
        bar.addWidget(self.search, 1)
        card.body.addLayout(bar)
        self._members: RowsModel[GroupPupil] = RowsModel(
            (
                Column(CHECK_KEY, "", 36),
                Column("name", tr("Pupil"), 160, stretch=2),
                Column("class", tr("Class"), 120, stretch=1),
            ),
            lambda one: (
                Cell(checked=one.inside, spoken=tr("in the group") if one.inside else tr("not in the group")),
                Cell(one.name),
                Cell(one.class_name or MISSING, "text2"),
            ),
        )
        self.members = TableView(self._members, tr("Pupils of the school"), name="groups.members")
        self.members.check_toggled.connect(self._toggle)
        card.body.addWidget(self.members, 1)
        foot = CardFoot()
        self._says = Text("", 12, tone="secondary", elide=True)
        foot.line.addWidget(self._says, 1)
        card.body.addWidget(foot)
        self.foot = foot
        return card

    # -- Reading --------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Read the groups of the school and year."""
        place = self.context.place
        if place.institution_id is not None and place.year is not None:
            self.ask(partial(self._read, place.institution_id, place.year.id), self._show)

    def _read(self, school: UUID, year: UUID) -> Found:
        queries, language = self.context.queries, self.words.language
        return Found(
            queries.groups.groups(school, year, language),
            queries.grading.subjects(language),
            queries.staff.staff(school, today()),
        )

    def _show(self, found: Found) -> None:
        chosen = self.current()
        self._found = found
        self._model.set_rows(found.groups)
        at = next((place for place, one in enumerate(found.groups) if chosen and one.id == chosen.id), 0)
        if found.groups:
            self.table.pick(at)
        self._picked()

    def current(self) -> GroupInfo | None:
        """The group that is chosen."""
        place = self.table.current_row()
        return self._model.row(place) if 0 <= place < self._model.count() else None

    def _picked(self) -> None:
        one = self.current()
        self._change.setEnabled(one is not None)
        self._remove.setEnabled(one is not None)
        if one is None:
            self._show_pupils(None, ())
            return
        groups, day = self.context.queries.groups, self._day()
        self.ask(lambda: groups.pupils(one.id, day), partial(self._show_pupils, one.id))

    def _day(self) -> date:
        year = self.context.place.year
        return today() if year is None else min(max(today(), year.starts_on), year.ends_on)

    def _show_pupils(self, group_id: UUID | None, pupils: tuple[GroupPupil, ...]) -> None:
        one = self.current()
        if (one.id if one is not None else None) == group_id:
            self._pupils = pupils
            self._narrow()

    def _narrow(self) -> None:
        words, at = self.search.text().casefold().split(), self.members.current_row()
        rows = [
            one
            for one in self._pupils
            if all(word in f"{one.name} {one.class_name}".casefold() for word in words)
        ]
        rows.sort(key=lambda one: not one.inside)
        self._members.set_rows(rows)
        if rows:
            self.members.pick(min(max(at, 0), len(rows) - 1))
        inside = sum(one.inside for one in self._pupils)
        self._says.setText(self.words.ntr("{n} in the group", "{n} in the group", inside))

    # -- Storing --------------------------------------------------------------------------------------

    def _toggle(self, place: int) -> None:
        group, pupil, groups = self.current(), self._members.row(place), self.context.services.groups
        if group is None:
            return
        change: Callable[[], object] = partial(groups.add_members, group.id, [pupil.enrolment_id])
        if pupil.inside:
            change = partial(groups.drop_members, group.id, [pupil.enrolment_id])
        self.save(change, None, self.refresh)

    def _edit(self, group: GroupInfo | None) -> None:
        dialog = EditGroup(self.context, self._found, group, self.window())
        dialog.done_well.connect(lambda _made: self.refresh())
        dialog.ask()

    def _drop(self) -> None:
        group, groups = self.current(), self.context.services.groups
        if group is not None:
            told = self.words.tr("{name} is taken away", name=group.name)
            self.do(lambda: groups.remove(group.id), told)


def _key(one: UUID | None) -> str:
    return NOBODY if one is None else str(one)


def _id(key: str) -> UUID | None:
    return None if key in {"", NOBODY} else UUID(key)
