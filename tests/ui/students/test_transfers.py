"""Transfers on screen: a pupil goes, comes, is asked for; by keyboard, with Undo."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from emis_desktop.queries.transfers import Moves
from emis_desktop.services.transfers import TransferService
from tests.factories.desks import DemoDesk, demo_desk
from tests.factories.moves import LONG_SCHOOL, Movers
from tests.ui.students.conftest import COMPACT, PUPILS, Screen, context_of
from tests.ui.students.forms import type_into
from ui.context import UiContext
from ui.students.page import StudentsPage
from ui.students.record.leaving import DestinationDialog, WithdrawDialog
from ui.students.transfers.button import TransfersButton
from ui.students.transfers.cards import STEP, MoveCard
from ui.students.transfers.enrolling import EnrolDialog
from ui.students.transfers.finding import FindDialog
from ui.students.transfers.view import TransfersView
from ui.theme.theme import Theme


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[DemoDesk]:
    with demo_desk(tmp_path, PUPILS) as made:
        yield made


@pytest.fixture
def movers(desk: DemoDesk) -> Movers:
    return Movers(desk)


@pytest.fixture
def context(desk: DemoDesk, movers: Movers, theme: Theme, screen: Screen) -> UiContext:
    made = context_of(desk, theme, screen.told)
    transfers = TransferService(desk.laptop.db, desk.laptop.actor, lambda: desk.today)
    return replace(made, services=replace(made.services, transfers=transfers))


def moves(desk: DemoDesk) -> Moves:
    return desk.desk.queries.transfers.moves(desk.school_id, date(2026, 9, 1))


def transfers(page: StudentsPage, screen: Screen) -> TransfersView:
    """The transfers, opened with the button."""
    button = page.findChild(TransfersButton)
    assert button is not None
    button.click()
    screen.settle(page)
    view = page.views.currentWidget()
    assert isinstance(view, TransfersView)
    return view


def shown(card: MoveCard) -> list[str]:
    return [line.verb.accessibleName() for line in card.rows()]


def some_pupil(desk: DemoDesk, number: int = 3) -> UUID:
    return desk.desk.queries.search.ids()[number]


def press(screen: Screen, dialog: FindDialog | EnrolDialog) -> None:
    """Enter, in the field that has the focus."""
    screen.qtbot.waitUntil(lambda: dialog.isAncestorOf(QApplication.focusWidget()), timeout=20_000)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)


def take_back(screen: Screen) -> None:
    """Undo in the toast."""
    assert screen.told.undo is not None
    screen.told.undo()


class TestGoing:
    """Withdraw, to another school."""

    def withdraw(self, page: StudentsPage, pupil: UUID, screen: Screen) -> WithdrawDialog:
        page.views.open_record(pupil, "enrolment")
        screen.settle(page)
        dialog = page.views.record().enrolment.ask_withdraw()
        assert dialog is not None
        screen.qtbot.waitUntil(dialog.isActiveWindow, timeout=20_000)
        return dialog

    def test_the_school_is_asked_for_only_of_a_transfer(
        self, context: UiContext, screen: Screen, desk: DemoDesk
    ) -> None:
        page = screen(context)
        dialog = self.withdraw(page, some_pupil(desk), screen)
        assert not dialog.school.isVisible()
        dialog.reason.set_value("TRN_DOM")
        dialog.reason.chosen.emit("TRN_DOM")
        assert dialog.school.isVisible()
        dialog.reason.set_value("DEC")
        dialog.reason.chosen.emit("DEC")
        assert not dialog.school.isVisible()
        dialog.reject()

    @pytest.mark.parametrize("typed", ["D-0108", "d-0108", "palm demo", "Palm Demo Primary School, D-0108"])
    def test_a_pupil_goes_to_a_school_named_by_name_or_code_and_undo_brings_back(
        self, context: UiContext, screen: Screen, desk: DemoDesk, typed: str
    ) -> None:
        page, pupil = screen(context), some_pupil(desk)
        dialog = self.withdraw(page, pupil, screen)
        dialog.reason.set_value("TRN_DOM")
        dialog.reason.chosen.emit("TRN_DOM")
        type_into(dialog.school, typed)
        assert dialog.deed is not None
        dialog.deed.click()
        screen.settle(page)
        line = desk.desk.queries.students.record(pupil).enrolments[0]
        assert (line.exit, line.destination) == ("transferred", "Palm Demo Primary School")
        assert screen.told.messages[-1].endswith("is off the roll and sent to Palm Demo Primary School")
        take_back(screen)
        screen.settle(page)
        assert desk.desk.queries.students.record(pupil).current is not None

    def test_a_school_nobody_knows_is_told_beside_the_field_and_what_was_typed_stays(
        self, context: UiContext, screen: Screen, desk: DemoDesk
    ) -> None:
        page, pupil = screen(context), some_pupil(desk)
        dialog = self.withdraw(page, pupil, screen)
        dialog.reason.set_value("TRN_DOM")
        dialog.reason.chosen.emit("TRN_DOM")
        type_into(dialog.school, "Atlantis")
        assert dialog.school.fault.startswith("No school of the country is called that")
        assert dialog.deed is not None
        dialog.deed.click()
        screen.settle(page)
        assert dialog.isVisible()
        assert dialog.school.text() == "Atlantis"
        assert desk.desk.queries.students.record(pupil).current is not None
        dialog.school.line.setText("school")
        dialog.school.commit()
        assert dialog.school.fault.startswith("Several schools are called that")
        dialog.reject()

    def test_schools_are_offered_while_one_is_typed(
        self, context: UiContext, screen: Screen, desk: DemoDesk
    ) -> None:
        dialog = self.withdraw(screen(context), some_pupil(desk), screen)
        completer = dialog.school.line.completer()
        assert completer is not None
        completer.setCompletionPrefix("demo primary")
        assert completer.completionCount() == 1
        completer.setCompletionPrefix("school")
        assert completer.completionCount() == 2
        dialog.reject()

    def test_where_to_may_be_said_later(self, context: UiContext, screen: Screen, desk: DemoDesk) -> None:
        page, pupil = screen(context), some_pupil(desk)
        dialog = self.withdraw(page, pupil, screen)
        dialog.reason.set_value("TRN_DOM")
        dialog.reason.chosen.emit("TRN_DOM")
        assert dialog.deed is not None
        dialog.deed.click()
        screen.settle(page)
        view = transfers(page, screen)
        assert [one.destination for one in moves(desk).gone] == [""]
        view.gone.rows()[0].verb.click()
        screen.settle(page)
        part = page.views.record().enrolment
        assert part.where.isVisible()
        assert part.model.index(0, 6).data() == "Transferred to another school in the country"
        later = view.window().findChild(DestinationDialog)
        assert later is not None, "the verb asks at once"
        screen.qtbot.waitUntil(later.isActiveWindow, timeout=20_000)
        type_into(later.school, "windward")
        assert later.deed is not None
        later.deed.click()
        screen.settle(page)
        assert [one.destination for one in moves(desk).gone] == [LONG_SCHOOL]
        assert part.model.index(0, 6).data() == f"Transferred to {LONG_SCHOOL}"
        view = transfers(page, screen)
        view.gone.rows()[0].verb.click()
        screen.settle(page)
        assert page.views.showing_record()
        assert not [one for one in view.window().findChildren(DestinationDialog) if one.isVisible()]


class TestComing:
    """A pupil of another school."""

    def test_who_was_sent_here_is_counted_listed_and_enrolled_by_keyboard(
        self, context: UiContext, screen: Screen, desk: DemoDesk, movers: Movers
    ) -> None:
        page = screen(context)
        screen.settle(page)
        pupil = movers.sent_here("Zoë", "Pupil 9001")
        button = page.findChild(TransfersButton)
        assert button is not None
        screen.qtbot.waitUntil(lambda: button.text() == "Transfers 1", timeout=20_000)
        view = transfers(page, screen)
        assert shown(view.awaited) == ["Enrol…: Zoë Pupil 9001"]
        view.awaited.rows()[0].verb.setFocus()
        QTest.keyClick(view.awaited.rows()[0].verb, Qt.Key.Key_Space)
        dialog = page.findChild(EnrolDialog) or view.window().findChild(EnrolDialog)
        assert isinstance(dialog, EnrolDialog)
        dialog.where.day.setFocus()
        press(screen, dialog)
        screen.settle(page)
        screen.qtbot.waitUntil(lambda: shown(view.awaited) == [], timeout=20_000)
        record = desk.desk.queries.students.record(pupil)
        assert record.current is not None
        assert record.current.institution_id == desk.school_id
        assert screen.told.messages[-1] == "Zoë Pupil 9001 is on the roll"
        take_back(screen)
        screen.settle(page)
        screen.qtbot.waitUntil(lambda: len(shown(view.awaited)) == 1, timeout=20_000)

    def test_a_pupil_is_found_by_number_or_by_name_and_day(
        self, context: UiContext, screen: Screen, desk: DemoDesk, movers: Movers
    ) -> None:
        pupil = movers.sent_here("Zoë-Ann", "Pupil 9001")
        number = desk.desk.queries.transfers.awaited(desk.school_id)[0].number
        assert number is not None
        view = transfers(screen(context), screen)
        for typed, born in ((number, ""), ("pupil 9001 zoe", "12/03/2016")):
            dialog = view.ask_find()
            picked: list[UUID] = []
            dialog.picked.disconnect()
            dialog.picked.connect(lambda found, into=picked: into.append(found.person_id))
            dialog.who.line.setText(typed)
            if born:
                dialog.born.line.setText(born)
            dialog.who.setFocus()
            press(screen, dialog)
            screen.qtbot.waitUntil(lambda made=dialog: bool(made._rows), timeout=20_000)
            dialog._rows[0].verb.click()
            assert picked == [pupil]

    def test_a_name_alone_asks_for_the_day_and_nobody_is_told_with_what_to_do(
        self, context: UiContext, screen: Screen
    ) -> None:
        view = transfers(screen(context), screen)
        dialog = view.ask_find()
        press(screen, dialog)
        assert dialog.who.fault == "Type the number or the name."
        dialog.who.line.setText("Nobody Atall")
        press(screen, dialog)
        screen.qtbot.waitUntil(lambda: bool(dialog.born.fault), timeout=20_000)
        dialog.born.line.setText("12/03/2016")
        press(screen, dialog)
        screen.qtbot.waitUntil(dialog.says.isVisible, timeout=20_000)
        assert dialog.says.text().startswith("Nobody like that has come to this laptop yet.")
        asked: list[bool] = []
        view.new_asked.connect(lambda: asked.append(True))
        dialog.new.click()
        assert asked == [True]

    def test_who_is_here_already_is_opened(self, context: UiContext, screen: Screen, desk: DemoDesk) -> None:
        pupil = some_pupil(desk)
        number = desk.desk.queries.students.record(pupil).number
        assert number is not None
        page = screen(context)
        view = transfers(page, screen)
        dialog = view.ask_find()
        dialog.who.line.setText(number)
        press(screen, dialog)
        screen.qtbot.waitUntil(lambda: bool(dialog._rows), timeout=20_000)
        assert dialog._rows[0].verb.text() == "Open the record"
        dialog._rows[0].verb.click()
        screen.settle(page)
        assert page.views.record().scope.student_id == pupil

    def test_many_come_a_step_at_a_time(self, context: UiContext, screen: Screen, movers: Movers) -> None:
        for number in range(STEP + 3):
            movers.sent_here("Zoë", f"Pupil {9000 + number}")
        view = transfers(screen(context, COMPACT), screen)
        assert len(view.awaited.rows()) == STEP
        view.awaited._more.click()
        assert len(view.awaited.rows()) == STEP + 3
        assert view.awaited.rows()[STEP].verb.hasFocus()


class TestAsked:
    """Two records that may be one pupil."""

    def test_another_school_asks_and_the_pupil_is_sent_there(
        self, context: UiContext, screen: Screen, desk: DemoDesk, movers: Movers
    ) -> None:
        mine = some_pupil(desk)
        movers.doubled(movers.admit("Zoë", "Pupil 9001", movers.palm), mine, movers.palm, "number")
        page = screen(context)
        view = transfers(page, screen)
        (asked,) = moves(desk).asked
        assert (asked.person_id, asked.school) == (mine, "Palm Demo Primary School")
        dialog = view.ask_about(asked)
        assert "Palm Demo Primary School" in dialog.windowTitle()
        dialog._say("send")
        screen.settle(page)
        withdraw = view.window().findChild(WithdrawDialog)
        assert isinstance(withdraw, WithdrawDialog)
        assert withdraw.school.isVisible()
        assert withdraw.school.text() == "Palm Demo Primary School, D-0108"
        assert withdraw.deed is not None
        withdraw.deed.click()
        screen.settle(page)
        assert moves(desk).asked == ()
        assert desk.desk.queries.students.record(mine).enrolments[0].destination == "Palm Demo Primary School"

    def test_another_pupil_is_said_to_be_another_and_undo_asks_again(
        self, context: UiContext, screen: Screen, desk: DemoDesk, movers: Movers
    ) -> None:
        movers.doubled(movers.admit("Zoë", "Pupil 9001", movers.palm), some_pupil(desk), movers.palm)
        page = screen(context)
        view = transfers(page, screen)
        view.ask_about(moves(desk).asked[0])._say("other")
        screen.settle(page)
        screen.qtbot.waitUntil(lambda: shown(view.asked) == [], timeout=20_000)
        take_back(screen)
        screen.settle(page)
        screen.qtbot.waitUntil(lambda: len(shown(view.asked)) == 1, timeout=20_000)

    def test_who_was_admitted_here_waits_until_the_record_comes(
        self, context: UiContext, screen: Screen, desk: DemoDesk, movers: Movers
    ) -> None:
        there = movers.admit("Zoë", "Pupil 9001", movers.palm)
        here = movers.admit("Zoe", "Pupil 9001", desk.school_id)
        movers.doubled(here, there, desk.school_id)
        page = screen(context)
        view = transfers(page, screen)
        assert shown(view.waiting) == ["Open: Zoe Pupil 9001"]
        movers.gone(there, desk.school_id)
        screen.qtbot.waitUntil(lambda: shown(view.waiting) == ["Decide: Zoe Pupil 9001"], timeout=20_000)
        led: list[str] = []
        page.leads.connect(lambda key, _arguments: led.append(key))
        view.waiting.rows()[0].verb.click()
        assert led == ["sync"]


def test_escape_leads_back_and_the_place_is_remembered(context: UiContext, screen: Screen) -> None:
    page = screen(context)
    transfers(page, screen)
    assert page.bookmark() == {"transfers": True}
    assert page.escape()
    assert not page.views.showing_transfers()
    page.open_with(transfers=True)
    assert page.views.showing_transfers()


def test_a_teacher_is_not_offered_transfers(
    desk: DemoDesk, theme: Theme, screen: Screen, tmp_path: Path
) -> None:
    with demo_desk(tmp_path / "teacher", PUPILS, "Teacher 01") as mine:
        page = screen(context_of(mine, theme, screen.told))
        assert page.findChild(TransfersButton) is None
        page.open_with(transfers=True)
        assert not page.views.showing_transfers()
        screen.settle(page)
