"""What a paper is printed of and how: class or whole school, month, sessions, language, words of its own."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QSizePolicy, QWidget

from emis_desktop.jobs.print_students import PaperOrder
from emis_desktop.queries.school import ClassInfo, YearInfo
from emis_desktop.rules.papers import PaperKind
from resources.words import LANGUAGE_NAMES, LANGUAGES, Words
from ui.widgets.base import column, row
from ui.widgets.fields import ChoiceField
from ui.widgets.long_field import LongField

_WHOLE = "school"
_AS_HELD = "0"
_TEXT_MS = 700
_WIDTH = 198
_FOUR_DAYS = timedelta(days=4)


@dataclass(frozen=True, slots=True)
class PaperPlace:
    """Where a list is printed of: its classes in order, the one that is chosen at first, and the year.

    ``own``: the classes are those of a teacher, not all of the school.
    """

    institution_id: UUID
    year: YearInfo
    classes: tuple[ClassInfo, ...]
    class_id: UUID | None = None
    own: bool = False


class PaperChoices(QWidget):
    """The choices of a paper; ``changed``: another paper is meant now."""

    changed = Signal()

    def __init__(self, words: Words, order: PaperOrder, place: PaperPlace | None) -> None:
        super().__init__()
        self._words, self._order, self._place = words, order, place
        self.scope: ChoiceField | None = None
        self.month: ChoiceField | None = None
        self.sessions: ChoiceField | None = None
        self.text: LongField | None = None
        box = column(self, 8)
        self._line = row(None, 12)
        box.addLayout(self._line)
        if place is not None and not order.students:
            self.scope = self._make_scope(place)
        if order.kind is PaperKind.REGISTER and place is not None:
            self.month = self._make_months(place)
            self.sessions = self._make_sessions()
        self.language = self._add(
            words.tr("Language of the paper"),
            [(one, LANGUAGE_NAMES[one]) for one in LANGUAGES],
            "language",
            order.language,
        )
        self._line.addStretch(1)
        if order.kind is PaperKind.TESTIMONIAL:
            self.text = self._make_text()
            box.addWidget(self.text)

    def order(self) -> PaperOrder:
        """What is chosen now."""
        found = replace(self._order, language=self.language.value())
        if self.scope is not None:
            chosen = self.scope.value()
            found = replace(found, class_ids=None if chosen == _WHOLE else frozenset({UUID(chosen)}))
        if self.month is not None:
            found = replace(found, month=date.fromisoformat(self.month.value()))
        if self.sessions is not None:
            found = replace(found, sessions=int(self.sessions.value()) or None)
        return found if self.text is None else replace(found, text=self.text.text())

    def scope_words(self) -> str:
        """The class or the school that is chosen, for the name of a file; "" where nothing is."""
        return (
            "" if self.scope is None or self._place is None else self._said(self.scope.value(), self._place)
        )

    def _said(self, chosen: str, place: PaperPlace) -> str:
        return next((one.name for one in place.classes if str(one.id) == chosen), "")

    def _add(self, label: str, choices: list[tuple[str, str]], name: str, value: str) -> ChoiceField:
        field = ChoiceField(label, choices, self._words, name=f"papers.{name}")
        field.set_value(value)
        field.chosen.connect(lambda _key: self.changed.emit())
        field.setFixedWidth(_WIDTH)
        field.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self._line.addWidget(field)
        return field

    def _make_scope(self, place: PaperPlace) -> ChoiceField:
        choices = [(_WHOLE, self._words.tr("My classes") if place.own else self._words.tr("Whole school"))]
        choices += [(str(one.id), one.name) for one in place.classes]
        value = _WHOLE if place.class_id is None else str(place.class_id)
        return self._add(self._words.tr("Of"), choices, "scope", value)

    def _make_months(self, place: PaperPlace) -> ChoiceField:
        months, year = [], place.year
        day = year.starts_on.replace(day=1)
        while day <= year.ends_on:
            words = self._words.tr("{month} {year}", month=self._words.month(day), year=day.year)
            months.append((day.isoformat(), words[:1].upper() + words[1:]))
            day = (day.replace(day=28) + _FOUR_DAYS).replace(day=1)
        now = self._order.today.replace(day=1).isoformat()
        known = {key for key, _words in months}
        return self._add(self._words.tr("Month"), months, "month", now if now in known else months[0][0])

    def _make_sessions(self) -> ChoiceField:
        choices = [(_AS_HELD, self._words.tr("As the school holds"))]
        choices += [(str(count), str(count)) for count in range(1, 6)]
        return self._add(self._words.tr("Sessions a day"), choices, "sessions", _AS_HELD)

    def _make_text(self) -> LongField:
        field = LongField(
            self._words.tr("What the school says of the pupil"),
            self._words,
            lines=4,
            optional=True,
            name="papers.text",
        )
        wait = QTimer(self, singleShot=True, interval=_TEXT_MS)
        wait.timeout.connect(self.changed)
        field.area.textChanged.connect(wait.start)
        return field
