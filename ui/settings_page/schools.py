"""The schools of the country, for the ministry: added, renamed, closed, opened again, merged."""

from __future__ import annotations

from functools import partial

from emis_desktop.queries.schools import AreaLine, LeftOver, SchoolLine
from emis_desktop.services.school import Detail
from emis_desktop.services.schools import MERGED, Merged
from emis_desktop.services.undo import Made
from ui.context import UiContext
from ui.program.sitting import today
from ui.settings_page.school_dialogs import AddSchool, CloseSchool, MergeSchools
from ui.settings_page.section import Section
from ui.students.asking import AskDialog
from ui.widgets.base import row
from ui.widgets.button import Button
from ui.widgets.card import Card, CardFoot
from ui.widgets.fields import SegmentField, TextField
from ui.widgets.form import FormCard
from ui.widgets.table.cells import MISSING, Cell, Column
from ui.widgets.table.model import RowsModel
from ui.widgets.table.view import TableView
from ui.widgets.text import Text
from ui.work_queue import WorkQueue

NAMED = 5
"""So many pupils who are left over are named."""


class SchoolsSection(Section):
    """The list, and under it the name and whom the chosen school admits."""

    tables = frozenset({"institution", "enrolment", "area"})

    def __init__(self, context: UiContext, queue: WorkQueue) -> None:
        super().__init__(context, queue, "schools", scrolls=False)
        tr = self.words.tr
        self._areas: tuple[AreaLine, ...] = ()
        card = Card(flush=True, name="schools.card")
        bar = row(None, 8, (13, 10, 13, 10))
        explained = tr("A school that closed is chosen nowhere, and read as before.")
        bar.addWidget(Text(explained, 12, tone="secondary", wrap=True), 1)
        add = Button(tr("Add a school"), "primary", "plus", name="schools.add")
        add.clicked.connect(self._add)
        bar.addWidget(add)
        card.body.addLayout(bar)
        self._model: RowsModel[SchoolLine] = RowsModel(
            (
                Column("name", tr("School"), 220, stretch=2),
                Column("code", tr("Code"), 90),
                Column("area", tr("District"), 130, stretch=1),
                Column("roll", tr("Pupils"), 70, align="end"),
                Column("state", tr("State"), 230, stretch=1),
            ),
            self._cells,
        )
        self.table = TableView(self._model, tr("Schools"), name="schools.table")
        self.table.picked.connect(lambda _row: self._picked())
        card.body.addWidget(self.table, 1)
        self.foot = self._make_foot()
        card.body.addWidget(self.foot)
        self.body.addWidget(card, 1)
        self._form = FormCard(tr("The chosen school"), name="schools.form")
        self._name = TextField(tr("Name"), self.words, name="schools.name")
        self._name.committed.connect(self._rename)
        sexes = [("mixed", tr("Girls and boys")), ("girls", tr("Girls")), ("boys", tr("Boys"))]
        self._sexes = SegmentField(tr("Admits"), sexes, self.words, optional=True, name="schools.sexes")
        self._sexes.chosen.connect(self._keep_sexes)
        self._form.add(self._name, 2)
        self._form.add(self._sexes)
        self.body.addWidget(self._form)

    def _make_foot(self) -> CardFoot:
        tr = self.words.tr
        foot = CardFoot()
        self._says = Text("", 12, tone="secondary", elide=True)
        foot.line.addWidget(self._says, 1)
        self._merge = Button(tr("Merge into another"), name="schools.merge")
        self._merge.clicked.connect(self._ask_merge)
        self._close = Button(tr("Close"), name="schools.close")
        self._close.clicked.connect(self._ask_close)
        self._reopen = Button(tr("Open again"), name="schools.reopen")
        self._reopen.clicked.connect(self._open_again)
        for button in (self._merge, self._close, self._reopen):
            foot.line.addWidget(button)
        return foot

    def set_compact(self, compact: bool) -> None:
        """Two columns of fields instead of three."""
        self._form.set_compact(compact)

    def refresh(self) -> None:
        """Read the schools."""
        life = self.context.queries.school_life
        self.ask(lambda: (life.schools(today()), life.areas()), self._show)

    def _show(self, found: tuple[tuple[SchoolLine, ...], tuple[AreaLine, ...]]) -> None:
        schools, self._areas = found
        chosen = self.current()
        self._model.set_rows(schools)
        place = next((at for at, one in enumerate(schools) if chosen and one.id == chosen.id), 0)
        if schools:
            self.table.pick(place)
        self._picked()

    def current(self) -> SchoolLine | None:
        """The school that is chosen."""
        place = self.table.current_row()
        return self._model.row(place) if 0 <= place < self._model.count() else None

    def _picked(self) -> None:
        one = self.current()
        closed = one is not None and one.closed_on is not None
        for button in (self._merge, self._close):
            button.setVisible(not closed)
            button.setEnabled(one is not None)
        self._reopen.setVisible(closed)
        self._form.setEnabled(one is not None)
        if one is not None:
            if not self._name.pending():
                self._name.set_text(one.name)
            self._sexes.set_value(one.sex_policy)
        live = sum(self._model.row(at).closed_on is None for at in range(self._model.count()))
        self._says.setText(self.words.ntr("{n} school", "{n} schools", live))

    def _cells(self, one: SchoolLine) -> tuple[Cell, ...]:
        tone = "text" if one.closed_on is None else "text3"
        return (
            Cell(one.name, tone),
            Cell(one.code, "text2"),
            Cell(one.area or MISSING, "text2"),
            Cell(str(one.on_roll), tone),
            Cell(self._state(one) or MISSING, "text2"),
        )

    def _state(self, one: SchoolLine) -> str:
        words = self.words
        if one.closed_on is None:
            opened = one.opened_on
            return "" if opened is None else words.tr("since {day}", day=words.date(opened, "medium"))
        day = words.date(one.closed_on, "medium")
        if one.reason == MERGED:
            return words.tr("merged into {school}, {day}", school=one.successor or MISSING, day=day)
        return words.tr("closed {day}: {reason}", day=day, reason=one.reason)

    # -- What can be done -------------------------------------------------------------------------------

    def _rename(self, text: str) -> None:
        one, service = self.current(), self.context.services.school
        if one is not None and text.strip() != one.name:
            self.save(lambda: service.set_detail(one.id, Detail.NAME, text), self._name, self.refresh)

    def _keep_sexes(self, key: str) -> None:
        one, life = self.current(), self.context.services.school_life
        if one is not None and key != one.sex_policy:
            self.save(lambda: life.set_sex_policy(one.id, key or None), self._sexes, self.refresh)

    def _open_again(self) -> None:
        one, life = self.current(), self.context.services.school_life
        if one is not None:
            told = self.words.tr("{school} is open again", school=one.name)
            self.do(lambda: life.reopen(one.id), told)

    def _add(self) -> None:
        self._ask(AddSchool(self.context, self._areas, self.window()))

    def _ask_close(self) -> None:
        one, life = self.current(), self.context.queries.school_life
        if one is not None:
            self.ask(lambda: life.left_over(one.id, today()), partial(self._show_close, one))

    def _show_close(self, one: SchoolLine, left: tuple[LeftOver, ...]) -> None:
        dialog = CloseSchool(self.context, one, today(), self.window())
        if left:
            names = ", ".join(pupil.name for pupil in left[:NAMED])
            said = self.words.ntr(
                "{n} pupil is still to be placed: {names}",
                "{n} pupils are still to be placed: {names}",
                len(left),
                names=names,
            )
            dialog.body.insertWidget(0, Text(said, 13, 600, "warn", wrap=True))
        self._ask(dialog)

    def _ask_merge(self) -> None:
        one = self.current()
        if one is None:
            return
        every = [self._model.row(at) for at in range(self._model.count())]
        others = tuple(each for each in every if each.closed_on is None and each.id != one.id)
        dialog = MergeSchools(self.context, one, others, today(), self.window())
        dialog.done_well.connect(self._merged)
        dialog.ask()

    def _merged(self, made: Made[Merged]) -> None:
        words, undo, act = self.words, self.context.services.undo, made.act
        pupils = words.ntr("{n} pupil", "{n} pupils", made.result.pupils)
        classes = words.ntr("{n} class", "{n} classes", made.result.classes)
        back = None if act is None else (lambda: self.save(lambda: undo.undo_act(act), None, self.refresh))
        self.context.notify(
            words.tr("The schools are merged: {pupils}, {classes}", pupils=pupils, classes=classes), back
        )
        self.refresh()

    def _ask(self, dialog: AskDialog) -> None:
        dialog.done_well.connect(lambda _made: self.refresh())
        dialog.ask()
