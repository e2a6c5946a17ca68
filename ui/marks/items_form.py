"""The form of one test: name, maximum, weight, part and due day."""

from datetime import date
from decimal import Decimal

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from emis_desktop.errors import EmisError, Refused
from emis_desktop.rules.dates import parse_date
from emis_desktop.rules.numbers import parse_number, places_of
from emis_desktop.services.items import NewItem
from resources.words import Words
from ui.marks.items_data import COURSEWORK, EXAM, ItemLine, part_words
from ui.widgets.base import column
from ui.widgets.fields import DateField, Field, SegmentField, TextField

_NUMBER = 96


class ItemForm(QWidget):
    """The fields. ``left`` when one of them was left changed: a test that is there already is saved then."""

    left = Signal()

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        self._days = (date(1900, 1, 1), date(2200, 12, 31))
        self._item: ItemLine | None = None
        tr = words.tr
        parts = [(part, part_words(words, part)) for part in (COURSEWORK, EXAM)]
        self.name = TextField(tr("Name of the test"), words, name="marks.item.name")
        self.maximum = TextField(tr("Out of"), words, width=_NUMBER, name="marks.item.maximum")
        self.weight = TextField(tr("Weight"), words, width=_NUMBER, name="marks.item.weight")
        self.part = SegmentField(tr("Part of the term mark"), parts, words, name="marks.item.part")
        self.due = DateField(tr("Due"), words, self._read_day, optional=True, name="marks.item.due")
        box = column(self, 8)
        for field in (self.name, self.maximum, self.weight, self.part, self.due):
            box.addWidget(field)
        for text in (self.name, self.maximum, self.weight):
            text.committed.connect(lambda _text: self.left.emit())
        self.part.chosen.connect(lambda _part: self.left.emit())
        self.due.dated.connect(lambda _day: self.left.emit())

    def set_days(self, earliest: date, latest: date) -> None:
        """Between which days a test may be due."""
        self._days = (earliest, latest)

    def _read_day(self, text: str) -> date:
        return parse_date(text, *self._days)

    def show_item(self, item: ItemLine | None) -> None:
        """Show a test, or empty fields for a new one."""
        for field in self._fields():
            field.set_fault("")
        if item is not None:
            self.renew(item, typing=False)
            return
        self._item = None
        for text in (self.name, self.maximum, self.weight):
            text.set_text("")
        self.weight.set_help(self._words.tr("A share: 40 and 60 are as 2 and 3."))
        self.part.set_value(COURSEWORK)
        self.due.set_value(None)

    def renew(self, item: ItemLine, *, typing: bool = True) -> None:
        """Show what is stored of a test; a field that is being typed in, or is refused, stays as it is."""
        words = self._words
        self._item = item
        for field, text in (
            (self.name, item.name),
            (self.maximum, words.number(item.maximum)),
            (self.weight, words.number(item.weight)),
        ):
            if not typing or not (field.editor.hasFocus() or field.fault):
                field.set_text(text)
        share = words.percent(item.share, places_of(item.share))
        self.weight.set_help(words.tr("{share} of the term mark", share=share))
        self.part.set_value(item.part)
        if not typing or not (self.due.editor.hasFocus() or self.due.fault):
            self.due.set_value(item.due_on)

    def _fields(self) -> tuple[Field, ...]:
        return (self.name, self.maximum, self.weight, self.part, self.due)

    def read(self) -> NewItem | None:
        """What is typed; None when a field says what is amiss."""
        for field in (self.name, self.maximum, self.weight):
            field.set_fault("")
        maximum = self._number(self.maximum)
        weight = self._number(self.weight)
        if not self.name.text().strip():
            self.name.set_fault(self._words.tr("Type the name of the test"))
        faults = [field for field in self._fields() if field.fault]
        if faults or maximum is None or weight is None:
            (faults[0] if faults else self.maximum).editor.setFocus()
            return None
        code = self._item.code if self._item is not None else ""
        part = self.part.value() or COURSEWORK
        return NewItem(self.name.text().strip(), maximum, weight, part, self.due.value(), code)

    def typed(self) -> tuple[str, ...]:
        """What the fields hold, as it was typed."""
        texts = (self.name.text(), self.maximum.text(), self.weight.text())
        return *texts, self.part.value(), self.due.line.text()

    def _number(self, field: TextField) -> Decimal | None:
        try:
            return parse_number(field.text())
        except Refused:
            field.set_fault(self._words.tr("Type a number above 0, such as 20"))
            return None

    def refuse(self, reason: EmisError) -> None:
        """Show what the service refused, at its field where it has one."""
        fields = {"name": self.name, "maximum": self.maximum, "weight": self.weight, "due_on": self.due}
        named = reason.field if isinstance(reason, Refused) else None
        fields.get(named or "", self.name).set_refusal(reason)
