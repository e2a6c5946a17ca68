"""A whole class to another school in one act, as guests and back, and enrolled there at once."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from emis_desktop.exchange.handover import Handover, seal_handover
from emis_desktop.jobs.handover import read_handover
from emis_desktop.queries.transfers import TransferQueries
from emis_desktop.services.transfers import Departure, TransferService
from tests.factories.desks import DemoDesk, demo_desk
from tests.factories.moves import Movers
from tests.ui.students.conftest import PUPILS, Screen, context_of
from ui.context import UiContext
from ui.students.bulk_transfer import BACK, HOST, TransferDialog
from ui.students.page import StudentsPage
from ui.students.transfers.view import TransfersView
from ui.theme.theme import Theme
from ui.widgets.text import Text


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[DemoDesk]:
    with demo_desk(tmp_path, PUPILS) as made:
        yield made


@pytest.fixture
def movers(desk: DemoDesk) -> Movers:
    return Movers(desk)


def everywhere(desk: DemoDesk, movers: Movers, theme: Theme, screen: Screen) -> UiContext:
    """The ministry at this screen."""
    made = context_of(desk, theme, screen.told)
    transfers = TransferService(desk.laptop.db, movers.ministry, lambda: desk.today)
    return replace(
        made,
        actor=movers.ministry,
        services=replace(made.services, transfers=transfers),
        queries=replace(made.queries, transfers=TransferQueries(desk.laptop.db, movers.ministry)),
    )


def asked(page: StudentsPage, screen: Screen, many: int = 3) -> TransferDialog:
    """The dialog about some pupils of one class."""
    page.open_with(class_id=_class_with(page, many))
    screen.settle(page)
    for row in range(many):
        page.list.ticks.toggle(row)
    page.list.bulk.transfer_button.click()
    dialog = page.window().findChild(TransferDialog)
    assert dialog is not None
    return dialog


def _class_with(page: StudentsPage, many: int) -> object:
    return next(one.id for one in page.rolls.classes() if one.on_roll >= many)


def press(dialog: TransferDialog, page: StudentsPage, screen: Screen) -> None:
    assert dialog.deed is not None
    dialog.deed.click()
    screen.settle(page)
    screen.settle(page)


def test_a_class_goes_in_one_act_and_comes_back_with_undo(
    desk: DemoDesk, movers: Movers, theme: Theme, screen: Screen
) -> None:
    context = context_of(desk, theme, screen.told)
    transfers = TransferService(desk.laptop.db, desk.laptop.actor, lambda: desk.today)
    page = screen(replace(context, services=replace(context.services, transfers=transfers)))
    dialog = asked(page, screen)
    assert dialog.what.combo.count() == 2
    dialog.school.set_school(movers.palm)
    press(dialog, page, screen)
    gone = desk.desk.queries.transfers.moves(desk.school_id, date(2026, 9, 1)).gone
    assert len(gone) == 3
    assert {one.destination for one in gone} == {"Palm Demo Primary School"}
    assert not page.list.model.checked
    assert screen.told.messages[-1] == "3 pupils are off the roll"
    assert screen.told.undo is not None
    screen.told.undo()
    screen.settle(page)
    screen.settle(page)
    assert desk.desk.queries.transfers.moves(desk.school_id, date(2026, 9, 1)).gone == ()


def test_guests_after_a_storm_and_back(desk: DemoDesk, movers: Movers, theme: Theme, screen: Screen) -> None:
    page = screen(everywhere(desk, movers, theme, screen))
    dialog = asked(page, screen)
    ids = list(dialog._ids)
    dialog.what.set_value(HOST)
    press(dialog, page, screen)
    assert "takes them in" in dialog.school.fault
    dialog.school.set_school(movers.palm)
    press(dialog, page, screen)
    lines = [desk.desk.queries.students.record(one).enrolments for one in ids]
    assert {len([line for line in of if line.standing == "hosted"]) for of in lines} == {1}
    again = asked(page, screen)
    again.what.set_value(BACK)
    again.what.chosen.emit(BACK)
    assert again.school.isHidden()
    press(again, page, screen)
    lines = [desk.desk.queries.students.record(one).enrolments for one in ids]
    assert all(line.ends_on is not None for of in lines for line in of if line.standing == "hosted")


def test_all_who_were_sent_are_enrolled_at_once(
    desk: DemoDesk, movers: Movers, theme: Theme, screen: Screen
) -> None:
    pupils = [movers.admit(f"Ann {n}", "Newcomer", movers.palm) for n in range(3)]
    movers.transfers().transfer_all(pupils, Departure(desk.today, desk.school_id))
    context = context_of(desk, theme, screen.told)
    page = screen(context)
    page.open_with(transfers=True)
    screen.settle(page)
    view = page.views.currentWidget()
    assert isinstance(view, TransfersView)
    assert not view.enrol_all.isHidden()
    dialog = view.comers.ask_all(desk.desk.queries.transfers.awaited(desk.school_id))
    assert dialog is not None
    assert dialog.deed is not None
    dialog.deed.click()
    screen.settle(page)
    screen.settle(page)
    assert desk.desk.queries.transfers.awaited(desk.school_id) == ()


def test_a_pupil_goes_into_a_file_and_its_code_is_shown(
    desk: DemoDesk, theme: Theme, screen: Screen, tmp_path: Path
) -> None:
    page = screen(context_of(desk, theme, screen.told))
    screen.settle(page)
    page.list.table.pick(0)
    current = page.list.current()
    assert current is not None
    page.open_with(student_id=current.id, part="enrolment")
    screen.settle(page)
    part = page.views.record().enrolment
    assert not part.hand_over.isHidden()
    target = tmp_path / "pupil.emistransfer"
    part.hand_over.write_file(current.id, target)
    screen.settle(page)
    code = page.window().findChild(Text, "transfers.code.text")
    assert code is not None
    given = read_handover(target, code.text())
    assert (given.given_names, given.family_name) == (
        desk.desk.queries.students.record(current.id).given_names,
        desk.desk.queries.students.record(current.id).family_name,
    )


def test_a_wrong_code_is_said_beside_it_and_the_right_one_takes_the_pupil_in(
    desk: DemoDesk, theme: Theme, screen: Screen, tmp_path: Path
) -> None:
    content, code = seal_handover(
        Handover("77", "2026-11-05", "Far School", "X-1", "G5", "Ann", "Elsewhere", "F", "2016-03-12")
    )
    path = tmp_path / "in.emistransfer"
    path.write_bytes(content)
    page = screen(context_of(desk, theme, screen.told))
    page.open_with(transfers=True)
    screen.settle(page)
    view = page.views.currentWidget()
    assert isinstance(view, TransfersView)
    dialog = view.comers.ask_take_in(path)
    grade = next(one for one in page.rolls.grades() if one.code == "G5")
    dialog.where.grade.set_value(str(grade.id))
    dialog.code.set_text("AAAAA")
    assert dialog.deed is not None
    dialog.deed.click()
    screen.settle(page)
    assert dialog.code.fault
    dialog.code.set_text(code)
    dialog.deed.click()
    screen.settle(page)
    screen.settle(page)
    record = page.views.shown_record()
    assert record is not None
    assert record.scope.record is not None
    assert record.scope.record.family_name == "Elsewhere"
