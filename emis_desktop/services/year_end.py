"""The end of a year, done: outcomes are written and pupils go on; and all of it taken back.

A run is a few acts, each of at most :data:`AT_ONCE` pupils, and goes on where it stopped: whoever has gone on
is left alone. Taking it back is a compensating act for each pupil whose record nobody has used since.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from emis_desktop.database import Database
from emis_desktop.errors import Cancelled, Refused
from emis_desktop.models import ClassPupil, Enrolment
from emis_desktop.one_person import together
from emis_desktop.queries.plain import pieces
from emis_desktop.queries.year_back import GoneOn, gone_on, run_of
from emis_desktop.queries.year_end import HOSTED, Way, YearEnd, YearPupil, year_end
from emis_desktop.rules.ids import new_id
from emis_desktop.rules.rights import Actor, Right, require
from emis_desktop.rules.year_end import OUTCOMES, Advice
from emis_desktop.services.admission import Row, write_rows
from emis_desktop.services.closing import require_open_year
from emis_desktop.services.enrolments import end_doubles
from emis_desktop.services.rows import delete

AT_ONCE: Final = 1000
"""Pupils in one act: an act is applied whole wherever it arrives."""
LONGEST_REASON: Final = 200
COMPLETED: Final = "completed"

Progress = Callable[[int, int], None]


def _quiet(_done: int, _total: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class YearRun:
    """What a run did. ``pupils``: for whom something was written, as they were sent. ``undecided``: for whom
    nothing was. ``changed``: who was changed by somebody between looking and writing and is left for the next
    run.
    """

    year_end: YearEnd
    pupils: tuple[YearPupil, ...]
    undecided: tuple[YearPupil, ...]
    changed: tuple[YearPupil, ...] = ()

    @property
    def unplaced(self) -> tuple[YearPupil, ...]:
        """Who is in the next year and has no class there yet."""
        return tuple(one for one in self.pupils if one.way is Way.ENROL)


@dataclass(frozen=True, slots=True)
class YearBack:
    """What taking back did: for how many pupils, and who was kept because of what happened since."""

    undone: int
    kept: tuple[GoneOn, ...]


class YearEndService:
    """Ends years, for one actor."""

    def __init__(self, db: Database, actor: Actor) -> None:
        """Acts are recorded as ``actor``'s."""
        self._db = db
        self._actor = actor

    def decide(self, enrolment_id: UUID, outcome: Advice | None, reason: str = "") -> None:
        """Decide by hand about one pupil, for a reason; None leaves it to the rules again.

        Raises :class:`Refused` without a reason, and for a pupil who has gone on already.
        """
        require(self._actor, Right.EDIT_STUDENTS)
        said = " ".join(reason.split())
        if outcome is not None and outcome not in OUTCOMES:
            raise Refused("Choose whether the pupil goes up, repeats or has finished.", field="outcome")
        if outcome is not None and not said:
            raise Refused("Say why people decide otherwise than the rules.", field="reason")
        if len(said) > LONGEST_REASON:
            raise Refused("Say it in {limit} letters or less.", field="reason", limit=LONGEST_REASON)
        with self._db.write(self._actor, "decide_outcome") as session:
            enrolment = session.get(Enrolment, enrolment_id)
            if enrolment is None or enrolment.deleted_at is not None or enrolment.standing == HOSTED:
                raise Refused("There is no such pupil on this laptop, or the record is not open to you.")
            require(self._actor, Right.EDIT_STUDENTS, institution_id=enrolment.institution_id)
            require_open_year(session, enrolment.period_id)
            if enrolment.ends_on is not None:
                raise Refused("This pupil has gone on already. Take the end of the year back first.")
            enrolment.outcome = None if outcome is None else outcome.value
            enrolment.outcome_reason = said or None if outcome is not None else None

    def run(
        self, institution_id: UUID, year_id: UUID, language: str = "en", progress: Progress = _quiet
    ) -> YearRun:
        """End the year of a school for every pupil who is decided and has not gone on.

        ``progress`` may raise :class:`Cancelled` between acts; what was done stays done, and another run
        goes on there.
        """
        require(self._actor, Right.EDIT_STUDENTS, institution_id=institution_id)
        with self._db.read() as session:
            require_open_year(session, year_id)
            found = year_end(session, institution_id, year_id, language)
        waiting = tuple(one for one in found.pupils if one.way is Way.WAIT)
        to_do, done, changed = found.to_do, list[YearPupil](), list[YearPupil]()
        progress(0, len(to_do))
        for piece in pieces(to_do, AT_ONCE):
            with self._db.write(self._actor, "end_year") as session:
                require_open_year(session, year_id)
                written, late = _write(session, found, piece)
            done += written
            changed += late
            progress(len(done) + len(changed), len(to_do))
        return YearRun(found, tuple(done), waiting, tuple(changed))

    def undo(self, institution_id: UUID, year_id: UUID, progress: Progress = _quiet) -> YearBack:
        """Take the end of a year back for every pupil whose record nobody has used since.

        What people decided by hand stays decided. Raises :class:`Refused` when the year has not ended here.
        """
        require(self._actor, Right.EDIT_STUDENTS, institution_id=institution_id)
        with self._db.read() as session:
            require_open_year(session, year_id)
            ended = run_of(session, institution_id, year_id)
            kept = gone_on(session, ended)
        if not ended:
            raise Refused("The end of this year has not been done here. There is nothing to take back.")
        stays = {one.enrolment_id for one in kept}
        todo = [one for one in ended if one.enrolment_id not in stays]
        progress(0, len(todo))
        undone = 0
        for piece in pieces(todo, AT_ONCE):
            with self._db.write(self._actor, "take_back_year") as session:
                late = gone_on(session, piece)  # somebody may have been at work since the look
                left = {one.enrolment_id for one in late}
                _take_back(session, [one.enrolment_id for one in piece if one.enrolment_id not in left])
            kept += late
            undone += len(piece) - len(late)
            progress(undone, len(todo))
        return YearBack(undone, tuple(kept))


