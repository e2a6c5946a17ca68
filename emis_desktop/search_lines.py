"""What the search index says of each student, made from the records: one line of text and tags a student.

Records that were merged make one line, that of the main record: it is found by every name and number, and
listed where any of them is enrolled.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from uuid import UUID

from sqlalchemy import Connection

from emis_desktop.one_person import links, near_links
from emis_desktop.rules.aliases import mains
from emis_desktop.rules.names import fold, search_text, sort_key

ALL, ON_ROLL, LEFT, NO_CLASS = "everybody", "isonroll", "hasleft", "classless"
"""Tags. They are longer than any run of a name, so that no name holds one: "carroll" had the tag "roll"."""
LONGEST, PHONE_RUN, LONGEST_PHONE_RUN = 6, 3, 5
"""Length of the longest runs of a name or number that the index holds, and of the shortest and longest of a
phone number.
"""
NOTED = " AND {person} IN (SELECT person_id FROM search_dirty)"
"""Narrows the statements below to students whose records may have changed."""
EVERYBODY = ""
_PEOPLE = "SELECT id, family_name, given_names, preferred_name FROM person WHERE deleted_at IS NULL{id}"
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

    They are each letter, each letter with the state (``aisonroll``), the state, and everybody.
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
        for size in range(PHONE_RUN, LONGEST_PHONE_RUN + 1):
            runs.update(f"p{run}" for run in runs_of_size(phone, size))
    return " ".join(runs)


def short_runs(word: str) -> frozenset[str]:
    """Every run of one to :data:`LONGEST` characters of ``word``."""
    return frozenset((*word, *(run for size in range(2, LONGEST + 1) for run in runs_of_size(word, size))))


def runs_of_size(word: str, size: int) -> list[str]:
    """Every run of ``size`` characters of ``word``."""
    return [word[start : start + size] for start in range(len(word) - size + 1)]


def tag(kind: str, row_id: UUID | bytes) -> str:
    """The tag of an institution (``i``), of one on whose roll somebody is (``o``), of a year (``y``), grade
    (``g``) or class (``c``).
    """
    return kind + (row_id.bytes if isinstance(row_id, UUID) else row_id)[-8:].hex()


def digits(text: str) -> str:
    """Only the digits of a phone number; nothing for an e-mail address."""
    return "" if "@" in text else re.sub(r"\D", "", text)


def lines(connection: Connection, whose: str) -> dict[bytes, Line]:
    """The lines that the records give, by id of the main record, of each student: who has an enrolment.

    ``whose`` is :data:`NOTED` (with all records of a person, see :func:`whole_people`) or :data:`EVERYBODY`.
    """
    main_of = mains(links(connection) if whose == EVERYBODY else near_links(connection, _noted(connection)))
    tags = _tags(connection, whose, main_of)
    spelt = cache(search_text)  # names repeat; forgotten with this call
    numbers = _texts(connection, _narrowed(_NUMBERS, whose), main_of)
    phones = _texts(connection, _narrowed(_PHONES, whose), main_of)
    names: dict[bytes, tuple[str | None, ...]] = {}
    others: defaultdict[bytes, list[tuple[bytes, tuple[str | None, ...]]]] = defaultdict(list)
    for person, *said in connection.exec_driver_sql(_narrowed(_PEOPLE, whose)).all():
        if person in main_of:
            others[main_of[person]].append((person, tuple(said)))
        else:
            names[person] = tuple(said)
    return {
        person: Line(
            sort_key(said[0] or "", said[1] or ""),
            " ".join(
                [
                    *map(spelt, _words(*said, *_in_order(others.get(person)))),
                    *_spellings(numbers.get(person, ())),
                ]
            ),
            " ".join(sorted({digits(value) for value in phones.get(person, ())} - {""})),
            " ".join(sorted(tags[person])),
        )
        for person, said in names.items()
        if person in tags
    }


def _in_order(others: list[tuple[bytes, tuple[str | None, ...]]] | None) -> Iterable[str | None]:
    """The names of doubles, whichever was read first."""
    return [name for _person, names in sorted(others) for name in names] if others else ()


def whole_people(connection: Connection) -> None:
    """Note all records of each person of whom one was noted: they make one line."""
    noted = _noted(connection)
    linked = {one for link in near_links(connection, noted).items() for one in link} - noted
    if linked:
        connection.exec_driver_sql(
            "INSERT INTO search_dirty (person_id) VALUES (?)", [(person,) for person in sorted(linked)]
        )


def _noted(connection: Connection) -> set[bytes]:
    return {row[0] for row in connection.exec_driver_sql("SELECT DISTINCT person_id FROM search_dirty")}


def _words(*names: str | None) -> dict[str, None]:
    return dict.fromkeys(word for name in names if name for word in name.split())


def _spellings(numbers: Iterable[str]) -> list[str]:
    """Each number as typed and, where it has spaces or hyphens, in one piece."""
    folded = [fold(number) for number in numbers]
    return sorted({*folded, *(number.replace(" ", "") for number in folded)})


def _texts(connection: Connection, statement: str, main_of: Mapping[bytes, bytes]) -> dict[bytes, list[str]]:
    found: defaultdict[bytes, list[str]] = defaultdict(list)
    for person, text in connection.exec_driver_sql(statement).all():
        found[main_of.get(person, person)].append(text)
    return found


def _tags(connection: Connection, whose: str, main_of: Mapping[bytes, bytes]) -> dict[bytes, set[str]]:
    """Tags of each student; the grade is that of the last enrolment, an open one coming last."""
    tag_of = cache(tag)
    found: dict[bytes, set[str]] = {}
    last: dict[bytes, tuple[str, str]] = {}
    for record, institution, period, grade, is_open in connection.exec_driver_sql(
        _narrowed(_ENROLMENTS, whose)
    ).all():
        person = main_of.get(record, record)
        tags = found.setdefault(person, {ALL})
        tags.update((tag_of("i", institution), tag_of("y", period)))
        if is_open:
            tags.add(tag_of("o", institution))
        last[person] = (tag_of("g", grade), ON_ROLL if is_open else LEFT)
    for person, grade_and_state in last.items():
        found[person].update(grade_and_state)
    sitting = set()
    for record, school_class in connection.exec_driver_sql(_narrowed(_CLASSES, whose)).all():
        person = main_of.get(record, record)
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
