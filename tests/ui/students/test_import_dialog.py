"""Bringing in a file: tried first, errors listed and saved, columns mapped, one act, taken back."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog

from emis_desktop.exchange.columns import COLUMNS, Kind
from emis_desktop.exchange.reading import read_table
from emis_desktop.exchange.writing import write_table
from emis_desktop.jobs.import_records import ImportReport, Source
from emis_desktop.jobs.record_jobs import RecordJobs
from emis_desktop.services.undo import UndoService
from resources.words import Words
from tests.ui.students.conftest import Screen
from tests.ui.students.forms import press
from ui.students.import_dialog import ImportDialog, Step
from ui.students.import_words import COLUMN_WORDS, column_words
from ui.students.page import StudentsPage
from ui.tasks import UnderWay
from ui.widgets.button import Button

Key = Qt.Key
HEADING = ("given_names", "family_name", "sex", "birth_date", "grade", "class")


def rows(count: int, *, bad: int = 0) -> list[tuple[str, ...]]:
    """So many pupils of Grade 5, the last ``bad`` of them with a day that does not exist."""
    return [
        (
            f"Given {number}",
            "Import-Demo",
            "F",
            "2016-03-12" if number < count - bad else "31/02/2016",
            "Grade 5",
            "Grade 5 Coral",
        )
        for number in range(count)
    ]


def file_of(folder: Path, count: int = 12, bad: int = 0, heading: tuple[str, ...] = HEADING) -> Path:
    path = folder / "class list.xlsx"
    write_table(path, heading, rows(count, bad=bad))
    return path


@pytest.fixture
def dialog(page: StudentsPage, screen: Screen) -> ImportDialog:
    found = page.ask_import()
    assert isinstance(found, ImportDialog)
    screen.settle(page)
    return found


def step_of(dialog: ImportDialog) -> Step:
    return dialog.step


def on_roll(page: StudentsPage) -> int:
    return page.context.queries.search.count()


def test_from_the_file_to_the_list(
    page: StudentsPage, dialog: ImportDialog, screen: Screen, tmp_path: Path
) -> None:
    before = on_roll(page)
    assert step_of(dialog) is Step.CHOOSE
    dialog.flow.take(file_of(tmp_path, 12, bad=2))
    screen.settle(page)
    assert step_of(dialog) is Step.TRIED
    assert dialog.errors.says.text() == "10 rows of class list.xlsx can be brought in; 2 rows cannot"
    assert dialog.errors.more.text() == "10 new; 0 changed; 0 as they are"
    table = dialog.errors.model
    assert [table.index(0, place).data() for place in range(4)] == [
        "12",
        "Date of birth",
        "31/02/2016",
        "February 2016 has 29 days. Type a day from 1 to 29.",
    ]
    assert (on_roll(page), dialog.deed.text()) == (before, "Bring in the other 10 rows")
    press(dialog.deed, Key.Key_Space)
    screen.settle(page)
    assert step_of(dialog) is Step.DONE
    assert on_roll(page) == before + 10
    assert page.list.model.count() == before + 10
    assert dialog.strip.text() == "10 rows brought in"
    assert "2 rows were skipped. The first is row 12: February 2016" in dialog.strip._note.text()
    assert not dialog.deed.isVisible()
    take_back = dialog.findChild(Button, "import.undo")
    assert take_back is not None
    press(take_back, Key.Key_Space)
    screen.settle(page)
    assert on_roll(page) == before
    assert dialog.strip.text() == "Taken back. Nothing was kept."
    assert not dialog.errors.isVisible(), "nothing else is told of the file"
    assert not dialog.save_list.isVisible()
    press(dialog, Key.Key_Escape)
    assert not dialog.isVisible()


def test_a_file_that_changed_after_its_try_is_tried_again_and_not_written(
    page: StudentsPage, dialog: ImportDialog, screen: Screen, tmp_path: Path
) -> None:
    before = on_roll(page)
    dialog.flow.take(file_of(tmp_path, 12, bad=2))
    screen.settle(page)
    file_of(tmp_path, 15)
    press(dialog.deed, Key.Key_Space)
    screen.settle(page)
    assert on_roll(page) == before
    assert step_of(dialog) is Step.TRIED
    assert "class list.xlsx has changed since it was tried." in dialog._fault.text()
    assert (dialog._fault.isVisible(), dialog.deed.text()) == (True, "Bring in 15 rows")
    press(dialog.deed, Key.Key_Space)
    screen.settle(page)
    assert on_roll(page) == before + 15
    assert not dialog._fault.isVisible()


def test_a_mended_file_is_tried_again(
    page: StudentsPage, dialog: ImportDialog, screen: Screen, tmp_path: Path
) -> None:
    dialog.flow.take(file_of(tmp_path, 3, bad=1))
    screen.settle(page)
    file_of(tmp_path, 3)
    assert dialog.errors.again.isVisible()
    press(dialog.errors.again, Key.Key_Space)
    screen.settle(page)
    assert (step_of(dialog), dialog.deed.text()) == (Step.TRIED, "Bring in 3 rows")
    assert not dialog.errors.again.isVisible()


def test_tests_that_a_file_makes_are_shown(
    page: StudentsPage, dialog: ImportDialog, screen: Screen, tmp_path: Path
) -> None:
    pupil = page.list.model.pupil(0)
    assert pupil is not None
    path = tmp_path / "marks.csv"
    heading = ("number", "subject", "term", "item", "mark", "maximum")
    names = [f"New test {number}" for number in range(6)]
    write_table(path, heading, [(pupil.number, "P-KW", "1", name, "7", "10") for name in names])
    dialog.flow.other_kind(Kind.MARKS)
    dialog.flow.take(path)
    screen.settle(page)
    lines = dialog.errors.made.text().splitlines()
    assert lines[0] == "Tests that would be made:"
    assert "term 1: New test 0, coursework, out of 10, weight 1: 16.7 % of the term mark." in lines[1]
    assert (len(lines), lines[-1]) == (6, "And 2 more.")


def test_the_same_file_again_changes_nothing(
    page: StudentsPage, dialog: ImportDialog, screen: Screen, tmp_path: Path
) -> None:
    path = file_of(tmp_path, 3)
    dialog.flow.take(path)
    screen.settle(page)
    assert dialog.errors._well.isVisible()
    dialog._act()
    screen.settle(page)
    before = on_roll(page)
    press(dialog.again, Key.Key_Space)
    assert step_of(dialog) is Step.CHOOSE
    dialog.flow.take(path)
    screen.settle(page)
    assert dialog.errors.more.text() == "0 new; 0 changed; 3 as they are"
    assert not dialog.deed.isVisible()
    assert on_roll(page) == before


def test_headings_that_nobody_knows_are_mapped(
    page: StudentsPage, dialog: ImportDialog, screen: Screen, tmp_path: Path
) -> None:
    heading = ("Vorname", "Nachname", "Geschlecht", "geboren", "Niveau", "Klasse")
    dialog.flow.take(file_of(tmp_path, 4, heading=heading))
    screen.settle(page)
    assert step_of(dialog) is Step.COLUMNS
    assert dialog.columns._says.text() == (
        "No heading was found for Given names, Family name and Sex. Say below which one it is."
    )
    assert dialog.columns.choice("Niveau").value() == "grade"
    names = ("given_names", "family_name", "sex", "birth_date", "", "class")
    for text, name in zip(heading, names, strict=True):
        dialog.columns.choice(text).set_value(name)
    dialog.columns.choice("geboren").set_value("family_name")
    assert dialog.deed.text() == "Try again"
    press(dialog.deed, Key.Key_Space)
    screen.settle(page)
    assert "Two headings are taken for Family name" in dialog.columns._says.text()
    dialog.columns.choice("geboren").set_value("birth_date")
    press(dialog.deed, Key.Key_Space)
    screen.settle(page)
    assert step_of(dialog) is Step.TRIED
    assert "not read: Niveau" in dialog.errors.more.text()
    assert dialog.deed.text() == "Bring in 4 rows"
    press(dialog.map, Key.Key_Space)
    assert step_of(dialog) is Step.COLUMNS
    assert "Every needed column was found" in dialog.columns._says.text()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("list.xlsx", b"not a workbook", "is named as a spreadsheet but is none"),
        ("list.csv", b"PK\x03\x04 something", "is named as CSV but is a spreadsheet"),
        ("list.pdf", b"%PDF", "is neither CSV, XLSX, XLS nor ODS"),
        ("list.csv", b"", "is empty"),
    ],
)
def test_a_file_that_is_not_what_its_name_says(
    page: StudentsPage,
    dialog: ImportDialog,
    screen: Screen,
    tmp_path: Path,
    name: str,
    content: bytes,
    said: str,
) -> None:
    (tmp_path / name).write_bytes(content)
    dialog.flow.take(tmp_path / name)
    screen.settle(page)
    assert said in dialog._fault.text()
    assert step_of(dialog) is Step.CHOOSE
    dialog.flow.take(file_of(tmp_path, 2))
    screen.settle(page)
    assert not dialog._fault.isVisible()
    assert step_of(dialog) is Step.TRIED


def test_marks_and_attendance_go_the_same_way(
    page: StudentsPage, dialog: ImportDialog, screen: Screen, tmp_path: Path
) -> None:
    number = page.list.model.pupil(0)
    assert number is not None
    path = tmp_path / "totals.csv"
    write_table(path, ("number", "term", "absent"), [(number.number, "1", "4"), ("none", "1", "1")])
    dialog.flow.take(path)
    screen.settle(page)
    assert step_of(dialog) is Step.COLUMNS
    press(dialog.kinds.button("attendance"), Key.Key_Space)
    screen.settle(page)
    assert step_of(dialog) is Step.TRIED
    assert dialog.errors.model.count() == 1
    dialog._act()
    screen.settle(page)
    assert dialog.strip.text() in {"1 row brought in", "0 rows brought in"}
    assert not dialog.kinds.isEnabled()


def test_the_rows_to_mend_and_an_empty_file_are_saved(
    page: StudentsPage, dialog: ImportDialog, screen: Screen, tmp_path: Path
) -> None:
    QTest.mouseClick(dialog.template, Qt.MouseButton.LeftButton)
    asked = QApplication.activeModalWidget()
    assert isinstance(asked, QFileDialog)
    asked.fileSelected.emit(str(tmp_path / "empty.xlsx"))
    asked.close()
    screen.settle(page)
    assert dialog.strip.text() == "Saved as empty.xlsx"
    assert "given_names" in read_table(tmp_path / "empty.xlsx").lines[0].cells
    dialog.flow.take(file_of(tmp_path, 3, bad=1))
    screen.settle(page)
    press(dialog.save_list, Key.Key_Space)
    asked = QApplication.activeModalWidget()
    assert isinstance(asked, QFileDialog)
    asked.fileSelected.emit(str(tmp_path / "mend.csv"))
    asked.close()
    screen.settle(page)
    lines = [line.cells for line in read_table(tmp_path / "mend.csv").lines]
    assert lines[0] == (*HEADING, "Row in the file", "What to do")
    assert lines[1][: len(HEADING)] == rows(3, bad=1)[2]
    assert lines[1][-2] == "4"
    assert lines[1][-1].startswith("birth_date: ")
    assert dialog.flow.report is not None
    dialog.files.save_list(dialog.flow.report, tmp_path / "wrong.doc")
    screen.settle(page)
    assert "one of these endings" in dialog._fault.text()


def test_stopped_while_it_is_brought_in_nothing_stays(
    page: StudentsPage, dialog: ImportDialog, screen: Screen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = on_roll(page)
    dialog.flow.take(file_of(tmp_path, 3))
    screen.settle(page)
    at_work, go_on = threading.Event(), threading.Event()
    really = RecordJobs.bring_in

    def slow(self: RecordJobs, source: Source, progress: object) -> ImportReport:
        at_work.set()
        go_on.wait(10)
        return really(self, source, progress)  # type: ignore[arg-type]

    monkeypatch.setattr(RecordJobs, "bring_in", slow)
    monkeypatch.setattr("emis_desktop.jobs.import_records.MANY", 1)
    dialog._act()
    assert at_work.wait(10)
    assert not dialog.again.isEnabled()
    dialog.strip._cancel.click()
    task = dialog.flow.work.task
    assert task is not None
    assert task.control.is_cancelled()
    go_on.set()
    screen.settle(page)
    assert on_roll(page) in {before, before + 3}


def test_stopped_before_it_begins(
    page: StudentsPage, dialog: ImportDialog, screen: Screen, tmp_path: Path
) -> None:
    before = on_roll(page)
    dialog.flow.take(file_of(tmp_path, 3))
    screen.settle(page)
    dialog._act()
    dialog.flow.stop()
    screen.settle(page)
    assert on_roll(page) == before
    assert dialog.strip.text() == "Stopped. Nothing was written."
    assert step_of(dialog) is Step.TRIED
    assert dialog.deed.isEnabled()


def test_what_comes_of_a_file_that_was_put_aside_is_not_shown(
    page: StudentsPage,
    dialog: ImportDialog,
    screen: Screen,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    at_work, go_on = threading.Event(), threading.Event()
    really = RecordJobs.look

    def slow(self: RecordJobs, source: Source) -> object:
        if source.path.name == "first.csv":
            at_work.set()
            go_on.wait(10)
        return really(self, source)

    monkeypatch.setattr(RecordJobs, "look", slow)
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    first.write_text("Vorname\nAnna\n", encoding="utf-8")
    second.write_text("Wer\nBob\n", encoding="utf-8")
    dialog.flow.take(first)
    assert at_work.wait(10)
    dialog.flow.take(second)
    go_on.set()
    screen.settle(page)
    assert step_of(dialog) is Step.COLUMNS
    assert list(dialog.columns.mapping()) == ["Wer"]
    dialog.flow.take(first)
    dialog._start_over()
    screen.settle(page)
    assert step_of(dialog) is Step.CHOOSE, "another file is asked for"
    assert not dialog.strip.isVisible()


def test_chosen_or_dropped(page: StudentsPage, dialog: ImportDialog, screen: Screen, tmp_path: Path) -> None:
    press(dialog.drop.button, Key.Key_Space)
    asked = QApplication.activeModalWidget()
    assert isinstance(asked, QFileDialog)
    asked.fileSelected.emit(str(file_of(tmp_path, 2)))
    asked.close()
    screen.settle(page)
    assert step_of(dialog) is Step.TRIED
    press(dialog.again, Key.Key_Space)
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(file_of(tmp_path, 3)))])
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    none = Qt.KeyboardModifier.NoModifier
    for place in (dialog, dialog.drop):
        enter = QDragEnterEvent(QPointF(5, 5).toPoint(), copy, mime, left, none)
        QApplication.sendEvent(place, enter)
        assert enter.isAccepted()
        place.grab()
        QApplication.sendEvent(place, QDropEvent(QPointF(5, 5), copy, mime, left, none))
        screen.settle(page)
        assert dialog.deed.text() == "Bring in 3 rows"
        dialog._start_over()


def test_every_column_has_words() -> None:
    names = {column.name for columns in COLUMNS.values() for column in columns}
    assert names <= set(COLUMN_WORDS)
    assert column_words(Words.load("en"), "something_else") == "something_else"


def test_esc_while_it_is_written_waits_to_say_what_came_of_it(
    page: StudentsPage, dialog: ImportDialog, screen: Screen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = on_roll(page)
    dialog.flow.take(file_of(tmp_path, 3))
    screen.settle(page)
    at_work, go_on = threading.Event(), threading.Event()
    really = RecordJobs.bring_in

    def slow(self: RecordJobs, source: Source, progress: object) -> ImportReport:
        report = really(self, source, progress)  # type: ignore[arg-type]
        at_work.set()
        go_on.wait(10)
        return report

    monkeypatch.setattr(RecordJobs, "bring_in", slow)
    dialog._act()
    assert at_work.wait(10)
    press(dialog, Key.Key_Escape)
    assert dialog.isVisible(), "too late to stop it: the rows are there"
    go_on.set()
    screen.settle(page)
    assert on_roll(page) == before + 3
    assert dialog.strip.text() == "3 rows brought in"
    take_back = dialog.findChild(Button, "import.undo")
    assert take_back is not None
    take_back.click()
    screen.settle(page)
    assert on_roll(page) == before
    press(dialog, Key.Key_Escape)
    assert not dialog.isVisible()


class Held:
    """A method that goes on, or ends, when the test lets it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, owner: type, name: str) -> None:
        self.at_work, self.go_on = threading.Event(), threading.Event()
        really: Callable[..., object] = getattr(owner, name)

        def held(*args: object) -> object:
            self.at_work.set()
            self.go_on.wait(10)
            return really(*args)

        monkeypatch.setattr(owner, name, held)


