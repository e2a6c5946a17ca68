"""The registers as a person works with them: by keys alone, saved at once, taken back."""

from datetime import date, timedelta

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from emis_desktop.rules.open_days import Kind
from emis_desktop.rules.rights import Role
from emis_desktop.services.calendar import CalendarEntry
from tests.factories.registers import AM, PM, TODAY, Registers
from tests.ui.attendance.conftest import Open
from ui.widgets.sheet.area import Cell

Key, CTRL, SHIFT = Qt.Key, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
ALT = Qt.KeyboardModifier.AltModifier
DAY = timedelta(days=1)


def test_one_key_a_pupil_marks_and_goes_down(registers: Registers, seated: Open) -> None:
    with seated(registers) as desk:
        desk.type("pal")
        desk.settle()
        assert registers.shown(TODAY) == ["P", "A", "L", ""]
        assert desk.page.day.grid.current.row == 3
        desk.type("e")
        desk.key(Key.Key_Up)
        desk.type("p")
        desk.settle()
        assert registers.shown(TODAY) == ["P", "A", "P", "E"]
        assert desk.page.bar.status.text().startswith("Saved")


def test_the_rest_are_present_only_when_somebody_says_so_and_it_can_be_undone(
    registers: Registers, seated: Open
) -> None:
    with seated(registers) as desk:
        desk.key(Key.Key_Down)
        desk.type("a")
        desk.settle()
        assert desk.page.bar.rest.text() == "The other 3 are present"
        desk.type("r")
        desk.settle()
        assert registers.shown(TODAY) == ["P", "A", "P", "P"]
        assert desk.told.messages == ["3 pupils marked present"]
        assert not desk.page.bar.rest.isEnabled()
        assert desk.told.undo is not None
        desk.told.undo()
        desk.settle()
        assert registers.shown(TODAY) == ["", "A", "", ""]
        desk.page.day.grid.setFocus()
        desk.key(Key.Key_Z, CTRL)
        desk.settle()
        assert registers.shown(TODAY) == ["", "", "", ""]


def test_f4_finds_who_is_not_marked_and_delete_takes_a_mark_away(registers: Registers, seated: Open) -> None:
    with seated(registers) as desk:
        desk.type("pp")
        desk.key(Key.Key_Up)
        desk.key(Key.Key_Up)
        desk.key(Key.Key_F4)
        assert desk.page.day.grid.current.row == 2
        desk.key(Key.Key_Up)
        desk.key(Key.Key_Delete)
        desk.settle()
        assert registers.shown(TODAY) == ["P", "", "", ""]


def test_space_opens_the_reasons_of_the_country(registers: Registers, seated: Open) -> None:
    with seated(registers) as desk:
        desk.key(Key.Key_Space)
        menu = desk.page.day.grid.menu.menu
        assert menu is not None
        inner = next(one.menu() for one in menu.actions() if one.text().startswith("E"))
        reason = next(one for one in inner.actions() if one.text() == "Illness")
        menu.close()
        reason.trigger()
        desk.settle()
        assert registers.shown(TODAY)[0] == "E/ILL"
        assert desk.page.day.book is not None
        assert "Illness" in desk.page.day.book.spoken(Cell(0, 0))


def test_a_letter_that_is_none_changes_nothing_and_says_what_to_press(
    registers: Registers, seated: Open
) -> None:
    with seated(registers) as desk:
        desk.type("x")
        desk.settle()
        assert registers.shown(TODAY) == ["", "", "", ""]
        assert "P, A, L or E" in desk.page.day.reasons.told()


def test_days_and_sessions_by_keys(registers: Registers, seated: Open) -> None:
    with seated(registers) as desk:
        desk.key(Key.Key_Left, ALT)
        desk.settle()
        here = desk.page.going.here
        assert here is not None
        assert here.on == TODAY - DAY
        desk.page.day.grid.setFocus()
        desk.key(Key.Key_Down, ALT)
        desk.settle()
        desk.page.day.grid.setFocus()
        desk.type("l")
        desk.settle()
        assert registers.shown(TODAY - DAY, PM)[0] == "L"
        desk.page.going.to_day(date(2026, 11, 2))
        desk.settle()
        desk.page.going.step(-1)
        assert desk.page.going.here is not None
        assert desk.page.going.here.on == date(2026, 10, 30)


def test_a_closed_day_says_why_and_takes_nothing(registers: Registers, seated: Open) -> None:
    storm = CalendarEntry(TODAY, TODAY, Kind.CLOSURE, "Storm")
    registers.calendar().add(storm, registers.school.id)
    with seated(registers) as desk:
        desk.type("p")
        desk.settle()
        assert registers.shown(TODAY) == ["", "", "", ""]
        assert "Storm" in desk.page.day.reasons.told()
        assert not desk.page.bar.rest.isEnabled()


