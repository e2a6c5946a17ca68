"""Issued report cards and papers: frozen, numbered, kept; a correction supersedes, it never overwrites."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped

from emis_desktop.models.base import Base, Synced, field, reference


class ReportCard(Synced, Base):
    """One issued card. ``content`` holds the frozen values it was printed from, ``fingerprint`` their
    SHA-256.

    ``issue`` counts the issues of this student and term from 1; ``replaces_id`` names the card it supersedes.
    ``number`` carries the site's code and is never given twice. The id is never made from a natural key:
    merging two cards field by field would make a third that nobody issued.
    """

    __tablename__ = "report_card"

    student_id: Mapped[UUID] = reference("person", key=True)
    enrolment_id: Mapped[UUID] = reference("enrolment", key=True)
    term_id: Mapped[UUID] = reference("term", key=True)
    number: Mapped[str] = field(String(40), key=True, index=True)
    issue: Mapped[int] = field(key=True)
    replaces_id: Mapped[UUID | None] = reference("report_card", key=True, index=False)
    issued_on: Mapped[date] = field(key=True)
    issued_by: Mapped[str] = field(String(120), key=True)
    language: Mapped[str] = field(String(8), key=True)
    check_code: Mapped[str] = field(String(16), key=True)
    fingerprint: Mapped[bytes] = field(LargeBinary(32), key=True)
    content: Mapped[bytes] = field(LargeBinary, key=True)


class IssuedPaper(Synced, Base):
    """Another paper issued about a pupil, kept as a report card is. ``kind``: transcript, testimonial,
    certificate.

    ``issue`` counts the issues of this student and kind from 1.
    """

    __tablename__ = "issued_paper"

    student_id: Mapped[UUID] = reference("person", key=True)
    institution_id: Mapped[UUID] = reference("institution", key=True)
    kind: Mapped[str] = field(String(24), key=True)
    number: Mapped[str] = field(String(40), key=True, index=True)
    issue: Mapped[int] = field(key=True)
    replaces_id: Mapped[UUID | None] = reference("issued_paper", key=True, index=False)
    issued_on: Mapped[date] = field(key=True)
    issued_by: Mapped[str] = field(String(120), key=True)
    language: Mapped[str] = field(String(8), key=True)
    check_code: Mapped[str] = field(String(16), key=True)
    fingerprint: Mapped[bytes] = field(LargeBinary(32), key=True)
    content: Mapped[bytes] = field(LargeBinary, key=True)
