"""A country's pupils made of nothing: invented names, the same each time, for measuring."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from uuid import UUID

from emis_desktop import store
from emis_desktop.database import Database
from emis_desktop.rules.ids import natural_id, new_id

KEY = bytearray(range(32))
_ONSETS = [
    "b",
    "br",
    "c",
    "ch",
    "d",
    "f",
    "g",
    "j",
    "k",
    "l",
    "m",
    "n",
    "p",
    "r",
    "s",
    "sh",
    "t",
    "tr",
    "v",
    "w",
    "z",
]
_VOWELS = ["a", "e", "i", "o", "u", "ia", "ea", "ou"]
_ACCENTED = ["é", "è", "ï", "ô", "ñ", "á"]
_CODAS = ["", "", "n", "l", "s", "r", "na", "lle", "son", "ton"]
_GRADES = 13
_CLASS_SIZE = 25
_BLOCK = 5_000


@dataclass(frozen=True)
class Clerk:
    """Whoever fills the store."""

    user_id: UUID = field(default_factory=lambda: UUID(int=1))


def words(count: int, seed: int) -> list[str]:
    """``count`` different invented names, one in ten with an accent, the common ones first."""
    chance = random.Random(seed)
    made: dict[str, None] = {}
    while len(made) < count:
        vowels = _VOWELS + _ACCENTED if chance.random() < 0.1 else _VOWELS
        syllables = chance.choice([2, 2, 3, 3, 4])
        word = "".join(chance.choice(_ONSETS) + chance.choice(vowels) for _ in range(syllables))
        made[(word + chance.choice(_CODAS)).capitalize()] = None
    return list(made)


def people(count: int, seed: int = 1) -> list[tuple[str, str]]:
    """Given and family names of ``count`` pupils; a name's rank decides how often it is given, as in life."""
    given, family, chance = words(1_500, 2), words(2_500, 3), random.Random(seed)
    often_given = [1 / (place + 5) for place in range(len(given))]
    often_family = [1 / (place + 10) for place in range(len(family))]
    firsts = chance.choices(given, often_given, k=count)
    seconds = chance.choices(given, often_given, k=count)
    families = chance.choices(family, often_family, k=count)
    return [
        (f"{first} {second}" if chance.random() < 0.5 else first, name)
        for first, second, name in zip(firsts, seconds, families, strict=True)
    ]


def fill(db: Database, count: int) -> None:
    """Enrol ``count`` pupils in the schools and classes of one year, each with a number and a guardian's
    phone.
    """
    year = natural_id("academic_period", "2026")
    grades = [natural_id("education_grade", f"G{place}") for place in range(_GRADES)]
    school, classes = new_id(), [new_id() for _ in range(max(count // _CLASS_SIZE, 1))]
    pupils = enumerate(people(count))
    with db.write(Clerk(), "fill") as session:
        run = session.connection().exec_driver_sql
        run(
            "INSERT INTO academic_period (id, code, label, starts_on, ends_on) VALUES (?, ?, ?, ?, ?)",
            (year.bytes, "2026", "2026-27", "2026-09-01", "2027-07-02"),
        )
        run(
            "INSERT INTO education_grade (id, code, name, level, position) VALUES (?, ?, ?, ?, ?)",
            [
                (grade.bytes, f"G{place}", f"Grade {place}", "primary", place)
                for place, grade in enumerate(grades)
            ],
        )
        run(
            "INSERT INTO institution (id, code, name) VALUES (?, ?, ?)",
            (school.bytes, "S1", "Benchmark School"),
        )
        run(
            "INSERT INTO school_class (id, institution_id, period_id, name) VALUES (?, ?, ?, ?)",
            [(row.bytes, school.bytes, year.bytes, f"Class {place}") for place, row in enumerate(classes)],
        )
        while block := list(islice(pupils, _BLOCK)):
            for statement, rows in _rows(block, school, year, grades, classes):
                run(statement, rows)
    db.analyze()


def _rows(
    block: list[tuple[int, tuple[str, str]]],
    school: UUID,
    year: UUID,
    grades: list[UUID],
    classes: list[UUID],
) -> Iterator[tuple[str, list[tuple[object, ...]]]]:
    """Statements and rows of some pupils, so many to a statement that SQLite's limit is far away."""
    ids = [(place, new_id().bytes, new_id().bytes, new_id().bytes, names) for place, names in block]
    born = date(2010, 1, 1)
    yield (
        "INSERT INTO person (id, given_names, family_name, sex, birth_date, synthetic) "
        "VALUES (?, ?, ?, ?, ?, 1)",
        [
            (pupil, given, family, "FM"[place % 2], (born + timedelta(days=place % 3_650)).isoformat())
            for place, pupil, _, _, (given, family) in ids
        ]
        + [
            (guardian, f"Parent {given}", family, None, None)
            for place, _, guardian, _, (given, family) in ids
        ],
    )
    yield (
        "INSERT INTO person_identity (id, person_id, kind, number) VALUES (?, ?, ?, ?)",
        [(new_id().bytes, pupil, "national", f"{10_000_000 + place * 7}") for place, pupil, *_ in ids],
    )
    yield (
        "INSERT INTO enrolment (id, person_id, institution_id, period_id, grade_id, starts_on, ends_on, "
        "standing, exit, repeater) VALUES (?, ?, ?, ?, ?, '2026-09-01', ?, 'enrolled', ?, 0)",
        [
            (
                enrolment,
                pupil,
                school.bytes,
                year.bytes,
                grades[place % len(grades)].bytes,
                *((None, None) if place % 5 else ("2026-10-01", "transferred")),
            )
            for place, pupil, _, enrolment, _ in ids
        ],
    )
    yield (
        "INSERT INTO class_pupil (id, class_id, enrolment_id) VALUES (?, ?, ?)",
        [
            (new_id().bytes, classes[place % len(classes)].bytes, enrolment)
            for place, _, _, enrolment, _ in ids
        ],
    )
    yield (
        "INSERT INTO guardianship (id, student_id, guardian_id, relation, priority, may_collect, "
        "court_order) VALUES (?, ?, ?, 'parent', 1, 1, 0)",
        [(natural_id("guardianship", UUID(bytes=p), UUID(bytes=g)).bytes, p, g) for _, p, g, _, _ in ids],
    )
    yield (
        "INSERT INTO person_contact (id, person_id, kind, value, priority) VALUES (?, ?, 'phone', ?, 1)",
        [
            (new_id().bytes, guardian, f"758-{place * 7919 % 900 + 100}-{place % 10_000:04}")
            for place, _, guardian, *_ in ids
        ],
    )


def library(path: Path, count: int) -> Database:
    """A new store with ``count`` pupils, open."""
    store.create(path, KEY, store.NewSite(UUID(int=9), "B1", "ministry", "LC"))
    db = store.open_store(path, KEY)
    fill(db, count)
    return db
