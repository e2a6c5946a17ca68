"""The end of the year on screen: looked at, decided by hand, done, taken back; approvals and suspensions."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from emis_desktop.rules.policies import APPROVAL, CAPACITY, MIN_AVERAGE
from emis_desktop.rules.rights import Role, actor_of
from emis_desktop.rules.year_end import Advice
from emis_desktop.services.admission import NewStudent
from emis_desktop.services.approvals import ApprovalService
from emis_desktop.services.policies import PolicyService
from tests.factories.desks import DemoDesk, demo_desk
from tests.ui.students.conftest import COMPACT, PUPILS, Screen, context_of
from ui.context import UiContext
from ui.students.approvals.view import REFUSE, ApprovalsView
from ui.students.page import StudentsPage
from ui.students.record.subjects import SubjectsDialog
from ui.students.record.suspending import SuspendDialog
from ui.students.year_end.deciding import DecideDialog
from ui.students.year_end.view import YearEndView
from ui.theme.theme import Theme

MINISTRY = actor_of(UUID(int=9), "Officer 02", Role.MINISTRY_OFFICER)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[DemoDesk]:
    with demo_desk(tmp_path, PUPILS) as made:
        PolicyService(made.laptop.db, MINISTRY).set_policy(MIN_AVERAGE, "50")
        yield made


@pytest.fixture
def context(desk: DemoDesk, theme: Theme, screen: Screen) -> UiContext:
    return context_of(desk, theme, screen.told)


def opened(page: StudentsPage, screen: Screen) -> YearEndView:
    page.open_with(year_end=True)
    screen.settle(page)
    view = page.views.currentWidget()
    assert isinstance(view, YearEndView)
    return view


def test_every_pupil_has_a_line_with_outcome_and_reason(
    desk: DemoDesk, context: UiContext, screen: Screen
) -> None:
    page = screen(context)
    view = opened(page, screen)
    assert view.model.count() == PUPILS
    assert "next school year is not open" in view.says.text()
    view.filters.set_value("undecided")
    view.filters.chosen.emit("undecided")
    assert 0 < view.model.count() <= PUPILS
    view.search.setText("nobody at all")
    view.search.searched.emit("nobody at all")
    assert view.model.count() == 0
    assert not view.decide.isEnabled()
    page.escape()
    assert not page.views.showing_beside()


def test_a_decision_by_hand_needs_a_reason_and_is_done_and_taken_back(
    desk: DemoDesk, context: UiContext, screen: Screen
) -> None:
    page = screen(context)
    view = opened(page, screen)
    view.table.pick(0)
    first = view.model.row(0)
    view.decide.click()
    dialog = page.window().findChild(DecideDialog)
    assert dialog is not None
    dialog.outcome.set_value("promoted")
    assert dialog.deed is not None
    dialog.deed.click()
    screen.settle(page)
    assert "Say why" in dialog.because.fault
    dialog.because.set_text("Caught up in the holidays")
    dialog.deed.click()
    screen.settle(page)
    screen.settle(page)
    rows = [view.model.row(at) for at in range(view.model.count())]
    found = next(one for one in rows if one.enrolment_id == first.enrolment_id)
    assert (found.stored, found.by_hand) == (Advice.PROMOTED, True)
    asked = view.runner.ask_run(view._found)
    assert asked is None  # decided by hand already, and nobody else is decided before the marks are in
    record = desk.desk.queries.students.record(first.student_id)
    assert record.enrolments[0].outcome == "promoted"


def test_it_fits_a_small_window(context: UiContext, screen: Screen) -> None:
    page = screen(context, COMPACT)
    view = opened(page, screen)
    assert view.search.isHidden()
    assert view.table.isVisible()


def test_admissions_that_wait_are_approved_and_refused(desk: DemoDesk, theme: Theme, screen: Screen) -> None:
    PolicyService(desk.laptop.db, MINISTRY).set_policy(APPROVAL, "principal")
    grade = next(one for one in desk.desk.queries.school.grades(desk.year.id) if one.code == "G5")
    context = context_of(desk, theme, screen.told)

    for name in ("Ann", "Bea"):
        context.services.students.admit(
            NewStudent(
                given_names=name,
                family_name="Newcomer",
                sex="F",
                birth_date=date(2016, 3, 12),
                institution_id=desk.school_id,
                period_id=desk.year.id,
                grade_id=grade.id,
                starts_on=date(2026, 9, 7),
            )
        )
    principal = actor_of(desk.laptop.actor.user_id, "Principal", Role.PRINCIPAL, desk.school_id)
    queries = replace(context.queries, admissions=type(context.queries.admissions)(desk.laptop.db, principal))
    approvals = ApprovalService(desk.laptop.db, principal, lambda: desk.today)
    context = replace(context, queries=queries, services=replace(context.services, approvals=approvals))
    page = screen(context)
    page.open_with(approvals=True)
    screen.settle(page)
    view = page.views.currentWidget()
    assert isinstance(view, ApprovalsView)
    rows = view.mine.rows()
    assert len(rows) == 2
    dialog = view.ask_one(next(iter(view._waiting)))
    dialog.choice.set_value(REFUSE)
    dialog.choice.chosen.emit(REFUSE)
    assert dialog.because.isVisibleTo(dialog)
    dialog.because.set_text("Lives in another district")
    assert dialog.deed is not None
    dialog.deed.click()
    screen.settle(page)
    screen.settle(page)
    assert len(view.mine.rows()) == 1
    everybody = view.ask_all()
    assert everybody is not None
    assert everybody.deed is not None
    everybody.deed.click()
    screen.settle(page)
    screen.settle(page)
    assert view.mine.rows() == []
    assert not view.all.isEnabled()


def test_a_pupil_is_suspended_on_the_record(desk: DemoDesk, context: UiContext, screen: Screen) -> None:
    page = screen(context)
    screen.settle(page)
    page.list.table.pick(0)
    current = page.list.current()
    assert current is not None
    student = current.id
    page.open_with(student_id=student, part="enrolment")
    screen.settle(page)
    part = page.views.record().enrolment
    part.suspend.click()
    dialog = page.window().findChild(SuspendDialog)
    assert dialog is not None
    dialog.last.set_value(date(2026, 11, 9))
    dialog.cause.set_value("FIGHT")
    assert dialog.deed is not None
    dialog.deed.click()
    screen.settle(page)
    screen.settle(page)
    assert part.suspensions.isVisibleTo(part)
    (line,) = desk.desk.queries.suspensions.of(student)
    assert (line.reason, line.ends_on) == ("FIGHT", date(2026, 11, 9))


def test_a_full_class_asks_for_a_reason_in_the_dialog(
    desk: DemoDesk, context: UiContext, screen: Screen
) -> None:
    PolicyService(desk.laptop.db, MINISTRY).set_policy(CAPACITY, "1")
    page = screen(context)
    screen.settle(page)
    page.list.table.pick(0)
    current = page.list.current()
    assert current is not None
    page.open_with(student_id=current.id, part="enrolment")
    screen.settle(page)
    dialog = page.views.record().enrolment.ask_move()
    assert dialog is not None
    dialog.choice.set_value(next(iter(dialog._classes)))
    assert dialog.deed is not None
    dialog.deed.click()
    screen.settle(page)
    assert dialog.override is not None
    assert "To do it all the same" in dialog.override.fault
    QTest.keyClicks(dialog.override.line, "Brother there")
    wanted = dialog._classes[dialog.choice.value()].id
    QTest.keyClick(dialog.override.line, Qt.Key.Key_Return)
    screen.settle(page)
    assert desk.desk.queries.students.record(current.id).enrolments[0].class_id == wanted


def test_a_pupil_is_let_off_a_subject_on_the_record(
    desk: DemoDesk, context: UiContext, screen: Screen
) -> None:
    page = screen(context)
    screen.settle(page)
    page.list.table.pick(0)
    current = page.list.current()
    assert current is not None
    page.open_with(student_id=current.id, part="enrolment")
    screen.settle(page)
    page.views.record().enrolment.subjects.click()
    screen.settle(page)
    dialog = page.window().findChild(SubjectsDialog)
    assert dialog is not None
    subject, field = next(iter(dialog.fields.items()))
    assert field.value() == "yes"
    field.set_value("no")
    field.chosen.emit("no")
    screen.settle(page)
    enrolment = desk.desk.queries.students.record(current.id).enrolments[0].id
    found = {one.subject_id: one for one in desk.desk.queries.pupil_subjects.of(enrolment)}
    assert (found[subject].taken, found[subject].own, found[subject].block) == (False, True, False)
    field.chosen.emit("yes")
    screen.settle(page)
    found = {one.subject_id: one for one in desk.desk.queries.pupil_subjects.of(enrolment)}
    assert (found[subject].taken, found[subject].own) == (True, False)
