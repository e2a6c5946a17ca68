"""What the server did not take, and what has come and waits: each as a card, so that nothing is lost unseen.

A card of either kind has an id made of its number in the local list: such numbers are far below every id of a
row.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from emis_desktop.models import Base, ParkedEntry, RefusedField
from emis_desktop.queries.conflict_words import COMING, ERASED, refusal_of, title_of
from emis_desktop.queries.field_values import column_of, sensitivity_of, spoken
from emis_desktop.queries.labels import name_of
from emis_desktop.queries.sync_state import CardKind, ConflictCard, Side, Verb
from emis_desktop.queries.whose import pupil_of
from emis_desktop.rules.clock import unpack
from emis_desktop.rules.deciding import right_for
from emis_desktop.rules.rights import Actor, Right, may_read, offers
from emis_desktop.sentence import say

SHOWN: Final = ("refused", "parked")
"""Outcomes that are told here; a proposal and a kept value have a conflict of their own."""
_PARKED_FROM: Final = 1 << 64
_GOES: Final = "stays"
_ERASED: Final = "erased"
"""Why an entry waits with which nothing comes: a row shall go that is still needed here."""


def refused_id(seq: int) -> UUID:
    """The id of the card of a refused value."""
    return UUID(int=seq)


def refused_seq(card_id: UUID) -> int | None:
    """The number of a refused value, None for the id of something else."""
    return card_id.int if card_id.int < _PARKED_FROM else None


def refused_rows(session: Session, actor: Actor) -> list[RefusedField]:
    """The values that the server did not take and nobody has let go of, the oldest first.

    The author sees the own ones, whoever sees everybody's history all of them.
    """
    question = select(RefusedField).where(RefusedField.let_go_at.is_(None), RefusedField.outcome.in_(SHOWN))
    if not offers(actor, Right.VIEW_HISTORY):
        question = question.where(RefusedField.user_id == actor.user_id)
    rows = session.scalars(question.order_by(RefusedField.seq))
    return [row for row in rows if may_read(actor, sensitivity_of(row.table_name, row.field))]


def refused_cards(session: Session, actor: Actor) -> Iterator[ConflictCard]:
    """A card for each of them, then one for each entry that has come and waits."""
    for row in refused_rows(session, actor):
        yield _refused(session, actor, row)
    coming = select(ParkedEntry).where(ParkedEntry.reason != _GOES).order_by(ParkedEntry.seq)
    for entry in session.scalars(coming):
        table = entry.facet.partition(".")[0]
        if table in Base.metadata.tables:
            yield ConflictCard(
                id=UUID(int=_PARKED_FROM + entry.seq),
                kind=CardKind.PARKED,
                title=title_of(session, table, entry.row_id, ""),
                why=say(COMING),
                sides=(Side(None, "–", "", _at(entry.parked_at)),),
                verbs=(),
            )


def _refused(session: Session, actor: Actor, row: RefusedField) -> ConflictCard:
    own = actor.user_id == row.user_id
    verbs: tuple[Verb, ...] = ()
    if row.outcome == "refused":
        again = offers(actor, right_for(row.table_name)) and not row.inserting and _is_known(row)
        verbs = (
            (Verb.AGAIN, Verb.DROP)
            if again
            else (Verb.DROP,)
            if own or offers(actor, Right.VIEW_HISTORY)
            else ()
        )
    erased = row.reason == _ERASED
    value = None if erased else spoken(session, row.table_name, row.field, row.value)
    who = name_of(session, "user", row.user_id)
    return ConflictCard(
        id=refused_id(row.seq),
        kind=CardKind.REFUSED if row.outcome == "refused" else CardKind.PARKED,
        title=say(ERASED) if erased else title_of(session, row.table_name, row.row_id, row.field),
        why=refusal_of(row.table_name, row.reason),
        sides=(Side(value, who, "", _at(unpack(row.stamp)[0])),),
        verbs=verbs,
        student_id=None if erased else pupil_of(session, row.table_name, row.row_id),
        key=f"{row.table_name}.{row.field}",
    )


def _is_known(row: RefusedField) -> bool:
    column = column_of(row.table_name, row.field)
    return column is not None and not column.info.get("key")


def _at(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
