"""Home on a real school: its figures, its tasks and where they lead, in every language and size."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from emis_desktop.jobs.all_jobs import jobs_of
from emis_desktop.queries.home import HomeFigures, TaskKind
from emis_desktop.services.marks import TypedMark
from resources.words import Words
from tests.factories.desks import DemoDesk, demo_desk
from tests.ui.audit import audit
from tests.ui.conftest import Told
from ui.charts.card import ChartCard
from ui.charts.heatmap import Heatmap
from ui.charts.pyramid import Pyramid
from ui.context import ChangeHub, UiContext
from ui.home.charts import short
from ui.home.page import HomePage
from ui.home.tasks import LOOKS
from ui.laptop_settings import LaptopSettings
from ui.tasks import Tasks
from ui.theme.theme import Theme, ThemeMode
from ui.widgets.button import Button
from ui.widgets.figures import HeadlineFigure
from ui.widgets.tasks import TaskList, TaskRow

PUPILS = 60
WIDE, COMPACT = QSize(1182, 688), QSize(1013, 540)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[DemoDesk]:
    with demo_desk(tmp_path, PUPILS) as made:
        yield made


def context_of(desk: DemoDesk, theme: Theme, language: str = "en") -> UiContext:
    application = QApplication.instance()
    assert application is not None
    hub = ChangeHub(application)
    desk.laptop.db.subscribe(lambda changed: hub.post(changed.tables))
    made = UiContext(
        words=Words.load(language),
        theme=theme,
        actor=desk.laptop.actor,
        services=desk.desk.services,
        queries=desk.desk.queries,
        jobs=jobs_of(desk.laptop),
        settings=LaptopSettings(desk.laptop.home, application),
        notify=Told(),
        tasks=Tasks(application),
        changes=hub,
        profile=desk.laptop.profile,
    )
    made.place.choose(desk.school_id, desk.year, desk.term)
    return made


def open_page(qtbot: QtBot, context: UiContext, size: QSize = WIDE, pupils: int = PUPILS) -> HomePage:
    page = HomePage(context)
    qtbot.addWidget(page)
    page.setLayoutDirection(
        Qt.LayoutDirection.RightToLeft if context.words.right_to_left else Qt.LayoutDirection.LeftToRight
    )
    page.set_compact(size == COMPACT)
    page.resize(size)
    page.show()
    page.opened()
    figure = page.findChild(HeadlineFigure, "home.on_roll")
    assert figure is not None
    qtbot.waitUntil(lambda: str(pupils) in figure.accessibleName(), timeout=30_000)
    qtbot.waitUntil(lambda: bool(rows_of(page)))
    QApplication.processEvents()
    return page


def rows_of(page: HomePage) -> list[TaskRow]:
    found = page.findChild(TaskList, "home.tasks")
    assert found is not None
    return [row for row in found.findChildren(TaskRow) if not row.isHidden()]


def test_figures_charts_and_tasks_are_the_schools(qtbot: QtBot, theme: Theme, desk: DemoDesk) -> None:
    page = open_page(qtbot, context_of(desk, theme))
    home = desk.desk.queries.home.home(desk.school_id, desk.term.id, desk.today, backup_days=7)
    figures = [page.findChild(HeadlineFigure, f"home.{name}") for name in ("marks_entered", "cards_ready")]
    spoken = [figure.accessibleName() for figure in figures if figure is not None]
    assert f"{home.figures.marks_entered:,}" in spoken[0]
    assert str(home.figures.cards_ready) in spoken[1]
    pyramid, heat = page.findChild(Pyramid), page.findChild(Heatmap)
    assert pyramid is not None
    assert heat is not None
    assert sum(int(row[3]) for row in pyramid.table().rows) == PUPILS
    assert [row[0] for row in heat.table().rows] == list(home.averages.grades)


def test_a_task_leads_to_its_sheet(qtbot: QtBot, theme: Theme, desk: DemoDesk) -> None:
    page = open_page(qtbot, context_of(desk, theme))
    home = desk.desk.queries.home.home(desk.school_id, desk.term.id, desk.today, backup_days=7)
    place = next(i for i, task in enumerate(home.tasks) if task.kind is TaskKind.MARKS_MISSING)
    task = home.tasks[place]
    with qtbot.waitSignal(page.leads) as led:
        rows_of(page)[place].verb.click()
    assert led.args == ["marks", {"class_id": task.class_id, "subject_id": task.subject_id}]


def test_every_kind_of_task_has_a_look() -> None:
    assert set(LOOKS) == set(TaskKind)


def test_a_mark_entered_elsewhere_changes_the_figures(qtbot: QtBot, theme: Theme, desk: DemoDesk) -> None:
    page = open_page(qtbot, context_of(desk, theme))
    before = desk.desk.queries.home.home(
        desk.school_id, desk.term.id, desk.today, backup_days=7
    ).figures.marks_entered
    (school_class, *_) = desk.class_infos()
    (subject, *_) = desk.desk.queries.school.subjects_of(school_class.id)
    sheet = desk.desk.queries.mark_sheet.sheet(school_class.id, subject.subject_id, desk.term.id)
    item = sheet.item_at(0, 0)
    assert item is not None
    desk.desk.services.marks.record_block([TypedMark(sheet.rows[0].student_id, item.id, "")])
    figure = page.findChild(HeadlineFigure, "home.marks_entered")
    assert figure is not None
    qtbot.waitUntil(lambda: f"{before - 1:,}" in figure.accessibleName(), timeout=30_000)


@pytest.mark.parametrize(("days", "told"), [(3, True), (14, False)])
def test_a_copy_is_old_after_the_days_of_the_settings(
    qtbot: QtBot, theme: Theme, desk: DemoDesk, days: int, told: bool
) -> None:
    context = context_of(desk, theme)
    made = datetime.now(UTC) - timedelta(days=5)
    context.settings.change(backup_days=days, last_backup_at=made)
    page = open_page(qtbot, context)
    (task_list,) = page.findChildren(TaskList)
    kinds = [row.verb.text() for row in rows_of(page)]
    assert ("Save a copy" in kinds) is told, task_list


@pytest.mark.parametrize("pupils", [0, 1])
@pytest.mark.parametrize("size", [WIDE, COMPACT], ids=["wide", "compact"])
def test_a_school_that_begins(qtbot: QtBot, theme: Theme, tmp_path: Path, pupils: int, size: QSize) -> None:
    with demo_desk(tmp_path, pupils) as begun:
        page = open_page(qtbot, context_of(begun, theme), size, pupils)
        assert audit(page) == []
        beginning = [row.verb.text() for row in rows_of(page)]
        assert ("Begin" in beginning) is (pupils == 0)
        charts = page.findChildren(ChartCard)
        assert any(chart.isVisible() for chart in charts) is (pupils > 0)
        bring = page.findChild(Button, "home.no_pupils.import")
        assert bring is not None
        assert bring.isVisible() is (pupils == 0)
        with qtbot.waitSignal(page.leads) as led:
            bring.click()
        assert led.args == ["students", {"bring_in": True}]


@pytest.mark.parametrize("language", ["en", "fr", "es", "xr"])
@pytest.mark.parametrize("size", [WIDE, COMPACT], ids=["wide", "compact"])
def test_a_hundred_thousand_pupils_have_room(
    qtbot: QtBot, theme: Theme, desk: DemoDesk, language: str, size: QSize
) -> None:
    context = context_of(desk, theme, language)
    page = open_page(qtbot, context, size)
    found = desk.desk.queries.home.home(desk.school_id, desk.term.id, desk.today, language, backup_days=7)
    entered, due, cards = (8_888_888, 9_999_999), date(2026, 12, 11), (88_888, 77_777, 66_666, 100_000)
    figures = HomeFigures(100_000, 50_123, 49_876, 1, *entered, due, *cards)
    pyramid = tuple(replace(row, girls=7_654, boys=7_777) for row in found.pyramid)
    tasks = tuple(replace(task, count=99_999) for task in found.tasks)
    page.show_answer(replace(found, figures=figures, pyramid=pyramid, tasks=tasks), ())
    QApplication.processEvents()
    assert audit(page) == []


def test_one_boy_is_no_boys(qtbot: QtBot, theme: Theme, desk: DemoDesk) -> None:
    page = open_page(qtbot, context_of(desk, theme))
    found = desk.desk.queries.home.home(desk.school_id, desk.term.id, desk.today, "en", backup_days=7)
    figure = page.findChild(HeadlineFigure, "home.on_roll")
    assert figure is not None
    for girls, boys, told in ((2, 1, "2 girls, 1 boy"), (1, 2, "1 girl, 2 boys")):
        page.show_answer(replace(found, figures=replace(found.figures, girls=girls, boys=boys)), ())
        assert figure.accessibleName().endswith(told)


@pytest.mark.parametrize("language", ["en", "fr", "es", "xr"])
@pytest.mark.parametrize("size", [WIDE, COMPACT], ids=["wide", "compact"])
def test_nothing_is_cut_off(qtbot: QtBot, theme: Theme, desk: DemoDesk, language: str, size: QSize) -> None:
    page = open_page(qtbot, context_of(desk, theme, language), size)
    assert audit(page) == []


def test_the_dark_theme(qtbot: QtBot, theme: Theme, desk: DemoDesk) -> None:
    theme.set_mode(ThemeMode.DARK)
    try:
        assert audit(open_page(qtbot, context_of(desk, theme))) == []
    finally:
        theme.set_mode(ThemeMode.LIGHT)


@pytest.mark.parametrize(
    ("subject", "heading"),
    [
        ("Mathematics", "Math"),
        ("Language Arts", "LA"),
        ("Health and Family Life", "HFL"),
        ("Art", "Art"),
        ("Éducation physique", "ÉP"),
        ("Français (écrit, oral)", "Fran"),
    ],
)
def test_a_subject_fits_over_a_narrow_column(subject: str, heading: str) -> None:
    assert short(subject) == heading
