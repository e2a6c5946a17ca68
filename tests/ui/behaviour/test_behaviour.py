"""Behaviour on the screen: an incident reported, followed up, closed; with the keyboard; and how it looks.

``EMIS_PICTURES=folder`` writes each view as a picture there.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from PIL import Image
from PySide6.QtCore import QObject, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from emis_desktop.errors import BadFile
from emis_desktop.queries.incidents import IncidentRecord
from emis_desktop.rules.rights import Role
from emis_desktop.services.incidents import LARGEST_FILE, Involved, NewIncident
from tests.factories.desks import PRINCIPAL, DemoDesk, demo_desk
from tests.factories.schools import IN_TERM
from tests.ui.audit import audit
from tests.ui.conftest import Told
from tests.ui.students.conftest import COMPACT, WIDE, context_of
from ui.behaviour.files import small_file
from ui.behaviour.page import BehaviourPage
from ui.behaviour.report import ReportDialog
from ui.context import UiContext
from ui.theme.theme import Theme, ThemeMode
from ui.widgets.focus import FocusRing

LOOKS = [
    ("en", ThemeMode.LIGHT),
    ("fr", ThemeMode.DARK),
    ("es", ThemeMode.LIGHT),
    ("xr", ThemeMode.DARK),
]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoDesk]:
    """One store for every test of this module, with the principal signed in."""
    with demo_desk(tmp_path_factory.mktemp("behaviour"), 62, PRINCIPAL) as made:
        yield made


class Opened:
    """A page in a window, and what to wait for."""

    def __init__(self, qtbot: QtBot, context: UiContext, size: QSize = WIDE) -> None:
        self.qtbot, self.page = qtbot, BehaviourPage(context, lambda: IN_TERM)
        self.page.set_compact(size == COMPACT)
        self.page.resize(size)
        qtbot.addWidget(self.page)
        FocusRing(self.page)
        self.page.show()
        self.page.activateWindow()
        self.page.opened()
        self.settle()

    def settle(self) -> None:
        """Wait until nothing runs any more."""

        def still() -> bool:
            QApplication.processEvents()
            return not self.page.queue.busy() and self.page.context.tasks.running() == 0

        self.qtbot.waitUntil(still, timeout=20_000)
        QApplication.processEvents()


@pytest.fixture
def opened(qtbot: QtBot, desk: DemoDesk, theme: Theme, told: Told) -> Iterator[Opened]:
    made = Opened(qtbot, context_of(desk, theme, told))
    yield made
    made.settle()


def report(desk: DemoDesk, summary: str = "Pushed another pupil", **changes: object) -> UUID:
    pupils = desk.desk.queries.search.ids()[:3]
    values: dict[str, object] = {
        "happened_on": IN_TERM,
        "category": "LANG",
        "classification": "MODERATE",
        "summary": summary,
        "place": "Yard",
        "account": "At break, beside the gate.",
        "people": (Involved(pupils[0], "did", "DETEN", IN_TERM), Involved(pupils[1], "suffered")),
        **changes,
    }
    return desk.desk.services.incidents.report(desk.school_id, NewIncident(**values))  # type: ignore[arg-type]


def record(desk: DemoDesk, incident: UUID) -> IncidentRecord:
    return desk.desk.queries.incidents.record(incident)


def found(root: QObject, name: str) -> QWidget:
    widget = root.findChild(QWidget, name)
    assert widget is not None, name
    return widget


def picture(page: QWidget, name: str) -> None:
    folder = os.environ.get("EMIS_PICTURES")
    QApplication.processEvents()
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.grab().save(str(Path(folder) / f"behaviour-{name}.png"))


def test_reported_with_the_keyboard_alone(opened: Opened, desk: DemoDesk, told: Told) -> None:
    page = opened.page
    before = len(desk.desk.queries.incidents.of_school(desk.school_id))
    page.setFocus()
    QTest.keyClick(page, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    dialog = page.window().findChild(ReportDialog)
    assert dialog is not None
    dialog.category.combo.setFocus()
    QTest.keyClick(dialog.category.combo, Qt.Key.Key_Down)
    dialog.category.combo.activated.emit(dialog.category.combo.currentIndex())
    assert dialog.classification.value()
    QTest.keyClicks(dialog.summary.line, "Threw a ruler")
    pupil = desk.desk.queries.search.window(limit=1)[0]
    QTest.keyClicks(dialog.people.search.line, pupil.family_name)
    opened.qtbot.waitUntil(lambda: bool(dialog.people._offered), timeout=20_000)
    first = dialog.people._offered[0]
    first.setFocus()
    QTest.keyClick(first, Qt.Key.Key_Space)
    assert len(dialog.people.involved()) == 1
    assert dialog.deed is not None
    dialog.deed.setFocus()
    QTest.keyClick(dialog.deed, Qt.Key.Key_Return)
    opened.qtbot.waitUntil(lambda: page.view.scope.record is not None, timeout=20_000)
    opened.settle()
    assert len(desk.desk.queries.incidents.of_school(desk.school_id)) == before + 1
    assert told.messages[-1] == "Incident reported"
    assert page.view._summary.text() == "Threw a ruler"
    QTest.keyClick(page.view, Qt.Key.Key_Escape)
    assert page.escape()
    opened.settle()
    assert page._stack.currentWidget() is page.list


def test_what_is_missing_is_said_beside_its_field(opened: Opened) -> None:
    dialog = opened.page.report()
    assert dialog is not None
    assert dialog.deed is not None
    dialog.deed.click()
    opened.settle()
    assert dialog.category.fault
    dialog.category.set_value("LANG")
    dialog.classification.set_value("MINOR")
    dialog.summary.set_text("Late")
    dialog.deed.click()
    opened.settle()
    assert dialog.people.fault == "Add at least one pupil."
    dialog.reject()


def test_followed_up_and_closed(opened: Opened, desk: DemoDesk, tmp_path: Path) -> None:
    incident = report(desk)
    step = desk.desk.services.incidents.add_step(incident, "letter", IN_TERM)
    page, view = opened.page, opened.page.view
    page.open_with(incident_id=incident)
    opened.settle()
    assert view.account.text() == "At break, beside the gate."
    view.close_button.click()
    opened.settle()
    assert record(desk, incident).line.closed_on is None
    pupil = record(desk, incident).line.people[0].person_id
    view.write_letter(incident, pupil, tmp_path / "letter.pdf")
    opened.settle()
    assert (tmp_path / "letter.pdf").read_bytes().startswith(b"%PDF")
    (done,) = record(desk, incident).steps
    assert (done.id, done.done_on) == (step, IN_TERM)
    view.close_button.click()
    opened.settle()
    assert record(desk, incident).line.closed_on == IN_TERM
    Image.new("RGB", (3000, 2000), "red").save(tmp_path / "yard.png")
    view.files.take(tmp_path / "yard.png")
    opened.settle()
    (file,) = record(desk, incident).files
    assert (file.name, file.size < LARGEST_FILE) == ("yard.png", True)
    view.account.area.setPlainText("Another account")
    view.account.area.setFocus()
    view.finish()
    view.account.committed.emit(view.account.text())
    opened.settle()
    assert record(desk, incident).account == "Another account"
    people = view.people.list
    button = people.button(str(pupil), "remove")
    assert button is not None
    button.click()
    opened.settle()
    assert [one.part for one in record(desk, incident).line.people] == ["suffered"]


def test_removed_under_the_hands(opened: Opened, desk: DemoDesk, told: Told) -> None:
    incident = report(desk, "To be removed")
    opened.page.open_with(incident_id=incident)
    opened.settle()
    desk.desk.services.incidents.remove(incident)
    opened.settle()
    opened.page.refresh()
    opened.settle()
    assert opened.page._stack.currentWidget() is opened.page.list
    assert "no such incident" in told.messages[-1]


def test_the_list_is_narrowed(opened: Opened, desk: DemoDesk) -> None:
    page = opened.page
    report(desk, "Shouted in the hall", classification="MINOR", category="TALK")
    page.refresh()
    opened.settle()
    everything = page.list.model.count()
    page.list.search.setText("shouted")
    opened.qtbot.waitUntil(lambda: page.list.filter.text == "shouted", timeout=5_000)
    opened.settle()
    assert page.list.model.count() == 1
    page.list.search.setText("")
    opened.qtbot.waitUntil(lambda: not page.list.filter.text, timeout=5_000)
    page.list._choose("classification", "MINOR")
    opened.settle()
    assert 0 < page.list.model.count() < everything
    page.list._remove("classification")
    opened.settle()
    assert page.list.model.count() == everything


def test_who_reads_no_cases_sees_no_account(qtbot: QtBot, tmp_path: Path, theme: Theme) -> None:
    with demo_desk(tmp_path, 12) as office:
        assert office.laptop.actor.role is Role.SCHOOL_ADMINISTRATOR
        pupil = office.desk.queries.search.ids()[0]
        incident = office.desk.services.incidents.report(
            office.school_id, NewIncident(IN_TERM, "LANG", "MINOR", "Swore", people=(Involved(pupil),))
        )
        opened = Opened(qtbot, context_of(office, theme))
        opened.page.open_with(incident_id=incident)
        opened.settle()
        view = opened.page.view
        assert not view.account_card.isVisible()
        assert not view.files.isVisible()
        assert view.shut.isVisible()
        dialog = opened.page.report()
        assert dialog is not None
        assert dialog.account is None
        dialog.reject()
        opened.settle()


@pytest.mark.parametrize(("language", "mode"), LOOKS, ids=[look[0] for look in LOOKS])
@pytest.mark.parametrize("size", [WIDE, COMPACT], ids=["wide", "compact"])
def test_how_it_looks(
    qtbot: QtBot, desk: DemoDesk, theme: Theme, language: str, mode: ThemeMode, size: QSize
) -> None:
    incident = report(desk)
    steps = desk.desk.services.incidents
    steps.add_step(incident, "meeting", IN_TERM.replace(month=12), "Both parents")
    steps.set_done(steps.add_step(incident, "call", IN_TERM), IN_TERM)
    steps.add_file(incident, "Statement.pdf", b"%PDF-1.7 synthetic")
    theme.set_mode(mode)
    try:
        opened = Opened(qtbot, context_of(desk, theme, language=language), size)
        page, name = opened.page, f"{language}-{'compact' if size == COMPACT else 'wide'}"
        page.list._choose("open_only", True)
        opened.settle()
        page.list.table.pick(0)
        picture(page, f"list-{name}")
        assert audit(page, size) == []
        page.open_with(incident_id=incident)
        opened.settle()
        picture(page, f"incident-{name}")
        assert audit(page, size) == []
        dialog = page.report()
        assert dialog is not None
        opened.settle()
        picture(dialog, f"report-{name}")
        assert audit(dialog, QSize(1013, 700)) == []
        dialog.reject()
        opened.settle()
    finally:
        theme.set_mode(ThemeMode.LIGHT)


def test_files_that_cannot_be_attached(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.jpg"
    wrong.write_bytes(b"no picture")
    large = tmp_path / "large.pdf"
    large.write_bytes(b"%PDF-" + bytes(LARGEST_FILE))
    for path in (wrong, large, tmp_path / "gone.png"):
        with pytest.raises(BadFile):
            small_file(path)
    small = tmp_path / "small.pdf"
    small.write_bytes(b"%PDF-1.7")
    assert small_file(small) == b"%PDF-1.7"
