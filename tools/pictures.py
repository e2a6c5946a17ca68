"""Pictures of every screen for the documentation, taken from the program itself on the demonstration.

    python -m tools.pictures [--out DIR] [--language en] [--theme light dark] [--size 1366x768] [NAME...]

Windows are painted offscreen. The demonstration is made in a temporary folder unless ``--home`` names one.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PIL import Image
from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from emis_desktop.app import NAME
from emis_desktop.jobs.demo.keeper import ServerKeeper
from emis_desktop.jobs.demo.laptop import PASSWORD, TWO_LAPTOPS, USER, finished_demo
from emis_desktop.jobs.demo.walk import Wish, prepare_demo, walk
from emis_desktop.settings import Home
from resources.words import Words
from ui.housekeeping import Housekeeper
from ui.laptop_settings import LaptopSettings
from ui.program.frame import Frame
from ui.program.program import Program
from ui.shell.window import MainWindow
from ui.theme.theme import Theme, ThemeMode

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 60.0
COLOURS = 256
_SECTIONS = ("policies", "years", "options", "groups", "classes")


class Studio:
    """The program on the demonstration, and a camera."""

    def __init__(self, theme: Theme, home: Home, size: tuple[int, int], language: str) -> None:
        self.housekeeper = Housekeeper()
        self.frame = Frame()
        self.frame.resize(*size)
        settings = LaptopSettings(home)
        self.program = Program(home, settings, Words.load(language), theme, self.frame)
        self.program.begin()
        self.frame.show()
        self.settle()

    def settle(self, calm: float = 0.6) -> None:
        """Wait until nothing has run for a while."""
        since = time.monotonic()
        end = since + PATIENCE
        while time.monotonic() < min(end, since + calm):
            _wait(30)
            if self.program.tasks.running():
                since = time.monotonic()

    def find(self, name: str) -> QWidget:
        """A widget by its object name."""
        found = self.frame.findChild(QWidget, name)
        if not isinstance(found, QWidget):
            raise SystemExit(f"there is no {name} on the screen")
        return found

    @property
    def window(self) -> MainWindow:
        """The main window."""
        found = self.frame.screen_widget
        assert isinstance(found, MainWindow)
        return found

    def sign_in(self) -> None:
        """Type the password of the one who is offered first, or of the demonstration's user."""
        line = self.find("unlock.password")
        for _ in range(20):
            if line.accessibleName().endswith(USER):
                break
            QTest.keyClick(line, Qt.Key.Key_Down)
        QTest.keyClicks(line, PASSWORD)
        QTest.keyClick(line, Qt.Key.Key_Return)
        end = time.monotonic() + PATIENCE
        while not isinstance(self.frame.screen_widget, MainWindow) and time.monotonic() < end:
            _wait(50)
        self.settle()

    def open(self, key: str, **arguments: object) -> None:
        """Open a screen of the rail."""
        self.window.open(key, **arguments)
        self.settle()

    def save(self, path: Path) -> None:
        """The window as a picture of few colours: a quarter of the size."""
        picture = self.frame.grab().toImage()
        picture.save(str(path))
        with Image.open(path) as image:
            image.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)

    def close(self) -> None:
        """End it."""
        self.frame.close()
        self.program.tasks.stop_all()
        self.housekeeper.stop()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def _wait(milliseconds: int) -> None:
    """Let the window and the threads behind it work: QTest's own wait keeps the threads out."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def _classes(studio: Studio) -> list[tuple[UUID, str]]:
    sitting = studio.program.sitting
    assert sitting is not None
    assert sitting.context is not None
    place = sitting.context.place
    assert place.institution_id is not None
    assert place.year is not None
    queries = sitting.desk.queries
    found = queries.school.classes(place.institution_id, place.year.id, place.year.starts_on)
    return [(each.id, each.name) for each in found]


def _class(studio: Studio, name: str) -> UUID:
    return next(each for each, its_name in _classes(studio) if name in its_name)


def _home(studio: Studio) -> None:
    studio.open("home")


def _students(studio: Studio) -> None:
    studio.open("students")


def _record(studio: Studio) -> None:
    sitting = studio.program.sitting
    assert sitting is not None
    row = sitting.desk.queries.search.page("alexia").rows[0]
    studio.open("students", student_id=row.id)


def _marks(studio: Studio) -> None:
    studio.open("marks")


def _sheet(studio: Studio) -> None:
    class_id = _class(studio, "Grade 5 Coral")
    sitting = studio.program.sitting
    assert sitting is not None
    subject = sitting.desk.queries.school.subjects_of(class_id)[1]
    studio.open("marks", class_id=class_id, subject_id=subject.subject_id)
    sheet = studio.find("marks.sheet.grid")
    end = time.monotonic() + PATIENCE
    while not sheet.isVisible() and time.monotonic() < end:
        _wait(50)
    studio.settle()


def _cards(studio: Studio) -> None:
    studio.open("report_cards", class_id=_class(studio, "Grade 6"))


def _backup(studio: Studio) -> None:
    studio.open("backup")


def _settings(studio: Studio) -> None:
    studio.open("settings")


def _register(studio: Studio) -> None:
    studio.open("attendance", part="day", class_id=_class(studio, "Grade 5 Coral"))


def _shown(screen: str, **arguments: object) -> Callable[[Studio], None]:
    return lambda studio: studio.open(screen, **arguments)


SCREENS: dict[str, Callable[[Studio], None]] = {
    "home": _home,
    "students": _students,
    "record": _record,
    "register": _register,
    "register-month": _shown("attendance", part="month"),
    "attendance": _shown("attendance", part="overview"),
    "school-calendar": _shown("attendance", part="calendar"),
    "behaviour": _shown("behaviour"),
    "year-end": _shown("students", year_end=True),
    "doubles": _shown("students", duplicates=True),
    "textbooks": _shown("students", textbooks=True),
    "approvals": _shown("students", approvals=True),
    "proposals": _shown("students", proposals=True),
    "staff": _shown("staff"),
    "marks": _marks,
    "mark-sheet": _sheet,
    "report-cards": _cards,
    "backup": _backup,
    "settings": _settings,
    **{f"settings-{tab}": _shown("settings", tab=tab) for tab in _SECTIONS},
}


def _sync(studio: Studio) -> None:
    studio.open("sync")
    end = time.monotonic() + PATIENCE
    sitting = studio.program.sitting
    assert sitting is not None
    while sitting.context is not None and time.monotonic() < end:
        watch = sitting.context.sync
        if watch is not None and watch.joined is not None and not watch.state.running:
            break
        _wait(100)
    studio.settle()


OTHERS: dict[str, Callable[[Studio], None]] = {"first-run": lambda studio: studio.settle(), "sync": _sync}
"""Those taken elsewhere: on an empty data folder, and on a laptop that has joined a server."""


@contextmanager
def _other(name: str, home: Home) -> Iterator[Home]:
    """The data folder of one of :data:`OTHERS`."""
    if name == "sync":
        with ServerKeeper(home.root / TWO_LAPTOPS) as keeper:
            keeper.address()
            yield home
        return
    with tempfile.TemporaryDirectory() as folder:
        yield Home(Path(folder) / "home")


def take(studio: Studio, names: list[str], ending: str, folder: Path) -> Iterator[Path]:
    """Take the pictures that are named, sign-in first."""
    wanted = set(names)
    if not names or "sign-in" in wanted:
        path = folder / f"sign-in{ending}.png"
        studio.save(path)
        yield path
    studio.sign_in()
    for name, go in SCREENS.items():
        if names and name not in wanted:
            continue
        go(studio)
        path = folder / f"{name}{ending}.png"
        studio.save(path)
        yield path


@contextmanager
def _demo(home: Path | None) -> Iterator[Home]:
    """A demonstration after its walk, so that some cards are issued."""
    with tempfile.TemporaryDirectory() as folder:
        place = Home(home or Path(folder) / "home")
        if finished_demo(place) is None:
            walk(place, Wish(Path(folder) / "out"), lambda step: print(step, file=sys.stderr))
        else:
            prepare_demo(place, Wish(Path(folder) / "out"), lambda step: print(step, file=sys.stderr))
        yield place


def take_other(studio: Studio, name: str, path: Path) -> Path:
    """Take one of :data:`OTHERS`."""
    if name == "sync":
        studio.sign_in()
    OTHERS[name](studio)
    studio.save(path)
    return path


@contextmanager
def _studio(theme: Theme, size: tuple[int, int], language: str, home: Home) -> Iterator[Studio]:
    studio = Studio(theme, home, size, language)
    try:
        yield studio
    finally:
        studio.close()


def main(arguments: list[str]) -> int:
    """Take the pictures and say where they are."""
    parser = argparse.ArgumentParser(prog="python -m tools.pictures")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(("sign-in", *SCREENS, *OTHERS)))
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "pictures")
    parser.add_argument("--home", type=Path, help="a demonstration that is there already")
    parser.add_argument("--language", default="en")
    parser.add_argument("--theme", nargs="*", default=["light", "dark"])
    parser.add_argument("--size", default="1366x768")
    options = parser.parse_args(arguments)
    width, _, height = options.size.partition("x")
    options.out.mkdir(parents=True, exist_ok=True)
    QApplication.setApplicationName(NAME)
    application = QApplication(sys.argv[:1])
    with _demo(options.home) as home:
        for mode in options.theme:
            theme = Theme(application, ThemeMode(mode))
            ending = "" if mode == "light" else f"-{mode}"
            wish = theme, (int(width), int(height)), str(options.language)
            if set(options.names) != set(options.names) & set(OTHERS) or not options.names:
                with _studio(*wish, home) as studio:
                    for path in take(studio, options.names, ending, options.out):
                        print(path)
            for name in [each for each in OTHERS if not options.names or each in options.names]:
                with _other(name, home) as there, _studio(*wish, there) as studio:
                    print(take_other(studio, name, options.out / f"{name}{ending}.png"))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
