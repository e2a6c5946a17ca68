"""What two records of one pupil both hold: two marks for one test, two stays in one class at one time.

Nothing of it is lost when records are merged. One of the two counts until somebody decides otherwise: that of
the record that is kept.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from emis_desktop.errors import N_
from emis_desktop.models import Base, Enrolment, Institution
from emis_desktop.models.base import key_columns
from emis_desktop.one_person import Together
from emis_desktop.queries.field_values import field_label, spoken
from emis_desktop.queries.labels import describe, name_of
from emis_desktop.sentence import Sentence, say

TABLES: Final = (
    "mark",
    "subject_remark",
    "term_remark",
    "conduct_rating",
    "attendance_total",
    "attendance_month",
)
"""Tables of which a pupil has one row for a session, term or test."""
_TITLES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "mark": N_("Mark in {subject}, {item}"),
        "subject_remark": N_("Comment on {subject}"),
        "term_remark": N_("Remark of the term"),
        "conduct_rating": N_("Conduct"),
        "attendance_total": N_("Attendance of the term"),
        "attendance_month": N_("Attendance of the month"),
    }
)
_FAR: Final = date.max


@dataclass(frozen=True, slots=True)
class Double:
    """Two rows that say something different of one pupil for one test or term.

    ``values``: for each field that differs its name, what counts, and what stands with the other record.
    """

    table: str
    kept_row: UUID
    other_row: UUID
    title: Sentence
    values: tuple[tuple[Sentence, object, object], ...]


@dataclass(frozen=True, slots=True)
class TwoStays:
    """Two enrolments of one pupil at the same time. ``twice``: at one school and in one year, so it was
    entered twice; else the pupil is on two rolls, and one of two schools has to end its own.
    """

    kept_id: UUID
    other_id: UUID
    kept: str
    other: str
    starts_on: date
    other_starts_on: date
    twice: bool

    def turned(self) -> TwoStays:
        """The same with the other one first."""
        return TwoStays(
            self.other_id,
            self.kept_id,
            self.other,
            self.kept,
            self.other_starts_on,
            self.starts_on,
            self.twice,
        )


def different_rows(session: Session, kept: Collection[UUID], other: Collection[UUID]) -> tuple[Double, ...]:
    """What stands with records of both sides and differs; ``kept`` and ``other`` are in order, the record
    whose row counts first.
    """
    found = []
    for table, mine, theirs in same_keys(session, kept, other):
        fields = [
            name for name in value_columns(table) if mine[name] != theirs[name] and theirs[name] is not None
        ]
        if fields:
            found.append(_double(session, table, mine, theirs, fields))
    return tuple(found)


def same_keys(
    session: Session, kept: Collection[UUID], other: Collection[UUID]
) -> Iterator[tuple[Table, Mapping[str, Any], Mapping[str, Any]]]:
    """The rows, as the store holds them, that both sides have of one test, term or month."""
    order = {one.bytes: place for place, one in enumerate((*kept, *other))}
    mine = {one.bytes for one in kept}
    for name in TABLES:
        table = Base.metadata.tables[name]
        rest = [column for column in key_columns(table) if column not in {"id", "student_id"}]
        rows = _rows(session, table, order)
        rows.sort(key=lambda row: order[row["student_id"]])
        held: dict[tuple[Any, ...], Mapping[str, Any]] = {}
        for row in rows:
            key = tuple(row[column] for column in rest)
            first = held.setdefault(key, row)
            if first["student_id"] in mine and row["student_id"] not in mine:
                yield table, first, row


def value_columns(table: Table) -> list[str]:
    """The columns of a row that are neither its key nor its deletion."""
    key = {*key_columns(table), "id", "deleted_at"}
    return [column.name for column in table.columns if column.name not in key]


def _rows(session: Session, table: Table, people: Collection[bytes]) -> list[Mapping[str, Any]]:
    places = ",".join("?" * len(people))
    columns = ["id", *(column.name for column in table.columns if column.name not in {"id", "deleted_at"})]
    named = ", ".join(f'"{column}"' for column in columns)
    found = session.connection().exec_driver_sql(
        f'SELECT {named} FROM "{table.name}" '  # noqa: S608 - names from the model
        f"WHERE student_id IN ({places}) AND deleted_at IS NULL",
        tuple(people),
    )
    return [dict(zip(columns, row, strict=True)) for row in found]


def _double(
    session: Session, table: Table, mine: Mapping[str, Any], theirs: Mapping[str, Any], fields: list[str]
) -> Double:
    row_id = UUID(bytes=mine["id"])
    words = {"subject": "–", "item": "–", **describe(session, table.name, row_id)}
    return Double(
        table=table.name,
        kept_row=row_id,
        other_row=UUID(bytes=theirs["id"]),
        title=say(_TITLES[table.name], **words),
        values=tuple(
            (
                field_label(table.name, name),
                spoken(session, table.name, name, mine[name]),
                spoken(session, table.name, name, theirs[name]),
            )
            for name in fields
        ),
    )


def two_stays(session: Session, whole: Together, people: Collection[UUID]) -> tuple[TwoStays, ...]:
    """The enrolments of different records among these that hold at one time, the main record's first."""
    rows = session.scalars(
        select(Enrolment)
        .where(Enrolment.person_id.in_(people), Enrolment.deleted_at.is_(None))
        .order_by(Enrolment.starts_on, Enrolment.id)
    ).all()
    found = []
    for pair in combinations(rows, 2):
        one, other = sorted(pair, key=lambda row: whole.main_of(row.person_id) != row.person_id)
        if one.person_id != other.person_id and overlaps(one, other):
            twice = (one.institution_id, one.period_id) == (other.institution_id, other.period_id)
            said = _stay(session, one), _stay(session, other)
            found.append(TwoStays(one.id, other.id, said[0], said[1], one.starts_on, other.starts_on, twice))
    return tuple(found)


def overlaps(one: Enrolment, other: Enrolment) -> bool:
    """Whether two enrolments hold on a common day; the day on which one ends and the other begins is none.
    A time as a guest goes with one at the own school; of two years there the first was only not ended.
    """
    same_school = one.institution_id == other.institution_id
    if "hosted" in {one.standing, other.standing} or (same_school and one.period_id != other.period_id):
        return False
    first, second = sorted((one, other), key=lambda row: row.starts_on)
    return second.starts_on < (first.ends_on or _FAR)


def _stay(session: Session, row: Enrolment) -> str:
    grade = name_of(session, "education_grade", row.grade_id)
    school = session.get(Institution, row.institution_id)
    return f"{grade}, {school.name if school is not None else '–'}"
