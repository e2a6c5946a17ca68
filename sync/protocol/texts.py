"""Texts as JSON columns, each in the shape that takes least.

A column of texts is one of::

    ["t", "|", text]       texts, with that character between them
    ["w", w, text]         texts of ``w`` characters each, first characters first
    ["y", column]          days, as ordinals (1 is 1 January of the year 1)
    ["s", column, column]  words with single spaces between them: how many each text has; the places of the
                           first words of all, then of the second, in the message's table of words
    ["k", n, column, column]  few different texts: how many, they, the place of each
    ["*", [text, ...]]     as they are
"""

from __future__ import annotations

from datetime import date
from itertools import chain, islice
from operator import itemgetter
from typing import Final

from sync.protocol.numbers import Json, Room, bad, by_frequency, decode_ints, encode_ints, picked

_DATE_CHARS: Final = 10
_WIDEST: Final = 200
_MANY: Final = 64
_SEPARATORS: Final = "|,;~^`_#\x7f"
_CHAR: Final = 0.6
"""Bytes that a character of plain text takes once packed, more or less."""


class WordTable:
    """Collects words while a message is written, each once."""

    def __init__(self) -> None:
        """Begins empty."""
        self._places: dict[str, int] = {}

    def places(self, words: list[str]) -> list[int]:
        """The places of words."""
        known = self._places
        return [known.setdefault(word, len(known)) for word in words]

    def cost(self, different: set[str], count: int) -> float:
        """What ``count`` words, so many of them different, would take, in bytes more or less."""
        new = different - self._places.keys()
        return sum(map(len, new)) * _CHAR + count * (len(self._places) + len(new)).bit_length() / 8

    def written(self) -> Json:
        """The table: how many words, these."""
        return [len(self._places), _bare(list(self._places))]


def read_words(written: Json, room: Room) -> list[str]:
    """The words of a table, in their places."""
    count, column = written
    return _read_bare(column, count, room)


def encode_texts(values: list[str], words: WordTable) -> Json:
    """A column of texts; longer ones in words of the message's table."""
    different = set(values)
    if set(map(len, different)) == {_DATE_CHARS} and (days := _days(values)) is not None:
        return ["y", encode_ints(days)]
    plain = len("".join(values)) * _CHAR
    listed = len("".join(different)) * _CHAR + len(values) * len(different).bit_length() / 8
    if len(different) > _MANY:
        whole = [value.split(" ") for value in values]
        count = sum(map(len, whole))
        several = set(chain.from_iterable(whole))
        if words.cost(several, count) + len(values) / 8 < min(plain, listed * 1.1):
            return _in_words(whole, words)
    if listed < plain:
        known = by_frequency(values)
        return ["k", len(known), _bare(list(known)), encode_ints(list(map(known.__getitem__, values)))]
    return _bare(values)


def decode_texts(column: Json, count: int, words: list[str], room: Room) -> list[str]:
    """The ``count`` texts of a column."""
    room.take(count)
    match column:
        case ["k", int(many), different, places]:
            return picked(_read_bare(different, many, room), decode_ints(places, count, room))
        case ["y", days]:
            return [str(date.fromordinal(day)) for day in decode_ints(days, count, room)]
        case ["s", sizes, places]:
            return _of_words(decode_ints(sizes, count, room), places, words, room)
    return _read_bare(column, count, room)


def _in_words(whole: list[list[str]], words: WordTable) -> Json:
    sizes = list(map(len, whole))
    live = whole
    flat: list[str] = []
    for level in range(max(sizes)):
        live = [each for each in live if len(each) > level]
        flat += map(itemgetter(level), live)
    return ["s", encode_ints(sizes), encode_ints(words.places(flat))]


def _of_words(sizes: list[int], places: Json, words: list[str], room: Room) -> list[str]:
    if min(sizes, default=1) < 1:
        raise bad("a text without words")
    flat = iter(picked(words, decode_ints(places, sum(sizes), room)))
    texts = [[word] for word in islice(flat, len(sizes))]
    live, lengths, level = texts, sizes, 1
    while longer := [place for place, size in enumerate(lengths) if size > level]:
        live, lengths = picked(live, longer), picked(lengths, longer)
        for text, word in zip(live, flat, strict=False):  # the words of the next level follow
            text.append(word)
        level += 1
    return list(map(" ".join, texts))


def _bare(values: list[str]) -> Json:
    widths = set(map(len, values))
    if len(widths) == 1 and (width := widths.pop()) and width <= _WIDEST:
        together = "".join(values)
        return ["w", width, "".join([together[at::width] for at in range(width)])]
    whole = "".join(values)
    for separator in _SEPARATORS:
        if separator not in whole:
            return ["t", separator, separator.join(values)]
    return ["*", values]


def _read_bare(column: Json, count: Json, room: Room) -> list[str]:
    room.take(count)
    match column:
        case ["w", int(width), str(text)] if 0 < width <= _WIDEST and len(text) == width * count:
            planes = [text[at * count : (at + 1) * count] for at in range(width)]
            return list(map("".join, zip(*planes, strict=True)))
        case ["t", str(separator), str(text)] if len(separator) == 1:
            return _texts(text.split(separator) if count else [], count)
        case ["*", list(texts)]:
            return _texts(texts, count)
    raise bad("a column of no kind")


def _texts(texts: list[Json], count: int) -> list[str]:
    if len(texts) != count or set(map(type, texts)) - {str}:
        raise bad("texts of another number or kind")
    return texts


def _days(values: list[str]) -> list[int] | None:
    try:
        days = [date.fromisoformat(value) for value in values]
    except ValueError:
        return None
    return [day.toordinal() for day in days] if list(map(str, days)) == values else None
