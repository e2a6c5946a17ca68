"""The Print menu of the list."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from emis_desktop.rules.papers import PaperKind
from ui.context import UiContext
from ui.students.list_view import ListView
from ui.students.papers.kinds import of_list
from ui.students.papers.menu import PaperMenu
from ui.students.rolls import Rolls


class ListPapers(PaperMenu):
    """Papers of the class that the list shows, of the school, or ID cards of the ticked pupils."""

    def __init__(self, context: UiContext, rolls: Rolls, today: Callable[[], date], pupils: ListView) -> None:
        """``pupils`` is the list; the menu is hidden while it has nobody at all."""
        super().__init__(context.words, of_list(context.actor), name="students.print", keys=pupils)
        self._context, self._rolls, self._today, self._pupils = context, rolls, today, pupils
        self.asked.connect(self._open_paper)
        pupils.emptied.connect(self.setHidden)

    def _open_paper(self, kind: PaperKind) -> None:
        from ui.students.papers.opening import open_for_list  # noqa: PLC0415 - 30 ms that few need

        filters = self._pupils.question()[1]
        chosen = (filters.class_id, frozenset(self._pupils.model.checked))
        open_for_list(self._context, self._rolls, self._today, kind, chosen, self.window())
