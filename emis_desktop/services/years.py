"""Closing terms and school years, and opening them again with a reason."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from emis_desktop.database import Database
from emis_desktop.errors import Refused
from emis_desktop.models import AcademicPeriod, Term
from emis_desktop.rules.rights import Actor, Right, require
from emis_desktop.services.closing import CLOSED, OPEN, require_open_year

LONGEST_REASON: Final = 200


class YearService:
    """Closes and opens by one actor; every method is one act.

    What is unfinished in a term is asked before (:class:`emis_desktop.queries.unfinished.UnfinishedQueries`);
    it does not keep anybody from closing it.
    """

    def __init__(self, db: Database, actor: Actor) -> None:
        """``actor`` closes and opens."""
        self._db = db
        self._actor = actor

    def close_term(self, term_id: UUID) -> None:
        """Close a term: nothing in it changes until it is opened again. Closed already, nothing happens."""
        require(self._actor, Right.MANAGE_STRUCTURE)
        with self._db.write(self._actor, "close_term") as session:
            _close(_term(session, term_id))

    def reopen_term(self, term_id: UUID, reason: str) -> None:
        """Open a term again; Refused without a reason, and while its year is closed."""
        require(self._actor, Right.MANAGE_STRUCTURE)
        told = _reason(reason)
        with self._db.write(self._actor, "reopen_term") as session:
            term = _term(session, term_id)
            require_open_year(session, term.period_id)
            _open(term, told)

    def close_year(self, year_id: UUID) -> None:
        """Close a school year with all its terms."""
        require(self._actor, Right.MANAGE_STRUCTURE)
        with self._db.write(self._actor, "close_year") as session:
            _close(_year(session, year_id))

    def reopen_year(self, year_id: UUID, reason: str) -> None:
        """Open a school year again; its terms are as they were. Refused without a reason."""
        require(self._actor, Right.MANAGE_STRUCTURE)
        told = _reason(reason)
        with self._db.write(self._actor, "reopen_year") as session:
            _open(_year(session, year_id), told)


def _close(row: AcademicPeriod | Term) -> None:
    if row.state != CLOSED:
        row.state, row.state_reason = CLOSED, None


def _open(row: AcademicPeriod | Term, reason: str) -> None:
    if row.state == CLOSED:
        row.state, row.state_reason = OPEN, reason


def _reason(typed: str) -> str:
    reason = " ".join(typed.split())
    if not reason or len(reason) > LONGEST_REASON:
        raise Refused("Say in 1 to {longest} characters why.", field="reason", longest=LONGEST_REASON)
    return reason


def _term(session: Session, term_id: UUID) -> Term:
    term = session.get(Term, term_id)
    if term is None or term.deleted_at is not None:
        raise Refused("That term is no longer there. Choose another.")
    return term


def _year(session: Session, year_id: UUID) -> AcademicPeriod:
    year = session.get(AcademicPeriod, year_id)
    if year is None or year.deleted_at is not None:
        raise Refused("That school year is no longer there. Choose another.")
    return year
