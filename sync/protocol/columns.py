"""Stored values as JSON columns, and the tables of ids and words that the columns of one message share.

A column of values is one of::

    ["=", value]           all are that
    ["*", [value, ...]]    as they are
    ["?", mask, column]    1 where there is a value, 0 where it is empty; the values
    ["#", column]          whole numbers (:mod:`sync.protocol.numbers`)
    ["@", column]          ids, by their places in the message's table (:mod:`sync.protocol.ids`)
    anything else          texts (:mod:`sync.protocol.texts`)

A value is a number, a text, null, or bytes as a list of one text in base64.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from typing import Any, Final, cast
from uuid import UUID

from emis_desktop.state_hash import Stored
from sync.protocol.clocks import ActorTable, read_actors
from sync.protocol.ids import ID_BYTES, IdTable, read_ids, uuid_of
from sync.protocol.numbers import INT64, Json, Room, bad, decode_ints, encode_ints, picked
from sync.protocol.texts import WordTable, decode_texts, encode_texts, read_words

_FEW: Final = 4


@dataclass(frozen=True, slots=True)
class Tables:
    """What the columns of a message refer to, while it is written."""

    ids: IdTable = field(default_factory=IdTable)
    words: WordTable = field(default_factory=WordTable)
    actors: ActorTable = field(default_factory=ActorTable)


@dataclass(frozen=True, slots=True)
class Known:
    """The same, read; with the room that is left."""

    ids: list[bytes]
    rows: list[UUID]
    words: list[str]
    actors: list[int]
    room: Room


def read_tables(actors: Json, ids: Json, words: Json, room: Room) -> Known:
    """The tables of a message."""
    raw = read_ids(ids, room)
    rows = list(map(uuid_of, raw))
    return Known(raw, rows, read_words(words, room), read_actors(actors), room)


def encode_values(values: list[Stored], tables: Tables) -> Json:
    """A column of stored values."""
    if values and values.count(values[0]) == len(values):
        return ["=", plain_value(values[0])]
    kinds = set(map(type, values))
    if len(values) < _FEW:
        return ["*", [plain_value(value) for value in values]]
    if type(None) in kinds:
        mask = encode_ints([int(value is not None) for value in values])
        return ["?", mask, encode_values([value for value in values if value is not None], tables)]
    return _of_one_kind(values, kinds.pop(), tables) if len(kinds) == 1 else _as_they_are(values)


def _of_one_kind(values: list[Any], kind: type[Any], tables: Tables) -> Json:
    if kind is int:
        return ["#", encode_ints(values)]
    if kind is str:
        return encode_texts(values, tables.words)
    if set(map(len, values)) == {ID_BYTES}:
        return ["@", encode_ints(tables.ids.places(values))]
    return _as_they_are(values)


def _as_they_are(values: list[Stored]) -> Json:
    return ["*", [plain_value(value) for value in values]]


def decode_values(column: Json, count: int, known: Known) -> list[Stored]:
    """The ``count`` values of a column."""
    known.room.take(count)
    match column:
        case ["=", value]:
            return [stored_value(value)] * count
        case ["*", list(values)] if len(values) == count:
            return [stored_value(value) for value in values]
        case ["?", mask, present]:
            return _spread(decode_ints(mask, count, known.room), present, known)
        case ["#", numbers]:
            return _within_64(decode_ints(numbers, count, known.room))
        case ["@", places]:
            return picked(known.ids, decode_ints(places, count, known.room))
    return cast("list[Stored]", decode_texts(column, count, known.words, known.room))


def _spread(mask: list[int], present: Json, known: Known) -> list[Stored]:
    if set(mask) - {0, 1} or (isinstance(present, list) and present[:1] == ["?"]):
        raise bad("no mask")
    values = iter(decode_values(present, sum(mask), known))
    return [next(values) if there else None for there in mask]


def plain_value(value: Stored) -> Json:
    """A stored value as JSON: bytes as a list of one text in base64."""
    return [b64encode(value).decode()] if isinstance(value, bytes) else value


def stored_value(value: Json) -> Stored:
    """The stored value that JSON stands for."""
    match value:
        case None | str():
            return value
        case int() if type(value) is int and -INT64 <= value < INT64:
            return value
        case [str(text)]:
            return b64decode(text, validate=True)
    raise bad("a value of no kind")


def _within_64(values: list[int]) -> list[Stored]:
    if values and not (min(values) >= -INT64 and max(values) < INT64):
        raise bad("a number beyond 64 bits")
    return cast("list[Stored]", values)