def test_a_file_that_is_being_written_is_waited_for(
    page: StudentsPage, dialog: ImportDialog, screen: Screen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = Held(monkeypatch, RecordJobs, "template")
    dialog.files.save_template(Kind.STUDENTS, tmp_path / "empty.xlsx")
    assert held.at_work.wait(10)
    assert page.context.tasks.under_way() == UnderWay("The file is still being saved", stops=False)
    held.go_on.set()
    screen.settle(page)
    assert (tmp_path / "empty.xlsx").exists()


def test_what_is_being_taken_back_is_waited_for(
    page: StudentsPage, dialog: ImportDialog, screen: Screen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = on_roll(page)
    dialog.flow.take(file_of(tmp_path, 3))
    screen.settle(page)
    dialog._act()
    screen.settle(page)
    held = Held(monkeypatch, UndoService, "undo_act")
    dialog.flow.take_back()
    assert held.at_work.wait(10)
    assert page.context.tasks.under_way() == UnderWay("The list is still being taken back", stops=False)
    held.go_on.set()
    screen.settle(page)
    assert on_roll(page) == before


def test_that_rows_are_being_written_hangs_on_no_words(
    page: StudentsPage, dialog: ImportDialog, screen: Screen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flow = dialog.flow
    flow.take(file_of(tmp_path, 3))
    assert flow.is_busy()
    assert not flow.is_writing()
    screen.settle(page)
    held = Held(monkeypatch, RecordJobs, "bring_in")
    monkeypatch.setattr(type(flow.words), "tr", lambda _words, _text, **_values: "")
    flow.bring_in()
    assert held.at_work.wait(10)
    assert flow.is_writing()
    monkeypatch.undo()
    held.go_on.set()
    screen.settle(page)
    assert not flow.is_writing()


def test_what_headings_are_is_remembered_for_the_next_file(
    page: StudentsPage, dialog: ImportDialog, screen: Screen, tmp_path: Path
) -> None:
    heading = ("Rufname", *HEADING[1:])
    dialog.flow.take(file_of(tmp_path, 2, heading=heading))
    screen.settle(page)
    assert step_of(dialog) is Step.COLUMNS
    dialog.columns.choice("Rufname").set_value("given_names")
    press(dialog.deed, Key.Key_Space)
    screen.settle(page)
    press(dialog.deed, Key.Key_Space)
    screen.settle(page)
    assert step_of(dialog) is Step.DONE
    press(dialog.again, Key.Key_Space)
    screen.settle(page)
    dialog.flow.take(file_of(tmp_path, 3, heading=heading))
    screen.settle(page)
    assert step_of(dialog) is Step.TRIED, "nobody is asked twice"
    press(dialog.map, Key.Key_Space)
    assert dialog.columns.choice("Rufname").value() == "given_names"
    assert dialog.columns._says.text().startswith("Headings are read as they were last time.")


def test_guardians_and_staff_are_kinds_of_files_too(
    page: StudentsPage, dialog: ImportDialog, screen: Screen, tmp_path: Path
) -> None:
    press(dialog.kinds.button("staff"), Key.Key_Space)
    path = tmp_path / "staff.csv"
    write_table(path, ("First name", "Surname", "Post"), [("Ida", "Import-Demo", "Principal / head teacher")])
    dialog.flow.take(path)
    screen.settle(page)
    assert step_of(dialog) is Step.TRIED
    press(dialog.deed, Key.Key_Space)
    screen.settle(page)
    assert dialog.errors.says.text() == "1 row brought in"
