"""The page as it looks in three languages and from right to left, in two themes and sizes, full and empty.

With ``EMIS_PICTURES=folder`` the pictures are written there.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from emis_desktop.services.remarks import RemarkService
from tests.factories.desks import DemoDesk, demo_desk
from tests.ui.audit import WindowWatch, audit
from tests.ui.report_cards.conftest import CLASS, COMPACT, PUPILS, WIDE, Screen
from tests.ui.report_cards.test_issuing import asked, issue
from ui.report_cards.head import REMARKS
from ui.report_cards.page import ReportCardsPage
from ui.theme.theme import Theme, ThemeMode

LANGUAGES = ("en", "fr", "es", "xr")


def picture(widget: QWidget, name: str) -> None:
    """Keep what is seen, when somebody wants to look."""
    folder = os.environ.get("EMIS_PICTURES")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        widget.grab().save(str(Path(folder) / f"{name}.png"))


def look(widget: QWidget, name: str, theme: Theme) -> list[str]:
    """What is wrong with it in the light and in the dark."""
    room = WIDE if widget.width() > COMPACT.width() else COMPACT
    faults = audit(widget, room)
    picture(widget, f"{name}-light")
    theme.set_mode(ThemeMode.DARK)
    try:
        QApplication.processEvents()
        faults += [f"dark: {fault}" for fault in audit(widget, room)]
        picture(widget, f"{name}-dark")
    finally:
        theme.set_mode(ThemeMode.LIGHT)
    return faults


def size_name(size: QSize) -> str:
    return "compact" if size == COMPACT else "wide"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", [WIDE, COMPACT], ids=size_name)
def test_nothing_is_cut_off(
    screen: Screen, desk: DemoDesk, theme: Theme, tmp_path: Path, language: str, size: QSize
) -> None:
    page = screen.open(language, size)
    name = f"cards-{language}-{size_name(size)}"
    faults = look(page, name, theme)
    page.list.show_tab("incomplete")
    screen.settle(page)
    faults += look(page, f"{name}-incomplete", theme)
    issue(screen, page, tmp_path / "class.pdf")
    faults += look(page, f"{name}-issued", theme)
    card = next(row.issued for row in shown(page) if row.issued is not None)
    words = RemarkService(desk.laptop.db, desk.laptop.actor)
    words.set_class_teacher_remark(card.student_id, desk.term.id, "Another remark than the one before.")
    screen.settle(page, page.bar.issue.isEnabled)
    page.list.choose(card.student_id)
    screen.settle(page)
    faults += look(page, f"{name}-changed", theme)
    page.list.strip.start("Saving one PDF", page.words.tr("Cancel leaves no file behind."))
    page.list.strip.advance(12, 31, page.words.tr("card"))
    faults += look(page, f"{name}-strip", theme)
    page.list.strip.close_strip()
    page.journey.show_view(REMARKS)
    screen.settle(page, lambda: page.remarks.book is not None)
    faults += look(page, f"remarks-{language}-{size_name(size)}", theme)
    page.remarks.grid.begin()
    faults += look(page, f"remarks-{language}-{size_name(size)}-typing", theme)
    page.remarks.grid.cancel()
    assert not faults, "\n".join(faults)


def shown(page: ReportCardsPage) -> tuple[object, ...]:
    cards = page.list.cards()
    assert cards is not None
    return cards.rows


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_question_is_all_there(
    screen: Screen, theme: Theme, qtbot: QtBot, tmp_path: Path, language: str
) -> None:
    page = screen.open(language)
    dialog = asked(page, tmp_path / ("a folder with a long name " * 6) / "class.pdf")
    qtbot.waitUntil(dialog.isVisible)
    assert look(dialog, f"issue-{language}", theme) == []
    dialog.reject()


@pytest.mark.parametrize("language", LANGUAGES)
def test_empty_places(screen: Screen, desk: DemoDesk, theme: Theme, language: str) -> None:
    page = screen.open(language, COMPACT)
    place = screen.context.place
    later = desk.desk.queries.school.terms(desk.year.id)[1]
    faults = []
    for name, term in (("no-marks", later), ("no-year", None)):
        place.choose(place.institution_id, desk.year if term is not None else None, term)
        screen.settle(page, lambda: page.stack.currentWidget() is page.vacant)
        faults += look(page, f"empty-{language}-{name}", theme)
    page.list.strip.hide()
    assert not faults, "\n".join(faults)


def test_nothing_flashes_up(screen: Screen, qapp: QApplication) -> None:
    page = screen.open()
    watch = WindowWatch(qapp)
    page.journey.show_view(REMARKS)
    screen.settle(page, lambda: page.remarks.book is not None)
    page.journey.show_view("cards")
    screen.settle(page)
    page.list.show_tab("issued")
    page.list.show_tab("all")
    screen.settle(page)
    assert watch.stop() == []


@pytest.fixture
def taught(tmp_path: Path) -> Iterator[DemoDesk]:
    """The class teacher of the class is signed in."""
    with demo_desk(tmp_path / "finding", PUPILS) as office:
        teacher = next(one.teacher for one in office.classes if one.name == CLASS)
    with demo_desk(tmp_path / "teaching", PUPILS, teacher) as made:
        yield made


def test_as_a_teacher(taught: DemoDesk, qtbot: QtBot, theme: Theme) -> None:
    screen = Screen(qtbot, taught, theme)
    page = screen.open(school_class="")
    faults = look(page, "teacher-cards", theme)
    page.journey.show_view(REMARKS)
    screen.settle(page, lambda: page.remarks.book is not None)
    faults += look(page, "teacher-remarks", theme)
    assert not faults, "\n".join(faults)
