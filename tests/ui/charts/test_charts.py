"""Charts: what they say, their tables and files, and that each is its mirror picture from right to left."""

import csv
import io
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from emis_desktop.errors import CannotSave
from resources.words import Words
from tests.ui.conftest import Show
from ui.charts.bars import Bar, BarChart
from ui.charts.base import Chart
from ui.charts.card import ChartCard, TableDialog
from ui.charts.heatmap import HeatData, Heatmap
from ui.charts.histogram import Bin, Histogram
from ui.charts.lines import LineChart, Series
from ui.charts.pyramid import Pyramid, PyramidRow
from ui.theme.fonts import metrics
from ui.theme.tokens import LIGHT, ramp
from ui.widgets.dialog import Dialog
from ui.widgets.menu import Menu

D = Decimal
Make = Callable[[Words], Chart]


def pyramid(words: Words) -> Pyramid:
    made = Pyramid(words, "Boys", "Girls", "Grade")
    made.set_rows((PyramidRow("6", 26, 30), PyramidRow("K", 40, 2)))
    return made


def histogram(words: Words) -> Histogram:
    made = Histogram(words, "Term marks")
    bins = tuple(Bin(D(low), D(low + 25), count) for low, count in ((0, 1), (25, 0), (50, 8), (75, 4)))
    made.set_bins(bins, D(50))
    return made


def lines(words: Words) -> LineChart:
    made = LineChart(words, "Term")
    pupil = Series("Pupil", (D(61), None, D("76.5"), D(78)))
    made.set_series(("T1", "T2", "T3", "T1"), (pupil, Series("Class", (D(66), D(65), D(67), D(71)))))
    return made


def heatmap(words: Words) -> Heatmap:
    made = Heatmap(words, "Day")
    made.set_data(
        HeatData(
            rows=("Mo", "Tu"),
            columns=("7 Sep", "14 Sep", "21 Sep"),
            shown=("7 Sep", "", "21 Sep"),
            values=((D(80), D(98), None), (D(90), None, D(85))),
            notes={(0, 2): "holiday"},
            low=D(80),
            high=D(98),
            unit="%",
            caption="Per cent present",
        )
    )
    return made


def bars(words: Words) -> BarChart:
    made = BarChart(words, "Subject", "Average", places=1)
    made.set_bars((Bar("Mathematics", D("63.94")), Bar("Science", D(12), "chart2")))
    return made


MAKERS: list[Make] = [pyramid, histogram, lines, heatmap, bars]
CHARTS = pytest.mark.parametrize("make", MAKERS, ids=lambda make: make.__name__)


def picture(chart: Chart, *, rtl: bool = False, width: int = 480, height: int = 240) -> QImage:
    image = QImage(width, height, QImage.Format.Format_ARGB32)
    image.fill(QColor(LIGHT.surface))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    chart.draw(painter, QRectF(0, 0, width, height), rtl=rtl)
    painter.end()
    return image


def places_of(image: QImage, colour: str) -> set[tuple[int, int]]:
    wanted = QColor(colour).rgb()
    return {
        (x, y) for x in range(image.width()) for y in range(image.height()) if image.pixel(x, y) == wanted
    }


@CHARTS
def test_a_chart_can_be_heard(words: Words, qtbot: QtBot, make: Make) -> None:
    chart = make(words)
    qtbot.addWidget(chart)
    assert chart.accessibleName() == chart.spoken() != ""
    assert chart.minimumSizeHint().isValid()


def test_what_is_said(words: Words) -> None:
    assert pyramid(words).spoken() == "Boys 66, Girls 32; Grade 6: 26, 30; Grade K: 40, 2"
    assert histogram(words).spoken() == "Term marks. 0–25: 1; 50–75: 8; 75–100: 4"
    assert lines(words).spoken().startswith("Pupil: T1 61.0, T2 –, T3 76.5, T1 78.0; Class: ")
    assert heatmap(words).spoken() == "Per cent present. Least 80 (Mo 7 Sep), most 98 (Mo 14 Sep)"
    assert bars(words).spoken() == "Average: Mathematics 63.9, Science 12.0"


