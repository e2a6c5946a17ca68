"""Which rows are a pupil's record, and what a row that came is told by: for the history of a record."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from emis_desktop.errors import N_
from emis_desktop.models import (
    ClassPupil,
    CustomValue,
    Enrolment,
    Guardianship,
    HealthNote,
    HealthRecord,
    Incident,
    IncidentFile,
    IncidentPerson,
    IncidentStep,
    PersonAddress,
    PersonContact,
    PersonIdentity,
    PersonNote,
    PersonPhoto,
    Qualification,
    StaffPosition,
    Suspension,
    TextbookLoan,
    Training,
)

_OF_PERSON: Final = (
    (PersonIdentity, PersonIdentity.person_id),
    (PersonContact, PersonContact.person_id),
    (PersonAddress, PersonAddress.person_id),
    (PersonPhoto, PersonPhoto.person_id),
    (PersonNote, PersonNote.person_id),
    (HealthNote, HealthNote.person_id),
    (HealthRecord, HealthRecord.person_id),
    (CustomValue, CustomValue.person_id),
    (Guardianship, Guardianship.student_id),
    (Enrolment, Enrolment.person_id),
    (Suspension, Suspension.student_id),
    (TextbookLoan, TextbookLoan.student_id),
    (IncidentPerson, IncidentPerson.person_id),
    (StaffPosition, StaffPosition.person_id),
    (Qualification, Qualification.person_id),
    (Training, Training.person_id),
)


def parts(session: Session, person_id: UUID) -> list[tuple[str, UUID]]:
    """The rows that make up a person's record."""
    rows: list[tuple[str, UUID]] = [("person", person_id)]
    for model, owner in _OF_PERSON:
        ids = session.scalars(select(model.id).where(owner == person_id))
        rows.extend((model.__tablename__, row_id) for row_id in ids)
    stays = session.scalars(
        select(ClassPupil.id)
        .join(Enrolment, Enrolment.id == ClassPupil.enrolment_id)
        .where(Enrolment.person_id == person_id)
    )
    rows.extend(("class_pupil", row_id) for row_id in stays)
    return rows


def guardians(session: Session, person_id: UUID) -> list[UUID]:
    """Who is or was a guardian of the pupil."""
    return list(session.scalars(select(Guardianship.guardian_id).where(Guardianship.student_id == person_id)))


def incident_parts(session: Session, incident_id: UUID) -> list[tuple[str, UUID]]:
    """The rows that make up an incident."""
    rows: list[tuple[str, UUID]] = [(Incident.__tablename__, incident_id)]
    for model in (IncidentPerson, IncidentFile, IncidentStep):
        ids = session.scalars(select(model.id).where(model.incident_id == incident_id))
        rows.extend((model.__tablename__, row_id) for row_id in ids)
    return rows


MAIN: Final = {
    "person_identity": "number",
    "person_contact": "value",
    "person_address": "lines",
    "person_note": "text",
    "guardianship": "guardian_id",
    "class_pupil": "class_id",
    "custom_value": "value",
    "textbook_loan": "textbook_id",
    "incident": "summary",
    "incident_person": "incident_id",
    "incident_file": "name",
    "incident_step": "kind",
    "suspension": "reason",
    "staff_position": "role",
    "qualification": "title",
    "training": "title",
}
"""What a row that was added is told by."""
TABLES: Final = {
    "person": N_("Record"),
    "person_identity": N_("Number"),
    "person_contact": N_("Contact"),
    "person_address": N_("Address"),
    "person_photo": N_("Photo"),
    "person_note": N_("Note"),
    "health_note": N_("Health note"),
    "health_record": N_("Health record"),
    "custom_value": N_("Field of the ministry"),
    "guardianship": N_("Guardian"),
    "enrolment": N_("Enrolment"),
    "class_pupil": N_("Place in a class"),
    "suspension": N_("Suspension"),
    "textbook_loan": N_("Textbook loan"),
    "incident": N_("Incident"),
    "incident_person": N_("Part in an incident"),
    "incident_file": N_("File"),
    "incident_step": N_("Step"),
    "staff_position": N_("Post"),
    "qualification": N_("Qualification"),
    "training": N_("Training"),
    "mark": N_("Mark"),
}
