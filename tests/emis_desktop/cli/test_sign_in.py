"""Who signs in for a command: from the environment, from the keyboard, or a sentence."""

import getpass
import io
import os
import sys
from pathlib import Path

import pytest

from emis_desktop.cli import console
from emis_desktop.errors import Refused
from emis_desktop.rules.rights import Role
from tests.factories.laptops import PASSWORD, PRINCIPAL, SetUp
from tests.helpers.commands import emis


class Keyboard(io.StringIO):
    """A terminal that somebody types at."""

    def isatty(self) -> bool:
        return True


def typing(monkeypatch: pytest.MonkeyPatch, *secrets: str, name: str = "") -> None:
    """Let the passwords be typed one after another, and the name, when asked."""
    typed = iter(secrets)
    monkeypatch.setattr(getpass, "getpass", lambda _prompt, _stream: next(typed))
    monkeypatch.setattr(sys, "stdin", Keyboard(name + "\n"))


def test_upper_and_lower_case_of_a_name_are_one(laptop: SetUp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMIS_USER", f"  {PRINCIPAL.upper()} ")
    assert emis("user", "list").code == 0


def test_the_only_person_need_not_be_named(laptop: SetUp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EMIS_USER")
    assert emis("user", "list").code == 0


def test_of_several_one_must_be_named(laptop: SetUp, monkeypatch: pytest.MonkeyPatch) -> None:
    laptop.add("Ana", Role.SCHOOL_ADMINISTRATOR)
    monkeypatch.delenv("EMIS_USER")
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    assert "EMIS_USER" in emis("user", "list", "--json").refused


def test_a_name_nobody_has_is_told(laptop: SetUp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMIS_USER", "Nobody")
    assert "Nobody" in emis("doctor", "--json").refused


def test_a_wrong_password_is_told_and_then_a_wait(
    laptop: SetUp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "wrong.txt"
    file.write_text("not that one at all")
    right = os.environ["EMIS_PASSWORD_FILE"]
    monkeypatch.setenv("EMIS_PASSWORD_FILE", str(file))
    said = [emis("doctor", "--json") for _ in range(4)]
    assert [each.code for each in said] == [1] * 4
    assert "Wait" not in said[0].refused
    assert "Wait" in said[3].refused
    monkeypatch.setenv("EMIS_PASSWORD_FILE", right)
    assert "Wait" in emis("doctor", "--json").refused  # the right one has to wait too


@pytest.mark.skipif(os.name != "posix", reason="Windows keeps who reads a file elsewhere")
def test_a_password_file_that_others_can_reach_is_told_of(laptop: SetUp) -> None:
    file = Path(os.environ["EMIS_PASSWORD_FILE"])
    assert emis("user", "list").err == ""
    file.chmod(0o644)
    told = emis("user", "list", "--json")
    assert (told.code, "chmod 600" in told.err, str(file) in told.err) == (0, True, True)


@pytest.mark.parametrize("content", [None, b"\xff\xfe\xff"])
def test_a_password_file_that_cannot_be_read_is_told(
    laptop: SetUp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes | None
) -> None:
    file = tmp_path / "odd.txt"
    if content is not None:
        file.write_bytes(content)
    monkeypatch.setenv("EMIS_PASSWORD_FILE", str(file))
    assert str(file) in emis("doctor", "--json").refused


@pytest.mark.parametrize("content", ["{0}", "{0}\n", "{0}\r\n", "{0}\nsomething else\n", "\ufeff{0}\n"])
def test_a_password_is_the_first_line_however_it_ends(tmp_path: Path, content: str) -> None:
    file = tmp_path / "password.txt"
    file.write_bytes(content.format(PASSWORD).encode())
    assert console.read_secret(file) == PASSWORD


def test_without_a_password_and_a_keyboard_it_is_told(laptop: SetUp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EMIS_PASSWORD_FILE")
    for stdin in (io.StringIO(), None):
        monkeypatch.setattr(sys, "stdin", stdin)
        assert "EMIS_PASSWORD_FILE" in emis("doctor", "--json").refused


def test_at_the_keyboard_name_and_password_are_asked(laptop: SetUp, monkeypatch: pytest.MonkeyPatch) -> None:
    laptop.add("Ana", Role.SCHOOL_ADMINISTRATOR)
    monkeypatch.delenv("EMIS_USER")
    monkeypatch.delenv("EMIS_PASSWORD_FILE")
    typing(monkeypatch, PASSWORD, name=PRINCIPAL)
    assert emis("user", "list").code == 0


def test_a_new_password_is_asked_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    one = console.Console(environment={})
    typing(monkeypatch, "a calm green sea", "a calm green sea")
    assert one.password("NONE", "New", new=True) == "a calm green sea"
    typing(monkeypatch, "a calm green sea", "a calm blue sea")
    with pytest.raises(Refused, match="differ"):
        one.password("NONE", "New", new=True)
