"""Where, with which code, under which name: what joining asks, in the first run and on the Sync page."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from emis_desktop.errors import Refused
from resources.words import Words
from ui.sync_page.doors import JoinWish
from ui.widgets.base import column
from ui.widgets.code_field import CodeField
from ui.widgets.fields import Field, TextField
from ui.widgets.form import FormGrid

SECURE = "https://"


class JoinForm(QWidget):
    """Code, address, name of the laptop. ``check_code`` raises :class:`Refused` for a slip, without a line.

    ``entered`` comes with Enter once all is filled in.
    """

    entered = Signal()

    def __init__(
        self, words: Words, check_code: Callable[[str], object], *, name: str = "join", laptop: str = ""
    ) -> None:
        super().__init__()
        self.words, tr = words, words.tr
        box = column(self, 10)
        self.code = CodeField(
            tr("Code from the Ministry"),
            words,
            check_code,
            help_text=tr("Four groups of five. It works once; case and hyphens do not matter."),
            good_words=tr("The code is whole; it works once."),
            empty_words=tr("Type the code that the Ministry gave."),
            name=f"{name}.code",
        )
        box.addWidget(self.code)
        grid = FormGrid()
        self.address = TextField(
            tr("Address of the server"),
            words,
            help_text=tr("It stands on the paper with the code."),
            name=f"{name}.address",
        )
        self.laptop = TextField(
            tr("Name of this laptop"),
            words,
            help_text=tr("As others read it beside a change: Office laptop."),
            name=f"{name}.laptop",
        )
        self.laptop.line.setMaxLength(40)
        self.laptop.set_text(laptop or tr("Office laptop"))
        for field in (self.address, self.laptop):
            field.line.returnPressed.connect(self.entered)
            field.edited.connect(lambda _text, one=field: one.set_fault(""))
            grid.add(field)
        self.code.line.returnPressed.connect(self.entered)
        grid.set_columns(2)
        box.addWidget(grid)

    def wish(self) -> JoinWish:
        """What is typed."""
        laptop = " ".join(self.laptop.text().split())
        return JoinWish(address_of(self.address.text()), self.code.text(), laptop)

    def fill(self, wish: JoinWish) -> None:
        """Show what was typed before."""
        self.address.set_text(wish.address)
        self.code.set_text(wish.code)
        if wish.laptop:
            self.laptop.set_text(wish.laptop)

    def check(self) -> Field | None:
        """The first field that is still to be answered, told; None when all are."""
        tr = self.words.tr
        whole = self.code.check()
        self.address.set_fault(
            "" if self.address.text().strip() else tr("Type the address that came with the code.")
        )
        self.laptop.set_fault("" if self.laptop.text().strip() else tr("Type a name for this laptop."))
        fields: tuple[Field, ...] = (self.address, self.laptop)
        return self.code if not whole else next((field for field in fields if field.fault), None)

    def refuse(self, refusal: Refused) -> Field | None:
        """Show a refusal at its field; None when it belongs to none."""
        field: Field | None = {
            "code": self.code,
            "address": self.address,
            "laptop": self.laptop,
        }.get(refusal.field or "")
        if field is not None:
            field.set_refusal(refusal)
        return field

    def focus_first(self) -> None:
        """The code."""
        self.code.setFocus()


def address_of(typed: str) -> str:
    """The address as the engine takes it: without a scheme it is the safe one."""
    text = typed.strip().rstrip("/")
    return text if not text or "://" in text else f"{SECURE}{text}"
