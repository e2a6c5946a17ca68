"""The pages of the gallery pass the audit of every page: wide, compact, from both sides, in both themes."""

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from resources.words import Words
from tests.ui.audit import WindowWatch, audit
from ui.gallery.__main__ import COMPACT, WIDE, window
from ui.gallery.sign_in import first_run, sign_in
from ui.theme.theme import Theme, ThemeMode
from ui.widgets.base import column
from ui.widgets.text import Text

PAGES = ("home", "students", "form", "marks", "cards", "empty")


@pytest.mark.parametrize("language", ["en", "xr"])
@pytest.mark.parametrize("size", [WIDE, COMPACT], ids=["wide", "compact"])
def test_no_page_has_a_fault(theme: Theme, qtbot: QtBot, language: str, size: QSize) -> None:
    shown = window(Words.load(language), theme)
    qtbot.addWidget(shown)
    shown.resize(size)
    shown.show()
    for key in PAGES:
        assert shown.open(key)
        qtbot.wait(1)
        page = shown.page()
        assert page is not None
        assert audit(page, page.size()) == [], key
        assert shown.size() == size


def test_no_part_flashes_up_as_a_window(theme: Theme, qtbot: QtBot, qapp: QApplication) -> None:
    watch = WindowWatch(qapp)
    shown = window(Words.load("en"), theme)
    qtbot.addWidget(shown)
    shown.show()
    for key in PAGES:
        shown.open(key)
        qtbot.wait(1)
    shown.show_banner("backup", "The last backup is 9 days old.", "Back up now")
    shown.show_fault("Cannot save on this laptop.", "Save")
    for alone in (sign_in(Words.load("en")), first_run(Words.load("en"))):
        qtbot.addWidget(alone)
    qtbot.wait(1)
    assert watch.stop() == ["MainWindow shell"]


@pytest.mark.parametrize("language", ["en", "fr", "es", "xr"])
@pytest.mark.parametrize("size", [WIDE, COMPACT], ids=["wide", "compact"])
def test_the_shell_itself_has_no_fault(theme: Theme, qtbot: QtBot, language: str, size: QSize) -> None:
    shown = window(Words.load(language), theme)
    qtbot.addWidget(shown)
    shown.resize(size)
    shown.show()
    shown.open("empty")
    shown.show_banner("backup", "The last backup is 9 days old.", "Back up now")
    shown.notify("Pupil 0003 moved to Grade 5 Reef", lambda: None)
    qtbot.wait(1)
    assert audit(shown, size) == []
    for alone in (sign_in(Words.load(language)), first_run(Words.load(language))):
        qtbot.addWidget(alone)
        alone.resize(size)
        alone.show()
        qtbot.wait(1)
        assert audit(alone, COMPACT) == []
        assert alone.size() == size


def test_a_page_repaints_in_the_other_theme(theme: Theme, qtbot: QtBot) -> None:
    shown = window(Words.load("en"), theme)
    qtbot.addWidget(shown)
    shown.show()
    shown.open("home")
    light = shown.grab().toImage().pixelColor(700, 600)
    theme.set_mode(ThemeMode.DARK)
    dark = shown.grab().toImage().pixelColor(700, 600)
    theme.set_mode(ThemeMode.LIGHT)
    assert light.lightness() > 200
    assert dark.lightness() < 60


class TestTheAuditItself:
    """Each kind of fault is found."""

    def show(self, qtbot: QtBot, *widgets: QWidget) -> QWidget:
        page = QWidget()
        box = column(page)
        for widget in widgets:
            box.addWidget(widget)
        qtbot.addWidget(page)
        page.show()
        return page

    def test_a_label_that_is_cut_off(self, theme: Theme, qtbot: QtBot) -> None:
        label = Text("A long sentence that does not fit")
        label.setFixedWidth(40)
        assert "cut off" in audit(self.show(qtbot, label))[0]

    def test_a_shortened_label_has_a_tooltip(self, theme: Theme, qtbot: QtBot) -> None:
        label = Text("A long sentence that does not fit", elide=True)
        label.setFixedWidth(60)
        page = self.show(qtbot, label)
        assert audit(page) == []
        label.setToolTip("")
        assert "no tooltip" in audit(page)[0]

    def test_a_control_without_a_name(self, theme: Theme, qtbot: QtBot) -> None:
        button = QPushButton()
        assert any("accessible name" in fault for fault in audit(self.show(qtbot, button)))

    def test_a_small_target(self, theme: Theme, qtbot: QtBot) -> None:
        button = Small("x")
        assert any("less than 24" in fault for fault in audit(self.show(qtbot, button)))

    def test_a_page_that_is_too_large(self, theme: Theme, qtbot: QtBot) -> None:
        label = QLabel("x")
        label.setMinimumHeight(700)
        assert "the page needs" in audit(self.show(qtbot, label))[0]

    def test_a_label_without_the_font_helper(self, theme: Theme, qtbot: QtBot) -> None:
        label = QLabel("x")
        tiny = label.font()
        tiny.setPixelSize(9)
        label.setFont(tiny)
        assert any("9 px" in fault for fault in audit(self.show(qtbot, label)))


class Small(QWidget):
    """Holds a button of 20 x 20."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.setMinimumSize(40, 40)
        self.button = QPushButton(text, self)
        self.button.setProperty("kind", "link_flush")
        self.button.setGeometry(0, 0, 20, 20)
