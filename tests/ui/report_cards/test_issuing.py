"""Issuing from the page, with real files: by keyboard alone, stopped, refused, and again after a change."""

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pypdfium2
import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QCheckBox, QFileDialog, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from emis_desktop import files
from emis_desktop.queries.report_cards import IssuedCard, ReportCardQueries
from emis_desktop.rules.readiness import CardState
from emis_desktop.services.marks import MarkService
from emis_desktop.services.remarks import RemarkService
from tests.factories.desks import DemoDesk
from tests.ui.report_cards.conftest import CLASS, INCOMPLETE, READY, TOTAL, Screen
from ui.context import Unsaved
from ui.report_cards.dialog import IssueDialog
from ui.report_cards.page import ReportCardsPage
from ui.report_cards.plan import Chosen, IssuePlan
from ui.widgets.button import Button
from ui.widgets.text import Text

KEY = Qt.Key


def pages(path: Path) -> list[str]:
    document = pypdfium2.PdfDocument(path)
    try:
        return [page.get_textpage().get_text_range() for page in document]
    finally:
        document.close()


def asked(page: ReportCardsPage, target: Path | None = None) -> IssueDialog:
    """The question, with its files going to ``target``."""
    page.bar.issue.click()
    dialog = page.issuing.dialog
    assert dialog is not None
    if target is not None:
        dialog.set_target(target)
    return dialog


def in_front(qtbot: QtBot, page: ReportCardsPage) -> IssueDialog:
    """The question when it has the keyboard."""
    dialog = page.issuing.dialog
    assert dialog is not None
    qtbot.waitUntil(dialog.isActiveWindow)
    qtbot.waitUntil(lambda: dialog.isAncestorOf(QApplication.focusWidget() or page))
    return dialog


def press(dialog: IssueDialog, key: str) -> None:
    button = dialog.findChild(Button, f"report_cards.issue.{key}")
    assert button is not None
    button.click()


def issue(screen: Screen, page: ReportCardsPage, target: Path) -> None:
    """Say yes, and wait until the list knows."""
    press(asked(page, target), "issue")
    screen.settle(page, lambda: not page.issuing.busy())
    screen.settle(page)


def way(page: ReportCardsPage, text: str) -> Button:
    (found,) = [button for button in page.list.strip.findChildren(Button) if button.text() == text]
    return found


def issued(desk: DemoDesk) -> list[IssuedCard]:
    """The cards in force, in register order."""
    rows = desk.desk.queries.report_cards.card_list(desk.class_id(CLASS), desk.term.id).rows
    return [row.issued for row in rows if row.issued is not None]


def test_the_question(screen: Screen, desk: DemoDesk, qtbot: QtBot) -> None:
    page = screen.open()
    dialog = asked(page)
    in_front(qtbot, page)
    assert dialog.windowTitle() == f"Issue the report cards of {CLASS}?"
    assert dialog._says.text() == f"{READY} cards are ready. {INCOMPLETE} incomplete cards are left out."
    target = dialog.target()
    assert target.name == f"{CLASS}.pdf"
    assert target.parent.name == "2026–27 - Term 1"
    assert target.parent.parent.name == "Report cards"
    assert QApplication.focusWidget() is dialog.findChild(Button, "report_cards.issue.keep")
    box = dialog.findChild(QCheckBox, "report_cards.issue.provisional")
    assert box is not None
    box.click()
    assert f"{INCOMPLETE} are issued with marks missing and say so." in dialog._says.text()
    assert dialog._issue.text() == f"Issue {TOTAL} cards"
    dialog.files.segments.button("each").click()
    assert dialog.target().name == CLASS
    dialog.reject()
    screen.settle(page)
    assert issued(desk) == []
    assert page.list.strip.isHidden()


def test_by_keyboard_alone(screen: Screen, desk: DemoDesk, qtbot: QtBot, tmp_path: Path) -> None:
    page = screen.open()
    page.bar.issue.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(page.bar.issue, KEY.Key_Space)
    dialog = in_front(qtbot, page)
    dialog.set_target(tmp_path / "out" / "class.pdf")
    keep = QApplication.focusWidget()
    assert isinstance(keep, Button)
    qtbot.keyClick(keep, KEY.Key_Tab)
    yes = QApplication.focusWidget()
    assert isinstance(yes, Button)
    assert yes.text() == f"Issue {READY} cards"
    qtbot.keyClick(yes, KEY.Key_Return)
    screen.settle(page, lambda: len(issued(desk)) == READY)
    assert len(pages(tmp_path / "out" / "class.pdf")) == READY


