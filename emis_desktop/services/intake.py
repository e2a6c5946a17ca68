"""Taking a pupil in under the ministry's policies: what stands against it, and who has to approve it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from emis_desktop.models import EducationGrade, Enrolment, User
from emis_desktop.queries.admissions import approves
from emis_desktop.queries.intake import Wanted, intake_of, seat_in
from emis_desktop.queries.policies import policies_of
from emis_desktop.rules.admission import objections, settled
from emis_desktop.rules.policies import APPROVAL, Approval
from emis_desktop.rules.rights import Actor
from emis_desktop.services.admission import Row

ASKED, GIVEN, REFUSED = "asked", "given", "refused"


def override_of(
    session: Session, wanted: Wanted, birth_date: date | None, sex: str | None, reason: str | None
) -> str | None:
    """Why a pupil is taken in although a policy stands against it; None where none does.

    Raises :class:`~emis_desktop.rules.admission.AgainstPolicy` when one does and no reason is given.
    """
    return settled(objections(intake_of(session, wanted, birth_date, sex)), reason)


def require_seats(
    session: Session, enrolments: Collection[Enrolment], class_id: UUID, on: date, reason: str | None
) -> str | None:
    """The same for pupils of a school who change to a class: only its room counts."""
    if not enrolments:
        return None
    first = next(iter(enrolments))
    grade = session.get_one(EducationGrade, first.grade_id)
    seat = seat_in(session, policies_of(session, first.institution_id), class_id, grade, on)
    return settled(objections(seat.of(len(enrolments))), reason)


def approval_of(session: Session, actor: Actor, institution_id: UUID, today: date) -> Row:
    """The fields of an enrolment that say whether its admission is approved."""
    policy = Approval(str(policies_of(session, institution_id).value(APPROVAL)))
    if policy is Approval.NOBODY:
        return {}
    if not approves(actor, policy, institution_id):
        return {"approval": ASKED}
    return {"approval": GIVEN, "approved_by_id": known_user(session, actor), "approved_on": today}


def known_user(session: Session, actor: Actor) -> UUID | None:
    """The actor, when this store has the user's row."""
    return actor.user_id if session.get(User, actor.user_id) is not None else None
