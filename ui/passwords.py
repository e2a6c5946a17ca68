"""A new password, typed twice and judged when it is left: at the first run, for colleagues, for oneself."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from emis_desktop.errors import Refused
from emis_desktop.keyring.passwords import SHORTEST, check_password
from resources.words import Words
from ui.widgets.base import column, row
from ui.widgets.form import PasswordField


class NewPassword(QWidget):
    """Two fields, side by side or under each other. ``entered`` comes with Enter in the second.

    ``about`` gives what the password must not be: the person's name, the school's.
    """

    entered = Signal()

    def __init__(
        self,
        words: Words,
        about: Callable[[], tuple[str, ...]],
        *,
        name: str,
        label: str = "",
        beside: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._words, self._about = words, about
        self.rule = words.tr(
            "{shortest} characters or more. A few words in a row are easy to remember.", shortest=SHORTEST
        )
        self.first = PasswordField(
            label or words.tr("New password"), words, help_text=self.rule, name=f"{name}.password"
        )
        self.second = PasswordField(words.tr("The same again"), words, name=f"{name}.again")
        box = row(self, 16) if beside else column(self, 10)
        box.addWidget(self.first, 1)
        box.addWidget(self.second, 1)
        self.first.line.editingFinished.connect(self._left_first)
        self.second.line.editingFinished.connect(self._left_second)
        self.first.line.textEdited.connect(lambda _text: self.first.set_fault(""))
        self.second.line.textEdited.connect(lambda _text: self.second.set_fault(""))
        self.second.entered.connect(self.entered)
        self.setFocusProxy(self.first)

    def check(self) -> bool:
        """Whether both are the same good password; tells at the field what is not."""
        self.first.set_fault(self._fault())
        same = self.first.line.text() == self.second.line.text()
        self.second.set_fault("" if same or self.first.fault else self._words.tr("The two are not the same."))
        for field in (self.first, self.second):
            if field.fault:
                field.line.setFocus()
                return False
        return True

    def text(self) -> str:
        """The password, after :meth:`check`."""
        return self.first.line.text()

    def show_typed(self, first: str, second: str) -> None:
        """Show what was typed into each before; nothing is judged until it is left or checked again."""
        for field, text in ((self.first, first), (self.second, second)):
            field.line.setText(text)
            field.set_fault("")

    def clear(self) -> None:
        """Empty both."""
        self.show_typed("", "")

    def _fault(self) -> str:
        try:
            check_password(self.first.line.text(), *self._about())
        except Refused as refusal:
            return refusal.text(self._words)
        return ""

    def _left_first(self) -> None:
        """Judge when it is left; an empty field is not gone into yet."""
        if self.first.line.text():
            self.first.set_fault(self._fault())

    def _left_second(self) -> None:
        if self.second.line.text() and self.second.line.text() != self.first.line.text():
            self.second.set_fault(self._words.tr("The two are not the same."))
