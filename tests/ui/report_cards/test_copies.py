"""Taking cards along: the paper that is shown, the cards that were issued, a printer."""

from pathlib import Path

import pypdfium2
import pytest
from PySide6.QtCore import QSizeF
from PySide6.QtGui import QPageSize
from PySide6.QtPrintSupport import QPrintDialog, QPrinter, QPrinterInfo
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from emis_desktop.errors import Cancelled, CannotSave
from emis_desktop.services.remarks import RemarkService
from tests.factories.desks import DemoDesk
from tests.ui.report_cards.conftest import READY, Screen
from tests.ui.report_cards.test_issuing import issue, issued, pages, save_as, way
from ui.report_cards.page import ReportCardsPage
from ui.report_cards.printing import print_pdf


def quiet(_done: int, _total: int) -> None:
    """Nobody looks."""


def test_a_preview_is_saved_as_such(screen: Screen, tmp_path: Path, qtbot: QtBot) -> None:
    page = screen.open()
    page.preview.save.click()
    save_as(qtbot, tmp_path / "one.pdf")
    screen.settle(page, (tmp_path / "one.pdf").exists)
    assert (tmp_path / "one.pdf").read_bytes() == page.showing.pdf()
    assert "Report card, preview" in pages(tmp_path / "one.pdf")[0]
    assert screen.told.messages == ["Saved as one.pdf"]


def test_an_issued_card_is_shown_and_saved_as_it_was_given_out(
    screen: Screen, desk: DemoDesk, tmp_path: Path, qtbot: QtBot
) -> None:
    page = screen.open()
    issue(screen, page, tmp_path / "first.pdf")
    card = issued(desk)[0]
    page.list.choose(card.student_id)
    screen.settle(page)
    assert (
        page.preview.notice.text() == f"issue 1, {page.words.date(card.issued_on, 'day_month')}, by User 01"
    )
    frozen = page.showing.pdf()
    assert frozen is not None
    words = RemarkService(desk.laptop.db, desk.laptop.actor)
    words.set_class_teacher_remark(card.student_id, desk.term.id, "Another remark than the one before.")
    screen.settle(page, lambda: page.bar.issue.text() == "Issue 1 card")
    screen.settle(page)
    assert page.preview.notice.issues.text() == "As it is now", "as the others that have changed"
    now = page.showing.pdf()
    assert now is not None
    assert now != frozen
    choose_issue(page, "Issue 1")
    screen.settle(page)
    assert page.showing.pdf() == frozen, "the kept values, to the byte"
    here = page.list.current()
    assert here is not None
    assert page.preview.paper.accessibleName() == f"Report card of {here.name}"
    page.deeds.save()
    save_as(qtbot, tmp_path / "again.pdf")
    screen.settle(page, (tmp_path / "again.pdf").exists)
    assert (tmp_path / "again.pdf").read_bytes() == frozen
    assert card.check_code in pages(tmp_path / "again.pdf")[0]


def choose_issue(page: ReportCardsPage, begins: str) -> None:
    """Choose among the issues of the pupil that is shown."""
    actions = page.preview.notice.issues.choices.actions()
    (found,) = [action for action in actions if action.text().startswith(begins)]
    found.trigger()


def test_all_issued_cards_are_saved_again(
    screen: Screen, desk: DemoDesk, tmp_path: Path, qtbot: QtBot
) -> None:
    page = screen.open()
    issue(screen, page, tmp_path / "first.pdf")
    assert page.list.foot.isHidden()
    page.list.show_tab("issued")
    assert page.list.foot.isVisible()
    page.list.again.click()
    save_as(qtbot, tmp_path / "again.pdf")
    screen.settle(page, (tmp_path / "again.pdf").exists)
    assert (tmp_path / "again.pdf").read_bytes() == (tmp_path / "first.pdf").read_bytes()


def test_a_place_that_takes_no_file_is_told(screen: Screen, tmp_path: Path) -> None:
    page = screen.open()
    paper = page.showing.paper()
    assert paper is not None
    page.copies.save(paper, tmp_path / "nowhere" / "one.pdf")
    screen.settle(page)
    assert page.list.strip.text() == "This was not saved"
    assert page.list.strip.note().startswith("Cannot save in")
    assert screen.told.messages == []


