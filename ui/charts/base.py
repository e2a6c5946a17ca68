"""What every chart is.

A painting of plain values, words for who cannot see it, and a table of the same values.
"""

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from emis_desktop.errors import CannotSave
from resources.words import N_, Words
from ui.theme.active import colour
from ui.theme.fonts import font
from ui.widgets.base import identify
from ui.widgets.paint import alignment

SCALE_SAVED = 2


@dataclass(frozen=True, slots=True)
class ChartTable:
    """The values of a chart as a table: heads, and rows of words whose first cell names the row."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def as_csv(self) -> str:
        """RFC 4180 with a head row."""
        out = io.StringIO()
        writer = csv.writer(out)
        writer.writerow(self.heads)
        writer.writerows(self.rows)
        return out.getvalue()


class Chart(QWidget):
    """Base of the charts: subclasses give ``draw``, ``table`` and ``spoken``.

    ``draw`` paints into a rectangle with the tokens in force, mirrored when ``rtl``; it is used for the
    screen and for saved pictures alike.
    """

    def __init__(self, words: Words, *, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = words
        identify(self, name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def draw(self, painter: QPainter, box: QRectF, *, rtl: bool) -> None:
        """Paint the chart into ``box``."""
        raise NotImplementedError

    def table(self) -> ChartTable:
        """The values as a table."""
        raise NotImplementedError

    def spoken(self) -> str:
        """What a screen reader says instead of the picture: what is shown, least and most."""
        raise NotImplementedError

    def changed(self) -> None:
        """Call when the values have changed: repaint and say the new words."""
        self.setAccessibleName(self.spoken())
        self.update()

    def is_rtl(self) -> bool:
        """Whether it is mirrored."""
        return self.layoutDirection() == Qt.LayoutDirection.RightToLeft

    def minimumSizeHint(self) -> QSize:
        """The least it can be read at."""
        return QSize(120, 80)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the chart on the widget."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.draw(painter, QRectF(self.rect()), rtl=self.is_rtl())

    # -- Saving -------------------------------------------------------------------------------------

    def as_png(self) -> bytes:
        """The chart as it is now, twice as fine."""
        size = self.size()
        image = QImage(size * SCALE_SAVED, QImage.Format.Format_ARGB32_Premultiplied)
        image.setDevicePixelRatio(SCALE_SAVED)
        image.fill(colour("surface"))
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.draw(painter, QRectF(0, 0, size.width(), size.height()), rtl=self.is_rtl())
        painter.end()
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        image.save(buffer, "PNG")  # type: ignore[call-overload]
        return bytes(buffer.data().data())

    def as_svg(self) -> bytes:
        """The chart as lines and letters."""
        from PySide6.QtSvg import QSvgGenerator  # noqa: PLC0415 - 2 ms that only a save needs

        target = QByteArray()
        buffer = QBuffer(target)
        generator = QSvgGenerator()
        generator.setOutputDevice(buffer)
        generator.setSize(self.size())
        generator.setViewBox(self.rect())
        generator.setTitle(self.accessibleName())
        painter = QPainter(generator)
        painter.fillRect(self.rect(), colour("surface"))
        self.draw(painter, QRectF(self.rect()), rtl=self.is_rtl())
        painter.end()
        return bytes(target.data())

    def save(self, path: Path) -> None:
        """Write the chart as PNG, SVG or CSV, after the ending of ``path``.

        Raises :class:`CannotSave` when the folder does not take it.
        """
        ending = path.suffix.lower()
        if ending == ".csv":
            content = self.table().as_csv().encode("utf-8-sig")
        else:
            content = self.as_svg() if ending == ".svg" else self.as_png()
        try:
            path.write_bytes(content)
        except OSError as fault:
            raise CannotSave(
                N_("The picture could not be saved in {folder}. Choose another folder."),
                folder=path.parent.name,
            ) from fault


def flip(rect: QRectF, box: QRectF, *, rtl: bool) -> QRectF:
    """``rect`` mirrored within ``box`` when ``rtl``."""
    if not rtl:
        return rect
    return QRectF(box.left() + box.right() - rect.right(), rect.top(), rect.width(), rect.height())


def words_at(
    painter: QPainter,
    rect: QRectF,
    text: str,
    align: str = "center",
    *,
    size: int = 11,
    weight: int = 400,
    ink: str = "text3",
    rtl: bool = False,
) -> None:
    """Write ``text`` into ``rect``, centred in its height."""
    painter.setFont(font(size, weight))
    painter.setPen(QColor(ink) if ink.startswith("#") else colour(ink))
    painter.drawText(rect, int(alignment(align, rtl) | Qt.AlignmentFlag.AlignVCenter), text)


def grid_pen() -> QPen:
    """The pen of grid lines."""
    return QPen(colour("grid"), 1)
