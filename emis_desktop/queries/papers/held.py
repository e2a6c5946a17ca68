"""All that is held about one pupil: every table, every field, what was taken away, and the history.

What is not open to whoever prints it is told as withheld, never left out in silence.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Column, Table
from sqlalchemy.orm import Session

from emis_desktop.database import Database
from emis_desktop.errors import N_, Refused
from emis_desktop.models import AssessmentItem, Base, CustomField, Institution, Subject, Term
from emis_desktop.one_person import together
from emis_desktop.queries.field_names import field_name
from emis_desktop.queries.labels import describe, name_of
from emis_desktop.queries.papers.held_history import readings_of
from emis_desktop.queries.papers.held_rows import Row, rows_about
from emis_desktop.queries.papers.held_words import CODES, LISTS, TITLES
from emis_desktop.queries.papers.pupils import PupilQuestion, paper_pupil
from emis_desktop.queries.papers.school import SayCode, paper_school
from emis_desktop.queries.students import StudentQueries
from emis_desktop.rules.code_words import IDENTITY_KINDS
from emis_desktop.rules.health_entries import KINDS, entry_of
from emis_desktop.rules.papers import Held, HeldChange, HeldField, HeldRow, HeldSection
from emis_desktop.rules.rights import Actor, Right, SensitivityClass, may_read, offers
from emis_desktop.rules.student_number import number_text
from emis_desktop.sentence import Names, Speaks

_SHUT: Final = Refused("These details are not open to you.")
Unseal = Callable[[str, UUID, bytes], str]
"""Opens what is sealed in a table's row; raises :class:`Refused` without the key."""

_OWN: Final = frozenset({"id", "deleted_at"})
_TITLE_WORDS: Final = ("subject", "item", "name", "class_name")
_DAYS: Final = tuple(f"d{day:02}" for day in range(1, 32))
_HEALTH: Final = frozenset({"health_note", "health_record"})


@dataclass(frozen=True, slots=True)
class Reader:
    """Who asks, what opens sealed rows (None: nothing does), the words of the country's lists and our own."""

    actor: Actor
    unseal: Unseal | None
    say: SayCode
    words: Speaks


def held(
    db: Database, session: Session, reader: Reader, asked: PupilQuestion, changes: tuple[HeldChange, ...]
) -> Held:
    """Everything about the pupil, of all records that are one person.

    Raises :class:`Refused` for a pupil who is not the actor's, and for a teacher: the office answers.
    """
    if reader.actor.class_ids is not None:
        raise Refused("All that is held about a pupil is printed by the office. Ask there for it.")
    record = StudentQueries(db, reader.actor).record_in(session, asked.student_id)
    people = together(session, [record.id]).of(record.id)
    found = rows_about(session, people)
    own = frozenset((*people, *(row["id"] for row in found.get("enrolment", ()))))
    teller = _Teller(session, reader, own)
    sections = tuple(
        HeldSection(TITLES.get(name, N_("Other records")), teller.rows(name, found[name]))
        for name in (*TITLES, *sorted(set(found) - set(TITLES)))
        if name in found
    )
    if offers(reader.actor, Right.VIEW_HISTORY):
        readings = readings_of(session, [row["id"] for rows in found.values() for row in rows], reader.words)
        changes = tuple(sorted((*changes, *readings), key=lambda line: line.at, reverse=True))
    school = session.get_one(Institution, record.enrolments[0].institution_id)
    return Held(
        school=paper_school(school),
        pupil=paper_pupil(record),
        sections=sections,
        changes=changes,
        made_on=asked.today,
        reader=reader.actor.name,
        withheld=teller.withheld,
        language=asked.language,
    )


