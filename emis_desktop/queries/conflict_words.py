"""What a change to look at is called, and why it is there: "Phone of Pupil 0009"."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from emis_desktop.errors import N_
from emis_desktop.models import Conflict
from emis_desktop.queries.field_values import field_label
from emis_desktop.queries.labels import describe, name_of
from emis_desktop.queries.register_words import cell_label
from emis_desktop.queries.whose import is_pupil, person_of, pupils_of_guardian
from emis_desktop.rules.deciding import Kind
from emis_desktop.sentence import Sentence, say

_RULE_TITLES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "one_enrolment": N_("{pupil} is on two rolls"),
        "one_place": N_("{pupil} is in two places of a class"),
        "mark_maximum": N_("Mark of {pupil}, {subject} {item} is above the maximum"),
        "locked": N_("Mark of {pupil}, {subject} {item} was entered after locking"),
        "card_number": N_("Two report cards have one number: {pupil}"),
        "national_id": N_("Two people have one number: {pupil}"),
    }
)
_RULE_WHYS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "one_enrolment": N_(
            "Two schools have enrolled this pupil, each without knowing of the other. The school that the "
            "pupil does not attend ends its enrolment."
        ),
        "one_place": N_(
            "Two laptops gave this pupil a place on the same day. Open the record and end the place that is "
            "not right."
        ),
        "mark_maximum": N_(
            "The maximum was changed on one laptop while the mark was entered on another. Correct the mark "
            "or the maximum."
        ),
        "locked": N_("The item was locked on one laptop while the mark was entered on another."),
        "card_number": N_("Nothing was blanked. The ministry says which card keeps the number."),
        "national_id": N_("Nothing was blanked. Check the number on the birth certificate of both."),
    }
)
_WHYS: Final[Mapping[str, str]] = MappingProxyType(
    {
        Kind.INFO: N_("Two people changed this at the same time. The later value is in force."),
        Kind.PROPOSAL: N_(
            "Two people changed this at the same time. A detail of this kind stays as it is until somebody "
            "who may decide has looked at both values."
        ),
        Kind.DELETE: N_("One person removed this while another changed it."),
        Kind.RULE: N_("Each change alone was right; both together break a rule."),
    }
)
RESTORED: Final = N_("One person removed this while another changed it. It was kept.")
STAYED: Final = N_("One person removed this while another changed it. It stays removed.")
_DUPLICATES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "number": N_("Both have the same number. Say whether they are one pupil; nothing is merged unasked."),
        "likeness": N_(
            "Names and date of birth are alike. Say whether they are one pupil; nothing is merged unasked."
        ),
    }
)
REASONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "right": N_("The ministry’s server did not take this: the role of who typed it does not allow it."),
        "class": N_(
            "The ministry’s server did not take this: this laptop may not change details of this kind."
        ),
        "ministry": N_(
            "The ministry keeps this list for the whole country. Ask the ministry to add it; what rests upon "
            "it waits until then, and nothing is lost."
        ),
        "not_yours": N_("The ministry’s server did not take this: the record belongs to another school."),
        "user_ended": N_("The ministry’s server did not take this: the access of who typed it had ended."),
        "locked": N_("The ministry’s server did not take this: it was locked already."),
        "value": N_("The ministry’s server did not take this: the value cannot stand in this field."),
        "newer": N_("The ministry’s server has an older version and could not take this yet."),
        "unknown_facet": N_("The ministry’s server has an older version and could not take this yet."),
        "server_only": N_("The ministry’s server did not take this: only the server itself writes it."),
        "erased": N_(
            "The record was erased everywhere by order of the ministry, as the law may ask. What was typed "
            "here about the person and not sent yet went with it."
        ),
        "missing": N_("This waits at the ministry’s server for a record that belongs to it."),
    }
)
_OTHER_LAPTOP: Final = N_(
    "The ministry’s server did not take this: a person’s access is changed on the laptop where it was given, "
    "or by the ministry. Until then it stays as it was."
)
ERASED: Final = N_("Somebody whose record was erased")
REFUSED: Final = N_("The ministry’s server did not take this. It is kept on this laptop.")
COMING: Final = N_(
    "This came from the ministry and waits for a record that belongs to it. It goes on by itself."
)


def refusal_of(table: str, reason: str) -> Sentence:
    """Why the server did not take a value of ``table``."""
    if (table, reason) == ("user", "not_yours"):
        return say(_OTHER_LAPTOP)
    return say(REASONS.get(reason, REFUSED))


def conflict_title(session: Session, conflict_id: UUID) -> Sentence:
    """What the conflict with this id is called."""
    row = session.get(Conflict, conflict_id)
    return say(N_("a change that is not on this laptop")) if row is None else title(session, row)


def title(session: Session, row: Conflict) -> Sentence:
    """What a conflict is called."""
    if row.kind == Kind.RULE:
        return rule_title(session, row.table_name, row.row_id, row.field)
    if row.kind == Kind.DUPLICATE:
        one, other = name_of(session, "person", row.row_id), other_person(row)
        names = {"one": one, "other": one if other is None else name_of(session, "person", other)}
        return say(N_("{one} and {other} may be one pupil"), **names)
    return title_of(session, row.table_name, row.row_id, row.field)


def other_person(row: Conflict) -> UUID | None:
    """The other pupil of a possible double."""
    known = isinstance(row.other, bytes) and len(row.other) == len(row.row_id.bytes)
    return UUID(bytes=row.other) if known else None


def title_of(session: Session, table: str, row_id: UUID, field: str) -> Sentence:
    """The field and whose it is; of a register the day and the session."""
    cell = cell_label(session, table, row_id, field)
    if cell is not None:
        return say(N_("{cell}: {pupil}"), cell=cell, pupil=_owner(session, table, row_id))
    return _title_of(session, table, row_id, field)


def _title_of(session: Session, table: str, row_id: UUID, field: str) -> Sentence:
    label = field_label(table, field)
    if field == "deleted_at":
        return say(N_("Record of {pupil}"), pupil=_owner(session, table, row_id))
    guardian = _guardian(session, table, row_id)
    if guardian is not None:
        name, pupil = guardian
        return say(N_("{field} of {name}, guardian of {pupil}"), field=label, name=name, pupil=pupil)
    words = describe(session, table, row_id)
    if {"pupil", "subject", "item"} <= set(words):
        return say(N_("{field} of {pupil}, {subject} {item}"), field=label, **words)
    if {"pupil", "subject"} <= set(words):
        return say(N_("{field} of {pupil}, {subject}"), field=label, **words)
    if {"name", "subject"} <= set(words):
        return say(N_("{field} of {subject}, {name}"), field=label, **words)
    return say(N_("{field} of {name}"), field=label, name=_owner(session, table, row_id))


def rule_title(session: Session, table: str, row_id: UUID, rule: str) -> Sentence:
    """What breaks a rule."""
    words = {"pupil": "–", "subject": "–", "item": "–", **describe(session, table, row_id)}
    return say(_RULE_TITLES.get(rule, N_("A rule does not hold for {pupil}")), **words)


def why_of(kind: str, field: str, held: object) -> Sentence:
    """Why it is there, and what to do."""
    if kind == Kind.RULE:
        return say(_RULE_WHYS.get(field, _WHYS[Kind.RULE]))
    if kind == Kind.DUPLICATE:
        return say(_DUPLICATES.get(field, _DUPLICATES["likeness"]))
    if kind == Kind.DELETE and field == "deleted_at":
        return say(RESTORED if held is None else STAYED)
    return say(_WHYS.get(kind, _WHYS[Kind.INFO]))


def _owner(session: Session, table: str, row_id: UUID) -> str:
    words = describe(session, table, row_id)
    return str(words.get("name") or words.get("pupil") or "–")


def _guardian(session: Session, table: str, row_id: UUID) -> tuple[str, str] | None:
    """The names of a guardian and of one of the pupils, where the row is a guardian's detail."""
    person_id = person_of(session, table, row_id)
    if person_id is None or is_pupil(session, person_id):
        return None
    pupils = pupils_of_guardian(session, person_id)
    if not pupils:
        return None
    return name_of(session, "person", person_id), name_of(session, "person", pupils[0])
