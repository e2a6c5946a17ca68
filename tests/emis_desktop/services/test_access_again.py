"""A teacher with a tool ends the access of a sole principal: the recovery code gives it back."""

from contextlib import closing
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from emis_desktop import cipher
from emis_desktop.errors import Refused
from emis_desktop.models import Change, User
from emis_desktop.queries.users import UserQueries
from emis_desktop.rules.rights import Role
from tests.factories.laptops import PRINCIPAL, SetUp, new_laptop, password_of, users_of

TEACHER, DEPUTY = "Teacher 01", "Deputy 01"
NEW = "walk the yellow dog tonight"
ENDED = [
    "UPDATE user SET ended_at = 1 WHERE id = ?",
    "UPDATE user SET deleted_at = 1 WHERE id = ?",
    "UPDATE user SET ended_at = 1, deleted_at = 1, role = '', role_proof = NULL WHERE id = ?",
    "UPDATE user SET ended_at = '2026-01-01' WHERE id = ?",
    "UPDATE user SET deleted_at = 'gone' WHERE id = ?",
    "UPDATE user SET ended_at = x'00' WHERE id = ?",
    "UPDATE user SET ended_at = 9223372036854775807 WHERE id = ?",
    "UPDATE user SET ended_at = 9e999 WHERE id = ?",
    "DELETE FROM user WHERE id = ?",
]


@pytest.fixture
def setup(tmp_path: Path) -> SetUp:
    made = new_laptop(tmp_path / "home")
    made.add(TEACHER, Role.TEACHER)
    return made


def plant(setup: SetUp, sql: str, user_id: UUID) -> None:
    """What somebody does with a tool for SQLite and the store's key, which they hold by right."""
    with setup.sign_in(TEACHER) as mine:
        path, key = mine.db.path, bytearray(mine.keys.key(mine.store_id))
    with closing(cipher.connect(path, key)) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            connection.execute(f'DROP TRIGGER "{name}"')
        connection.execute(sql, (user_id.bytes,))
        for _, text in triggers:
            connection.execute(text)


@pytest.mark.parametrize("sql", ENDED)
def test_the_recovery_code_gives_a_sole_principal_access_again(setup: SetUp, sql: str) -> None:
    user_id = setup.id_of(PRINCIPAL)
    plant(setup, sql, user_id)
    with pytest.raises(Refused, match="access on this laptop has ended"):
        setup.sign_in()
    setup.laptop.recover(setup.code, user_id, NEW)
    with setup.sign_in(password=NEW) as mine:
        assert (mine.actor.name, mine.actor.role) == (PRINCIPAL, Role.PRINCIPAL)
        assert mine.actor.institution_id == mine.site.institution_id
        users_of(mine).change_role(setup.id_of(TEACHER), Role.COUNSELLOR)
        with mine.db.read() as session:
            told = session.scalars(select(Change).where(Change.row_id == user_id)).all()
            assert {"password_set_at"} & {change.field for change in told} or "DELETE" in sql
            assert session.get_one(User, user_id).ended_at is None
    setup.sign_in(TEACHER).lock()


@pytest.mark.parametrize(
    "what",
    [
        *(f"role_proof = {value}" for value in ("7", "'x'", "9e999")),
        *(f"institution_id = {value}" for value in ("7", "'x'", "x'00'")),
        "role = x'00'",
    ],
)
def test_what_is_no_role_no_school_and_no_proof_is_told_and_put_right(setup: SetUp, what: str) -> None:
    user_id = setup.id_of(PRINCIPAL)
    plant(setup, f"UPDATE user SET {what} WHERE id = ?", user_id)
    with pytest.raises(Refused, match="Your role was changed outside"):
        setup.sign_in()
    setup.laptop.recover(setup.code, user_id, NEW)
    with setup.sign_in(password=NEW) as mine:
        assert mine.actor.institution_id == mine.site.institution_id


@pytest.mark.parametrize("sql", ENDED)
def test_it_gives_it_to_nobody_else(setup: SetUp, sql: str) -> None:
    """Whoever manages users lets them in again, under their own name."""
    user_id = setup.id_of(TEACHER)
    plant(setup, sql, user_id)
    with pytest.raises(Refused, match="has ended"):
        setup.sign_in(TEACHER)
    with pytest.raises(Refused, match="has ended"):
        setup.laptop.recover(setup.code, user_id, NEW)
    with setup.sign_in() as mine:
        users_of(mine).mend()
        assert len(UserQueries(mine.db).users()) in {1, 2}
        assert [left.id for left in users_of(mine).leftovers()] == [user_id]
    assert setup.add(TEACHER, Role.TEACHER) != user_id
    setup.sign_in(TEACHER).lock()


def test_it_brings_no_former_principal_back_whose_entry_was_put_into_the_ring_again(setup: SetUp) -> None:
    user_id = setup.add(DEPUTY, Role.PRINCIPAL)
    before = setup.laptop.ring.file.load().user(user_id)
    assert before is not None
    with setup.sign_in() as mine:
        users_of(mine).end_access(user_id)
        mine.ring.file.change(lambda ring: ring.with_user(before))
    with pytest.raises(Refused, match="has ended"):
        setup.laptop.recover(setup.code, user_id, NEW)
    plant(setup, "UPDATE user SET ended_at = NULL WHERE id = ?", user_id)
    with pytest.raises(Refused, match="Your role was changed outside"):
        setup.laptop.recover(setup.code, user_id, NEW)
    with pytest.raises(Refused):
        setup.sign_in(DEPUTY, password_of(DEPUTY))
