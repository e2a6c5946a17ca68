"""A country's pupils made of nothing: invented names, the same each time, for measuring."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from uuid import UUID

from sqlite_utils import Database as Seed

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
        seed = Seed(session.connection().connection.driver_connection, execute_plugins=False)
        _insert(
            seed,
            "academic_period",
            {"id": year.bytes, "code": "2026", "label": "2026-27", **_days("2026-09-01", "2027-07-02")},
        )
        for place, grade in enumerate(grades):
            named = {"code": f"G{place}", "name": f"Grade {place}"}
            _insert(
                seed, "education_grade", {"id": grade.bytes, **named, "level": "primary", "position": place}
            )
        _insert(seed, "institution", {"id": school.bytes, "code": "S1", "name": "Benchmark School"})
        of_school = {"institution_id": school.bytes, "period_id": year.bytes}
        _insert(
            seed,
            "school_class",
            *({"id": row.bytes, **of_school, "name": f"Class {place}"} for place, row in enumerate(classes)),
        )
        while block := list(islice(pupils, _BLOCK)):
            for table, rows in _rows(block, of_school, grades, classes):
                _insert(seed, table, *rows)
    db.analyze()


def _insert(seed: Seed, table: str, *rows: dict[str, object]) -> None:
    """Write rows of one shape inside the open act."""
    seed[table].insert_all(rows, batch_size=1_000)


def _days(first: str, last: str | None) -> dict[str, object]:
    return {"starts_on": first, "ends_on": last}


def _rows(
    block: list[tuple[int, tuple[str, str]]],
    of_school: dict[str, bytes],
    grades: list[UUID],
    classes: list[UUID],
) -> Iterator[tuple[str, list[dict[str, object]]]]:
    """Tables and rows of some pupils."""
    ids = [(place, new_id().bytes, new_id().bytes, new_id().bytes, names) for place, names in block]
    born = date(2010, 1, 1)
    yield (
        "person",
        [
            {
                "id": pupil,
                "given_names": given,
                "family_name": family,
                "sex": "FM"[place % 2],
                "birth_date": (born + timedelta(days=place % 3_650)).isoformat(),
                "synthetic": 1,
            }
            for place, pupil, _, _, (given, family) in ids
        ],
    )
    yield (
        "person",
        [
            {"id": guardian, "given_names": f"Parent {given}", "family_name": family, "synthetic": 1}
            for _, _, guardian, _, (given, family) in ids
        ],
    )
    yield (
        "person_identity",
        [
            {
                "id": new_id().bytes,
                "person_id": pupil,
                "kind": "national",
                "number": f"{10_000_000 + place * 7}",
            }
            for place, pupil, *_ in ids
        ],
    )
    yield (
        "enrolment",
        [
            {
                "id": enrolment,
                "person_id": pupil,
                **of_school,
                "grade_id": grades[place % len(grades)].bytes,
                **_days("2026-09-01", None if place % 5 else "2026-10-01"),
                "standing": "enrolled",
                "exit": None if place % 5 else "transferred",
                "repeater": 0,
            }
            for place, pupil, _, enrolment, _ in ids
        ],
    )
    yield (
        "class_pupil",
        [
            {"id": new_id().bytes, "class_id": classes[place % len(classes)].bytes, "enrolment_id": enrolment}
            for place, _, _, enrolment, _ in ids
        ],
    )
    yield (
        "guardianship",
        [
            {
                "id": natural_id("guardianship", UUID(bytes=pupil), UUID(bytes=guardian)).bytes,
                "student_id": pupil,
                "guardian_id": guardian,
                "relation": "parent",
                "priority": 1,
                "may_collect": 1,
                "court_order": 0,
            }
            for _, pupil, guardian, _, _ in ids
        ],
    )
    yield (
        "person_contact",
        [
            {
                "id": new_id().bytes,
                "person_id": guardian,
                "kind": "phone",
                "value": f"758-{place * 7919 % 900 + 100}-{place % 10_000:04}",
                "priority": 1,
            }
            for place, _, guardian, *_ in ids
        ],
    )


def library(path: Path, count: int) -> Database:
    """A new store with ``count`` pupils, open."""
    store.create(path, KEY, store.NewSite(UUID(int=9), "B1", "ministry", "LC"))
    db = store.open_store(path, KEY)
    fill(db, count)
    return db
