"""What the ministry asks for beside the program's own fields: one field for each that it has defined."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial

from emis_desktop.queries.custom_fields import CustomFieldInfo, CustomLine
from emis_desktop.rules.custom_values import NO, YES
from resources.words import Words
from ui.students.record.days import day_field
from ui.widgets.fields import ChoiceField, DateField, Field, SegmentField, TextField
from ui.widgets.form import FormCard

Store = Callable[[Field, CustomFieldInfo, str], object]
"""Writes what was typed into a field, in one form for every language."""


class OwnFieldsCard(FormCard):
    """Made anew when the ministry changes its fields; hidden while there is none.

    ``came`` and ``gone`` hear of the fields, for a summary of faults.
    """

    def __init__(self, words: Words, store: Store, *, edits: bool, name: str) -> None:
        super().__init__(words.tr("Asked for by the ministry"), name=name)
        self.words, self._store, self._edits, self._name = words, store, edits, name
        self._made: tuple[CustomFieldInfo, ...] = ()
        self.inputs: dict[str, Field] = {}
        self.keeps: Callable[[Field], bool] = _pending
        self.came: Callable[..., object] = lambda *_fields: None
        self.gone: Callable[..., object] = lambda *_fields: None
        self.hide()

    def show_lines(self, lines: Sequence[CustomLine]) -> None:
        """Show what is stored; what is being typed stays."""
        wanted = tuple(line.field for line in lines)
        if wanted != self._made:
            self._make(wanted)
        self.setVisible(bool(lines))
        for line in lines:
            field = self.inputs[line.field.code]
            if not self.keeps(field):
                self._fill(field, line)

    def _make(self, wanted: tuple[CustomFieldInfo, ...]) -> None:
        self.gone(*self.inputs.values())
        for field in self.inputs.values():
            self.remove(field)
        self.inputs, self._made = {}, wanted
        for info in wanted:
            field = self._field(info)
            self.inputs[info.code] = field
            self.add(field)
        self.came(*self.inputs.values())

    def _field(self, info: CustomFieldInfo) -> Field:
        words, label, name = self.words, info.label(self.words.language), f"{self._name}.{info.code}"
        optional = not info.required
        if not self._edits or info.kind in {"text", "number"}:
            text = TextField(label, words, optional=optional, name=name)
            text.set_read_only(not self._edits)
            text.committed.connect(partial(self._save, text, info))
            return text
        if info.kind == "date":
            day = day_field(words, label, name, optional=optional)
            day.dated.connect(lambda value: self._save(day, info, value.isoformat() if value else ""))
            return day
        if info.kind == "yes_no":
            answers = [(YES, words.tr("Yes")), (NO, words.tr("No"))]
            segments = SegmentField(label, answers, words, optional=optional, name=name)
            segments.chosen.connect(partial(self._save, segments, info))
            return segments
        nothing = [("", words.tr("(nothing)"))] if optional else []
        choices = [*nothing, *((one, one) for one in info.choices)]
        choice = ChoiceField(label, choices, words, optional=optional, name=name)
        choice.chosen.connect(partial(self._save, choice, info))
        return choice

    def _fill(self, field: Field, line: CustomLine) -> None:
        value = line.value or ""
        if isinstance(field, DateField):
            field.set_value(_day(value))
        elif isinstance(field, TextField):
            field.set_text(self._read_only_text(line) if not self._edits else value)
        elif isinstance(field, ChoiceField):
            if value and field.combo.findData(value) < 0:  # a choice that the ministry has taken out
                field.combo.addItem(value, value)
            field.set_value(value)
        elif isinstance(field, SegmentField):
            field.set_value(value)

    def _read_only_text(self, line: CustomLine) -> str:
        value = line.value or ""
        if line.field.kind == "yes_no" and value:
            return self.words.tr("Yes") if value == YES else self.words.tr("No")
        day = _day(value) if line.field.kind == "date" else None
        return self.words.date(day, "medium") if day is not None else value

    def _save(self, field: Field, info: CustomFieldInfo, typed: str) -> None:
        self._store(field, info, typed)


def _pending(field: Field) -> bool:
    pending = getattr(field, "pending", None)
    return bool(field.fault) or bool(pending is not None and pending())


def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None
