"""A stored value of a field as a person reads it, and how a new one is typed."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final
from uuid import UUID

from sqlalchemy import Boolean, Column, Date, Integer, String
from sqlalchemy.dialects.sqlite import dialect as sqlite_dialect
from sqlalchemy.orm import Session

from emis_desktop.errors import N_, Word
from emis_desktop.models import Base
from emis_desktop.models.types import Instant, Scaled
from emis_desktop.queries.field_names import field_name
from emis_desktop.queries.labels import name_of
from emis_desktop.queries.register_cells import DAYS
from emis_desktop.queries.register_cells import TABLE as REGISTERS
from emis_desktop.queries.register_words import PRESENCES, cell_words
from emis_desktop.queries.sync_state import EditHint
from emis_desktop.rules.code_words import ADDRESS_KINDS, CONTACT_KINDS, LOAN_STATES, MEALS, PARTS, STEPS
from emis_desktop.rules.custom_values import KINDS as CUSTOM_KINDS
from emis_desktop.rules.custom_values import OF_WHAT
from emis_desktop.rules.rights import ROLE_NAMES, SensitivityClass
from emis_desktop.sentence import Sentence, say

_SQLITE = sqlite_dialect()
_LONGEST_TEXT = 2000

YES: Final = N_("yes")
NO: Final = N_("no")
CODES: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "person.sex": {"F": N_("Girl"), "M": N_("Boy")},
        "enrolment.exit": {
            "transferred": N_("Transferred"),
            "emigrated": N_("Emigrated"),
            "dropped_out": N_("Dropped out"),
            "expelled": N_("Expelled"),
            "deceased": N_("Deceased"),
            "completed": N_("Completed school"),
            "administrative": N_("Taken off the roll"),
        },
        "enrolment.standing": {
            "enrolled": N_("Enrolled"),
            "suspended": N_("Suspended"),
            "hosted": N_("Hosted"),
        },
        "enrolment.outcome": {
            "promoted": N_("Promoted"),
            "repeated": N_("Repeats"),
            "graduated": N_("Graduated"),
        },
        "person.meals": MEALS,
        "person_contact.kind": CONTACT_KINDS,
        "person_address.kind": ADDRESS_KINDS,
        "textbook_loan.state": LOAN_STATES,
        "incident_person.part": PARTS,
        "incident_step.kind": STEPS,
        "custom_field.kind": CUSTOM_KINDS,
        "custom_field.of_what": OF_WHAT,
        "mark.state": {"scored": N_("marked"), "absent": N_("absent"), "exempt": N_("exempt")},
        "assessment_item.state": {"open": N_("open"), "locked": N_("locked")},
        "assessment_item.part": {"coursework": N_("Coursework"), "exam": N_("Examination")},
        **{f"{REGISTERS}.{day}": {code.value: name for code, name in PRESENCES.items()} for day in DAYS},
        "user.role": {role.value: name for role, name in ROLE_NAMES.items()},
    }
)
"""Fields whose values are codes of the program; codes of a country's lists stand in its profile."""


def column_of(table: str, field: str) -> Column[object] | None:
    """The column of a field, None for one that this version does not know."""
    known = Base.metadata.tables.get(table)
    return None if known is None else known.c.get(field)


def sensitivity_of(table: str, field: str) -> SensitivityClass:
    """Who may see a field; one that is not known here counts as the most closed, a case."""
    column = column_of(table, field)
    if column is None:
        return SensitivityClass.CASE
    found: SensitivityClass = column.info.get("sensitivity", SensitivityClass.BASIC)
    return found


def field_label(table: str, field: str) -> Sentence:
    """What a field is called."""
    return say(field_name(table, field))


def spoken(session: Session, table: str, field: str, raw: object) -> object:
    """A stored value as a person reads it: text, a number, a date, a decimal, a word, a name; None for empty.

    What cannot be read, such as a photo or a sealed note, is empty too.
    """
    column = column_of(table, field)
    if column is None or raw is None:
        return None
    if table == REGISTERS and field in DAYS:
        return cell_words(raw)
    if column.foreign_keys and isinstance(raw, bytes):
        target = next(iter(column.foreign_keys)).column.table.name
        return name_of(session, target, UUID(bytes=raw))
    if isinstance(raw, bytes):
        return None
    processor = column.type.dialect_impl(_SQLITE).result_processor(_SQLITE, None)
    value = raw if processor is None else processor(raw)
    if isinstance(value, bool) or isinstance(column.type, Boolean):
        return Word(YES if value else NO)
    codes = CODES.get(f"{table}.{field}", {})
    return Word(codes[value]) if isinstance(value, str) and value in codes else value


def edit_hint(table: str, field: str) -> EditHint:
    """How a value of the field is typed."""
    column = column_of(table, field)
    if column is None:
        return EditHint()
    codes = CODES.get(f"{table}.{field}")
    if codes is not None:
        return EditHint("choice", tuple(codes.items()))
    if isinstance(column.type, Boolean):
        return EditHint("choice", (("1", YES), ("0", NO)))
    if isinstance(column.type, Date):
        return EditHint("date", most=10)
    if isinstance(column.type, (Scaled, Integer)):
        return EditHint("number", most=20)
    length = column.type.length if isinstance(column.type, String) else None
    return EditHint("text", most=length or _LONGEST_TEXT)


def is_typed(table: str, field: str) -> bool:
    """Whether a value of the field can be typed: neither a row, a moment nor a picture."""
    column = column_of(table, field)
    if column is None or column.foreign_keys or column.info.get("key") or field == "deleted_at":
        return False
    return isinstance(column.type, (Boolean, Date, Scaled, Integer, String)) and not isinstance(
        column.type, Instant
    )
