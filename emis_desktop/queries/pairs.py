"""Two records side by side before they are merged, and the records that were merged, with who did it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from emis_desktop.database import Database
from emis_desktop.errors import Refused
from emis_desktop.models import Conflict, Enrolment, Person
from emis_desktop.one_person import Together, everybody_together, together
from emis_desktop.queries.doubles import Double, TwoStays, different_rows, two_stays
from emis_desktop.queries.duplicates import phones_of
from emis_desktop.queries.labels import name_of
from emis_desktop.queries.merges import merge_act
from emis_desktop.queries.student_lines import StudentRecord
from emis_desktop.queries.students import StudentQueries
from emis_desktop.rules.aliases import DUPLICATE, older
from emis_desktop.rules.likeness import Features, Reason, reasons, score
from emis_desktop.rules.names import display_name, sort_key
from emis_desktop.rules.rights import ROLE_RIGHTS, Actor, Right, require

MERGED: Final = "merge_students"
"""The act that merges with both records side by side: what they hold twice was seen."""


@dataclass(frozen=True, slots=True)
class Both:
    """Two records that may be one pupil. ``kept`` is the older one, which stays; ``doubles`` are what both
    hold for one test or term, ``stays`` enrolments at the same time. ``decides``: the reader may choose
    among the doubles.
    """

    kept: StudentRecord
    other: StudentRecord
    score: int
    reasons: tuple[Reason, ...]
    doubles: tuple[Double, ...]
    stays: tuple[TwoStays, ...]
    decides: bool


@dataclass(frozen=True, slots=True)
class Merged:
    """A record that was merged into another; ``at`` None: the journal of this laptop begins later.

    ``doubles`` and ``stays``: what both hold; ``decided``: somebody has looked at that.
    """

    double_id: UUID
    name: str
    kept_id: UUID
    kept_name: str
    at: datetime | None
    by: str
    doubles: tuple[Double, ...] = ()
    stays: tuple[TwoStays, ...] = ()
    decided: bool = True

    @property
    def to_decide(self) -> int:
        """How much is held twice that nobody has looked at."""
        return 0 if self.decided else len(self.doubles) + len(self.stays)


class PairQueries:
    """Questions about two records at once, for one actor."""

    def __init__(self, db: Database, actor: Actor) -> None:
        """Both must be the actor's to see."""
        self._db = db
        self._actor = actor
        self._students = StudentQueries(db, actor)

    def both(self, one_id: UUID, other_id: UUID) -> Both:
        """Both records as of one moment; raises :class:`Refused` where they are one already, or not open."""
        require(self._actor, Right.EDIT_STUDENTS)
        with self._db.read() as session:
            records = {
                record.id: record
                for record in (self._students.record_in(session, each) for each in (one_id, other_id))
            }
            if len(records) == 1:
                raise Refused("These two are one record already.")
            kept, other = (records[each] for each in older(*records))
            why = reasons(_features(kept), _features(other))
            mine, theirs = (kept.id, *kept.doubles), (other.id, *other.doubles)
            whole = together(session, (kept.id, other.id))
            return Both(
                kept=kept,
                other=other,
                score=score(why),
                reasons=why,
                doubles=different_rows(session, mine, theirs),
                stays=_first_kept(two_stays(session, whole, (*mine, *theirs)), mine, session),
                decides=Right.EDIT_MARKS in ROLE_RIGHTS[self._actor.role],
            )

    def merged(self, student_id: UUID | None = None) -> tuple[Merged, ...]:
        """The doubles of the actor's school, or of one pupil, by name; with what is still to be decided."""
        require(self._actor, Right.VIEW_STUDENTS)
        with self._db.read() as session:
            asked = () if student_id is None else (student_id,)
            whole = together(session, asked) if student_id is not None else everybody_together(session)
            seen = self._of_school(session, whole)
            people = {row.id: row for row in session.scalars(select(Person).where(Person.id.in_(whole.main)))}
            ordered = sorted(
                (row for row in people.values() if whole.main_of(row.id) in seen),
                key=lambda row: (sort_key(row.family_name, row.given_names), row.id),
            )
            return tuple(_merged(session, whole, row) for row in ordered)

    def _of_school(self, session: Session, whole: Together) -> set[UUID]:
        """The main records of whom some record was at the actor's school."""
        own = self._actor.institution_id
        if own is None:
            return set(whole.group)
        records = [one for group in whole.group.values() for one in group]
        there = session.scalars(
            select(Enrolment.person_id).where(
                Enrolment.person_id.in_(records), Enrolment.institution_id == own
            )
        )
        return {whole.main_of(person_id) for person_id in there}


def _merged(session: Session, whole: Together, double: Person) -> Merged:
    main = whole.main_of(double.id)
    named = double.alias_of_id
    act = merge_act(session.connection(), double.id, named) if named is not None else None
    others = [one for one in whole.of(main) if one != double.id]
    return Merged(
        double_id=double.id,
        name=display_name(double.given_names, double.family_name),
        kept_id=main,
        kept_name=name_of(session, "person", main),
        at=act.at if act is not None else None,
        by=name_of(session, "user", act.user_id) if act is not None else "–",
        doubles=different_rows(session, others, [double.id]),
        stays=tuple(
            stay
            for stay in two_stays(session, whole, whole.of(main))
            if double.id in _people(session, (stay.kept_id, stay.other_id))
        ),
        decided=act is not None and (act.verb == MERGED or _settled(session, whole.of(main), act.at)),
    )


def _settled(session: Session, records: Collection[UUID], merged_at: datetime) -> bool:
    """Whether somebody has decided about what the records both hold, after they were merged."""
    asked = session.scalars(
        select(Conflict.decided_at).where(
            Conflict.kind == DUPLICATE, Conflict.row_id.in_(records), Conflict.decision == "same"
        )
    )
    return any(at is not None and at > merged_at for at in asked)


def _people(session: Session, enrolments: Collection[UUID]) -> set[UUID]:
    return set(session.scalars(select(Enrolment.person_id).where(Enrolment.id.in_(enrolments))))


def _first_kept(
    stays: tuple[TwoStays, ...], mine: Collection[UUID], session: Session
) -> tuple[TwoStays, ...]:
    """Those between the two sides, the kept record's first."""
    found = []
    for stay in stays:
        first = session.get_one(Enrolment, stay.kept_id).person_id in mine
        second = session.get_one(Enrolment, stay.other_id).person_id in mine
        if first != second:
            found.append(stay if first else stay.turned())
    return tuple(found)


def _features(record: StudentRecord) -> Features:
    phones = phones_of(
        *(line.value for line in record.contacts), *(line.phone or "" for line in record.guardians)
    )
    return Features(record.given_names, record.family_name, record.birth_date, phones)
