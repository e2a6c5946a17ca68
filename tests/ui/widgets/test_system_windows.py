"""Windows for files: what they ask for, and that nothing ends them while they ask a question of their own."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLineEdit, QMenu, QMessageBox, QTreeView, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from ui.program.frame import Frame
from ui.widgets.dialog import Dialog
from ui.widgets.system_windows import choose_file, choose_folder, choose_target, close_windows


@pytest.fixture(autouse=True)
def _qts_own() -> None:
    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)


@pytest.fixture
def frame(qtbot: QtBot) -> Frame:
    """A window with nothing in it."""
    frame = Frame()
    qtbot.addWidget(frame)
    frame.show()
    return frame


def page_in(frame: QWidget) -> QWidget:
    """A page of the window."""
    page = QWidget()
    (frame.layout() or QVBoxLayout(frame)).addWidget(page)
    return page


def type_name(window: QFileDialog, name: str) -> None:
    """Type a name as a person does and press Enter."""
    line = window.findChild(QLineEdit)
    assert line is not None
    line.setText(name)
    QTest.keyClick(line, Qt.Key.Key_Return)


def later(deed: Callable[[], object]) -> None:
    """Do something while a window asks."""
    QTimer.singleShot(50, deed)


class TestChoosing:
    """What is asked for, and who hears the answer."""

    def test_a_file(self, frame: Frame, qtbot: QtBot, tmp_path: Path) -> None:
        (tmp_path / "a.csv").write_text("x")
        taken: list[Path] = []
        window = choose_file(page_in(frame), "Choose a file", taken.append, ["Tables (*.csv)"])
        window.setDirectory(str(tmp_path))
        type_name(window, "a.csv")
        assert taken == [tmp_path / "a.csv"]
        qtbot.waitUntil(lambda: not isValid(window))

    def test_nothing_is_renamed_or_deleted_by_who_chooses(self, frame: Frame) -> None:
        window = choose_file(page_in(frame), "Choose a file", print)
        assert window.testOption(QFileDialog.Option.ReadOnly)
        window.reject()

    def test_a_target_gets_the_ending_of_its_kind(self, frame: Frame, tmp_path: Path) -> None:
        taken: list[Path] = []
        filters = ["Excel (*.xlsx)", "CSV (*.csv)"]
        proposed = tmp_path / "pupils.xlsx"
        window = choose_target(page_in(frame), "Save", proposed, taken.append, filters)
        assert window.selectedFiles() == [str(proposed)]
        window.filterSelected.emit(filters[1])
        assert window.selectedFiles() == [str(tmp_path / "pupils.csv")]
        line = window.findChild(QLineEdit)
        assert line is not None
        for typed, named in (("", ""), ("Marks 5.B", "Marks 5.B"), ("pupils.XLSX", "pupils.csv")):
            line.setText(typed)
            window.filterSelected.emit(filters[1])
            assert line.text() == named
        type_name(window, "others")
        assert taken == [tmp_path / "others.csv"]

    def test_a_target_in_a_folder_that_is_gone_is_proposed_above_it(
        self, frame: Frame, tmp_path: Path
    ) -> None:
        window = choose_target(page_in(frame), "Save", tmp_path / "gone" / "far" / "a.pdf", print)
        assert window.directory().absolutePath() == str(tmp_path)
        window.reject()

    def test_a_folder(self, frame: Frame, tmp_path: Path) -> None:
        taken: list[Path] = []
        window = choose_folder(page_in(frame), "Choose a folder", taken.append, tmp_path)
        window.accept()
        assert taken == [tmp_path]

    def test_no_answer_reaches_who_has_gone(self, frame: Frame, qtbot: QtBot, tmp_path: Path) -> None:
        page, taken = page_in(frame), list[Path]()
        window = choose_folder(page, "Choose a folder", taken.append, tmp_path)
        page.deleteLater()
        qtbot.waitUntil(lambda: not isValid(page))
        window.accept()
        assert taken == []


class TestGoing:
    """The window is asked to go while an event loop of its own runs; without care that ends the program."""

    def asking(self, owner: QWidget, tmp_path: Path, taken: list[Path]) -> QFileDialog:
        there = tmp_path / "there.pdf"
        there.write_text("x")
        window = choose_target(owner, "Save", there, taken.append)
        QTimer.singleShot(0, lambda: type_name(window, "there.pdf"))  # "Replace it?" in a loop of its own
        return window

    @pytest.mark.parametrize("over_a_dialog", [False, True])
    def test_locked_while_it_asks_whether_to_replace(
        self, frame: Frame, qtbot: QtBot, tmp_path: Path, over_a_dialog: bool
    ) -> None:
        taken: list[Path] = []
        owner: QWidget = page_in(frame)
        if over_a_dialog:
            owner = Dialog("Issue?", parent=frame)
            owner.ask()
        window, asked = self.asking(owner, tmp_path, taken), list[bool]()

        def lock() -> None:
            asked.append(window.findChild(QMessageBox) is not None)
            close_windows(frame)
            frame.show_screen(QWidget())

        later(lock)
        qtbot.waitUntil(lambda: bool(asked))
        qtbot.waitUntil(lambda: not isValid(window) and (not over_a_dialog or not isValid(owner)))
        assert (asked, taken) == ([True], [])

    def test_the_dialog_below_goes_while_it_asks(self, frame: Frame, qtbot: QtBot, tmp_path: Path) -> None:
        taken: list[Path] = []
        owner = Dialog("Issue?", parent=frame)
        owner.ask()
        window = self.asking(owner, tmp_path, taken)
        later(owner.deleteLater)
        qtbot.waitUntil(lambda: not isValid(owner) and not isValid(window))
        assert taken == []

    def test_given_up_while_it_asks(self, frame: Frame, qtbot: QtBot, tmp_path: Path) -> None:
        taken: list[Path] = []
        window = self.asking(page_in(frame), tmp_path, taken)
        later(window.reject)
        qtbot.waitUntil(lambda: not isValid(window))
        assert taken == []

    def test_locked_while_its_menu_is_open(self, frame: Frame, qtbot: QtBot, tmp_path: Path) -> None:
        window = choose_target(page_in(frame), "Save", tmp_path / "a.pdf", print)
        view, seen = window.findChild(QTreeView), list[bool]()
        assert view is not None

        def lock() -> None:
            seen.append(any(menu.isVisible() for menu in window.findChildren(QMenu)))
            close_windows(frame)

        later(lock)
        view.customContextMenuRequested.emit(view.rect().center())
        qtbot.waitUntil(lambda: not isValid(window))
        assert seen == [True]

    def test_every_dialog_of_ours_goes(self, frame: Frame, qtbot: QtBot) -> None:
        outer = Dialog("One?", parent=frame)
        inner = Dialog("Two?", parent=outer)
        for dialog in (outer, inner):
            dialog.ask()
        close_windows(frame)
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        assert not isValid(outer)
        assert not isValid(inner)
