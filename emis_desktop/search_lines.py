"""What the search index says of each student, made from the records: one line of text and tags a student."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import cache
from uuid import UUID

from sqlalchemy import Connection

from emis_desktop.rules.names import fold, search_text, sort_key

ALL, ON_ROLL, LEFT, NO_CLASS = "all", "roll", "left", "classless"

LONGEST, PHONE_RUN = 4, 3
"""Length of the longest runs of a name or number that the index holds, and of the runs of a phone number."""
NOTED = " AND {person} IN (SELECT person_id FROM search_dirty)"
"""Narrows the statements below to students whose records may have changed."""
EVERYBODY = ""
_PEOPLE = (
    "SELECT id, family_name, given_names, preferred_name FROM person "
    "WHERE deleted_at IS NULL AND alias_of_id IS NULL{id}"
)
_NUMBERS = "SELECT person_id, number FROM person_identity WHERE deleted_at IS NULL{person_id}"
_ENROLMENTS = (
    "SELECT person_id, institution_id, period_id, grade_id, ends_on IS NULL AND exit IS NULL AS open "
    "FROM enrolment WHERE deleted_at IS NULL{person_id} ORDER BY open, starts_on, id"
)
_CLASSES = (
    "SELECT enrolment.person_id, class_pupil.class_id FROM class_pupil "
    "JOIN enrolment ON enrolment.id = class_pupil.enrolment_id WHERE class_pupil.deleted_at IS NULL "
    "AND class_pupil.ends_on IS NULL AND enrolment.deleted_at IS NULL{person_id}"
)
_PHONES = (
    "SELECT person_id, value FROM person_contact WHERE deleted_at IS NULL{person_id} UNION ALL "
    "SELECT student_id, value FROM guardianship JOIN person_contact ON person_id = guardian_id "
    "WHERE guardianship.deleted_at IS NULL AND person_contact.deleted_at IS NULL{student_id}"
)


@dataclass(frozen=True, slots=True)
class Line:
    """One student: ``sort`` orders, ``line`` and ``phones`` are searched, ``tags`` are filtered by."""

    sort: str
    line: str
    phones: str
    tags: str


def often_asked(line: Line) -> set[str]:
    """The grams of a line that a list asks for alone, and that most students have: their numbers are kept
    ready.

    They are each letter, each letter with the state (``aroll``), the state, and everybody.
    """
    tags = set(line.tags.split())
    state = ON_ROLL if ON_ROLL in tags else LEFT
    letters = set(line.line) - {" "}
    return {ALL, state, *letters, *(letter + state for letter in letters)}


def grams_of(line: Line, runs_of: Callable[[str], Collection[str]]) -> str:
    """What the full-text index is given, and must be given again, in any order, to take the student out."""
    runs = often_asked(line)
    runs.update(line.tags.split())
    for word in line.line.split():
        runs.update(runs_of(word))
    for phone in line.phones.split():
        runs.update(f"p{run}" for run in runs_of_size(phone, PHONE_RUN))
    return " ".join(runs)


def short_runs(word: str) -> frozenset[str]:
    """Every run of one to four characters of ``word``."""
    return frozenset((*word, *(run for size in range(2, LONGEST + 1) for run in runs_of_size(word, size))))


def runs_of_size(word: str, size: int) -> list[str]:
    """Every run of ``size`` characters of ``word``."""
    return [word[start : start + size] for start in range(len(word) - size + 1)]


def tag(kind: str, row_id: UUID | bytes) -> str:
    """The tag of an institution (``i``), year (``y``), grade (``g``) or class (``c``)."""
    return kind + (row_id.bytes if isinstance(row_id, UUID) else row_id)[-8:].hex()


def digits(text: str) -> str:
    """Only the digits of a phone number; nothing for an e-mail address."""
    return "" if "@" in text else re.sub(r"\D", "", text)


def lines(connection: Connection, whose: str) -> dict[bytes, Line]:
    """The lines that the records give, by id of the person, of each student: who has an enrolment.

    ``whose`` is :data:`NOTED` or :data:`EVERYBODY`.
    """
    tags = _tags(connection, whose)
    spelt = cache(search_text)  # names repeat; forgotten with this call
    numbers = _texts(connection, _narrowed(_NUMBERS, whose))
    phones = _texts(connection, _narrowed(_PHONES, whose))
    made = {}
    for person, family, given, preferred in connection.exec_driver_sql(_narrowed(_PEOPLE, whose)).all():
        if person in tags:
            made[person] = Line(
                sort_key(family, given),
                " ".join(
                    [*map(spelt, _words(family, given, preferred)), *_spellings(numbers.get(person, ()))]
                ),
                " ".join(sorted({digits(value) for value in phones.get(person, ())} - {""})),
                " ".join(sorted(tags[person])),
            )
    return made


def _words(*names: str | None) -> dict[str, None]:
    return dict.fromkeys(word for name in names if name for word in name.split())


def _spellings(numbers: Iterable[str]) -> list[str]:
    """Each number as typed and, where it has spaces or hyphens, in one piece."""
    folded = [fold(number) for number in numbers]
    return sorted({*folded, *(number.replace(" ", "") for number in folded)})


def _texts(connection: Connection, statement: str) -> dict[bytes, list[str]]:
    found: defaultdict[bytes, list[str]] = defaultdict(list)
    for person, text in connection.exec_driver_sql(statement).all():
        found[person].append(text)
    return found


def _tags(connection: Connection, whose: str) -> dict[bytes, set[str]]:
    """Tags of each student; the grade is that of the last enrolment, an open one coming last."""
    tag_of = cache(tag)
    found: dict[bytes, set[str]] = {}
    last: dict[bytes, tuple[str, str]] = {}
    for person, institution, period, grade, is_open in connection.exec_driver_sql(
        _narrowed(_ENROLMENTS, whose)
    ).all():
        found.setdefault(person, {ALL}).update((tag_of("i", institution), tag_of("y", period)))
        last[person] = (tag_of("g", grade), ON_ROLL if is_open else LEFT)
    for person, grade_and_state in last.items():
        found[person].update(grade_and_state)
    sitting = set()
    for person, school_class in connection.exec_driver_sql(_narrowed(_CLASSES, whose)).all():
        found[person].add(tag_of("c", school_class))
        sitting.add(person)
    for person, tags in found.items():
        if person not in sitting and ON_ROLL in tags:
            tags.add(NO_CLASS)
    return found


def _narrowed(statement: str, whose: str) -> str:
    columns = {name: whose.format(person=name) for name in ("id", "person_id", "student_id")}
    if statement is _CLASSES:
        columns["person_id"] = whose.format(person="enrolment.person_id")
    return statement.format(**columns)
