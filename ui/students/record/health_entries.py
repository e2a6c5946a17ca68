"""Sealed entries on health and special needs, read when their tab is opened."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

from emis_desktop.rules.health_entries import KINDS, SEVERITIES, HealthEntry
from emis_desktop.services.health_records import HealthLine
from ui.students.record.days import day_field
from ui.students.record.scope import RecordScope
from ui.students.saying import Sayer
from ui.widgets.entries import Entry, EntryCard
from ui.widgets.fields import ChoiceField, DateField, Field, TextField
from ui.widgets.long_field import LongField
from ui.widgets.menu import Menu

CHANGE, REMOVE = "change", "remove"
_BAD = frozenset({"alert", "allergy"})


class HealthCard(EntryCard):
    """The entries of some kinds; "Add" opens a menu of these."""

    def __init__(self, scope: RecordScope, kinds: Sequence[str], title: str, empty: str, name: str) -> None:
        tr = scope.words.tr
        super().__init__(title, tr("Add") if scope.edits else "", empty, name=name)
        self.add_button.setAccessibleName(tr("Add: {what}", what=title))
        self._scope, self.words, self._kinds, self._name = scope, scope.words, tuple(kinds), name
        self._lines: dict[str, HealthLine] = {}
        self.add_asked.connect(self._open_menu)
        self.asked.connect(self._do)

    def show_lines(self, lines: Sequence[HealthLine]) -> None:
        """Show those of the card's kinds."""
        tr = self.words.tr
        self._lines = {str(line.id): line for line in lines if line.entry.kind in self._kinds}
        entries = []
        for key, line in self._lines.items():
            kind = tr(KINDS[line.entry.kind].name)
            tone = "bad" if line.entry.kind in _BAD else "neutral"
            verbs: tuple[tuple[str, str], ...] = ()
            if self._scope.edits:
                verbs = ((REMOVE, tr("Remove")),)
                verbs = verbs if line.shut else ((CHANGE, tr("Change")), *verbs)
            title = (
                tr("Not readable on this laptop yet")
                if line.shut
                else entry_title(self._scope.say, line.entry)
            )
            facts = "" if line.shut else entry_facts(self._scope.say, line.entry)
            entries.append(Entry(key, title, facts, kind, tone, verbs))
        self.show_entries(entries)

    def menu(self) -> Menu:
        """What can be added."""
        menu = Menu(self)
        for kind in self._kinds:
            action = menu.addAction(self.words.tr(KINDS[kind].name))
            action.triggered.connect(partial(self._ask, kind, None))
        return menu

    def _open_menu(self) -> None:
        menu = self.menu()
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.add_button.mapToGlobal(self.add_button.rect().bottomLeft()))

    def _ask(self, kind: str, line: HealthLine | None, _checked: bool = False) -> None:
        tr, health, student_id = (
            self.words.tr,
            self._scope.context.services.health_records,
            self._scope.student_id,
        )
        made = self._fields(kind, line.entry if line is not None else HealthEntry(kind))

        def act() -> Callable[[], object]:
            values: dict[str, Any] = {name: _typed(field) for name, field in made.items()}
            entry = replace(HealthEntry(kind), **values)
            if line is None:
                return lambda: health.add(student_id, entry)
            return lambda: health.change(line.id, entry)

        named = tr(KINDS[kind].name)
        self._scope.ask(
            tr("Add: {what}", what=named) if line is None else tr("Change: {what}", what=named),
            [(field, name) for name, field in made.items()],
            act,
            deed=tr("Add") if line is None else tr("Save"),
            name=f"{self._name}.dialog",
            parent=self,
        )

    def _fields(self, kind: str, entry: HealthEntry) -> dict[str, Field]:
        """A field for each part of the kind, in its order."""
        of, made = KINDS[kind], dict[str, Field]()
        for name, label in of.labels.items():
            made[name] = self._field(kind, name, self.words.tr(label), entry)
        return made

    def _field(self, kind: str, name: str, label: str, entry: HealthEntry) -> Field:
        of, words = KINDS[kind], self.words
        optional, spoken = name not in of.needed, f"{self._name}.{name}"
        value = getattr(entry, name)
        if name in {"starts_on", "ends_on"}:
            return day_field(words, label, spoken, value, optional=optional)
        if name == "detail":
            lines = LongField(label, words, lines=4, optional=optional, name=spoken)
            lines.set_text(value)
            return lines
        if name in {"code", "degree"}:
            nothing = [("", words.tr("(nothing)"))] if optional else []
            choices = [*nothing, *_choices(self._scope.say, kind, name)]
            if value and value not in dict(choices):
                choices.append((value, value))
            choice = ChoiceField(label, choices, words, optional=optional, name=spoken)
            choice.set_value(value)
            return choice
        text = TextField(label, words, optional=optional, name=spoken)
        text.set_text(value)
        return text

    def _do(self, key: str, verb: str) -> None:
        line, health = self._lines[key], self._scope.context.services.health_records
        if verb == CHANGE:
            self._ask(line.entry.kind, line)
        else:
            self._scope.do(partial(health.remove, line.id), self.words.tr("Entry removed"))


def entry_title(say: Sayer, entry: HealthEntry) -> str:
    """What it is, and how severe: "Bee stings, severe"."""
    degree = _coded(say, entry, "degree")
    parts = [entry.what, _coded(say, entry, "code"), degree[:1].lower() + degree[1:], entry.dose]
    return ", ".join(part for part in parts if part)


def entry_facts(say: Sayer, entry: HealthEntry) -> str:
    """The rest: by whom, when, and what to do."""
    labels, words = KINDS[entry.kind].labels, say.words
    parts = []
    for name in labels:
        value = getattr(entry, name)
        if isinstance(value, date):
            day = words.date(value, "medium")
            parts.append(words.tr("{label}: {value}", label=words.tr(labels[name]), value=day))
        elif name == "by" and value:
            parts.append(words.tr("{label}: {value}", label=words.tr(labels[name]), value=value))
    head = ", ".join(parts)
    return "\n".join(filter(None, (head, entry.detail)))


def _coded(say: Sayer, entry: HealthEntry, name: str) -> str:
    code = getattr(entry, name)
    return dict(_choices(say, entry.kind, name)).get(code, code) if code else ""


def _choices(say: Sayer, kind: str, name: str) -> list[tuple[str, str]]:
    listed = KINDS[kind].lists.get(name)
    if listed is not None:
        return say.listed(listed)
    return [(code, say.words.tr(text)) for code, text in SEVERITIES.items()]


def _typed(field: Field) -> str | date | None:
    if isinstance(field, DateField):
        return field.value()
    if isinstance(field, ChoiceField):
        return field.value()
    return field.text() if isinstance(field, (TextField, LongField)) else ""
