"""The history on the paper with all that is held: what was changed, and who read or printed what."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from emis_desktop.models import Act, User
from emis_desktop.queries.acts import act_row, moment, sentence_of
from emis_desktop.queries.history import FieldChange
from emis_desktop.queries.papers.held_words import CODES, LISTS
from emis_desktop.queries.papers.school import SayCode
from emis_desktop.queries.plain import pieces
from emis_desktop.rules.papers import HeldChange
from emis_desktop.sentence import Speaks


def told_change(change: FieldChange, words: Speaks, say: SayCode) -> HeldChange:
    """A change of the journal as a line of the paper."""
    what = change.field.text(words)
    if change.whose:
        what = f"{change.whose}, {what[:1].lower()}{what[1:]}"
    return HeldChange(
        at=change.at,
        who=f"{change.user}, {change.laptop}" if change.laptop else change.user,
        what=what,
        before=None if change.hidden else _text(change.key, change.before, words, say),
        after=None if change.hidden else _text(change.key, change.after, words, say),
    )


def readings_of(session: Session, row_ids: Sequence[UUID], words: Speaks) -> list[HeldChange]:
    """Who read or printed something that is in one of these rows, as far as this laptop knows."""
    found = []
    for piece in pieces(row_ids, 500):
        rows = session.execute(
            select(Act, User.name)
            .outerjoin(User, User.id == Act.user_id)
            .where(Act.about_table.is_not(None), Act.about_id.in_(piece))
        )
        found += [
            HeldChange(moment(act.clock), name or "–", sentence_of(session, act_row(act)).text(words))
            for act, name in rows
        ]
    return found


def _text(key: str, value: object, words: Speaks, say: SayCode) -> str | None:
    """A value of a change in the language of the paper; None for none."""
    match value:
        case None:
            text = None
        case bool():
            text = words.tr("yes") if value else words.tr("no")
        case datetime():
            text = words.date(value.astimezone().date(), "medium")
        case date():
            text = words.date(value, "medium")
        case Decimal():
            text = words.number(value)
        case _ if key in LISTS:
            text = say(LISTS[key], str(value))
        case _:
            text = words.tr(CODES[key][str(value)]) if str(value) in CODES.get(key, {}) else str(value)
    return text
