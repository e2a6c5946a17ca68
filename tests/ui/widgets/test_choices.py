"""Answers as cards and rows, the busy mark, columns that scroll."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from resources.words import Words
from tests.ui.conftest import Show
from ui.theme.tokens import LIGHT
from ui.widgets.avatar import Ring
from ui.widgets.base import column
from ui.widgets.busy import BusyMark
from ui.widgets.card import Card
from ui.widgets.choices import ChoiceCard, ChoiceRow, PersonRow
from ui.widgets.crest import Crest, SidePanel
from ui.widgets.scroll import ScrollColumn
from ui.widgets.text import Text

LEFT = Qt.MouseButton.LeftButton


def test_answers_exclude_each_other_and_go_by_arrows(words: Words, show: Show) -> None:
    group = QWidget()
    box = column(group)
    school = ChoiceCard("school", "School", "One school.", name="first.school")
    ministry = ChoiceCard("building-2", "Ministry", "All schools.", name="first.ministry")
    box.addWidget(school)
    box.addWidget(ministry)
    show(group)
    QTest.mouseClick(school, LEFT)
    assert school.isChecked()
    QTest.mouseClick(ministry, LEFT)
    assert (school.isChecked(), ministry.isChecked()) == (False, True)
    ministry.setFocus()
    QTest.keyClick(ministry, Qt.Key.Key_Up)
    assert school.isChecked()
    assert school.accessibleName() == "School. One school."
    assert (school.height(), school.objectName()) == (136, "first.school")
    picture = school.grab().toImage()
    assert picture.pixelColor(100, 120).name() == LIGHT.accent_tint.lower()


def test_rows_of_answers_and_people(words: Words, show: Show) -> None:
    answer = ChoiceRow("usb-stick", "Restore from a USB copy", "For a laptop that was lost.")
    person = PersonRow("User 01", "School administrator", "locked 10 min ago", name="unlock.person")
    page = show(answer, person)
    answer.setChecked(True)
    person.setChecked(True)
    assert person.accessibleName() == "User 01, School administrator, locked 10 min ago"
    assert (answer.height(), person.height()) == (52, 50)
    ltr = person.grab().toImage()
    page.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    rtl = person.grab().toImage()
    accent = QColor(LIGHT.accent)
    assert ltr.pixelColor(14, 25) == accent
    assert rtl.pixelColor(rtl.width() - 15, 25) == accent
    answer.grab()


def test_the_busy_mark_waits_a_second_and_turns(words: Words, show: Show) -> None:
    mark = BusyMark("Reading the list")
    show(mark)
    assert mark.isHidden()
    mark._delay.setInterval(10)
    mark.start()
    show.qtbot.waitUntil(mark.isVisible)
    before = mark._angle
    show.qtbot.waitUntil(lambda: mark._angle != before)
    mark.grab()
    mark.stop()
    assert mark.isHidden()
    assert not mark._beat.isActive()


def test_it_stands_still_with_reduced_motion(
    words: Words, show: Show, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark = BusyMark("Reading the list")
    show(mark)
    assert mark.may_move()
    monkeypatch.setattr(BusyMark, "may_move", lambda self: False)
    mark.show()
    assert mark.isVisible()
    assert not mark._beat.isActive()


def test_a_scrolling_column_lets_its_ground_through(words: Words, show: Show) -> None:
    card = Card()
    scroll = ScrollColumn(8, name="x.scroll")
    for number in range(40):
        scroll.body.addWidget(Text(f"Line {number}"))
    card.body.addWidget(scroll)
    show(card)
    assert scroll.verticalScrollBar().maximum() > 0
    picture = card.grab().toImage()
    assert picture.pixelColor(300, 200).name() == LIGHT.surface.lower()


def test_panel_crest_and_steps_are_drawn_on_the_rail(words: Words, show: Show) -> None:
    panel, ring = SidePanel(200), Ring(1, "now")
    box = column(panel)
    box.addWidget(Crest())
    box.addWidget(ring)
    show(panel)
    assert panel.width() == 200
    colours = set()
    for state in ("now", "done", "later"):
        ring.set_state(state)
        colours.add(panel.grab().toImage().pixelColor(ring.x() + 5, ring.y() + 13).name())
    assert LIGHT.rail_mark.lower() in colours
    assert LIGHT.rail.lower() in colours
