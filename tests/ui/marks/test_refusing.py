"""What is refused stays where it was typed, says why, is led to, and never stands in the way."""

from types import SimpleNamespace

import pytest
from PySide6.QtCore import Qt

from emis_desktop.models import AssessmentItem
from emis_desktop.rules.ids import new_id
from tests.factories.sheets import REEF, Sheets
from tests.ui.marks.conftest import CTRL, SHIFT, Desk, Key, Open
from ui.marks.draft import SheetKey
from ui.marks.faces import Look
from ui.marks.reading import LONGEST_SHOWN
from ui.widgets.sheet.area import Cell


@pytest.fixture
def refused(desk: Desk) -> Desk:
    """120 was typed for Test 1 (of 100) of Pupil 0007, after 43 had been stored."""
    desk.at(6, 6)
    desk.type("43", Key.Key_Return)
    desk.settle()
    desk.at(6, 6)
    desk.type("120", Key.Key_Return)
    desk.settle()
    return desk


def test_the_text_stays_with_its_reason_and_the_store_keeps_the_old_mark(refused: Desk) -> None:
    book = refused.page.sheet.book
    assert book is not None
    assert book.face(Cell(6, 6)) == (Look.REFUSED, "120")
    assert refused.page.sheet.reasons.shown() == ["More than 100. Type 0–100, A or E"]
    assert refused.sheets.stored() == {(6, 6): "43"}
    assert refused.current == (7, 6)
    assert book.saying.spoken(Cell(6, 6)) == "Pupil 0007, Test 1, 120, more than 100"


def test_of_a_page_pasted_into_a_cell_only_the_beginning_is_drawn(desk: Desk) -> None:
    page = "many words " * 5_000
    desk.at(6, 6)
    desk.grid.enter({Cell(6, 6): page})
    desk.settle()
    book = desk.page.sheet.book
    assert book is not None
    assert book.face(Cell(6, 6)) == (Look.REFUSED, page[:LONGEST_SHOWN])
    assert book.to_type(Cell(6, 6)) == page


def test_the_side_panel_and_the_status_bar_say_it(refused: Desk) -> None:
    side = refused.page.sheet.side
    assert side.fix.isVisible()
    assert side.fix.words() == "1 mark to fix"
    unsaved = refused.context.unsaved.first()
    assert unsaved is not None
    assert (unsaved.count, unsaved.text) == (1, "1 mark not saved, the rest is saved")
    refused.at(0, 0)
    unsaved.lead()
    assert refused.current == (6, 6)


def test_f8_leads_from_one_to_the_next_and_round(refused: Desk) -> None:
    refused.at(1, 0)
    refused.type("21", Key.Key_Return)
    refused.at(0, 0)
    refused.key(Key.Key_F8)
    assert refused.current == (1, 0)
    refused.key(Key.Key_F8)
    assert refused.current == (6, 6)
    refused.key(Key.Key_F8)
    assert refused.current == (1, 0)


def test_it_is_mended_by_typing(refused: Desk) -> None:
    refused.key(Key.Key_F8)
    refused.key(Key.Key_F2)
    assert refused.grid.editor.text() == "120"
    refused.key(Key.Key_Backspace)
    refused.key(Key.Key_Return)
    refused.settle()
    assert refused.sheets.stored() == {(6, 6): "12"}
    assert refused.context.unsaved.first() is None
    assert not refused.page.sheet.side.fix.isVisible()
    assert refused.page.sheet.reasons.shown() == []


def test_escape_gives_way_to_what_is_stored(refused: Desk) -> None:
    refused.key(Key.Key_F8)
    refused.key(Key.Key_Escape)
    assert refused.shown(6, 6) == "43"
    assert refused.context.unsaved.first() is None


def test_typing_what_is_stored_mends_it_too(refused: Desk) -> None:
    refused.key(Key.Key_F8)
    refused.type("43", Key.Key_Return)
    assert refused.shown(6, 6) == "43"
    assert refused.context.unsaved.count() == 0


def test_delete_clears_a_refused_cell(refused: Desk) -> None:
    refused.key(Key.Key_F8)
    refused.key(Key.Key_Delete)
    refused.settle()
    assert refused.shown(6, 6) == ""
    assert refused.sheets.stored() == {}


def test_undo_takes_a_refused_text_back_first_and_redo_brings_it_again(refused: Desk) -> None:
    refused.key(Key.Key_Z, CTRL)
    refused.settle()
    assert refused.shown(6, 6) == "43"
    refused.key(Key.Key_Y, CTRL)
    refused.settle()
    assert refused.shown(6, 6) == "120"
    refused.key(Key.Key_Z, CTRL)
    refused.key(Key.Key_Z, CTRL)
    refused.settle()
    assert refused.sheets.stored() == {}


