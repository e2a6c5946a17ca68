"""What the search for everything finds in the records: pupils and classes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from emis_desktop.errors import EmisError
from emis_desktop.queries.school import ClassInfo
from emis_desktop.queries.search import StudentSearch
from emis_desktop.queries.student_rows import StudentRow
from emis_desktop.rules.names import display_name
from resources.words import Words
from ui.shell.finder import Found

Open = Callable[..., object]
MOST_PUPILS, MOST_CLASSES = 6, 4


class PupilFinder:
    """Finds pupils by any part of their names or their number; opens the record."""

    def __init__(self, search: StudentSearch, words: Words, go: Open) -> None:
        """``go(screen, student_id=...)`` opens a screen of the window."""
        self._search, self._words, self._go = search, words, go

    def find(self, text: str, most: int) -> list[Found]:
        """Pupils for ``text``; none for an empty one."""
        if not text:
            return []
        try:
            rows = self._search.window(text, limit=min(most, MOST_PUPILS))
        except EmisError:  # no right to see pupils: nothing is found
            return []
        return [self._found(row) for row in rows]

    def _found(self, row: StudentRow) -> Found:
        name = display_name(row.given_names, row.family_name)
        detail = ", ".join(filter(None, (row.class_name or row.grade, row.number)))
        go = partial(self._go, "students", student_id=row.id)
        return Found(name, detail, self._words.tr("Pupil"), "user", go)


class ClassFinder:
    """Finds the classes of the chosen year by name; opens their marks."""

    def __init__(self, classes: Callable[[], tuple[ClassInfo, ...]], words: Words, go: Open) -> None:
        """``classes()`` gives those of the school and year that are chosen."""
        self._classes, self._words, self._go = classes, words, go

    def find(self, text: str, most: int) -> list[Found]:
        """Classes whose name has the text in it; none for an empty text."""
        wanted = text.casefold()
        if not wanted:
            return []
        found = [one for one in self._classes() if wanted in one.name.casefold()]
        return [self._found(one) for one in found[: min(most, MOST_CLASSES)]]

    def _found(self, one: ClassInfo) -> Found:
        detail = self._words.ntr("{n} pupil", "{n} pupils", one.on_roll)
        go = partial(self._go, "students", class_id=one.id)
        return Found(one.name, detail, self._words.tr("Class"), "users", go)
