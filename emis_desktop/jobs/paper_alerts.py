"""Medical alerts for the emergency roll: opened only for who reads health, and every reading is an act."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy import select

from emis_desktop.database import Database
from emis_desktop.errors import Refused
from emis_desktop.keyring import SealedBox
from emis_desktop.models import HealthNote
from emis_desktop.one_person import together
from emis_desktop.queries.plain import pieces
from emis_desktop.rules.papers import EmergencyRoll, RollPupil
from emis_desktop.rules.rights import Actor
from emis_desktop.services.health import HealthService
from emis_desktop.services.health_records import HealthRecordService

Alerts = Mapping[UUID, tuple[str, ...]]


def alerts_of(db: Database, actor: Actor, box: SealedBox, students: Sequence[UUID]) -> Alerts:
    """What must be known of each pupil in an emergency: alerts, allergies, the health note."""
    found: dict[UUID, tuple[str, ...]] = {}
    for student_id, entries in HealthRecordService(db, actor, box).alerts(students).items():
        found[student_id] = tuple(
            f"{entry.what}: {entry.detail}" if entry.detail else entry.what for entry in entries
        )
    notes = HealthService(db, actor, box)
    for student_id, record in _with_notes(db, students):
        try:
            note = " ".join(notes.read(record).split())
        except Refused:  # the key has not come to this laptop yet
            continue
        if note:
            found[student_id] = (*found.get(student_id, ()), note)
    return found


def with_alerts(paper: EmergencyRoll, students: Sequence[UUID], alerts: Alerts) -> EmergencyRoll:
    """The roll with its alerts; ``students`` are its pupils, class by class in order."""
    order = iter(students)
    classes = tuple(
        replace(roll, pupils=tuple(_alerted(pupil, next(order), alerts) for pupil in roll.pupils))
        for roll in paper.classes
    )
    return replace(paper, classes=classes, alerts=True)


def _alerted(pupil: RollPupil, student_id: UUID, alerts: Alerts) -> RollPupil:
    known = alerts.get(student_id)
    return pupil if known is None else replace(pupil, alerts=known)


def _with_notes(db: Database, students: Sequence[UUID]) -> Iterator[tuple[UUID, UUID]]:
    """Pupil and record of each health note."""
    with db.read() as session:
        whole = together(session, students)
        of = {record: student for student in students for record in whole.of(student)}
        found = [
            person_id
            for piece in pieces(of)
            for person_id in session.scalars(
                select(HealthNote.person_id).where(
                    HealthNote.person_id.in_(piece),
                    HealthNote.sealed.is_not(None),
                    HealthNote.deleted_at.is_(None),
                )
            )
        ]
    return iter([(of[record], record) for record in found])