def test_what_was_issued_and_lacks_a_mark_now_is_left_out_or_issued_as_provisional(
    screen: Screen, desk: DemoDesk, tmp_path: Path
) -> None:
    page = screen.open()
    issue(screen, page, tmp_path / "first.pdf")
    assert len(issued(desk)) == READY
    row = next(row for row in page.list.cards().rows if row.issued is not None)  # type: ignore[union-attr]
    sheet = desk.desk.queries.mark_sheet.sheets(desk.school_id, desk.term.id)
    line = next(one for one in sheet if one.class_id == desk.class_id(CLASS) and not one.to_enter)
    book = desk.desk.queries.mark_sheet.sheet(line.class_id, line.subject_id, desk.term.id)
    item = book.columns[0].item.id
    desk.desk.services.marks.record(row.student_id, item, "")
    screen.settle(
        page,
        lambda: page.list.cards().rows[row.number - 1].state is CardState.INCOMPLETE,  # type: ignore[union-attr]
    )
    assert page.bar.issue.text() == f"Issue {READY - 1} cards", "the class average on the others has changed"
    page.list.table.pick(row.number - 1)
    told = page.preview.notice.text()
    assert told.startswith(f"No mark: {line.subject_name}. Issue 1, ")
    assert told.endswith(", stands until then.")
    dialog = asked(page, tmp_path / "second.pdf")
    assert f"{INCOMPLETE + 1} incomplete cards are left out." in dialog._says.text()
    assert dialog._issue.text() == f"Issue {READY - 1} cards"
    assert dialog.provisional.text() == f"Also the {INCOMPLETE + 1} cards with marks missing, as provisional"
    dialog.provisional.click()
    assert dialog._issue.text() == f"Issue {TOTAL} cards"
    press(dialog, "issue")
    screen.settle(page, lambda: len(issued(desk)) == TOTAL)
    screen.settle(page)
    assert len(pages(tmp_path / "second.pdf")) == TOTAL
    row = page.list.cards().rows[row.number - 1]  # type: ignore[union-attr]
    assert row.state is CardState.ISSUED
    assert row.issued is not None
    assert row.issued.issue == 2
    assert not page.bar.issue.isEnabled()


def test_escape_and_enter_on_the_safe_button_issue_nothing(
    screen: Screen, desk: DemoDesk, qtbot: QtBot
) -> None:
    page = screen.open()
    for key in (KEY.Key_Escape, KEY.Key_Return):
        asked(page)
        in_front(qtbot, page)
        here = QApplication.focusWidget()
        assert here is not None
        qtbot.keyClick(here, key)
        screen.settle(page)
        assert page.issuing.dialog is None
    assert issued(desk) == []


def test_one_pdf_for_the_class(screen: Screen, desk: DemoDesk, tmp_path: Path) -> None:
    page = screen.open()
    target = tmp_path / "Grade 3.pdf"
    issue(screen, page, target)
    found = pages(target)
    cards = issued(desk)
    assert len(found) == len(cards) == READY
    for text, card in zip(found, cards, strict=True):
        assert card.name in text
        assert card.check_code in text
        assert "preview" not in text.casefold()
    strip = page.list.strip
    assert strip.text() == f"{READY} cards issued"
    assert strip.note() == f"Saved in Grade 3.pdf. {INCOMPLETE} incomplete cards were left out."
    assert page.list.tabs.button("issued").text() == f"Issued {READY}"
    assert page.list.tabs.button("ready").text() == "Ready 0"
    assert page.bar.issue.text() == "Issue cards", "the incomplete ones, when somebody asks for them"
    dialog = asked(page)
    assert dialog._issue.text() == "Issue cards"
    assert not dialog._issue.isEnabled()
    dialog.provisional.click()
    assert dialog._issue.text() == f"Issue {INCOMPLETE} cards"
    dialog.reject()
    assert page.bar.issue.text() == "Issue cards"
    way(page, "Show incomplete").click()
    assert page.list.tabs.value() == "incomplete"


