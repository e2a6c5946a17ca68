"""What history says of changes that the ministry's server did not take."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from emis_desktop.errors import N_
from emis_desktop.models import Change, RefusedField
from emis_desktop.queries.acts import ActRow
from emis_desktop.sentence import Sentence, say

Place: TypeAlias = tuple[str, UUID, str]
"""Table, row and field."""
_ERASED: Final = "erased"
_ALL: Final = N_("Not taken by the ministry: {what}")
_SOME: Final = N_("Not taken whole by the ministry: {what}")
_CHOSEN: Final = (
    RefusedField.table_name,
    RefusedField.row_id,
    RefusedField.field,
    RefusedField.stamp,
)
_REFUSED: Final = (
    select(*_CHOSEN)
    .where(RefusedField.outcome == "refused", RefusedField.reason != _ERASED)
    .order_by(RefusedField.seq)
)


def turned_down(session: Session, acts: Sequence[ActRow]) -> Mapping[int, bool]:
    """Those of ``acts`` that the server did not take; whether it took nothing of them. A value that was let
    go of counts, too: it is not in force.
    """
    refused: defaultdict[int, set[Place]] = defaultdict(set)
    wanted = _REFUSED.where(RefusedField.stamp.in_([act.clock for act in acts]))
    for table, row_id, field, stamp in session.execute(wanted):
        refused[stamp].add((table, row_id, field))
    return {act.seq: _is_whole(session, act, refused[act.clock]) for act in acts if act.clock in refused}


def _is_whole(session: Session, act: ActRow, refused: set[Place]) -> bool:
    rows = {(table, row_id) for table, row_id, _field in refused}
    changed = session.execute(
        select(Change.table_name, Change.row_id, Change.field).where(
            Change.seq.between(act.first_change, act.last_change)
        )
    )
    return all(
        (table, row_id) in rows if field is None else (table, row_id, field) in refused
        for table, row_id, field in changed
    )


def told(sentence: Sentence, whole: bool | None) -> Sentence:
    """What an act did; ``whole`` as :func:`turned_down` has it, None for one that was taken."""
    if whole is None:
        return sentence
    return say(_ALL if whole else _SOME, what=sentence)


def refused_of_row(session: Session, table: str, row_id: UUID) -> frozenset[tuple[str, int]]:
    """Fields of a row with the stamps of changes that were not taken."""
    found = session.execute(_REFUSED.where(RefusedField.table_name == table, RefusedField.row_id == row_id))
    return frozenset((field, stamp) for _table, _row, field, stamp in found)
