"""A value typed for any field, by the rule of that field: what is stored, or why it is refused."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Boolean, Column, Date, Integer, String
from sqlalchemy.orm import Session

from emis_desktop.errors import N_, Refused
from emis_desktop.models import AssessmentItem, Mark, Person, PersonContact, PersonIdentity
from emis_desktop.models.types import Scaled
from emis_desktop.queries.field_values import CODES, column_of, edit_hint
from emis_desktop.rules.marks import MarkColumn, parse_mark
from emis_desktop.rules.numbers import parse_number, places_of, to_scaled
from emis_desktop.rules.rights import Actor
from emis_desktop.services.moments import local_today
from emis_desktop.services.person_fields import TYPED_FIELDS, checked
from emis_desktop.services.relations import phone_number
from emis_desktop.services.student_numbers import kept_number, refuse_taken
from emis_desktop.state_hash import Stored

EMPTY = N_("This cannot be empty. Type a value.")
_DAY = N_("{text} is no day. Type it as year, month and day: 2016-03-12.")
_CHOOSE = N_("Choose one of the list.")
_SMALLEST, _LARGEST = -(10**9), 10**9


def stored_value(
    session: Session, actor: Actor, table: str, row_id: UUID, field: str, typed: str
) -> dict[str, Stored]:
    """The fields to write for what was typed into one of them; a mark's state goes with its value.

    Raises :class:`Refused` with the field "value" for what cannot stand there.
    """
    column = column_of(table, field)
    if column is None:
        raise Refused("This version does not know that field. Bring EMIS Desktop up to date.", field="value")
    try:
        if table == Mark.__tablename__ and field == "value":
            return _mark(session, row_id, typed)
        return {field: _by_rule(session, actor, column, row_id, typed)}
    except Refused as refused:
        refused.field = "value"
        raise


def _by_rule(session: Session, actor: Actor, column: Column[object], row_id: UUID, typed: str) -> Stored:
    table, field = column.table.name, column.name
    if table == Person.__tablename__ and field in TYPED_FIELDS:
        return _person(field, typed)
    if table == PersonContact.__tablename__ and field == "value":
        return _contact(session, row_id, typed)
    if table == PersonIdentity.__tablename__ and field == "number":
        return _number(session, actor, row_id, typed)
    return _plain(column, typed)


def _person(field: str, typed: str) -> Stored:
    value = _day(typed) if field == "birth_date" else typed
    kept = checked(field, value, local_today())
    if isinstance(kept, Decimal):
        return to_scaled(kept)
    return kept.isoformat() if isinstance(kept, date) else kept


def _contact(session: Session, row_id: UUID, typed: str) -> Stored:
    contact = session.get_one(PersonContact, row_id)
    kept = phone_number(typed) if contact.kind == "phone" else " ".join(typed.split())
    if not kept:
        raise Refused(EMPTY)
    return kept


def _number(session: Session, actor: Actor, row_id: UUID, typed: str) -> Stored:
    identity = session.get_one(PersonIdentity, row_id)
    kept = kept_number(identity.kind, typed)
    if not kept:
        raise Refused(EMPTY)
    refuse_taken(session, actor, identity.person_id, identity.kind, kept)
    return kept


def _mark(session: Session, row_id: UUID, typed: str) -> dict[str, Stored]:
    item = session.get_one(AssessmentItem, session.get_one(Mark, row_id).item_id)
    entry = parse_mark(typed, MarkColumn(item.maximum))
    if entry.value is None and not typed.strip():
        raise Refused(EMPTY)
    return {
        "state": entry.state.value,
        "value": None if entry.value is None else to_scaled(entry.value),
    }


def _plain(column: Column[object], typed: str) -> Stored:
    """By the type of the column alone."""
    text = typed.strip()
    hint = edit_hint(column.table.name, column.name)
    if not text:
        if not column.nullable:
            raise Refused(EMPTY)
        return None
    if f"{column.table.name}.{column.name}" in CODES or isinstance(column.type, Boolean):
        if text not in dict(hint.choices):
            raise Refused(_CHOOSE)
        return int(text) if isinstance(column.type, Boolean) else text
    if isinstance(column.type, Date):
        return _required_day(text).isoformat()
    if isinstance(column.type, (Scaled, Integer)):
        return _whole(column, parse_number(text))
    return _text(column, text, hint.most)


def _whole(column: Column[object], value: Decimal) -> int:
    places = column.type.places if isinstance(column.type, Scaled) else 0
    if places_of(value) > places:
        raise Refused("Too many decimals. Type at most {places} after the point.", places=places)
    if not _SMALLEST < value < _LARGEST:
        raise Refused("That number is too large. Check it.")
    return to_scaled(value, places)


def _text(column: Column[object], text: str, longest: int) -> str:
    line = text if isinstance(column.type, String) and column.type.length is None else " ".join(text.split())
    if len(line) > longest:
        raise Refused("This is longer than {longest} characters. Shorten it.", longest=longest)
    return line


def _day(typed: str) -> date | None:
    return _required_day(typed.strip()) if typed.strip() else None


def _required_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused(_DAY, text=text) from None
