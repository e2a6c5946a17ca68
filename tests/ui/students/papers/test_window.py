"""Papers on the screen: the menus, the window with the real PDF, saving, and how all of it looks."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from emis_desktop.jobs.print_students import PaperOrder
from emis_desktop.queries.search import StudentFilter
from emis_desktop.rules.papers import PaperKind
from resources.words import Words
from tests.factories.desks import DemoDesk, demo_desk
from tests.helpers.pdfs import Paper
from tests.ui.audit import audit
from tests.ui.students.conftest import COMPACT, WIDE, Screen, context_of
from ui.context import UiContext
from ui.students.page import StudentsPage
from ui.students.papers.menu import PaperMenu
from ui.students.papers.window import PaperDialog
from ui.theme.theme import Theme, ThemeMode

LOOKS = [("en", ThemeMode.LIGHT), ("fr", ThemeMode.DARK), ("es", ThemeMode.LIGHT), ("xr", ThemeMode.DARK)]


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoDesk]:
    """One store for every test here: none changes what another looks at."""
    with demo_desk(tmp_path_factory.mktemp("papers"), 62) as desk:
        yield desk


@pytest.fixture
def context(shared: DemoDesk, theme: Theme, screen: Screen) -> UiContext:
    return context_of(shared, theme, screen.told)


def dialog_of(page: StudentsPage) -> PaperDialog:
    """The window that is open."""
    found = [
        one for one in QApplication.topLevelWidgets() if isinstance(one, PaperDialog) and one.isVisible()
    ]
    assert len(found) == 1
    return found[0]


def drawn(screen: Screen, page: StudentsPage, dialog: PaperDialog) -> None:
    """Wait until the paper is drawn."""
    screen.qtbot.waitUntil(lambda: bool(dialog.paper.pages()), timeout=20_000)
    screen.settle(page)


def choose(page: QWidget, name: str, kind: PaperKind) -> None:
    """Choose a paper in a menu, as a person does."""
    menu = page.findChild(PaperMenu, name)
    assert menu is not None
    (action,) = [one for one in menu.choices.actions() if one.data() == kind.value]
    action.trigger()


def test_the_record_offers_its_papers_and_shows_the_real_one(
    context: UiContext, screen: Screen, shared: DemoDesk
) -> None:
    page = screen(context)
    page.views.open_record(shared.desk.queries.search.ids()[0])
    screen.settle(page)
    choose(page, "student.print", PaperKind.TRANSCRIPT)
    dialog = dialog_of(page)
    drawn(screen, page, dialog)
    assert dialog.paper.pages()[0].width == pytest.approx(595.28, abs=0.1)
    assert dialog.save.isEnabled()
    assert dialog.file_words()[0] == "Transcript"
    dialog.close()


def test_another_language_draws_another_paper(context: UiContext, screen: Screen, shared: DemoDesk) -> None:
    page = screen(context)
    choose(page, "students.print", PaperKind.CLASS_LIST)
    dialog = dialog_of(page)
    drawn(screen, page, dialog)
    seen: list[PaperOrder] = []
    jobs = context.jobs.papers
    before = jobs.draw
    assert dialog.choices.order().class_ids is None
    first = dialog.choices.scope
    assert first is not None
    first.combo.setCurrentIndex(2)
    dialog.choices.language.combo.setCurrentIndex(1)
    first.chosen.emit(first.value())
    screen.settle(page)
    seen.append(dialog.choices.order())
    assert seen[0].language == "fr"
    assert seen[0].class_ids is not None
    with Paper(before(seen[0]).content) as paper:
        assert paper.pages == 1
        assert "Liste de la classe" in paper.text() or "Liste de classe" in paper.text()
    dialog.close()


def test_saving_writes_the_file_and_leaves_an_act(
    context: UiContext, screen: Screen, shared: DemoDesk, tmp_path: Path
) -> None:
    page = screen(context)
    choose(page, "students.print", PaperKind.EMERGENCY)
    dialog = dialog_of(page)
    drawn(screen, page, dialog)
    target = tmp_path / "roll.pdf"
    dialog.copies.save_paper(dialog.choices.order(), target)
    screen.qtbot.waitUntil(target.is_file, timeout=20_000)
    screen.settle(page)
    with Paper(target.read_bytes()) as paper:
        assert "Emergency roll" in paper.text()
    latest = shared.desk.queries.history.latest(1)[0]
    assert latest.sentence.text(Words.load("en")).startswith("Emergency roll of")
    assert [path.name for path in tmp_path.iterdir()] == ["roll.pdf"]
    dialog.close()


def test_once_saved_the_window_shows_the_issued_paper(theme: Theme, screen: Screen, tmp_path: Path) -> None:
    with demo_desk(tmp_path, 12) as desk:
        page = screen(context_of(desk, theme, screen.told))
        page.views.open_record(desk.desk.queries.search.ids()[0])
        screen.settle(page)
        choose(page, "student.print", PaperKind.TRANSCRIPT)
        dialog = dialog_of(page)
        drawn(screen, page, dialog)
        assert "it gets a number" in dialog._facts.text()
        dialog.copies.save_paper(dialog.choices.order(), tmp_path / "t.pdf")
        screen.qtbot.waitUntil(lambda: "Nothing has changed since" in dialog._facts.text(), timeout=20_000)
        dialog.close()
        screen.end()


def test_a_refusal_is_said_in_the_window_and_nothing_can_be_saved(
    context: UiContext, screen: Screen, shared: DemoDesk
) -> None:
    page = screen(context)
    page.views.open_record(shared.desk.queries.search.ids()[0])
    screen.settle(page)
    choose(page, "student.print", PaperKind.CERTIFICATE)
    dialog = dialog_of(page)
    screen.qtbot.waitUntil(lambda: dialog._fault.isVisible(), timeout=20_000)
    assert "still on the roll" in dialog._fault.text()
    assert not dialog.save.isEnabled()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_ctrl_p_opens_the_menu_of_the_list(context: UiContext, screen: Screen) -> None:
    page = screen(context)
    menu = page.findChild(PaperMenu, "students.print")
    assert menu is not None
    QTimer.singleShot(200, menu.choices.close)
    opened: list[bool] = []
    menu.choices.aboutToShow.connect(lambda: opened.append(True))
    QTest.keyClick(page.list.search, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    assert opened == [True]


def test_without_a_printer_the_window_offers_to_save(
    context: UiContext, screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.report_cards.copies.has_printer", lambda: False)
    page = screen(context)
    choose(page, "students.print", PaperKind.CLASS_LIST)
    dialog = dialog_of(page)
    drawn(screen, page, dialog)
    QTest.keyClick(dialog, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    screen.qtbot.waitUntil(dialog.strip.isVisible, timeout=20_000)
    said = " ".join(one.text() for one in dialog.strip.findChildren(QLabel))
    assert "No printer is set up on this laptop" in said
    dialog.close()


def test_ticked_pupils_alone_get_id_cards(context: UiContext, screen: Screen, shared: DemoDesk) -> None:
    page = screen(context)
    page.list.ticks.toggle(0)
    page.list.ticks.toggle(1)
    choose(page, "students.print", PaperKind.ID_CARDS)
    dialog = dialog_of(page)
    drawn(screen, page, dialog)
    order = dialog.choices.order()
    assert len(order.students) == 2
    with Paper(context.jobs.papers.draw(order).content) as paper:
        assert paper.text().count("Valid until") == 2
    dialog.close()


def test_a_teacher_is_not_offered_all_that_is_held(
    shared: DemoDesk, theme: Theme, screen: Screen, tmp_path: Path
) -> None:
    with demo_desk(tmp_path, 62, "Teacher 01") as desk:
        page = screen(context_of(desk, theme, screen.told))
        page.views.open_record(desk.desk.queries.search.ids("", StudentFilter())[0])
        screen.settle(page)
        menu = page.findChild(PaperMenu, "student.print")
        assert menu is not None
        offered = {action.data() for action in menu.choices.actions()}
        assert PaperKind.HELD.value not in offered
        assert PaperKind.TRANSCRIPT.value in offered
        screen.end()


@pytest.mark.parametrize(("language", "mode"), LOOKS)
@pytest.mark.parametrize("size", [WIDE, COMPACT], ids=["wide", "compact"])
def test_every_window_looks_right(
    language: str, mode: ThemeMode, size: QSize, shared: DemoDesk, theme: Theme, screen: Screen
) -> None:
    theme.set_mode(mode)
    try:
        page = screen(context_of(shared, theme, language=language), size)
        check(page, f"students-print-{language}-{size.width()}")
        for kind in (PaperKind.REGISTER, PaperKind.CLASS_LIST):
            choose(page, "students.print", kind)
            dialog = dialog_of(page)
            drawn(screen, page, dialog)
            check(dialog, f"paper-{kind.value}-{language}-{size.width()}")
            assert dialog.width() <= size.width()
            assert dialog.height() <= size.height()
            dialog.close()
        page.views.open_record(shared.desk.queries.search.ids()[0])
        screen.settle(page)
        check(page, f"student-print-{language}-{size.width()}")
        choose(page, "student.print", PaperKind.TESTIMONIAL)
        dialog = dialog_of(page)
        drawn(screen, page, dialog)
        check(dialog, f"paper-testimonial-{language}-{size.width()}")
        dialog.close()
    finally:
        theme.set_mode(ThemeMode.LIGHT)


def check(widget: QWidget, name: str) -> None:
    """No fault; and a picture where pictures are asked for."""
    QApplication.processEvents()
    folder = os.environ.get("EMIS_PICTURES")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        widget.grab().save(str(Path(folder) / f"{name}.png"))
    assert audit(widget, widget.size()) == []
