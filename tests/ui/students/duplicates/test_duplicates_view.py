"""Possible doubles on screen: found, compared, merged, parted, said to be two people; by keyboard, with Undo.

``EMIS_PICTURES=folder`` writes the views as pictures there.
"""

import os
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from emis_desktop.models import Person
from emis_desktop.rules.aliases import older
from emis_desktop.rules.likeness import Features
from tests.factories.desks import DemoDesk
from tests.ui.audit import audit
from tests.ui.students.conftest import COMPACT, WIDE, Screen, context_of
from ui.context import UiContext
from ui.students.duplicates.both import BothDialog
from ui.students.duplicates.parting import PartDialog
from ui.students.duplicates.view import MERGED, DuplicatesView
from ui.students.page import StudentsPage
from ui.students.record.doubles import Doubles
from ui.theme.theme import Theme, ThemeMode


@pytest.fixture
def two(desk: DemoDesk) -> tuple[UUID, UUID]:
    """Two records of one child, by sound; and two of another by a swapped date."""
    ids = desk.desk.queries.search.ids()
    values = (
        ("Kathryn", "Pierre", date(2014, 3, 12), "Castries"),
        ("Catherine", "Pierre", date(2014, 3, 12), "Vieux Fort"),
        ("Élodie-Ann", "Baptiste", date(2014, 5, 4), None),
        ("Elodie Ann", "Baptiste", date(2014, 4, 5), None),
    )
    with desk.laptop.db.write(desk.laptop.actor, "change_student") as session:
        for pupil, (given, family, born, place) in zip(ids[:4], values, strict=True):
            person = session.get_one(Person, pupil)
            person.given_names, person.family_name = given, family
            person.birth_date, person.birth_place = born, place
    first, second = older(ids[0], ids[1])
    return first, second


def opened(page: StudentsPage, screen: Screen) -> DuplicatesView:
    """The view, opened as the menu and the bookmark do."""
    page.open_with(duplicates=True)
    screen.settle(page)
    view = page.views.currentWidget()
    assert isinstance(view, DuplicatesView)
    return view


def dialog_of(kind: type, screen: Screen, page: StudentsPage) -> QWidget:
    screen.settle(page)
    found = [one for one in page.findChildren(QWidget) if isinstance(one, kind) and one.isVisible()]
    assert len(found) == 1
    return found[0]


def picture(page: QWidget, name: str) -> None:
    folder = os.environ.get("EMIS_PICTURES")
    if folder:
        QApplication.processEvents()
        page.grab().save(str(Path(folder) / f"{name}.png"))


def test_the_likeliest_first_and_one_record_made_by_keyboard(
    context: UiContext, screen: Screen, two: tuple[UUID, UUID], desk: DemoDesk
) -> None:
    page = screen(context)
    view = opened(page, screen)
    assert [pair.score for pair in view.report.pairs] == [75, 65]  # type: ignore[union-attr]
    view.table.setFocus()
    QTest.keyClick(view.table, Qt.Key.Key_Down)
    QTest.keyClick(view.table, Qt.Key.Key_Return)
    dialog = dialog_of(BothDialog, screen, page)
    assert isinstance(dialog, BothDialog)
    place = next(number for number, line in enumerate(dialog.lines()) if line.field == "birth_place")
    dialog.table.pick(place)
    dialog.table.setFocus()
    QTest.keyClick(dialog.table, Qt.Key.Key_Space)
    assert dialog.take == ("birth_place",)
    merge = dialog.findChild(QWidget, "duplicates.both.merge")
    assert merge is not None
    merge.setFocus()
    QTest.keyClick(merge, Qt.Key.Key_Return)
    screen.settle(page)
    kept = desk.desk.queries.students.record(two[1])
    assert (kept.id, kept.doubles) == (two[0], (two[1],))
    assert screen.told.messages[-1].endswith("is one record now")
    assert view.pairs.count() == 1
    assert view.merged.count() == 1
    assert screen.told.undo is not None
    screen.told.undo()
    screen.settle(page)
    assert (view.pairs.count(), view.merged.count()) == (2, 0)


