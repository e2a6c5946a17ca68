"""What is typed while something is still being read or written: it stays where it was typed."""

import time
from collections.abc import Callable

import pytest
from PySide6.QtTest import QTest

from emis_desktop.queries.mark_sheet import MarkSheetQueries
from emis_desktop.services.items import ItemService
from tests.factories.sheets import CORAL, REEF
from tests.ui.marks.conftest import CTRL, Desk, Key
from ui.marks.draft import SheetKey


def slow(monkeypatch: pytest.MonkeyPatch, owner: type, name: str) -> None:
    """Have a method take its time."""
    real: Callable[..., object] = getattr(owner, name)

    def late(*arguments: object) -> object:
        time.sleep(0.4)
        return real(*arguments)

    monkeypatch.setattr(owner, name, late)


def test_undo_leaves_an_open_editor_in_its_cell(desk: Desk) -> None:
    desk.at(0, 0)
    desk.type("11", Key.Key_Return)
    desk.settle()
    desk.at(5, 1)
    desk.key(Key.Key_Z, CTRL)
    desk.type("7")
    desk.qtbot.waitUntil(lambda: desk.shown(0, 0) == "")
    desk.settle()
    assert desk.current == (5, 1)
    assert desk.grid.editing()
    desk.key(Key.Key_Return)
    desk.settle()
    assert desk.sheets.stored() == {(5, 1): "7"}


def test_what_is_typed_while_another_sheet_is_read_is_stored_in_its_own(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow(monkeypatch, MarkSheetQueries, "sheet")
    desk.at(2, 2)
    reef = next(line for line in desk.page.shows.lines if line.class_name == REEF)
    desk.page.journey.open_sheet(SheetKey(reef.class_id, desk.sheets.subject, desk.sheets.school.term()))
    QTest.qWait(50)
    desk.type("9", Key.Key_Return)
    desk.type("8")
    assert desk.grid.editing()
    desk.settle()
    book = desk.page.sheet.book
    assert book is not None
    assert book.sheet.class_name == REEF
    assert not desk.grid.editing()
    assert book.sheet.entered == 0
    assert desk.sheets.stored() == {(2, 2): "9", (3, 2): "8"}
    undo = desk.context.services.undo
    undo.undo()
    undo.undo()
    assert desk.sheets.stored() == {}


def test_a_text_that_is_refused_then_waits_on_its_own_sheet(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow(monkeypatch, MarkSheetQueries, "sheet")
    desk.at(2, 2)
    subject = desk.sheets.school.made.subjects["P-SC"]
    desk.page.journey.open_sheet(SheetKey(desk.sheets.coral, subject, desk.sheets.school.term()))
    QTest.qWait(50)
    desk.type("999")
    desk.settle()
    assert desk.page.shows.vacant.isVisible()
    assert desk.sheets.stored() == {}
    here = SheetKey(desk.sheets.coral, desk.sheets.subject, desk.sheets.school.term())
    assert [draft.text for draft in desk.page.journey.drafts.of(here).values()] == ["999"]
    assert desk.context.unsaved.count() == 1


def test_what_is_typed_while_the_same_sheet_is_read_anew_shows_on_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow(monkeypatch, MarkSheetQueries, "sheet")
    desk.at(2, 2)
    desk.page.journey.open_sheet(SheetKey(desk.sheets.coral, desk.sheets.subject, desk.sheets.school.term()))
    QTest.qWait(50)
    desk.type("9")
    desk.settle()
    desk.qtbot.waitUntil(lambda: desk.shown(2, 2) == "9")
    assert desk.sheets.stored() == {(2, 2): "9"}


def test_the_next_test_may_be_typed_while_one_is_stored(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    slow(monkeypatch, ItemService, "add")
    science = desk.sheets.school.made.subjects["P-SC"]
    desk.page.open_with(class_id=desk.sheets.coral, subject_id=science)
    desk.settle()
    desk.page.shows.vacant.add_items.click()
    desk.settle()
    form = desk.page.items.form
    for field, text in ((form.name, "Quiz A"), (form.maximum, "20"), (form.weight, "1")):
        field.line.setFocus()
        field.line.selectAll()
        desk.type(text, Key.Key_Tab)
    desk.page.items.add.click()
    form.name.line.setFocus()
    form.name.line.selectAll()
    desk.type("Quiz B")
    desk.settle()
    assert desk.told.messages == ["Quiz A added"]
    assert form.name.text() == "Quiz B"
    desk.page.items.add.click()
    desk.settle()
    assert desk.told.messages == ["Quiz A added", "Quiz B added"]
    assert form.name.text() == ""
    assert form.maximum.text() == ""


def join_first(desk: Desk) -> None:
    """Somebody joins the class and stands at the top of the register."""
    student = desk.sheets.school.add_pupil("Pupil 0000", CORAL)
    desk.qtbot.waitUntil(lambda: desk.grid.model().rowCount() == 9)
    desk.settle()
    assert student not in desk.sheets.students


def test_an_untouched_editor_shows_and_keeps_what_is_stored_now(desk: Desk) -> None:
    school, pupil, item = desk.sheets.school, desk.sheets.students[0], desk.sheets.items[0]
    school.enter({(pupil, item): "11"})
    desk.settle()
    desk.at(0, 0)
    desk.key(Key.Key_F2)
    assert desk.grid.editor.text() == "11"
    school.enter({(pupil, item): "15"})
    join_first(desk)
    assert desk.current == (1, 0)
    assert desk.grid.editing()
    assert desk.grid.editor.text() == "15"
    desk.key(Key.Key_Return)
    desk.settle()
    assert desk.sheets.stored() == {(1, 0): "15"}


@pytest.mark.parametrize(("begun", "leaves"), [("F2", False), ("by a digit", True)])
def test_a_touched_editor_goes_on_where_its_pupil_stands_now(desk: Desk, begun: str, leaves: bool) -> None:
    school, pupil, item = desk.sheets.school, desk.sheets.students[0], desk.sheets.items[0]
    school.enter({(pupil, item): "11"})
    desk.settle()
    desk.at(0, 0)
    if begun == "F2":
        desk.key(Key.Key_F2)
        desk.key(Key.Key_Backspace)
    else:
        desk.type("1")
    join_first(desk)
    assert desk.current == (1, 0)
    assert desk.grid.editor.text() == "1"
    desk.key(Key.Key_Down)
    assert desk.grid.editing() is not leaves, "arrows do what they did before"
    desk.grid.commit()
    desk.settle()
    assert desk.sheets.stored() == {(1, 0): "1"}
