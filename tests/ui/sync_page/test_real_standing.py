"""A laptop long without a line, and one that the ministry marked: on screen, with a server process."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot
from sqlalchemy import text as sql

from emis_desktop.queries.sync import SyncQueries
from emis_desktop.queries.sync_state import Phase
from emis_desktop.services.school import Detail
from emis_desktop.settings import Home
from sync.place import joined_place
from tests.factories.laptops import PASSWORD
from tests.helpers import central
from tests.ui.program.driving import Running
from tests.ui.sync_page.real import join
from ui.program.sitting import Sitting
from ui.shell.window import MainWindow
from ui.theme.theme import Theme
from ui.unlock.screen import UnlockScreen
from ui.unlock.state import Ended
from ui.unlock.trouble import TroubleScreen

FORTY_DAYS_MS = 40 * 86_400_000


class Joined:
    """A laptop that has joined and sent everything, beside its server."""

    def __init__(self, running: Running, office: central.Server, process: central.Running) -> None:
        self.running, self.office = running, office
        join(running, office.code("GD-001"), process.port)
        self.rest()
        place = joined_place(self.sitting.desk.laptop.db)
        assert place is not None
        self.site: UUID = place.site

    @property
    def sitting(self) -> Sitting:
        found = self.running.program.sitting
        assert found is not None
        return found

    def waiting(self) -> int:
        laptop = self.sitting.desk.laptop
        return SyncQueries(laptop.db, laptop.actor).waiting().changes

    def rest(self) -> None:
        """Wait until everything was sent, then sync only when asked."""
        watch = self.sitting._sync
        self.running.until(lambda: watch.joined is not None)
        engine = self.sitting._syncing
        self.running.until(
            lambda: engine.state().phase is Phase.IDLE and engine.state().error is None and not self.waiting()
        )
        engine.set_every(None)

    def type(self) -> None:
        """Change something."""
        desk = self.sitting.desk
        desk.services.school.set_detail(desk.queries.school.schools()[0].id, Detail.MOTTO, "Onward")

    def look_through(self) -> None:
        """As the program does in the background after each start."""
        self.running.until(lambda: not self.sitting.desk.laptop.look_is_due)

    def expire(self) -> None:
        """Forty days go by without a contact."""
        with self.sitting.desk.laptop.db.local() as connection:
            connection.execute(
                sql("UPDATE joined SET contact_at = contact_at - :ms, extended_to = NULL"),
                {"ms": FORTY_DAYS_MS},
            )

    def lock(self) -> None:
        self.running.program.end(Ended.LOCKED)
        assert isinstance(self.running.screen, UnlockScreen)

    def type_password(self) -> None:
        self.running.focus("unlock.password")
        self.running.enter(PASSWORD)
        self.running.press(Qt.Key.Key_Return)

    def mark(self, *how: str) -> None:
        self.office.command("revoke", str(self.site), *how)

    def quarantined(self) -> int:
        return len(self.office.command("quarantine", "list"))

    def is_ended(self) -> bool:
        """Whether no key is left and the screen says so."""
        home = self.running.home
        left = [*home.root.rglob("*keyring.json*"), *(home.root / "device").glob("*")]
        return isinstance(self.running.screen, TroubleScreen) and not left

    def said(self) -> str:
        """The words on the screen."""
        return " ".join(label.text() for label in self.running.screen.findChildren(QLabel))


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> central.Server:
    return central.set_up(tmp_path_factory.mktemp("server"), "")


@pytest.fixture
def process(office: central.Server) -> Iterator[central.Running]:
    with office.running() as running:
        yield running


@pytest.fixture
def joined(
    qtbot: QtBot, theme: Theme, tmp_path: Path, office: central.Server, process: central.Running
) -> Iterator[Joined]:
    running = Running(qtbot, theme, Home(tmp_path / "home"))
    running.start()
    yield Joined(running, office, process)
    running.stop()


def test_a_code_by_telephone_opens_a_laptop_that_was_long_without_a_line_once(
    joined: Joined, process: central.Running
) -> None:
    running = joined.running
    joined.expire()
    process.stop()
    joined.lock()
    joined.type_password()
    phone = running.unlock._phone
    running.until(phone.isVisible)
    assert phone.why.text().startswith("This laptop has not reached the ministry’s server for 40 days")
    code = joined.office.command("extend", str(joined.site))["code"]
    running.enter(code.replace("-", ""))
    running.press(Qt.Key.Key_Return)
    running.wait_for(MainWindow)
    joined.type()
    joined.expire()
    joined.lock()
    joined.type_password()
    again = running.unlock._phone
    running.until(again.isVisible)
    running.enter(code.replace("-", ""))
    running.press(Qt.Key.Key_Return)
    running.until(lambda: again.code.fault != "")
    assert isinstance(running.screen, UnlockScreen)


def test_after_a_contact_no_code_is_needed(joined: Joined) -> None:
    joined.expire()
    joined.lock()
    joined.type_password()
    joined.running.wait_for(MainWindow)


def test_a_lost_laptop_hands_its_work_in_before_its_keys_go(joined: Joined) -> None:
    before = joined.quarantined()
    joined.sitting._syncing.pause()
    joined.type()
    joined.mark("--lost")
    joined.sitting._syncing.now()
    joined.running.until(joined.is_ended)
    assert "The ministry has marked this laptop as lost" in joined.said()
    assert joined.quarantined() == before + 1
    assert joined.running.program.sitting is None


def test_a_stolen_laptop_sends_nothing_and_its_keys_go(joined: Joined) -> None:
    before = joined.quarantined()
    joined.sitting._syncing.pause()
    joined.type()
    joined.mark("--stolen")
    joined.sitting._syncing.now()
    joined.running.until(joined.is_ended)
    assert "The ministry has marked this laptop as stolen" in joined.said()
    assert joined.quarantined() == before


@pytest.mark.parametrize("how", ["--lost", "--stolen"])
def test_a_locked_laptop_is_ended_although_nobody_signs_in(joined: Joined, how: str) -> None:
    joined.look_through()
    joined.mark(how)
    joined.lock()
    joined.running.until(joined.is_ended)
    assert f"The ministry has marked this laptop as {how.removeprefix('--')}" in joined.said()


def test_a_locked_laptop_that_is_lost_keeps_work_that_nobody_else_has_until_it_is_handed_in(
    joined: Joined,
) -> None:
    joined.look_through()
    before = joined.quarantined()
    joined.sitting._syncing.pause()
    joined.type()
    joined.mark("--lost")
    joined.lock()
    running = joined.running
    running.until(lambda: "marked this laptop as lost" in joined.said())
    assert isinstance(running.screen, UnlockScreen)
    joined.type_password()
    running.wait_for(MainWindow)
    joined.sitting._syncing.now()
    running.until(joined.is_ended)
    assert joined.quarantined() == before + 1
