"""What Qt says by itself is in the person's language."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from ui.qt_words import speak_qt


@pytest.fixture(autouse=True)
def _back_to_english(qapp: QCoreApplication) -> Iterator[None]:
    yield
    speak_qt("en")


def deeds(qtbot: QtBot) -> list[str]:
    """The menu of a text field."""
    line = QLineEdit()
    qtbot.addWidget(line)
    menu = line.createStandardContextMenu()
    qtbot.addWidget(menu)
    return [action.text().replace("&", "").partition("\t")[0] for action in menu.actions() if action.text()]


@pytest.mark.parametrize(("language", "paste"), [("en", "Paste"), ("fr", "Coller"), ("es", "Pegar")])
def test_the_menu_of_a_text_field(language: str, paste: str, qtbot: QtBot) -> None:
    assert speak_qt(language)
    assert paste in deeds(qtbot)


def test_one_language_follows_another(qtbot: QtBot) -> None:
    for language in ("fr", "es", "fr"):
        assert speak_qt(language)
    assert "Coller" in deeds(qtbot)


def test_a_language_qt_does_not_know_is_english(qtbot: QtBot) -> None:
    assert speak_qt("fr")
    assert not speak_qt("xr")
    assert "Paste" in deeds(qtbot)
