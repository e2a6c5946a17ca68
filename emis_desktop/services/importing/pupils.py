"""Pupils by the numbers that a file gives."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy.orm import Session

from emis_desktop.errors import Refused
from emis_desktop.services.importing.people import holders_of
from emis_desktop.services.student_numbers import kept_number, number_kind


def pupils_by_number(session: Session, texts: Iterable[str]) -> dict[str, UUID]:
    """Who each number, as typed, belongs to; numbers nobody has are left out."""
    kept = {text.strip(): _kept(text) for text in texts if text.strip()}
    holders = holders_of(session, kept.values())
    return {text: holders[number] for text, number in kept.items() if number in holders}


def _kept(text: str) -> str:
    try:
        return kept_number(number_kind(text), text)
    except Refused:
        return text.strip()
