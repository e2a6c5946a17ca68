"""What is on the screen while rows come, and the keys that somebody types there."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import Qt

from benchmarks.screen_world import Driver, rest
from ui.marks.page import MarksPage
from ui.students.page import StudentsPage
from ui.widgets.sheet.area import Cell

Key = Callable[[int], None]
"""Types the key of a turn, counted from 0."""
_NAME: Final = "anna"
_PLACE: Final = "Demo Bay"
_WAIT_MS: Final = 500
_COLUMNS: Final = 4


@dataclass(frozen=True, slots=True)
class Scene:
    """``deed``: what the other laptop did, by its name there. ``ready`` opens the page and gives the keys."""

    name: str
    deed: str
    ready: Callable[[Driver], Key]


def _nobody(_turn: int) -> None:
    """No key: the page itself shows what goes on."""


def _search(driver: Driver) -> Key:
    """A name typed into the search and taken away again."""
    page = _students(driver)
    page.focus_search()

    def key(turn: int) -> None:
        letter = turn % (len(_NAME) + 1)
        if letter < len(_NAME):
            driver.type(_NAME[letter])
        else:
            page.list.search.clear()

    return key


def _record(driver: Driver) -> Key:
    """A field of a pupil's record typed anew, and stored, again and again."""
    page = _students(driver)
    page.list.clear()
    pupil = page.list.model.pupil(0)
    if pupil is None:
        raise RuntimeError("the register is empty")
    page.views.open_record(pupil.id)
    rest(_WAIT_MS)
    line = page.views.record().details.texts["birth_place"].line

    def key(turn: int) -> None:
        round_, letter = divmod(turn, len(_PLACE) + 2)
        if letter == 0:
            line.setFocus(Qt.FocusReason.TabFocusReason)
            line.selectAll()
        if letter < len(_PLACE):
            driver.type(_PLACE[letter])
        elif letter == len(_PLACE):
            driver.type(str(round_ % 10))
        else:
            driver.press(Qt.Key.Key_Tab)

    return key


def _students(driver: Driver) -> StudentsPage:
    driver.window.open("students")
    page = driver.window.page("students")
    assert isinstance(page, StudentsPage)
    return page


def _marks(driver: Driver) -> Key:
    """Marks down the columns of a sheet."""
    driver.window.open("marks")
    page = driver.window.page("marks")
    assert isinstance(page, MarksPage)
    driver.until(lambda: bool(page.overview.shown()))
    page.overview.table.setFocus()
    driver.press(Qt.Key.Key_Return)
    driver.until(page.sheet.grid.hasFocus)
    rest(_WAIT_MS)

    def key(turn: int) -> None:
        mark, step = divmod(turn, 2)
        if step:
            driver.press(Qt.Key.Key_Return)
            return
        column, row = divmod(mark, page.sheet.grid.model().rowCount())
        page.sheet.grid.go(Cell(row, column % _COLUMNS))
        driver.type(str(mark % 9 + 1))

    return key


def _sync(driver: Driver) -> Key:
    driver.window.open("sync")
    return _nobody


SCENES: Final = (
    Scene("rows arriving, marks typed", "marks", _marks),
    Scene("rows arriving, the Sync page", "marks", _sync),
    Scene("rows arriving, pupils searched", "pupils", _search),
    Scene("rows arriving, a record typed", "contacts", _record),
    Scene("conflicts arriving, the Sync page", "conflicts", _sync),
)
