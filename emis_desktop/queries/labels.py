"""Labels of fields and names of rows, for sentences and for the history of a record."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from emis_desktop.errors import N_, Word
from emis_desktop.models import (
    AcademicPeriod,
    Area,
    AssessmentItem,
    AssessmentScheme,
    AttendanceMonth,
    AttendanceTotal,
    CalendarDay,
    ClassPupil,
    ClassSubject,
    ConductRating,
    CustomField,
    CustomValue,
    EducationGrade,
    Enrolment,
    GradingScale,
    Guardianship,
    HealthNote,
    HealthRecord,
    Incident,
    IncidentFile,
    IncidentPerson,
    IncidentStep,
    Institution,
    IssuedPaper,
    Mark,
    OptionBlock,
    Person,
    PersonAddress,
    PersonContact,
    PersonIdentity,
    PersonNote,
    PersonPhoto,
    Proposal,
    PupilGroup,
    PupilGroupMember,
    Qualification,
    ReportCard,
    SchoolClass,
    StaffPosition,
    Subject,
    SubjectChoice,
    SubjectRemark,
    Suspension,
    Term,
    TermRemark,
    Textbook,
    TextbookLoan,
    Training,
    User,
)
from emis_desktop.rules.names import display_name
from emis_desktop.sentence import Names

_PUPIL_COLUMN: Final = MappingProxyType(
    {
        "person_identity": (PersonIdentity.id, PersonIdentity.person_id),
        "person_contact": (PersonContact.id, PersonContact.person_id),
        "person_photo": (PersonPhoto.id, PersonPhoto.person_id),
        "person_note": (PersonNote.id, PersonNote.person_id),
        "person_address": (PersonAddress.id, PersonAddress.person_id),
        "health_note": (HealthNote.id, HealthNote.person_id),
        "health_record": (HealthRecord.id, HealthRecord.person_id),
        "custom_value": (CustomValue.id, CustomValue.person_id),
        "proposal": (Proposal.id, Proposal.person_id),
        "qualification": (Qualification.id, Qualification.person_id),
        "training": (Training.id, Training.person_id),
        "staff_position": (StaffPosition.id, StaffPosition.person_id),
        "guardianship": (Guardianship.id, Guardianship.student_id),
        "term_remark": (TermRemark.id, TermRemark.student_id),
        "conduct_rating": (ConductRating.id, ConductRating.student_id),
        "attendance_total": (AttendanceTotal.id, AttendanceTotal.student_id),
        "attendance_month": (AttendanceMonth.id, AttendanceMonth.student_id),
        "suspension": (Suspension.id, Suspension.student_id),
        "incident_person": (IncidentPerson.id, IncidentPerson.person_id),
        "textbook_loan": (TextbookLoan.id, TextbookLoan.student_id),
        "report_card": (ReportCard.id, ReportCard.student_id),
        "issued_paper": (IssuedPaper.id, IssuedPaper.student_id),
    }
)

_NAMED: Final = MappingProxyType(
    {
        "institution": (Institution.id, Institution.name),
        "school_class": (SchoolClass.id, SchoolClass.name),
        "term": (Term.id, Term.name),
        "user": (User.id, User.name),
        "education_grade": (EducationGrade.id, EducationGrade.name),
        "academic_period": (AcademicPeriod.id, AcademicPeriod.label),
        "subject": (Subject.id, Subject.name),
        "area": (Area.id, Area.name),
        "pupil_group": (PupilGroup.id, PupilGroup.name),
        "option_block": (OptionBlock.id, OptionBlock.name),
        "incident": (Incident.id, Incident.summary),
        "textbook": (Textbook.id, Textbook.title),
        "custom_field": (CustomField.id, CustomField.label),
        "calendar_day": (CalendarDay.id, CalendarDay.label),
        "assessment_scheme": (AssessmentScheme.id, AssessmentScheme.name),
        "grading_scale": (GradingScale.id, GradingScale.name),
    }
)


def describe(session: Session, table: str, row_id: UUID) -> dict[str, str | Names]:
    """The words that name a row in a sentence: {pupil}, {subject}, {item}, {name}, {class_name}; what
    there is. A subject is called what the reader calls it.
    """
    if table == "person":
        return {"pupil": _person(session, row_id)}
    if table in _PUPIL_COLUMN:
        key, person = _PUPIL_COLUMN[table]
        student_id = session.scalar(select(person).where(key == row_id))
        return {"pupil": _person(session, student_id)}
    if table == "enrolment":
        return _enrolment(session, row_id)
    if table in _NAMED:
        key, name = _NAMED[table]
        return {"name": session.scalar(select(name).where(key == row_id)) or "–"}
    return _joined(session, table, row_id)


def name_of(session: Session, table: str, row_id: UUID) -> str:
    """One name for the row that a reference points at."""
    found = describe(session, table, row_id)
    return str(found.get("name") or found.get("pupil") or "–")


def _enrolment(session: Session, row_id: UUID) -> dict[str, str | Names]:
    """The pupil of an enrolment, its school, and the school that the pupil went to."""
    own, other = aliased(Institution), aliased(Institution)
    row = session.execute(
        select(Enrolment.person_id, own.name, other.name)
        .join(own, own.id == Enrolment.institution_id)
        .outerjoin(other, other.id == Enrolment.destination_id)
        .where(Enrolment.id == row_id)
    ).first()
    if row is None:
        return {"pupil": "–"}
    person_id, school, destination = row
    return {
        "pupil": _person(session, person_id),
        "school": school,
        "destination": destination or Word(N_("another school")),
    }


def _joined(session: Session, table: str, row_id: UUID) -> dict[str, str | Names]:
    """Rows named by more than one table."""
    question = _QUESTIONS.get(table)
    row = None if question is None else session.execute(question.where(_IDS[table] == row_id)).first()
    if row is None:
        return {}
    words = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's own name for a row as a mapping
    if "given_names" in words:
        words["pupil"] = display_name(words.pop("given_names"), words.pop("family_name"))
    if "subject" in words:
        words["subject"] = Names(words["subject"], words.pop("subject_fr"), words.pop("subject_es"))
    return words


def _person(session: Session, person_id: UUID | None) -> str:
    row = session.execute(
        select(Person.given_names, Person.family_name).where(Person.id == person_id)
    ).first()
    return display_name(row.given_names, row.family_name) if row is not None else "–"


_SUBJECT: Final = (
    Subject.name.label("subject"),
    Subject.name_fr.label("subject_fr"),
    Subject.name_es.label("subject_es"),
)
_QUESTIONS: Final[Mapping[str, Select[*tuple[object, ...]]]] = MappingProxyType(
    {
        "mark": select(
            Person.given_names,
            Person.family_name,
            *_SUBJECT,
            AssessmentItem.name.label("item"),
        )
        .select_from(Mark)
        .join(Person, Person.id == Mark.student_id)
        .join(AssessmentItem, AssessmentItem.id == Mark.item_id)
        .join(Subject, Subject.id == AssessmentItem.subject_id),
        "subject_remark": select(Person.given_names, Person.family_name, *_SUBJECT)
        .select_from(SubjectRemark)
        .join(Person, Person.id == SubjectRemark.student_id)
        .join(Subject, Subject.id == SubjectRemark.subject_id),
        "subject_choice": select(Person.given_names, Person.family_name, *_SUBJECT)
        .select_from(SubjectChoice)
        .join(Enrolment, Enrolment.id == SubjectChoice.enrolment_id)
        .join(Person, Person.id == Enrolment.person_id)
        .join(Subject, Subject.id == SubjectChoice.subject_id),
        "pupil_group_member": select(Person.given_names, Person.family_name, PupilGroup.name.label("name"))
        .select_from(PupilGroupMember)
        .join(Enrolment, Enrolment.id == PupilGroupMember.enrolment_id)
        .join(Person, Person.id == Enrolment.person_id)
        .join(PupilGroup, PupilGroup.id == PupilGroupMember.group_id),
        "assessment_item": select(*_SUBJECT, AssessmentItem.name.label("name"))
        .select_from(AssessmentItem)
        .join(Subject, Subject.id == AssessmentItem.subject_id),
        "class_subject": select(*_SUBJECT, SchoolClass.name.label("name"))
        .select_from(ClassSubject)
        .join(Subject, Subject.id == ClassSubject.subject_id)
        .join(SchoolClass, SchoolClass.id == ClassSubject.class_id),
        "incident_file": select(Incident.summary.label("name"))
        .select_from(IncidentFile)
        .join(Incident, Incident.id == IncidentFile.incident_id),
        "incident_step": select(Incident.summary.label("name"))
        .select_from(IncidentStep)
        .join(Incident, Incident.id == IncidentStep.incident_id),
        "class_pupil": select(Person.given_names, Person.family_name, SchoolClass.name.label("class_name"))
        .select_from(ClassPupil)
        .join(Enrolment, Enrolment.id == ClassPupil.enrolment_id)
        .join(Person, Person.id == Enrolment.person_id)
        .join(SchoolClass, SchoolClass.id == ClassPupil.class_id),
    }
)
_IDS: Final = MappingProxyType(
    {
        "subject_choice": SubjectChoice.id,
        "pupil_group_member": PupilGroupMember.id,
        "mark": Mark.id,
        "subject_remark": SubjectRemark.id,
        "assessment_item": AssessmentItem.id,
        "class_subject": ClassSubject.id,
        "class_pupil": ClassPupil.id,
        "incident_file": IncidentFile.id,
        "incident_step": IncidentStep.id,
    }
)
