"""A person is erased at the ministry: nothing of the names is left on any laptop, and nothing brings them
back.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import partial
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from emis_desktop.backup import back_up, restore
from emis_desktop.errors import Refused
from emis_desktop.jobs import joining
from emis_desktop.journal import broken_link
from emis_desktop.keyring.ring import KeyRing
from emis_desktop.laptop import OpenLaptop
from emis_desktop.models import (
    AcademicPeriod,
    EducationGrade,
    Enrolment,
    Guardianship,
    Person,
    PersonContact,
    PersonIdentity,
    PersonNote,
    PersonPhoto,
)
from emis_desktop.queries.conflicts import ConflictQueries
from emis_desktop.queries.history import HistoryQueries
from emis_desktop.rules.ids import natural_id
from emis_desktop.services.undo import UndoService
from emis_desktop.settings import Home
from resources.words import Words
from sync import stick
from sync.client.sql import one, rows
from sync.protocol.batches import decode_batch
from sync.server.keys import load_keys
from sync.server.office import DATABASE_KEY, open_office
from sync.server.raw import Raw
from sync.server.settings import ServerHome
from tests.factories.rings import CHEAP
from tests.helpers.central import set_up
from tests.helpers.pages import decrypted, decrypted_log
from tests.sync.engine.test_real import World, opened, sync, sync_open

NAME = "Zephyrine"
MARKS = (NAME, "Quackenbush", "Zirconium", "Xylomarzipan", "8675309042")
"""Words that nobody else has: names, an address, a note, a number. All of them have to be gone."""
WHOLE = f"{NAME} Quackenbush"


@pytest.fixture
def world(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A server on either database."""
    monkeypatch.setattr("emis_desktop.laptop.KeyRing", partial(KeyRing, cost=CHEAP))
    server = set_up(tmp_path / "server", database_url)
    with server.running() as running:
        yield World(server, running, tmp_path)


def add_years(world: World, home: Home) -> None:
    """What a school hangs pupils on."""
    with opened(home) as laptop, laptop.db.write(laptop.actor, "set_up") as session:
        if session.scalar(select(AcademicPeriod.id).limit(1)) is None:
            session.add(
                AcademicPeriod(
                    id=natural_id("academic_period", "2026"),
                    code="2026", label="2026-27", starts_on=date(2026, 9, 1), ends_on=date(2027, 7, 1),
                )
            )  # fmt: skip


def enrol(laptop: OpenLaptop) -> UUID:
    """Write somebody with everything that a school knows of one, and a neighbour in the same act."""
    with laptop.db.write(laptop.actor, "admit_student") as session:
        pupil = Person(
            given_names=NAME, family_name="Quackenbush", birth_place="Zirconium", synthetic=True,
            address="1 Zirconium Road",
        )  # fmt: skip
        other = Person(given_names="Neighbour", family_name="Kept", synthetic=True)
        guardian = Person(given_names="Guardian", family_name="Kept", synthetic=True)
        session.add_all((pupil, other, guardian))
        session.flush()
        period = session.scalars(select(AcademicPeriod.id)).first()
        grade = session.scalars(select(EducationGrade.id)).first()
        for one_of in (pupil, other):
            session.add(
                Enrolment(
                    person_id=one_of.id, institution_id=laptop.site.institution_id, period_id=period,
                    grade_id=grade, starts_on=date(2026, 9, 1),
                )
            )  # fmt: skip
        session.add_all(
            (
                PersonIdentity(person_id=pupil.id, kind="nsn", number="8675309042"),
                PersonContact(person_id=pupil.id, kind="email", value="Zirconium@example.org"),
                PersonNote(person_id=pupil.id, written_on=date(2026, 10, 1), text="Likes Xylomarzipan"),
                PersonPhoto(
                    id=natural_id("person_photo", pupil.id), person_id=pupil.id, image=b"Xylomarzipan" * 300
                ),
                Guardianship(
                    id=natural_id("guardianship", pupil.id, guardian.id), student_id=pupil.id,
                    guardian_id=guardian.id, relation="parent",
                ),
            )
        )  # fmt: skip
        return pupil.id


