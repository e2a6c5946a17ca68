"""The main window: pages made late, keys, facts, faults, compact, and the search for everything."""

from collections.abc import Sequence

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from resources.words import Words
from ui.context import UiContext
from ui.shell.finder import Deed, Found
from ui.shell.idle import IdleWatch
from ui.shell.keys import PersonMenu
from ui.shell.navigation import NavItem
from ui.shell.page import Page
from ui.shell.statusbar import Fact
from ui.shell.topbar import Choices
from ui.shell.window import MainWindow
from ui.theme.theme import Theme, ThemeMode
from ui.widgets.button import Button

LEFT = Qt.MouseButton.LeftButton
CTRL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier


class Notes(Page):
    """A page that writes down what it is told."""

    tables = frozenset({"mark"})

    def __init__(self, context: UiContext, name: str, log: list[str]) -> None:
        super().__init__(context, name, name.title())
        self.log, self.name, self.stays = log, name, False
        self.field = QLineEdit()
        self.field.setAccessibleName("Field")
        self.body.addWidget(self.field)
        self.side = QWidget()
        self.in_side = QLineEdit(self.side)
        self.body.addWidget(self.side)

    def refresh(self) -> None:
        self.log.append(f"{self.name} refresh")

    def open_with(self, **arguments: object) -> None:
        self.log.append(f"{self.name} {arguments}")

    def apply_compact(self, compact: bool) -> None:
        self.log.append(f"{self.name} compact {compact}")

    def focus_search(self) -> bool:
        self.field.setFocus()
        return self.name == "home"

    def escape(self) -> bool:
        self.log.append(f"{self.name} escape")
        return True

    def side_panel(self) -> QWidget:
        return self.side

    def show_first(self) -> None:
        self.log.append(f"{self.name} first")

    def leave(self) -> bool:
        return not self.stays


class Pupils:
    """Finds one pupil."""

    def __init__(self, log: list[str]) -> None:
        self.log = log

    def find(self, text: str, most: int) -> Sequence[Found]:
        if not text or text not in "pupil 0004":
            return ()
        return [Found("Pupil 0004", "Grade 5", "Pupil", "user", lambda: self.log.append("pupil opened"))][
            :most
        ]


@pytest.fixture
def log() -> list[str]:
    return []


@pytest.fixture
def window(context: UiContext, theme: Theme, words: Words, qtbot: QtBot, log: list[str]) -> MainWindow:
    made = MainWindow(words, theme, "User 01", "School administrator")
    items = [
        NavItem("home", "Home", "house", lambda: Notes(context, "home", log)),
        NavItem("students", "Students", "users", lambda: Notes(context, "students", log)),
        NavItem("settings", "Settings", "settings-2", lambda: Notes(context, "settings", log), group=1),
    ]
    made.set_screens(items, [Pupils(log)])
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


def notes(window: MainWindow, key: str = "") -> Notes:
    page = window.page(key)
    assert isinstance(page, Notes)
    return page


def test_a_page_is_made_when_it_is_first_opened(window: MainWindow, log: list[str]) -> None:
    assert window.page("home") is None
    assert window.open("home")
    assert log == ["home refresh"]
    first = window.page("home")
    assert window.open("students", pupil=4)
    assert window.open("home")
    assert window.page("home") is first
    assert log == ["home refresh", "students refresh", "students {'pupil': 4}"]
    assert not window.open("no such screen")
    assert window.current() == "home"


def test_a_page_that_holds_on_is_not_left(window: MainWindow, qtbot: QtBot) -> None:
    window.open("home")
    notes(window).stays = True
    item = window.findChild(QWidget, "shell.rail.students")
    assert item is not None
    QTest.mouseClick(item, LEFT)
    assert window.current() == "home"
    home = window.findChild(QWidget, "shell.rail.home")
    assert home is not None
    assert home.property("checked") is True
    notes(window).stays = False
    QTest.mouseClick(item, LEFT)
    assert window.current() == "students"


def test_changes_reach_the_open_page_at_once_and_the_others_on_opening(
    window: MainWindow, context: UiContext, log: list[str]
) -> None:
    window.open("students")
    window.open("home")
    log.clear()
    context.changes.post(frozenset({"person"}))
    assert log == []
    context.changes.post(frozenset({"mark", "person"}))
    assert log == ["home refresh"]
    window.open("students")
    window.open("home")
    assert log == ["home refresh", "students refresh"]


