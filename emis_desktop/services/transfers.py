"""From one school to another: out, in, and as a guest while the own school cannot be used.

Each method is one act, so that it is applied whole or not at all wherever it arrives. The rows of an
enrolment stay with its school: the old school ends its own, the new one begins its own, and only the ministry
may do both at once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from emis_desktop.database import Database
from emis_desktop.errors import N_, Refused
from emis_desktop.models import ClassPupil, Enrolment, Institution, Person
from emis_desktop.one_person import together
from emis_desktop.queries.intake import Wanted
from emis_desktop.queries.transfers import HOSTED, TRANSFERRED, numbered
from emis_desktop.rules.ids import new_id
from emis_desktop.rules.rights import Actor, Right, require
from emis_desktop.services.admission import Row
from emis_desktop.services.closing import require_open
from emis_desktop.services.enrolments import (
    check_class,
    check_enrolment,
    current_enrolment,
    end_doubles,
    last_enrolment,
    leave,
    student,
)
from emis_desktop.services.intake import approval_of, override_of
from emis_desktop.services.moments import local_today

_GONE = N_("That school is no longer there. Choose another.")


@dataclass(frozen=True, slots=True)
class Departure:
    """A pupil leaves for another school. ``destination_id`` None: it is not known which, or it lies abroad;
    ``reason`` is a code of the country's list.
    """

    on: date
    destination_id: UUID | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Arrival:
    """A pupil of the country comes: to which school, year, grade and, perhaps, class.

    ``override``: why the pupil is taken in although a policy of the ministry stands against it.
    """

    institution_id: UUID
    period_id: UUID
    grade_id: UUID
    starts_on: date
    class_id: UUID | None = None
    repeater: bool = False
    override: str | None = None


class TransferService:
    """Commands on where a pupil is at school, by one actor."""

    def __init__(self, db: Database, actor: Actor, today: Callable[[], date] = local_today) -> None:
        """Acts are recorded as ``actor``'s; ``today`` bounds dates."""
        self._db = db
        self._actor = actor
        self._today = today

    def transfer_out(self, student_id: UUID, departure: Departure) -> None:
        """End the pupil's enrolment here and say to which school the pupil goes; nothing is lost.

        Raises :class:`Refused` for a pupil who is not on roll, a day still to come, or the same school.
        """
        self.transfer_all([student_id], departure)

    def transfer_all(self, student_ids: Sequence[UUID], departure: Departure) -> None:
        """The same for several pupils, such as a whole class, in one act; when one cannot go, nobody does."""
        require(self._actor, Right.EDIT_STUDENTS)
        self._refuse_future(departure.on)
        with self._db.write(self._actor, "transfer_out") as session:
            require_open(session, departure.on)
            if departure.destination_id is not None:
                _school(session, departure.destination_id)
            for student_id in student_ids:
                self._send(session, student_id, departure)

    def change_destination(self, student_id: UUID, destination_id: UUID | None) -> None:
        """Say later, or differently, to which school a pupil went who was transferred out."""
        require(self._actor, Right.EDIT_STUDENTS)
        with self._db.write(self._actor, "transfer_out") as session:
            student(session, self._actor, student_id)
            enrolment = last_enrolment(session, student_id)
            if enrolment.exit != TRANSFERRED:
                raise Refused("This pupil was not transferred out. Transfer the pupil first.")
            if destination_id is not None:
                _school(session, destination_id)
            enrolment.destination_id = destination_id

    def transfer_in(self, student_id: UUID, arrival: Arrival) -> UUID:
        """Put a pupil of the country on the roll of a school; returns the id of the new enrolment.

        The new enrolment names the last one. Where that is still open, only somebody of the whole country
        goes on: it ends on the first day at the new school, as transferred there, in the same act. A school
        takes in whom another school has sent to it, or who left for a place unknown. What the pupil was
        enrolled as here before the two records were found to be one ends with it.
        """
        return self.take_in_all([student_id], arrival)[0]

    def take_in_all(self, student_ids: Sequence[UUID], arrival: Arrival) -> tuple[UUID, ...]:
        """The same for several pupils in one act, such as a whole class; if one cannot come, nobody does."""
        require(self._actor, Right.EDIT_STUDENTS, institution_id=arrival.institution_id)
        with self._db.write(self._actor, "transfer_in") as session:
            return tuple(self._take_in(session, student_id, arrival) for student_id in student_ids)

    def enrol_by_number(self, number: str, arrival: Arrival) -> UUID:
        """The same for the pupil with that number, as on the last report card or the transfer slip.

        Raises :class:`Refused` where this laptop knows nobody with it: a school has the records of the pupils
        that are sent to it, the ministry those of the country.
        """
        require(self._actor, Right.EDIT_STUDENTS, institution_id=arrival.institution_id)
        with self._db.write(self._actor, "transfer_in") as session:
            found = numbered(session, number)
            if len(found) != 1:
                raise Refused(NOBODY if not found else SEVERAL, field="number", number=number.strip())
            return self._take_in(session, found[0], arrival)

    def host_pupils(self, student_ids: Sequence[UUID], arrival: Arrival) -> tuple[UUID, ...]:
        """Let pupils sit at another school for a time, as after a storm; they stay on the roll of their own.

        All in one act; returns the ids of the hosted enrolments. This concerns two schools, so it is for
        somebody of the whole country.
        """
        require(self._actor, Right.EDIT_STUDENTS)
        self._require_country()
        with self._db.write(self._actor, "host_pupils") as session:
            _check_arrival(session, arrival)
            return tuple(self._host(session, student_id, arrival) for student_id in student_ids)

    def end_hosting(self, student_id: UUID, on: date) -> None:
        """End the time as a guest; the enrolment at the own school was never interrupted."""
        self.end_all_hosting([student_id], on)

    def end_all_hosting(self, student_ids: Sequence[UUID], on: date) -> None:
        """The same for several pupils, such as all when the own school opens again, in one act."""
        require(self._actor, Right.EDIT_STUDENTS)
        self._refuse_future(on)
        with self._db.write(self._actor, "end_hosting") as session:
            for student_id in student_ids:
                guest = self._guest(session, student_id)
                if guest is None:
                    raise Refused("This pupil is no guest here. Look at the pupil’s enrolments.")
                leave(session, guest, on)

    # -- Parts ----------------------------------------------------------------------------------------

    def _send(self, session: Session, student_id: UUID, departure: Departure) -> None:
        student(session, self._actor, student_id)
        enrolment = current_enrolment(session, student_id)
        if departure.destination_id == enrolment.institution_id:
            raise Refused(
                "The pupil is at that school already. Choose the school that the pupil goes to.",
                field="destination",
            )
        leave(session, enrolment, departure.on)
        _mark_transferred(enrolment, departure.destination_id, departure.reason)
        end_doubles(session, enrolment, departure.on)

    def _guest(self, session: Session, student_id: UUID) -> Enrolment | None:
        """The open stay of a pupil as a guest at a school of the actor's."""
        for enrolment in _open(session, student_id):
            if enrolment.standing == HOSTED and self._reaches(enrolment.institution_id):
                return enrolment
        return None

    def _take_in(self, session: Session, student_id: UUID, arrival: Arrival) -> UUID:
        person = _person(session, student_id)
        _check_arrival(session, arrival)
        own, last = self._actor.institution_id, _last_home(session, person.id)
        for enrolment in _open(session, person.id):
            if enrolment.institution_id == arrival.institution_id and enrolment.standing != HOSTED:
                raise Refused("This pupil is on the roll of that school already.")
            if own is not None and own != enrolment.institution_id:
                raise Refused(
                    "This pupil is still on the roll of {school}. Ask that school to transfer the pupil, "
                    "or the ministry to do both.",
                    school=session.get_one(Institution, enrolment.institution_id).name,
                )
            _end_for(session, enrolment, arrival)
        if own is not None and last.destination_id not in {None, own}:
            raise Refused(
                "This pupil was transferred to {school}. Ask the ministry to change that first.",
                school=session.get_one(Institution, last.destination_id).name,
            )
        _refuse_before(last, arrival)
        _end_doubles(session, person.id, arrival)
        require_open(session, arrival.starts_on)
        place = Wanted(
            arrival.institution_id, arrival.period_id, arrival.grade_id, arrival.class_id, arrival.starts_on
        )
        override = override_of(session, place, person.birth_date, person.sex, arrival.override)
        more = approval_of(session, self._actor, arrival.institution_id, self._today())
        entry: Row = {"entry": "transferred", "override_reason": override, **more}
        return _enrol(session, person.id, arrival, last.id, entry)

    def _host(self, session: Session, student_id: UUID, arrival: Arrival) -> UUID:
        person = _person(session, student_id)
        home = next((each for each in _open(session, person.id) if each.standing != HOSTED), None)
        if home is None:
            raise Refused("This pupil is not on roll. Admit the pupil again first.")
        if any(each.standing == HOSTED for each in _open(session, person.id)):
            raise Refused("This pupil is a guest at a school already. End that first.")
        if home.institution_id == arrival.institution_id:
            raise Refused("That is the pupil’s own school. Choose the school that takes the pupil in.")
        if arrival.starts_on < home.starts_on:
            raise Refused(_EARLY, field="starts_on", first=home.starts_on)
        require_open(session, arrival.starts_on)
        return _enrol(session, person.id, arrival, home.id, {"standing": HOSTED, "entry": HOSTED})

    def _reaches(self, institution_id: UUID) -> bool:
        return self._actor.institution_id in {None, institution_id}

    def _require_country(self) -> None:
        if self._actor.institution_id is not None:
            raise Refused("This concerns two schools. Ask the ministry to do it.")

    def _refuse_future(self, day: date) -> None:
        if day > self._today():
            raise Refused("{day} is still to come. Choose today or an earlier day.", field="ends_on", day=day)


