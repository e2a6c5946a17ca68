"""Damage to the file of the records: nothing of them stays open, and a copy is offered."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from emis_desktop.cipher import version_mark
from emis_desktop.errors import CannotSave, StoreDamaged
from emis_desktop.jobs.demo.laptop import PASSWORD
from emis_desktop.migrations import NEWEST
from tests.factories.desks import OFFICE, demo_home
from tests.factories.harm import grow, harm_all_but_first, harm_last_page
from tests.ui.program.driving import Running
from ui.theme.theme import Theme
from ui.unlock.forgotten import ForgottenScreen
from ui.unlock.state import Ended
from ui.unlock.trouble import TroubleScreen


@pytest.fixture
def running(qtbot: QtBot, theme: Theme, tmp_path: Path) -> Iterator[Running]:
    made = Running(qtbot, theme, demo_home(tmp_path, pupils=60))
    made.start()
    yield made
    made.stop()


def trouble(running: Running) -> str:
    """What the screen says that offers a copy."""
    running.wait_for(TroubleScreen)
    return " ".join(label.text() for label in running.screen.findChildren(QLabel))


def test_one_bad_page_opens_nothing_and_the_forgotten_password_says_so_too(running: Running) -> None:
    (path,) = running.home.stores.glob("*.db")
    harm_last_page(path)
    running.program._show_forgotten(UUID(int=1))
    assert isinstance(running.screen, ForgottenScreen)
    running.screen._refused(StoreDamaged("Damaged."))
    assert "Damaged." in trouble(running)
    running.program.show_unlock()
    running.choose(OFFICE)
    running.enter(PASSWORD)
    running.press(Qt.Key.Key_Return)
    assert "restore it from a USB copy" in trouble(running)


def test_damage_met_while_somebody_works_closes_everything_and_offers_a_copy(running: Running) -> None:
    window = running.sign_in()
    running.settle()
    sitting = running.program.sitting
    assert sitting is not None
    laptop = sitting.desk.laptop
    (path,) = running.home.stores.glob("*.db")
    laptop.db._reader.dispose()  # what the store has in memory would hide the damage
    harm_all_but_first(path)
    with pytest.raises(StoreDamaged):  # pressed by hand, it goes to the log
        window.open("students")
    said = trouble(running)
    assert "restore it from a USB copy" in said
    assert running.find("trouble.restore") is not None
    assert laptop.keys.locked
    assert running.program.sitting is None


def test_damage_met_by_the_first_screen_closes_everything(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    def damaged(*_: object) -> None:
        raise StoreDamaged("Damaged.")

    monkeypatch.setattr("ui.program.sitting.Sitting.begin", damaged)
    running.choose(OFFICE)
    running.enter(PASSWORD)
    running.press(Qt.Key.Key_Return)
    assert "Damaged." in trouble(running)
    assert running.program.sitting is None


def test_the_look_after_signing_in_finds_what_no_screen_has_met(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.program.looking.AFTER_MS", 1)
    monkeypatch.setattr("emis_desktop.soundness.AT_ONCE", 0)
    running.sign_in()
    sitting = running.program.sitting
    assert sitting is not None
    running.qtbot.waitUntil(lambda: not sitting.desk.laptop.look_is_due, timeout=30_000)
    grow(sitting.desk.laptop.db)
    running.program.end(Ended.LOCKED)
    running.settle()
    running.program._look._look()
    assert running.program.tasks.running() == 0, "nobody is signed in"
    (path,) = running.home.stores.glob("*.db")
    harm_last_page(path)
    running.sign_in()
    assert "restore it from a USB copy" in trouble(running)
    assert running.program.sitting is None
    running.program._look._looked(CannotSave("The disk is full."))
    running.program._damaged(StoreDamaged("Once more."))
    assert "Once more" not in trouble(running)


def test_a_store_of_a_later_program_names_its_version_and_offers_a_copy(running: Running) -> None:
    window = running.sign_in()
    assert window is not None
    sitting = running.program.sitting
    assert sitting is not None
    with sitting.desk.laptop.db.maintain() as connection:
        connection.execute(f"PRAGMA user_version = {NEWEST + 1}")
        connection.execute(f"PRAGMA application_id = {version_mark('7.2.0')}")
    running.program.end(Ended.LOCKED)
    running.enter(PASSWORD)
    running.press(Qt.Key.Key_Return)
    said = trouble(running)
    assert "These records are from a newer version" in said
    assert "version 7.2.0" in said
    assert "restore a copy" in said
    assert running.find("trouble.restore") is not None
