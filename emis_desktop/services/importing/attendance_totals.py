"""Attendance known only as totals, of a term or of the year, from a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from uuid import UUID

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from emis_desktop.errors import Refused
from emis_desktop.exchange.columns import Record, Records
from emis_desktop.journal import OpenAct
from emis_desktop.models import AttendanceTotal, Enrolment
from emis_desktop.queries.plain import pieces
from emis_desktop.rules.ids import natural_id
from emis_desktop.rules.numbers import parse_whole
from emis_desktop.rules.rights import Actor, Right, require
from emis_desktop.services.admission import Row
from emis_desktop.services.importing.outcome import Outcome, in_column
from emis_desktop.services.importing.places import Places
from emis_desktop.services.importing.pupils import pupils_by_number
from emis_desktop.services.remarks import AttendanceFigures, check_days

FIGURES = ("possible", "absent", "excused", "late")
MOST = 366
NOTHING = AttendanceFigures()


@dataclass(frozen=True, slots=True)
class _Total:
    """A sound row: whose total it is, of which year and term (None: of the year), and the figures."""

    student_id: UUID
    institution_id: UUID
    period_id: UUID
    term_id: UUID | None
    figures: AttendanceFigures


class TotalRows:
    """The totals of one file inside one act: ``decide`` checks all rows, ``write`` writes the sound ones."""

    def __init__(self, session: Session, actor: Actor, places: Places) -> None:
        """``places``: the structure of the store."""
        self._session = session
        self._actor = actor
        self._places = places
        self._pupils: dict[str, UUID] = {}
        self._schools: dict[UUID, dict[UUID, UUID]] = {}
        self._lines: dict[UUID, int] = {}
        self._sound: dict[UUID, _Total] = {}
        self._there: dict[UUID, AttendanceFigures | None] = {}

    def decide(self, records: Records, outcome: Outcome, step: Callable[[int], None]) -> None:
        """What each row does, added to ``outcome``; nothing is written yet."""
        self._pupils = pupils_by_number(self._session, (record.get("number") for record in records.rows))
        for done, record in enumerate(records.rows, 1):
            with outcome.row(record):
                self._row(record)
            if done % 200 == 0:
                step(done)
        self._there = dict(_stored(self._session, list(self._sound)))
        for row_id, total in self._sound.items():
            before = self._there.get(row_id) or NOTHING
            if total.figures == before:
                outcome.unchanged += 1
            elif before == NOTHING:
                outcome.created += 1
            else:
                outcome.updated += 1

    def write(self) -> None:
        """Write what :meth:`decide` found sound, where it differs from what is there."""
        act: OpenAct = self._session.info["act"]
        connection, table = self._session.connection(), AttendanceTotal.metadata.tables["attendance_total"]
        for piece in pieces(row_id for row_id in self._sound if row_id not in self._there):
            rows = [self._new(row_id) for row_id in piece if self._sound[row_id].figures != NOTHING]
            if rows:
                connection.execute(insert(table), rows)
        changed = [
            {"row_id": row_id, "deleted_at": act.moment if wanted == NOTHING else None, **asdict(wanted)}
            for row_id, before in self._there.items()
            if (wanted := self._sound[row_id].figures) != (before or NOTHING)
        ]
        if changed:
            connection.execute(update(table).where(table.c.id == bindparam("row_id")), changed)

    def _new(self, row_id: UUID) -> Row:
        total = self._sound[row_id]
        key = {name: getattr(total, name) for name in _KEY}
        return {"id": row_id, **key, **asdict(total.figures)}

    def _row(self, record: Record) -> None:
        student_id = self._pupils.get(record.get("number").strip())
        if student_id is None:
            raise Refused("No pupil has the number {number}. Bring in the pupils first.", field="number",
                          number=record.get("number") or "–")  # fmt: skip
        year = self._places.year(record.get("year"))
        term_id = self._places.term(record.get("term"), year).id if record.get("term") else None
        school_id = self._school(student_id, year.id)
        require(self._actor, Right.EDIT_STUDENTS, institution_id=school_id)
        figures = AttendanceFigures(**{name: _days(record, name) for name in FIGURES})
        check_days(figures)
        row_id = natural_id("attendance_total", student_id, school_id, year.id, term_id)
        first = self._lines.setdefault(row_id, record.line)
        if first != record.line:
            raise Refused("Row {row} has the same pupil and term. Take one away.", field="number", row=first)
        self._sound[row_id] = _Total(student_id, school_id, year.id, term_id, figures)

    def _school(self, student_id: UUID, year_id: UUID) -> UUID:
        """Where the pupil is in a year: of several schools at the actor's own, else at the last."""
        if year_id not in self._schools:
            self._schools[year_id] = dict(self._enrolled(year_id))
        school_id = self._schools[year_id].get(student_id)
        if school_id is None:
            raise Refused("This pupil is on no roll in that year. Bring in the pupils first.", field="number")
        return school_id

    def _enrolled(self, year_id: UUID) -> Iterator[tuple[UUID, UUID]]:
        question = (
            select(Enrolment.person_id, Enrolment.institution_id)
            .where(Enrolment.period_id == year_id, Enrolment.deleted_at.is_(None))
            .order_by(Enrolment.institution_id == self._actor.institution_id, Enrolment.starts_on)
        )
        for piece in pieces(set(self._pupils.values())):
            yield from self._session.execute(question.where(Enrolment.person_id.in_(piece)))


_KEY = ("student_id", "institution_id", "period_id", "term_id")


def _stored(session: Session, row_ids: Sequence[UUID]) -> Iterator[tuple[UUID, AttendanceFigures | None]]:
    """The totals that are there; None for one that was taken away and leaves its row behind."""
    table = AttendanceTotal
    question = select(table.id, table.deleted_at, table.possible, table.absent, table.excused, table.late)
    for piece in pieces(row_ids):
        for row_id, gone, *figures in session.execute(question.where(table.id.in_(piece))):
            yield row_id, None if gone is not None else AttendanceFigures(*figures)


def _days(record: Record, column: str) -> int | None:
    text = record.get(column)
    if not text:
        return None
    with in_column(column):
        return parse_whole(text, 0, MOST)
