"""From the first run to the Sync page with a real server process: a laptop joins, sends and is told so."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from emis_desktop.desk import open_desk
from emis_desktop.jobs import joining
from emis_desktop.laptop import Laptop, OpenLaptop
from emis_desktop.queries.sync import SyncQueries
from emis_desktop.queries.sync_state import Phase
from emis_desktop.services.school import Detail
from emis_desktop.settings import Home
from sync.once import OneSync
from tests.factories.laptops import PASSWORD
from tests.helpers import central
from tests.ui.program.driving import Running
from tests.ui.sync_page.real import ask_to_join, join, page_of, text
from ui.theme.theme import Theme


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[central.Server, central.Running]]:
    made = central.set_up(tmp_path_factory.mktemp("server"), "")
    with made.running() as running:
        yield made, running


@pytest.fixture
def running(qtbot: QtBot, theme: Theme, tmp_path: Path) -> Iterator[Running]:
    made = Running(qtbot, theme, Home(tmp_path / "home"))
    made.start()
    yield made
    made.stop()


def test_a_laptop_joins_works_and_has_its_work_taken(
    running: Running, server: tuple[central.Server, central.Running]
) -> None:
    office, process = server
    join(running, office.code("GD-001"), process.port)
    sitting = running.program.sitting
    assert sitting is not None
    watch = sitting._sync
    running.until(
        lambda: watch.joined is not None and watch.state.phase is Phase.IDLE and watch.state.error is None
    )
    running.window.open("sync")
    running.until(lambda: text(running, "sync.title") == "Nothing under way")
    running.until(lambda: page_of(running).main.past.table.model().rowCount() > 0)
    sitting._syncing.pause()
    school = sitting.desk.queries.school.schools()[0]
    sitting.desk.services.school.set_detail(school.id, Detail.NAME, "Grand Anse Demo Primary School")
    running.until(lambda: text(running, "sync.waiting.amount").startswith("1 change"))
    go_on = page_of(running).findChild(QPushButton, "sync.go_on")
    assert go_on is not None
    go_on.click()
    sitting._syncing.now()
    running.until(lambda: text(running, "sync.waiting.amount") == "")
    bar = running.window._status
    running.until(lambda: bar.text("waiting") == "Nothing waiting")
    assert bar.text("contact").startswith("Last sent ")


def test_a_code_serves_once(running: Running, server: tuple[central.Server, central.Running]) -> None:
    office, process = server
    code = office.code("GD-002")
    join(running, code, process.port)
    assert running.home.keyring.exists()
    other = Running(running.qtbot, running.program._theme, Home(running.home.root / "other"))
    other.start()
    screen = ask_to_join(other, code, process.port)
    other.until(lambda: screen.answers.step == 0)
    assert "used before" in screen._who.sources.join.code.fault
    assert not other.home.keyring.exists(), "until the server has taken the code nothing is made"
    other.stop()


def other_laptop(home: Home, code: str, port: int) -> OpenLaptop:
    """A second laptop of the same school, signed in."""
    wish = joining.JoinWish(f"http://127.0.0.1:{port}", code, "Library laptop", "User 03", PASSWORD)
    done = joining.join(home, wish)
    assert done.made is not None
    return Laptop(home).sign_in(done.made.user_id, PASSWORD)


def sync(laptop: OpenLaptop) -> None:
    OneSync(joining.site_of(laptop)).run()


def test_two_values_of_one_field_stand_on_the_page_until_somebody_chooses(
    running: Running, server: tuple[central.Server, central.Running]
) -> None:
    office, process = server
    join(running, office.code("GD-003"), process.port)
    sitting = running.program.sitting
    assert sitting is not None
    mine = sitting.desk
    running.until(lambda: mine.queries.school.schools() != ())
    sitting._syncing.set_every(None)
    school = mine.queries.school.schools()[0]
    mine.services.school.set_detail(school.id, Detail.PHONE, "000 0124")

    def synced() -> None:
        before = SyncQueries(mine.laptop.db, mine.laptop.actor).past(1).total
        sitting._syncing.now()
        running.until(
            lambda: (
                sitting._syncing.state().phase is Phase.IDLE
                and SyncQueries(mine.laptop.db, mine.laptop.actor).past(1).total > before
                and SyncQueries(mine.laptop.db, mine.laptop.actor).waiting().changes == 0
            )
        )

    synced()
    with other_laptop(Home(running.home.root / "other"), office.code("GD-003"), process.port) as theirs:
        services = open_desk(theirs).services
        services.school.set_detail(school.id, Detail.PHONE, "000 0199")
        mine.services.school.set_detail(school.id, Detail.PHONE, "000 0142")
        sync(theirs)
    synced()
    sitting._syncing.now()
    running.window.open("sync")
    running.until(lambda: text(running, "sync.conflicts.title") == "1 change to look at")
    card = page_of(running).main.conflicts._found.cards[0]
    values = {str(side.value): side.laptop for side in card.sides}
    assert values == {"000 0142": "Office laptop", "000 0199": "Library laptop"}
    running.until(lambda: running.window._status.text("decision") == "1 change needs your decision")
    held = next(side.value for side in card.sides if side.in_force)
    use = page_of(running).findChild(QPushButton, f"sync.use.{card.id}")
    assert use is not None
    assert use.text() == ("Use 000 0199" if held == "000 0142" else "Use 000 0142")
    use.click()
    running.until(lambda: text(running, "sync.conflicts.title") == "Changes to look at")
    assert mine.queries.school.schools()[0].phone not in ("", held)
    running.until(lambda: running.window._status.text("decision") == "")


def test_without_a_line_a_stick_carries_the_work_and_brings_the_answer(
    running: Running, server: tuple[central.Server, central.Running], tmp_path: Path
) -> None:
    office, process = server
    join(running, office.code("GD-004"), process.port)
    sitting = running.program.sitting
    assert sitting is not None
    mine = sitting.desk
    running.until(lambda: mine.queries.school.schools() != ())
    waiting = SyncQueries(mine.laptop.db, mine.laptop.actor).waiting
    running.until(lambda: sitting._syncing.state().phase is Phase.IDLE and waiting().changes == 0)
    sitting._syncing.pause()
    mine.services.school.set_detail(mine.queries.school.schools()[0].id, Detail.MOTTO, "Onward")
    running.window.open("sync")
    usb = page_of(running).usb
    running.until(usb.save.isVisible)
    usb.save_to(tmp_path / "out.emissync")
    running.until(lambda: not usb.is_busy())
    assert usb.strip.text().startswith("1 change saved to out.emissync")
    assert waiting().changes == 1, "sent is only what the ministry has answered"
    office.command("bundle", str(tmp_path / "out.emissync"), "--answer", str(tmp_path / "back.emissync"))
    usb.read_from(tmp_path / "back.emissync")
    running.until(lambda: not usb.is_busy())
    assert waiting().changes == 0
    past = SyncQueries(mine.laptop.db, mine.laptop.actor).past(1).rows[0]
    assert (past.by_file, past.sent, past.received) == (True, 1, 0)
    usb.read_from(tmp_path / "out.emissync")
    running.until(lambda: not usb.is_busy())
    assert usb.strip.text() == "Nothing was taken in or written"