class _Teller:
    """Puts rows into fields, and counts what is not open."""

    def __init__(self, session: Session, reader: Reader, own: frozenset[UUID]) -> None:
        """``own`` are the records and enrolments of the pupil: a column that names one says nothing."""
        self._session = session
        self._reader = reader
        self._own = own
        self._names: dict[tuple[str, UUID], str] = {}
        self.withheld = 0

    def rows(self, name: str, rows: Sequence[Row]) -> tuple[HeldRow, ...]:
        """The rows of a table, in the order of their titles."""
        return tuple(sorted((self._row(name, row) for row in rows), key=lambda row: row.title))

    def _row(self, name: str, row: Row) -> HeldRow:
        """A row with all fields that have a value."""
        table = Base.metadata.tables[name]
        removed = row["deleted_at"]
        columns = [column for column in table.columns if column.name not in _OWN and column.name not in _DAYS]
        fields = [field for column in columns for field in self._fields(table, column, row)]
        if name == "attendance_month":
            fields.append(HeldField(N_("Register"), _register(row)))
        return HeldRow(
            title=self._title(table, row),
            fields=tuple(fields),
            removed=removed.date() if isinstance(removed, datetime) else None,
        )

    def _fields(self, table: Table, column: Column[Any], row: Row) -> list[HeldField]:
        value = row[column.name]
        if value is None or value == "" or (column.foreign_keys and value in self._own):
            return []
        label = field_name(table.name, column.name)
        sensitivity = column.info.get("sensitivity", SensitivityClass.BASIC)
        if table.name == "conflict" and column.name in ("before", "held", "other"):
            sensitivity = SensitivityClass(row["sensitivity"])
        if not may_read(self._reader.actor, sensitivity):
            self.withheld += 1
            return [HeldField(label, None, withheld=True)]
        if table.name in _HEALTH and column.name == "sealed":
            return self._opened(table.name, row, value)
        if table.name == "conflict":
            return self._of_conflict(column.name, label, value, row)
        return [self._field(table, column, label, value, row)]

    def _field(self, table: Table, column: Column[Any], label: str, value: Any, row: Row) -> HeldField:  # noqa: ANN401 - any column
        if column.foreign_keys:
            target = next(iter(column.foreign_keys)).column.table.name
            return HeldField(label, self._name(target, value))
        if isinstance(value, bytes):
            return HeldField(label, f"{max(1, len(value) // 1000)} kB")
        if table.name == "custom_value" and column.name == "value":
            return HeldField(self._custom_label(row), value)
        coded = self._coded(f"{table.name}.{column.name}", label, value)
        if coded is not None:
            return coded
        plain = isinstance(value, (str, date, datetime, Decimal, int, bool))
        return HeldField(label, value if plain else str(value))

    def _of_conflict(self, column: str, label: str, value: Any, row: Row) -> list[HeldField]:  # noqa: ANN401 - any column
        """A field of two edits that met: what they were about in words, and who typed."""
        if column in ("row_id", "sensitivity"):
            return []
        if column == "table_name":
            return [HeldField(label, TITLES.get(value, value), coded=True)]
        if column == "field":
            return [HeldField(label, field_name(row["table_name"], value), coded=True)]
        if isinstance(value, UUID):
            return [HeldField(label, self._name("user", value))]
        shown = isinstance(value, (str, int, datetime))
        return [HeldField(label, value if shown else f"{max(1, len(value) // 1000)} kB")]

    def _coded(self, key: str, label: str, value: Any) -> HeldField | None:  # noqa: ANN401 - any column
        """A value that is a code or a number, in words; None for any other."""
        if key in CODES and value in CODES[key]:
            return HeldField(label, CODES[key][value], coded=True)
        if key in LISTS:
            return HeldField(label, self._reader.say(LISTS[key], value))
        if key == "person_identity.kind":
            return self._number_kind(label, value)
        return HeldField(label, number_text(value)) if key == "person_identity.number" else None

    def _number_kind(self, label: str, kind: str) -> HeldField:
        own = IDENTITY_KINDS.get(kind)
        return HeldField(label, own or self._reader.say("identity_type", kind), coded=own is not None)

    def _custom_label(self, row: Row) -> str:
        field = self._session.get(CustomField, row["field_id"])
        return field_name("custom_value", "value") if field is None else field.label

    def _opened(self, table: str, row: Row, sealed: bytes) -> list[HeldField]:
        """What a sealed row says; withheld without the key."""
        label = field_name(table, "sealed")
        try:
            if self._reader.unseal is None:
                raise _SHUT
            text = self._reader.unseal(table, row["id"], sealed)
        except Refused:
            self.withheld += 1
            return [HeldField(label, None, withheld=True)]
        if table == "health_note":
            return [HeldField(label, text)]
        entry = entry_of(row["kind"], text)
        labels = KINDS[entry.kind].labels if entry.kind in KINDS else {}
        values = ((name, getattr(entry, name)) for name in entry.__slots__ if name != "kind")
        return [
            HeldField(labels.get(name, field_name(table, name)), value) for name, value in values if value
        ]

    def _title(self, table: Table, row: Row) -> str:
        if table.name == "person":
            return self._name("person", row["id"])
        if table.name == "guardianship":
            other = row["guardian_id"] if row["student_id"] in self._own else row["student_id"]
            return self._name("person", other)
        if table.name == "mark":
            return self._title_of_mark(row)
        words = describe(self._session, table.name, row["id"])
        parts = [words[word] for word in _TITLE_WORDS if word in words]
        if not parts:
            parts = [
                self._name(next(iter(column.foreign_keys)).column.table.name, row[column.name])
                for column in table.columns
                if column.info.get("key")
                and column.foreign_keys
                and row[column.name] is not None
                and row[column.name] not in self._own
            ]
        return ", ".join(
            part.text(self._reader.words) if isinstance(part, Names) else str(part) for part in parts
        )

    def _title_of_mark(self, row: Row) -> str:
        """Year, term, subject and test."""
        item = self._session.get_one(AssessmentItem, row["item_id"])
        return f"{self._name('term', item.term_id)}, {self._name('subject', item.subject_id)}, {item.name}"

    def _name(self, table: str, row_id: UUID) -> str:
        found = self._names.get((table, row_id))
        if found is None:
            found = name_of(self._session, table, row_id)
            if table == "term":
                period = self._session.get_one(Term, row_id).period_id
                found = f"{self._name('academic_period', period)}, {found}"
            elif table == "subject":
                subject = self._session.get_one(Subject, row_id)
                found = Names(subject.name, subject.name_fr, subject.name_es).text(self._reader.words)
            self._names[table, row_id] = found
        return found


def _register(row: Row) -> str:
    """A month of a register on one line: "1 P, 2 P, 3 A"."""
    return ", ".join(f"{int(name[1:])} {row[name]}" for name in _DAYS if row[name])