def test_one_pdf_a_pupil(screen: Screen, desk: DemoDesk, tmp_path: Path) -> None:
    page = screen.open()
    dialog = asked(page)
    dialog.files.segments.button("each").click()
    dialog.set_target(tmp_path / "each")
    press(dialog, "issue")
    screen.settle(page, lambda: len(issued(desk)) == READY)
    made = sorted((tmp_path / "each").iterdir())
    assert len(made) == READY
    for path, card in zip(made, sorted(issued(desk), key=lambda card: card.name), strict=True):
        assert path.name.startswith(f"{CLASS} - {card.name}")
        assert card.name in pages(path)[0]
    assert page.list.strip.note().startswith("Saved in each.")


def test_provisional_cards_and_another_language(screen: Screen, desk: DemoDesk, tmp_path: Path) -> None:
    page = screen.open()
    dialog = asked(page, tmp_path / "all.pdf")
    dialog.provisional.click()
    dialog.language.segments.button("fr").click()
    press(dialog, "issue")
    screen.settle(page, lambda: len(issued(desk)) == TOTAL)
    texts = pages(tmp_path / "all.pdf")
    assert len(texts) == TOTAL
    assert sum("Provisoire" in text for text in texts) == INCOMPLETE
    assert {card.language for card in issued(desk)} == {"fr"}
    assert "left out" not in page.list.strip.note()


def test_cancel_leaves_nothing(screen: Screen, desk: DemoDesk, tmp_path: Path) -> None:
    page = screen.open()
    folder = tmp_path / "made for it"
    press(asked(page, folder / "class.pdf"), "issue")
    assert page.list.strip.isVisible()
    assert page.list.strip.note() == "Cancel leaves no file behind. You can go on working."
    assert not page.bar.issue.isEnabled()
    page.list.strip._cancel.click()
    screen.settle(page, lambda: not page.issuing.busy())
    assert not folder.exists()
    assert issued(desk) == []
    assert page.list.strip.text() == "Stopped"
    assert page.list.strip.note() == "Nothing was issued and no file was left behind."
    assert page.bar.issue.isEnabled()


def test_a_changed_card_is_issued_again_and_the_others_stay(
    screen: Screen, desk: DemoDesk, tmp_path: Path
) -> None:
    page = screen.open()
    issue(screen, page, tmp_path / "first.pdf")
    before = issued(desk)
    changed = before[2]
    words = RemarkService(desk.laptop.db, desk.laptop.actor)
    words.set_class_teacher_remark(changed.student_id, desk.term.id, "Another remark than the one before.")
    screen.settle(page, lambda: page.bar.issue.text() == "Issue 1 card")
    page.list.choose(changed.student_id)
    screen.settle(page)
    here = page.list.current()
    assert here is not None
    assert here.state is CardState.CHANGED
    assert "issue 2 replaces issue 1" in page.preview.notice.text()
    assert [each.text().split(",")[0] for each in page.preview.notice.issues.choices.actions()] == [
        "As it is now",
        "Issue 1",
    ]
    dialog = asked(page, tmp_path / "second.pdf")
    assert dialog._says.text().startswith("1 has changed since it was issued: a new issue replaces it.")
    assert f"{READY - 1} are issued and unchanged" in dialog._says.text()
    press(dialog, "issue")
    screen.settle(page, lambda: [card.issue for card in issued(desk)].count(2) == 1)
    (text,) = pages(tmp_path / "second.pdf")
    assert "Another remark than the one before." in text
    assert "Issue 2" in text
    assert [card for card in issued(desk) if card.issue == 1] == [*before[:2], *before[3:]]
    issues = desk.desk.queries.report_cards.issues_of(changed.student_id, desk.term.id)
    assert [(card.issue, card.superseded) for card in issues] == [(2, False), (1, True)]


def test_one_card_alone(screen: Screen, desk: DemoDesk, tmp_path: Path) -> None:
    page = screen.open()
    issue(screen, page, tmp_path / "first.pdf")
    two = issued(desk)[:2]
    words = RemarkService(desk.laptop.db, desk.laptop.actor)
    for card in two:
        words.set_class_teacher_remark(card.student_id, desk.term.id, "Another remark.")
    page.list.choose(two[1].student_id)
    screen.settle(page, lambda: page.bar.issue.text() == "Issue 2 cards")
    assert page.preview.notice.button.text() == "Issue this card"
    page.preview.notice.button.click()
    dialog = page.issuing.dialog
    assert dialog is not None
    dialog.set_target(tmp_path / "alone.pdf")
    press(dialog, "issue")
    screen.settle(page, lambda: [card.issue for card in issued(desk)].count(2) == 1)
    assert two[1].name in pages(tmp_path / "alone.pdf")[0]


