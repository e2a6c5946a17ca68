"""People of the laptop from the command line: let in, given another role, helped, let go."""

from pathlib import Path
from uuid import UUID

import pytest

from emis_desktop.models import User
from emis_desktop.rules.rights import Role
from emis_desktop.services.users import UserService
from tests.emis_desktop.cli.conftest import sign_in_as
from tests.factories.laptops import PASSWORD, PRINCIPAL, SetUp, password_of
from tests.helpers.commands import emis

NEW = "a slow boat for the new one"


@pytest.fixture(autouse=True)
def new_password(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What ``add`` and ``reset`` give."""
    file = tmp_path / "new.txt"
    file.write_text(NEW)
    monkeypatch.setenv("EMIS_NEW_PASSWORD_FILE", str(file))


def names() -> list[str]:
    """Who signs in."""
    return [user["name"] for user in emis("user", "list", "--json").document if user["ended_at"] is None]


def test_somebody_comes_signs_in_and_leaves(
    laptop: SetUp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    added = emis("user", "add", "Éloïse", "--role", "school_administrator", "--json")
    assert added.code == 0
    assert added.document.keys() == {"user", "name", "role"}
    assert names() == [PRINCIPAL, "Éloïse"]
    with laptop.again().sign_in_as("éloïse", NEW) as opened:
        assert opened.actor.role is Role.SCHOOL_ADMINISTRATOR
    changed = emis("user", "role", "ÉLOÏSE", "auditor", "--json")
    assert (changed.code, changed.document) == (0, {"user": "ÉLOÏSE", "role": "auditor"})
    with laptop.again().sign_in_as("Éloïse", NEW) as opened:
        assert opened.actor.role is Role.AUDITOR
    gone = emis("user", "remove", "Éloïse", "--json")
    assert (gone.code, gone.document) == (0, {"removed": "Éloïse"})
    assert names() == [PRINCIPAL]
    sign_in_as(monkeypatch, tmp_path, "Éloïse", NEW)
    assert emis("user", "list", "--json").code == 1


def test_people_of_other_laptops_are_not_among_those_who_sign_in_here(laptop: SetUp) -> None:
    with laptop.sign_in() as mine, mine.db.replicate() as session:
        school = mine.actor.institution_id
        session.add(User(id=UUID(int=7), name="Library 01", role="principal", institution_id=school))
        session.add(User(id=UUID(int=8), name="Ministry 01", role="ministry_officer"))
    assert names() == [PRINCIPAL]
    for deed in (("remove", "Ministry 01"), ("role", "Library 01", "teacher"), ("reset", "Library 01")):
        done = emis("user", *deed, "--json")
        assert done.code == 1
        assert done.document == {
            "refused": f"Nobody called {deed[1]} signs in on this laptop. Check the name."
        }


def test_a_forgotten_password_is_given_anew(laptop: SetUp) -> None:
    laptop.add("Ana", Role.COUNSELLOR)
    done = emis("user", "reset", "Ana", "--json")
    assert (done.code, done.document) == (0, {"user": "Ana", "closed": []})
    laptop.again().sign_in_as("Ana", NEW).lock()
    assert emis("user", "reset", "Ana").out == "Ana has a new password.\n"


def test_what_stays_closed_after_a_reset_is_told(laptop: SetUp, monkeypatch: pytest.MonkeyPatch) -> None:
    laptop.add("Ana", Role.COUNSELLOR)
    monkeypatch.setattr(UserService, "reset_password", lambda *_given: ("case", "health"))
    told = emis("user", "reset", "Ana")
    assert "stay closed to Ana" in told.out
    assert "case work and health" in told.out


def test_people_are_listed_for_reading(laptop: SetUp) -> None:
    laptop.add("Ana", Role.TEACHER)
    lines = emis("user", "list").out.splitlines()
    assert lines[0].split() == ["Name", "Role"]
    assert any(line.split() == ["Ana", "Teacher"] for line in lines)


def test_a_role_that_is_none_of_ours_is_not_listed_as_one_of_them(laptop: SetUp) -> None:
    user_id = laptop.add("Ana", Role.TEACHER)
    with laptop.sign_in() as mine, mine.db.replicate() as session:
        session.get_one(User, user_id).role = "emperor"
    assert any(
        line.split() == ["Ana", "Not", "valid", "here"] for line in emis("user", "list").out.splitlines()
    )
    listed = emis("user", "list", "--json").document
    assert [user["role"] for user in listed if user["name"] == "Ana"] == [None]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["remove", "Nobody"], "Nobody"),
        (["reset", "Nobody"], "Nobody"),
        (["role", "Nobody", "auditor"], "Nobody"),
        (["remove", PRINCIPAL], "nother person"),
        (["role", PRINCIPAL, "teacher"], "nother person"),
        (["add", PRINCIPAL, "--role", "teacher"], PRINCIPAL),
        (["add", "   ", "--role", "teacher"], "Enter the name"),
        (["add", "Ana", "--role", "ministry_officer"], "cannot be given here"),
    ],
)
def test_what_cannot_be_is_told_and_changes_nobody(laptop: SetUp, arguments: list[str], said: str) -> None:
    refused = emis("user", *arguments, "--json")
    assert refused.code == 1
    assert said in refused.refused
    assert names() == [PRINCIPAL]


def test_a_password_too_easy_lets_nobody_in(laptop: SetUp, tmp_path: Path) -> None:
    (tmp_path / "new.txt").write_text("1234567890")
    assert emis("user", "add", "Ana", "--role", "teacher", "--json").code == 1
    assert names() == [PRINCIPAL]


def test_only_who_manages_users_does_so(
    laptop: SetUp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    laptop.add("Ana", Role.SCHOOL_ADMINISTRATOR)
    sign_in_as(monkeypatch, tmp_path, "Ana", password_of("Ana"))
    assert "School administrator" in emis("user", "add", "Ben", "--role", "teacher", "--json").refused
    sign_in_as(monkeypatch, tmp_path, PRINCIPAL, PASSWORD)
    assert names() == ["Ana", PRINCIPAL]
