"""The visible journal: what two laptops changed at the same time, what breaks a rule, what was not taken.

A card offers only what its reader may do, and says who decides where that is somebody else.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from emis_desktop.database import Database
from emis_desktop.errors import N_, Refused, Word
from emis_desktop.models import Base, Conflict, User
from emis_desktop.queries.conflict_sides import duplicate_sides, rule_sides
from emis_desktop.queries.conflict_words import other_person, title, why_of
from emis_desktop.queries.field_values import column_of, edit_hint, is_typed, spoken
from emis_desktop.queries.labels import name_of
from emis_desktop.queries.refused import refused_cards
from emis_desktop.queries.sync_state import (
    CardKind,
    ConflictCard,
    Conflicts,
    Decided,
    DecidedList,
    EditHint,
    Side,
    Verb,
)
from emis_desktop.queries.whose import (
    is_in_charge,
    person_of,
    pupil_of,
    raw_value,
    schools_in_charge,
    sits_in,
)
from emis_desktop.rules.deciding import DECIDERS, Decision, Kind, may_accept, right_for
from emis_desktop.rules.rights import ROLE_NAMES, ROLE_RIGHTS, Actor, Right, Role, offers
from emis_desktop.scopes import belongs_to

GONE = N_("That is not there to decide any more. Look at the list again.")
_VERBS = {
    Decision.KEEP: Verb.KEEP,
    Decision.DECLINE: Verb.KEEP,
    Decision.SEEN: Verb.KEEP,
    Decision.OTHER: Verb.USE,
    Decision.ACCEPT: Verb.USE,
    Decision.VALUE: Verb.EDIT,
    Decision.SAME: Verb.SAME,
    Decision.DIFFERENT: Verb.NOT_SAME,
}


class ConflictQueries:
    """Questions to the journal, for one actor."""

    def __init__(self, db: Database, actor: Actor) -> None:
        """Every answer is limited to what ``actor`` may see."""
        self._db = db
        self._actor = actor

    def waiting(self, most: int = 100) -> Conflicts:
        """Those still to be looked at, the oldest first."""
        with self._db.read() as session:
            rows = [row for row in session.scalars(_open()) if sees(session, self._actor, row)]
            told = [*refused_cards(session, self._actor)]
            choices = [verbs_for(session, self._actor, row) for row in rows]
            cards = [card_of(session, self._actor, row) for row in rows[:most]]
        mine = sum(bool(set(verbs) - {Verb.REMIND}) for verbs in choices)
        mine += sum(bool(card.verbs) for card in told)
        refused = sum(card.kind is CardKind.REFUSED for card in told)
        return Conflicts(tuple([*cards, *told][:most]), len(rows) + len(told), mine, refused)

    def refused(self) -> tuple[ConflictCard, ...]:
        """What the server did not take, the oldest first."""
        with self._db.read() as session:
            cards = tuple(refused_cards(session, self._actor))
        return tuple(card for card in cards if card.kind is CardKind.REFUSED)

    def card(self, conflict_id: UUID) -> ConflictCard:
        """One of them; raises :class:`Refused` when it is decided, gone or not the actor's to see."""
        with self._db.read() as session:
            return card_of(session, self._actor, open_conflict(session, self._actor, conflict_id))

    def decided(self, most: int = 50) -> DecidedList:
        """Those that were decided, the newest first."""
        question = select(Conflict).where(Conflict.decided_at.is_not(None), Conflict.deleted_at.is_(None))
        with self._db.read() as session:
            rows = session.scalars(question.order_by(Conflict.decided_at.desc(), Conflict.id.desc()))
            seen = [row for row in rows if sees(session, self._actor, row)]
            return DecidedList(tuple(_decided(session, row) for row in seen[:most]), len(seen))


def _open() -> Select[Conflict]:
    return (
        select(Conflict)
        .where(Conflict.decided_at.is_(None), Conflict.deleted_at.is_(None))
        .order_by(func.coalesce(Conflict.other_at, Conflict.held_at), Conflict.id)
    )


def open_conflict(session: Session, actor: Actor, conflict_id: UUID) -> Conflict:
    """The row of one that is open and the actor's to see; raises :class:`Refused`."""
    row = session.get(Conflict, conflict_id)
    if row is None or row.deleted_at is not None or row.decided_at is not None:
        raise Refused(GONE)
    if not sees(session, actor, row):
        raise Refused(GONE)
    return row


def sees(session: Session, actor: Actor, row: Conflict) -> bool:
    """Whether a conflict is shown to the actor: the class of the field, the school, and own classes."""
    if row.sensitivity not in actor.sensitive or row.table_name not in Base.metadata.tables:
        return False
    if Right.VIEW_STUDENTS not in ROLE_RIGHTS[actor.role]:
        return False
    if not _is_of_school(session, actor.institution_id, row):
        return False
    if actor.class_ids is None or actor.user_id in {row.held_user, row.other_user}:
        return True
    person = person_of(session, row.table_name, row.row_id)
    return person is not None and sits_in(session, person, actor.class_ids)


def _is_of_school(session: Session, school: UUID | None, row: Conflict) -> bool:
    """Whether it is about a row of the school; of two pupils who may be one, either."""
    rows = [row.row_id]
    if row.kind == Kind.DUPLICATE and (other := other_person(row)) is not None:
        rows.append(other)
    table, connection = Base.metadata.tables[row.table_name], session.connection()
    return school is None or any(belongs_to(connection, table, one, school) for one in rows)


