"""The page as a person looks at it: nothing cut off, all named, in four languages, two sizes, two themes."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from resources.words import Words
from tests.factories.registers import TODAY, Registers
from tests.ui.attendance.conftest import Desk
from tests.ui.audit import COMPACT_PAGE, audit
from ui.theme.theme import Theme, ThemeMode

SIZES = {"wide": QSize(1366, 768), "compact": QSize(1093, 614)}
LOOKS = (("en", ThemeMode.LIGHT), ("fr", ThemeMode.DARK), ("es", ThemeMode.LIGHT), ("xr", ThemeMode.DARK))
Look = Callable[[Desk, str], None]


@pytest.mark.parametrize(("language", "mode"), LOOKS, ids=[one[0] for one in LOOKS])
def test_every_part_passes_the_audit(
    qtbot: QtBot, theme: Theme, registers: Registers, language: str, mode: ThemeMode
) -> None:
    registers.mark(2, "A", TODAY)
    registers.mark(3, "ILL", TODAY)
    words = Words.load(language)
    theme.set_mode(mode)
    desk = Desk(qtbot, registers, theme, words)
    direction = Qt.LayoutDirection
    desk.window.setLayoutDirection(direction.RightToLeft if words.right_to_left else direction.LeftToRight)
    try:
        for size, wanted in SIZES.items():
            desk.window.resize(wanted)
            for part in ("day", "month", "overview", "calendar"):
                desk.page.going.show_part(part)
                desk.settle()
                QApplication.processEvents()
                folder = os.environ.get("EMIS_PICTURES")
                if folder:
                    desk.window.grab().save(str(Path(folder) / f"attendance-{part}-{language}-{size}.png"))
                assert audit(desk.page, desk.page.size()) == [], (part, size)
                assert desk.window.size() == wanted, (part, size)
        assert desk.page.minimumSizeHint().width() <= COMPACT_PAGE.width()
        assert desk.page.minimumSizeHint().height() <= COMPACT_PAGE.height()
    finally:
        desk.close()
        theme.set_mode(ThemeMode.LIGHT)
