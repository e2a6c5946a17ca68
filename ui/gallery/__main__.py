"""Shows or pictures the gallery; see the package."""

import argparse
import os
import sys
from pathlib import Path
from typing import Any
from uuid import UUID

from PySide6.QtCore import QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from emis_desktop.rules.rights import Actor, Role
from resources.words import Words
from ui.context import ChangeHub, UiContext
from ui.gallery.form import FormPage, PartsPage
from ui.gallery.home import HomePage
from ui.gallery.sheet import SheetPage
from ui.gallery.sign_in import first_run, sign_in
from ui.gallery.students import EmptyPage, StudentsPage
from ui.shell.navigation import NavItem
from ui.shell.statusbar import Fact
from ui.shell.topbar import Choices
from ui.shell.window import MainWindow
from ui.tasks import Tasks
from ui.theme.theme import Theme, ThemeMode
from ui.widgets.button import Button
from ui.widgets.dialog import Dialog
from ui.widgets.focus import FocusRing

WIDE = QSize(1366, 768)
COMPACT = QSize(1093, 614)
MODES = (ThemeMode.LIGHT, ThemeMode.DARK)


def window(words: Words, theme: Theme) -> MainWindow:
    """The main window with the gallery's pages."""
    made = MainWindow(words, theme, "User 01", "School administrator")
    actor = Actor(
        user_id=UUID(int=1),
        name="User 01",
        role=Role.SCHOOL_ADMINISTRATOR,
        institution_id=UUID(int=2),
        class_ids=None,
        sensitive=frozenset(),
    )
    nothing: Any = object()
    context = UiContext(
        words, theme, actor, nothing, nothing, nothing, nothing, made.notify, Tasks(made), ChangeHub(made)
    )
    made.set_screens(
        [
            NavItem("home", "Home", "house", lambda: HomePage(context)),
            NavItem("students", "Students", "users", lambda: StudentsPage(context)),
            NavItem("form", "Form", "calendar-check", lambda: FormPage(context)),
            NavItem("marks", "Marks", "table", lambda: SheetPage(context)),
            NavItem("cards", "Report cards", "file-text", lambda: PartsPage(context)),
            NavItem("empty", "Settings", "sliders-horizontal", lambda: EmptyPage(context), group=1),
        ]
    )
    made.set_choices("school", Choices((("a", "Windward Demo Primary School"),), "a"))
    made.set_choices("year", Choices((("a", "2026–27"),), "a"))
    made.set_choices("term", Choices((("a", "Term 1"),), "a"))
    made.set_fact("saved", Fact("All work saved on this laptop", "ok"))
    made.set_fact("waiting", Fact("14 changes waiting to be sent"))
    made.set_fact("contact", Fact("Last sent 2 h ago, no connection now"))
    made.set_fact("lock", Fact("Locks after 10 min"))
    made.set_count("form", 3)
    made.set_count("marks", 21)
    return made


def shoot(folder: Path, application: QApplication) -> None:
    """Write the pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    theme = Theme(application, ThemeMode.LIGHT)
    for language in ("en", "xr"):
        end = "-rtl" if language == "xr" else ""
        words = Words.load(language)
        shown = window(words, theme)
        shown.show()
        for size, suffix in ((WIDE, ""), (COMPACT, "-compact")):
            shown.resize(size)
            for key in ("home", "students", "form", "marks", "cards", "empty"):
                for mode in MODES:
                    theme.set_mode(mode)
                    shown.open(key)
                    application.processEvents()
                    shown.grab().save(str(folder / f"{key}-{mode.value}{suffix}{end}.png"))
        shown.resize(WIDE)
        _shoot_floating(shown, folder, end)
        shown.close()
        theme.set_mode(ThemeMode.LIGHT)
        for name, alone in (("sign-in", sign_in(words)), ("first-run", first_run(words))):
            if end:
                alone.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
            for size, suffix in ((WIDE, ""), (COMPACT, "-compact")):
                alone.resize(size)
                alone.show()
                application.processEvents()
                alone.grab().save(str(folder / f"{name}-light{suffix}{end}.png"))
            alone.close()


def _shoot_floating(shown: MainWindow, folder: Path, end: str) -> None:
    """What lies over the pages: ring, palette, toast, bars, a dialog."""
    for mode in MODES:
        shown.activateWindow()
        QTest.qWaitForWindowActive(shown)
        shown.theme.set_mode(mode)
        shown.open("home")
        QTest.keyClick(shown, Qt.Key.Key_F6)
        QTest.keyClick(shown, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
        shown.show_banner("backup", "The last backup is 9 days old.", "Back up now")
        shown.show_fault("Cannot save on this laptop: the disk is full. Free 200 MB.", "Save")
        shown.notify("Pupil 0003 moved to Grade 5 Reef", lambda: None)
        QTest.qWait(20)
        shown.grab().save(str(folder / f"palette-{mode.value}{end}.png"))
        QTest.keyClick(shown, Qt.Key.Key_Escape)
        shown.clear_fault()
        shown.hide_banner("backup")
        primary = shown.findChild(Button, "home.marks")
        if primary is not None:
            QTest.keyClick(shown, Qt.Key.Key_F6)
            primary.setFocus(Qt.FocusReason.TabFocusReason)
        QTest.qWait(20)
        shown.grab().save(str(folder / f"ring-{mode.value}{end}.png"))
        dialog = Dialog("Issue 24 cards?", "7 others say what is missing.", parent=shown)
        dialog.add_verb("issue", "Issue 24 cards", "primary")
        dialog.add_verb("keep", "Keep editing", safe=True)
        FocusRing(dialog)
        dialog.ask()
        QTest.qWait(20)
        dialog.grab().save(str(folder / f"dialog-{mode.value}{end}.png"))
        dialog.reject()


def main() -> int:
    """Parse the arguments and run."""
    parser = argparse.ArgumentParser(prog="python -m ui.gallery", description="Every block, to look at")
    parser.add_argument("--shot", type=Path, metavar="DIR", help="write pictures there and end")
    chosen = parser.parse_args()
    if chosen.shot:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    QApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    application = QApplication(sys.argv[:1])
    if chosen.shot:
        shoot(chosen.shot, application)
        return 0
    shown = window(Words.load("en"), Theme(application))
    shown.open("home")
    shown.show()
    return application.exec()


if __name__ == "__main__":
    sys.exit(main())