def test_two_people_are_not_shown_again(context: UiContext, screen: Screen, two: tuple[UUID, UUID]) -> None:
    page = screen(context)
    view = opened(page, screen)
    assert len({len(two), view.pairs.count()}) == 1
    view._open_pair(1)
    dialog = dialog_of(BothDialog, screen, page)
    button = dialog.findChild(QWidget, "duplicates.both.two")
    assert button is not None
    button.click()  # type: ignore[attr-defined]
    screen.settle(page)
    view.again.click()
    screen.settle(page)
    assert [pair.score for pair in view.report.pairs] == [75]  # type: ignore[union-attr]
    assert two


def test_parted_from_the_list_of_what_was_merged(
    context: UiContext, screen: Screen, two: tuple[UUID, UUID], desk: DemoDesk
) -> None:
    desk.desk.services.merging.merge(*two)
    page = screen(context)
    view = opened(page, screen)
    view.tabs.set_value(MERGED)
    view.tabs.chosen.emit(MERGED)
    assert view.merged.row(0).double_id == two[1]
    view._open_merged(0)
    dialog = dialog_of(PartDialog, screen, page)
    assert isinstance(dialog, PartDialog)
    part = dialog.findChild(QWidget, "duplicates.part.part")
    assert part is not None
    part.click()  # type: ignore[attr-defined]
    screen.settle(page)
    assert view.merged.count() == 0
    assert desk.desk.queries.students.record(two[1]).id == two[1]


def test_not_the_same_on_a_record_is_remembered_everywhere(
    context: UiContext, screen: Screen, two: tuple[UUID, UUID], desk: DemoDesk
) -> None:
    page = screen(context)
    page.views.open_record(two[0])
    screen.settle(page)
    warning = page.findChild(Doubles)
    assert warning is not None
    record = desk.desk.queries.students.record(two[0])
    typed = Features(record.given_names, record.family_name, record.birth_date)
    warning._show(desk.desk.queries.duplicates.possible(typed, two[0]))
    warning._not_the_same()
    screen.settle(page)
    assert desk.desk.queries.duplicates.possible(typed, two[0]) == ()
    assert [pair.score for pair in desk.desk.queries.duplicates.report(lambda _done, _all: None).pairs] == [
        75
    ]


def test_nobody_and_back_to_the_list_with_escape(context: UiContext, screen: Screen, desk: DemoDesk) -> None:
    page = screen(context)
    view = opened(page, screen)
    for pair in view.report.pairs:  # type: ignore[union-attr]
        desk.desk.services.merging.two_people(pair.one.id, pair.other.id)
    view.again.click()
    screen.settle(page)
    assert view.nobody.isVisible()
    assert page.escape()
    assert page.views.currentIndex() == 0


@pytest.mark.parametrize(
    ("language", "mode", "small"),
    [("en", ThemeMode.LIGHT, False), ("fr", ThemeMode.DARK, False), ("es", ThemeMode.LIGHT, True)],
)
def test_it_looks_right(
    desk: DemoDesk,
    theme: Theme,
    screen: Screen,
    two: tuple[UUID, UUID],
    language: str,
    mode: ThemeMode,
    small: bool,
) -> None:
    theme.set_mode(mode)
    page = screen(context_of(desk, theme, screen.told, language), COMPACT if small else WIDE)
    view = opened(page, screen)
    audit(page)
    picture(page, f"duplicates-{language}-{mode.value}")
    view._open_pair(1)
    dialog = dialog_of(BothDialog, screen, page)
    audit(dialog)
    picture(dialog, f"duplicates-both-{language}-{mode.value}")
    dialog.close()
    desk.desk.services.merging.merge(*two)
    view.reader.read_merged()
    screen.settle(page)
    view.tabs.set_value(MERGED)
    view.tabs.chosen.emit(MERGED)
    picture(page, f"duplicates-merged-{language}-{mode.value}")
    view._open_merged(0)
    part = dialog_of(PartDialog, screen, page)
    audit(part)
    picture(part, f"duplicates-part-{language}-{mode.value}")
    part.close()
