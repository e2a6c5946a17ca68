"""Values that were proposed for pupils' records: those that wait, beside what stands now, and past ones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from emis_desktop.database import Database
from emis_desktop.models import Person, Proposal
from emis_desktop.one_person import together
from emis_desktop.queries.labels import name_of
from emis_desktop.queries.phones import first_phones
from emis_desktop.queries.whose import is_in_charge, sits_in
from emis_desktop.rules.names import display_name, sort_key
from emis_desktop.rules.rights import Actor, Right, SensitivityClass, offers, require, require_read

PHONE: Final = "phone"
FIELDS: Final = (
    "given_names",
    "family_name",
    "preferred_name",
    "sex",
    "birth_date",
    "birth_place",
    "nationality",
    "address",
    "transport",
    PHONE,
)
"""What may be proposed: fields of the person, and the pupil's first phone."""


@dataclass(frozen=True, slots=True)
class ProposedValue:
    """One proposed value beside what stands now; both as text, "" for nothing. ``decision``: "" while it
    waits, else accepted or declined, with the day and who decided.
    """

    id: UUID
    field: str
    value: str
    now: str
    decision: str = ""
    decided_on: date | None = None
    decided_by: str = ""


@dataclass(frozen=True, slots=True)
class ProposalCard:
    """What was proposed together for one pupil. ``decides``: the reader may accept and decline."""

    person_id: UUID
    name: str
    institution_id: UUID
    source: str
    said_by: str
    received_on: date
    values: tuple[ProposedValue, ...]
    decides: bool


class ProposalQueries:
    """Questions about proposals, for one actor."""

    def __init__(self, db: Database, actor: Actor) -> None:
        """A teacher sees those of the own classes, a school its own."""
        self._db = db
        self._actor = actor

    def waiting(self) -> tuple[ProposalCard, ...]:
        """What waits for the office, by pupil and form, the oldest form of a pupil first."""
        return self._cards(select(Proposal).where(Proposal.decision.is_(None)))

    def decided(self, most: int = 200) -> tuple[ProposalCard, ...]:
        """What was decided last."""
        newest = Proposal.decided_on.desc(), Proposal.id.desc()
        return self._cards(
            select(Proposal).where(Proposal.decision.is_not(None)).order_by(*newest).limit(most)
        )

    def count(self) -> int:
        """How many values wait for somebody who may decide; 0 for whoever may not."""
        if not offers(self._actor, Right.EDIT_STUDENTS):
            return 0
        return sum(len(card.values) for card in self.waiting() if card.decides)

    def _cards(self, question: Select[Proposal]) -> tuple[ProposalCard, ...]:
        require(self._actor, Right.VIEW_STUDENTS)
        require_read(self._actor, SensitivityClass.CONTACT)
        own = self._actor.institution_id
        question = question.where(Proposal.deleted_at.is_(None))
        if own is not None:
            question = question.where(Proposal.institution_id == own)
        with self._db.read() as session:
            rows = list(session.scalars(question))
            together_of: dict[tuple[UUID, UUID | None], list[Proposal]] = {}
            for row in rows:
                together_of.setdefault((row.person_id, row.batch or row.id), []).append(row)
            cards = [self._card(session, group) for group in together_of.values()]
        shown = sorted(
            (one for one in cards if one is not None), key=lambda one: (one[0], one[1].received_on)
        )
        return tuple(card for _name, card in shown)

    def _card(self, session: Session, rows: list[Proposal]) -> tuple[str, ProposalCard] | None:
        first = rows[0]
        main = together(session, [first.person_id]).main_of(first.person_id)
        person = session.get(Person, main)
        if person is None or person.deleted_at is not None:
            return None
        classes = self._actor.class_ids
        if classes is not None and not sits_in(session, main, classes):
            return None
        decides = offers(self._actor, Right.EDIT_STUDENTS) and is_in_charge(
            session, self._actor, "person", main
        )
        card = ProposalCard(
            person_id=main,
            name=display_name(person.given_names, person.family_name),
            institution_id=first.institution_id,
            source=first.source,
            said_by=first.said_by or "",
            received_on=first.received_on,
            values=tuple(
                _value(session, person, row)
                for row in sorted(rows, key=lambda row: (_place(row.field_name), row.id))
            ),
            decides=decides,
        )
        return sort_key(person.family_name, person.given_names), card


def as_text(session: Session, person: Person, name: str) -> str:
    """What stands in a field now, as a proposal would say it."""
    if name == PHONE:
        contact = first_phones(session, [person.id]).get(person.id)
        return contact.value if contact is not None else ""
    value = getattr(person, name, None)
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if value is not None else ""


def _value(session: Session, person: Person, row: Proposal) -> ProposedValue:
    return ProposedValue(
        id=row.id,
        field=row.field_name,
        value=row.value or "",
        now=as_text(session, person, row.field_name),
        decision=row.decision or "",
        decided_on=row.decided_on,
        decided_by=name_of(session, "user", row.decided_by_id) if row.decided_by_id is not None else "",
    )


def _place(name: str) -> int:
    return FIELDS.index(name) if name in FIELDS else len(FIELDS)
