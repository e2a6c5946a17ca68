"""Deciding about two values that met: each decision is an ordinary act, so that it holds everywhere.

A decision writes the row of the conflict and, where something changes, the field that it is about, in one
act; it is in history and can be undone like any other. When two laptops decide at the same time the later
decision stands, and two different values meet once more as two values of that field: nothing goes unseen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from sqlalchemy.orm import Session

from emis_desktop.database import Database
from emis_desktop.errors import N_, Refused
from emis_desktop.models import Base, Conflict, Mark, Person
from emis_desktop.one_person import together
from emis_desktop.queries.conflict_words import other_person
from emis_desktop.queries.conflicts import card_of, decides, is_in_force, open_conflict, verbs_for
from emis_desktop.queries.refused import refused_seq
from emis_desktop.queries.sync_state import Verb
from emis_desktop.queries.whose import is_in_charge
from emis_desktop.rules.deciding import Decision, Kind, right_for, verb_for
from emis_desktop.rules.rights import ROLE_RIGHTS, Actor, Right, require
from emis_desktop.services.joining import join_records
from emis_desktop.services.mark_checks import checks_for
from emis_desktop.services.refused import export_refused, let_go, send_again
from emis_desktop.services.rows import write_fields
from emis_desktop.services.typed_values import stored_value
from emis_desktop.state_hash import Stored

CHANGE_PROPOSAL = "change_proposal"
REMIND = "remind_decider"
_AWAY = N_("The record is not on this laptop any more. Synchronise, then look again.")


@dataclass(frozen=True, slots=True)
class _Case:
    """A decision under way."""

    session: Session
    actor: Actor
    row: Conflict
    typed: str


class ConflictService:
    """Decisions by one actor."""

    def __init__(self, db: Database, actor: Actor) -> None:
        """Acts are recorded as ``actor``'s."""
        self._db = db
        self._actor = actor

    def decide(self, conflict_id: UUID, verb: Verb, value: str = "") -> None:
        """Do what a card offers; ``value`` is what was typed, for an edit.

        Raises :class:`Refused` where the card is gone or decided, where it is not the actor's to decide, and
        with the field "value" for what cannot be typed there.
        """
        seq = refused_seq(conflict_id)
        if seq is not None:
            self._about_refused(seq, verb)
            return
        with self._db.write(self._actor, self._act_verb(conflict_id, verb)) as session:
            row = open_conflict(session, self._actor, conflict_id)
            _check(session, self._actor, row, verb)
            _DEEDS[verb](_Case(session, self._actor, row, value))

    def export_refused(self, path: Path) -> int:
        """Write what the server did not take to a file, to be read and kept; returns how many values."""
        return export_refused(self._db, self._actor, path)

    def _about_refused(self, seq: int, verb: Verb) -> None:
        if verb is Verb.AGAIN:
            send_again(self._db, self._actor, seq)
        elif verb is Verb.DROP:
            let_go(self._db, self._actor, seq)
        else:
            raise Refused(_NOT_HERE)

    def _act_verb(self, conflict_id: UUID, verb: Verb) -> str:
        """The name of the act in history: a decision, a changed proposal or a reminder."""
        with self._db.read() as session:
            row = open_conflict(session, self._actor, conflict_id)
            if verb is Verb.REMIND:
                return REMIND
            if verb is Verb.EDIT and row.kind == Kind.PROPOSAL and not _answers(session, self._actor, row):
                return CHANGE_PROPOSAL
            return verb_for(row.table_name)


_NOT_HERE = N_("That cannot be done here. Look at the list again.")


def _answers(session: Session, actor: Actor, row: Conflict) -> bool:
    """Whether the actor accepts and declines, and not only proposes."""
    return decides(actor, row) and is_in_charge(session, actor, row.table_name, row.row_id)