def test_tables_have_every_value(words: Words) -> None:
    assert pyramid(words).table().rows == (("6", "26", "30", "56"), ("K", "40", "2", "42"))
    assert histogram(words).table().rows[2] == ("50–75", "8")
    assert lines(words).table().rows[1] == ("T2", "–", "65.0")
    assert heatmap(words).table().heads == ("Day", "7 Sep", "14 Sep", "21 Sep")
    assert heatmap(words).table().rows[0] == ("Mo", "80", "98", "holiday")
    assert bars(words).table().rows == (("Mathematics", "63.9"), ("Science", "12.0"))


def test_numbers_are_those_of_the_language(words: Words) -> None:
    assert bars(Words.load("fr")).table().rows[0] == ("Mathematics", "63,9")


def test_the_table_is_written_as_csv_of_the_standard(words: Words) -> None:
    chart = BarChart(words, "Subject", "Average")
    chart.set_bars((Bar('Art, "free"', D(5)),))
    rows = list(csv.reader(io.StringIO(chart.table().as_csv())))
    assert rows == [["Subject", "Average"], ['Art, "free"', "5"]]


@CHARTS
@pytest.mark.parametrize("ending", ["png", "svg", "csv"])
def test_a_chart_is_saved(words: Words, show: Show, tmp_path: Path, make: Make, ending: str) -> None:
    chart = make(words)
    show(chart)
    path = tmp_path / f"chart.{ending}"
    chart.save(path)
    content = path.read_bytes()
    if ending == "png":
        image = QImage.fromData(content)
        assert image.width() == chart.width() * 2
    elif ending == "svg":
        assert ET.fromstring(content).tag.endswith("svg")
    else:
        assert content.decode("utf-8-sig").splitlines()[0] == ",".join(chart.table().heads)


def test_a_folder_that_does_not_take_it_is_said(words: Words, tmp_path: Path, show: Show) -> None:
    chart = bars(words)
    show(chart)
    with pytest.raises(CannotSave, match="could not be saved in gone"):
        chart.save(tmp_path / "gone" / "chart.png")


@CHARTS
def test_from_right_to_left_it_is_the_mirror_picture(words: Words, qtbot: QtBot, make: Make) -> None:
    chart = make(words)
    qtbot.addWidget(chart)
    colour = ramp(LIGHT)[4] if isinstance(chart, Heatmap) else LIGHT.chart1
    ltr, rtl = places_of(picture(chart), colour), places_of(picture(chart, rtl=True), colour)
    mirrored = {(479 - x, y) for x, y in ltr}
    assert ltr
    assert len(mirrored & rtl) > 0.85 * max(len(ltr), len(rtl))


@CHARTS
def test_an_empty_chart_is_blank(words: Words, qtbot: QtBot, make: Make) -> None:
    empties: dict[str, Callable[[], Chart]] = {
        "pyramid": lambda: Pyramid(words, "Boys", "Girls", "Grade"),
        "histogram": lambda: Histogram(words, "Marks"),
        "lines": lambda: LineChart(words, "Term"),
        "heatmap": lambda: Heatmap(words, "Day"),
        "bars": lambda: BarChart(words, "Subject", "Average"),
    }
    empty = empties[make.__name__]()
    qtbot.addWidget(empty)
    image = picture(empty)
    assert len(places_of(image, LIGHT.surface)) == image.width() * image.height()
    assert empty.table().rows == ()
    empty.spoken()


def test_bars_are_to_scale(words: Words, qtbot: QtBot) -> None:
    chart = Pyramid(words, "Boys", "Girls", "Grade")
    chart.set_rows((PyramidRow("1", 20, 10),))
    qtbot.addWidget(chart)
    image = picture(chart)
    boys, girls = places_of(image, LIGHT.chart2), places_of(image, LIGHT.chart1)
    widths = [max(x for x, _ in one) - min(x for x, _ in one) for one in (boys, girls)]
    assert widths[0] / widths[1] == pytest.approx(2, abs=0.05)


