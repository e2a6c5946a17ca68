"""Pupils join, leave and change places while somebody writes about one of them."""

from collections.abc import Callable
from datetime import date
from uuid import UUID

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QMenu, QPlainTextEdit
from pytestqt.qtbot import QtBot

from emis_desktop.queries.remark_table import RemarkRow
from emis_desktop.services.students import NewStudent
from tests.factories.desks import DemoDesk
from tests.ui.report_cards.conftest import CLASS, TOTAL, Screen
from tests.ui.report_cards.remarks.test_typing import TEACHER, column, typing, with_remarks
from ui.report_cards.page import ReportCardsPage
from ui.widgets.sheet.area import Cell

ROW, FIRST_TRAIT = 3, 2


@pytest.fixture
def page(screen: Screen) -> ReportCardsPage:
    """The remarks of the class, with the keyboard in the table."""
    return with_remarks(screen)


def shown(page: ReportCardsPage) -> list[UUID]:
    """The pupils in the order of the rows."""
    assert page.remarks.book is not None
    return [row.student_id for row in page.remarks.book.table.rows]


def stored(desk: DemoDesk) -> dict[UUID, RemarkRow]:
    rows = desk.desk.queries.report_cards.remarks(desk.class_id(CLASS), desk.term.id).rows
    return {row.student_id: row for row in rows}


def first_joins(desk: DemoDesk, _pupils: list[UUID]) -> None:
    infos = {one.name: one for one in desk.class_infos()}
    desk.desk.services.students.admit(
        NewStudent(
            given_names="Zed",
            family_name="Aaa",
            sex="M",
            birth_date=date(2018, 1, 1),
            institution_id=desk.school_id,
            period_id=desk.year.id,
            grade_id=infos[CLASS].grades[0].id,
            starts_on=desk.term.starts_on,
            class_id=infos[CLASS].id,
            repeater=False,
            number=None,
            fields={},
            phone=None,
            numbers={},
        )
    )


def leaves(desk: DemoDesk, pupil: UUID) -> None:
    """The pupil belongs in another class, from the day the year began."""
    other = next(one for one in desk.class_infos() if one.name != CLASS)
    desk.desk.services.students.move_to_class(pupil, other.id, desk.term.starts_on, other.grades[0].id)


def first_leaves(desk: DemoDesk, pupils: list[UUID]) -> None:
    leaves(desk, pupils[0])


def last_becomes_first(desk: DemoDesk, pupils: list[UUID]) -> None:
    desk.desk.services.students.change(pupils[-1], "family_name", "0000")


Happens = Callable[[DemoDesk, list[UUID]], None]
other_rows = pytest.mark.parametrize(
    ("happens", "rows", "row"),
    [
        (first_joins, TOTAL + 1, ROW + 1),
        (first_leaves, TOTAL - 1, ROW - 1),
        (last_becomes_first, TOTAL, ROW + 1),
    ],
)


def let(happens: Happens, page: ReportCardsPage, desk: DemoDesk, screen: Screen) -> None:
    """Have it happen elsewhere, and wait until the table shows it."""
    before = shown(page)
    happens(desk, before)
    screen.settle(page, lambda: shown(page) != before)


@other_rows
def test_a_remark_is_of_the_pupil_it_was_begun_for(
    happens: Happens, rows: int, row: int, page: ReportCardsPage, desk: DemoDesk, screen: Screen, qtbot: QtBot
) -> None:
    grid, pupil, before = page.remarks.grid, shown(page)[ROW], stored(desk)
    grid.go(Cell(ROW, TEACHER))
    qtbot.keyClicks(grid, "H")
    qtbot.keyClicks(typing(page), "alf ")
    let(happens, page, desk, screen)
    assert (grid.model().rowCount(), grid.names.count(), shown(page).index(pupil)) == (rows, rows, row)
    assert grid.current == Cell(row, TEACHER)
    qtbot.keyClicks(typing(page), "done.")
    grid.commit()
    screen.settle(page)
    after = stored(desk)
    assert after[pupil].class_teacher == "Half done."
    others = (before.keys() & after.keys()) - {pupil}
    assert {one: after[one].class_teacher for one in others} == {
        one: before[one].class_teacher for one in others
    }


