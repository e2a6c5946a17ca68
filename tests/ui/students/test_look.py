"""Students as it looks: every view in every language, theme and size passes the audit; pictures on demand.

``EMIS_PICTURES=folder`` writes each view as a picture there.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import pytest
from PySide6.QtCore import QSize
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from emis_desktop.exchange.writing import write_table
from emis_desktop.services.relations import NewGuardian
from tests.factories.desks import DemoDesk, demo_desk
from tests.factories.moves import Movers
from tests.ui.audit import WindowWatch, audit
from tests.ui.students.conftest import COMPACT, WIDE, Screen, context_of
from tests.ui.students.forms import type_into
from ui.context import UiContext
from ui.students.import_dialog import ImportDialog
from ui.students.page import StudentsPage
from ui.students.record.enrolment import EnrolmentPart
from ui.students.record.leaving import WithdrawDialog
from ui.students.transfers.view import TransfersView
from ui.theme.theme import Theme, ThemeMode

LONG = "Marie-Antoinette-Élodie " * 5
LOOKS = [("en", ThemeMode.LIGHT), ("fr", ThemeMode.DARK), ("es", ThemeMode.LIGHT), ("xr", ThemeMode.DARK)]


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoDesk]:
    """One store for every look; a pupil with the longest names of all."""
    with demo_desk(tmp_path_factory.mktemp("look"), 62) as desk:
        pupil = longest(desk)
        services = desk.desk.services
        services.students.change(pupil, "given_names", LONG[:119].strip())
        services.students.change(pupil, "family_name", ("O’Neal-Ñandú " * 10)[:119].strip())
        services.students.change(pupil, "preferred_name", "Zizi")
        services.relations.add_guardian(
            pupil, NewGuardian("GRANDM", LONG[:100].strip(), "Guardian-With-A-Long-Name", "+1 (473) 440-0101")
        )
        services.relations.add_note(pupil, "A note. " * 60, desk.today)
        services.students.set_number(pupil, "BIRTH", "482/2016")
        services.health.write(pupil, "Asthma. " * 30)
        yield desk


def longest(desk: DemoDesk) -> UUID:
    """The pupil with the longest names: the only one with a birth certificate."""
    found = desk.desk.queries.search.ids("482/2016")
    return found[0] if found else desk.desk.queries.search.ids()[20]


@pytest.fixture(params=LOOKS, ids=lambda look: f"{look[0]}-{look[1].value}")
def look(
    request: pytest.FixtureRequest, shared: DemoDesk, theme: Theme, screen: Screen
) -> Iterator[Callable[[QSize], StudentsPage]]:
    """Opens the page in a language and theme."""
    language, mode = request.param
    theme.set_mode(mode)

    def opened(size: QSize) -> StudentsPage:
        return screen(context_of(shared, theme, language=language), size)

    yield opened
    theme.set_mode(ThemeMode.LIGHT)


def check(page: QWidget, name: str, room: QSize | None = None) -> None:
    """No fault; and a picture where pictures are asked for."""
    QApplication.processEvents()
    folder = os.environ.get("EMIS_PICTURES")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.grab().save(str(Path(folder) / f"students-{name}.png"))
    assert audit(page, room or page.size()) == [], name


def name_of(request: pytest.FixtureRequest, size: QSize, view: str) -> str:
    return f"{view}-{request.node.callspec.params['look'][0]}-{'compact' if size == COMPACT else 'wide'}"


@pytest.mark.parametrize("size", [WIDE, COMPACT], ids=["wide", "compact"])
def test_the_register(
    look: Callable[[QSize], StudentsPage],
    size: QSize,
    screen: Screen,
    shared: DemoDesk,
    request: pytest.FixtureRequest,
) -> None:
    page = look(size)
    page.list.show_pupil(longest(shared))
    QTest.qWait(220)
    screen.settle(page)
    check(page, name_of(request, size, "list"))
    page.list.table.check_toggled.emit(1)
    check(page, name_of(request, size, "bulk"))
    page.list.bulk.cleared.emit()
    classes = page.rolls.classes()
    page.open_with(class_id=classes[-1].id)
    check(page, name_of(request, size, "filtered"))
    page.list.search.setText("qqqqq")
    screen.settle(page)
    check(page, name_of(request, size, "none"))
    assert page.minimumSizeHint().width() <= size.width()
    assert page.minimumSizeHint().height() <= size.height()


@pytest.mark.parametrize("size", [WIDE, COMPACT], ids=["wide", "compact"])
def test_the_record(
    look: Callable[[QSize], StudentsPage],
    size: QSize,
    screen: Screen,
    shared: DemoDesk,
    request: pytest.FixtureRequest,
) -> None:
    page = look(size)
    page.views.open_record(longest(shared))
    screen.settle(page)
    record = page.views.record()
    for part in record.parts:
        record.open_part(part)
        screen.settle(page)
        check(page, name_of(request, size, part))
    record.open_part("details")
    type_into(record.details.born, "31/02/2016")
    type_into(record.details.texts["family_name"], "")
    screen.settle(page)
    check(page, name_of(request, size, "refused"))
    record.not_saved.drop_all()
    page.views.add_pupil()
    screen.settle(page)
    check(page, name_of(request, size, "new"))
    assert page.minimumSizeHint().width() <= size.width()
    assert page.minimumSizeHint().height() <= size.height()
    record.not_saved.drop_all()


def test_the_dialogs(
    look: Callable[[QSize], StudentsPage],
    screen: Screen,
    shared: DemoDesk,
    request: pytest.FixtureRequest,
    tmp_path: Path,
) -> None:
    page = look(WIDE)
    ids = frozenset(page.context.queries.search.ids()[:1])
    move = page.mover.ask(ids)
    assert move is not None
    check(move, name_of(request, WIDE, "move"), QSize(720, 560))
    move.reject()
    # the invented language puts a word behind a long name that no line can hold
    short = page.context.words.right_to_left
    page.views.open_record(page.context.queries.search.ids()[0] if short else longest(shared), "enrolment")
    screen.settle(page)
    part = page.views.record().parts["enrolment"]
    assert isinstance(part, EnrolmentPart)
    leave = part.ask_withdraw()
    assert leave is not None
    check(leave, name_of(request, WIDE, "withdraw"), QSize(720, 560))
    leave.reject()
    page.show_list()
    dialog = page.ask_import()
    assert isinstance(dialog, ImportDialog)
    check(dialog, name_of(request, WIDE, "import"), QSize(1013, 560))
    path = tmp_path / "a file with a rather long name, class list of Grade 5 Coral.csv"
    write_table(path, ("given_names", "family_name", "Geschlecht"), [("A", "B", "F")])
    dialog.flow.take(path)
    screen.settle(page)
    check(dialog, name_of(request, WIDE, "import-columns"), QSize(1013, 560))
    write_table(
        path, ("given_names", "family_name", "sex", "grade"), [("A", "B", "?", "G5"), ("A", "B", "F", "G5")]
    )
    dialog.flow.take(path)
    screen.settle(page)
    check(dialog, name_of(request, WIDE, "import-tried"), QSize(1013, 560))
    dialog.reject()
    screen.settle(page)


def test_nothing_flashes_up_as_a_window(
    shared: DemoDesk, theme: Theme, screen: Screen, qapp: QApplication, qtbot: QtBot
) -> None:
    watch = WindowWatch(qapp)
    page = screen(context_of(shared, theme))
    page.list.table.pick(3)
    page.views.open_record(longest(shared))
    screen.settle(page)
    for part in page.views.record().parts:
        page.views.record().open_part(part)
        screen.settle(page)
    page.views.add_pupil()
    screen.settle(page)
    assert [seen for seen in watch.stop() if "StudentsPage" not in seen] == []


def moving(desk: DemoDesk) -> Movers:
    """Pupils who come, who are asked for, who wait and who have gone; with the longest names."""
    movers = Movers(desk)
    ids = desk.desk.queries.search.ids()
    for number in range(4):
        movers.sent_here("Zoë", f"Pupil {9001 + number}")
    movers.sent_here(LONG[:119].strip(), ("O’Neal-Ñandú " * 10)[:119].strip())
    movers.doubled(movers.admit("Ana", "Pupil 9010", movers.palm), ids[3], movers.palm, "number")
    movers.doubled(movers.admit("Eva", "Pupil 9011", movers.windward), ids[4], movers.windward)
    old = movers.admit("Noah", "Pupil 9012", movers.palm)
    movers.doubled(movers.admit("Noa", "Pupil 9012", desk.school_id), old, desk.school_id)
    movers.gone(ids[5], movers.palm)
    movers.gone(ids[6], movers.windward, 12)
    movers.gone(ids[7], None, 20)
    return movers


@pytest.fixture(scope="module")
def moved(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoDesk]:
    with demo_desk(tmp_path_factory.mktemp("moved"), 62) as desk:
        moving(desk)
        yield desk


@pytest.fixture(params=LOOKS, ids=lambda look: f"{look[0]}-{look[1].value}")
def language(request: pytest.FixtureRequest, theme: Theme) -> Iterator[str]:
    """A language, with the theme that goes with it."""
    language, mode = request.param
    theme.set_mode(mode)
    yield language
    theme.set_mode(ThemeMode.LIGHT)


@pytest.mark.parametrize("size", [WIDE, COMPACT], ids=["wide", "compact"])
def test_the_transfers(moved: DemoDesk, theme: Theme, screen: Screen, language: str, size: QSize) -> None:
    page = screen(context_of(moved, theme, language=language), size)
    page.open_with(transfers=True)
    screen.settle(page)
    view = page.views.currentWidget()
    assert isinstance(view, TransfersView)
    look = f"{language}-{'compact' if size == COMPACT else 'wide'}"
    check(page, f"transfers-{look}")
    assert page.minimumSizeHint().width() <= size.width()
    assert page.minimumSizeHint().height() <= size.height()
    moves = moved.desk.queries.transfers.moves(moved.school_id, moved.year.starts_on)
    find = view.ask_find()
    find.who.line.setText("Nobody Atall")
    find.born.line.setText("12/03/2016")
    find.look.click()
    screen.settle(page)
    check(find, f"find-nobody-{look}")
    find.who.line.setText("Zoë")
    find.look.click()
    screen.settle(page)
    check(find, f"find-{look}")
    find.reject()
    for dialog in (view.ask_enrol(moves.awaited[0]), view.ask_about(moves.asked[1])):
        screen.settle(page)
        check(dialog, f"{dialog.objectName()}-{look}")
        dialog.reject()
    page.views._send(moves.asked[1].person_id, moves.asked[1].school_id)
    screen.settle(page)
    withdraw = view.window().findChild(WithdrawDialog)
    assert isinstance(withdraw, WithdrawDialog)
    check(withdraw, f"withdraw-{look}")
    withdraw.reject()


def test_no_transfers_at_all(context: UiContext, screen: Screen) -> None:
    page = screen(context)
    page.open_with(transfers=True)
    screen.settle(page)
    check(page, "transfers-empty")
