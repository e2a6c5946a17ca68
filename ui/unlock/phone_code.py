"""The code that the ministry reads out by telephone when a laptop was too long without a line."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from emis_desktop.errors import EmisError
from emis_desktop.rules.spoken_code import read
from resources.words import Words
from ui.theme.fonts import MEDIUM
from ui.widgets.base import announce, column
from ui.widgets.code_field import CodeField
from ui.widgets.text import Text

BYTES = 10
FIELD = "phone_code"


class PhoneCode(QWidget):
    """Hidden until :meth:`ask`; ``entered`` with Enter."""

    entered = Signal()

    def __init__(self, words: Words) -> None:
        super().__init__()
        box = column(self, 8)
        self.why = Text("", 12, MEDIUM, "warn", wrap=True)
        box.addWidget(self.why)
        self.code = CodeField(
            words.tr("Code of the Ministry by telephone"),
            words,
            _check,
            help_text=words.tr("The Ministry reads it out: four groups of five. No line is needed."),
            good_words=words.tr("The code is whole."),
            empty_words=words.tr("Type the code that the Ministry reads out."),
            name="unlock.phone_code",
        )
        self.code.line.returnPressed.connect(self.entered)
        box.addWidget(self.code)
        self.hide()

    def ask(self, refusal: EmisError) -> None:
        """Say why a code is needed, or what is not right with the one that was typed."""
        text = refusal.text(self.code.words)
        if self.isVisible() and self.code.text():
            self.code.set_fault(text)
        else:
            self.why.setText(text)
            self.show()
            announce(self.why, text)
        self.focus_first()

    def check(self) -> bool:
        """Whether the code is whole; told when it is not."""
        return self.code.check()

    def take(self) -> str:
        """The code."""
        return self.code.text()

    def focus_first(self) -> None:
        """The code."""
        self.code.line.setFocus()


def _check(text: str) -> object:
    return read(text, BYTES, FIELD)