@other_rows
def test_a_count_is_of_the_pupil_it_was_begun_for(
    happens: Happens, rows: int, row: int, page: ReportCardsPage, desk: DemoDesk, screen: Screen, qtbot: QtBot
) -> None:
    grid, pupil, place = page.remarks.grid, shown(page)[ROW], column(page, "possible")
    grid.go(Cell(ROW, place))
    qtbot.keyClicks(grid, "1")
    let(happens, page, desk, screen)
    assert grid.current == Cell(row, place)
    qtbot.keyClicks(typing(page), "23")
    grid.commit()
    screen.settle(page)
    assert [one for one, what in stored(desk).items() if what.days.possible == 123] == [pupil]


def test_a_text_only_looked_at_is_the_newest_one(
    page: ReportCardsPage, desk: DemoDesk, screen: Screen
) -> None:
    grid, pupil = page.remarks.grid, shown(page)[ROW]
    grid.go(Cell(ROW, TEACHER))
    grid.begin()
    desk.desk.services.remarks.set_class_teacher_remark(pupil, desk.term.id, "From the other room.")
    let(last_becomes_first, page, desk, screen)
    editor = typing(page)
    assert isinstance(editor, QPlainTextEdit)
    assert editor.toPlainText() == "From the other room."
    grid.commit()
    screen.settle(page)
    assert stored(desk)[pupil].class_teacher == "From the other room."


def test_what_is_typed_goes_with_the_pupil(
    page: ReportCardsPage, desk: DemoDesk, screen: Screen, qtbot: QtBot
) -> None:
    grid, before = page.remarks.grid, stored(desk)
    last = shown(page)[-1]
    grid.go(Cell(TOTAL - 1, TEACHER))
    qtbot.keyClicks(grid, "H")
    let(lambda desk, pupils: leaves(desk, pupils[-1]), page, desk, screen)
    assert not grid.editing()
    assert (grid.model().rowCount(), grid.current) == (TOTAL - 1, Cell(TOTAL - 2, TEACHER))
    pupil = shown(page)[-1]
    qtbot.keyClicks(grid, "N")
    qtbot.keyClicks(typing(page), "ew.")
    grid.commit()
    screen.settle(page)
    after = stored(desk)
    assert {one for one in after if after[one] != before[one]} == {pupil}
    assert after[pupil].class_teacher == "New."
    assert last not in after


def level_four(page: ReportCardsPage) -> QAction:
    """Open the menu of levels at a row: its highest."""
    grid = page.remarks.grid
    grid.go(Cell(ROW, FIRST_TRAIT))
    grid.begin()
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu.actions()[0]


@other_rows
def test_a_level_is_of_the_pupil_the_menu_was_opened_for(
    happens: Happens, rows: int, row: int, page: ReportCardsPage, desk: DemoDesk, screen: Screen
) -> None:
    assert page.remarks.book is not None
    pupil, trait = shown(page)[ROW], next(iter(page.remarks.book.table.traits))
    for one in shown(page):
        desk.desk.services.remarks.rate_conduct(one, desk.term.id, trait, 1)
    screen.settle(page)
    action = level_four(page)
    let(happens, page, desk, screen)
    action.trigger()
    screen.settle(page)
    assert [one for one, what in stored(desk).items() if what.conduct.get(trait) == 4] == [pupil]


def test_a_level_of_a_pupil_who_left_is_nobodys(
    page: ReportCardsPage, desk: DemoDesk, screen: Screen
) -> None:
    before, action = stored(desk), level_four(page)
    let(lambda desk, pupils: leaves(desk, pupils[ROW]), page, desk, screen)
    action.trigger()
    screen.settle(page)
    after = stored(desk)
    assert {one: what.conduct for one, what in after.items()} == {one: before[one].conduct for one in after}
    assert len(after) == TOTAL - 1


def test_a_level_is_not_of_another_class(page: ReportCardsPage, desk: DemoDesk, screen: Screen) -> None:
    other = next(one for one in desk.class_infos() if one.name != CLASS)
    held = desk.desk.queries.report_cards.remarks(other.id, desk.term.id)
    desk.desk.services.remarks.rate_conduct(
        held.rows[ROW].student_id, desk.term.id, next(iter(held.traits)), 1
    )
    held = desk.desk.queries.report_cards.remarks(other.id, desk.term.id)
    screen.settle(page)
    before, action = stored(desk), level_four(page)
    page.open_with(class_id=other.id)
    screen.settle(
        page, lambda: page.remarks.book is not None and page.remarks.book.table.class_id == other.id
    )
    action.trigger()
    screen.settle(page)
    assert stored(desk) == before
    assert desk.desk.queries.report_cards.remarks(other.id, desk.term.id) == held
