"""Whatever is written, in whatever way, the index says what the records say, in name order."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TypeVar
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Select, select
from sqlalchemy.orm import Session

from emis_desktop import search_index
from emis_desktop.database import Database
from emis_desktop.models import ClassPupil, Enrolment, Person, PersonContact, PersonIdentity
from emis_desktop.queries.search import StudentSearch
from emis_desktop.rules.names import fold, search_text, sort_key
from emis_desktop.rules.rights import Role, actor_of
from tests.factories.roll import Roll
from tests.factories.stores import Somebody, connected, new_store

NOW_MS = 1_800_000_000_000
LETTERS = st.text("aábnñ -'", min_size=1, max_size=7)
Row = TypeVar("Row")
CHANGES = st.sampled_from(
    ["rename", "leave", "delete", "alias", "number", "phone", "class", "join", "nothing"]
)


@pytest.fixture(scope="module")
def roll() -> Roll:
    return Roll()


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory, roll: Roll) -> Iterator[Database]:
    db = new_store(tmp_path_factory.mktemp("store") / "s.db")
    with db.write(Somebody(), "start") as session:
        roll.make(session)
    yield db
    db.close()


def one(session: Session, statement: "Select[Row]", place: int) -> "Row | None":
    rows = session.scalars(statement).all()
    return rows[place % len(rows)] if rows else None


def change(session: Session, roll: Roll, what: str, place: int, text: str) -> None:  # noqa: C901 - a list
    """Do something to some record of somebody."""
    person = one(session, select(Person).join(Enrolment, Enrolment.person_id == Person.id), place)
    if person is None or what == "join":
        roll.student(
            session, text, text[::-1], number=str(place), phone=str(place * 1_234_567), place=place % 2
        )
    elif what == "rename":
        person.family_name, person.preferred_name = text, text[::2] or None
    elif what == "leave":
        enrolment = session.scalars(select(Enrolment).where(Enrolment.person_id == person.id)).first()
        assert enrolment is not None
        enrolment.ends_on, enrolment.exit = date(2026, 12, 1), "emigrated"
    elif what == "delete":
        table = ("person", "enrolment", "person_identity", "class_pupil", "guardianship")[place % 5]
        session.connection().exec_driver_sql(
            f"UPDATE {table} SET deleted_at = iif(deleted_at, NULL, ?) WHERE rowid = ?", (NOW_MS, place % 3)
        )
    elif what == "alias":
        person.alias_of_id = one(session, select(Person.id), place)
    elif what == "number":
        session.add(PersonIdentity(id=uuid4(), person_id=person.id, kind="other", number=text))
    elif what == "phone":
        contact = one(session, select(PersonContact), place)
        if contact is not None:
            contact.value = f"+{place} {text}"
    elif what == "class":
        stay = one(session, select(ClassPupil), place)
        if stay is not None:
            stay.ends_on = date(2026, 12, 1)


def kept(people: dict[UUID, Person], one: UUID) -> UUID:
    """The record that stands for somebody: at the end of the doubles, or the smallest of a ring of them."""
    walked = [one]
    while (named := people[walked[-1]].alias_of_id) in people:
        assert named is not None
        if named in walked:
            return min(walked[walked.index(named) :])
        walked.append(named)
    return walked[-1]


def slow_answer(db: Database, text: str) -> list[UUID]:
    """Students whose name holds every word typed, by looking at every record; merged records are one."""
    words = fold(text).split()
    with db.read() as session:
        people = {row.id: row for row in session.scalars(select(Person).where(Person.deleted_at.is_(None)))}
        enrolled = set(session.scalars(select(Enrolment.person_id).where(Enrolment.deleted_at.is_(None))))
        records: dict[UUID, list[Person]] = {}
        for row in people.values():
            records.setdefault(kept(people, row.id), []).append(row)
        found = []
        for main, rows in records.items():
            person = people[main]
            if not enrolled & {row.id for row in rows}:
                continue
            numbers = session.scalars(
                select(PersonIdentity.number).where(
                    PersonIdentity.person_id.in_([row.id for row in rows]),
                    PersonIdentity.deleted_at.is_(None),
                )
            ).all()
            names = [name for row in rows for name in (row.family_name, row.given_names, row.preferred_name)]
            held = search_text(*names, *numbers)
            held += " ".join(["", *("".join(fold(number).split()) for number in numbers)])
            if all(any(word in part for part in held.split()) for word in words):
                found.append(person)
        found.sort(key=lambda person: sort_key(person.family_name, person.given_names))
        return [person.id for person in found]


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    acts=st.lists(st.lists(st.tuples(CHANGES, st.integers(0, 50), LETTERS), max_size=4), max_size=6),
    muted=st.booleans(),
    few=st.sampled_from([1, 300]),
)
def test_after_any_changes_the_index_equals_the_records(
    db: Database, roll: Roll, acts: list[list[tuple[str, int, str]]], muted: bool, few: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search_index, "FEW", few)
        for act in acts:
            with db.replicate() if muted else db.write(Somebody(), "change") as session:
                for what, place, text in act:
                    change(session, roll, what, place, text)
                    session.flush()
            with connected(db) as connection:
                assert not search_index.differs(connection)
                connection.exec_driver_sql("PRAGMA integrity_check")


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text("abnñé", min_size=1, max_size=5))
def test_the_answer_is_that_of_a_slow_search(db: Database, text: str) -> None:
    principal = actor_of(uuid4(), "P", Role.SCHOOL_ADMINISTRATOR)
    fast = StudentSearch(db, principal).ids(text)
    assert sorted(fast) == sorted(slow_answer(db, text))


def test_many_newcomers_between_two_neighbours_find_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    roll, db = Roll(), new_store(tmp_path / "s.db")
    with db.write(Somebody(), "start") as session:
        roll.make(session)
        roll.student(session, "A", "A")
        roll.student(session, "C", "C")
    made_anew: list[int] = []
    rebuild = search_index.rebuild

    def counted(connection: Connection) -> None:
        made_anew.append(1)
        rebuild(connection)

    monkeypatch.setattr(search_index, "rebuild", counted)
    for number in range(20):
        with db.write(Somebody(), "join") as session:
            roll.student(session, "B" * (20 - number), "B")
    with connected(db) as connection:
        assert not search_index.differs(connection)
    assert 0 < len(made_anew) < 5
    for family, text in (("Zed", "z"), ("Aaron", "aar")):
        with db.write(Somebody(), "join") as session:
            roll.student(session, family, "Last or first")
        assert StudentSearch(db, actor_of(uuid4(), "P", Role.PRINCIPAL)).count(text) == 1
    db.close()


@pytest.mark.parametrize(
    "harm",
    [
        "DELETE FROM student_line WHERE rank = (SELECT min(rank) FROM student_line)",
        "UPDATE student_line SET line = 'somebody else'",
        "UPDATE student_line SET rank = -rank; UPDATE student_place SET rank = -rank",
        "INSERT INTO student_gram (student_gram) VALUES ('delete-all')",
        "UPDATE search_count SET students = students + 1 WHERE gram = 'a'",
    ],
)
def test_an_index_that_says_something_else_is_told_and_made_anew(tmp_path: Path, harm: str) -> None:
    roll, db = Roll(), new_store(tmp_path / "s.db")
    with db.write(Somebody(), "start") as session:
        roll.make(session)
        roll.student(session, "A", "A")
        roll.student(session, "C", "C")
    with db.maintain() as bare:
        bare.executescript(harm)
    with connected(db) as connection:
        assert search_index.differs(connection)
    with db.replicate() as session:
        search_index.rebuild(session.connection())
    with connected(db) as connection:
        assert not search_index.differs(connection)
    db.close()


def test_a_child_that_arrives_before_its_parent_is_found_once_both_are_there(tmp_path: Path) -> None:
    roll, db = Roll(), new_store(tmp_path / "s.db")
    with db.write(Somebody(), "start") as session:
        roll.make(session)
        person_id = roll.student(session, "Gone", "Away")
    with db.replicate() as session:
        session.delete(session.get(Enrolment, session.scalar(select(Enrolment.id))))
        session.delete(session.scalars(select(ClassPupil)).one())
    search = StudentSearch(db, actor_of(uuid4(), "P", Role.PRINCIPAL))
    assert search.count() == 0
    with db.write(Somebody(), "again") as session:
        session.add(
            Enrolment(
                person_id=person_id,
                institution_id=roll.schools[0],
                period_id=roll.year,
                grade_id=roll.grades[0],
                starts_on=date(2026, 9, 1),
            )
        )
    assert search.count("gone") == 1
    db.close()


def test_what_a_snapshot_brings_is_found_when_it_has_ended_and_nobody_waits_for_it_before(
    tmp_path: Path,
) -> None:
    db = new_store(tmp_path / "s.db")
    person = "INSERT INTO person (id, given_names, family_name, synthetic) VALUES (?, 'Zita', 'T', 1)"
    with db.replicate(index=False) as session:
        session.connection().exec_driver_sql(person, (b"p" * 16,))
        session.connection().exec_driver_sql("INSERT INTO search_dirty VALUES (?)", (b"p" * 16,))
    with db.read() as session:
        run = session.connection().exec_driver_sql
        assert run(
            "SELECT (SELECT count(*) FROM search_dirty), (SELECT count(*) FROM search_later)"
        ).all() == [(0, 1)]
    with db.write(Somebody(), "look") as session:
        session.connection().exec_driver_sql(person, (b"q" * 16,))
    with db.read() as session:
        assert session.connection().exec_driver_sql("SELECT count(*) FROM search_later").scalar() == 1
    with db.replicate():
        pass
    with db.read() as session:
        assert session.connection().exec_driver_sql("SELECT count(*) FROM search_later").scalar() == 0
        assert not search_index.differs(session.connection())
    db.close()
