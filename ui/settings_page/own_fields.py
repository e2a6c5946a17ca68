"""The country's own fields: what the ministry asks for beside the program's own, defined without code."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from uuid import UUID

from PySide6.QtWidgets import QStackedWidget, QWidget

from emis_desktop.queries.custom_fields import CustomFieldInfo, CustomFieldUse
from emis_desktop.rules.custom_values import KINDS, OF_WHAT
from emis_desktop.services.custom_fields import NewField
from emis_desktop.services.undo import Made
from ui.context import UiContext
from ui.settings_page.section import Section
from ui.students.asking import AskDialog
from ui.theme.fonts import MEDIUM
from ui.widgets.base import row
from ui.widgets.button import Button
from ui.widgets.card import Card, CardFoot
from ui.widgets.empty import EmptyState
from ui.widgets.fields import ChoiceField, Field, SegmentField, TextField
from ui.widgets.form import FormGrid
from ui.widgets.long_field import LongField
from ui.widgets.table.cells import Cell, Column
from ui.widgets.table.model import RowsModel
from ui.widgets.table.view import TableView
from ui.widgets.text import Text
from ui.work_queue import WorkQueue

YES, NO = "yes", "no"


class OwnFieldsSection(Section):
    """The fields in their order; add, change, move, remove."""

    tables = frozenset({"custom_field", "custom_value"})

    def __init__(self, context: UiContext, queue: WorkQueue) -> None:
        super().__init__(context, queue, "fields", scrolls=False)
        tr = self.words.tr
        bar = row(None, 8)
        said = tr("Every school sees these on its records, with the next sync.")
        bar.addWidget(Text(said, 12, tone="secondary", wrap=True), 1)
        self._add = Button(tr("Add a field"), "primary", "plus", name="settings.fields.add")
        self._add.clicked.connect(self.add)
        bar.addWidget(self._add)
        self.body.addLayout(bar)
        columns = (
            Column("label", tr("Field"), 200, stretch=3),
            Column("of", tr("Of whom"), 90),
            Column("kind", tr("Kind"), 130, stretch=1),
            Column("must", tr("Must be filled in"), 130),
            Column("used", tr("Filled in"), 90, align="end"),
        )
        self._model: RowsModel[CustomFieldUse] = RowsModel(columns, self._cells)
        self.table = TableView(self._model, tr("Fields of the ministry"), name="settings.fields.table")
        self.table.picked.connect(lambda _row: self._look())
        self.table.opened.connect(lambda _row: self.change())
        card = Card(flush=True, name="settings.fields.card")
        card.body.addWidget(self.table, 1)
        self.foot = self._make_foot()
        card.body.addWidget(self.foot)
        self._stack = QStackedWidget()
        self._stack.addWidget(card)
        self._stack.addWidget(self._nothing())
        self.body.addWidget(self._stack, 1)

    def _make_foot(self) -> CardFoot:
        tr, foot = self.words.tr, CardFoot()
        foot.line.addStretch(1)
        self._verbs: dict[str, Button] = {}
        verbs: tuple[tuple[str, str, Callable[[], object]], ...] = (
            ("up", tr("Move up"), partial(self._move, -1)),
            ("down", tr("Move down"), partial(self._move, 1)),
            ("remove", tr("Remove"), self.remove),
            ("change", tr("Change"), self.change),
        )
        for key, text, act in verbs:
            button = Button(text, name=f"settings.fields.{key}")
            button.clicked.connect(lambda _=False, act=act: act())
            foot.line.addWidget(button)
            self._verbs[key] = button
        return foot

    def _nothing(self) -> Card:
        tr = self.words.tr
        card = Card(flush=True)
        state = EmptyState(
            "columns-3",
            tr("No field of your own yet"),
            tr("A field has a name in each language and a kind: text, number, date, yes or no, a choice."),
            name="settings.fields.empty",
        )
        first = state.add(Button(tr("Add a field"), "primary", "plus", name="settings.fields.first"))
        first.clicked.connect(self.add)
        card.body.addWidget(state)
        return card

    def refresh(self) -> None:
        """Read the fields again; the row stays."""
        self.ask(self.context.queries.custom_fields.used, self._show)

    def _show(self, fields: tuple[CustomFieldUse, ...]) -> None:
        chosen = self.current()
        self._model.set_rows(fields)
        for place, one in enumerate(fields):
            if chosen is not None and one.field.id == chosen.id:
                self.table.pick(place)
        self._stack.setCurrentIndex(0 if fields else 1)
        self._add.setVisible(bool(fields))
        self._look()

    def current(self) -> CustomFieldInfo | None:
        """The field whose row is current."""
        place = self.table.current_row()
        return self._model.row(place).field if 0 <= place < self._model.count() else None

    def _look(self) -> None:
        current, ids = self.current(), self._ids()
        place = ids.index(current.id) if current is not None else -1
        for key, button in self._verbs.items():
            first, last = key == "up" and place == 0, key == "down" and place == len(ids) - 1
            button.setEnabled(current is not None and not first and not last)

    def _ids(self) -> list[UUID]:
        return [self._model.row(place).field.id for place in range(self._model.count())]

    def _cells(self, one: CustomFieldUse) -> tuple[Cell, ...]:
        tr, field = self.words.tr, one.field
        return (
            Cell(field.label(self.words.language), weight=MEDIUM),
            Cell(tr(OF_WHAT.get(field.of_what, field.of_what))),
            Cell(tr(KINDS.get(field.kind, field.kind))),
            Cell(tr("Yes") if field.required else tr("No"), tone="text" if field.required else "text2"),
            Cell(self.words.number(one.used)),
        )

    # -- Deeds --------------------------------------------------------------------------------------

    def add(self) -> None:
        """A new field."""
        self._ask(FieldDialog(self.context, None, self.window()))

    def change(self) -> None:
        """Names, choices, whether it must be filled in."""
        current = self.current()
        if current is not None:
            self._ask(FieldDialog(self.context, current, self.window()))

    def remove(self) -> None:
        """Take a field away; what stands in it is kept."""
        current, custom = self.current(), self.context.services.custom_fields
        if current is not None:
            told = self.words.tr("{what} removed", what=current.label(self.words.language))
            self.do(lambda: custom.remove(current.id), told)
            self.refresh()

    def _move(self, step: int) -> None:
        current, ids, custom = self.current(), self._ids(), self.context.services.custom_fields
        if current is None:
            return
        place = ids.index(current.id)
        ids.insert(place + step, ids.pop(place))
        self.save(lambda: custom.order(ids), then=self.refresh)

    def _ask(self, dialog: AskDialog) -> None:
        dialog.done_well.connect(self._done)
        dialog.ask()

    def _done(self, _made: Made[object]) -> None:
        self.context.notify(self.words.tr("Saved"))
        self.refresh()


class FieldDialog(AskDialog):
    """A field as it is defined."""

    def __init__(self, context: UiContext, field: CustomFieldInfo | None, parent: QWidget) -> None:
        tr, words = context.words.tr, context.words
        title = tr("Add a field") if field is None else tr("Change the field")
        super().__init__(context, title, name="settings.field", parent=parent)
        self.setMinimumWidth(560)
        self._id = field.id if field is not None else None
        self.labels = {
            "label": TextField(tr("Name"), words, name="settings.field.label"),
            "label_fr": TextField(tr("Name in French"), words, optional=True, name="settings.field.label_fr"),
            "label_es": TextField(
                tr("Name in Spanish"), words, optional=True, name="settings.field.label_es"
            ),
        }
        self.of_what = SegmentField(
            tr("Of whom"), [(key, tr(text)) for key, text in OF_WHAT.items()], words, name="settings.field.of"
        )
        self.kind = ChoiceField(
            tr("Kind"), [(key, tr(text)) for key, text in KINDS.items()], words, name="settings.field.kind"
        )
        self.kind.chosen.connect(lambda _kind: self._show_choices())
        self.required = SegmentField(
            tr("Must be filled in"), [(YES, tr("Yes")), (NO, tr("No"))], words, name="settings.field.required"
        )
        self.choices = LongField(tr("Choices, each on a line"), words, lines=5, name="settings.field.choices")
        grid = FormGrid()
        grid.set_columns(2)
        held: list[tuple[str, Field]] = [*self.labels.items()]
        held += [("of_what", self.of_what), ("kind", self.kind), ("required", self.required)]
        for name, one in held:
            grid.add(one)
            self._fields[name] = one
        self.body.addWidget(grid)
        self.put(self.choices, "choices")
        self._fill(field)
        self.set_deed(tr("Add") if field is None else tr("Save"))

    def _fill(self, field: CustomFieldInfo | None) -> None:
        self.of_what.set_value(field.of_what if field else "student")
        self.kind.set_value(field.kind if field else "text")
        self.required.set_value(YES if field is not None and field.required else NO)
        if field is not None:
            self.labels["label"].set_text(field.name)
            self.labels["label_fr"].set_text(field.name_fr or "")
            self.labels["label_es"].set_text(field.name_es or "")
            self.choices.set_text("\n".join(field.choices))
        self._show_choices()

    def _show_choices(self) -> None:
        self.choices.setVisible(self.kind.value() == "choice")

    def deed_of(self) -> Callable[[], object]:
        """Write it."""
        new = NewField(
            label=self.labels["label"].text(),
            kind=self.kind.value(),
            of_what=self.of_what.value(),
            label_fr=self.labels["label_fr"].text(),
            label_es=self.labels["label_es"].text(),
            choices=tuple(self.choices.text().splitlines()),
            required=self.required.value() == YES,
        )
        custom, field_id = self.context.services.custom_fields, self._id
        if field_id is None:
            return lambda: custom.define(new)
        return lambda: custom.change(field_id, new)
