"""Behaviour: reporting an incident, who was part of it, what was done, what is still to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from emis_desktop.database import Database
from emis_desktop.errors import N_, BadFile, Refused
from emis_desktop.models import (
    Enrolment,
    Incident,
    IncidentFile,
    IncidentPerson,
    IncidentStep,
    StaffPosition,
    User,
)
from emis_desktop.one_person import together
from emis_desktop.rules.code_words import PARTS, STEPS
from emis_desktop.rules.ids import natural_id, new_id
from emis_desktop.rules.jpeg import jpeg_size
from emis_desktop.rules.lines import check_order, kept_line, kept_lines
from emis_desktop.rules.rights import Actor, Right, SensitivityClass, require, require_read
from emis_desktop.services.enrolments import student
from emis_desktop.services.moments import local_today
from emis_desktop.services.rows import delete, revive

LARGEST_FILE: Final = 300_000
"""Bytes of an attachment: it goes over a thin line."""
MOST_FILES: Final = 10
_SUMMARY, _PLACE, _CODE, _SHORT_CODE, _FILE_NAME = 200, 80, 40, 24, 120
_GONE = N_("That incident is no longer there.")


@dataclass(frozen=True, slots=True)
class Involved:
    """Somebody's part: ``part`` is did, suffered or saw; ``action`` a code of the country's list."""

    person_id: UUID
    part: str = "did"
    action: str = ""
    action_from: date | None = None
    action_until: date | None = None


@dataclass(frozen=True, slots=True)
class NewIncident:
    """An incident as typed; ``summary`` is the one line that whoever sees the pupil reads, ``account`` is for
    those who read cases.
    """

    happened_on: date
    category: str
    classification: str
    summary: str
    place: str = ""
    account: str = ""
    people: tuple[Involved, ...] = ()


class IncidentService:
    """Commands on incidents by one actor; every method is one act."""

    def __init__(self, db: Database, actor: Actor, today: Callable[[], date] = local_today) -> None:
        """Acts are recorded as ``actor``'s; ``today`` bounds days gone by."""
        self._db = db
        self._actor = actor
        self._today = today

    def report(self, institution_id: UUID, new: NewIncident) -> UUID:
        """Report an incident with the people who were part of it; raises :class:`Refused` with the field."""
        require(self._actor, Right.EDIT_BEHAVIOUR, institution_id=institution_id)
        if new.account.strip():
            require_read(self._actor, SensitivityClass.CASE)
        kept = self._checked(new)
        if not kept.people:
            raise Refused("Add at least one pupil.", field="people")
        with self._db.write(self._actor, "report_incident") as session:
            row = Incident(id=new_id(), institution_id=institution_id)
            user = session.get(User, self._actor.user_id)
            row.reported_by_id = user.person_id if user is not None else None
            _fill(row, kept)
            row.account = kept.account or None
            session.add(row)
            session.flush()
            for one in kept.people:
                _set_part(session, self._actor, row, one)
            return row.id

    def change(self, incident_id: UUID, new: NewIncident) -> None:
        """Correct day, category, classification, summary and place; people and account have acts of their
        own.
        """
        require(self._actor, Right.EDIT_BEHAVIOUR)
        kept = self._checked(new)
        with self._db.write(self._actor, "change_incident") as session:
            _fill(self._incident(session, incident_id), kept)

    def set_account(self, incident_id: UUID, text: str) -> None:
        """Write the account, for those who read cases."""
        require(self._actor, Right.EDIT_BEHAVIOUR)
        require_read(self._actor, SensitivityClass.CASE)
        kept = kept_lines(text, "account", 8000)
        with self._db.write(self._actor, "change_account") as session:
            self._incident(session, incident_id).account = kept or None

    def set_part(self, incident_id: UUID, *involved: Involved) -> None:
        """Add people, or change their parts and the actions taken."""
        require(self._actor, Right.EDIT_BEHAVIOUR)
        kept = [_checked_part(one) for one in involved]
        with self._db.write(self._actor, "change_involved") as session:
            incident = self._incident(session, incident_id)
            for one in kept:
                _set_part(session, self._actor, incident, one)

    def remove_part(self, incident_id: UUID, person_id: UUID) -> None:
        """Take somebody off the incident; the last one stays."""
        require(self._actor, Right.EDIT_BEHAVIOUR)
        with self._db.write(self._actor, "remove_involved") as session:
            incident = self._incident(session, incident_id)
            parts = _parts(session, incident.id)
            row = next((one for one in parts if one.person_id == person_id), None)
            if row is None:
                raise Refused("That person is no longer part of the incident.")
            if len(parts) == 1:
                raise Refused("Somebody must be part of it. Add the right person first.")
            delete(session, row)

    def add_file(self, incident_id: UUID, name: str, content: bytes) -> UUID:
        """Attach a JPEG or PDF of at most 300 kB; raises :class:`BadFile` for anything else."""
        require(self._actor, Right.EDIT_BEHAVIOUR)
        require_read(self._actor, SensitivityClass.CASE)
        called = kept_line(name, "file", _FILE_NAME, N_("Give the file a name."))
        _check_file(content)
        with self._db.write(self._actor, "add_incident_file") as session:
            incident = self._incident(session, incident_id)
            question = select(IncidentFile.id).where(
                IncidentFile.incident_id == incident.id, IncidentFile.deleted_at.is_(None)
            )
            if len(session.scalars(question).all()) >= MOST_FILES:
                raise Refused("An incident has at most {most} files. Remove one first.", most=MOST_FILES)
            row = IncidentFile(id=new_id(), incident_id=incident.id, name=called, content=content)
            session.add(row)
            return row.id

    def remove_file(self, file_id: UUID) -> None:
        """Take an attachment away; it can be brought back."""
        require(self._actor, Right.EDIT_BEHAVIOUR)
        require_read(self._actor, SensitivityClass.CASE)
        with self._db.write(self._actor, "remove_incident_file") as session:
            row = session.get(IncidentFile, file_id)
            if row is None or row.deleted_at is not None:
                raise Refused("That file is no longer there.")
            self._incident(session, row.incident_id)
            delete(session, row)

    def add_step(self, incident_id: UUID, kind: str, due_on: date | None, note: str = "") -> UUID:
        """Add what is to follow; a note on it is for those who read cases."""
        require(self._actor, Right.EDIT_BEHAVIOUR)
        if kind not in STEPS:
            raise Refused("Choose what is to follow.", field="kind")
        kept = self._note(note)
        with self._db.write(self._actor, "add_incident_step") as session:
            incident = self._incident(session, incident_id)
            row = IncidentStep(id=new_id(), incident_id=incident.id, kind=kind, due_on=due_on, note=kept)
            session.add(row)
            return row.id

    def set_done(self, step_id: UUID, on: date | None) -> None:
        """Note that a step was done on a day, or (None) that it was not."""
        require(self._actor, Right.EDIT_BEHAVIOUR)
        if on is not None:
            _refuse_future(self._today(), on, "done_on")
        with self._db.write(self._actor, "change_incident_step") as session:
            self._step(session, step_id).done_on = on

    def note_letter(self, incident_id: UUID, on: date) -> None:
        """Note that the letter to the guardian was made: in the step that waits for it, else in a new one."""
        require(self._actor, Right.EDIT_BEHAVIOUR)
        _refuse_future(self._today(), on, "done_on")
        with self._db.write(self._actor, "change_incident_step") as session:
            incident = self._incident(session, incident_id)
            waiting = session.scalars(
                select(IncidentStep)
                .where(
                    IncidentStep.incident_id == incident.id,
                    IncidentStep.kind == "letter",
                    IncidentStep.done_on.is_(None),
                    IncidentStep.deleted_at.is_(None),
                )
                .order_by(IncidentStep.due_on, IncidentStep.id)
            ).first()
            if waiting is None:
                session.add(
                    IncidentStep(id=new_id(), incident_id=incident.id, kind="letter", due_on=on, done_on=on)
                )
            else:
                waiting.done_on = on

    def remove_step(self, step_id: UUID) -> None:
        """Take a step away; it can be brought back."""
        require(self._actor, Right.EDIT_BEHAVIOUR)
        with self._db.write(self._actor, "remove_incident_step") as session:
            delete(session, self._step(session, step_id))

    def close(self, incident_id: UUID, on: date) -> None:
        """Say that everything that was to follow has been done."""
        require(self._actor, Right.EDIT_BEHAVIOUR)
        _refuse_future(self._today(), on, "closed_on")
        with self._db.write(self._actor, "close_incident") as session:
            incident = self._incident(session, incident_id)
            question = select(IncidentStep.id).where(
                IncidentStep.incident_id == incident.id,
                IncidentStep.done_on.is_(None),
                IncidentStep.deleted_at.is_(None),
            )
            if session.scalar(question.limit(1)) is not None:
                raise Refused(
                    "A step is still to do. Note it as done, or remove it, then close the incident."
                )
            incident.closed_on = on

    def reopen(self, incident_id: UUID) -> None:
        """Say that something is to be done after all."""
        require(self._actor, Right.EDIT_BEHAVIOUR)
        with self._db.write(self._actor, "open_incident") as session:
            self._incident(session, incident_id).closed_on = None

    def remove(self, incident_id: UUID) -> None:
        """Take a wrongly reported incident away; it stays in history and can be brought back."""
        require(self._actor, Right.EDIT_BEHAVIOUR)
        with self._db.write(self._actor, "remove_incident") as session:
            delete(session, self._incident(session, incident_id))

    # -- What is looked at --------------------------------------------------------------------------

    def _incident(self, session: Session, incident_id: UUID) -> Incident:
        """The incident, if it is of the actor's school and, for an actor with own classes, of one of their
        pupils.
        """
        row = session.get(Incident, incident_id)
        if row is None or row.deleted_at is not None:
            raise Refused(_GONE)
        require(self._actor, Right.EDIT_BEHAVIOUR, institution_id=row.institution_id)
        if self._actor.class_ids is not None and not _reaches(session, self._actor, row):
            raise Refused("This incident is about pupils of other classes. The office can change it.")
        return row

    def _step(self, session: Session, step_id: UUID) -> IncidentStep:
        row = session.get(IncidentStep, step_id)
        if row is None or row.deleted_at is not None:
            raise Refused("That step is no longer there.")
        self._incident(session, row.incident_id)
        return row

    def _checked(self, new: NewIncident) -> NewIncident:
        _refuse_future(self._today(), new.happened_on, "happened_on")
        category = kept_line(new.category, "category", _CODE, N_("Choose what kind of incident it was."))
        classification = kept_line(
            new.classification, "classification", _SHORT_CODE, N_("Choose how serious it was.")
        )
        people = {one.person_id: _checked_part(one) for one in new.people}
        return replace(
            new,
            category=category,
            classification=classification,
            summary=kept_line(new.summary, "summary", _SUMMARY, N_("Say in one line what happened.")),
            place=kept_line(new.place, "place", _PLACE),
            account=kept_lines(new.account, "account", 8000),
            people=tuple(people.values()),
        )

    def _note(self, text: str) -> str | None:
        kept = kept_lines(text, "note")
        if kept:
            require_read(self._actor, SensitivityClass.CASE)
        return kept or None


