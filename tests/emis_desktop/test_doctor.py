"""The doctor finds each kind of harm, names it, and says nothing of a store that is well."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from emis_desktop import checks
from emis_desktop.database import Database
from emis_desktop.doctor import DoctorReport, diagnose, repair
from emis_desktop.errors import Refused
from emis_desktop.migrations import NEWEST
from emis_desktop.models import (
    AcademicPeriod,
    Act,
    AssessmentItem,
    ClassPupil,
    Enrolment,
    Mark,
    Person,
    PersonIdentity,
    ReportCard,
    Site,
    Subject,
    Term,
)
from emis_desktop.rules.rights import Role, actor_of
from emis_desktop.settings import Home
from tests.factories.roll import Roll
from tests.factories.stores import Somebody, key, new_store


@pytest.fixture
def roll() -> Roll:
    return Roll()


@pytest.fixture
def db(tmp_path: Path, roll: Roll) -> Iterator[Database]:
    db = new_store(tmp_path / "s.db")
    with db.write(Somebody(), "start") as session:
        roll.make(session)
        roll.student(session, "A", "A", number="1")
        roll.student(session, "B", "B", number="2", left=True)
    yield db
    db.close()


def examined(db: Database) -> DoctorReport:
    return diagnose(db, Home(db.path.parent), actor_of(uuid4(), "Auditor 01", Role.AUDITOR))


def test_a_store_that_is_well(db: Database) -> None:
    report = examined(db)
    assert report.sound
    document = report.document()
    assert document.pop("state_hash") == report.state_hash
    assert str(document.pop("sqlite_version")) >= "3.51.3"
    assert str(document.pop("cipher_version")).startswith("4.")
    assert document == {
        "journal_mode": "wal",
        "synchronous": "full",
        "schema_version": NEWEST,
        "integrity": "ok",
        "disagreements": {},
        "outbox": report.outbox,
        "home": str(db.path.parent),
        "sync": None,
    }


def test_the_outbox_counts_what_waits(db: Database) -> None:
    before = examined(db).outbox or 0
    with db.write(Somebody(), "edit") as session:
        session.execute(update(Person).values(transport="bus", birth_place="here"))
    assert examined(db).outbox == before + 4
    with db.replicate() as session:
        session.execute(update(Site).values(sent_change=before))
    assert examined(db).outbox == 4


@pytest.mark.parametrize(
    ("harm", "check"),
    [
        ("DROP TRIGGER capture_mark_insert", "triggers"),
        ("DROP TRIGGER search_person_update", "triggers"),
        ("UPDATE alembic_version SET version_num = '0000'", "version"),
        ("UPDATE capture_context SET muted = 1", "site"),
        ("DELETE FROM site", "site"),
        ("UPDATE change SET after = 'x' WHERE seq = 1", "journal"),
        ("UPDATE student_line SET line = 'x'", "search"),
        ("UPDATE capture_context SET muted = 1; DELETE FROM enrolment", "references"),
    ],
)
def test_harm_is_named(db: Database, harm: str, check: str) -> None:
    with db.maintain() as bare:
        bare.execute("PRAGMA foreign_keys = OFF")
        bare.executescript(harm)
        bare.execute("PRAGMA foreign_keys = ON")
    report = examined(db)
    assert not report.sound
    assert check in {found.check for found in report.damage}
    assert isinstance(report.document()["integrity"], dict)


def test_unreadable_pages_are_found_and_nothing_else_is_asked(db: Database) -> None:
    path = db.path
    db.close()
    content = bytearray(path.read_bytes())
    content[-2000] ^= 1
    path.write_bytes(content)
    again = Database(path, key())
    report = examined(again)
    assert [found.check for found in report.damage] == ["pages"]
    assert (report.disagreements, report.outbox, report.state_hash) == ((), None, {})
    again.close()


def test_a_check_that_meets_damage_fails_and_one_that_is_wrong_says_so(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Fault(Exception):
        sqlite_errorcode = 11  # SQLITE_CORRUPT

    def meets_damage(_connection: object) -> int:
        raise OperationalError("SELECT", None, Fault())

    def is_wrong(_connection: object) -> int:
        raise OperationalError("SELECT", None, Exception("no such table"))

    message = checks.WHOLE["search"][0]
    monkeypatch.setitem(checks.WHOLE, "search", (message, meets_damage))
    assert [(found.check, found.count) for found in examined(db).damage] == [("search", 1)]
    monkeypatch.setitem(checks.WHOLE, "search", (message, is_wrong))
    with pytest.raises(OperationalError):
        examined(db)


def test_what_two_laptops_can_make_is_shown_and_is_no_damage(db: Database, roll: Roll) -> None:
    with db.write(Somebody(), "merge") as session:
        first, second = session.scalars(select(Enrolment).order_by(Enrolment.ends_on.is_(None).desc())).all()
        other_year = AcademicPeriod(
            code="2025", label="x", starts_on=date(2025, 9, 1), ends_on=date(2024, 7, 1)
        )
        term = Term(
            period_id=roll.year, number=1, name="1", starts_on=date(2026, 9, 1), ends_on=date(2026, 8, 1)
        )
        subject = Subject(code="MA", name="Mathematics")
        session.add_all([other_year, term, subject])
        session.flush()
        item = AssessmentItem(
            institution_id=roll.schools[0],
            grade_id=roll.grades[0],
            subject_id=subject.id,
            term_id=term.id,
            code="T1",
            name="Test",
            maximum=Decimal(20),
            weight=Decimal(1),
        )
        session.add(item)
        session.flush()
        session.add_all(
            [
                Enrolment(
                    person_id=first.person_id,
                    institution_id=roll.schools[1],
                    period_id=other_year.id,
                    grade_id=roll.grades[0],
                    starts_on=date(2026, 9, 1),
                ),
                ClassPupil(class_id=roll.classes[1], enrolment_id=first.id),
                ClassPupil(class_id=roll.classes[1], enrolment_id=second.id, ends_on=date(2026, 12, 1)),
                Mark(student_id=first.person_id, item_id=item.id, state="scored", value=Decimal("20.5")),
                Mark(student_id=second.person_id, item_id=item.id, state="unheard of"),
                Mark(id=uuid4(), student_id=second.person_id, item_id=item.id, state="absent"),
                PersonIdentity(person_id=second.person_id, kind="national", number="1"),
                *(card(first, term, number="GD-1") for _ in range(2)),
            ]
        )
        second.ends_on = date(2026, 8, 1)
        place = session.scalars(select(ClassPupil).where(ClassPupil.enrolment_id == first.id)).first()
        assert place is not None
    with db.write(Somebody(), "merge") as session:
        stray = Enrolment(
            person_id=second.person_id,
            institution_id=roll.schools[1],
            period_id=roll.year,
            grade_id=roll.grades[0],
            starts_on=date(2026, 9, 1),
        )
        session.add(stray)
        session.flush()
        session.add(ClassPupil(class_id=roll.classes[0], enrolment_id=stray.id))
    report = examined(db)
    assert report.sound
    assert {found.check: found.count for found in report.disagreements} == {
        "one_current_enrolment": 1,
        "one_seat": 1,
        "seat_of_roll": 1,
        "mark_within_maximum": 2,
        "number_of_one_person": 1,
        "card_number_once": 1,
        "dates_in_order": 3,
    }
    assert set(checks.AGREE) == {found.check for found in report.disagreements}


def card(enrolment: Enrolment, term: Term, number: str) -> ReportCard:
    return ReportCard(
        student_id=enrolment.person_id,
        enrolment_id=enrolment.id,
        term_id=term.id,
        number=number,
        issue=1,
        issued_on=date(2026, 12, 1),
        issued_by="P",
        language="en",
        check_code="x",
        fingerprint=b"x",
        content=b"x",
    )


def test_only_who_may_examine_the_records_does(db: Database) -> None:
    with pytest.raises(Refused, match="is not open to the role"):
        diagnose(db, Home(db.path.parent), actor_of(uuid4(), "Teacher 01", Role.TEACHER))


def harmed(db: Database, harm: str) -> None:
    with db.maintain() as bare:
        bare.executescript(harm)


AUDITOR = actor_of(uuid4(), "Auditor 01", Role.AUDITOR)


@pytest.mark.parametrize(
    ("harm", "checks"),
    [
        ("DROP TRIGGER capture_mark_insert", ["triggers"]),
        ("DROP TRIGGER search_person_update", ["triggers"]),
        ("UPDATE student_line SET line = 'x'", ["search"]),
        ("DROP TRIGGER capture_mark_insert; DELETE FROM student_line", ["triggers", "search"]),
    ],
)
def test_what_follows_from_the_records_is_made_anew(db: Database, harm: str, checks: list[str]) -> None:
    before = examined(db)
    harmed(db, harm)
    report = examined(db)
    assert [found.check for found in repair(db, AUDITOR, report)] == checks
    after = examined(db)
    assert after.sound
    assert after.state_hash == before.state_hash
    with db.read() as session:
        last = session.scalars(select(Act).order_by(Act.seq.desc())).first()
        assert last is not None
        assert (last.verb, last.user_id) == ("repair", AUDITOR.user_id)


@pytest.mark.parametrize(
    "harm",
    [
        "SELECT 1",
        "UPDATE change SET after = 'x' WHERE seq = 1",
        "DROP TRIGGER capture_mark_insert; UPDATE change SET after = 'x' WHERE seq = 1",
    ],
)
def test_nothing_is_repaired_beside_damage_that_only_a_copy_mends(db: Database, harm: str) -> None:
    harmed(db, harm)
    report = examined(db)
    assert repair(db, AUDITOR, report) == ()
    assert examined(db).damage == report.damage


def test_only_who_may_examine_repairs(db: Database) -> None:
    with pytest.raises(Refused, match="is not open to the role"):
        repair(db, actor_of(uuid4(), "Teacher 01", Role.TEACHER), examined(db))
