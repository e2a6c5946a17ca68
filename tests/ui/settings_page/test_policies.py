"""Policies in Settings: read by the school, set by the ministry, for every grade or one."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from emis_desktop.queries.policies import PolicyQueries
from emis_desktop.rules.policies import CAPACITY, MIN_AVERAGE, OLDER, SESSIONS, YOUNGER, Policy
from emis_desktop.rules.rights import Role, actor_of
from emis_desktop.services.policies import PolicyService
from tests.factories.desks import DemoDesk, demo_desk
from tests.ui.students.conftest import context_of
from ui.context import UiContext
from ui.settings_page.policies import PoliciesSection
from ui.theme.theme import Theme
from ui.widgets.fields import ChoiceField, TextField
from ui.work_queue import WorkQueue

MINISTRY = actor_of(UUID(int=9), "Officer 02", Role.MINISTRY_OFFICER)
Shown = Callable[[UiContext], PoliciesSection]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[DemoDesk]:
    with demo_desk(tmp_path, 12) as made:
        yield made


def ministry(desk: DemoDesk, theme: Theme) -> UiContext:
    made, db = context_of(desk, theme), desk.laptop.db
    return replace(
        made,
        actor=MINISTRY,
        queries=replace(made.queries, policies=PolicyQueries(db, MINISTRY)),
        services=replace(made.services, policies=PolicyService(db, MINISTRY)),
    )


@pytest.fixture
def show(qtbot: QtBot) -> Shown:
    def shown(context: UiContext) -> PoliciesSection:
        queue = WorkQueue()
        section = PoliciesSection(context, queue)
        qtbot.addWidget(section)
        section.resize(1100, 700)
        section.show()
        section.refresh()
        qtbot.waitUntil(lambda: section.grade.combo.count() > 1)
        section._queue_kept = queue  # type: ignore[attr-defined]
        return section

    return shown


def line(section: PoliciesSection, policy: Policy) -> TextField:
    found = section._fields[policy.name]
    assert isinstance(found, TextField)
    return found


def kept(desk: DemoDesk, policy: Policy, grade: str = "") -> object:
    return PolicyQueries(desk.laptop.db, MINISTRY).policies(desk.school_id).value(policy, grade)


def type_in(field: TextField, text: str) -> None:
    field.line.clear()
    QTest.keyClicks(field.line, text)
    field.commit()


def test_the_ministry_sets_for_every_grade_and_for_one(
    desk: DemoDesk, theme: Theme, show: Shown, qtbot: QtBot
) -> None:
    section = show(ministry(desk, theme))
    assert line(section, OLDER).text() == "3"
    type_in(line(section, OLDER), "2")
    qtbot.waitUntil(lambda: kept(desk, OLDER) == 2)
    section.grade.set_value("G5")
    section.grade.chosen.emit("G5")
    assert not line(section, YOUNGER).isHidden()
    assert section._fields[SESSIONS.name].isHidden()
    type_in(line(section, YOUNGER), "0")
    qtbot.waitUntil(lambda: kept(desk, YOUNGER, "G5") == 0)
    assert kept(desk, YOUNGER) == 1
    type_in(line(section, MIN_AVERAGE), "101")
    qtbot.waitUntil(lambda: bool(line(section, MIN_AVERAGE).fault))
    assert kept(desk, MIN_AVERAGE, "G5") is None


def test_a_school_reads_what_the_ministry_sets_and_sets_its_own(
    desk: DemoDesk, theme: Theme, show: Shown, qtbot: QtBot
) -> None:
    PolicyService(desk.laptop.db, MINISTRY).set_policy(OLDER, "5")
    section = show(context_of(desk, theme))
    assert line(section, OLDER).text() == "5"
    assert line(section, OLDER).line.isReadOnly()
    assert not line(section, CAPACITY).line.isReadOnly()
    type_in(line(section, CAPACITY), "20")
    qtbot.waitUntil(lambda: kept(desk, CAPACITY) == 20)
    approval = section._fields["approval"]
    assert isinstance(approval, ChoiceField)
    assert not approval.isEnabled()