def change(laptop: OpenLaptop, person: UUID, **values: object) -> int:
    """One act; its number."""
    with laptop.db.write(laptop.actor, "change_student") as session:
        found = session.get_one(Person, person)
        for name, value in values.items():
            setattr(found, name, value)
        return int(session.info["act"].seq)


def everything(laptop: OpenLaptop) -> bytes:
    """Every value of every table of a store."""
    parts: list[bytes] = []
    with laptop.db.read() as session:
        connection = session.connection()
        for (table,) in rows(connection, "SELECT name FROM sqlite_schema WHERE type = 'table'"):
            if table == "student_gram":
                continue  # the index itself cannot be read through; its tables and its terms can
            for row in rows(connection, f'SELECT * FROM "{table}"'):
                parts += [value if isinstance(value, bytes) else str(value).encode() for value in row]
        for (body,) in rows(connection, "SELECT body FROM batch WHERE body IS NOT NULL"):
            parts.append(repr(decode_batch(body)).encode())
        for (body,) in rows(connection, "SELECT body FROM partial"):
            parts.append(repr(body).encode())
    return b"\n".join(parts)


def pieces_of_names(laptop: OpenLaptop) -> list[str]:
    """The runs of letters in the search index that only the names have."""
    with laptop.db.read() as session:
        found = rows(session.connection(), "SELECT term FROM student_gram_count")
    return sorted(term for (term,) in found if term in {"zeph", "phyr", "quac", "bush"})


def in_file(home: Home) -> bytes:
    """Every byte of a closed store under its cipher."""
    with opened(home) as laptop:
        path, key = laptop.db.path, bytes(laptop.db._key)
    assert not Path(f"{path}-wal").exists() or Path(f"{path}-wal").stat().st_size == 0
    return decrypted(path, key)


def left(bytes_of: bytes) -> list[str]:
    """Which of the words are there."""
    return [word for word in MARKS if word.encode() in bytes_of or word.lower().encode() in bytes_of]


def erase(world: World, person: UUID, name: str = WHOLE) -> None:
    done = world.server.command("erase", str(person), "--name", name)
    assert done["erased"] is True


def in_server(world: World) -> bytes:
    """Every value of every table of the server."""
    from sync.server.settings import ServerHome

    office = open_office(ServerHome(world.server.home), url=world.server.database)
    try:
        with office.store.read() as connection:
            raw = Raw(connection)
            parts = []
            for table in office.store.model.metadata.sorted_tables:
                for row in raw.rows(f'SELECT * FROM "{table.name}"'):
                    parts += [value if isinstance(value, bytes) else str(value).encode() for value in row]
    finally:
        office.close()
    return b"\n".join(parts)


def in_server_file(world: World) -> bytes:
    """Every byte of its SQLite file and log under their cipher; nothing for PostgreSQL."""
    database = Path(world.server.database.removeprefix("sqlite:///"))
    if not database.is_absolute():
        return b""
    key = load_keys(ServerHome(world.server.home).keys).derived(DATABASE_KEY)
    return decrypted(database, key) + decrypted_log(Path(f"{database}-wal"), key)


