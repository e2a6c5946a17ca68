"""What a parent or a form proposes for a pupil's record waits until the office accepts it, field by field.

Whoever may look at a pupil may key in what was said, a class teacher too; only the office decides.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from emis_desktop.database import Database
from emis_desktop.errors import N_, Refused
from emis_desktop.models import Person, Proposal
from emis_desktop.one_person import together
from emis_desktop.queries.proposals import FIELDS, PHONE, as_text
from emis_desktop.queries.students import StudentQueries
from emis_desktop.rules.ids import new_id
from emis_desktop.rules.rights import Actor, Right, SensitivityClass, require, require_read
from emis_desktop.services.enrolments import student
from emis_desktop.services.moments import local_today
from emis_desktop.services.person_fields import checked
from emis_desktop.services.relations import phone_number, set_phone

ACCEPTED: Final = "accepted"
DECLINED: Final = "declined"
SOURCES: Final = frozenset({"parent", "form", "teacher"})
LONGEST_NAME: Final = 120
_GONE: Final = N_("That proposal is not there to decide any more. Look at the list again.")


@dataclass(frozen=True, slots=True)
class Proposed:
    """What came of a form: how many values wait now, and how many said what stands or waits already."""

    added: int
    known: int


class ProposalService:
    """Commands on proposals by one actor."""

    def __init__(self, db: Database, actor: Actor, today: Callable[[], date] = local_today) -> None:
        """Acts are recorded as ``actor``'s."""
        self._db = db
        self._actor = actor
        self._today = today
        self._students = StudentQueries(db, actor)

    def propose(
        self, student_id: UUID, values: Mapping[str, str], said_by: str = "", source: str = "parent"
    ) -> Proposed:
        """Let values (by field, as typed; "" takes one away) wait for the office, in one act.

        Raises :class:`Refused`, with the field, for what could never be accepted.
        """
        return self.propose_all([(student_id, values)], said_by, source)

    def propose_all(
        self, pupils: Sequence[tuple[UUID, Mapping[str, str]]], said_by: str = "", source: str = "form"
    ) -> Proposed:
        """The same for many pupils in one act; all or nothing."""
        require(self._actor, Right.VIEW_STUDENTS)
        require_read(self._actor, SensitivityClass.CONTACT)
        if source not in SOURCES or len(said_by) > LONGEST_NAME:
            raise Refused("Say in a few words who proposed it.", field="said_by")
        added, known = 0, 0
        with self._db.write(self._actor, "propose_values") as session:
            for student_id, values in pupils:
                record = self._students.record_in(session, student_id)  # refuses whom the actor may not see
                line = record.current or record.enrolments[0]
                batch = new_id()
                waiting = _waiting(session, record.id)
                person = session.get_one(Person, record.id)
                for name, typed in values.items():
                    text = self.checked_text(name, typed)
                    if text == as_text(session, person, name) or (name, text) in waiting:
                        known += 1
                        continue
                    added += 1
                    session.add(
                        Proposal(
                            id=new_id(),
                            person_id=record.id,
                            institution_id=line.institution_id,
                            field_name=name,
                            value=text or None,
                            source=source,
                            said_by=" ".join(said_by.split()) or None,
                            received_on=self._today(),
                            batch=batch,
                        )
                    )
        return Proposed(added, known)

    def checked_text(self, name: str, typed: str) -> str:
        """A value as it waits: what the rule of the field makes of it; raises :class:`Refused`."""
        if name not in FIELDS:
            raise Refused("This field cannot be proposed.", field=name)
        text = " ".join(typed.split())
        if name == PHONE:
            return phone_number(text) or ""
        if name == "birth_date":
            return str(checked(name, _day(text), self._today()) or "")
        return str(checked(name, text, self._today()) or "")

    def accept(self, proposal_ids: Collection[UUID]) -> None:
        """Write the proposed values into the records, in one act; all or none.

        Raises :class:`Refused` for one that is decided already, whose pupil is not the actor's, or whose
        value cannot stand.
        """
        require(self._actor, Right.EDIT_STUDENTS)
        require_read(self._actor, SensitivityClass.CONTACT)
        with self._db.write(self._actor, "accept_proposals") as session:
            for row in _undecided(session, proposal_ids):
                person = student(session, self._actor, row.person_id)
                if row.field_name == PHONE:
                    set_phone(session, person.id, row.value)
                else:
                    value = _day(row.value or "") if row.field_name == "birth_date" else row.value
                    setattr(person, row.field_name, checked(row.field_name, value, self._today()))
                self._decide(row, ACCEPTED)

    def decline(self, proposal_ids: Collection[UUID]) -> None:
        """Leave the records as they are; who proposed what stays in history."""
        require(self._actor, Right.EDIT_STUDENTS)
        with self._db.write(self._actor, "decline_proposals") as session:
            for row in _undecided(session, proposal_ids):
                student(session, self._actor, row.person_id)
                self._decide(row, DECLINED)

    def _decide(self, row: Proposal, decision: str) -> None:
        row.decision = decision
        row.decided_on = self._today()
        row.decided_by_id = self._actor.user_id


def _undecided(session: Session, proposal_ids: Iterable[UUID]) -> list[Proposal]:
    found = [session.get(Proposal, proposal_id) for proposal_id in dict.fromkeys(proposal_ids)]
    rows = [row for row in found if row is not None and row.deleted_at is None and row.decision is None]
    if not rows or len(rows) < len(found):
        raise Refused(_GONE)
    return sorted(rows, key=lambda row: row.id)


def _waiting(session: Session, person_id: UUID) -> set[tuple[str, str]]:
    """What waits for the pupil already: the same form brought in twice adds nothing."""
    rows = session.scalars(
        select(Proposal).where(
            Proposal.person_id.in_(together(session, [person_id]).of(person_id)),
            Proposal.decision.is_(None),
            Proposal.deleted_at.is_(None),
        )
    )
    return {(row.field_name, row.value or "") for row in rows}


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused("Type the day as 2016-03-12.", field="birth_date") from None
