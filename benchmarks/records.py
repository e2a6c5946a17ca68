"""Invented school records of 22 fields: what every figure of the exchange is measured with.

``bench_student`` lives in a metadata of its own, so that it can be made in any store without being a table of
the program. The same seed gives the same records, byte for byte. Telephone and identity numbers are random
digits, which no packing makes smaller; nothing is repeated to please it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any, Final
from uuid import UUID

from sqlalchemy import MetaData, String, Table
from sqlalchemy.orm import DeclarativeBase, Mapped

from emis_desktop.models.base import Merge, Synced, field
from emis_desktop.profiles.synthetic import SyntheticPerson, synthetic_people
from emis_desktop.rules.clock import pack
from emis_desktop.rules.ids import IdMaker
from emis_desktop.state_hash import Stored

FIRST_MS: Final = 1_788_000_000_000
"""When the first record was written, in milliseconds since 1970."""
_SCHOOLS: Final = 20
_STREETS: Final = 80
_VILLAGES: Final = 60
_GAP_MS: Final = (20_000, 240_000)
_FIRST_WORDS: Final = ("Coral", "Market", "Church", "Palm", "Bay", "Hill", "River", "Upper", "Lower", "Old")
_LAST_WORDS: Final = ("Street", "Road", "Lane", "Hill", "Close", "Gap", "Drive", "Alley")
_VILLAGE_WORDS: Final = ("Town", "Point", "Valley", "Harbour", "Green", "Rock")


class BenchBase(DeclarativeBase):
    """Root of the table that is only measured with."""

    metadata = MetaData()


class BenchStudent(Synced, BenchBase):
    """A school record as a small ministry keeps it: 22 fields."""

    __tablename__ = "bench_student"

    given_names: Mapped[str] = field(String(120), merge=Merge.GUARD)
    family_name: Mapped[str] = field(String(120), merge=Merge.GUARD)
    preferred_name: Mapped[str | None] = field(String(120))
    sex: Mapped[str] = field(String(1), merge=Merge.GUARD)
    birth_date: Mapped[date] = field(merge=Merge.GUARD)
    birth_place: Mapped[str | None] = field(String(120))
    nationality: Mapped[str | None] = field(String(3))
    home_language: Mapped[str | None] = field(String(3))
    national_id: Mapped[str] = field(String(16), merge=Merge.GUARD)
    student_number: Mapped[str] = field(String(16))
    school_code: Mapped[str] = field(String(16))
    grade: Mapped[str] = field(String(8))
    section: Mapped[str | None] = field(String(4))
    enrolled_on: Mapped[date] = field()
    status: Mapped[str] = field(String(16))
    repeater: Mapped[bool] = field(default=False)
    address: Mapped[str | None] = field(String(200))
    village: Mapped[str | None] = field(String(80))
    phone: Mapped[str | None] = field(String(24))
    guardian_name: Mapped[str | None] = field(String(160))
    guardian_relation: Mapped[str | None] = field(String(16))
    guardian_phone: Mapped[str | None] = field(String(24))


BENCH_STUDENT: Final[Table] = BenchBase.metadata.tables["bench_student"]
FIELDS: Final = tuple(
    column.name for column in BENCH_STUDENT.columns if column.name not in {"id", "deleted_at"}
)


@dataclass(frozen=True, slots=True)
class Record:
    """One record: its id (UUIDv7), the stamp of the act that wrote it, stored values by field."""

    id: UUID
    stamp: int
    values: dict[str, Stored]


def records(n: int, seed: int = 1) -> list[Record]:
    """``n`` records as somebody typed them one after the other."""
    draw = Random(f"records/{seed}")
    now = [FIRST_MS]
    maker = IdMaker(lambda: now[0], draw.getrandbits)
    people = synthetic_people(n, f"{seed}/pupils", tag="")
    guardians = synthetic_people(n, f"{seed}/guardians", born_from=date(1965, 1, 1), tag="")
    made = []
    for serial, (pupil, guardian) in enumerate(zip(people, guardians, strict=True), 1):
        now[0] += draw.randint(*_GAP_MS)
        row_id = maker.new()
        stamp = pack(now[0] + draw.randint(1, 40))
        made.append(Record(row_id, stamp, _values(pupil, guardian, serial, draw)))
    return made


def rows(made: Sequence[Record]) -> list[dict[str, Any]]:
    """Records as rows for a laptop's SQLite: stored values, the id as bytes."""
    return [{"id": record.id.bytes, "deleted_at": None, **record.values} for record in made]


def _values(
    pupil: SyntheticPerson, guardian: SyntheticPerson, serial: int, draw: Random
) -> dict[str, Stored]:
    school = draw.randrange(_SCHOOLS)
    grade = 2026 - pupil.birth_date.year - 4
    family = pupil.family_name if draw.random() < 0.7 else guardian.family_name
    return {
        "given_names": pupil.given_names,
        "family_name": pupil.family_name,
        "preferred_name": pupil.given_names.split()[0][:4] if draw.random() < 0.15 else None,
        "sex": pupil.sex,
        "birth_date": str(pupil.birth_date),
        "birth_place": _village(int(draw.expovariate(0.08)) % _VILLAGES),
        "nationality": "XDX" if draw.random() < 0.94 else draw.choice(("GUY", "DOM", "HTI", "GBR", "USA")),
        "home_language": "en" if draw.random() < 0.85 else draw.choice(("fr", "es")),
        "national_id": f"{pupil.birth_date:%y%m%d}-{draw.randrange(10**5):05d}",
        "student_number": f"S{serial:06d}{(serial * 7) % 10}",
        "school_code": f"D-{school + 101:04d}",
        "grade": f"G{max(grade, 1)}",
        "section": draw.choice("ABC"),
        "enrolled_on": str(date(2026, 9, 7) - timedelta(days=365 * draw.randrange(4) + draw.randrange(5))),
        "status": "enrolled" if draw.random() < 0.96 else draw.choice(("transferred", "suspended")),
        "repeater": int(draw.random() < 0.06),
        "address": _address(draw),
        "village": _village(3 * school % _VILLAGES + draw.randrange(6)),
        "phone": f"000-{draw.randrange(10**7):07d}" if draw.random() < 0.4 else None,
        "guardian_name": f"{guardian.given_names} {family}",
        "guardian_relation": draw.choices(("MOTHER", "FATHER", "GRANDM", "AUNT"), (60, 20, 12, 8))[0],
        "guardian_phone": f"000-{draw.randrange(10**7):07d}",
    }


def _address(draw: Random) -> str:
    street = draw.randrange(_STREETS)
    name = f"{_FIRST_WORDS[street % 10]} {_LAST_WORDS[street // 10]}"
    return f"{draw.randrange(1, 250)} {name}"


def _village(number: int) -> str:
    return f"{_FIRST_WORDS[number % 10]} {_VILLAGE_WORDS[number // 10 % 6]}"