def _check(session: Session, actor: Actor, row: Conflict, verb: Verb) -> None:
    """Raise :class:`Refused` unless the actor may do ``verb``; a teacher reaches the own classes only."""
    if verb not in verbs_for(session, actor, row):
        decider = card_of(session, actor, row).decider
        if decider:
            raise Refused("{decider} decides about this. Nothing was changed.", decider=decider)
        raise Refused(_NOT_HERE)
    if verb is Verb.REMIND or (actor.user_id == row.other_user and row.kind == Kind.PROPOSAL):
        return
    right = right_for(row.table_name)
    if row.table_name == Mark.__tablename__ and Right.MANAGE_STRUCTURE not in ROLE_RIGHTS[actor.role]:
        mark = session.get(Mark, row.row_id)
        if mark is not None:
            checks = checks_for(session, actor, {mark.student_id}, {mark.item_id}, given=True)
            checks.require(mark.student_id, mark.item_id)
        return
    own = next(iter(actor.class_ids), None) if actor.class_ids else None  # that the pupil sits there is known
    require(actor, right, class_id=own)


# -- What each verb does --------------------------------------------------------------------------------


def _keep(case: _Case) -> None:
    kinds = {Kind.PROPOSAL.value: Decision.DECLINE, Kind.RULE.value: Decision.SEEN}
    _settle(case, kinds.get(case.row.kind, Decision.KEEP))


def _use(case: _Case) -> None:
    """Bring the value into force that is not."""
    row = case.row
    held_now, other_now = is_in_force(case.session, row)
    wanted: Stored = row.held if other_now and not held_now else row.other
    if row.field == "deleted_at":
        _set_deleted(case, deleted=wanted is not None)
    else:
        _write(case, _with_mark_state(row, wanted))
    _settle(case, Decision.ACCEPT if row.kind == Kind.PROPOSAL else Decision.OTHER)


def _edit(case: _Case) -> None:
    row = case.row
    values = stored_value(case.session, case.actor, row.table_name, row.row_id, row.field, case.typed)
    if row.kind == Kind.PROPOSAL and not _answers(case.session, case.actor, row):
        row.other = values[row.field]
        row.other_user = case.actor.user_id
        row.other_at = case.session.info["act"].moment
        return
    _write(case, values)
    _settle(case, Decision.VALUE)


def _remind(case: _Case) -> None:
    case.row.reminded_at = case.session.info["act"].moment


def _same(case: _Case) -> None:
    """Make the newer record a double of the older; no row is moved and no key rewritten."""
    session, row = case.session, case.row
    double = session.get(Person, row.row_id)
    kept_id = other_person(row)
    kept = session.get(Person, kept_id) if kept_id is not None else None
    if double is None or kept is None or kept.deleted_at is not None:
        raise Refused(_AWAY)
    whole = together(session, [kept.id, double.id])
    if whole.main_of(kept.id) != whole.main_of(double.id):
        join_records(session, kept.id, double.id)
    _settle(case, Decision.SAME)


def _not_same(case: _Case) -> None:
    _settle(case, Decision.DIFFERENT)


_DEEDS: Mapping[Verb, Callable[[_Case], None]] = {
    Verb.KEEP: _keep,
    Verb.USE: _use,
    Verb.EDIT: _edit,
    Verb.REMIND: _remind,
    Verb.SAME: _same,
    Verb.NOT_SAME: _not_same,
}


def _settle(case: _Case, decision: Decision) -> None:
    """Note the decision on the conflict itself."""
    row = case.row
    row.decided_at = case.session.info["act"].moment
    row.decided_by = case.actor.user_id
    row.decision = decision.value
    case.session.flush()


def _write(case: _Case, values: Mapping[str, Stored]) -> None:
    """Write stored values; a row that was removed meanwhile comes back with them."""
    row = case.row
    back: dict[str, Stored] = {"deleted_at": None} if row.kind == Kind.DELETE else {}
    if not write_fields(case.session, Base.metadata.tables[row.table_name], row.row_id, {**values, **back}):
        raise Refused(_AWAY)


def _set_deleted(case: _Case, *, deleted: bool) -> None:
    moment = int(case.session.info["act"].moment.timestamp() * 1000)
    table = Base.metadata.tables[case.row.table_name]
    if not write_fields(case.session, table, case.row.row_id, {"deleted_at": moment if deleted else None}):
        raise Refused(_AWAY)


def _with_mark_state(row: Conflict, wanted: Stored) -> dict[str, Stored]:
    """The field with what must go with it: a mark has a value exactly when it is scored."""
    values: dict[str, Stored] = {row.field: wanted}
    if row.table_name == Mark.__tablename__:
        if row.field == "value" and wanted is not None:
            values["state"] = "scored"
        elif row.field == "state" and wanted != "scored":
            values["value"] = None
    return values
