"""Fonts, icons, sheet and the switch between themes."""

import re
from pathlib import Path

import pytest
from PySide6.QtGui import QFont, QFontMetrics, QPalette
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from ui.theme import active, fonts, icons
from ui.theme.sheet import TokenMissing, fill, palette, sheet
from ui.theme.theme import Theme, ThemeMode
from ui.theme.tokens import DARK, LIGHT, Tokens

ROOT = Path(__file__).resolve().parents[3]
THEMES = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)


@THEMES
def test_the_sheet_has_no_field_left_and_sets_no_font(theme: Tokens) -> None:
    text = re.sub(r"/\*.*?\*/", "", sheet(theme), flags=re.DOTALL)
    assert "@" not in text
    assert "font" not in text


def test_an_unknown_field_is_refused() -> None:
    with pytest.raises(TokenMissing, match="no_such_token"):
        fill("QLabel { color: @no_such_token; }", LIGHT)


@THEMES
def test_every_picture_the_sheet_names_is_shipped(theme: Tokens) -> None:
    named = re.findall(r"url\(([^)]+)\)", sheet(theme))
    assert named
    assert all(Path(name).is_file() for name in named)


def test_no_widget_is_dressed_by_itself() -> None:
    for source in (ROOT / "ui").rglob("*.py"):
        if source.name != "theme.py":
            assert "setStyleSheet" not in source.read_text(encoding="utf-8"), source


def test_the_palette_comes_from_the_tokens() -> None:
    assert palette(DARK).color(QPalette.ColorRole.Window).name() == DARK.canvas.lower()
    assert palette(LIGHT).color(QPalette.ColorRole.Highlight).name() == LIGHT.accent.lower()


def test_digits_are_tabular(qapp: QApplication) -> None:
    fonts.register_fonts()
    widths = {QFontMetrics(fonts.font(13)).horizontalAdvance(digit * 7) for digit in "0123456789"}
    assert len(widths) == 1


def test_the_shipped_family_is_in_use(qapp: QApplication) -> None:
    assert any(family.startswith("Inter") for family in fonts.register_fonts())
    assert QFont(fonts.font(13)).exactMatch()


def test_nothing_smaller_than_eleven(qapp: QApplication) -> None:
    with pytest.raises(ValueError, match="smallest"):
        fonts.font(10)


def test_an_icon_is_drawn_in_the_colour_asked_for(qapp: QApplication) -> None:
    picture = icons.pixmap("check", "bad", 18, 1.0).toImage()
    seen = {
        picture.pixelColor(x, y).name()
        for x in range(picture.width())
        for y in range(picture.height())
        if picture.pixelColor(x, y).alpha() > 250
    }
    assert seen == {LIGHT.bad.lower()}


def test_every_icon_named_in_the_program_is_shipped() -> None:
    names = {path.stem for path in icons.FOLDER.glob("*.svg")}
    for source in (ROOT / "ui").rglob("*.py"):
        text = source.read_text(encoding="utf-8")
        for name in re.findall(r"(?:icon|icon_name|pixmap|set_icon)\s*[=(]\s*\"([a-z0-9-]+)\"", text):
            assert name in names, f"{source.name}: {name}"


def test_switching_changes_palette_sheet_and_icons(qapp: QApplication, qtbot: QtBot) -> None:
    theme = Theme(qapp, ThemeMode.LIGHT)
    button = QPushButton()
    qtbot.addWidget(button)
    icons.set_icon(button, "check", "text")
    before = button.icon().pixmap(16, 16).toImage()
    with qtbot.waitSignal(theme.changed):
        theme.set_mode(ThemeMode.DARK)
    assert theme.tokens is DARK
    assert active.tokens() is DARK
    assert qapp.palette().color(QPalette.ColorRole.Window).name() == DARK.canvas.lower()
    assert button.icon().pixmap(16, 16).toImage() != before
    theme.set_mode(ThemeMode.LIGHT)
    assert active.colour("accent").name() == LIGHT.accent.lower()
