"""Settings that travel with the records: a school's own before the country's."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from emis_desktop.models import Setting
from emis_desktop.rules.calendar import cut_off

CARD_WORDS = "report_card"
"""The setting with the words of a report card: effort, conduct and parts, in every language."""


@dataclass(frozen=True, slots=True)
class CardWords:
    """Words of a card in one language, each list in the order it is printed.

    ``effort`` by letter, ``levels`` of conduct from high to low, ``traits`` and ``parts`` by code.
    ``age_on`` is the month and day on which ages are counted.
    """

    effort: Mapping[str, str] = field(default_factory=dict)
    levels: Mapping[int, str] = field(default_factory=dict)
    traits: Mapping[str, str] = field(default_factory=dict)
    parts: Mapping[str, str] = field(default_factory=dict)
    terms: Mapping[int, str] = field(default_factory=dict)
    age_on: tuple[int, int] | None = None

    def age_day(self, year_starts: date) -> date | None:
        """The day on which ages are counted in the school year that begins on ``year_starts``."""
        return None if self.age_on is None else cut_off(year_starts, *self.age_on)


def setting(session: Session, institution_id: UUID, name: str) -> str | None:
    """The value of a setting for a school: its own, else the country's, else None."""
    rows = session.execute(
        select(Setting.institution_id, Setting.value).where(
            Setting.name == name,
            Setting.deleted_at.is_(None),
            or_(Setting.institution_id.is_(None), Setting.institution_id == institution_id),
        )
    ).all()
    values = {row.institution_id: row.value for row in rows}
    return values.get(institution_id, values.get(None))


def card_words(session: Session, institution_id: UUID, language: str) -> CardWords:
    """The words of a school's cards in ``language``; empty lists in a store that was set up without a
    profile.
    """
    stored = setting(session, institution_id, CARD_WORDS)
    if stored is None:
        return CardWords()
    words = json.loads(stored)
    lists = {
        name: {entry["code"]: entry.get(language) or entry["en"] for entry in words.get(name, ())}
        for name in ("effort", "conduct_levels", "conduct_traits", "parts", "terms")
    }
    age_on = words.get("age_on")
    return CardWords(
        effort=lists["effort"],
        levels={int(code): name for code, name in lists["conduct_levels"].items()},
        traits=lists["conduct_traits"],
        parts=lists["parts"],
        terms={int(code): name for code, name in lists["terms"].items()},
        age_on=None if age_on is None else (age_on[0], age_on[1]),
    )
