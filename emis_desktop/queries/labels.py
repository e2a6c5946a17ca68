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
    AttendanceTotal,
    ClassPupil,
    ClassSubject,
    ConductRating,
    EducationGrade,
    Enrolment,
    GradingScale,
    Guardianship,
    HealthNote,
    Institution,
    Mark,
    Person,
    PersonContact,
    PersonIdentity,
    PersonNote,
    PersonPhoto,
    ReportCard,
    SchoolClass,
    Subject,
    SubjectRemark,
    Term,
    TermRemark,
    User,
)
from emis_desktop.rules.names import display_name
from emis_desktop.sentence import Names

FIELDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "given_names": N_("Given names"),
        "family_name": N_("Family name"),
        "preferred_name": N_("Name usually used"),
        "sex": N_("Sex"),
        "birth_date": N_("Date of birth"),
        "birth_place": N_("Place of birth"),
        "nationality": N_("Nationality"),
        "address": N_("Address"),
        "transport": N_("Transport"),
        "number": N_("Number"),
        "kind": N_("Kind"),
        "label": N_("Label"),
        "priority": N_("Order"),
        "image": N_("Photo"),
        "crest": N_("Crest"),
        "relation": N_("Relation"),
        "may_collect": N_("May collect"),
        "court_order": N_("Court order"),
        "role": N_("Role"),
        "starts_on": N_("First day"),
        "ends_on": N_("Last day"),
        "class_pupil.starts_on": N_("First day in the class"),
        "class_pupil.ends_on": N_("Last day in the class"),
        "standing": N_("Standing"),
        "outcome": N_("Outcome"),
        "exit": N_("Reason for leaving"),
        "exit_reason": N_("Detail of leaving"),
        "destination_id": N_("School that the pupil goes to"),
        "repeater": N_("Repeats the grade"),
        "grade_id": N_("Grade"),
        "class_id": N_("Class"),
        "teacher_id": N_("Teacher"),
        "capacity": N_("Room for"),
        "name": N_("Name"),
        "sealed": N_("Health note"),
        "text": N_("Note"),
        "state": N_("State"),
        "value": N_("Value"),
        "person_contact.value": N_("Phone or e-mail"),
        "mark.value": N_("Mark"),
        "comment": N_("Comment"),
        "effort": N_("Effort"),
        "class_teacher": N_("Class teacher’s remark"),
        "principal": N_("Principal’s remark"),
        "level": N_("Level"),
        "possible": N_("School days"),
        "absent": N_("Days absent"),
        "excused": N_("Days excused"),
        "late": N_("Times late"),
        "maximum": N_("Maximum"),
        "weight": N_("Weight"),
        "due_on": N_("Due"),
        "next_begins_on": N_("Next term begins"),
        "marks_due_on": N_("Marks due"),
        "scheme_id": N_("Grading scheme"),
    }
)

_PUPIL_COLUMN: Final = MappingProxyType(
    {
        "person_identity": (PersonIdentity.id, PersonIdentity.person_id),
        "person_contact": (PersonContact.id, PersonContact.person_id),
        "person_photo": (PersonPhoto.id, PersonPhoto.person_id),
        "person_note": (PersonNote.id, PersonNote.person_id),
        "health_note": (HealthNote.id, HealthNote.person_id),
        "guardianship": (Guardianship.id, Guardianship.student_id),
        "term_remark": (TermRemark.id, TermRemark.student_id),
        "conduct_rating": (ConductRating.id, ConductRating.student_id),
        "attendance_total": (AttendanceTotal.id, AttendanceTotal.student_id),
        "report_card": (ReportCard.id, ReportCard.student_id),
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
        "assessment_item": select(*_SUBJECT, AssessmentItem.name.label("name"))
        .select_from(AssessmentItem)
        .join(Subject, Subject.id == AssessmentItem.subject_id),
        "class_subject": select(*_SUBJECT, SchoolClass.name.label("name"))
        .select_from(ClassSubject)
        .join(Subject, Subject.id == ClassSubject.subject_id)
        .join(SchoolClass, SchoolClass.id == ClassSubject.class_id),
        "class_pupil": select(Person.given_names, Person.family_name, SchoolClass.name.label("class_name"))
        .select_from(ClassPupil)
        .join(Enrolment, Enrolment.id == ClassPupil.enrolment_id)
        .join(Person, Person.id == Enrolment.person_id)
        .join(SchoolClass, SchoolClass.id == ClassPupil.class_id),
    }
)
_IDS: Final = MappingProxyType(
    {
        "mark": Mark.id,
        "subject_remark": SubjectRemark.id,
        "assessment_item": AssessmentItem.id,
        "class_subject": ClassSubject.id,
        "class_pupil": ClassPupil.id,
    }
)