def test_what_another_writes_shows_without_losing_the_place(registers: Registers, seated: Open) -> None:
    with seated(registers) as desk:
        desk.key(Key.Key_Down)
        registers.mark(4, "A", TODAY)
        desk.settle()
        desk.settle()
        assert desk.page.day.book is not None
        assert str(desk.page.day.book.entry(Cell(3, 0))) == "A"
        assert desk.page.day.grid.current.row == 1


def test_what_the_store_refuses_stays_with_its_reason(registers: Registers, seated: Open) -> None:
    with seated(registers) as desk:
        storm = CalendarEntry(TODAY, TODAY, Kind.CLOSURE, "Storm")
        desk.page.queue.finish()
        desk.context.changes.blockSignals(True)
        registers.calendar().add(storm, registers.school.id)
        desk.type("p")
        desk.settle()
        desk.context.changes.blockSignals(False)
        book = desk.page.day.book
        assert book is not None
        draft = book.draft(Cell(0, 0))
        assert draft is not None
        assert "Storm" in draft.reason
        assert desk.context.unsaved.count() == 1
        desk.key(Key.Key_Up)
        desk.key(Key.Key_Escape)
        assert desk.context.unsaved.count() == 0


def test_the_month_is_typed_filled_and_pasted_like_the_paper_sheet(
    registers: Registers, seated: Open
) -> None:
    with seated(registers) as desk:
        desk.page.going.show_part("month")
        desk.settle()
        grid = desk.page.month.grid
        grid.setFocus()
        assert desk.page.month.month is not None
        assert grid.current == Cell(0, 3)
        desk.type("pa")
        desk.settle()
        assert registers.shown(TODAY) == ["P", "A", "", ""]
        grid.go(Cell(0, 0))
        desk.key(Key.Key_Down, SHIFT)
        desk.key(Key.Key_Right, SHIFT)
        desk.type("l")
        desk.settle()
        assert registers.shown(date(2026, 11, 2))[:2] == ["L", "L"]
        assert registers.shown(date(2026, 11, 3))[:2] == ["L", "L"]
        QGuiApplication.clipboard().setText("P\tA\nE/ILL\tP\n\tQ")
        grid.go(Cell(1, 0))
        desk.key(Key.Key_V, CTRL)
        desk.settle()
        assert registers.shown(date(2026, 11, 2)) == ["L", "P", "E/ILL", ""]
        assert registers.shown(date(2026, 11, 3)) == ["L", "A", "P", ""]
        assert desk.page.month.book is not None
        draft = desk.page.month.book.draft(Cell(3, 1))
        assert draft is not None
        assert draft.text == "Q"
        desk.key(Key.Key_Z, CTRL)
        desk.settle()
        assert registers.shown(date(2026, 11, 2)) == ["L", "L", "", ""]


def test_a_day_to_come_takes_nothing_in_the_month(registers: Registers, seated: Open) -> None:
    with seated(registers) as desk:
        desk.page.going.show_part("month")
        desk.settle()
        desk.page.month.go(Cell(0, 4))
        desk.type("p")
        desk.settle()
        assert "still to come" in desk.page.month.reasons.told()
        assert registers.shown(TODAY + DAY) == ["", "", "", ""]


def test_the_schools_lists_lead_to_registers_and_pupils(registers: Registers, seated: Open) -> None:
    registers.mark(2, "A", TODAY)
    with seated(registers) as desk:
        desk.page.going.show_part("overview")
        desk.settle()
        overview = desk.page.overview
        assert overview.unmarked.count() == 20
        assert overview.unmarked.row(0).marked == 1
        overview.show_list("absent")
        overview.tables["absent"].opened.emit(0)
        assert desk.led == [("students", {"student_id": registers.pupil(2)})]
        overview.tables["unmarked"].opened.emit(1)
        desk.settle()
        here = desk.page.going.here
        assert here is not None
        assert (here.on, here.session, desk.page.going.part) == (TODAY, PM, "day")


def test_a_storm_week_is_put_into_the_calendar_and_taken_out_again(
    registers: Registers, seated: Open
) -> None:
    with seated(registers) as desk:
        desk.page.going.show_part("calendar")
        desk.settle()
        view = desk.page.calendar
        view.starts.set_value(date(2026, 11, 2))
        view.ends.set_value(date(2026, 11, 6))
        view.add.click()
        desk.settle()
        assert "why school is closed" in (view.label.fault or "")
        view.label.set_text("Storm week")
        view.add.click()
        desk.settle()
        assert [view.model.row(0).label, view.model.count()] == ["Storm week", 1]
        view.holidays.click()
        desk.settle()
        assert view.model.count() > 5
        assert desk.told.undo is not None
        desk.told.undo()
        desk.settle()
        assert view.model.count() == 1
        view.table.opened.emit(0)
        desk.settle()
        assert view.model.count() == 0


def test_who_may_only_look_sees_why(registers: Registers, seated: Open) -> None:
    auditor = registers.school.sign_in(Role.AUDITOR)
    with seated(registers, auditor) as desk:
        desk.type("p")
        desk.settle()
        assert registers.shown(TODAY, AM) == ["", "", "", ""]
        assert "may look" in desk.page.day.reasons.told()
