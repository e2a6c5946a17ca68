"""Subjects of a class that are set as not assessed in a term: nobody waits for tests in them.

It is a setting of the school that lies there or does not. It holds while the subject has no test in the term.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from emis_desktop.models import Setting
from emis_desktop.queries.plain import pieces
from emis_desktop.rules.ids import natural_id


class Sheet(NamedTuple):
    """A class and subject in a term."""

    class_id: UUID
    subject_id: UUID
    term_id: UUID


def setting_name(sheet: Sheet) -> str:
    """The name of the setting that says that a sheet is not assessed."""
    taught = natural_id("class_subject", sheet.class_id, sheet.subject_id)
    return f"not_assessed.{taught.hex}.{sheet.term_id.hex}"


def not_assessed(session: Session, institution_id: UUID, sheets: Iterable[Sheet]) -> frozenset[Sheet]:
    """Those of a school's ``sheets`` that are not assessed."""
    ids = {natural_id("setting", institution_id, setting_name(sheet)): sheet for sheet in sheets}
    found: set[Sheet] = set()
    for piece in pieces(ids):
        there = session.scalars(select(Setting.id).where(Setting.id.in_(piece), Setting.deleted_at.is_(None)))
        found |= {ids[setting_id] for setting_id in there}
    return frozenset(found)
