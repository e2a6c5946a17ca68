"""Past imports: listed, looked at, reversed whole, and why another cannot be."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog

from emis_desktop.exchange.columns import Kind
from emis_desktop.exchange.writing import write_table
from emis_desktop.jobs.import_records import Source
from tests.ui.students.conftest import Screen
from tests.ui.students.forms import press
from ui.students.import_dialog import ImportDialog
from ui.students.import_past import PastImportsDialog
from ui.students.page import StudentsPage

HEADING = ("number", "given_names", "family_name", "sex", "grade")
ROWS = [("X-1", "Ann", "Import-Demo", "F", "G5"), ("X-2", "Ben", "Import-Demo", "M", "G5")]
GUARDIANS = [("X-1", "Eve Import-Demo", "473 440 0101")]


def bring(
    page: StudentsPage, path: Path, kind: Kind, heading: tuple[str, ...], rows: list[tuple[str, ...]]
) -> None:
    write_table(path, heading, rows)
    page.context.jobs.records.bring_in(Source(kind, path), lambda _done, _total: None)


@pytest.fixture
def dialog(page: StudentsPage, screen: Screen, tmp_path: Path) -> PastImportsDialog:
    bring(page, tmp_path / "pupils.csv", Kind.STUDENTS, HEADING, ROWS)
    heading = ("number", "guardian_name", "guardian_phone")
    bring(page, tmp_path / "guardians.csv", Kind.GUARDIANS, heading, GUARDIANS)
    bringing = page.ask_import()
    assert isinstance(bringing, ImportDialog)
    screen.settle(page)
    found = bringing.show_past()
    screen.settle(page)
    return found


def files(dialog: PastImportsDialog) -> list[str]:
    return [one.file for one in dialog.rows]


def test_the_newest_stands_first_and_the_keyboard_reverses_it(
    page: StudentsPage, dialog: PastImportsDialog, screen: Screen
) -> None:
    before = page.context.queries.search.count()
    assert files(dialog) == ["guardians.csv", "pupils.csv"]
    assert not dialog.reverse.isEnabled()
    dialog.table.setFocus()
    dialog.table.pick(1)
    screen.settle(page)
    assert dialog.says.text().startswith("Cannot be reversed: It is in use by later entries.")
    assert not dialog.reverse.isEnabled()
    dialog.table.pick(0)
    screen.settle(page)
    assert dialog.reverse.isEnabled()
    press(dialog.reverse, Qt.Key.Key_Space)
    screen.settle(page)
    assert dialog.says.text() == "guardians.csv is reversed. Nothing of it is left."
    assert [one.reversed for one in dialog.rows] == [True, False]
    dialog.table.pick(1)
    screen.settle(page)
    press(dialog.reverse, Qt.Key.Key_Space)
    screen.settle(page)
    assert page.context.queries.search.count() == before - 2
    dialog.table.pick(0)
    screen.settle(page)
    assert dialog.says.text() == "This import is reversed already."


def test_a_laptop_without_imports_says_so(page: StudentsPage, screen: Screen) -> None:
    found = PastImportsDialog(page.context, page.window())
    found.ask()
    screen.settle(page)
    assert not found.nothing.isHidden()
    assert found.reverse.isHidden()


def test_what_is_here_is_written_and_comes_back(
    page: StudentsPage, dialog: PastImportsDialog, screen: Screen, tmp_path: Path
) -> None:
    bringing = dialog.parentWidget()
    assert isinstance(bringing, ImportDialog)
    dialog.reject()
    press(bringing.kinds.button("guardians"), Qt.Key.Key_Space)
    press(bringing.export, Qt.Key.Key_Space)
    asked = QApplication.activeModalWidget()
    assert isinstance(asked, QFileDialog)
    asked.fileSelected.emit(str(tmp_path / "out.xlsx"))
    asked.close()
    screen.settle(page)
    assert bringing.strip.text() == "Saved as out.xlsx"
    bringing.flow.take(tmp_path / "out.xlsx")
    screen.settle(page)
    assert bringing.flow.report is not None
    assert (bringing.flow.report.created, bringing.flow.report.updated) == (0, 0)
    assert bringing.flow.report.unchanged > 0
