"""Approving admissions, or refusing them: who decided, and when, stays with the enrolment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from emis_desktop.database import Database
from emis_desktop.errors import Refused
from emis_desktop.models import Enrolment
from emis_desktop.queries.admissions import approves
from emis_desktop.queries.policies import policies_of
from emis_desktop.rules.admission import LONGEST_REASON
from emis_desktop.rules.policies import APPROVAL, Approval
from emis_desktop.rules.rights import Actor, Right, require
from emis_desktop.services.enrolments import leave
from emis_desktop.services.intake import ASKED, GIVEN, REFUSED, known_user
from emis_desktop.services.moments import local_today


class ApprovalService:
    """Decides about admissions, for one actor."""

    def __init__(self, db: Database, actor: Actor, today: Callable[[], date] = local_today) -> None:
        """Acts are recorded as ``actor``'s; ``today`` is the day of the decision."""
        self._db = db
        self._actor = actor
        self._today = today

    def approve(self, enrolment_ids: Sequence[UUID]) -> None:
        """Approve admissions that wait, in one act; when one cannot be, none is."""
        require(self._actor, Right.APPROVE_ADMISSIONS)
        with self._db.write(self._actor, "approve_admissions") as session:
            for enrolment_id in enrolment_ids:
                self._decide(session, enrolment_id, GIVEN)

    def refuse(self, enrolment_id: UUID, reason: str) -> None:
        """Refuse an admission, for a reason: the enrolment ends today and counts as no leaving of a pupil."""
        require(self._actor, Right.APPROVE_ADMISSIONS)
        said = " ".join(reason.split())
        if not 0 < len(said) <= LONGEST_REASON:
            raise Refused(
                "Say why the admission is refused, in {limit} letters or less.",
                field="reason",
                limit=LONGEST_REASON,
            )
        with self._db.write(self._actor, "refuse_admission") as session:
            row = self._decide(session, enrolment_id, REFUSED)
            leave(session, row, max(self._today(), row.starts_on))
            row.exit, row.outcome_reason = "administrative", said

    def _decide(self, session: Session, enrolment_id: UUID, approval: str) -> Enrolment:
        row = session.get(Enrolment, enrolment_id)
        if row is None or row.deleted_at is not None or row.approval != ASKED or row.ends_on is not None:
            raise Refused("This admission does not wait for approval any more. Look at the list again.")
        policy = Approval(str(policies_of(session, row.institution_id).value(APPROVAL)))
        if not approves(self._actor, policy, row.institution_id):
            raise Refused("Admissions to this school are approved by the ministry.")
        row.approval = approval
        row.approved_by_id = known_user(session, self._actor)
        row.approved_on = self._today()
        return row
