"""A code typed into boxes: slips are told as their group ends, and it is a line like any other."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from emis_desktop.rules.spoken_code import read, written
from resources.words import Words
from tests.ui.audit import audit
from tests.ui.conftest import Show
from ui.widgets.code_field import CodeField, packed

CODE = written(bytes(range(40, 50)))
PLAIN = CODE.replace("-", "")


def check(text: str) -> object:
    return read(text, 10, "code")


@pytest.fixture
def field(words: Words, show: Show) -> CodeField:
    made = CodeField("Code", words, check, help_text="Four groups.", good_words="Whole.", name="t.code")
    show(made, width=760)
    made.line.setFocus()
    return made


def test_small_letters_hyphens_and_spaces_are_taken_as_they_are_meant(field: CodeField) -> None:
    whole: list[str] = []
    field.whole.connect(whole.append)
    QTest.keyClicks(field.line, CODE.lower().replace("-", " - "))
    assert field.text() == PLAIN
    assert whole == [PLAIN]
    assert not field.fault
    assert field.line.accessibleDescription() == "Whole."


def test_a_pasted_code_is_packed(field: CodeField) -> None:
    QGuiApplication.clipboard().setText(f"  {CODE}\n")
    QTest.keyClick(field.line, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert field.text() == PLAIN
    assert field.check()


def test_nothing_is_told_in_the_middle_of_a_group(field: CodeField) -> None:
    QTest.keyClicks(field.line, PLAIN[:8])
    assert not field.fault
    assert not field.check()
    assert "group 2 is not complete" in field.fault


@pytest.mark.parametrize("place", range(20))
def test_every_wrong_letter_is_told_when_its_group_ends(field: CodeField, place: int) -> None:
    wrong = "7" if PLAIN[place] != "7" else "8"
    ends = (place // 5 + 1) * 5
    QTest.keyClicks(field.line, (PLAIN[:place] + wrong + PLAIN[place + 1 :])[: ends - 1])
    assert not field.fault
    QTest.keyClicks(field.line, (PLAIN[:place] + wrong + PLAIN[place + 1 :])[ends - 1])
    assert f"Group {place // 5 + 1} " in field.fault
    for _ in range(ends - place):
        QTest.keyClick(field.line, Qt.Key.Key_Backspace)
    QTest.keyClicks(field.line, PLAIN[place:])
    assert not field.fault
    assert field.text() == PLAIN


def test_a_click_puts_the_cursor_into_its_box(field: CodeField) -> None:
    field.set_text(PLAIN)
    box = field.line._box(7).center().toPoint()
    QTest.mouseClick(field.line, Qt.MouseButton.LeftButton, pos=QPoint(box.x(), 10))
    assert field.line.cursorPosition() == 7
    QTest.keyClick(field.line, Qt.Key.Key_End)
    QTest.keyClick(field.line, Qt.Key.Key_Backspace)
    assert field.text() == PLAIN[:-1]


def test_it_shows_whole_and_keeps_its_height_when_it_is_wrong(field: CodeField) -> None:
    before = field.line.height()
    QTest.keyClicks(field.line, "ZZZZZ")
    QApplication.processEvents()
    assert field.fault
    assert field.line.height() == before
    assert audit(field.window()) == []
    assert not field.grab().isNull()


def test_only_letters_and_digits_are_kept() -> None:
    assert packed(" wd4k7 - é–7pxn2\t") == "WD4K77PXN2"
