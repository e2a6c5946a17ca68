"""Form fields: leaving saves, faults stay with what was typed, focus does not make the page jump."""

from datetime import date

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from emis_desktop.errors import Refused
from resources.words import Words
from tests.ui.conftest import Show
from ui.widgets.fields import ChoiceField, DateField, Field, PhoneField, SegmentField, TextField
from ui.widgets.form import FormCard, PasswordField


def read_iso(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as fault:
        raise Refused("“{text}” is not a date", text=text) from fault


def test_a_field_is_saved_when_it_is_left_changed(words: Words, show: Show) -> None:
    field, other = TextField("Given names", words, name="form.given"), TextField("Family name", words)
    show(field, other)
    saved: list[str] = []
    typed: list[str] = []
    field.committed.connect(saved.append)
    field.edited.connect(typed.append)
    field.line.setFocus()
    QTest.keyClicks(field.line, "Zoe")
    assert typed == ["Z", "Zo", "Zoe"]
    assert saved == []
    other.line.setFocus()
    assert saved == ["Zoe"]
    field.line.setFocus()
    other.line.setFocus()
    assert saved == ["Zoe"], "nothing changed, nothing saved"


def test_a_fault_keeps_what_was_typed_and_is_said_to_screen_readers(words: Words, show: Show) -> None:
    field = TextField("Given names", words, help_text="As on the certificate", name="form.given")
    show(field)
    field.line.setText("1")
    field.set_refusal(Refused("Type a name with at least one letter."))
    assert field.text() == "1"
    assert field.fault == "Type a name with at least one letter."
    assert field.editor.accessibleDescription() == field.fault
    assert field.editor.property("wrong") is True
    field.set_fault("")
    assert field.editor.accessibleDescription() == "As on the certificate"
    assert field.editor.accessibleName() == "Given names"
    assert field.editor.objectName() == "form.given"


def test_focus_and_fault_do_not_move_the_page(words: Words, show: Show) -> None:
    first, second = TextField("One", words), TextField("Two", words)
    show(first, second)
    second.line.setFocus()
    show.qtbot.waitUntil(second.line.hasFocus)
    before = (first.line.geometry(), first.line.sizeHint(), second.pos())
    first.line.setFocus()
    show.qtbot.waitUntil(first.line.hasFocus)
    assert (first.line.geometry(), first.line.sizeHint(), second.pos()) == before
    assert first.line.height() == 32


def test_a_date_is_echoed_in_long_form(words: Words, show: Show) -> None:
    field = DateField("Date of birth", words, read_iso, name="form.born")
    show(field)
    found: list[object] = []
    field.dated.connect(found.append)
    field.line.setText("2016-03-12")
    field.line.editingFinished.emit()
    assert found == [date(2016, 3, 12)]
    assert field._message.text() == "12 March 2016"
    field.line.setText("soon")
    field.line.editingFinished.emit()
    assert field.fault == "“soon” is not a date"
    assert field.text() == "soon"
    assert found == [date(2016, 3, 12)]
    field.set_value(date(2015, 1, 2))
    assert field.text() == "2 Jan 2015"
    assert field.fault == ""
    assert field.value() == date(2015, 1, 2)


@pytest.mark.parametrize("optional", [True, False])
def test_an_empty_date_is_an_answer_only_where_it_is_optional(
    words: Words, show: Show, optional: bool
) -> None:
    field = DateField("Left on", words, read_iso, optional=optional)
    show(field)
    found: list[object] = []
    field.dated.connect(found.append)
    field.line.setText("x")
    field.line.editingFinished.emit()
    field.line.setText("")
    field.line.editingFinished.emit()
    assert found == ([None] if optional else [])
    assert bool(field.fault) is not optional


def test_choices_speak_in_keys(words: Words, show: Show) -> None:
    sex = SegmentField("Sex", [("f", "Girl"), ("m", "Boy")], words, name="form.sex")
    grade = ChoiceField("Grade", [("1", "Grade 1"), ("2", "Grade 2")], words, name="form.grade")
    show(sex, grade)
    chosen: list[str] = []
    sex.chosen.connect(chosen.append)
    grade.chosen.connect(chosen.append)
    assert sex.value() == ""
    assert grade.value() == ""
    QTest.mouseClick(sex.segments.button("m"), Qt.MouseButton.LeftButton)
    grade.combo.setCurrentIndex(1)
    grade.combo.activated.emit(1)
    assert chosen == ["m", "2"]
    sex.set_value("f")
    grade.set_value("1")
    assert (sex.value(), grade.value()) == ("f", "1")
    assert chosen == ["m", "2"]
    assert sex.segments.button("f").objectName() == "form.sex.f"


def test_the_wheel_does_not_change_a_choice(words: Words, show: Show) -> None:
    grade = ChoiceField("Grade", [("1", "Grade 1"), ("2", "Grade 2")], words)
    show(grade)
    grade.set_value("1")
    grade.combo.setFocus()
    at = QPointF(10, 10)
    wheel = QWheelEvent(
        at,
        grade.combo.mapToGlobal(at),
        QPoint(),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(grade.combo, wheel)
    assert grade.value() == "1"


def test_short_answers_have_short_fields(words: Words, show: Show) -> None:
    phone, long = PhoneField("Phone", words), TextField("Address", words)
    show(phone, long)
    assert phone.line.width() == 160
    assert long.line.width() == 600


def test_columns_are_equal_and_line_up_from_card_to_card(words: Words, show: Show) -> None:
    cards = [FormCard("One"), FormCard("Two"), FormCard("Three")]
    for card, count in zip(cards, (5, 3, 2), strict=True):
        for number in range(count):
            card.add(TextField(f"Field {number}", words))
    page = show(*cards)
    page.resize(834, 600)
    edges = [sorted({field.x() for field in card.fields()}) for card in cards]
    assert len(edges[0]) == 3
    assert edges[0] == edges[1]
    assert edges[2] == edges[0][:2]
    assert len({field.width() for card in cards for field in card.fields()}) == 1
    cards[0].fields()[1].set_fault("A very long fault that must not push the columns apart " * 3)
    assert len({field.width() for card in cards for field in card.fields()}) == 1
    for card in cards:
        card.set_compact(True)
    show.qtbot.waitUntil(lambda: len({field.x() for field in cards[0].fields()}) == 2)


def press(field: PasswordField, text: str, *, shift: bool) -> None:
    modifier = Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier
    key = Qt.Key(ord(text.upper()))
    QApplication.sendEvent(field.line, QKeyEvent(QEvent.Type.KeyPress, key, modifier, text))


@pytest.mark.parametrize(
    ("text", "shift", "on"), [("a", False, False), ("A", True, False), ("A", False, True), ("a", True, True)]
)
def test_caps_lock_is_told_from_what_arrives(
    words: Words, show: Show, text: str, shift: bool, on: bool
) -> None:
    field = PasswordField("Password", words, name="unlock.password")
    show(field)
    press(field, text, shift=shift)
    caps = field.findChild(QWidget, "unlock.password.caps")
    assert caps is not None
    assert caps.isVisible() is on


def test_a_password_is_hidden_shown_and_taken_once(words: Words, show: Show) -> None:
    field = PasswordField("Password", words)
    show(field)
    field.line.setText("four plain words")
    assert field.line.echoMode() == QLineEdit.EchoMode.Password
    eye = field.eye
    assert eye.toolTip() == "Show the password (F2)"
    QTest.mouseClick(eye, Qt.MouseButton.LeftButton)
    assert field.line.echoMode() == QLineEdit.EchoMode.Normal
    assert eye.accessibleName() == "Hide the password"
    field.line.setFocus()
    QTest.keyClick(field.line, Qt.Key.Key_F2)
    assert eye.accessibleName() == "Show the password"
    with show.qtbot.waitSignal(field.entered):
        QTest.keyClick(field.line, Qt.Key.Key_Return)
    assert field.take() == "four plain words"
    assert field.take() == ""


def test_optional_is_said_in_the_language_of_the_screen(show: Show, words: Words) -> None:
    field: Field = TextField("Adresse", Words.load("fr"), optional=True)
    show(field)
    texts = {label.text() for label in field.findChildren(type(field._message))}
    assert {"Adresse", "facultatif"} <= texts
