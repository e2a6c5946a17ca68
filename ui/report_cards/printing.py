"""Paper on a real printer: the pages of a PDF, pictured at the printer's own fineness.

The pages are drawn away from the screen's thread; Qt paints onto a printer from any.
"""

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QMarginsF, QRectF, QSizeF
from PySide6.QtGui import QPageLayout, QPageSize, QPainter
from PySide6.QtWidgets import QDialog, QWidget

from emis_desktop.errors import CannotSave
from resources.words import N_, Words
from ui.report_cards.render import POINTS_PER_INCH, PagePicture, page_count, page_picture

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrintDialog, QPrinter

FINEST_DPI: Final = 300
"""Dots an inch that the pages are pictured at, at most: a laser shows no more, and memory is dear."""


def has_printer() -> bool:
    """Whether this laptop knows a printer. The first call loads Qt's printing: ask away from the screen."""
    from PySide6.QtPrintSupport import QPrinterInfo  # noqa: PLC0415  - 0.1 s, and seldom wanted

    return bool(QPrinterInfo.availablePrinterNames())


def ask_printer(
    parent: QWidget, words: Words, name: str, chosen: Callable[["QPrinter"], object]
) -> "QPrintDialog":
    """Open the system's print window; ``chosen`` is called with the printer. The screen goes on."""
    from PySide6.QtPrintSupport import QPrintDialog, QPrinter  # noqa: PLC0415

    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setDocName(name)
    window = QPrintDialog(printer, parent)
    window.setWindowTitle(words.tr("Print {name}", name=name))
    window.setOption(QPrintDialog.PrintDialogOption.PrintToFile, False)
    window.accepted.connect(lambda: chosen(printer))
    if sys.platform == "win32":
        window.exec()  # the system's own window there: it cannot be shown in any other way
    else:
        QDialog.open(window)  # QPrintDialog's own takes a slot by its C++ name
    return window


def print_pdf(printer: "QPrinter", pdf: bytes, progress: Callable[[int, int], None]) -> int:
    """Print every page, each as large as the sheet has room for; tells how many there were.

    ``progress`` is called with (pages printed, pages) and may raise ``Cancelled``. Raises :class:`CannotSave`
    when the printer does not take them.
    """
    width, count = _dots(printer), page_count(pdf)
    page = page_picture(pdf, 0, width)
    _set_sheet(printer, page)
    painter = QPainter()
    if not painter.begin(printer):
        raise CannotSave(
            N_("The printer takes nothing now. Check that it is on and has paper, then print again.")
        )
    try:
        for number in range(count):
            progress(number, count)
            if number:
                printer.newPage()
                page = page_picture(pdf, number, width)
            _paint(painter, printer, page)
    finally:
        painter.end()
    return count


def _dots(printer: "QPrinter") -> int:
    """How many dots wide the pages are pictured."""
    inches = printer.pageLayout().fullRectPoints().width() / POINTS_PER_INCH
    return round(inches * min(FINEST_DPI, printer.resolution()))


def _set_sheet(printer: "QPrinter", page: PagePicture) -> None:
    """No margins of the printer's own: the cards bring theirs."""
    printer.setFullPage(True)
    layout = printer.pageLayout()
    if layout.pageSize().id() is QPageSize.PageSizeId.Custom:
        layout.setPageSize(QPageSize(QSizeF(page.width, page.height), QPageSize.Unit.Point))
    layout.setMode(QPageLayout.Mode.FullPageMode)
    layout.setMargins(QMarginsF(0, 0, 0, 0))
    printer.setPageLayout(layout)


def _paint(painter: QPainter, printer: "QPrinter", page: PagePicture) -> None:
    sheet = printer.pageLayout().fullRectPixels(printer.resolution())
    scale = min(sheet.width() / page.width, sheet.height() / page.height)
    wide, high = page.width * scale, page.height * scale
    target = QRectF((sheet.width() - wide) / 2, (sheet.height() - high) / 2, wide, high)
    painter.drawImage(target, page.image)
