"""Reading a profile's values one by one, so that a mistake is told with its file, its place and what
must hold.

An :class:`Entry` is a value of the document together with its place, such as
``grades[F1].official_age``. A value may stand alone (``"09-01"``) or with where it comes from
(``{"value": "09-01", "source": "U", "note": "..."}``); groups and rows carry the same three marks beside
their other names.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final, TypeGuard, TypeVar

from emis_desktop.errors import BadFile
from emis_desktop.profiles.document import Layer, Place, Value, code_of, file_of, written
from emis_desktop.profiles.texts import LANGUAGES, Texts
from resources.words import N_

Parsed = TypeVar("Parsed")

_MARKS: Final = frozenset({"source", "note", "as_of"})
_LANGUAGE_NAMES: Final = frozenset(LANGUAGES)
_LONGEST_TEXT: Final = 400
_NO_BREAK: Final = {0xA0: " ", 0x202F: " "}  # spaces of French that Python does not count as printable
UNCONFIRMED: Final = frozenset({"", "U", "default"})
"""Source marks of values that nobody has confirmed: defaults to be looked at and edited."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a value comes from: a web address or the name of a data set, "U" or "default" when nobody
    confirmed it.
    """

    source: str
    note: str = ""
    as_of: str = ""

    @property
    def confirmed(self) -> bool:
        """Whether there is a source; without one the value is an editable default."""
        return self.source not in UNCONFIRMED


@dataclass(slots=True)
class Reading:
    """What all entries of one document share: its layers, the topmost last, and the marks met so far by
    place.
    """

    layers: tuple[Layer, ...]
    marks: dict[str, Mark] = field(default_factory=dict)


class Entry:
    """One value of a profile's document, and its place."""

    __slots__ = ("_reading", "_value", "place")

    def __init__(self, reading: Reading, place: Place, value: Value) -> None:
        """``value`` is what JSON gave; marks around a single value are taken off and kept."""
        self._reading = reading
        self.place = place
        self._value = value
        if isinstance(value, dict):
            _keep_mark(reading, place, value)
            if "value" in value:
                self._check_names(value, ("value",))
                self._value = value["value"]

    def refuse(self, message: str, **values: object) -> BadFile:
        """The refusal of this value: ``message`` has the fields {file} and {place} and those of
        ``values``.
        """
        file = file_of(self._reading.layers, self.place)
        return BadFile(message, field=None, file=file, place=written(self.place), **values)

    def group(self, *names: str) -> "Entry":
        """This entry, known to be a group with no other names than ``names`` and the three marks."""
        self._check_names(self._names(), names)
        return self

    def find(self, name: str) -> "Entry | None":
        """The entry called ``name`` of this group, or None."""
        group = self._names()
        if name not in group or group[name] is None:
            return None
        return Entry(self._reading, (*self.place, name), group[name])

    def __getitem__(self, name: str) -> "Entry":
        """The entry called ``name``; raises :class:`BadFile` when it is missing."""
        found = self.find(name)
        if found is None:
            raise Entry(self._reading, (*self.place, name), None).refuse(
                N_("{file}, {place}: this is missing. Add it.")
            )
        return found

    def names(self) -> tuple[str, ...]:
        """The names of this group, without the marks."""
        return tuple(name for name in self._names() if name not in _MARKS)

    def rows(self) -> "tuple[Entry, ...]":
        """The entries of this list; a row with a code is placed by it, another by its number from 1."""
        if not isinstance(self._value, list):
            raise self.refuse(N_("{file}, {place}: write a list between square brackets."))
        steps = [f"[{code_of(row) or number}]" for number, row in enumerate(self._value, start=1)]
        if len(set(steps)) < len(steps):
            twice = next(step for step in steps if steps.count(step) > 1)
            raise self.refuse(N_("{file}, {place}: {code} stands twice. Keep one."), code=twice[1:-1])
        return tuple(
            Entry(self._reading, (*self.place, step), row)
            for step, row in zip(steps, self._value, strict=True)
        )

    def rows_of(self, name: str) -> "tuple[Entry, ...]":
        """The rows of the list called ``name``; none when it is not there."""
        found = self.find(name)
        return found.rows() if found is not None else ()

    def text(self) -> str:
        """A text that is not empty, at most 400 characters."""
        value = self._value
        if not _is_text(value):
            raise self.refuse(N_("{file}, {place}: write a text between quotation marks."))
        if len(value) > _LONGEST_TEXT:
            raise self.refuse(N_("{file}, {place}: keep this to {most} characters."), most=_LONGEST_TEXT)
        return value.strip()

    def word(self, name: str) -> str:
        """The text called ``name`` of this group, which must be there."""
        value = self._names().get(name)
        if _is_text(value) and len(value) <= _LONGEST_TEXT:  # no entry for it: most of a file is such texts
            return value.strip()
        return self[name].text()

    def text_of(self, name: str, default: str = "") -> str:
        """The text called ``name``, or ``default`` when it is not there."""
        return self.word(name) if self._names().get(name) is not None else default

    def texts(self) -> Texts:
        """A name in English, French and Spanish; a single text is a proper name, the same in all three."""
        if isinstance(self._value, str):
            name = self.text()
            return Texts(name, name, name)
        self.group(*LANGUAGES)
        return Texts(*(self.word(language) for language in LANGUAGES))

    def texts_of(self, name: str) -> Texts:
        """The name called ``name`` of this group, which must be there."""
        value = self._names().get(name)
        if isinstance(value, dict) and value.keys() == _LANGUAGE_NAMES:  # no entry for it, as in word
            words = tuple(value.values())
            if all(_is_text(word) and len(word) <= _LONGEST_TEXT for word in words):
                return Texts(*(str(value[language]).strip() for language in LANGUAGES))
        return self[name].texts()

    def whole(self, low: int, high: int) -> int:
        """A whole number from ``low`` to ``high``."""
        value = self._value
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise self.refuse(
                N_("{file}, {place}: write a whole number from {low} to {high}, without quotation marks."),
                low=low,
                high=high,
            )
        return value

    def number(self, low: int, high: int) -> Decimal:
        """A number from ``low`` to ``high`` with at most three decimals, exactly as written."""
        value = self._value
        if isinstance(value, bool) or not isinstance(value, int | Decimal) or not low <= value <= high:
            raise self.refuse(
                N_("{file}, {place}: write a number from {low} to {high}, without quotation marks."),
                low=low,
                high=high,
            )
        number = Decimal(value)
        if number != round(number, 3):
            raise self.refuse(N_("{file}, {place}: write at most three decimals."))
        return number

    def flag(self) -> bool:
        """True or false."""
        if not isinstance(self._value, bool):
            raise self.refuse(N_("{file}, {place}: write true or false, without quotation marks."))
        return self._value

    def choice(self, choices: Iterable[str]) -> str:
        """One of ``choices``."""
        allowed = tuple(choices)
        if self._value not in allowed or not isinstance(self._value, str):
            raise self.refuse(N_("{file}, {place}: write one of {choices}."), choices=", ".join(allowed))
        return self._value

    def parsed(self, parse: Callable[[str], Parsed], message: str) -> Parsed:
        """This text read by ``parse``; its ValueError becomes the refusal ``message``."""
        text = self.text()
        try:
            return parse(text)
        except ValueError:
            raise self.refuse(message) from None

    def _names(self) -> Mapping[str, Value]:
        if not isinstance(self._value, dict):
            raise self.refuse(N_("{file}, {place}: write a group between curly brackets."))
        return self._value

    def _check_names(self, group: Mapping[str, Value], names: Iterable[str]) -> None:
        if not _MARKS.issuperset(group.keys() - names):
            unknown = group.keys() - _MARKS - set(names)
            raise Entry(self._reading, (*self.place, min(unknown)), None).refuse(
                N_("{file}, {place}: this name is not known here. Check its spelling or take it out.")
            )


def _keep_mark(reading: Reading, place: Place, group: Mapping[str, Value]) -> None:
    """Note where the value at ``place`` comes from, if it says so."""
    source, note, as_of = group.get("source", ""), group.get("note", ""), group.get("as_of", "")
    if source == note == "":
        return
    if not (isinstance(source, str) and isinstance(note, str) and isinstance(as_of, str)):
        wrong = next(name for name in sorted(_MARKS & group.keys()) if not isinstance(group[name], str))
        raise Entry(reading, (*place, wrong), None).refuse(
            N_("{file}, {place}: write a text between quotation marks.")
        )
    reading.marks[written(place)] = Mark(source, note, as_of)


def _is_text(value: Value) -> TypeGuard[str]:
    """Whether ``value`` is a text that is neither empty nor holds control characters."""
    if not isinstance(value, str) or not value or value.isspace():
        return False
    return value.isprintable() or value.translate(_NO_BREAK).isprintable()