def _write(
    session: Session, found: YearEnd, pupils: Sequence[YearPupil]
) -> tuple[list[YearPupil], list[YearPupil]]:
    """Write the outcomes of pupils who are still as they were seen, and where they go."""
    rows = _by_id(session, [one.enrolment_id for one in pupils])
    stays = _open_stays(session, list(rows))
    done, changed, enrolments, places = list[YearPupil](), list[YearPupil](), list[Row](), list[Row]()
    for one in pupils:
        row = rows.get(one.enrolment_id)
        if row is None or not _as_seen(row, one):
            changed.append(one)
            continue
        row.outcome = None if one.outcome is None else one.outcome.value
        done.append(one)
        if one.way is Way.DECIDE:
            continue
        row.ends_on = max(row.starts_on, found.ends_on)
        for stay in stays.get(row.id, ()):
            stay.ends_on = row.ends_on
        if one.way is Way.FINISH:
            row.exit = COMPLETED
            continue
        enrolments.append(_next(found, one, row))
        if one.to_class_id is not None:
            places.append(_seat(enrolments[-1], one.to_class_id))
    session.flush()
    if together(session, [row.person_id for row in rows.values()]).group:
        for row in [row for row in rows.values() if row.ends_on is not None]:
            end_doubles(session, row, found.ends_on)
    write_rows(session, Enrolment, enrolments)
    write_rows(session, ClassPupil, places)
    return done, changed


def _as_seen(row: Enrolment, one: YearPupil) -> bool:
    stored = None if one.stored is None else one.stored.value
    return (
        row.deleted_at is None
        and row.ends_on is None
        and row.outcome == stored
        and row.grade_id == one.grade_id
        and row.standing != HOSTED
    )


def _next(found: YearEnd, one: YearPupil, row: Enrolment) -> Row:
    repeated = one.outcome is Advice.REPEATED
    return {
        "id": new_id(),
        "person_id": row.person_id,
        "institution_id": row.institution_id,
        "period_id": found.next_id,
        "grade_id": one.to_grade_id,
        "starts_on": found.next_starts_on,
        "standing": "enrolled",
        "repeater": repeated,
        "previous_id": row.id,
        "entry": "repeated" if repeated else "promoted",
    }


def _seat(enrolment: Row, class_id: UUID) -> Row:
    return {
        "id": new_id(),
        "class_id": class_id,
        "enrolment_id": enrolment["id"],
        "starts_on": enrolment["starts_on"],
    }


def _by_id(session: Session, ids: Collection[UUID]) -> dict[UUID, Enrolment]:
    rows = session.scalars(select(Enrolment).where(Enrolment.id.in_(ids)))
    return {row.id: row for row in rows}


def _open_stays(session: Session, ids: Collection[UUID]) -> dict[UUID, list[ClassPupil]]:
    found: dict[UUID, list[ClassPupil]] = {}
    rows = session.scalars(
        select(ClassPupil).where(
            ClassPupil.enrolment_id.in_(ids), ClassPupil.deleted_at.is_(None), ClassPupil.ends_on.is_(None)
        )
    )
    for row in rows:
        found.setdefault(row.enrolment_id, []).append(row)
    return found


def _take_back(session: Session, ids: Collection[UUID]) -> None:
    """Open these enrolments again as they were before the run; what continued them goes."""
    following = session.scalars(
        select(Enrolment).where(
            Enrolment.previous_id.in_(ids), Enrolment.deleted_at.is_(None), Enrolment.standing != HOSTED
        )
    ).all()
    gone = {row.id for row in following}
    for stay in session.scalars(
        select(ClassPupil).where(ClassPupil.enrolment_id.in_(gone), ClassPupil.deleted_at.is_(None))
    ):
        delete(session, stay)
    for row in following:
        delete(session, row)
    rows = _by_id(session, ids)
    last: dict[UUID, ClassPupil] = {}
    for stay in session.scalars(
        select(ClassPupil)
        .where(ClassPupil.enrolment_id.in_(ids), ClassPupil.deleted_at.is_(None))
        .order_by(ClassPupil.starts_on, ClassPupil.id)
    ):
        last[stay.enrolment_id] = stay
    for enrolment_id, stay in last.items():
        if stay.ends_on is not None and stay.ends_on == rows[enrolment_id].ends_on:
            stay.ends_on = None
    for row in rows.values():
        row.ends_on = None
        row.exit = None if row.exit == COMPLETED else row.exit
        if row.outcome_reason is None:
            row.outcome = None


__all__ = ["AT_ONCE", "Cancelled", "YearBack", "YearEndService", "YearRun"]
