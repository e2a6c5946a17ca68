"""What a command writes meanwhile is on the screen without signing in again."""

from pathlib import Path

from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from emis_desktop.desk import open_desk
from emis_desktop.jobs.demo.laptop import PASSWORD
from emis_desktop.laptop import Laptop
from emis_desktop.services.school import Detail
from tests.factories.desks import OFFICE, demo_home
from tests.ui.program.driving import Running
from ui.program.elsewhere import Elsewhere
from ui.theme.theme import Theme


def test_another_programs_act_comes_to_the_screens(qtbot: QtBot, theme: Theme, tmp_path: Path) -> None:
    running = Running(qtbot, theme, demo_home(tmp_path, pupils=60))
    running.start()
    running.sign_in()
    running.settle()
    sitting = running.program.sitting
    assert sitting is not None
    assert sitting.context is not None
    heard: list[frozenset[str]] = []
    elsewhere = sitting.findChild(Elsewhere)
    assert isinstance(elsewhere, Elsewhere)
    running.qtbot.waitUntil(lambda: not elsewhere.busy())
    sitting.context.changes.changed.connect(heard.append)
    with Laptop(running.home).sign_in_as(OFFICE, PASSWORD) as other:
        place = sitting.context.place.institution_id
        assert place is not None
        open_desk(other).services.school.set_detail(place, Detail.MOTTO, "Set sail")
    elsewhere.look()
    running.qtbot.waitUntil(lambda: bool(heard))
    assert heard == [frozenset({"institution"})]
    sitting.desk.services.school.set_detail(place, Detail.MOTTO, "Learn")
    running.qtbot.waitUntil(lambda: len(heard) == 2)
    elsewhere.look()
    running.qtbot.waitUntil(lambda: not elsewhere.busy())
    assert len(heard) == 2, "what this program wrote itself is told once"
    running.stop()


def test_it_looks_again_and_again_and_stops(qtbot: QtBot) -> None:
    looks: list[int] = []
    elsewhere = Elsewhere(lambda: looks.append(1))
    timer = elsewhere.findChild(QTimer)
    assert timer is not None
    timer.setInterval(5)
    qtbot.waitUntil(lambda: len(looks) > 3)
    elsewhere.stop()
    so_far = len(looks)
    qtbot.wait(50)
    assert len(looks) == so_far
