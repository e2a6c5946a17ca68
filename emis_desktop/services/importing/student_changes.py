"""What the sound rows of a file of students write: admissions, people around them, changes of records."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from emis_desktop.errors import Refused
from emis_desktop.exchange.columns import Record
from emis_desktop.models import AcademicPeriod, ClassPupil, Enrolment, Guardianship, Person, PersonContact
from emis_desktop.rules.ids import natural_id, new_id
from emis_desktop.rules.names import fold
from emis_desktop.services.admission import (
    Admission,
    NewStudent,
    Row,
    admission,
    enrolment_row,
    place_row,
    write_admissions,
    write_rows,
)
from emis_desktop.services.enrolments import leave, place
from emis_desktop.services.importing.history import Ending, History
from emis_desktop.services.importing.people import Known
from emis_desktop.services.importing.values import UNKNOWN_RELATION, GuardianText
from emis_desktop.services.person_fields import checked_text
from emis_desktop.services.student_numbers import (
    PROVISIONAL,
    kept_number,
    number_kind,
    provisional_number,
)


@dataclass(slots=True)
class Written:
    """Rows to insert, by what they are."""

    admissions: list[Admission] = field(default_factory=list)
    people: list[Row] = field(default_factory=list)
    links: list[Row] = field(default_factory=list)
    contacts: list[Row] = field(default_factory=list)
    enrolments: list[Row] = field(default_factory=list)
    places: list[Row] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Made:
    """A pupil whom the file makes, with the enrolments so far."""

    person_id: UUID
    enrolments: list[Enrolment]


class StudentChanges:
    """Collects what rows do; :meth:`write` does it."""

    def __init__(self, session: Session, today: date) -> None:
        """``today`` is the day on which pupils change class."""
        self._session = session
        self._today = today
        self._new = Written()
        self._updates: list[Callable[[], None]] = []
        self._history = History(session, today)
        self._made_guardians: dict[tuple[str, str, str], UUID] = {}

    def write(self) -> None:
        """Write it all inside the open act."""
        session, new = self._session, self._new
        write_admissions(session, [self._numbered(each) for each in new.admissions])
        write_rows(session, Person, new.people)
        write_rows(session, Guardianship, new.links)
        write_rows(session, PersonContact, new.contacts)
        write_rows(session, Enrolment, new.enrolments)
        write_rows(session, ClassPupil, new.places)
        for update in self._updates:
            update()
        session.flush()

    def _numbered(self, made: Admission) -> Admission:
        if made.identity is not None:
            return made
        number = provisional_number(self._session)
        row = {"id": new_id(), "person_id": made.person_id, "kind": PROVISIONAL, "number": number}
        return replace(made, identity=row)

    def admit(
        self,
        record: Record,
        new: NewStudent,
        guardians: Sequence[GuardianText],
        phone: str | None,
        ending: Ending | None = None,
    ) -> Made:
        """Note a new pupil; with ``ending`` one who is on the roll no more."""
        number = None
        if record.get("number"):
            kind = number_kind(record.get("number"))
            number = (kind, kept_number(kind, record.get("number")))
        made = admission(new, self._today, number)
        if ending is not None:
            made = self._history.end(made, new, ending)
        self._new.admissions.append(made)
        if phone:
            self._new.contacts.append(_phone_row(made.person_id, phone))
        for priority, guardian in enumerate(guardians, 1):
            self._add_guardian(made.person_id, guardian, priority)
        return Made(made.person_id, [Enrolment(**made.enrolment)])

    def enrol_made(self, made: Made, new: NewStudent, ending: Ending | None) -> None:
        """Note another year of a pupil whom this file makes."""
        if ending is None:
            row, stay = self._history.go_on(made.person_id, made.enrolments, new)
        else:
            row, stay = self._history.add(made.person_id, made.enrolments, new, ending)
        made.enrolments.append(Enrolment(**row))
        made.enrolments.sort(key=lambda one: one.starts_on)
        self._new.enrolments.append(row)
        if stay is not None:
            self._new.places.append(stay)

    def past(self, record: Record, known: Known, new: NewStudent, ending: Ending) -> str:
        """Note an enrolment that has ended of a pupil already there: created, updated or unchanged."""
        there = self._history.same(known.enrolments, new, record)
        if there is not None:
            said = ending if record.get("ends_on") else replace(ending, ends_on=None)
            change = self._history.change(there, new, said, record)
            if change is not None:
                self._updates.append(change)
            return "unchanged" if change is None else "updated"
        row, stay = self._history.add(known.person.id, known.enrolments, new, ending)
        self._new.enrolments.append(row)
        if stay is not None:
            self._new.places.append(stay)
        return "created"

    def update(
        self,
        record: Record,
        known: Known,
        new: NewStudent,
        guardians: Sequence[GuardianText],
        phone: str | None,
    ) -> bool:
        """Note what a row changes of a pupil already there; whether it changes anything."""
        before = len(self._updates) + _size(self._new)
        self._update_enrolment(
            record, known, new
        )  # first: it may refuse the row, of which nothing may stay then
        self._update_person(record, known.person, new)
        self._update_phone(known.person.id, known.phone, phone)
        more = len(known.guardians)
        for guardian in guardians:
            more += self._update_guardian(known, guardian, more + 1)
        return len(self._updates) + _size(self._new) > before

    def _add_guardian(self, student_id: UUID, guardian: GuardianText, priority: int) -> None:
        """A guardian with the same names and phone in another row of the file is the same person."""
        key = (fold(guardian.given_names), fold(guardian.family_name), guardian.phone or "")
        guardian_id = self._made_guardians.get(key) if guardian.phone else None
        if guardian_id is None:
            guardian_id = new_id()
            self._made_guardians[key] = guardian_id
            self._new.people.append(
                {
                    "id": guardian_id,
                    "given_names": checked_text("given_names", guardian.given_names),
                    "family_name": checked_text("family_name", guardian.family_name),
                    "synthetic": guardian.synthetic,
                }
            )
            if guardian.phone:
                self._new.contacts.append(_phone_row(guardian_id, guardian.phone))
        self._new.links.append(
            {
                "id": natural_id("guardianship", student_id, guardian_id),
                "student_id": student_id,
                "guardian_id": guardian_id,
                "relation": guardian.relation or UNKNOWN_RELATION,
                "priority": priority,
                "may_collect": True,
                "court_order": False,
            }
        )

    def _update_person(self, record: Record, person: Person, new: NewStudent) -> None:
        wanted: dict[str, str | date | None] = {
            "given_names": checked_text("given_names", new.given_names),
            "family_name": checked_text("family_name", new.family_name),
            "sex": new.sex,
        }
        if record.get("birth_date"):
            wanted["birth_date"] = new.birth_date
        for name in new.fields:
            wanted[name] = checked_text(name, record.get(name))
        changed = {name: value for name, value in wanted.items() if getattr(person, name) != value}
        if changed:
            self._updates.append(lambda: _set(person, changed))

    def _update_phone(self, person_id: UUID, phone: PersonContact | None, wanted: str | None) -> None:
        if wanted is None or (phone is not None and phone.value == wanted):
            return
        if phone is None:
            self._new.contacts.append(_phone_row(person_id, wanted))
        else:
            self._updates.append(lambda: _set(phone, {"value": wanted}))

    def _update_enrolment(self, record: Record, known: Known, new: NewStudent) -> None:
        enrolment = known.enrolment
        if enrolment is None or enrolment.ends_on is not None or enrolment.period_id != new.period_id:
            self._enrol_again(known, new)
            return
        if enrolment.institution_id != new.institution_id:
            raise Refused(
                "This pupil is on the roll of another school. Ask it for a transfer.", field="institution"
            )
        if record.get("starts_on") and new.starts_on != enrolment.starts_on:
            raise Refused(
                "This pupil is on roll since {first}. Correct the day, or leave this column out.",
                field="starts_on",
                first=enrolment.starts_on,
            )
        wanted: dict[str, object] = {"grade_id": new.grade_id}
        if "repeater" in record.values:  # a file without the column says nothing of it
            wanted["repeater"] = new.repeater
        changed = {name: value for name, value in wanted.items() if getattr(enrolment, name) != value}
        if changed:
            self._updates.append(lambda: _set(enrolment, changed))
        here = known.place.class_id if known.place else None
        if new.class_id is not None and new.class_id != here:
            class_id, day = new.class_id, max(self._today, enrolment.starts_on)
            self._updates.append(lambda: place(self._session, enrolment, class_id, day))

    def _enrol_again(self, known: Known, new: NewStudent) -> None:
        """A pupil of an earlier year, or one who left, comes back: a new enrolment that names the old one."""
        old = known.enrolment
        if old is not None:
            _refuse_going_back(old, new)
        if old is not None and old.ends_on is None:
            ended, day = old, new.starts_on - timedelta(days=1)
            self._updates.append(lambda: self._end_year(ended, day))
        row = enrolment_row(known.person.id, new)
        row["previous_id"] = old.id if old else None
        self._new.enrolments.append(row)
        stay = place_row(row, new.class_id)
        if stay is not None:
            self._new.places.append(stay)

    def _end_year(self, old: Enrolment, day: date) -> None:
        """End the enrolment of an earlier year on its last day, or on ``day`` when that comes first."""
        year = self._session.get_one(AcademicPeriod, old.period_id)
        leave(self._session, old, min(day, year.ends_on))

    def _update_guardian(self, known: Known, guardian: GuardianText, priority: int) -> bool:
        """Bring a guardian up to date; whether it is a new one, who comes in at ``priority``."""
        same = [each for each in known.guardians if _is(each.person, guardian)]
        if not same:
            self._add_guardian(known.person.id, guardian, priority)
            return True
        there = same[0]
        if guardian.relation and there.link.relation != guardian.relation:
            self._updates.append(lambda: _set(there.link, {"relation": guardian.relation}))
        self._update_phone(there.person.id, there.phone, guardian.phone)
        return False


def _refuse_going_back(old: Enrolment, new: NewStudent) -> None:
    """Refuse a row of a time when the pupil was on roll already: last year's file, or one from before the
    pupil left, must not undo what came after it.
    """
    if old.ends_on is None and new.starts_on <= old.starts_on:
        raise Refused("This pupil is on roll already.", field="starts_on")
    if old.ends_on is not None and new.starts_on < old.ends_on:
        raise Refused(
            "The pupil left on {last}. Choose that day or a later one.", field="starts_on", last=old.ends_on
        )


def _size(new: Written) -> int:
    return len(new.people) + len(new.links) + len(new.contacts) + len(new.enrolments)


def _set(row: object, values: Mapping[str, object]) -> None:
    for name, value in values.items():
        setattr(row, name, value)


def _phone_row(person_id: UUID, phone: str) -> Row:
    return {"id": new_id(), "person_id": person_id, "kind": "phone", "value": phone, "priority": 1}


def _is(person: Person, guardian: GuardianText) -> bool:
    return fold(f"{person.given_names} {person.family_name}") == fold(guardian.name)
