"""Textbooks of a school and who has them."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import String
from sqlalchemy.orm import Mapped

from emis_desktop.models.base import Base, Synced, field, reference


class Textbook(Synced, Base):
    """A book that a school lends, and how many copies it has."""

    __tablename__ = "textbook"

    institution_id: Mapped[UUID] = reference("institution", key=True)
    title: Mapped[str] = field(String(160))
    subject_id: Mapped[UUID | None] = reference("subject")
    grade_id: Mapped[UUID | None] = reference("education_grade")
    copies: Mapped[int] = field(default=0)


class TextbookLoan(Synced, Base):
    """A copy lent to a pupil. ``state`` when it came back: good, damaged, lost."""

    __tablename__ = "textbook_loan"

    textbook_id: Mapped[UUID] = reference("textbook", key=True)
    student_id: Mapped[UUID] = reference("person", key=True)
    institution_id: Mapped[UUID] = reference("institution", key=True)
    copy: Mapped[str | None] = field(String(24))
    lent_on: Mapped[date] = field()
    due_on: Mapped[date | None] = field()
    returned_on: Mapped[date | None] = field()
    state: Mapped[str | None] = field(String(12))