@pytest.mark.parametrize(("most", "ticks"), [(1, ["1"]), (3, ["1", "2", "3"]), (7, ["5", "10"])])
def test_few_pupils_are_counted_in_whole_numbers(
    words: Words, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, most: int, ticks: list[str]
) -> None:
    chart = Pyramid(words, "Boys", "Girls", "Grade")
    chart.set_rows((PyramidRow("1", 0, most),))
    qtbot.addWidget(chart)
    written: list[str] = []
    monkeypatch.setattr(
        "ui.charts.pyramid.words_at", lambda _painter, room, text, *_rest, **_more: written.append(text)
    )
    monkeypatch.setattr(Pyramid, "_head", lambda *_rest: None)
    monkeypatch.setattr(Pyramid, "_bars", lambda *_rest: None)
    picture(chart)
    assert written == [*ticks, *ticks, "1"]


def test_failing_bins_stand_in_another_colour_before_the_line(words: Words, qtbot: QtBot) -> None:
    chart = histogram(words)
    qtbot.addWidget(chart)
    image = picture(chart)
    failing, passing = places_of(image, LIGHT.chart2), places_of(image, LIGHT.chart1)
    assert max(x for x, _ in failing) < 240 <= min(x for x, _ in passing) + 4


@pytest.mark.parametrize("rtl", [False, True])
@pytest.mark.parametrize("passing", [1, 40, 50, 60, 99])
@pytest.mark.parametrize("width", [90, 140, 300])
def test_the_words_of_the_pass_line_are_never_cut(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, width: int, passing: int, rtl: bool
) -> None:
    words = Words.load("es")
    chart = Histogram(words, "Notas")
    chart.set_bins(tuple(Bin(D(low), D(low + 10), 1) for low in range(0, 100, 10)), D(passing))
    qtbot.addWidget(chart)
    written: dict[str, QRectF] = {}
    monkeypatch.setattr(
        "ui.charts.histogram.words_at",
        lambda _painter, room, text, *_rest, **_more: written.update({text: room}),
    )
    picture(chart, rtl=rtl, width=width)
    text, room = next((text, room) for text, room in written.items() if text.startswith("aprobado"))
    assert text == f"aprobado {passing}"
    assert QRectF(0, 0, width, 240).contains(room)
    assert room.width() >= metrics(11).horizontalAdvance(text)


def test_a_line_does_not_cross_a_gap(words: Words, qtbot: QtBot) -> None:
    chart = LineChart(words, "Term")
    chart.set_series(("a", "b", "c", "d", "e"), (Series("P", (D(50), D(50), None, D(50), D(50))),))
    qtbot.addWidget(chart)
    columns = {x for x, _ in places_of(picture(chart), LIGHT.chart1)}
    gap = [x for x in range(min(columns), max(columns)) if x not in columns]
    assert len(gap) > 100


def test_a_heatmap_of_nothing_says_what_it_would_show(words: Words, qtbot: QtBot) -> None:
    chart = Heatmap(words, "Day")
    qtbot.addWidget(chart)
    chart.set_data(
        HeatData(("Mo",), ("7 Sep",), ("",), ((None,),), {}, D(80), D(80), "%", "Per cent present")
    )
    assert chart.spoken() == "Per cent present"
    picture(chart)


def test_the_table_is_one_press_away(words: Words, show: Show) -> None:
    chart = bars(words)
    card = ChartCard("Averages", "Term 1", chart, name="home.averages")
    page = show(card)
    QTest.mouseClick(card.show_table, Qt.MouseButton.LeftButton)
    dialog = page.findChild(TableDialog)
    assert dialog is not None
    assert dialog.isVisible()
    assert dialog.table.model().rowCount() == 2
    dialog.close()
    chart.customContextMenuRequested.emit(QPoint(5, 5))
    menus = [child for child in card.children() if isinstance(child, Menu)]
    assert len(menus) == 1


def test_saving_asks_where_and_tells_a_fault(
    words: Words, show: Show, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chart = bars(words)
    card = ChartCard("Averages", "", chart)
    page = show(card)
    monkeypatch.setattr(QFileDialog, "open", lambda self: None)
    card.ask_where()
    dialog = card.window().findChild(QFileDialog)
    assert dialog is not None
    dialog.fileSelected.emit(str(tmp_path / "a.csv"))
    assert (tmp_path / "a.csv").exists()
    dialog.fileSelected.emit(str(tmp_path / "gone" / "a.csv"))
    told = page.findChild(Dialog)
    assert told is not None
    assert "could not be saved" in told.accessibleDescription()
    told.close()