# -- Printing -----------------------------------------------------------------------------------------


def to_file(path: Path) -> QPrinter:
    """A printer whose sheets are a file."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(path))
    return printer


def test_without_a_printer_saving_is_offered(screen: Screen, qtbot: QtBot, tmp_path: Path) -> None:
    page = screen.open()
    assert QPrinterInfo.availablePrinterNames() == []
    page.preview.print_.click()
    screen.settle(page, page.list.strip.isVisible)
    assert page.list.strip.text() == "No printer is set up on this laptop"
    way(page, "Save PDF").click()
    save_as(qtbot, tmp_path / "instead.pdf")
    screen.settle(page, (tmp_path / "instead.pdf").exists)


def test_a_card_on_a_printer(
    screen: Screen, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = screen.open()
    monkeypatch.setattr(QPrinterInfo, "availablePrinterNames", lambda: ["Laser"])
    page.preview.print_.click()

    def window() -> QPrintDialog | None:
        found = QApplication.activeModalWidget()
        return found if isinstance(found, QPrintDialog) else None

    qtbot.waitUntil(lambda: window() is not None)
    dialog = window()
    assert dialog is not None
    assert dialog.windowTitle().startswith("Print ")
    printer = dialog.printer()
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "printed.pdf"))
    dialog.accepted.emit(printer)
    dialog.reject()
    screen.settle(page, lambda: "Sent to the printer" in screen.told.messages)
    assert look_at(tmp_path / "printed.pdf") == 1
    assert page.list.strip.isHidden()


def look_at(path: Path) -> int:
    """How many sheets there are; each must have ink on white, edge to edge on A4."""
    document = pypdfium2.PdfDocument(path)
    try:
        for sheet in document:
            assert [round(length) for length in sheet.get_size()] == [595, 842]
            picture = sheet.render(scale=0.5, grayscale=True).to_pil()
            dark = sum(value < 100 for value in picture.tobytes())
            assert 100 < dark < picture.width * picture.height // 4
        return len(document)
    finally:
        document.close()


def test_every_page_of_a_class_is_printed(screen: Screen, desk: DemoDesk, tmp_path: Path) -> None:
    page = screen.open()
    issue(screen, page, tmp_path / "class.pdf")
    printer = to_file(tmp_path / "printed.pdf")
    printer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    steps: list[tuple[int, int]] = []
    pdf = (tmp_path / "class.pdf").read_bytes()
    assert print_pdf(printer, pdf, lambda *step: steps.append(step)) == READY
    assert steps == [(number, READY) for number in range(READY)]
    assert look_at(tmp_path / "printed.pdf") == READY
    page.deeds.print_file(tmp_path / "class.pdf")
    screen.settle(page, page.list.strip.isVisible)


def test_a_printer_that_takes_nothing(screen: Screen, tmp_path: Path) -> None:
    page = screen.open()
    pdf = page.showing.pdf()
    assert pdf is not None
    with pytest.raises(CannotSave, match="takes nothing now"):
        print_pdf(to_file(tmp_path / "no such folder" / "printed.pdf"), pdf, quiet)


def test_printing_stops_between_two_pages(screen: Screen, tmp_path: Path) -> None:
    page = screen.open()
    issue(screen, page, tmp_path / "class.pdf")

    def stop(done: int, _total: int) -> None:
        if done == 1:
            raise Cancelled("Stopped.")

    with pytest.raises(Cancelled):
        print_pdf(to_file(tmp_path / "printed.pdf"), (tmp_path / "class.pdf").read_bytes(), stop)


def test_a_sheet_of_another_size_shows_all_of_the_card(screen: Screen, tmp_path: Path) -> None:
    page = screen.open()
    pdf = page.showing.pdf()
    assert pdf is not None
    printer = to_file(tmp_path / "small.pdf")
    printer.setPageSize(QPageSize(QSizeF(105, 148), QPageSize.Unit.Millimeter))
    assert print_pdf(printer, pdf, quiet) == 1
    document = pypdfium2.PdfDocument(tmp_path / "small.pdf")
    try:
        assert [round(length) for length in document[0].get_size()] in ([298, 420], [297, 420])
    finally:
        document.close()
