"""A teacher's day at the sheet, by keyboard alone, in a store that is opened again in the evening."""

from pathlib import Path

from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from emis_desktop.queries.mark_sheet import MarkSheetQueries
from emis_desktop.rules.rights import Role
from emis_desktop.store import open_store
from resources.words import Words
from tests.factories.sheets import CORAL, Sheets, opened_sheets
from tests.factories.stores import key as store_key
from tests.ui.marks.conftest import CTRL, SHIFT, Desk, Key, Open
from ui.theme.theme import Theme


def teacher_of(sheets: Sheets) -> object:
    """The teacher of Mathematics, signed in."""
    with sheets.school.db.read() as session:
        from emis_desktop.models import Person

        person = session.query(Person).filter_by(family_name="01").one()
    return sheets.school.sign_in(Role.TEACHER, person.id)


def test_a_whole_day(qtbot: QtBot, theme: Theme, words: Words, seated: Open, tmp_path: Path) -> None:
    with opened_sheets(tmp_path, pupils=6) as sheets:
        teacher = teacher_of(sheets)
        with seated(sheets, actor=teacher) as desk:
            _morning(desk)
            _noon(desk)
            _afternoon(desk)
        evening = sheets.stored()
    _next_day(tmp_path, sheets, evening)


def _morning(desk: Desk) -> None:
    """Two keys lead to the sheet: the list has the keyboard on the sheet to go on with."""
    assert desk.page.overview.table.hasFocus()
    desk.key(Key.Key_Down)
    desk.key(Key.Key_Up)
    desk.key(Key.Key_Return)
    desk.settle()
    book = desk.page.sheet.book
    assert book is not None
    assert (book.sheet.class_name, book.sheet.subject_name) == (CORAL, "Mathematics")
    assert not book.sheet.read_only
    for mark in ("12", "15", "8", "19", "A", "16"):
        desk.type(mark, Key.Key_Return)
    assert desk.current == (5, 0)
    desk.key(Key.Key_F4)
    assert desk.current == (0, 1)


def _noon(desk: Desk) -> None:
    """A row at a time, a slip, and its mending."""
    for row in range(2):
        for mark in ("11", "12", "9", "7"):
            desk.type(mark, Key.Key_Tab)
        desk.type("30", Key.Key_Return)
        assert desk.current == (row + 1, 1)
    desk.at(0, 6)
    desk.type("120", Key.Key_Return)
    desk.key(Key.Key_F8)
    assert desk.current == (0, 6)
    desk.type("102", Key.Key_Return)
    desk.key(Key.Key_F8)
    desk.type("72", Key.Key_Return)
    desk.settle()
    assert desk.context.unsaved.first() is None


def _afternoon(desk: Desk) -> None:
    """The rest comes from a spreadsheet; one block too many is taken back."""
    desk.at(1, 6)
    QGuiApplication.clipboard().setText("55\t61\r\n64\t70\r\n41\t38\r\n90\t93\r\n77\t80\r\n")
    desk.key(Key.Key_V, CTRL)
    desk.at(0, 2)
    desk.key(Key.Key_Down, SHIFT, 5)
    desk.type("20")
    desk.key(Key.Key_Return, CTRL)
    desk.settle()
    desk.key(Key.Key_Z, CTRL)
    desk.settle()
    desk.at(0, 7)
    desk.type("66")
    desk.page.leave()
    desk.settle()


def _next_day(folder: Path, sheets: Sheets, evening: dict[tuple[int, int], str]) -> None:
    """The store as it lies on the disk has every mark."""
    assert evening[0, 7] == "66"
    assert evening[0, 6] == "72"
    assert evening[1, 7] == "61"
    assert (2, 2) not in evening
    db = open_store(folder / "school.emis", store_key())
    try:
        sheet = MarkSheetQueries(db, sheets.school.actor).sheet(
            sheets.coral, sheets.subject, sheets.school.term()
        )
        assert sheet.entered == len(evening) == 6 + 2 * 5 + 1 + 10 + 1
        first = sheet.rows[0]
        assert first.result is not None
        assert first.result.mark is not None
        assert not first.result.pending
    finally:
        db.close()


def test_two_windows_on_the_same_cell(seated: Open, sheets: Sheets) -> None:
    with seated(sheets) as one, seated(sheets) as other:
        one.open()
        other.open()
        other.at(0, 0)
        other.type("11", Key.Key_Return)
        one.settle()
        other.settle()
        one.qtbot.waitUntil(lambda: one.shown(0, 0) == "11")
        one.at(0, 0)
        one.window.activateWindow()
        one.grid.setFocus()
        one.grid.begin("1")
        other.grid.enter({other.grid.current._replace(row=0): "14"})
        other.settle()
        one.qtbot.waitUntil(lambda: bool(one.page.sheet.reasons.told()))
        assert one.grid.editing()
        assert one.grid.editor.text() == "1"
        assert one.page.sheet.reasons.told() == "Now 14. Enter keeps what you type, Esc does not."
        QTest.keyClicks(one.grid.editor, "3")
        QTest.keyClick(one.grid.editor, Key.Key_Return)
        one.settle()
        other.settle()
        other.qtbot.waitUntil(lambda: other.shown(0, 0) == "13")
        assert sheets.stored() == {(0, 0): "13"}


def test_a_pupil_who_comes_while_somebody_types_takes_nobodys_place(desk: Desk) -> None:
    desk.at(4, 3)
    desk.type("5")
    desk.sheets.school.add_pupil(" Aaron", CORAL)
    desk.qtbot.waitUntil(lambda: desk.page.sheet.book.extent.rows == 9)  # type: ignore[union-attr]
    assert desk.grid.editing()
    assert desk.grid.editor.text() == "5"
    assert desk.current == (5, 3)
    desk.key(Key.Key_Return)
    desk.settle()
    assert desk.sheets.stored() == {(5, 3): "5"}
