"""Proposed changes on screen: keyed in by a teacher, ticked, accepted and declined, brought in from a form.

``EMIS_PICTURES=folder`` writes the views as pictures there.
"""

import os
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from emis_desktop.exchange.writing import write_table
from tests.factories.desks import DemoDesk
from tests.ui.audit import audit
from tests.ui.students.conftest import COMPACT, WIDE, Screen, context_of
from ui.context import UiContext
from ui.students.page import StudentsPage
from ui.students.proposals.proposing import ProposeDialog
from ui.students.proposals.view import DECIDED, ProposalsView
from ui.theme.theme import Theme, ThemeMode


def opened(page: StudentsPage, screen: Screen) -> ProposalsView:
    """The view, as the menu opens it."""
    page.open_with(proposals=True)
    screen.settle(page)
    view = page.views.currentWidget()
    assert isinstance(view, ProposalsView)
    return view


def propose(desk: DemoDesk, place: int = 0) -> None:
    """Two details that a guardian told."""
    pupil = desk.desk.queries.search.ids()[place]
    said = {"address": "Mill Lane, Coast Road", "birth_date": "2014-05-21"}
    desk.desk.services.proposals.propose(pupil, said, "Guardian 0001")


def picture(page: QWidget, name: str) -> None:
    folder = os.environ.get("EMIS_PICTURES")
    if folder:
        QApplication.processEvents()
        page.grab().save(str(Path(folder) / f"{name}.png"))


def test_ticked_by_keyboard_and_accepted_with_undo(
    context: UiContext, screen: Screen, desk: DemoDesk
) -> None:
    propose(desk)
    pupil = desk.desk.queries.search.ids()[0]
    born = desk.desk.queries.students.record(pupil).birth_date
    page = screen(context)
    view = opened(page, screen)
    assert [line.value.field for line in view.lines()] == ["birth_date", "address"]
    assert not view.accept.isEnabled()
    view.table.pick(1)
    view.table.setFocus()
    QTest.keyClick(view.table, Qt.Key.Key_Space)
    assert view.accept.text() == "Accept 1"
    view.accept.setFocus()
    QTest.keyClick(view.accept, Qt.Key.Key_Space)
    screen.settle(page)
    record = desk.desk.queries.students.record(pupil)
    assert (record.address, record.birth_date) == ("Mill Lane, Coast Road", born)
    assert [line.value.field for line in view.lines()] == ["birth_date"]
    view._tick_all(True)
    view.decline.click()
    screen.settle(page)
    assert (view.waiting.count(), view.past.count()) == (0, 2)
    assert view.nothing.isVisible()
    assert screen.told.undo is not None
    screen.told.undo()
    screen.settle(page)
    assert (view.waiting.count(), view.past.count()) == (1, 1)


def test_a_form_is_brought_in(context: UiContext, screen: Screen, desk: DemoDesk, tmp_path: Path) -> None:
    row = desk.desk.queries.search.window("", limit=1)[0]
    path = tmp_path / "form.csv"
    write_table(path, ["Number", "Address"], [[row.number or "", "New Road 7"], ["", "Nowhere"]])
    page = screen(context)
    view = opened(page, screen)
    view.bring_in(path)
    screen.settle(page)
    assert [line.value.value for line in view.lines()] == ["New Road 7"]
    assert "1 change waits now" in view.strip.text()
    assert "Row 3" in view.strip.note()


def test_keyed_in_on_a_record(context: UiContext, screen: Screen, desk: DemoDesk) -> None:
    pupil = desk.desk.queries.search.ids()[0]
    page = screen(context)
    page.views.open_record(pupil)
    screen.settle(page)
    dialog = page.views.record().head.ask_propose()
    assert isinstance(dialog, ProposeDialog)
    dialog.which.set_value("birth_date")
    dialog.which.chosen.emit("birth_date")
    assert dialog.born.isVisible()
    dialog.which.set_value("phone")
    dialog.which.chosen.emit("phone")
    dialog.text.set_text("no number")
    dialog.deed.click()  # type: ignore[union-attr]
    screen.settle(page)
    assert dialog.text.fault
    audit(dialog)
    dialog.text.set_text("473 440 0177")
    dialog.who.set_text("Guardian 0001")
    dialog.deed.click()  # type: ignore[union-attr]
    screen.settle(page)
    (card,) = desk.desk.queries.proposals.waiting()
    assert (card.said_by, card.values[0].value) == ("Guardian 0001", "473 440 0177")
    assert screen.told.messages[-1] == "It waits for the office"


@pytest.mark.parametrize(
    ("language", "mode", "small"),
    [("en", ThemeMode.LIGHT, False), ("fr", ThemeMode.DARK, False), ("es", ThemeMode.LIGHT, True)],
)
def test_it_looks_right(
    desk: DemoDesk, theme: Theme, screen: Screen, language: str, mode: ThemeMode, small: bool
) -> None:
    theme.set_mode(mode)
    for place in range(3):
        propose(desk, place)
    page = screen(context_of(desk, theme, screen.told, language), COMPACT if small else WIDE)
    view = opened(page, screen)
    view._tick(0)
    audit(page)
    picture(page, f"proposals-{language}-{mode.value}")
    view._decide(True)
    screen.settle(page)
    view.tabs.set_value(DECIDED)
    view.tabs.chosen.emit(DECIDED)
    picture(page, f"proposals-decided-{language}-{mode.value}")