def test_the_rail_shows_only_what_it_was_given(
    window: MainWindow, context: UiContext, log: list[str]
) -> None:
    window.open("settings")
    window.set_screens([NavItem("home", "Home", "house", lambda: Notes(context, "home", log))])
    assert window.current() == ""
    assert window.page("settings") is None
    assert window.open("home")
    window.set_count("students", 3)
    window.set_count("home", 3, "3 registers to take")
    item = window.findChild(QWidget, "shell.rail.home", Qt.FindChildOption.FindChildrenRecursively)
    assert item is not None


def test_screens_by_number(window: MainWindow) -> None:
    QTest.keyClick(window, Qt.Key.Key_2, ALT)
    assert window.current() == "students"
    QTest.keyClick(window, Qt.Key.Key_3, ALT)
    assert window.current() == "settings"
    QTest.keyClick(window, Qt.Key.Key_9, ALT)
    assert window.current() == "settings"


def test_the_entry_of_the_open_screen_leads_back_to_its_list(window: MainWindow, log: list[str]) -> None:
    window.open("students", student_id="x")
    opened: list[str] = []
    window.opened.connect(opened.append)
    rail = window.findChild(QWidget, "shell.rail.students")
    assert isinstance(rail, QWidget)
    QTest.mouseClick(rail, LEFT)
    assert log[-1] == "students first"
    QTest.keyClick(window, Qt.Key.Key_2, ALT)
    assert log[-2:] == ["students first", "students first"]
    assert opened == [], "nothing is opened anew"
    QTest.keyClick(window, Qt.Key.Key_1, ALT)
    assert log[-1] == "home refresh", "another screen comes as it was left"
    window.open("home", student_id="x")
    assert "home first" not in log, "what leads into the open screen leads there"


def test_six_goes_round_the_parts(window: MainWindow) -> None:
    window.open("home")
    page = notes(window)
    page.field.setFocus()
    seen = []
    for _ in range(3):
        QTest.keyClick(window, Qt.Key.Key_F6)
        seen.append(QApplication.focusWidget())
    assert seen[0] is page.in_side
    focused = seen[1]
    assert focused is not None
    assert focused.objectName() == "shell.rail.home"
    assert seen[2] is page.field
    QTest.keyClick(window, Qt.Key.Key_F6, Qt.KeyboardModifier.ShiftModifier)
    assert QApplication.focusWidget() is seen[1]


def test_search_of_the_list_and_of_everything(window: MainWindow) -> None:
    window.open("home")
    QTest.keyClick(window, Qt.Key.Key_F, CTRL)
    assert QApplication.focusWidget() is notes(window).field
    window.open("students")
    QTest.keyClick(window, Qt.Key.Key_F, CTRL)
    assert window._palette.isVisible(), "a page without a list has the search for everything"


def test_the_palette_finds_screens_actions_and_pupils(window: MainWindow, log: list[str]) -> None:
    window.open("home")
    done: list[str] = []
    window.add_deeds([Deed("Back up to a USB stick", "usb", lambda: done.append("backup"))])
    QTest.keyClick(window, Qt.Key.Key_K, CTRL)
    palette, box = window._palette, window._top.search
    assert box.hasFocus()
    titles = [found.title for found in palette.found()]
    assert titles == ["Home", "Students", "Settings", "Back up to a USB stick", "Lock now", "Sign out"]
    QTest.keyClicks(box, "pupil 0004")
    assert [found.title for found in palette.found()] == ["Pupil 0004"]
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert log[-1] == "pupil opened"
    assert palette.isHidden()
    assert box.text() == ""
    QTest.keyClick(window, Qt.Key.Key_K, CTRL)
    QTest.keyClicks(box, "usb")
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert done == ["backup"]
    QTest.keyClick(window, Qt.Key.Key_K, CTRL)
    QTest.keyClick(box, Qt.Key.Key_Down)
    QTest.keyClick(box, Qt.Key.Key_Down)
    QTest.keyClick(box, Qt.Key.Key_Up)
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert window.current() == "students"
    QTest.keyClick(window, Qt.Key.Key_K, CTRL)
    QTest.keyClicks(box, "nothing like it")
    assert palette.found() == []
    assert palette._none.isVisible()
    QTest.keyClick(box, Qt.Key.Key_Return)
    QTest.keyClick(box, Qt.Key.Key_Escape)
    assert palette.isHidden()


def test_the_palette_by_mouse_and_by_leaving(window: MainWindow) -> None:
    window.open("home")
    window._palette.open_palette()
    listed = window._palette._list
    at = QPoint(40, listed.rowViewportPosition(2) + 5)
    QTest.mouseClick(listed.viewport(), LEFT, pos=at)
    assert window.current() == "settings"
    window._palette.open_palette()
    window.resize(1200, 700)
    notes(window).field.setFocus()
    assert window._palette.isHidden()