def test_it_waits_while_other_sheets_are_open_and_f8_finds_it(refused: Desk) -> None:
    refused.key(Key.Key_PageDown, CTRL)
    refused.settle()
    assert refused.page.sheet.book is not None
    assert refused.page.sheet.book.sheet.class_name == REEF
    assert refused.context.unsaved.count() == 1
    refused.key(Key.Key_F8)
    refused.settle()
    assert refused.page.sheet.book.sheet.class_name == "Grade 5 Coral"
    assert refused.current == (6, 6)
    assert refused.shown(6, 6) == "120"


def test_the_overview_shows_which_sheet_has_something_to_fix(refused: Desk) -> None:
    refused.key(Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    refused.settle()
    assert refused.page.overview.isVisible()
    model = refused.page.overview.table.model()
    texts = [str(model.index(row, 3).data()) for row in range(model.rowCount())]
    assert "1 mark to fix" in texts


def test_leaving_the_page_is_never_blocked(refused: Desk) -> None:
    refused.type("8")
    assert refused.page.leave()
    refused.settle()
    assert refused.sheets.stored()[7, 6] == "8"


def test_the_reason_steps_aside_for_the_cell_somebody_works_in(refused: Desk) -> None:
    refused.at(6, 7)
    assert refused.page.sheet.reasons.shown() == ["More than 100. Type 0–100, A or E"]
    bubble = next(one for one in refused.page.sheet.reasons.bubbles() if one.isVisible())
    port = refused.grid.viewport()
    here = refused.grid.cell_rect(Cell(6, 7))
    assert bubble.geometry().right() <= port.mapTo(refused.page.sheet, here.topLeft()).x() + 1
    assert bubble.height() == refused.grid.row_height


def test_of_many_reasons_only_the_one_at_hand_shows(desk: Desk) -> None:
    desk.key(Key.Key_Down, SHIFT, 4)
    desk.type("99")
    desk.key(Key.Key_Return, CTRL)
    desk.settle()
    assert len(desk.page.sheet.reasons.shown()) == 1
    assert desk.context.unsaved.count() == 5
    assert desk.page.sheet.side.fix.words() == "5 marks to fix"


def test_the_store_may_refuse_what_the_screen_did_not_foresee(desk: Desk) -> None:
    """Somebody has locked the test; this window has not heard of it yet."""
    desk._leave()
    with desk.sheets.school.db.write(desk.sheets.school.actor, "lock_item") as session:
        session.get_one(AssessmentItem, desk.sheets.items[0]).state = "locked"
    desk.type("12", Key.Key_Return)
    desk.settle()
    book = desk.page.sheet.book
    assert book is not None
    draft = book.draft(Cell(0, 0))
    assert draft is not None
    assert (draft.text, draft.reason) == ("12", "Quiz 1 is locked. The office can open it again.")
    assert book.sheet.entered == 0
    assert desk.sheets.stored() == {}


def test_a_pupil_who_is_gone_takes_the_refused_text_along(refused: Desk, sheets: Sheets) -> None:
    key = SheetKey(sheets.coral, sheets.subject, sheets.school.term())
    assert len(refused.page.journey.drafts.of(key)) == 1
    services = refused.context.services
    services.marks.clear([(sheets.students[6], sheets.items[6])])  # who has a mark stays on the sheet
    services.students.withdraw(sheets.students[6], sheets.term().starts_on, "transferred", None)
    refused.settle()
    refused.qtbot.waitUntil(lambda: refused.page.sheet.book.extent.rows == 7)  # type: ignore[union-attr]
    assert refused.context.unsaved.count() == 0


def test_french_commas_and_reasons(seated: Open, sheets: Sheets) -> None:
    with seated(sheets, language="fr") as desk:
        desk.open()
        desk.type("7,5", Key.Key_Return)
        desk.type("8", Key.Key_Return)
        desk.settle()
        assert sheets.stored() == {(0, 0): "7.5", (1, 0): "8"}
        assert [desk.shown(row, 0) for row in (0, 1)] == ["7,5", "8,0"]
        desk.at(0, 0)
        desk.key(Key.Key_F2)
        assert desk.grid.editor.text() == "7,5"


def test_undo_after_a_refusal_of_the_store_takes_no_older_mark_back(desk: Desk) -> None:
    desk.at(6, 6)
    desk.type("43", Key.Key_Return)
    desk.settle()
    book = desk.page.sheet.book
    assert book is not None
    somebody = SimpleNamespace(user_id=new_id())
    desk._leave()
    with desk.sheets.school.db.write(somebody, "lock_item") as session:
        session.get_one(AssessmentItem, desk.sheets.items[5]).state = "locked"
    desk.grid.enter({Cell(6, 5): "12"})
    desk.settle()
    assert book.draft(Cell(6, 5)) is not None
    desk.key(Key.Key_Z, CTRL)
    desk.settle()
    assert desk.sheets.stored()[6, 6] == "43"
    assert book.draft(Cell(6, 5)) is None
    desk.key(Key.Key_Z, CTRL)
    desk.settle()
    assert (6, 6) not in desk.sheets.stored()
