"""The classes of the school and year that are chosen, read once and kept until they change."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import QObject

from emis_desktop.queries.school import ClassInfo, SchoolQueries
from ui.context import Place


class KnownClasses(QObject):
    """Calls give them."""

    def __init__(
        self, queries: SchoolQueries, place: Place, today: Callable[[], date], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._queries, self._place, self._today = queries, place, today
        self._found: tuple[ClassInfo, ...] | None = None
        place.changed.connect(self.forget)

    def __call__(self) -> tuple[ClassInfo, ...]:
        """The classes that the user sees; none while no school or year is chosen."""
        place = self._place
        if self._found is None and place.institution_id is not None and place.year is not None:
            self._found = self._queries.classes(place.institution_id, place.year.id, self._today())
        return self._found or ()

    def forget(self) -> None:
        """Read them again when they are next asked for."""
        self._found = None
