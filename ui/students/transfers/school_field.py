"""A school of the country, typed by name or code."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from PySide6.QtCore import QStringListModel, Qt
from PySide6.QtWidgets import QCompleter, QListView, QStyledItemDelegate

from emis_desktop.errors import Refused
from emis_desktop.queries.transfers import SchoolChoice
from emis_desktop.rules.names import fold
from resources.words import N_, Words
from ui.widgets.base import identify
from ui.widgets.fields import TextField

MOST = 8
"""Schools offered at once."""
_NONE = N_("No school of the country is called that. Choose one of the list, or leave this empty.")
_SEVERAL = N_("Several schools are called that. Choose one of the list.")


class SchoolField(TextField):
    """Offers the schools that have what is typed in name or code; :meth:`school_id` is the one meant.

    Empty is no school: abroad, or not known yet.
    """

    def __init__(self, words: Words, schools: Sequence[SchoolChoice], *, help_text: str, name: str) -> None:
        super().__init__(
            words.tr("School that the pupil goes to"), words, help_text=help_text, optional=True, name=name
        )
        self.line.setPlaceholderText(words.tr("Name or code"))
        self._by_label = {f"{one.name}, {one.code}": one for one in schools}
        self._folded = {label: fold(label) for label in self._by_label}
        self._codes = {one.code.casefold(): label for label, one in self._by_label.items()}
        self._completer = QCompleter(self)
        self._completer.setModel(QStringListModel(list(self._by_label), self._completer))
        self._completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self._completer.setMaxVisibleItems(MOST)
        popup = QListView()
        self._completer.setPopup(popup)
        identify(popup, "completions", self.label)
        popup.setItemDelegate(QStyledItemDelegate(popup))  # the completer's own takes no rule of the sheet
        self.line.setCompleter(self._completer)

    def set_school(self, school_id: UUID | None) -> None:
        """Show a school, or none."""
        label = next((label for label, one in self._by_label.items() if one.id == school_id), "")
        self.set_text(label)

    def school_id(self) -> UUID | None:
        """The school that is meant; None while the field is empty.

        Raises :class:`Refused` (field destination) where no school is called that, or several are.
        """
        typed = " ".join(self.text().split())
        if not typed:
            return None
        label = typed if typed in self._by_label else self._codes.get(typed.casefold())
        if label is None:
            near = [label for label, folded in self._folded.items() if fold(typed) in folded]
            if len(near) != 1:
                raise Refused(_SEVERAL if near else _NONE, field="destination")
            label = near[0]
        return self._by_label[label].id

    def school_name(self) -> str:
        """The name of the school that is meant, "" while the field is empty; raises as :meth:`school_id`."""
        wanted = self.school_id()
        return next((one.name for one in self._by_label.values() if one.id == wanted), "")

    def leave(self, text: str) -> None:
        """Write the school out in full, so that it is seen which one is meant."""
        super().leave(text)
        try:
            self.set_school(self.school_id())
        except Refused as refusal:
            self.set_refusal(refusal)
