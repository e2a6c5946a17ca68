"""A laptop's store at work, for the replay of a power loss: made, written to, folded in, opened again."""

import sqlite3
import sys
from contextlib import closing
from datetime import date
from pathlib import Path
from uuid import UUID

from emis_desktop import cipher, store
from emis_desktop.database import Database
from emis_desktop.errors import EmisError
from emis_desktop.journal import broken_link
from emis_desktop.models import Person, PersonContact, PersonPhoto
from tests.factories.stores import SITE, Somebody, key

ACTS = 9
CLERK = Somebody(UUID(int=5))
NAME = "records.db"


def run(folder: Path) -> None:
    """Make a store, then three times: open it, write, close it."""
    path = folder / NAME
    store.create(path, key(), SITE)
    _say("made")
    for opening in range(3):
        db = store.open_store(path, key())
        for act in range(ACTS):
            _write(db, opening * ACTS + act)
        if opening == 1:
            with db.maintain() as bare:
                bare.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
            _write(db, 3 * ACTS)
        db.close()
        _say(f"closed {opening}")


def _write(db: Database, number: int) -> None:
    person = UUID(int=1_000 + number)
    with db.write(CLERK, "register") as session:
        born = date(2015, 1, 1)
        session.add(Person(id=person, given_names=f"Pupil {number}", family_name="Test", birth_date=born))
        session.flush()
        session.add(PersonContact(person_id=person, kind="phone", value=str(number)))
        if number % 4 == 3:
            session.add(PersonPhoto(person_id=person, image=bytes([number]) * 40_000))
    _say(f"act {number} {person.hex}")
    if number % 3 == 2:
        with db.write(CLERK, "change") as session:
            session.get_one(Person, person).preferred_name = f"Changed {number}"
        _say(f"changed {number} {person.hex}")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def check(folder: Path, said: list[str]) -> list[str]:
    """What is lost, torn or half done of what was said."""
    path = folder / NAME
    if not path.exists():
        return ["the store is gone"] if said else []
    try:
        with closing(store.open_store(path, key())) as db, db.read() as session:
            broken = broken_link(session.connection())
        cipher.verify(path, key())
        with closing(cipher.connect(path, key())) as connection:
            wrong = [] if broken is None else [f"the journal breaks at act {broken}"]
            return [*wrong, *_lost(connection, said), *_half_done(connection)]
    except EmisError as fault:
        return [f"it cannot be opened: {fault!r}"]


def _lost(connection: sqlite3.Connection, said: list[str]) -> list[str]:
    people = {row[0]: row[1] for row in connection.execute("SELECT id, preferred_name FROM person")}
    lost = []
    for line in said:
        word, *rest = line.split()
        if word == "act" and bytes.fromhex(rest[1]) not in people:
            lost.append(f"lost: {line}")
        if word == "changed" and people.get(bytes.fromhex(rest[1])) != f"Changed {rest[0]}":
            lost.append(f"lost: {line}")
    return lost


def _half_done(connection: sqlite3.Connection) -> list[str]:
    """Acts of which a part is there."""
    wrong = [
        f"half an act: {row[0].hex()}"
        for row in connection.execute(
            "SELECT id FROM person WHERE id NOT IN (SELECT person_id FROM person_contact) "
            "UNION SELECT person_id FROM person_contact WHERE person_id NOT IN (SELECT id FROM person)"
        )
    ]
    if connection.execute("PRAGMA foreign_key_check").fetchone() is not None:
        wrong.append("a row without its parent")
    return wrong
