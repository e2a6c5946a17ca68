"""Who is in classes on a day, with guardians and phones: for class lists, emergency rolls, cards, registers.

A pupil of whom there are two records is on the roll once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from emis_desktop.models import ClassPupil, Enrolment, Guardianship, Person, PersonContact
from emis_desktop.one_person import Together, together
from emis_desktop.queries.classes import classes_of
from emis_desktop.queries.papers.school import SayCode
from emis_desktop.queries.phones import first_phones
from emis_desktop.queries.plain import pieces
from emis_desktop.queries.roster import numbers_of, on_roll
from emis_desktop.queries.school_values import ClassInfo
from emis_desktop.rules.dates import age_on
from emis_desktop.rules.names import display_name, listed_name, sort_key
from emis_desktop.rules.papers import ClassRoll, Contact, RollPupil
from emis_desktop.rules.rights import Actor, SensitivityClass, may_read
from emis_desktop.rules.student_number import number_text


@dataclass(frozen=True, slots=True)
class OnRoll:
    """A pupil of a class on a day, by the record that is kept."""

    student_id: UUID
    class_id: UUID
    given_names: str
    family_name: str
    sex: str | None
    birth_date: date | None


@dataclass(frozen=True, slots=True)
class Rolls:
    """Classes in order, and who is in each, in register order."""

    classes: tuple[ClassInfo, ...]
    pupils: Mapping[UUID, tuple[OnRoll, ...]]

    def students(self) -> list[UUID]:
        """Everybody, class by class."""
        return [pupil.student_id for one in self.classes for pupil in self.pupils[one.id]]


def rolls_on(
    session: Session,
    actor: Actor,
    institution_id: UUID,
    year_id: UUID,
    day: date,
    class_ids: Collection[UUID] | None = None,
) -> Rolls:
    """The classes of a school that ``actor`` sees (of ``class_ids`` only when given) with their pupils."""
    classes = tuple(
        one
        for one in classes_of(session, actor, institution_id, year_id, day)
        if class_ids is None or one.id in class_ids
    )
    found = _on_roll(session, [one.id for one in classes], day)
    return Rolls(classes, {one.id: tuple(found.get(one.id, ())) for one in classes})


def class_rolls(
    session: Session, actor: Actor, rolls: Rolls, day: date, say: SayCode
) -> tuple[ClassRoll, ...]:
    """The rolls as papers show them; guardians and phones for who reads them."""
    students = rolls.students()
    numbers = _numbers(session, students)
    contacts: Mapping[UUID, tuple[Contact, ...]] = {}
    phones: Mapping[UUID, PersonContact] = {}
    if may_read(actor, SensitivityClass.CONTACT):
        contacts = contacts_of(session, students, say)
        phones = first_phones(session, [one.teacher_id for one in rolls.classes if one.teacher_id])
    return tuple(
        ClassRoll(
            name=one.name,
            teacher=one.teacher or None,
            teacher_phone=_phone(phones, one.teacher_id),
            pupils=tuple(
                _line(pupil, numbers.get(pupil.student_id), contacts.get(pupil.student_id, ()), day)
                for pupil in rolls.pupils[one.id]
            ),
        )
        for one in rolls.classes
    )


def _phone(phones: Mapping[UUID, PersonContact], person_id: UUID | None) -> str | None:
    found = None if person_id is None else phones.get(person_id)
    return None if found is None else found.value


def contacts_of(
    session: Session, student_ids: Collection[UUID], say: SayCode
) -> dict[UUID, tuple[Contact, ...]]:
    """The guardians of each pupil, whom to call first first; one whom two records name stands once."""
    whole = together(session, student_ids)
    found: dict[UUID, list[tuple[int, UUID, Guardianship, Person]]] = {}
    of = {record: student for student in student_ids for record in whole.of(student)}
    for piece in pieces(whole.all_of(student_ids)):
        rows = session.execute(
            select(Guardianship, Person)
            .join(Person, Person.id == Guardianship.guardian_id)
            .where(
                Guardianship.student_id.in_(piece),
                Guardianship.deleted_at.is_(None),
                Person.deleted_at.is_(None),
            )
            .order_by(Guardianship.priority, Person.family_name)
        )
        for link, person in rows:
            found.setdefault(of[link.student_id], []).append((link.priority, person.id, link, person))
    phones: dict[UUID, PersonContact] = {}
    for piece in pieces({line[1] for lines in found.values() for line in lines}):
        phones.update(first_phones(session, piece))
    return {student: tuple(_contacts(lines, phones, say)) for student, lines in found.items()}


def _contacts(
    lines: Iterable[tuple[int, UUID, Guardianship, Person]],
    phones: Mapping[UUID, PersonContact],
    say: SayCode,
) -> Iterable[Contact]:
    seen: set[UUID] = set()
    for _priority, guardian_id, link, person in lines:
        if guardian_id in seen:
            continue
        seen.add(guardian_id)
        phone = phones.get(guardian_id)
        yield Contact(
            name=display_name(person.given_names, person.family_name),
            relation=say("guardian_relation", link.relation),
            phone=phone.value if phone is not None else None,
            may_collect=link.may_collect,
            court_order=link.court_order,
        )


def _line(pupil: OnRoll, number: str | None, contacts: tuple[Contact, ...], day: date) -> RollPupil:
    born = pupil.birth_date
    return RollPupil(
        name=listed_name(pupil.given_names, pupil.family_name),
        number=None if number is None else number_text(number),
        sex=pupil.sex,
        birth_date=born,
        age=age_on(born, day) if born is not None and born <= day else None,
        contacts=contacts,
    )


def _on_roll(session: Session, class_ids: Collection[UUID], day: date) -> dict[UUID, list[OnRoll]]:
    rows = session.execute(
        select(ClassPupil.class_id, Person)
        .join(Enrolment, Enrolment.id == ClassPupil.enrolment_id)
        .join(Person, Person.id == Enrolment.person_id)
        .where(ClassPupil.class_id.in_(class_ids), on_roll(day), Person.deleted_at.is_(None))
    ).all()
    whole = together(session, [person.id for _class_id, person in rows])
    kept = _kept(session, whole)
    found: dict[UUID, dict[UUID, OnRoll]] = {}
    for class_id, record in rows:
        person = kept.get(whole.main_of(record.id), record)
        found.setdefault(class_id, {})[person.id] = OnRoll(
            person.id, class_id, person.given_names, person.family_name, person.sex, person.birth_date
        )
    return {
        class_id: sorted(
            pupils.values(), key=lambda one: (sort_key(one.family_name, one.given_names), one.student_id)
        )
        for class_id, pupils in found.items()
    }


def _kept(session: Session, whole: Together) -> dict[UUID, Person]:
    """The main records of those who have several."""
    mains = set(whole.main.values())
    return (
        {row.id: row for row in session.scalars(select(Person).where(Person.id.in_(mains)))} if mains else {}
    )


def _numbers(session: Session, students: Collection[UUID]) -> dict[UUID, str]:
    found: dict[UUID, str] = {}
    for piece in pieces(students):
        found.update(numbers_of(session, piece))
    return found
