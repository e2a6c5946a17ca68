"""What stands in the letter to a guardian about an incident."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from emis_desktop.errors import Refused
from emis_desktop.models import Incident, IncidentPerson, IncidentStep, Institution
from emis_desktop.queries.papers.pupils import paper_pupil
from emis_desktop.queries.papers.school import SayCode, paper_school
from emis_desktop.queries.student_lines import StudentRecord
from emis_desktop.rules.incident_letter import IncidentLetter
from emis_desktop.rules.names import display_name


def incident_letter(
    session: Session, incident_id: UUID, record: StudentRecord, say: SayCode, language: str, today: date
) -> IncidentLetter:
    """The letter about the part of one pupil, whose ``record`` the reader may see. ``say`` has the country's
    words in ``language``. Raises :class:`Refused` when the pupil was no part of it.
    """
    incident = session.get(Incident, incident_id)
    part = session.scalar(
        select(IncidentPerson).where(
            IncidentPerson.incident_id == incident_id,
            IncidentPerson.person_id.in_((record.id, *record.doubles)),
            IncidentPerson.deleted_at.is_(None),
        )
    )
    if incident is None or incident.deleted_at is not None or part is None:
        raise Refused("That person is no longer part of the incident.")
    school = session.get_one(Institution, incident.institution_id)
    guardian = next(iter(record.guardians), None)
    return IncidentLetter(
        language=language,
        school=paper_school(school),
        pupil=paper_pupil(record),
        class_name=record.current.class_name if record.current is not None else None,
        guardian=None if guardian is None else display_name(guardian.given_names, guardian.family_name),
        address=record.address,
        happened_on=incident.happened_on,
        part=part.part,
        summary=incident.summary,
        category=say("behaviour_category", incident.category),
        classification=say("behaviour_classification", incident.classification),
        signer=school.principal_name,
        made_on=today,
        place=incident.place,
        action=say("behaviour_action", part.action) if part.action else None,
        action_from=part.action_from,
        action_until=part.action_until,
        meeting_on=_meeting(session, incident_id, today),
    )


def _meeting(session: Session, incident_id: UUID, today: date) -> date | None:
    """The day of a meeting that is still to come."""
    return session.scalar(
        select(IncidentStep.due_on)
        .where(
            IncidentStep.incident_id == incident_id,
            IncidentStep.kind == "meeting",
            IncidentStep.done_on.is_(None),
            IncidentStep.due_on >= today,
            IncidentStep.deleted_at.is_(None),
        )
        .order_by(IncidentStep.due_on)
        .limit(1)
    )