NOBODY = N_(
    "Nobody with the number {number} is known on this laptop. Ask the old school to transfer the pupil to "
    "this one, then synchronise; or ask the ministry to enrol the pupil here."
)
SEVERAL = N_("More than one pupil has the number {number}. Ask the ministry which one comes.")
_EARLY = N_("The pupil came on {first}. Choose that day or a later one.")


def _person(session: Session, student_id: UUID) -> Person:
    """The live record of who has been a pupil; of a double the record that is kept."""
    person = session.get(Person, together(session, [student_id]).main_of(student_id))
    if person is None or person.deleted_at is not None or not _known(session, person.id):
        raise Refused("There is no such pupil on this laptop, or the record is not open to you.")
    return person


def _known(session: Session, person_id: UUID) -> bool:
    records = together(session, [person_id]).of(person_id)
    question = select(Enrolment.id).where(Enrolment.person_id.in_(records), Enrolment.deleted_at.is_(None))
    return session.scalar(question.limit(1)) is not None


def _open(session: Session, student_id: UUID) -> list[Enrolment]:
    """The enrolments of a pupil that have not ended, the home one before a hosted one."""
    rows = session.scalars(
        select(Enrolment).where(
            Enrolment.person_id == student_id, Enrolment.deleted_at.is_(None), Enrolment.ends_on.is_(None)
        )
    )
    return sorted(rows, key=lambda row: (row.standing == HOSTED, row.starts_on))


