"""Laptops that commands sign in to by themselves."""

from functools import partial
from pathlib import Path

import pytest

from emis_desktop import laptop as laptops
from emis_desktop.cli import attendance, cards, papers
from emis_desktop.jobs import export_records, import_records
from emis_desktop.jobs.demo.laptop import PASSWORD as DEMO_PASSWORD
from emis_desktop.keyring import KeyRing
from tests.factories.desks import OFFICE, demo_folder
from tests.factories.laptops import PASSWORD, PRINCIPAL, SetUp, new_laptop
from tests.factories.rings import CHEAP
from tests.factories.schools import IN_TERM


def sign_in_as(monkeypatch: pytest.MonkeyPatch, folder: Path, name: str, password: str) -> None:
    """Say by the environment who signs in, with a password from a file in ``folder``."""
    file = folder / f"password of {name}.txt"
    file.write_text(password + "\n", "utf-8")
    file.chmod(0o600)
    monkeypatch.setenv("EMIS_USER", name)
    monkeypatch.setenv("EMIS_PASSWORD_FILE", str(file))


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    """The language of the person who runs the tests decides nothing."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    monkeypatch.delenv("EMIS_NEW_PASSWORD_FILE", raising=False)


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords cost next to nothing to try, but in real processes."""
    monkeypatch.setattr(laptops, "KeyRing", partial(KeyRing, cost=CHEAP))


@pytest.fixture(autouse=True)
def in_term(monkeypatch: pytest.MonkeyPatch) -> None:
    """Today is in term 1 of 2026-27, but in real processes."""
    for module in (attendance, cards, papers, export_records, import_records):
        monkeypatch.setattr(module, "local_today", lambda: IN_TERM)


@pytest.fixture
def laptop(emis_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SetUp:
    """A laptop with a school, its principal and nothing else; the principal signs in."""
    made = new_laptop(emis_home)
    sign_in_as(monkeypatch, tmp_path, PRINCIPAL, PASSWORD)
    return made


@pytest.fixture
def school(emis_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder of a demonstration school of 12 pupils; its office signs in."""
    demo_folder(emis_home)
    sign_in_as(monkeypatch, tmp_path, OFFICE, DEMO_PASSWORD)
    return emis_home
