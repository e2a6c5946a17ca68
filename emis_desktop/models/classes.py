"""Classes of a school year: their grades (one or several), their pupils, the subjects taught and by whom."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import String
from sqlalchemy.orm import Mapped

from emis_desktop.models.base import Base, Merge, Synced, field, reference


class SchoolClass(Synced, Base):
    """A class of one school and year. ``teacher_id`` is the person who is its class teacher."""

    __tablename__ = "school_class"

    institution_id: Mapped[UUID] = reference("institution", key=True)
    period_id: Mapped[UUID] = reference("academic_period", key=True)
    name: Mapped[str] = field(String(80))
    teacher_id: Mapped[UUID | None] = reference("person")
    capacity: Mapped[int | None] = field()


class ClassGrade(Synced, Base):
    """One grade taught in a class; a multi-grade class has several (id from class and grade)."""

    __tablename__ = "class_grade"

    class_id: Mapped[UUID] = reference("school_class", key=True, merge=Merge.SET)
    grade_id: Mapped[UUID] = reference("education_grade", key=True, merge=Merge.SET)


class ClassSubject(Synced, Base):
    """A subject taught in a class by a teacher (id from class and subject)."""

    __tablename__ = "class_subject"

    class_id: Mapped[UUID] = reference("school_class", key=True, merge=Merge.SET)
    subject_id: Mapped[UUID] = reference("subject", key=True, merge=Merge.SET)
    teacher_id: Mapped[UUID | None] = reference("person")
    position: Mapped[int] = field(default=0)


class ClassPupil(Synced, Base):
    """An enrolment's stay in a class. A change of class ends one row and begins another; both dates may be
    open.
    """

    __tablename__ = "class_pupil"

    class_id: Mapped[UUID] = reference("school_class", key=True)
    enrolment_id: Mapped[UUID] = reference("enrolment", key=True)
    starts_on: Mapped[date | None] = field()
    ends_on: Mapped[date | None] = field()