def test_nothing_of_an_erased_person_is_left_anywhere(world: World, tmp_path: Path) -> None:
    first, second = world.school(), world.school()
    add_years(world, first)
    sync(first)
    sync(second)
    with opened(first) as laptop:
        undo = UndoService(laptop.db, laptop.actor)
        pupil = enrol(laptop)
        sync_open(laptop)
        act = change(laptop, pupil, given_names=f"{NAME} Two", preferred_name="Zirconium")
        neighbour = change(laptop, _person(laptop, "Neighbour"), preferred_name="Nell")
        sync_open(laptop)
        sync(second)
        assert left(everything(laptop)) == list(MARKS)
        assert pieces_of_names(laptop) == ["bush", "phyr", "quac", "zeph"]
        change(laptop, pupil, birth_place="Zirconium Hill", given_names=f"{NAME} Three")
        with opened(second) as other:
            change(other, pupil, given_names=f"{NAME} Four")  # meets the other: a proposal
            sync_open(other)
            sync_open(laptop)
            assert one_value(laptop, "SELECT count(*) FROM conflict") == 1
            sync_open(other)
            assert left(everything(other)) == list(MARKS)
            back_up(other, tmp_path / "before.emis")
            change(other, pupil, address="2 Zirconium Road")  # not sent when the order comes
            with other.db.write(other.actor, "add_note") as session:
                session.add(PersonNote(person_id=pupil, written_on=date(2026, 10, 2), text="Xylomarzipan!"))
            change(other, _person(other, "Neighbour"), transport="Bus 9")
        assert NAME in left(in_server_file(world)) or not in_server_file(world)
        erase(world, pupil, f"{NAME} Four Quackenbush")
        sync_open(laptop)
        assert left(everything(laptop)) == []
        assert pieces_of_names(laptop) == []
        with laptop.db.read() as session:
            assert broken_link(session.connection()) is None
            assert session.get_one(Person, pupil).deleted_at is not None
            assert len(session.scalars(select(Enrolment)).all()) == 2, "what is counted stays"
        with pytest.raises(Refused, match="was erased since"):
            undo.undo_act(act)
        assert undo.undo_act(neighbour).act == neighbour
        told = [line.sentence.text(ENGLISH) for line in HistoryQueries(laptop.db, laptop.actor).latest(50)]
        assert len(told) > 4
        assert left("".join(told).encode()) == [], "history goes on without the name"
    sync(second)
    with opened(second) as laptop:
        assert left(everything(laptop)) == []
        assert pieces_of_names(laptop) == []
        with laptop.db.read() as session:
            connection = session.connection()
            assert broken_link(connection) is None
            assert one(connection, "SELECT count(*) FROM batch WHERE state != 'acknowledged'") == 0
            cards = ConflictQueries(laptop.db, laptop.actor).waiting().cards
            assert [card.title.text(ENGLISH) for card in cards] == ["Somebody whose record was erased"]
    sync(first)
    with opened(first) as laptop, laptop.db.read() as session:
        found = session.get_one(Person, _person(laptop, "Neighbour"))
        assert found.transport == "Bus 9", "other work that was not sent yet is sent"
    for home in (first, second):
        assert left(in_file(home)) == []
    assert world.server.command("verify-audit")["sound"] is True
    assert left(in_server(world)) == []
    assert left(in_server_file(world)) == []
    _comes_back(world, second, tmp_path / "before.emis")


def test_by_a_stick_comes_the_order_too(world: World, tmp_path: Path) -> None:
    first, second = world.school(), world.school()
    add_years(world, first)
    with opened(first) as laptop:
        pupil = enrol(laptop)
        sync_open(laptop)
    sync(second)
    with opened(second) as laptop:
        change(laptop, pupil, birth_place="Zirconium Hill")
        stick.save(joining.site_of(laptop), tmp_path / "up.emis")  # made before, read in after
        erase(world, pupil)
        answer = tmp_path / "down.emis"
        world.server.command("bundle", str(tmp_path / "up.emis"), "--answer", str(answer))
        assert left(everything(laptop)) == list(MARKS)
        stick.read(joining.site_of(laptop), answer)
        assert left(everything(laptop)) == []
        with laptop.db.read() as session:
            assert broken_link(session.connection()) is None
        assert sync_open(laptop).ops_sent == 0
    assert left(in_server(world)) == []
    assert left(in_file(second)) == []


ENGLISH = Words.load("en")


def _comes_back(world: World, home: Home, backup: Path) -> None:
    """From a backup that still has the person: the next sync takes the person away again."""
    restore(backup, home)
    assert left(in_file(home)) == list(MARKS)
    with opened(home) as laptop:
        assert left(everything(laptop)) == list(MARKS)
        sync_open(laptop)
        assert left(everything(laptop)) == []
        assert pieces_of_names(laptop) == []
        with laptop.db.read() as session:
            assert broken_link(session.connection()) is None
        sync_open(laptop)
    assert left(in_file(home)) == []
    assert left(in_server(world)) == []


def one_value(laptop: OpenLaptop, statement: str) -> object:
    with laptop.db.read() as session:
        return one(session.connection(), statement)


def _person(laptop: OpenLaptop, given: str) -> UUID:
    with laptop.db.read() as session:
        return session.scalars(select(Person.id).where(Person.given_names == given)).one()