def _set_part(session: Session, actor: Actor, incident: Incident, one: Involved) -> None:
    row_id = natural_id("incident_person", incident.id, one.person_id)
    known = session.get(IncidentPerson, row_id)
    if known is None or known.deleted_at is not None:
        _require_person(session, actor, incident.institution_id, one.person_id)
    row = revive(session, IncidentPerson, row_id)
    row.incident_id, row.person_id, row.part = incident.id, one.person_id, one.part
    row.action, row.action_from, row.action_until = one.action or None, one.action_from, one.action_until


def _require_person(session: Session, actor: Actor, school: UUID, person_id: UUID) -> None:
    """A pupil of the school whom the actor may see, or one of its staff; raises :class:`Refused`."""
    post = select(StaffPosition.id).where(
        StaffPosition.person_id == person_id,
        StaffPosition.institution_id == school,
        StaffPosition.deleted_at.is_(None),
    )
    if session.scalar(post.limit(1)) is not None:
        return
    student(session, actor, person_id)
    records = together(session, [person_id]).of(person_id)
    there = select(Enrolment.id).where(
        Enrolment.person_id.in_(records),
        Enrolment.institution_id == school,
        Enrolment.deleted_at.is_(None),
    )
    if session.scalar(there.limit(1)) is None:
        raise Refused("This pupil is at another school.", field="people")


