"""Incidents of a school and of a pupil, as far as the reader may see them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, aliased

from emis_desktop.database import Database
from emis_desktop.errors import Refused
from emis_desktop.models import (
    ClassPupil,
    Enrolment,
    Incident,
    IncidentFile,
    IncidentPerson,
    IncidentStep,
    Institution,
    Person,
)
from emis_desktop.one_person import together
from emis_desktop.queries.plain import pieces
from emis_desktop.rules.names import display_name, fold
from emis_desktop.rules.rights import Actor, Right, SensitivityClass, may_read, require

MOST: Final = 5000
"""At most so many incidents of a list."""


@dataclass(frozen=True, slots=True)
class InvolvedLine:
    """Somebody's part in an incident; ``pupil``: has a record among the pupils."""

    person_id: UUID
    given_names: str
    family_name: str
    pupil: bool
    part: str
    action: str | None
    action_from: date | None
    action_until: date | None

    @property
    def name(self) -> str:
        """As on paper."""
        return display_name(self.given_names, self.family_name)


@dataclass(frozen=True, slots=True)
class IncidentLine:
    """One incident of a list; ``next_due``: the first day on which something is to be done."""

    id: UUID
    happened_on: date
    category: str
    classification: str
    summary: str
    place: str | None
    closed_on: date | None
    people: tuple[InvolvedLine, ...]
    next_due: date | None
    to_do: int


@dataclass(frozen=True, slots=True)
class StepLine:
    """What is to follow; ``note`` only for those who read cases."""

    id: UUID
    kind: str
    due_on: date | None
    done_on: date | None
    note: str | None


@dataclass(frozen=True, slots=True)
class FileLine:
    """An attachment; its bytes come with :meth:`IncidentQueries.file`."""

    id: UUID
    name: str
    size: int


@dataclass(frozen=True, slots=True)
class IncidentRecord:
    """Everything about an incident. Without the right to read cases ``account`` and ``files`` are empty, and
    ``shut`` says so.
    """

    line: IncidentLine
    institution_id: UUID
    institution: str
    reported_by: str | None
    account: str | None
    steps: tuple[StepLine, ...]
    files: tuple[FileLine, ...]
    shut: bool


@dataclass(frozen=True, slots=True)
class IncidentFilter:
    """What is wanted of a school's incidents; None or empty: all. ``open_only``: not closed yet."""

    classification: str = ""
    category: str = ""
    since: date | None = None
    until: date | None = None
    open_only: bool = False
    text: str = ""


class IncidentQueries:
    """Questions about incidents by one actor."""

    def __init__(self, db: Database, actor: Actor) -> None:
        """An actor with own classes sees incidents with a pupil of these."""
        self._db = db
        self._actor = actor

    def of_school(
        self,
        institution_id: UUID,
        wanted: IncidentFilter = IncidentFilter(),
    ) -> tuple[IncidentLine, ...]:
        """The school's incidents that fit, the newest first."""
        require(self._actor, Right.VIEW_STUDENTS, institution_id=institution_id)
        conditions = [Incident.institution_id == institution_id, *_wanted(wanted)]
        with self._db.read() as session:
            return self._lines(session, conditions, wanted.text)

    def of_student(self, student_id: UUID) -> tuple[IncidentLine, ...]:
        """Incidents that a pupil was part of, the newest first; those of a school before are there as far as
        this laptop has them.
        """
        require(self._actor, Right.VIEW_STUDENTS)
        with self._db.read() as session:
            records = together(session, [student_id]).of(student_id)
            part = select(IncidentPerson.incident_id).where(
                IncidentPerson.person_id.in_(records), IncidentPerson.deleted_at.is_(None)
            )
            conditions: list[ColumnElement[bool]] = [Incident.id.in_(part)]
            if self._actor.institution_id is not None:
                conditions.append(Incident.institution_id == self._actor.institution_id)
            return self._lines(session, conditions)

    def record(self, incident_id: UUID) -> IncidentRecord:
        """One incident; raises :class:`Refused` when there is none, or not for this actor."""
        require(self._actor, Right.VIEW_STUDENTS)
        with self._db.read() as session:
            lines = self._lines(session, [Incident.id == incident_id])
            if not lines or not self._is_own(session, incident_id):
                raise Refused("There is no such incident on this laptop, or it is not open to you.")
            return self._record(session, lines[0])

    def file(self, file_id: UUID) -> bytes:
        """The bytes of an attachment, for those who read cases."""
        require(self._actor, Right.VIEW_STUDENTS)
        with self._db.read() as session:
            row = session.get(IncidentFile, file_id)
            open_to = may_read(self._actor, SensitivityClass.CASE)
            if row is None or row.deleted_at is not None or not open_to:
                raise Refused("That file is no longer there, or it is not open to you.")
            if not self._is_own(session, row.incident_id):
                raise Refused("That file is no longer there, or it is not open to you.")
            return row.content

    def _is_own(self, session: Session, incident_id: UUID) -> bool:
        own = self._actor.institution_id
        school = session.scalar(select(Incident.institution_id).where(Incident.id == incident_id))
        return own in {None, school}

    def _record(self, session: Session, line: IncidentLine) -> IncidentRecord:
        incident = session.get_one(Incident, line.id)
        reads = may_read(self._actor, SensitivityClass.CASE)
        by = None if incident.reported_by_id is None else session.get(Person, incident.reported_by_id)
        steps = session.scalars(
            select(IncidentStep)
            .where(IncidentStep.incident_id == line.id, IncidentStep.deleted_at.is_(None))
            .order_by(IncidentStep.done_on.is_not(None), IncidentStep.due_on, IncidentStep.id)
        )
        files = (
            session.execute(
                select(IncidentFile.id, IncidentFile.name, func.length(IncidentFile.content))
                .where(IncidentFile.incident_id == line.id, IncidentFile.deleted_at.is_(None))
                .order_by(IncidentFile.id)
            ).all()
            if reads
            else []
        )
        return IncidentRecord(
            line=line,
            institution_id=incident.institution_id,
            institution=session.get_one(Institution, incident.institution_id).name,
            reported_by=None if by is None else display_name(by.given_names, by.family_name),
            account=incident.account if reads else None,
            steps=tuple(
                StepLine(one.id, one.kind, one.due_on, one.done_on, one.note if reads else None)
                for one in steps
            ),
            files=tuple(FileLine(row_id, name, size) for row_id, name, size in files),
            shut=not reads,
        )

    def _lines(
        self, session: Session, conditions: Sequence[ColumnElement[bool]], text: str = ""
    ) -> tuple[IncidentLine, ...]:
        question = (
            select(Incident)
            .where(*conditions, *self._seen(), Incident.deleted_at.is_(None))
            .order_by(Incident.happened_on.desc(), Incident.id.desc())
            .limit(MOST)
        )
        rows = session.scalars(question).all()
        people = _people(session, [row.id for row in rows])
        due = _due(session, [row.id for row in rows])
        lines = (
            IncidentLine(
                id=row.id,
                happened_on=row.happened_on,
                category=row.category,
                classification=row.classification,
                summary=row.summary,
                place=row.place,
                closed_on=row.closed_on,
                people=people.get(row.id, ()),
                next_due=due.get(row.id, (None, 0))[0],
                to_do=due.get(row.id, (None, 0))[1],
            )
            for row in rows
        )
        return tuple(line for line in lines if not text.strip() or _holds(line, text))

    def _seen(self) -> list[ColumnElement[bool]]:
        """An actor with own classes: incidents with one of their pupils."""
        if self._actor.class_ids is None:
            return []
        sitting: Select[UUID] = (
            select(Enrolment.person_id)
            .join(ClassPupil, ClassPupil.enrolment_id == Enrolment.id)
            .where(ClassPupil.class_id.in_(self._actor.class_ids), ClassPupil.deleted_at.is_(None))
        )
        part = select(IncidentPerson.incident_id).where(
            IncidentPerson.person_id.in_(sitting), IncidentPerson.deleted_at.is_(None)
        )
        return [Incident.id.in_(part)]


