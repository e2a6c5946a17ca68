"""What is unfinished in a term: mark sheets with marks or tests to come, and registers not marked."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from emis_desktop.database import Database
from emis_desktop.models import Institution, Term
from emis_desktop.queries.pupil_attendance import keeps_registers
from emis_desktop.queries.register_school import unmarked
from emis_desktop.queries.sheet_list import SheetLine, sheet_list
from emis_desktop.rules.rights import Actor, Right, require


def local_day() -> date:
    """Today where the laptop stands."""
    return datetime.now().astimezone().date()


@dataclass(frozen=True, slots=True)
class UnfinishedSheet:
    """A mark sheet of a school and term with something to do."""

    school: str
    term: str
    sheet: SheetLine


@dataclass(frozen=True, slots=True)
class Unfinished:
    """What is to do in the terms asked about. ``registers``: sessions of classes that nobody has marked, of
    schools that keep registers in the term.
    """

    sheets: tuple[UnfinishedSheet, ...] = ()
    registers: int = 0

    @property
    def marks(self) -> int:
        """How many marks are missing."""
        return sum(one.sheet.to_enter for one in self.sheets)

    @property
    def without_tests(self) -> int:
        """How many mark sheets have no tests although they are to have some."""
        return sum(one.sheet.awaits_tests for one in self.sheets)

    @property
    def nothing(self) -> bool:
        """Whether all is done."""
        return not self.sheets and not self.registers


class UnfinishedQueries:
    """Questions before a term or year is closed, by one actor."""

    def __init__(self, db: Database, actor: Actor, today: Callable[[], date] = local_day) -> None:
        """``actor`` asks: about the own school, or about all. Registers are due up to ``today``."""
        self._db = db
        self._actor = actor
        self._today = today

    def of_term(self, term_id: UUID, language: str = "en") -> Unfinished:
        """What is to do in a term, in every school of the actor's. Counts all marks: ask it in a thread."""
        return self._of([term_id], language)

    def of_year(self, year_id: UUID, language: str = "en") -> Unfinished:
        """What is to do in all terms of a year."""
        with self._db.read() as session:
            question = select(Term.id).where(Term.period_id == year_id, Term.deleted_at.is_(None))
            terms = list(session.scalars(question.order_by(Term.number)))
        return self._of(terms, language)

    def _of(self, term_ids: Collection[UUID], language: str) -> Unfinished:
        require(self._actor, Right.MANAGE_STRUCTURE)
        with self._db.read() as session:
            schools = self._schools(session)
            sheets = tuple(
                UnfinishedSheet(school, session.get_one(Term, term_id).name, line)
                for term_id in term_ids
                for school_id, school in schools
                for line in sheet_list(session, self._actor, school_id, term_id, language)
                if line.to_do
            )
            registers = sum(
                self._registers(session, school_id, session.get_one(Term, term_id))
                for term_id in term_ids
                for school_id, _school in schools
            )
            return Unfinished(sheets, registers)

    def _registers(self, session: Session, school_id: UUID, term: Term) -> int:
        last = min(term.ends_on, self._today())
        if last < term.starts_on or not keeps_registers(session, school_id, term.starts_on, last):
            return 0
        return len(unmarked(session, self._actor, school_id, term.starts_on, last))

    def _schools(self, session: Session) -> list[tuple[UUID, str]]:
        question = select(Institution.id, Institution.name).where(Institution.deleted_at.is_(None))
        if self._actor.institution_id is not None:
            question = question.where(Institution.id == self._actor.institution_id)
        return [(row.id, row.name) for row in session.execute(question.order_by(Institution.name))]