def _reaches(session: Session, actor: Actor, incident: Incident) -> bool:
    for one in _parts(session, incident.id):
        try:
            student(session, actor, one.person_id)
        except Refused:
            continue
        return True
    return False


def _refuse_future(today: date, on: date, field: str) -> None:
    if on > today:
        raise Refused("{day} is still to come. Check the date.", field=field, day=on)


def _checked_part(one: Involved) -> Involved:
    if one.part not in PARTS:
        raise Refused("Choose what part the person had in it.", field="part")
    check_order(one.action_from, one.action_until, "action_until")
    return replace(one, action=kept_line(one.action, "action", _CODE))


def _fill(row: Incident, new: NewIncident) -> None:
    row.happened_on, row.category, row.classification = new.happened_on, new.category, new.classification
    row.summary, row.place = new.summary, new.place or None


def _parts(session: Session, incident_id: UUID) -> list[IncidentPerson]:
    return list(
        session.scalars(
            select(IncidentPerson).where(
                IncidentPerson.incident_id == incident_id, IncidentPerson.deleted_at.is_(None)
            )
        )
    )


def _check_file(content: bytes) -> None:
    """Raise :class:`BadFile` unless the bytes are a JPEG or PDF that is small enough."""
    if jpeg_size(content) is None and not content.startswith(b"%PDF-"):
        raise BadFile("This file cannot be attached. Choose a picture or a PDF.", field="file")
    if len(content) > LARGEST_FILE:
        raise BadFile(
            "This file has {size} kB, more than {most}. Choose a smaller one.",
            field="file",
            size=-(-len(content) // 1000),
            most=LARGEST_FILE // 1000,
        )
