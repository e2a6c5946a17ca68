"""Classes of a school year: their grades (one or several), their pupils, the subjects taught and by whom;
groups across classes, and the subjects among which pupils choose.
"""

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
    shift: Mapped[str | None] = field(String(24))


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


class PupilGroup(Synced, Base):
    """Pupils of several classes taught together, in one subject or for another purpose."""

    __tablename__ = "pupil_group"

    institution_id: Mapped[UUID] = reference("institution", key=True)
    period_id: Mapped[UUID] = reference("academic_period", key=True)
    name: Mapped[str] = field(String(80))
    subject_id: Mapped[UUID | None] = reference("subject")
    teacher_id: Mapped[UUID | None] = reference("person")


class PupilGroupMember(Synced, Base):
    """An enrolment in a group (id from both)."""

    __tablename__ = "pupil_group_member"

    group_id: Mapped[UUID] = reference("pupil_group", key=True, merge=Merge.SET)
    enrolment_id: Mapped[UUID] = reference("enrolment", key=True, merge=Merge.SET)


class OptionBlock(Synced, Base):
    """Subjects among which the pupils of a grade choose; at least ``choose_min``, at most ``choose_max``."""

    __tablename__ = "option_block"

    institution_id: Mapped[UUID] = reference("institution", key=True)
    period_id: Mapped[UUID] = reference("academic_period", key=True)
    grade_id: Mapped[UUID] = reference("education_grade", key=True)
    name: Mapped[str] = field(String(80))
    position: Mapped[int] = field(default=0)
    choose_min: Mapped[int] = field(default=1)
    choose_max: Mapped[int] = field(default=1)


class OptionSubject(Synced, Base):
    """A subject of a block (id from both); ``places`` empty: as many as choose it."""

    __tablename__ = "option_subject"

    block_id: Mapped[UUID] = reference("option_block", key=True, merge=Merge.SET)
    subject_id: Mapped[UUID] = reference("subject", key=True, merge=Merge.SET)
    places: Mapped[int | None] = field()


class SubjectChoice(Synced, Base):
    """What a pupil takes otherwise than the class does: a subject chosen from a block, one more, or one not
    (``taken`` false). Id from enrolment and subject.
    """

    __tablename__ = "subject_choice"

    enrolment_id: Mapped[UUID] = reference("enrolment", key=True)
    subject_id: Mapped[UUID] = reference("subject", key=True)
    block_id: Mapped[UUID | None] = reference("option_block")
    taken: Mapped[bool] = field()
