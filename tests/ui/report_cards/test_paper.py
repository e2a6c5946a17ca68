"""The paper: where it lies, how large it is, keys and wheel."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.conftest import Show
from ui.report_cards.paper import PaperView
from ui.report_cards.paper_layout import A4
from ui.report_cards.render import PagePicture
from ui.report_cards.zoom import Zoom, step_from
from ui.theme.theme import Theme, ThemeMode


def page() -> PagePicture:
    image = QImage(600, 849, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    return PagePicture(image, *A4)


@pytest.fixture
def view(show: Show) -> PaperView:
    made = PaperView("Report card", name="paper")
    show(made, width=680, height=500)
    made.set_pages([page()])
    return made


@pytest.mark.parametrize(
    ("zoom", "width"),
    [(Zoom(), 600), (Zoom("page"), 339), (Zoom("", 100), 794), (Zoom("", 50), 397)],
)
def test_how_wide_paper_is(zoom: Zoom, width: int) -> None:
    assert zoom.paper_width(A4, (600, 480)) == width


def test_paper_is_never_too_small_to_see() -> None:
    assert Zoom("page").paper_width(A4, (10, 10)) == 120


def test_steps_of_size() -> None:
    assert [step_from(76, way) for way in (1, -1)] == [100, 75]
    assert (step_from(300, 1), step_from(50, -1)) == (300, 50)
    assert Zoom.percent_of(794, A4) == 100


def test_paper_is_centred_and_fits_the_width(view: PaperView) -> None:
    (rect,) = view.rects()
    assert (rect.left(), view.width() - 1 - rect.right()) == (28, 28), "the scroll bar lies on the ground"
    assert view.horizontalScrollBar().maximum() == 0
    assert view.verticalScrollBar().maximum() > 0


def test_a_larger_size_scrolls_both_ways(view: PaperView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(view.width_wanted) as wanted:
        view.set_zoom(Zoom("", 150))
    assert wanted.args == [round(1191 * view.devicePixelRatioF())]
    assert view.percent() == 150
    assert view.horizontalScrollBar().maximum() > 0
    view.horizontalScrollBar().setValue(view.horizontalScrollBar().maximum())
    (rect,) = view.rects()
    assert rect.right() < view.viewport().width()


def test_two_pages_lie_one_under_the_other(view: PaperView) -> None:
    view.set_pages([page(), page()])
    first, second = view.rects()
    assert second.top() == first.bottom() + 1 + 16


def test_keys(view: PaperView, qtbot: QtBot) -> None:
    steps: list[int] = []
    view.step.connect(steps.append)
    view.setFocus()
    bar = view.verticalScrollBar()
    qtbot.keyClick(view, Qt.Key.Key_Down)
    assert bar.value() == 48
    qtbot.keyClick(view, Qt.Key.Key_End)
    assert bar.value() == bar.maximum()
    qtbot.keyClick(view, Qt.Key.Key_PageDown)
    assert steps == [1], "past the end comes the next card"
    qtbot.keyClick(view, Qt.Key.Key_Home)
    qtbot.keyClick(view, Qt.Key.Key_PageUp)
    assert steps == [1, -1]
    qtbot.keyClick(view, Qt.Key.Key_PageDown)
    assert bar.value() > 0
    qtbot.keyClick(view, Qt.Key.Key_Up)
    qtbot.keyClick(view, Qt.Key.Key_Right)
    qtbot.keyClick(view, Qt.Key.Key_Left)
    assert steps == [1, -1, 1, -1]
    view.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert steps[-1] == -1


def test_keys_of_size(view: PaperView, qtbot: QtBot) -> None:
    control = Qt.KeyboardModifier.ControlModifier
    qtbot.keyClick(view, Qt.Key.Key_Plus, control)
    assert view.zoom == Zoom("", 100)
    qtbot.keyClick(view, Qt.Key.Key_Minus, control)
    assert view.zoom == Zoom("", 75)
    qtbot.keyClick(view, Qt.Key.Key_0, control)
    assert view.zoom == Zoom()


def test_the_wheel_scrolls_and_with_control_zooms(view: PaperView) -> None:
    def turn(by: int, keys: Qt.KeyboardModifier) -> None:
        spot = QPointF(view.viewport().rect().center())
        event = QWheelEvent(
            spot,
            view.viewport().mapToGlobal(spot),
            QPoint(),
            QPoint(0, by),
            Qt.MouseButton.NoButton,
            keys,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(view.viewport(), event)

    turn(-120, Qt.KeyboardModifier.NoModifier)
    assert view.verticalScrollBar().value() > 0
    turn(120, Qt.KeyboardModifier.ControlModifier)
    assert view.zoom.fit == ""
    larger = view.percent()
    turn(-120, Qt.KeyboardModifier.ControlModifier)
    assert view.percent() < larger


def test_paper_stays_white_in_the_dark_and_casts_its_shadow_in_the_light(
    view: PaperView, theme: Theme
) -> None:
    (rect,) = view.rects()
    light = view.viewport().grab().toImage()
    middle = rect.left(), 200
    assert light.pixelColor(middle[0] + 20, middle[1]).name() == "#ffffff"
    near, far = (light.pixelColor(middle[0] - out, middle[1]) for out in (2, 12))
    assert near.lightness() < far.lightness(), "a soft shadow at the edge"
    theme.set_mode(ThemeMode.DARK)
    try:
        dark = view.viewport().grab().toImage()
    finally:
        theme.set_mode(ThemeMode.LIGHT)
    assert dark.pixelColor(middle[0] + 20, middle[1]).name() == "#ffffff"
    assert dark.pixelColor(middle[0] - 12, middle[1]).name() == "#0b1216"


def test_a_paper_that_is_being_replaced_is_pale(view: PaperView) -> None:
    ink = QImage(600, 849, QImage.Format.Format_RGB32)
    ink.fill(Qt.GlobalColor.black)
    view.set_pages([PagePicture(ink, *A4)])
    (rect,) = view.rects()
    view.set_dimmed(True)
    spot = rect.left() + 20, 100
    assert view.viewport().grab().toImage().pixelColor(*spot).lightness() > 100
    view.set_dimmed(False)
    assert view.viewport().grab().toImage().pixelColor(*spot).lightness() < 10