def _last_home(session: Session, student_id: UUID) -> Enrolment:
    """The last enrolment that was no stay as a guest, an open one first."""
    home = [each for each in _open(session, student_id) if each.standing != HOSTED]
    return home[-1] if home else last_enrolment(session, student_id)


def _school(session: Session, institution_id: UUID) -> Institution:
    found = session.get(Institution, institution_id)
    if found is None or found.deleted_at is not None:
        raise Refused(_GONE, field="destination")
    return found


def _check_arrival(session: Session, arrival: Arrival) -> None:
    check_enrolment(session, arrival.institution_id, arrival.period_id, arrival.grade_id, arrival.starts_on)
    if arrival.class_id is not None:
        check_class(session, arrival.class_id, arrival.institution_id, arrival.period_id, arrival.grade_id)


def _end_for(session: Session, enrolment: Enrolment, arrival: Arrival) -> None:
    """End an enrolment that is open elsewhere with the first day at the new school."""
    if arrival.starts_on < enrolment.starts_on:
        raise Refused(_EARLY, field="starts_on", first=enrolment.starts_on)
    leave(session, enrolment, arrival.starts_on)
    if enrolment.standing != HOSTED:
        _mark_transferred(enrolment, arrival.institution_id, None)


def _end_doubles(session: Session, person_id: UUID, arrival: Arrival) -> None:
    """End what the same pupil was enrolled as at this school before it was known that both are one."""
    for double in together(session, [person_id]).of(person_id)[1:]:
        for enrolment in _open(session, double):
            if enrolment.institution_id == arrival.institution_id:
                leave(session, enrolment, max(arrival.starts_on, enrolment.starts_on))
                enrolment.exit, enrolment.exit_reason = "administrative", None


def _mark_transferred(enrolment: Enrolment, destination_id: UUID | None, reason: str | None) -> None:
    enrolment.exit = TRANSFERRED
    enrolment.exit_reason = reason
    enrolment.destination_id = destination_id


def _refuse_before(last: Enrolment, arrival: Arrival) -> None:
    if last.ends_on is not None and arrival.starts_on < last.ends_on:
        raise Refused(
            "The pupil left on {last}. Choose that day or a later one.", field="starts_on", last=last.ends_on
        )


def _enrol(session: Session, person_id: UUID, arrival: Arrival, previous_id: UUID, more: Row) -> UUID:
    enrolment = Enrolment(
        id=new_id(),
        person_id=person_id,
        institution_id=arrival.institution_id,
        period_id=arrival.period_id,
        grade_id=arrival.grade_id,
        starts_on=arrival.starts_on,
        repeater=arrival.repeater,
        previous_id=previous_id,
        **more,
    )
    session.add(enrolment)
    if arrival.class_id is not None:
        stay = ClassPupil(
            id=new_id(),
            class_id=arrival.class_id,
            enrolment_id=enrolment.id,
            starts_on=arrival.starts_on,
        )
        session.add(stay)
    session.flush()
    return enrolment.id
