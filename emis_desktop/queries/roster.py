"""Who sits in a class: on a day, and in a term; pupils come in register order."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    SQLColumnExpression,
    String,
    and_,
    bindparam,
    case,
    exists,
    func,
    or_,
    select,
    true,
    tuple_,
)
from sqlalchemy.orm import Session, aliased

from emis_desktop.models import AssessmentItem, ClassPupil, Enrolment, Mark, Person
from emis_desktop.models.types import Key
from emis_desktop.one_person import Together, together
from emis_desktop.queries.plain import places, rows
from emis_desktop.queries.school_values import TermInfo
from emis_desktop.rules.names import display_name, listed_name, sort_key
from emis_desktop.rules.presence import enough_days

Group = TypeVar("Group")
NUMBER_KINDS = ("national", "provisional")
"""Which of a pupil's numbers stands on lists and paper, best first; any other comes after them."""


@dataclass(frozen=True, slots=True)
class Pupil:
    """A pupil of a class; ``left_on``: the last day, of one who left before the term ended."""

    student_id: UUID
    enrolment_id: UUID
    class_id: UUID
    grade_id: UUID
    given_names: str
    family_name: str
    sex: str | None
    birth_date: date | None
    left_on: date | None = None

    @property
    def name(self) -> str:
        """The name as on paper."""
        return display_name(self.given_names, self.family_name)

    @property
    def listed(self) -> str:
        """The name as in a list."""
        return listed_name(self.given_names, self.family_name)


_NUMBERS = (
    "SELECT person_id, kind, number FROM person_identity WHERE person_id IN ({people}) AND deleted_at IS NULL"
)
_LATER = aliased(ClassPupil)


def on_roll(day: date) -> ColumnElement[bool]:
    """The condition that a stay in a class (joined with its enrolment) holds on ``day``.

    First and last day belong to it; on the day of a change of class the new class has the pupil.
    """
    moved = exists().where(
        _LATER.enrolment_id == ClassPupil.enrolment_id,
        _LATER.id != ClassPupil.id,
        _LATER.deleted_at.is_(None),
        _LATER.starts_on == day,
        ClassPupil.ends_on == day,
    )
    return and_(sits_on(day), enrolled_on(day), ~moved)


def enrolled_on(day: date) -> ColumnElement[bool]:
    """The condition that an enrolment holds on ``day``, its first and its last one among them."""
    return and_(
        Enrolment.deleted_at.is_(None),
        Enrolment.starts_on <= day,
        or_(Enrolment.ends_on.is_(None), Enrolment.ends_on >= day),
    )


def sits_on(day: date) -> ColumnElement[bool]:
    """The condition that a stay in a class holds on ``day``, whatever its enrolment says."""
    return and_(
        ClassPupil.deleted_at.is_(None),
        or_(ClassPupil.starts_on.is_(None), ClassPupil.starts_on <= day),
        or_(ClassPupil.ends_on.is_(None), ClassPupil.ends_on >= day),
    )


def in_term(*, given: bool = False) -> ColumnElement[bool]:
    """The condition that a stay in a class (joined with its enrolment) is the pupil's place in a term.

    ``given``: a mark of the pupil is there in any case, which makes any stay a real part of the term.
    It is that of :func:`~emis_desktop.rules.presence.belongs`; of several stays at a school in the term the
    last one counts. The question is asked with :func:`term_values`.
    """
    return and_(
        ClassPupil.deleted_at.is_(None),
        Enrolment.deleted_at.is_(None),
        Enrolment.starts_on <= _LAST,
        or_(ClassPupil.starts_on.is_(None), ClassPupil.starts_on <= _LAST),
        or_(
            and_(ClassPupil.ends_on.is_(None), Enrolment.ends_on.is_(None)),
            and_(
                or_(ClassPupil.ends_on.is_(None), ClassPupil.ends_on >= _FIRST),
                or_(Enrolment.ends_on.is_(None), Enrolment.ends_on >= _FIRST),
                true() if given else or_(_ends(ClassPupil, Enrolment) >= _LAST, _long_enough(), _marked()),
                ~_moved_on(),
            ),
        ),
    )


def term_values(term: TermInfo) -> dict[str, Any]:
    """The values of a term with which a question with :func:`in_term` is asked."""
    return {
        "term_id": term.id,
        "term_first": term.starts_on,
        "term_last": term.ends_on,
        "term_enough": f"+{enough_days(term.starts_on, term.ends_on) - 1} days",
    }


_TERM = bindparam("term_id", type_=Key())
_FIRST = bindparam("term_first", type_=Date())
_LAST = bindparam("term_last", type_=Date())
_ENOUGH = bindparam("term_enough", type_=String())
_SOON = aliased(Enrolment)
_GIVEN, _ITEM = aliased(Mark), aliased(AssessmentItem)
_FAR = date.max


def _ends(stay: type[ClassPupil], enrolment: type[Enrolment]) -> ColumnElement[date]:
    """The last day of a stay: that of the class or of the enrolment, whichever is earlier."""
    return func.min(func.coalesce(stay.ends_on, _FAR), func.coalesce(enrolment.ends_on, _FAR))


def _order(stay: type[ClassPupil], enrolment: type[Enrolment]) -> ColumnElement[Any]:
    begins = func.max(func.coalesce(stay.starts_on, enrolment.starts_on), enrolment.starts_on)
    return tuple_(begins, _ends(stay, enrolment), stay.id)


