"""What the plan of a new year reads of the old one, and which of its rows are there already."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from emis_desktop.models import EducationGrade, Person, StaffPosition, Subject, Synced
from emis_desktop.queries.plain import pieces
from emis_desktop.rules.calendar import in_force
from emis_desktop.rules.names import display_name
from emis_desktop.services.new_year.plan import NewYear, Row


def missing_rows(session: Session, rows: list[Row], *, again: bool) -> list[Row]:
    """Those of ``rows`` that are not in the store; one that somebody took away only when ``again``."""
    there: set[UUID] = set()
    by_model: dict[type[Synced], list[UUID]] = {}
    for row in rows:
        by_model.setdefault(row.model, []).append(row.id)
    for model, ids in by_model.items():
        for piece in pieces(ids):
            question = select(model.id).where(model.id.in_(piece))
            there.update(session.scalars(question.where(model.deleted_at.is_(None)) if again else question))
    return [row for row in rows if row.id not in there]


def grades_in_force(session: Session, year: NewYear) -> dict[UUID, EducationGrade]:
    """The grades in force in the new year."""
    rows = session.scalars(select(EducationGrade).where(EducationGrade.deleted_at.is_(None)))
    return {
        row.id: row for row in rows if in_force(row.valid_from, row.valid_to, year.starts_on, year.ends_on)
    }


def left_by(session: Session, institution_id: UUID, on: date) -> set[UUID]:
    """Whoever has had posts at the school that have all ended before ``on``."""
    rows = session.execute(
        select(StaffPosition.person_id, StaffPosition.ends_on).where(
            StaffPosition.institution_id == institution_id, StaffPosition.deleted_at.is_(None)
        )
    ).all()
    serving = {row.person_id for row in rows if row.ends_on is None or row.ends_on >= on}
    return {row.person_id for row in rows} - serving


def links_of(session: Session, model: Any, column: Any, ids: list[UUID]) -> dict[UUID, list[Any]]:  # noqa: ANN401
    """The live links of these rows, whose subject is still there, by the row."""
    question = select(model).where(column.in_(ids), model.deleted_at.is_(None)).order_by(model.id)
    if hasattr(model, "subject_id"):
        question = question.join(Subject, Subject.id == model.subject_id).where(Subject.deleted_at.is_(None))
    found: dict[UUID, list[Any]] = {}
    for row in session.scalars(question):
        found.setdefault(getattr(row, column.key), []).append(row)
    return found


def names_of(session: Session, ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """The names of people, as on paper."""
    rows = session.execute(
        select(Person.id, Person.given_names, Person.family_name).where(
            Person.id.in_([one for one in ids if one])
        )
    )
    return {row.id: display_name(row.given_names, row.family_name) for row in rows}
