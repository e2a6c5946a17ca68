"""Students from a file: each row is a pupil to admit, to bring up to date, or to leave as is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from emis_desktop.errors import Refused
from emis_desktop.exchange.columns import Record, Records
from emis_desktop.models import ClassGrade, ClassPupil, Enrolment, Person, PersonContact, SchoolClass
from emis_desktop.models import Guardianship as GuardianLink
from emis_desktop.rules.dates import parse_birth_date, parse_date
from emis_desktop.rules.ids import natural_id, new_id
from emis_desktop.rules.names import fold
from emis_desktop.rules.rights import Actor
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
from emis_desktop.services.enrolments import place
from emis_desktop.services.importing.outcome import Outcome, in_column
from emis_desktop.services.importing.people import Known, NameKey, holders_of, namesakes, read_known
from emis_desktop.services.importing.places import Places, read_places
from emis_desktop.services.importing.values import GuardianText, guardian_text, sex, yes
from emis_desktop.services.person_fields import checked_text
from emis_desktop.services.relations import phone_number
from emis_desktop.services.student_numbers import (
    PROVISIONAL,
    kept_number,
    number_kind,
    provisional_number,
)

TEXTS = ("preferred_name", "birth_place", "nationality", "address")
EARLIEST = date(1950, 1, 1)


@dataclass(slots=True)
class Written:
    """Rows to insert, by what they are."""

    admissions: list[Admission] = field(default_factory=list)
    classes: list[Row] = field(default_factory=list)
    class_grades: list[Row] = field(default_factory=list)
    people: list[Row] = field(default_factory=list)
    links: list[Row] = field(default_factory=list)
    contacts: list[Row] = field(default_factory=list)
    enrolments: list[Row] = field(default_factory=list)
    places: list[Row] = field(default_factory=list)


class StudentImport:
    """One file of students inside one act: ``decide`` checks all rows, ``write`` writes the sound ones."""

    def __init__(self, session: Session, actor: Actor, today: date) -> None:
        """Reads the structure of the store once."""
        self._session = session
        self._today = today
        self._places: Places = read_places(session, actor, today)
        self._new = Written()
        self._updates: list[Callable[[], None]] = []
        self._seen: dict[str, int] = {}
        self._made_guardians: dict[tuple[str, str, str], UUID] = {}

    def decide(self, records: Records, step: Callable[[int, int], None]) -> Outcome:
        """What each row does; nothing is written yet. ``step(done, total)`` may raise to stop."""
        outcome = Outcome()
        numbers = {self._number(record)[1] for record in records.rows if record.get("number")}
        holders = holders_of(self._session, numbers)
        schools = [school.id for school in self._places.schools.values()]
        alike = namesakes(self._session, schools)
        matches = {record.line: self._match(record, holders, alike) for record in records.rows}
        known = read_known(self._session, {found for found in matches.values() if found})
        for done, record in enumerate(records.rows, 1):
            with outcome.row(record):
                self._row(record, known.get(matches[record.line] or _NOBODY), outcome)
            if done % 200 == 0:
                step(done, len(records.rows))
        return outcome

    def write(self) -> None:
        """Write what :meth:`decide` found sound."""
        session, new = self._session, self._new
        write_rows(session, SchoolClass, new.classes)
        write_rows(session, ClassGrade, new.class_grades)
        write_admissions(session, [self._numbered(each) for each in new.admissions])
        _write_more(session, new)
        for update in self._updates:
            update()
        session.flush()

    def _numbered(self, made: Admission) -> Admission:
        if made.identity is not None:
            return made
        number = provisional_number(self._session)
        row = {"id": new_id(), "person_id": made.person_id, "kind": PROVISIONAL, "number": number}
        return replace(made, identity=row)

    def _number(self, record: Record) -> tuple[str, str]:
        text = record.get("number")
        kind = number_kind(text)
        try:
            return kind, kept_number(kind, text)
        except Refused:
            return kind, text

    def _match(
        self, record: Record, holders: dict[str, UUID], alike: dict[NameKey, list[UUID]]
    ) -> UUID | None:
        """The pupil that a row means: by number, else by the same names and date of birth."""
        if record.get("number"):
            return holders.get(self._number(record)[1])
        found = alike.get(self._name_key(record), [])
        return found[0] if len(found) == 1 else None

    def _name_key(self, record: Record) -> NameKey:
        try:
            born = self._born(record)
        except Refused:
            born = None
        return fold(record.get("given_names")), fold(record.get("family_name")), born

    def _born(self, record: Record) -> date | None:
        text = record.get("birth_date")
        with in_column("birth_date"):
            return parse_birth_date(text, self._today) if text else None

    def _row(self, record: Record, known: Known | None, outcome: Outcome) -> None:
        self._refuse_twice(record)
        new = self._student(record)
        guardian = guardian_text(record)
        phone = phone_number(record.get("phone"))
        if known is None:
            self._admit(record, new, guardian, phone)
            outcome.created += 1
        elif self._update(record, known, new, guardian, phone):
            outcome.updated += 1
        else:
            outcome.unchanged += 1

    def _refuse_twice(self, record: Record) -> None:
        number = record.get("number")
        key = self._number(record)[1] if number else repr(self._name_key(record))
        first = self._seen.setdefault(key, record.line)
        if first != record.line:
            column = "number" if number else "given_names"
            raise Refused("Row {row} is the same pupil. Take one of them away.", field=column, row=first)

    def _student(self, record: Record) -> NewStudent:
        """The row as an admission, every value checked."""
        school = self._places.school(record.get("institution"))
        first_day = self._first_day(record)
        year = self._places.year_on(first_day or self._today)
        class_id, grade_id = self._class(record, school.id, year.id)
        new = NewStudent(
            given_names=record.get("given_names"),
            family_name=record.get("family_name"),
            sex=sex(record.get("sex")),
            birth_date=self._born(record),
            institution_id=school.id,
            period_id=year.id,
            grade_id=grade_id,
            starts_on=first_day or year.starts_on,
            class_id=class_id,
            repeater=yes(record, "repeater"),
            synthetic=yes(record, "synthetic"),
            fields={name: record.get(name) for name in TEXTS if record.get(name)},
        )
        for name in ("given_names", "family_name", *new.fields):
            checked_text(name, record.get(name))
        return new

    def _first_day(self, record: Record) -> date | None:
        text = record.get("starts_on")
        if not text:
            return None
        with in_column("starts_on"):
            return parse_date(text, EARLIEST, self._today.replace(year=self._today.year + 2, day=1))

    def _class(self, record: Record, school_id: UUID, year_id: UUID) -> tuple[UUID | None, UUID]:
        """Class and grade that a row names; a class that is not there is made from its grade."""
        name, grade = record.get("class"), record.get("grade")
        if not name and not grade:
            raise Refused("Give the grade or the class.", field="grade")
        key = (school_id, year_id, fold(name))
        found = self._places.classes.get(key) if name else None
        if found is not None:
            return found.id, self._grade_of(found, grade)
        grade_id = self._places.grade(grade).id if grade else None
        if grade_id is None:
            raise Refused(
                "There is no class {name}. Give its grade as well, to make it.", field="class", name=name
            )
        return (self._make_class(key, name, grade_id) if name else None), grade_id

    def _grade_of(self, found: SchoolClass, grade: str) -> UUID:
        grades = self._places.class_grades.get(found.id, set())
        if grade:
            chosen = self._places.grade(grade).id
            if chosen not in grades:
                raise Refused("{name} has no pupils of {grade}.", field="grade", name=found.name, grade=grade)
            return chosen
        if len(grades) != 1:
            raise Refused(
                "{name} has several grades. Give the pupil's grade.", field="grade", name=found.name
            )
        return next(iter(grades))

    def _make_class(self, key: tuple[UUID, UUID, str], name: str, grade_id: UUID) -> UUID:
        made = SchoolClass(id=new_id(), institution_id=key[0], period_id=key[1], name=" ".join(name.split()))
        self._places.classes[key] = made
        self._places.class_grades[made.id] = {grade_id}
        self._new.classes.append(
            {"id": made.id, "institution_id": key[0], "period_id": key[1], "name": made.name}
        )
        link = natural_id("class_grade", made.id, grade_id)
        self._new.class_grades.append({"id": link, "class_id": made.id, "grade_id": grade_id})
        return made.id

    def _admit(
        self, record: Record, new: NewStudent, guardian: GuardianText | None, phone: str | None
    ) -> None:
        number = None
        if record.get("number"):
            kind = number_kind(record.get("number"))
            number = (kind, kept_number(kind, record.get("number")))
        made = admission(new, self._today, number)
        self._new.admissions.append(made)
        if phone:
            self._new.contacts.append(_phone_row(made.person_id, phone))
        if guardian is not None:
            self._add_guardian(made.person_id, guardian, priority=1)

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
                "relation": guardian.relation,
                "priority": priority,
                "may_collect": True,
                "court_order": False,
            }
        )

    def _update(
        self, record: Record, known: Known, new: NewStudent, guardian: GuardianText | None, phone: str | None
    ) -> bool:
        """Note what a row changes of a pupil already there; whether it changes anything."""
        before = len(self._updates) + _size(self._new)
        self._update_person(record, known.person, new)
        self._update_phone(known.person.id, known.phone, phone)
        self._update_enrolment(known, new)
        if guardian is not None:
            self._update_guardian(known, guardian)
        return len(self._updates) + _size(self._new) > before

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

    def _update_enrolment(self, known: Known, new: NewStudent) -> None:
        enrolment = known.enrolment
        if enrolment is None or enrolment.ends_on is not None or enrolment.period_id != new.period_id:
            self._enrol_again(known, new)
            return
        if enrolment.institution_id != new.institution_id:
            raise Refused(
                "This pupil is on the roll of another school. Ask it for a transfer.", field="institution"
            )
        wanted = {"grade_id": new.grade_id, "repeater": new.repeater}
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
        if old is not None and old.ends_on is None and old.period_id != new.period_id:
            last_day = new.starts_on
            self._updates.append(lambda: _set(old, {"ends_on": last_day}))
        row = enrolment_row(known.person.id, new)
        row["previous_id"] = old.id if old else None
        self._new.enrolments.append(row)
        stay = place_row(row, new.class_id)
        if stay is not None:
            self._new.places.append(stay)

    def _update_guardian(self, known: Known, guardian: GuardianText) -> None:
        same = [each for each in known.guardians if fold(_name(each.person)) == fold(guardian.name)]
        if not same:
            self._add_guardian(known.person.id, guardian, priority=len(known.guardians) + 1)
            return
        there = same[0]
        if there.link.relation != guardian.relation:
            self._updates.append(lambda: _set(there.link, {"relation": guardian.relation}))
        self._update_phone(there.person.id, there.phone, guardian.phone)


_NOBODY = UUID(int=0)


def _write_more(session: Session, new: Written) -> None:
    """What is not part of an admission."""
    write_rows(session, Person, new.people)
    write_rows(session, GuardianLink, new.links)
    write_rows(session, PersonContact, new.contacts)
    write_rows(session, Enrolment, new.enrolments)
    write_rows(session, ClassPupil, new.places)


def _name(person: Person) -> str:
    return f"{person.given_names} {person.family_name}"


def _size(new: Written) -> int:
    return len(new.people) + len(new.links) + len(new.contacts) + len(new.enrolments)


def _set(row: object, values: Mapping[str, object]) -> None:
    for name, value in values.items():
        setattr(row, name, value)


def _phone_row(person_id: UUID, phone: str) -> Row:
    return {"id": new_id(), "person_id": person_id, "kind": "phone", "value": phone, "priority": 1}
