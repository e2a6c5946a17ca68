"""Who decides about two values that met, and which right a decision needs (sync design, sections 3 and 7).

Nothing is ever decided silently: what stands here only says to whom a card offers its buttons. Details of
identity and marks that were locked meanwhile wait for somebody who answers for them; everything else is open
to whoever may change the field anyway.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from emis_desktop.rules.rights import Right, Role


class Decision(StrEnum):
    """What was decided, as the row of the conflict says it."""

    KEEP = "keep"
    OTHER = "other"
    VALUE = "value"
    ACCEPT = "accept"
    DECLINE = "decline"
    SAME = "same"
    DIFFERENT = "different"
    SEEN = "seen"


class Kind(StrEnum):
    """What a conflict is about, as the server writes it."""

    INFO = "info"
    PROPOSAL = "proposal"
    DELETE = "delete"
    RULE = "rule"
    DUPLICATE = "duplicate"


DECIDE_RECORD: Final = "decide_conflict"
DECIDE_MARK: Final = "decide_mark"
DECIDE_STRUCTURE: Final = "decide_structure"
DECIDE_REGISTER: Final = "decide_register"
DECISION_VERBS: Final = frozenset({DECIDE_RECORD, DECIDE_MARK, DECIDE_STRUCTURE, DECIDE_REGISTER})
"""Verbs of acts that decide: after what is about, since undoing one needs the same right."""

DECIDERS: Final = frozenset({Role.PRINCIPAL, Role.MINISTRY_OFFICER})
"""Who accepts a proposal about a person: those who answer for what stands on certificates."""

_MARKS: Final = frozenset({"mark", "subject_remark", "term_remark", "conduct_rating", "attendance_total"})
_PEOPLE: Final = frozenset(
    {
        "class_pupil",
        "enrolment",
        "guardianship",
        "health_note",
        "person",
        "person_contact",
        "person_identity",
        "person_note",
        "person_photo",
    }
)
_REGISTERS: Final = frozenset({"attendance_month"})
_CARDS: Final = frozenset({"report_card"})
_VERB_OF: Final[Mapping[Right, str]] = MappingProxyType(
    {
        Right.EDIT_MARKS: DECIDE_MARK,
        Right.EDIT_STUDENTS: DECIDE_RECORD,
        Right.EDIT_ATTENDANCE: DECIDE_REGISTER,
    }
)


def right_for(table: str) -> Right:
    """The right to change rows of ``table`` by hand."""
    if table in _MARKS:
        return Right.EDIT_MARKS
    if table in _PEOPLE:
        return Right.EDIT_STUDENTS
    if table in _REGISTERS:
        return Right.EDIT_ATTENDANCE
    if table in _CARDS:
        return Right.ISSUE_CARDS
    return Right.MANAGE_USERS if table == "user" else Right.MANAGE_STRUCTURE


def verb_for(table: str) -> str:
    """The verb of an act that decides about a row of ``table``."""
    return _VERB_OF.get(right_for(table), DECIDE_STRUCTURE)


def may_accept(role: Role, table: str, rights: frozenset[Right]) -> bool:
    """Whether a role with ``rights`` accepts or declines proposals about rows of ``table``.

    Marks of a locked item: whoever may open the item again. Rows about people: :data:`DECIDERS`.
    """
    if right_for(table) is Right.EDIT_MARKS:
        return {Right.EDIT_MARKS, Right.MANAGE_STRUCTURE} <= rights
    if right_for(table) is Right.EDIT_STUDENTS:
        return role in DECIDERS
    return right_for(table) in rights
