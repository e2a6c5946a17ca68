"""Assessment: grading scales, schemes, the items of a term and the marks, comments and ratings of pupils.

The natural key of a mark holds neither class nor teacher, because both change (sync design, section 1): an
item belongs to a school, grade, subject and term, a mark to a student and an item.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped

from emis_desktop.models.base import STAYS_DELETED, Base, Merge, Synced, field, reference
from emis_desktop.models.types import Scaled


class GradingScale(Synced, Base):
    """A named set of grade bands."""

    __tablename__ = "grading_scale"

    code: Mapped[str] = field(String(32), key=True)
    name: Mapped[str] = field(String(80))


class GradeBand(Synced, Base):
    """One band: every mark from ``lower`` up to the next band's lower bound (id from scale and letter)."""

    __tablename__ = "grade_band"

    scale_id: Mapped[UUID] = reference("grading_scale", key=True)
    letter: Mapped[str] = field(String(16), key=True)
    lower: Mapped[Decimal] = field(Scaled(3))
    points: Mapped[Decimal | None] = field(Scaled(3))
    descriptor: Mapped[str | None] = field(String(80))


class AssessmentScheme(Synced, Base):
    """How marks become results: policies, rounding, pass mark, ranking. The words are those of
    ``rules.scheme``.
    """

    __tablename__ = "assessment_scheme"

    code: Mapped[str] = field(String(32), key=True)
    name: Mapped[str] = field(String(80))
    scale_id: Mapped[UUID] = reference("grading_scale")
    absent_policy: Mapped[str] = field(String(16))
    missing_policy: Mapped[str] = field(String(16))
    average_of: Mapped[str] = field(String(16))
    mark_places: Mapped[int] = field()
    average_places: Mapped[int] = field()
    rank_places: Mapped[int] = field()
    ranking: Mapped[bool] = field()
    small_class: Mapped[int] = field()
    pass_mark: Mapped[Decimal] = field(Scaled(3))
    promotion_passes: Mapped[int | None] = field()


class SchemeUse(Synced, Base):
    """Which scheme holds where: the most specific row wins (school and grade, school, grade, country)."""

    __tablename__ = "scheme_use"

    scheme_id: Mapped[UUID] = reference("assessment_scheme")
    institution_id: Mapped[UUID | None] = reference("institution", key=True)
    grade_id: Mapped[UUID | None] = reference("education_grade", key=True)


class AssessmentItem(Synced, Base):
    """A quiz, test, project or paper of a term (id from school, grade, subject, term and code)."""

    __tablename__ = "assessment_item"

    institution_id: Mapped[UUID] = reference("institution", key=True)
    grade_id: Mapped[UUID] = reference("education_grade", key=True)
    subject_id: Mapped[UUID] = reference("subject", key=True)
    term_id: Mapped[UUID] = reference("term", key=True)
    code: Mapped[str] = field(String(32), key=True)
    name: Mapped[str] = field(String(60))
    part: Mapped[str] = field(String(16), default="coursework")
    maximum: Mapped[Decimal] = field(Scaled(3))
    weight: Mapped[Decimal] = field(Scaled(3))
    position: Mapped[int] = field(default=0)
    due_on: Mapped[date | None] = field()
    state: Mapped[str] = field(String(16), default="open", merge=Merge.STATE, levels=("open", "locked"))


class Mark(Synced, Base):
    """A student's mark for an item (id from both). ``state``: scored, absent, exempt; no row or deleted =
    missing.
    """

    __tablename__ = "mark"
    __table_args__ = STAYS_DELETED

    student_id: Mapped[UUID] = reference("person", key=True)
    item_id: Mapped[UUID] = reference("assessment_item", key=True)
    state: Mapped[str] = field(String(8))
    value: Mapped[Decimal | None] = field(Scaled(3))


class SubjectRemark(Synced, Base):
    """A teacher's comment and effort rating for a student, subject and term (id from the three)."""

    __tablename__ = "subject_remark"
    __table_args__ = STAYS_DELETED

    student_id: Mapped[UUID] = reference("person", key=True)
    subject_id: Mapped[UUID] = reference("subject", key=True)
    term_id: Mapped[UUID] = reference("term", key=True)
    comment: Mapped[str | None] = field(Text)
    effort: Mapped[str | None] = field(String(16))


class TermRemark(Synced, Base):
    """Class teacher's and principal's remarks on a student's term at a school (id from the three)."""

    __tablename__ = "term_remark"
    __table_args__ = STAYS_DELETED

    student_id: Mapped[UUID] = reference("person", key=True)
    institution_id: Mapped[UUID] = reference("institution", key=True)
    term_id: Mapped[UUID] = reference("term", key=True)
    class_teacher: Mapped[str | None] = field(Text)
    principal: Mapped[str | None] = field(Text)


class ConductRating(Synced, Base):
    """A student's level for one trait of conduct in a term (id from student, term and trait)."""

    __tablename__ = "conduct_rating"
    __table_args__ = STAYS_DELETED

    student_id: Mapped[UUID] = reference("person", key=True)
    term_id: Mapped[UUID] = reference("term", key=True)
    trait: Mapped[str] = field(String(40), key=True)
    level: Mapped[int] = field()


class AttendanceTotal(Synced, Base):
    """Absences known only as totals, of a term or (``term_id`` empty) of the year, as typed or imported.

    Days, except ``late`` which counts occasions. Registers kept per session attach later and take precedence.
    """

    __tablename__ = "attendance_total"
    __table_args__ = STAYS_DELETED

    student_id: Mapped[UUID] = reference("person", key=True)
    institution_id: Mapped[UUID] = reference("institution", key=True)
    period_id: Mapped[UUID] = reference("academic_period", key=True)
    term_id: Mapped[UUID | None] = reference("term", key=True)
    possible: Mapped[int | None] = field()
    absent: Mapped[int | None] = field()
    excused: Mapped[int | None] = field()
    late: Mapped[int | None] = field()
