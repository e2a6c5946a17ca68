"""Who sits in a class, from which day to which, and when somebody there cannot come: for registers."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from emis_desktop.queries.plain import pieces, places, rows
from emis_desktop.rules.names import listed_name, sort_key

_STAYS: Final = """
SELECT class_pupil.class_id, person.id, enrolment.id, person.given_names, person.family_name, person.sex,
    max(enrolment.starts_on, coalesce(class_pupil.starts_on, enrolment.starts_on)),
    min(coalesce(enrolment.ends_on, '9999-12-31'), coalesce(class_pupil.ends_on, '9999-12-31')),
    EXISTS (SELECT 1 FROM class_pupil AS later WHERE later.enrolment_id = class_pupil.enrolment_id
        AND later.id != class_pupil.id AND later.deleted_at IS NULL
        AND later.starts_on = class_pupil.ends_on),
    enrolment.standing
FROM class_pupil
JOIN enrolment ON enrolment.id = class_pupil.enrolment_id AND enrolment.deleted_at IS NULL
JOIN person ON person.id = enrolment.person_id AND person.deleted_at IS NULL
WHERE class_pupil.class_id IN ({classes}) AND class_pupil.deleted_at IS NULL
    AND enrolment.starts_on <= ? AND coalesce(enrolment.ends_on, '9999-12-31') >= ?
    AND coalesce(class_pupil.starts_on, '0001-01-01') <= ?
    AND coalesce(class_pupil.ends_on, '9999-12-31') >= ?
"""
_SUSPENDED: Final = """
SELECT enrolment_id, starts_on, coalesce(ends_on, '9999-12-31') FROM suspension
WHERE enrolment_id IN ({ids}) AND deleted_at IS NULL
"""
_GUESTS: Final = """
SELECT enrolment.person_id, enrolment.starts_on, coalesce(enrolment.ends_on, '9999-12-31'), institution.name
FROM enrolment JOIN institution ON institution.id = enrolment.institution_id
WHERE enrolment.person_id IN ({ids}) AND enrolment.standing = 'hosted' AND enrolment.institution_id != ?
    AND enrolment.deleted_at IS NULL
"""
_SUSPENDED_STANDING: Final = "suspended"
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Away:
    """Days on which a pupil is not expected, both included. ``at``: the school that has the pupil as a guest,
    "" for one who is suspended.
    """

    first: date
    last: date
    at: str = ""

    def covers(self, day: date) -> bool:
        """Whether it is so on that day."""
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Member:
    """A pupil's stay in a class, both days included; who comes back has two."""

    class_id: UUID
    student_id: UUID
    enrolment_id: UUID
    given_names: str
    family_name: str
    sex: str | None
    first: date
    last: date
    away: tuple[Away, ...] = ()

    @property
    def name(self) -> str:
        """The name as in a list."""
        return listed_name(self.given_names, self.family_name)

    def sits_on(self, day: date) -> bool:
        """Whether the pupil belongs to the class that day."""
        return self.first <= day <= self.last

    def away_on(self, day: date) -> Away | None:
        """Why the pupil is not expected that day."""
        return next((one for one in self.away if one.covers(day)), None)


def members_of(
    session: Session, institution_id: UUID, class_ids: Collection[UUID], first: date, last: date
) -> list[Member]:
    """The stays in classes of a school that touch the days from ``first`` to ``last``, in register order.

    On the day of a change of class the new class has the pupil. A guest at another school is away, and so is
    who is suspended.
    """
    if not class_ids:
        return []
    days = (last.isoformat(), first.isoformat(), last.isoformat(), first.isoformat())
    question = _STAYS.format(classes=places(class_ids))
    found = rows(session, question, (*(one.bytes for one in class_ids), *days))
    suspended, guests = _away(session, institution_id, found)
    members = []
    for class_id, student, enrolment, given, family, sex, begins, ends, moved, standing in found:
        left = date.fromisoformat(ends) - (_DAY if moved else timedelta())
        began = date.fromisoformat(begins)
        away = [*guests.get(student, ()), *suspended.get(enrolment, ())]
        if standing == _SUSPENDED_STANDING and enrolment not in suspended:
            away.append(Away(began, left))
        ids = UUID(bytes=class_id), UUID(bytes=student), UUID(bytes=enrolment)
        if began <= left and left >= first:
            members.append(Member(*ids, given, family, sex, began, left, tuple(away)))
    members.sort(
        key=lambda one: (one.class_id, sort_key(one.family_name, one.given_names), one.student_id, one.first)
    )
    return members


def _away(
    session: Session, institution_id: UUID, found: Iterable[tuple[object, ...]]
) -> tuple[dict[bytes, list[Away]], dict[bytes, list[Away]]]:
    """When enrolments are suspended, and when people are guests elsewhere."""
    people = {row[1] for row in found}
    enrolments = {row[2] for row in found}
    suspended: dict[bytes, list[Away]] = {}
    guests: dict[bytes, list[Away]] = {}
    for piece in pieces(enrolments):
        for enrolment, begins, ends in rows(session, _SUSPENDED.format(ids=places(piece)), piece):
            away = Away(date.fromisoformat(begins), date.fromisoformat(ends))
            suspended.setdefault(enrolment, []).append(away)
    for piece in pieces(people):
        question = _GUESTS.format(ids=places(piece))
        for person, begins, ends, school in rows(session, question, [*piece, institution_id.bytes]):
            away = Away(date.fromisoformat(begins), date.fromisoformat(ends), school)
            guests.setdefault(person, []).append(away)
    return suspended, guests