def test_escape_closes_the_nearest_thing(window: MainWindow, log: list[str]) -> None:
    window.open("home")
    window.notify("Pupil 0003 moved", lambda: None)
    assert window._toast.isVisible()
    notes(window).field.setFocus()
    QTest.keyClick(notes(window).field, Qt.Key.Key_Escape)
    assert window._toast.isHidden()
    assert "home escape" not in log
    QTest.keyClick(notes(window).field, Qt.Key.Key_Escape)
    assert log[-1] == "home escape"


def test_a_small_window_is_compact_and_can_be_made_so(window: MainWindow, log: list[str]) -> None:
    window.open("home")
    assert window._rail.width() == 184
    window.resize(1093, 614)
    assert (window.width(), window.height()) == (1093, 614)
    assert window._rail.width() == 80
    assert window._top.height() == 46
    window.open("students")
    assert log[-2:] == ["students compact True", "students refresh"]
    window.resize(1366, 768)
    assert log[-2:] == ["home compact False", "students compact False"]
    assert window._rail.width() == 184


def test_facts_stand_in_words(window: MainWindow, qtbot: QtBot) -> None:
    window.set_fact("saved", Fact("All work saved on this laptop", "ok"))
    window.set_fact("waiting", Fact("14 changes waiting to be sent", tip="since 09:41"))
    window.set_fact("contact", Fact("2 changes need your decision", "warn", leads=True))
    status = window._status
    assert status.text("saved") == "All work saved on this laptop"
    label = window.findChild(QWidget, "shell.status.contact")
    plain = window.findChild(QWidget, "shell.status.saved")
    assert label is not None
    assert plain is not None
    assert label.accessibleName() == "2 changes need your decision"
    with qtbot.waitSignal(window.status_pressed) as pressed:
        QTest.mouseClick(label, LEFT)
    assert pressed.args == ["contact"]
    label.setFocus()
    with qtbot.waitSignal(window.status_pressed):
        QTest.keyClick(label, Qt.Key.Key_Space)
    with qtbot.assertNotEmitted(window.status_pressed):
        QTest.mouseClick(plain, LEFT)
        QTest.keyClick(label, Qt.Key.Key_A)


def test_the_top_bar_offers_what_it_is_given(window: MainWindow, qtbot: QtBot) -> None:
    button = window._top._selectors["term"]
    assert not button.isVisible()
    window.set_choices("term", Choices((("1", "Term 1"), ("2", "Term 2")), "1"))
    assert button.isVisible()
    with qtbot.waitSignal(window.selected) as picked:
        button.choices.actions()[1].trigger()
    assert picked.args == ["term", "2"]
    window.set_choices("term", None)
    assert not button.isVisible()


def test_a_fault_in_storing_stays_until_it_is_mended(window: MainWindow, qtbot: QtBot) -> None:
    window.open("home")
    window.show_fault(
        "Cannot save on this laptop: the disk is full. Free 200 MB, then press Save again.", "Save"
    )
    bar = window._fault
    assert bar.isVisible()
    assert bar.text().startswith("Cannot save")
    window.open("students")
    assert bar.isVisible()
    with qtbot.waitSignal(window.fault_pressed):
        QTest.mouseClick(bar._verb, LEFT)
    window.clear_fault()
    assert bar.isHidden()


def test_banners_come_and_go_by_their_key(window: MainWindow, qtbot: QtBot) -> None:
    window.open("home")
    window.show_banner("backup", "The last backup is 9 days old", "Back up now")
    window.show_banner("backup", "The last backup is 10 days old", "Back up now")
    window.show_banner("demo", "These records are invented", tint="accent")
    assert len(window._banners._shown) == 2
    button = window._banners._shown["backup"].findChild(Button)
    assert button is not None
    with qtbot.waitSignal(window.banner_pressed) as pressed:
        QTest.mouseClick(button, LEFT)
    assert pressed.args == ["backup"]
    window.hide_banner("backup")
    window.hide_banner("demo")
    window.hide_banner("demo")
    assert window._banners.isHidden()


