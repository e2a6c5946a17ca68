"""Class lists, emergency rolls, ID cards and blank registers of a school or of some classes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from emis_desktop.errors import Refused
from emis_desktop.models import AcademicPeriod
from emis_desktop.one_person import together
from emis_desktop.queries.calendar import calendar_of
from emis_desktop.queries.papers.rolls import OnRoll, Rolls, class_rolls, rolls_on
from emis_desktop.queries.papers.school import SayCode, paper_school, school_and_year
from emis_desktop.queries.plain import places, rows
from emis_desktop.queries.roster import numbers_of
from emis_desktop.rules.names import display_name
from emis_desktop.rules.papers import (
    ClassList,
    EmergencyRoll,
    IdCard,
    IdCards,
    Register,
    RegisterDay,
    Registers,
)
from emis_desktop.rules.rights import Actor, Right, SensitivityClass, may_read, require
from emis_desktop.rules.student_number import number_text

_PHOTOS = "SELECT person_id, image FROM person_photo WHERE person_id IN ({people}) AND deleted_at IS NULL"
CARDS_A_SHEET = 10


@dataclass(frozen=True, slots=True)
class RollQuestion:
    """Of which school, year and day; of ``class_ids`` only when given, of ``students`` only when given."""

    institution_id: UUID
    year_id: UUID
    day: date
    language: str
    class_ids: frozenset[UUID] | None = None
    students: frozenset[UUID] | None = None


def class_lists(session: Session, actor: Actor, asked: RollQuestion, say: SayCode) -> list[ClassList]:
    """A list a class; one without classes where there is none."""
    school, year = school_and_year(session, actor, asked.institution_id, asked.year_id)
    found = class_rolls(session, actor, _rolls(session, actor, asked), asked.day, say)
    contacts = may_read(actor, SensitivityClass.CONTACT)
    head = paper_school(school)
    papers = [ClassList(head, year, asked.day, (roll,), contacts, asked.language) for roll in found]
    return papers or [ClassList(head, year, asked.day, (), contacts, asked.language)]


def emergency_roll(session: Session, actor: Actor, asked: RollQuestion, say: SayCode) -> EmergencyRoll:
    """The roll without medical alerts, which are sealed: see ``services.papers``.

    Its pupils come in the order of :func:`students_of`.
    """
    school, year = school_and_year(session, actor, asked.institution_id, asked.year_id)
    return EmergencyRoll(
        school=paper_school(school),
        year=year,
        day=asked.day,
        classes=class_rolls(session, actor, _rolls(session, actor, asked), asked.day, say),
        whole=asked.class_ids is None and actor.class_ids is None,
        contacts=may_read(actor, SensitivityClass.CONTACT),
        alerts=False,
        language=asked.language,
    )


def students_of(session: Session, actor: Actor, asked: RollQuestion) -> list[UUID]:
    """Everybody of a roll, class by class in register order."""
    return _rolls(session, actor, asked).students()


def chosen(students: Collection[UUID], asked: RollQuestion) -> list[UUID]:
    """Those of these pupils who are asked for."""
    return [one for one in students if asked.students is None or one in asked.students]


def id_cards(session: Session, actor: Actor, asked: RollQuestion) -> Iterator[IdCards]:
    """The cards a sheet at a time, class by class in register order, each with its photo."""
    school, year = school_and_year(session, actor, asked.institution_id, asked.year_id)
    rolls = _rolls(session, actor, asked)
    until = session.get_one(AcademicPeriod, asked.year_id).ends_on
    names = {one.id: one.name for one in rolls.classes}
    pupils = [
        pupil
        for one in rolls.classes
        for pupil in rolls.pupils[one.id]
        if asked.students is None or pupil.student_id in asked.students
    ]
    head = paper_school(school)
    for start in range(0, max(1, len(pupils)), CARDS_A_SHEET):
        sheet = pupils[start : start + CARDS_A_SHEET]
        cards = _cards(session, sheet, names)
        yield IdCards(head, year, until, cards, asked.language)


def registers(
    session: Session, actor: Actor, asked: RollQuestion, month: date, sessions: int | None = None
) -> list[Registers]:
    """Blank registers for the month that has the day ``month``, a class each.

    ``sessions`` a day, None: as many as the school holds. Raises :class:`Refused` for a month in which no
    school is held.
    """
    school, year = school_and_year(session, actor, asked.institution_id, asked.year_id)
    calendar = calendar_of(session, asked.institution_id, asked.year_id)
    days = _days(session, asked, month)
    if not days:
        raise Refused("No school is held in that month. Choose another.", field="month")
    found = class_rolls(session, actor, _rolls(session, actor, asked), asked.day, lambda _list, code: code)
    held = sessions or max(1, len(calendar.names))
    first = month.replace(day=1)
    head = paper_school(school)
    return [
        Registers(
            (Register(head, year, one.name, one.teacher, first, days, held, one.pupils),), asked.language
        )
        for one in found
    ]


def _days(session: Session, asked: RollQuestion, month: date) -> tuple[RegisterDay, ...]:
    """The days of school in a month, holidays among them; none of a holiday between terms."""
    calendar = calendar_of(session, asked.institution_id, asked.year_id)
    found = []
    day = month.replace(day=1)
    while day.month == month.month:
        known = calendar.day(day)
        if known.sessions:
            found.append(RegisterDay(day))
        elif known.kind is not None and day.weekday() < 5 and calendar.term_on(day) is not None:
            found.append(RegisterDay(day, known.label))
        day += timedelta(days=1)
    return tuple(found)


def _rolls(session: Session, actor: Actor, asked: RollQuestion) -> Rolls:
    require(actor, Right.VIEW_STUDENTS, institution_id=asked.institution_id)
    found = rolls_on(session, actor, asked.institution_id, asked.year_id, asked.day, asked.class_ids)
    if asked.class_ids is not None and not found.classes:
        raise Refused("That class is no longer there, or it is not one of yours. Choose another.")
    return found


def _cards(session: Session, pupils: Collection[OnRoll], names: Mapping[UUID, str]) -> tuple[IdCard, ...]:
    people = [pupil.student_id for pupil in pupils]
    numbers, photos = numbers_of(session, people), photos_of(session, people)
    return tuple(
        IdCard(
            name=display_name(pupil.given_names, pupil.family_name),
            class_name=names[pupil.class_id],
            number=number_text(number) if (number := numbers.get(pupil.student_id)) is not None else None,
            code=(number or "").encode(),
            birth_date=pupil.birth_date,
            photo=photos.get(pupil.student_id),
        )
        for pupil in pupils
    )


def photos_of(session: Session, people: Collection[UUID]) -> dict[UUID, bytes]:
    """The photo of each of these people who has one; a double's where the main record has none."""
    whole = together(session, people)
    records = {record.bytes: record for record in whole.all_of(people)}
    found = rows(session, _PHOTOS.format(people=places(records)), records)
    named = ((records[person], image) for person, image in found)
    return dict(whole.own_first(people, named))