def verbs_for(session: Session, actor: Actor, row: Conflict) -> tuple[Verb, ...]:
    """What the actor can do about it; nothing for whoever only looks."""
    right = right_for(row.table_name)
    charge = is_in_charge(session, actor, row.table_name, row.row_id)
    if row.kind == Kind.DUPLICATE:
        if not offers(actor, right):
            return ()
        return (Verb.SAME, Verb.NOT_SAME) if charge else (Verb.NOT_SAME,)
    if row.kind == Kind.RULE:
        return (Verb.KEEP,) if offers(actor, right) else ()
    typed = (Verb.EDIT,) if is_typed(row.table_name, row.field) else ()
    if row.kind == Kind.PROPOSAL:
        if charge and decides(actor, row):
            return (Verb.KEEP, Verb.USE, *typed)
        return (Verb.KEEP, *typed, Verb.REMIND) if actor.user_id == row.other_user else ()
    return (Verb.KEEP, Verb.USE, *typed) if charge and offers(actor, right) else ()


def decides(actor: Actor, row: Conflict) -> bool:
    """Whether the actor's role accepts proposals of this kind."""
    return may_accept(actor.role, row.table_name, ROLE_RIGHTS[actor.role])


def is_in_force(session: Session, row: Conflict) -> tuple[bool, bool]:
    """Whether the field now has the one value, and whether the other."""
    if column_of(row.table_name, row.field) is None:
        return True, False
    now = raw_value(session, row.table_name, row.row_id, row.field)
    if row.field == "deleted_at":
        return (now is None) is (row.held is None), (now is None) is (row.other is None)
    return now == row.held, now == row.other and row.other != row.held


def card_of(session: Session, actor: Actor, row: Conflict) -> ConflictCard:
    """A conflict as a screen shows it."""
    verbs = verbs_for(session, actor, row)
    return ConflictCard(
        id=row.id,
        kind=CardKind(row.kind),
        title=title(session, row),
        why=why_of(row.kind, row.field, row.held),
        sides=_sides(session, row),
        verbs=verbs,
        before=_value(session, row, row.before),
        has_before=row.kind in {Kind.INFO, Kind.PROPOSAL} and row.field != "deleted_at",
        decider="" if {Verb.USE, Verb.SAME} & set(verbs) else _decider(session, row),
        reminded_at=row.reminded_at,
        edit=edit_hint(row.table_name, row.field) if Verb.EDIT in verbs else EditHint(),
        student_id=pupil_of(session, row.table_name, row.row_id),
        key=f"{row.table_name}.{row.field}",
    )


def _sides(session: Session, row: Conflict) -> tuple[Side, ...]:
    """Both values, the one in force first."""
    if row.kind == Kind.DUPLICATE:
        return duplicate_sides(session, row)
    if row.kind == Kind.RULE:
        return rule_sides(session, row)
    held_now, other_now = is_in_force(session, row)
    held = _side(session, row, row.held, row.held_user, row.held_site, row.held_at, in_force=held_now)
    other = _side(
        session,
        row,
        row.other,
        row.other_user,
        row.other_site,
        row.other_at,
        in_force=other_now,
        proposed=row.kind == Kind.PROPOSAL,
    )
    return (other, held) if other_now and not held_now else (held, other)


def _side(
    session: Session,
    row: Conflict,
    raw: object,
    user: UUID | None,
    site: str | None,
    at: datetime | None,
    *,
    in_force: bool,
    proposed: bool = False,
) -> Side:
    who = user_name(session, user)
    return Side(_value(session, row, raw), who, site or "", at, in_force=in_force, proposed=proposed)


def _value(session: Session, row: Conflict, raw: object) -> object:
    if row.kind in {Kind.RULE, Kind.DUPLICATE}:
        return None
    if row.field == "deleted_at":
        return Word(N_("kept")) if raw is None else Word(N_("removed"))
    return spoken(session, row.table_name, row.field, raw)


def user_name(session: Session, user_id: UUID | None) -> str:
    """The name of a user; "–" for one who is not known on this laptop."""
    return name_of(session, "user", user_id) if user_id is not None else "–"


def _decider(session: Session, row: Conflict) -> str:
    """Who decides where the reader may not: a name where there is one, else the role."""
    if row.kind not in {Kind.PROPOSAL, Kind.INFO, Kind.DELETE, Kind.DUPLICATE}:
        return ""
    schools = schools_in_charge(session, row.table_name, row.row_id)
    roles = [role for role in _roles_for(row) if (schools is None) is (role not in _AT_SCHOOLS)]
    users = session.scalars(
        select(User)
        .where(User.role.in_([role.value for role in roles]), User.ended_at.is_(None))
        .order_by(User.name)
    )
    for user in users:
        if schools is None or user.institution_id in schools:
            return user.name
    return Word(ROLE_NAMES[roles[0]]) if roles else ""


_AT_SCHOOLS = frozenset({Role.PRINCIPAL, Role.SCHOOL_ADMINISTRATOR, Role.TEACHER, Role.COUNSELLOR})


def _roles_for(row: Conflict) -> list[Role]:
    """The roles that decide about it, those who decide most first."""
    if row.kind == Kind.PROPOSAL:
        found = [role for role in Role if may_accept(role, row.table_name, ROLE_RIGHTS[role])]
    else:
        found = [role for role in Role if right_for(row.table_name) in ROLE_RIGHTS[role]]
    return sorted(found, key=lambda role: role not in DECIDERS)


def _decided(session: Session, row: Conflict) -> Decided:
    now: object = None
    if row.kind not in {Kind.RULE, Kind.DUPLICATE} and column_of(row.table_name, row.field) is not None:
        now = _value(session, row, raw_value(session, row.table_name, row.row_id, row.field))
    decision = Decision(row.decision) if row.decision in set(Decision) else Decision.SEEN
    return Decided(
        id=row.id,
        title=title(session, row),
        value=now,
        verb=_VERBS[decision],
        by=user_name(session, row.decided_by),
        at=row.decided_at or datetime.fromtimestamp(0).astimezone(),
    )