def test_a_banner_that_says_the_same_again_keeps_the_focus(window: MainWindow) -> None:
    """The age of the last copy is told anew each minute."""
    window.open("home")
    window.show_banner("backup", "The last backup is 9 days old", "Back up now")
    band = window._banners._shown["backup"]
    button = band.findChild(Button)
    assert button is not None
    button.setFocus()
    window.show_banner("backup", "The last backup is 9 days old", "Back up now")
    assert window._banners._shown["backup"] is band
    assert button.hasFocus()
    window.show_banner("backup", "The last backup is 10 days old", "Back up now")
    assert window._banners._shown["backup"] is not band
    window.hide_banner("backup")
    window.show_banner("backup", "The last backup is 10 days old", "Back up now")
    assert window._banners.isVisible()


def test_lock_sign_out_and_look(window: MainWindow, words: Words, theme: Theme, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.lock_asked):
        QTest.keyClick(window, Qt.Key.Key_L, CTRL)
    menu = PersonMenu(words, theme, window)
    actions = {action.text(): action for action in menu.actions()}
    with qtbot.waitSignals([menu.lock_asked, menu.sign_out_asked]):
        actions["Lock now"].trigger()
        actions["Sign out"].trigger()
    assert actions["Light"].isChecked()
    with qtbot.waitSignal(menu.look_asked) as asked:
        actions["Dark"].trigger()
    assert asked.args == ["dark"]
    theme.set_mode(ThemeMode.LIGHT)


@pytest.mark.parametrize("width", [1093, 1366])
@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Return, None], ids=["space", "enter", "mouse"])
def test_the_person_below_opens_the_menu_at_every_size(
    window: MainWindow, qtbot: QtBot, width: int, key: Qt.Key | None
) -> None:
    window.resize(width, 614)
    person = window.findChild(QWidget, "shell.rail.person")
    assert isinstance(person, QWidget)
    assert person.isVisible()
    assert person.accessibleName() == "User 01, School administrator"
    assert person.focusPolicy() & Qt.FocusPolicy.TabFocus
    assert window.rect().contains(person.mapTo(window, person.rect().bottomRight()))
    person.setFocus()
    if key is None:
        QTest.mouseClick(person, LEFT)
    else:
        QTest.keyClick(person, key)
    menu = window.findChild(PersonMenu)
    assert isinstance(menu, PersonMenu)
    assert menu.isVisible()
    sign_out = next(action for action in menu.actions() if action.text() == "Sign out")
    with qtbot.waitSignal(window.sign_out_asked):
        QTest.mouseClick(menu, LEFT, pos=menu.actionGeometry(sign_out).center())
    assert not menu.isVisible()


def test_nobody_at_the_laptop(window: MainWindow, qtbot: QtBot) -> None:
    watch = IdleWatch(0.0008)
    with qtbot.waitSignal(watch.idle):
        pass
    watch.set_minutes(60)
    handle = window.windowHandle()
    assert handle is not None
    watch._timer.setInterval(3_600_000)
    watch._timer.start(100)
    before = watch._timer.remainingTime()
    qtbot.wait(30)
    QTest.keyClick(handle, Qt.Key.Key_A)
    assert watch._timer.remainingTime() > before - 30
    watch.stop()
    assert not watch._timer.isActive()
    watch.set_minutes(0)
    assert not watch._timer.isActive()


def test_right_to_left_turns_the_window_round(context: UiContext, theme: Theme, qtbot: QtBot) -> None:
    made = MainWindow(Words.load("xr"), theme, "User 01", "Teacher")
    made.set_screens([NavItem("home", "Home", "house", lambda: Notes(context, "home", []))])
    qtbot.addWidget(made)
    made.show()
    made.open("home")
    assert made._rail.x() + made._rail.width() == made.width()
    made._palette.open_palette()
    assert made._palette.x() < 200


def test_tab_goes_as_one_reads_wherever_it_begins(window: MainWindow, qtbot: QtBot) -> None:
    """Rail, top bar, page, status bar; of what is one choice, the chosen one."""
    window.open("students")
    window.set_choices("year", Choices((("a", "2026–27"),), "a"))
    window.set_fact("lock", Fact("Locks after 10 min", leads=True))
    stops: list[QWidget] = []
    window.setFocus()
    while True:
        QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Tab)
        focused = QApplication.focusWidget()
        assert focused is not None
        if focused in stops:
            break
        stops.append(focused)
    names = [stop.objectName() for stop in stops]
    assert names[0] == "shell.rail.students", "the open screen, not the first of the rail"
    assert names[1:4] == ["shell.rail.person", "shell.top.year", "shell.top.search"]
    assert names[-1] == "shell.status.lock"
    assert all(window._canvas.isAncestorOf(stop) for stop in stops[4:-1])
    assert focused is stops[0]
    QTest.keyClick(focused, Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
    assert QApplication.focusWidget() is stops[-1]