def _wanted(wanted: IncidentFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.classification:
        found.append(Incident.classification == wanted.classification)
    if wanted.category:
        found.append(Incident.category == wanted.category)
    if wanted.since is not None:
        found.append(Incident.happened_on >= wanted.since)
    if wanted.until is not None:
        found.append(Incident.happened_on <= wanted.until)
    if wanted.open_only:
        found.append(Incident.closed_on.is_(None))
    return found


def _holds(line: IncidentLine, text: str) -> bool:
    """Whether every word of ``text`` stands in the summary, the place or a name."""
    said = fold(" ".join([line.summary, line.place or "", *(one.name for one in line.people)]))
    return all(word in said for word in fold(text).split())


def _people(session: Session, incident_ids: Collection[UUID]) -> dict[UUID, tuple[InvolvedLine, ...]]:
    """Who was part of each: who did it first."""
    order = {"did": 0, "suffered": 1, "saw": 2}
    pupil = aliased(Enrolment)
    found: dict[UUID, list[InvolvedLine]] = {}
    for piece in pieces(incident_ids):
        rows = session.execute(
            select(
                IncidentPerson,
                Person.given_names,
                Person.family_name,
                select(pupil.id).where(pupil.person_id == Person.id).limit(1).scalar_subquery(),
            )
            .join(Person, Person.id == IncidentPerson.person_id)
            .where(IncidentPerson.incident_id.in_(piece), IncidentPerson.deleted_at.is_(None))
        )
        for row, given, family, enrolled in rows:
            line = InvolvedLine(
                person_id=row.person_id,
                given_names=given,
                family_name=family,
                pupil=enrolled is not None,
                part=row.part,
                action=row.action,
                action_from=row.action_from,
                action_until=row.action_until,
            )
            found.setdefault(row.incident_id, []).append(line)
    return {
        one: tuple(
            sorted(lines, key=lambda line: (order.get(line.part, 3), line.family_name, line.given_names))
        )
        for one, lines in found.items()
    }


def _due(session: Session, incident_ids: Collection[UUID]) -> dict[UUID, tuple[date | None, int]]:
    """By incident: the first day on which something is due, and how many steps are to do."""
    found: dict[UUID, tuple[date | None, int]] = {}
    for piece in pieces(incident_ids):
        rows = session.execute(
            select(IncidentStep.incident_id, func.min(IncidentStep.due_on), func.count())
            .where(
                IncidentStep.incident_id.in_(piece),
                IncidentStep.done_on.is_(None),
                IncidentStep.deleted_at.is_(None),
            )
            .group_by(IncidentStep.incident_id)
        )
        found.update({incident: (day, count) for incident, day, count in rows})
    return found