def _long_enough() -> ColumnElement[bool]:
    return func.date(func.max(Enrolment.starts_on, _FIRST), _ENOUGH) <= Enrolment.ends_on


def _marked() -> ColumnElement[bool]:
    return exists().where(
        _GIVEN.student_id == Enrolment.person_id,
        _GIVEN.deleted_at.is_(None),
        _ITEM.id == _GIVEN.item_id,
        _ITEM.term_id == _TERM,
        _ITEM.institution_id == Enrolment.institution_id,
        _ITEM.deleted_at.is_(None),
    )


def _moved_on() -> ColumnElement[bool]:
    """Whether a later stay at the same school, in the same term, has the pupil."""
    return exists().where(
        _SOON.person_id == Enrolment.person_id,
        _SOON.institution_id == Enrolment.institution_id,
        _SOON.deleted_at.is_(None),
        _SOON.starts_on <= _LAST,
        _LATER.enrolment_id == _SOON.id,
        _LATER.id != ClassPupil.id,
        _LATER.deleted_at.is_(None),
        or_(_LATER.starts_on.is_(None), _LATER.starts_on <= _LAST),
        _ends(_LATER, _SOON) >= _FIRST,
        _order(_LATER, _SOON) > _order(ClassPupil, Enrolment),
    )


_PUPILS = (
    select(
        Person.id,
        Enrolment.id,
        ClassPupil.class_id,
        Enrolment.grade_id,
        Person.given_names,
        Person.family_name,
        Person.sex,
        Person.birth_date,
        case((Enrolment.ends_on < _LAST, Enrolment.ends_on)),
    )
    .join(Enrolment, Enrolment.id == ClassPupil.enrolment_id)
    .join(Person, Person.id == Enrolment.person_id)
    .where(
        ClassPupil.class_id.in_(bindparam("class_ids", expanding=True)),
        in_term(),
        Person.deleted_at.is_(None),
    )
)
"""Made once: putting it together takes longer than running it for a class."""


def pupils_of(session: Session, class_ids: Collection[UUID], term: TermInfo) -> list[Pupil]:
    """The pupils of the classes in a term, each class together, in register order.

    A record that was merged into another has the names of that one.
    """
    found = session.execute(_PUPILS, {"class_ids": list(class_ids)} | term_values(term)).all()
    pupils = [Pupil(*row) for row in found]
    whole = together(session, [pupil.student_id for pupil in pupils])
    if whole.main:
        pupils = _named_as_kept(session, pupils, whole)
    pupils.sort(
        key=lambda pupil: (pupil.class_id, sort_key(pupil.family_name, pupil.given_names), pupil.student_id)
    )
    return pupils


def _named_as_kept(session: Session, pupils: Collection[Pupil], whole: Together) -> list[Pupil]:
    mains = set(whole.main.values())
    people = {row.id: row for row in session.scalars(select(Person).where(Person.id.in_(mains)))}
    return [
        pupil
        if (kept := people.get(whole.main_of(pupil.student_id))) is None
        else replace(
            pupil,
            given_names=kept.given_names,
            family_name=kept.family_name,
            sex=kept.sex,
            birth_date=kept.birth_date,
        )
        for pupil in pupils
    ]


def roll_counts(
    session: Session, class_ids: Collection[UUID], when: date | TermInfo, group: SQLColumnExpression[Group]
) -> dict[UUID, dict[Group, int]]:
    """How many pupils each class has on a day or in a term, by what ``group`` says of them."""
    rows = session.execute(
        select(ClassPupil.class_id, group, func.count())
        .join(Enrolment, Enrolment.id == ClassPupil.enrolment_id)
        .join(Person, Person.id == Enrolment.person_id)
        .where(
            ClassPupil.class_id.in_(class_ids),
            on_roll(when) if isinstance(when, date) else in_term(),
            Person.deleted_at.is_(None),
        )
        .group_by(ClassPupil.class_id, group),
        {} if isinstance(when, date) else term_values(when),
    )
    rolls: dict[UUID, dict[Group, int]] = {}
    for class_id, key, count in rows:
        rolls.setdefault(class_id, {})[key] = count
    return rolls


def numbers_of(session: Session, person_ids: Collection[UUID]) -> dict[UUID, str]:
    """The number of each person that has one, by :data:`NUMBER_KINDS`; of equal kinds the own record's."""
    whole = together(session, person_ids)
    asked = whole.all_of(person_ids)
    people = {person_id.bytes: person_id for person_id in asked}
    found = rows(session, _NUMBERS.format(people=places(people)), people)
    found.sort(key=lambda row: (kind_rank(row[1]), row[1], row[2]), reverse=True)
    if not whole.group:
        return {people[person]: number for person, _kind, number in found}
    by_record: dict[UUID, list[tuple[str, str]]] = {}
    for person, kind, number in reversed(found):
        by_record.setdefault(people[person], []).append((kind, number))
    best: dict[UUID, str] = {}
    for person_id in person_ids:
        all_of = [one for record in whole.of(person_id) for one in by_record.get(record, ())]
        if all_of:
            best[person_id] = min(all_of, key=lambda one: (kind_rank(one[0]), one[0]))[1]
    return best


def kind_rank(kind: str) -> int:
    """Where a kind of number stands in :data:`NUMBER_KINDS`; unknown kinds come last."""
    return NUMBER_KINDS.index(kind) if kind in NUMBER_KINDS else len(NUMBER_KINDS)
