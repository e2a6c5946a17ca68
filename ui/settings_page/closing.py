"""Closing a term or year on its card, and opening it again: what is unfinished is shown first."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from uuid import UUID

from PySide6.QtWidgets import QWidget

from emis_desktop.queries.school import TermInfo, YearInfo
from emis_desktop.queries.unfinished import Unfinished, UnfinishedSheet
from resources.words import Words
from ui.context import UiContext
from ui.settings_page.section import Section
from ui.students.asking import AskDialog
from ui.widgets.base import row
from ui.widgets.button import Button
from ui.widgets.chips import Pill
from ui.widgets.dialog import Dialog
from ui.widgets.fields import TextField
from ui.widgets.text import Text

LINES = 6
"""So many unfinished mark sheets are named; of the rest their number."""


class ClosingLine(QWidget):
    """The state of a term or year, and the way to the other state; at the end of its card's head."""

    def __init__(self, section: Section, name: str) -> None:
        super().__init__()
        self._section, self._name, self.words = section, name, section.words
        self._one: YearInfo | TermInfo | None = None
        self._title = ""
        line = row(self, 8)
        self._pill = Pill("", "neutral", name=f"{name}.state")
        line.addWidget(self._pill)
        self.button = Button("", name=f"{name}.close")
        self.button.clicked.connect(self._pressed)
        line.addWidget(self.button)

    def show_one(self, one: YearInfo | TermInfo, title: str, *, year_closed: bool = False) -> None:
        """Show a term or year by the name it goes by; a term of a closed year has no button."""
        tr = self.words.tr
        self._one, self._title = one, title
        closed = one.closed or year_closed
        opened_again = not closed and bool(one.reason)
        self._pill.set_state(tr("Closed") if closed else tr("Opened again"), "neutral" if closed else "warn")
        self._pill.setToolTip(one.reason if opened_again else "")
        self._pill.setVisible(closed or opened_again)
        self.button.setVisible(not year_closed)
        self.button.setText(tr("Open again") if closed else tr("Close"))
        spoken = tr("Open {name} again", name=title) if closed else tr("Close {name}", name=title)
        self.button.setAccessibleName(spoken)

    def _pressed(self) -> None:
        one = self._one
        if one is None:
            return
        if one.closed:
            dialog = Reopen(self._section.context, one, self._title, self.window())
            dialog.done_well.connect(lambda _made: self._section.refresh())
            dialog.ask()
            return
        queries, language = self._section.context.queries.unfinished, self.words.language
        ask = queries.of_term if isinstance(one, TermInfo) else queries.of_year
        self.button.setEnabled(False)
        self._section.ask(lambda: ask(one.id, language), partial(self._ask_close, one))

    def _ask_close(self, one: YearInfo | TermInfo, found: Unfinished) -> None:
        self.button.setEnabled(True)
        title = self._title
        dialog = close_dialog(self.words, title, found, self.window())
        dialog.answered.connect(lambda key: self._close(one, title) if key == "close" else None)
        dialog.ask()

    def _close(self, one: YearInfo | TermInfo, title: str) -> None:
        years = self._section.context.services.years
        close: Callable[[UUID], None] = years.close_term if isinstance(one, TermInfo) else years.close_year
        self._section.do(lambda: close(one.id), self.words.tr("{name} is closed", name=title))


def close_dialog(words: Words, title: str, found: Unfinished, parent: QWidget) -> Dialog:
    """The question before closing, with what is unfinished."""
    tr = words.tr
    explained = tr(
        "Marks, registers, remarks, tests and enrolments in it take no changes until somebody opens it "
        "again. Report cards can still be printed."
    )
    dialog = Dialog(tr("Close {name}?", name=title), explained, name="settings.closing", parent=parent)
    if not found.nothing:
        dialog.body.addWidget(Text(_summary(words, found), 13, 600, "warn", wrap=True))
        several = len({one.school for one in found.sheets}) > 1, len({one.term for one in found.sheets}) > 1
        for one in found.sheets[:LINES]:
            dialog.body.addWidget(Text(_line(words, one, several), 12, tone="secondary", wrap=True))
        more = len(found.sheets) - LINES
        if more > 0:
            rest = words.ntr("And {n} more mark sheet", "And {n} more mark sheets", more)
            dialog.body.addWidget(Text(rest, 12, tone="secondary"))
    dialog.add_verb("close", tr("Close") if found.nothing else tr("Close all the same"), "primary")
    dialog.add_verb("keep", tr("Keep open"), safe=True)
    return dialog


def _summary(words: Words, found: Unfinished) -> str:
    said = []
    if found.marks:
        said.append(words.ntr("{n} mark is missing.", "{n} marks are missing.", found.marks))
    if found.without_tests:
        said.append(
            words.ntr(
                "{n} mark sheet has no tests yet.", "{n} mark sheets have no tests yet.", found.without_tests
            )
        )
    if found.registers:
        said.append(
            words.ntr("{n} register is not marked.", "{n} registers are not marked.", found.registers)
        )
    return " ".join(said)


def _line(words: Words, one: UnfinishedSheet, several: tuple[bool, bool]) -> str:
    """One mark sheet; its school and term are named where there are several."""
    sheet = one.sheet
    where = [name for name, told in zip((one.school, one.term), several, strict=True) if told]
    what = (
        words.tr("no tests yet")
        if sheet.awaits_tests
        else words.ntr("{n} mark missing", "{n} marks missing", sheet.to_enter)
    )
    return f"{', '.join((*where, sheet.class_name, sheet.subject_name))}: {what}"


class Reopen(AskDialog):
    """Why a closed term or year is opened again."""

    def __init__(self, context: UiContext, one: YearInfo | TermInfo, title: str, parent: QWidget) -> None:
        tr = context.words.tr
        explained = tr("The reason stays beside it and in its history.")
        super().__init__(
            context, tr("Open {name} again?", name=title), explained, name="settings.reopen", parent=parent
        )
        self._one = one
        self._reason = TextField(tr("Why"), self.words, name="settings.reopen.reason")
        self.put(self._reason, "reason")
        self.set_deed(tr("Open again"))

    def deed_of(self) -> Callable[[], object] | None:
        """Open it."""
        years, one, reason = self.context.services.years, self._one, self._reason.text()
        if isinstance(one, TermInfo):
            return lambda: years.reopen_term(one.id, reason)
        return lambda: years.reopen_year(one.id, reason)
