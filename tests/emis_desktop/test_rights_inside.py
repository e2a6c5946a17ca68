"""A backup and a restore are refused where they are made, whoever calls."""

from pathlib import Path

import pytest

from emis_desktop import backup
from emis_desktop.errors import Refused
from emis_desktop.rules.rights import Role
from emis_desktop.settings import Home
from tests.factories.laptops import SetUp, new_laptop

TEACHER = "Teacher 01"


@pytest.fixture
def setup(tmp_path: Path) -> SetUp:
    made = new_laptop(tmp_path / "home")
    made.add(TEACHER, Role.TEACHER)
    return made


def test_a_teacher_makes_no_backup(setup: SetUp, tmp_path: Path) -> None:
    with setup.sign_in(TEACHER) as mine, pytest.raises(Refused, match="Make a backup"):
        backup.back_up(mine, tmp_path / "b.emis")
    assert not (tmp_path / "b.emis").exists()


def test_a_teacher_who_was_signed_in_restores_nothing_and_a_principal_does(
    setup: SetUp, tmp_path: Path
) -> None:
    with setup.sign_in(TEACHER) as theirs:
        teacher = theirs.actor
    with setup.sign_in() as mine:
        backup.back_up(mine, tmp_path / "b.emis")
        principal = mine.actor
    before = setup.home.keyring.read_bytes()
    with pytest.raises(Refused, match="Restore a backup"):
        backup.restore(tmp_path / "b.emis", setup.home, asked_by=teacher)
    assert setup.home.keyring.read_bytes() == before
    assert not (setup.home.root / "replaced").exists()
    assert backup.restore(tmp_path / "b.emis", setup.home, asked_by=principal).stores == 1
    assert backup.restore(tmp_path / "b.emis", Home(tmp_path / "new")).stores == 1
