"""The register by keyboard and mouse: search, chips, rows, ticks, the way into a record and back."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from emis_desktop.exchange.reading import read_table
from emis_desktop.queries.search import Roll
from emis_desktop.services.structure import NewClass
from emis_desktop.services.students import StudentService
from resources.words import Words
from tests.factories.desks import DemoDesk, demo_desk
from tests.factories.schools import IN_TERM
from tests.ui.students.conftest import COMPACT, Screen, context_of
from ui.context import UiContext
from ui.students.filters import Narrowing
from ui.students.list_view import foot_words
from ui.students.page import StudentsPage
from ui.theme.theme import Theme
from ui.widgets.button import Button

Key = Qt.Key
Find = Callable[[str], QWidget]


def shown_names(page: StudentsPage) -> list[str]:
    model = page.list.model
    name = next(column for column in model.columns if column.key == "name")
    return [model.cell(row, name).text for row in range(model.count())]


def part(page: StudentsPage, number: int) -> QMenu:
    """A part of the menu of filters: grades or classes."""
    menu = page.list.filters.menu().actions()[number].menu()
    assert isinstance(menu, QMenu)
    return menu


def foot(page: StudentsPage) -> str:
    return page.list._says.text()


class TestSearching:
    """Typing narrows the list; the chips stay."""

    def test_it_opens_with_those_on_roll(self, page: StudentsPage) -> None:
        assert page.list.filters.narrowing == Narrowing()
        assert page.list.model.count() == 62
        assert "62 on roll" in page.head._facts.text()
        assert not page.peek.isVisible()

    def test_typing_finds_and_down_goes_into_the_list(
        self, page: StudentsPage, qtbot: QtBot, screen: Screen
    ) -> None:
        page.focus_search()
        first = page.list.model.pupil(7)
        assert first is not None
        QTest.keyClicks(page.list.search, first.family_name.split("-")[0].lower())
        assert all(first.family_name.split("-")[0] in name for name in shown_names(page))
        assert "found within 1 filter" in foot(page)
        QTest.keyClick(page.list.search, Key.Key_Down)
        assert page.list.table.hasFocus()
        assert page.list.current() is not None
        QTest.keyClick(page.list.table, Key.Key_Up)
        assert page.list.search.hasFocus()
        QTest.keyClick(page.list.search, Key.Key_Escape)
        assert page.list.search.text() == ""
        assert page.list.model.count() == 62

    def test_nobody_matches_and_another_spelling_is_offered(
        self, page: StudentsPage, qtbot: QtBot, screen: Screen, find: Find
    ) -> None:
        pupil = page.list.model.pupil(0)
        assert pupil is not None
        word = max(pupil.family_name.lower().split("-"), key=len)
        page.list.search.setText(word[:2] + word[3] + word[2] + word[4:] + "q")
        screen.settle(page)
        assert page.list.nobody.isVisible()
        guess = find("students.none.guess0")
        QTest.mouseClick(guess, Qt.MouseButton.LeftButton)
        assert page.list.model.count() >= 1
        page.list.search.setText("qqqqqqqq")
        screen.settle(page)
        assert (
            page.findChild(QWidget, "students.none.guess0") is None
            or not find("students.none.guess0").isVisible()
        )
        QTest.mouseClick(find("students.none.clear"), Qt.MouseButton.LeftButton)
        assert page.list.search.text() == ""
        assert page.list.filters.narrowing.roll is Roll.ANY
        assert page.list.table.isVisible()

    def test_the_head_sorts_the_other_way_round(self, page: StudentsPage, qtbot: QtBot) -> None:
        before = shown_names(page)
        head = page.list.table.head
        place = QPoint(head.sectionViewportPosition(1) + 20, 10)
        QTest.mouseClick(head.viewport(), Qt.MouseButton.LeftButton, pos=place)
        assert shown_names(page) == before[::-1]
        QTest.mouseClick(head.viewport(), Qt.MouseButton.LeftButton, pos=place)
        assert shown_names(page) == before


class TestChips:
    """Filters as removable chips."""

    def test_a_grade_is_added_and_removed(self, page: StudentsPage, qtbot: QtBot, find: Find) -> None:
        of_grade = part(page, 0)
        action = next(one for one in of_grade.actions() if one.text() == "Grade 5")
        action.trigger()
        assert page.list.filters.narrowing.grade is not None
        assert {page.list.model.pupil(row).grade for row in range(page.list.model.count())} == {"Grade 5"}  # type: ignore[union-attr]
        assert foot(page) == f"62 pupils, {page.list.model.count()} shown by 2 filters"
        QTest.mouseClick(find("students.chip.grade"), Qt.MouseButton.LeftButton)
        assert page.list.model.count() == 62
        QTest.keyClick(find("students.chip.roll"), Key.Key_Space)
        assert foot(page) == "62 pupils"
        assert not page.list._clear.isVisible()

    def test_a_class_takes_the_place_of_its_grade(self, page: StudentsPage) -> None:
        part(page, 0).actions()[0].trigger()
        chosen = part(page, 1).actions()[-1]
        name = chosen.text()
        chosen.trigger()
        now = page.list.filters.narrowing
        assert (now.grade, now.school_class.name if now.school_class else "") == (None, name)
        assert {page.list.model.pupil(row).class_name for row in range(page.list.model.count())} == {name}  # type: ignore[union-attr]
        assert page.list.filters.narrowing.without("class").school_class is None

    def test_without_class_and_left(self, page: StudentsPage, context: UiContext, screen: Screen) -> None:
        menu = page.list.filters.menu()
        next(one for one in menu.actions() if one.text() == "Without class").trigger()
        assert page.list.model.count() == 0
        assert page.list.nobody.isVisible()
        next(one for one in menu.actions() if one.text() == "Left").trigger()
        assert page.list.filters.narrowing.roll is Roll.LEFT
        assert [key for key, _ in page.list.filters.narrowing.chips(context.words)] == [
            "without_class",
            "roll",
        ]

    def test_every_chip_can_go(self, words: Words) -> None:
        full = Narrowing(Roll.ON, without_class=True, year=(uuid4(), "2025–26"))
        for key, _text in full.chips(words):
            full = full.without(key)
        assert full == full.cleared()
        assert full.without("grade") == full

    def test_the_menu_opens_by_keyboard(self, page: StudentsPage, qtbot: QtBot, find: Find) -> None:
        button = find("students.filter")
        button.setFocus()
        QTest.keyClick(button, Key.Key_Space)
        popup = QApplication.activePopupWidget()
        assert popup is not None
        popup.close()

    def test_arguments_of_other_screens(self, page: StudentsPage, desk: DemoDesk) -> None:
        class_id = desk.class_id("Grade 5 Coral")
        page.open_with(class_id=class_id)
        assert page.list.filters.narrowing.filter(None).class_id == class_id
        grade = page.rolls.grades()[0]
        page.open_with(grade_id=grade.id)
        assert page.list.filters.narrowing.grade == grade
        page.open_with(without_class=True)
        assert page.list.filters.narrowing.without_class
        page.open_with(class_id="nothing")
        assert page.list.filters.narrowing.without_class

    @pytest.mark.parametrize(
        ("total", "shown", "chips", "text", "said"),
        [
            (1, 1, 0, "", "1 pupil"),
            (417, 58, 2, "", "417 pupils, 58 shown by 2 filters"),
            (100_000, 3, 0, "ann", "100,000 pupils, 3 found"),
            (417, 3, 1, "ann", "417 pupils, 3 found within 1 filter"),
        ],
    )
    def test_the_foot(self, words: Words, total: int, shown: int, chips: int, text: str, said: str) -> None:
        assert foot_words(words, total, shown, chips, text) == said


class TestRows:
    """The current row, its peek, and the record behind it."""

    def test_a_click_opens_the_peek_and_esc_closes_it(
        self, page: StudentsPage, qtbot: QtBot, screen: Screen, find: Find
    ) -> None:
        table = page.list.table
        place = QPoint(120, 36 * 2 + 10)
        QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
        pupil = page.list.current()
        assert pupil is not None
        assert page.peek.isVisible()
        assert page.peek.pupil_id() == pupil.id
        assert page.side_panel() is page.peek
        assert page.escape()
        assert not page.peek.isVisible()
        assert page.list.current() is None
        assert page.side_panel() is None
        assert not page.escape()

    def test_enter_opens_the_record_and_back_keeps_everything(
        self, page: StudentsPage, qtbot: QtBot, screen: Screen
    ) -> None:
        page.list.search.setText("demo")
        table = page.list.table
        page.list.go_into_list()
        for _ in range(30):
            QTest.keyClick(table, Key.Key_Down)
        pupil, at = page.list.current(), table.verticalScrollBar().value()
        assert pupil is not None
        assert at > 0
        QTest.keyClick(table, Key.Key_Return)
        screen.settle(page)
        assert page.views.showing_record()
        assert page.views.record().head.title() == f"{pupil.given_names} {pupil.family_name}"
        assert not page.head.isVisible()
        assert page.escape()
        screen.settle(page)
        assert not page.views.showing_record()
        assert page.list.search.text() == "demo"
        assert page.list.current() == pupil
        assert table.verticalScrollBar().value() == at
        assert table.hasFocus()

    def test_what_changes_meanwhile_keeps_the_row(
        self, page: StudentsPage, context: UiContext, desk: DemoDesk, screen: Screen
    ) -> None:
        page.list.table.pick(40)
        pupil, at = page.list.current(), page.list.table.verticalScrollBar().value()
        assert pupil is not None
        first = page.list.model.pupil(0)
        assert first is not None
        context.services.students.change(first.id, "family_name", "Zzz-Last")
        screen.settle(page)
        assert page.list.current() is not None
        assert page.list.current().id == pupil.id  # type: ignore[union-attr]
        assert page.list.model.place_of(pupil.id) == 39
        assert abs(page.list.table.verticalScrollBar().value() - at) <= 36
        assert page.peek.pupil_id() == pupil.id
        context.services.students.withdraw(pupil.id, IN_TERM, "emigrated", None)
        screen.settle(page)
        assert page.list.current() is None
        assert not page.peek.isVisible()
        assert page.list.model.count() == 61

    def test_copy_to_a_spreadsheet(self, page: StudentsPage, qtbot: QtBot) -> None:
        page.list.table.pick(0)
        QTest.keyClick(page.list.table, Key.Key_C, Qt.KeyboardModifier.ControlModifier)
        cells = QApplication.clipboard().text().split("\t")
        assert cells[0] == shown_names(page)[0]
        assert cells[-1] == "Enrolled"
        page.list.table.set_hidden({"status", "age"})
        assert len(page.list.table.copy_text().split("\t")) == len(cells) - 2

    def test_columns_go_and_come(self, page: StudentsPage, qtbot: QtBot, find: Find) -> None:
        QTest.mouseClick(find("students.columns"), Qt.MouseButton.LeftButton)
        popup = QApplication.activePopupWidget()
        assert popup is not None
        age = next(action for action in popup.actions() if action.text() == "Age")
        age.trigger()
        assert "age" in page.list.table.hidden()
        popup.close()

    def test_in_a_small_window_there_is_no_peek(
        self, desk: DemoDesk, theme: Theme, screen: Screen, qtbot: QtBot
    ) -> None:
        page = screen(context_of(desk, theme), COMPACT)
        page.list.table.pick(2)
        assert not page.peek.isVisible()
        page.set_compact(False)
        assert page.peek.isVisible()
        page.set_compact(True)
        assert not page.peek.isVisible()


class TestTicks:
    """Several pupils at once."""

    def test_space_ticks_and_the_bar_takes_the_place_of_the_chips(
        self, page: StudentsPage, qtbot: QtBot, find: Find
    ) -> None:
        page.list.go_into_list()
        QTest.keyClick(page.list.table, Key.Key_Space)
        QTest.keyClick(page.list.table, Key.Key_Down)
        QTest.keyClick(page.list.table, Key.Key_Space)
        assert page.list.bulk.isVisible()
        assert not page.list.filters.isVisible()
        assert page.list.bulk._count.text() == "2 pupils chosen"
        assert page.escape()
        assert page.list.model.checked == set()
        assert page.list.filters.isVisible()

    def test_all_of_a_search(self, page: StudentsPage, qtbot: QtBot, screen: Screen) -> None:
        page.list.search.setText("demo")
        page.list.table.all_toggled.emit(True)
        assert len(page.list.model.checked) == page.list.model.count()
        page.list.table.all_toggled.emit(False)
        assert page.list.model.checked == set()
        page.list.table.check_toggled.emit(0)
        page.list.search.setText("")
        assert len(page.list.model.checked) == 1

    def test_very_many_are_ticked_away_from_the_screen(
        self, page: StudentsPage, screen: Screen, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("ui.students.ticks.AT_ONCE", 5)
        page.list.table.all_toggled.emit(True)
        assert page.list.model.checked == set()
        screen.settle(page)
        assert len(page.list.model.checked) == 62

    def test_a_group_moves_and_comes_back(
        self, page: StudentsPage, qtbot: QtBot, screen: Screen, desk: DemoDesk, find: Find
    ) -> None:
        here = next(one for one in page.rolls.classes() if one.name == "Grade 5 Coral")
        school = desk.desk.services.structure
        other = school.create_class(_beside(desk, here.grades[0].id))
        page.open_with(class_id=here.id)
        screen.settle(page)
        ids = {page.list.model.pupil(row).id for row in range(3)}  # type: ignore[union-attr]
        for row in range(3):
            page.list.table.check_toggled.emit(row)
        QTest.mouseClick(find("students.bulk.move"), Qt.MouseButton.LeftButton)
        dialog = QApplication.activeModalWidget()
        assert dialog is not None
        assert dialog.accessibleName() == "Move 3 pupils to another class?"
        deed = dialog.findChild(Button, "students.move.do")
        assert deed is not None
        QTest.mouseClick(deed, Qt.MouseButton.LeftButton)
        screen.settle(page)
        choice = dialog.choice  # type: ignore[attr-defined]
        assert choice.fault == "Choose a class."
        choice.set_value(str(other))
        dialog.day.line.setText("1/1/2027")  # type: ignore[attr-defined]
        dialog.day.line.editingFinished.emit()  # type: ignore[attr-defined]
        QTest.mouseClick(deed, Qt.MouseButton.LeftButton)
        screen.settle(page)
        assert "Type a date from" in dialog.day.fault  # type: ignore[attr-defined]
        assert dialog.isVisible()
        dialog.day.line.setText("5 Nov 2026")  # type: ignore[attr-defined]
        dialog.day.line.editingFinished.emit()  # type: ignore[attr-defined]
        QTest.mouseClick(deed, Qt.MouseButton.LeftButton)
        screen.settle(page)
        assert screen.told.messages[-1] == "3 pupils moved to Grade 5 Palm"
        assert page.list.model.checked == set()
        search = page.context.queries.search
        assert set(search.ids("", replace(Narrowing().filter(None), class_id=other))) == ids
        assert screen.told.undo is not None
        screen.told.undo()
        screen.settle(page)
        assert search.ids("", replace(Narrowing().filter(None), class_id=other)) == ()

    def test_pupils_of_several_grades_have_no_class_in_common(
        self, page: StudentsPage, screen: Screen
    ) -> None:
        every = frozenset(page.context.queries.search.ids())
        dialog = page.mover.ask(every)
        assert dialog is not None
        assert "several grades" in dialog.accessibleDescription()
        assert dialog.deed is not None
        assert not dialog.deed.isEnabled()
        dialog.reject()
        assert page.mover.ask(frozenset()) is None


def _beside(desk: DemoDesk, grade_id: UUID) -> NewClass:
    return NewClass(desk.school_id, desk.year.id, "Grade 5 Palm", (grade_id,))


class TestExporting:
    """The list as a file."""

    @pytest.mark.parametrize("name", ["list.xlsx", "list.csv"])
    def test_what_is_shown_is_written(
        self, page: StudentsPage, screen: Screen, tmp_path: Path, name: str
    ) -> None:
        page.list.search.setText("a")
        ids = frozenset(page.context.queries.search.ids(*page.list.question()))
        page.export.write(ids, tmp_path / name)
        screen.settle(page)
        assert len(read_table(tmp_path / name).lines) == len(ids) + 1
        assert page.export.strip.text() == f"{len(ids)} pupils written to {name}"
        close = page.export.findChild(Button, "students.export.close")
        assert close is not None
        close.click()
        assert not page.export.isVisible()

    def test_a_wrong_ending_is_said(self, page: StudentsPage, screen: Screen, tmp_path: Path) -> None:
        page.export.write(frozenset(page.context.queries.search.ids()), tmp_path / "list.docx")
        screen.settle(page)
        assert page.export.strip.text() == "Nothing was written"
        assert "one of these endings" in page.export.strip.note()

    def test_the_dialog_asks_where(
        self, page: StudentsPage, qtbot: QtBot, screen: Screen, find: Find, tmp_path: Path
    ) -> None:
        QTest.mouseClick(find("students.export"), Qt.MouseButton.LeftButton)
        screen.settle(page)
        dialog = QApplication.activeModalWidget()
        assert dialog is not None
        dialog.fileSelected.emit(str(tmp_path / "all.csv"))  # type: ignore[attr-defined]
        dialog.close()
        screen.settle(page)
        assert len(read_table(tmp_path / "all.csv").lines) == 63


class TestWhoSeesWhat:
    """Other users, empty schools."""

    def test_a_teacher_sees_own_classes_and_changes_nothing(
        self, tmp_path: Path, theme: Theme, screen: Screen, find: Find, qtbot: QtBot
    ) -> None:
        with demo_desk(tmp_path / "teacher", 62, "Teacher 03") as desk:
            page = screen(context_of(desk, theme, screen.told))
            own = {one.name for one in desk.class_infos()}
            shown = {page.list.model.pupil(row).class_name for row in range(page.list.model.count())}  # type: ignore[union-attr]
            assert shown
            assert shown <= own
            assert page.list.model.columns[0].key == "name"
            for name in ("students.add", "students.import", "students.export"):
                assert page.findChild(QPushButton, name) is None
            page.list.table.pick(0)
            assert page.peek.findChild(QPushButton, "students.peek.history") is None
            page.views.add_pupil()
            assert not page.views.showing_record()
            pupil = page.list.current()
            assert pupil is not None
            assert page.views.open_record(pupil.id)
            screen.settle(page)
            record = page.views.record()
            assert record.details.texts["given_names"].line.isReadOnly()
            assert not record.head.undo.isVisible()
            mine = set(page.context.queries.search.ids())
            stranger = next(one for one in _everybody(tmp_path) if one not in mine)
            assert not page.views.open_record(stranger)
            assert "not open to you" in screen.told.messages[-1]
            screen.settle(page)

    def test_an_empty_school_says_what_to_do(
        self, desk: DemoDesk, theme: Theme, screen: Screen, find: Find, qtbot: QtBot
    ) -> None:
        context = context_of(desk, theme)
        context.place.choose(uuid4(), desk.year, desk.term)
        page = screen(context)
        assert page.list.nobody.isVisible()
        assert page.list.nobody._empty.isVisible()
        assert not page.list._foot.isVisible()
        for name in ("students.search", "students.import", "students.add"):
            assert not page.findChild(QWidget, name).isVisible(), name  # type: ignore[union-attr]
        add = page.findChild(QPushButton, "students.empty.add")
        assert add is not None
        QTest.mouseClick(add, Qt.MouseButton.LeftButton)
        assert page.views.showing_record()
        screen.settle(page)

    def test_another_year_in_the_top_bar_narrows_to_it(
        self, page: StudentsPage, context: UiContext, screen: Screen
    ) -> None:
        past = next(one for one in context.queries.school.years() if one.code == "2025-26")
        context.place.choose(context.place.institution_id, past, None)
        assert page.list.filters.narrowing.year == (past.id, past.label)
        assert 0 < page.list.model.count() < 62
        page.views.open_record(page.list.model.pupil(0).id)  # type: ignore[union-attr]
        context.place.choose(context.place.institution_id, None, None)
        assert page.list.filters.narrowing.year is not None
        page.hide()
        context.place.choose(context.place.institution_id, past, None)
        screen.settle(page)


def _everybody(folder: Path) -> list[UUID]:
    with demo_desk(folder / "office", 62) as desk:
        return list(desk.desk.queries.search.ids())


def test_a_pupil_withdrawn_by_somebody_else_is_told(
    page: StudentsPage, context: UiContext, screen: Screen, desk: DemoDesk
) -> None:
    sitting = context.services.undo
    new = StudentService(desk.laptop.db, desk.laptop.actor, lambda: IN_TERM)
    assert sitting.can_undo() is None
    page.list.table.pick(0)
    pupil = page.list.current()
    assert pupil is not None
    new.withdraw(pupil.id, IN_TERM, "transferred", "MOVE")
    screen.settle(page)
    assert page.list.model.place_of(pupil.id) is None