# -- What can go wrong --------------------------------------------------------------------------------


def test_a_place_that_may_not_be_written_to(screen: Screen, desk: DemoDesk, tmp_path: Path) -> None:
    page = screen.open()
    (tmp_path / "a file").write_text("no folder")
    issue(screen, page, tmp_path / "a file" / "class.pdf")
    strip = page.list.strip
    assert strip.text() == "Nothing was issued"
    assert strip.note().startswith("Cannot save in")
    assert strip.property("tint") == "bad"
    assert issued(desk) == []
    issue(screen, page, tmp_path / "class.pdf")
    assert strip.property("tint") == ""
    assert len(issued(desk)) == READY


def test_a_full_disk(screen: Screen, desk: DemoDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = screen.open()
    genuine: Callable[[Path], None] = files.flush

    def full(path: Path) -> None:
        if path.parent == tmp_path / "stick":
            raise OSError(28, "No space left on device")
        genuine(path)

    monkeypatch.setattr(files, "flush", full)
    issue(screen, page, tmp_path / "stick" / "class.pdf")
    assert page.list.strip.note() == (
        f"Cannot save in {tmp_path / 'stick'}: the disk is full. Free some room, then do it again."
    )
    assert issued(desk) == []
    assert not (tmp_path / "stick").exists()


def test_a_file_open_in_another_program(
    screen: Screen, desk: DemoDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = screen.open()
    target = tmp_path / "class.pdf"
    target.write_text("the one before")
    genuine = Path.open

    def held(path: Path, mode: str = "r", **rest: object) -> object:
        if path == target and mode == "rb+":
            raise PermissionError(13, "in use")
        return genuine(path, mode, **rest)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", held)
    issue(screen, page, target)
    monkeypatch.undo()
    assert page.list.strip.text() == "Nothing was issued"
    assert "class.pdf cannot be replaced: another program has it open" in page.list.strip.note()
    assert target.read_text() == "the one before"
    assert issued(desk) == []


def test_issued_but_not_saved_is_saved_again(
    screen: Screen, desk: DemoDesk, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = screen.open()
    target = tmp_path / "class.pdf"
    genuine = files.replace

    def fail(source: Path, to: Path) -> None:
        if to == target:
            raise OSError(5, "input/output error")
        genuine(source, to)

    monkeypatch.setattr(files, "replace", fail)
    issue(screen, page, target)
    monkeypatch.undo()
    strip = page.list.strip
    assert strip.text() == "Issued, but not saved"
    assert f"{READY} report cards are issued, but 1 of 1 files could not be saved" in strip.note()
    assert len(issued(desk)) == READY
    assert not target.exists()
    way(page, "Save them again").click()
    save_as(qtbot, tmp_path / "again.pdf")
    screen.settle(page, (tmp_path / "again.pdf").exists)
    assert len(pages(tmp_path / "again.pdf")) == READY
    assert screen.told.messages[-1] == "Saved as again.pdf"
    assert strip.isHidden()


def save_as(qtbot: QtBot, target: Path) -> None:
    """Answer the window that asks where to save."""

    def window() -> QFileDialog | None:
        found = QApplication.activeModalWidget()
        return found if isinstance(found, QFileDialog) else None

    qtbot.waitUntil(lambda: window() is not None)
    dialog = window()
    assert dialog is not None
    line = dialog.findChild(QLineEdit, "fileNameEdit")
    assert line is not None
    line.setText(str(target))
    qtbot.keyClick(line, KEY.Key_Return)


def test_the_folder_is_asked_for_and_opened(
    screen: Screen, desk: DemoDesk, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = screen.open()
    dialog = asked(page, tmp_path / "class.pdf")
    dialog.choose.click()
    save_as(qtbot, tmp_path / "chosen")
    qtbot.waitUntil(lambda: dialog.target() == tmp_path / "chosen.pdf")
    press(dialog, "issue")
    screen.settle(page, lambda: (tmp_path / "chosen.pdf").exists() and not page.issuing.busy())
    opened: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url) or False)
    way(page, "Open folder").click()
    assert [url.toLocalFile() for url in opened] == [str(tmp_path)]
    assert page.list.strip.text() == "The folder cannot be opened from here"
    assert str(tmp_path) in page.list.strip.note()


def test_what_is_refused_on_another_screen_is_told_before_the_cards_go_out(
    screen: Screen, tmp_path: Path
) -> None:
    page = screen.open()
    assert asked(page).findChild(QWidget, "report_cards.issue.unsaved") is None
    dialog = page.issuing.dialog
    assert dialog is not None
    press(dialog, "keep")
    page.context.unsaved.report("marks", Unsaved(2, "2 marks not saved", lambda: None))
    told = asked(page).findChild(QWidget, "report_cards.issue.unsaved")
    assert told is not None
    assert [text.text() for text in told.findChildren(Text)] == [
        "2 entries were refused and are not saved. The cards show what is saved."
    ]
    page.context.unsaved.forget()


def test_a_mark_changed_while_cards_are_made(
    screen: Screen, desk: DemoDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = screen.open()
    class_id = desk.class_id(CLASS)
    subject = desk.desk.queries.school.subjects_of(class_id)[0].subject_id
    sheet = desk.desk.queries.mark_sheet.sheet(class_id, subject, desk.term.id)
    item = sheet.item_at(0, 0)
    assert item is not None
    marks = MarkService(desk.laptop.db, desk.laptop.actor)
    genuine = files.write

    def meddle(target: Path, content: bytes) -> None:
        genuine(target, content)
        if target.suffix == ".part":  # the cards themselves, not the note that they are being made
            marks.record(sheet.rows[0].student_id, item.id, "0")

    monkeypatch.setattr(files, "write", meddle)
    issue(screen, page, tmp_path / "class.pdf")
    assert page.list.strip.text() == "Nothing was issued"
    assert "Records were changed while the cards were being made" in page.list.strip.note()
    assert issued(desk) == []
    assert not (tmp_path / "class.pdf").exists()


def test_a_folder_for_one_pdf_a_pupil(screen: Screen, desk: DemoDesk, tmp_path: Path, qtbot: QtBot) -> None:
    page = screen.open()
    (tmp_path / "cards").mkdir()
    dialog = asked(page, tmp_path / "class.pdf")
    dialog.files.segments.button("each").click()
    assert dialog.target() == tmp_path / CLASS, "beside what was chosen before"
    dialog.choose.click()
    save_as(qtbot, tmp_path / "cards")
    qtbot.waitUntil(lambda: dialog.target() == tmp_path / "cards")
    dialog.reject()


def test_who_was_skipped_is_named_with_the_reason(screen: Screen, desk: DemoDesk, tmp_path: Path) -> None:
    page = screen.open()
    cards = page.list.cards()
    assert cards is not None
    plan = IssuePlan.of(CLASS, cards.rows, begun=True)
    issue(screen, page, tmp_path / "first.pdf")
    chosen = Chosen(tmp_path / "second.pdf", merged=True, language="en", provisional=False)
    page.issuing.start(plan, cards.class_id, cards.term_id, chosen)
    screen.settle(page, lambda: not page.issuing.busy())
    assert page.list.strip.text() == "Nothing was issued"
    note = page.list.strip.note()
    first = issued(desk)[0]
    assert note.startswith(f"{first.name}: Issued on {page.words.date(first.issued_on, 'medium')}")
    assert note.endswith(f"And {READY - 3} more.")
    assert not (tmp_path / "second.pdf").exists()


def test_issues_that_come_late_are_not_those_of_another_term(
    screen: Screen, desk: DemoDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = screen.open()
    issue(screen, page, tmp_path / "first.pdf")
    screen.settle(page)
    here = page.list.current()
    assert here is not None
    assert here.issued is not None
    find, go_on = ReportCardQueries.issues_of, threading.Event()

    def slow(self: ReportCardQueries, student_id: UUID, term_id: UUID) -> tuple[IssuedCard, ...]:
        go_on.wait(10)
        return find(self, student_id, term_id)

    monkeypatch.setattr(ReportCardQueries, "issues_of", slow)
    class_id, terms = desk.class_id(CLASS), desk.desk.queries.school.terms(desk.year.id)
    page.showing.show(here, class_id, desk.term.id, "en")
    page.showing.show(replace(here, issued=None, state=CardState.READY), class_id, terms[1].id, "en")
    go_on.set()
    screen.qtbot.waitUntil(lambda: screen.context.tasks.running() == 0, timeout=20_000)
    assert page.preview.notice.issues.choices.actions() == []
