"""A profile's files as plain values: reading JSON safely, and laying one file over another.

The layers of a profile are the shared files, the territory's file and, above both, the file in the data
folder. A group is laid over a group name by name, a list of rows with codes row by row (``"remove":
true`` takes a row out); anything else replaces what lay below it.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Final, TypeAlias

from emis_desktop.errors import BadFile
from resources.words import N_

Value: TypeAlias = "str | int | Decimal | bool | list[Value] | dict[str, Value] | None"
"""What a JSON document can hold; numbers with a point are decimals."""

Place: TypeAlias = tuple[str, ...]
"""The way to a value: names, and ``[code]`` for a row of a list."""

_MOST_BYTES: Final = 4_000_000
_MOST_DIGITS: Final = 30


@dataclass(frozen=True, slots=True)
class Layer:
    """One file of a profile: the name shown to a person, and its content."""

    file: str
    content: dict[str, Value]


def read_layer(path: Path, shown: str) -> Layer:
    """The file at ``path``; ``shown`` is what a person knows it by.

    Raises :class:`BadFile` when it cannot be read or is not a JSON document with a group at the top.
    """
    try:
        raw = path.read_bytes() if path.stat().st_size <= _MOST_BYTES else None
    except OSError:
        raise BadFile(
            N_("{file} could not be read. Check that it is there and may be opened."), file=shown
        ) from None
    if raw is None:
        raise BadFile(
            N_("{file} is too large for a country profile. Check that it is the right file."), file=shown
        )
    try:
        content = _parsed(raw.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise BadFile(
            N_("{file} is not written in UTF-8. Save it again as UTF-8 text."), file=shown
        ) from None
    except json.JSONDecodeError as fault:
        raise BadFile(
            N_(
                "{file}, line {line}: the text cannot be read on from here. Check commas, quotation marks"
                " and brackets."
            ),
            file=shown,
            line=fault.lineno,
        ) from None
    except _Fault as fault:
        raise BadFile(fault.message, file=shown, what=fault.what) from None
    except RecursionError:
        raise BadFile(N_("{file} holds too many brackets inside each other."), file=shown) from None
    if not isinstance(content, dict):
        raise BadFile(N_("{file}: write one group between curly brackets."), file=shown)
    return Layer(shown, content)


class _Fault(Exception):
    """A fault for which the JSON reader has no line."""

    def __init__(self, message: str, what: str) -> None:
        super().__init__(message)
        self.message = message
        self.what = what[:_MOST_DIGITS]


def _parsed(text: str) -> Value:
    content: Value = json.loads(
        text,
        object_pairs_hook=_group,
        parse_float=_decimal,
        parse_int=_whole,
        parse_constant=_decimal,
    )
    return content


def _group(pairs: list[tuple[str, Value]]) -> dict[str, Value]:
    group = dict(pairs)
    if len(group) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _Fault(N_("{file}: “{what}” stands twice in one group. Keep one."), twice)
    return group


def _decimal(text: str) -> Decimal:
    if len(text) > _MOST_DIGITS or not text.lstrip("-").replace(".", "", 1).isdigit():
        raise _Fault(N_("{file}: {what} is not a number that can be used here. Write it in digits."), text)
    return Decimal(text)


def _whole(text: str) -> int:
    if len(text) > _MOST_DIGITS:
        raise _Fault(N_("{file}: {what} is not a number that can be used here. Write it in digits."), text)
    return int(text)


def merged(layers: Iterable[Layer]) -> dict[str, Value]:
    """The layers laid over each other, the first at the bottom."""
    result: dict[str, Value] = {}
    for layer in layers:
        result = _over(result, layer.content)
    return result


def _over(below: dict[str, Value], above: dict[str, Value]) -> dict[str, Value]:
    result = dict(below)
    for name, value in above.items():
        result[name] = _laid(below[name], value) if name in below else _laid([], value)
    return result


def _laid(below: Value, above: Value) -> Value:
    if isinstance(below, dict) and isinstance(above, dict) and "value" not in below and "value" not in above:
        return _over(below, above)
    if isinstance(above, list) and isinstance(below, list) and _coded(above) and _coded(below):
        return _rows_over(below, above)
    return above


def _coded(rows: list[Value]) -> bool:
    return all(code_of(row) is not None for row in rows)


def code_of(row: Value) -> str | None:
    """The code of a list's row, or None for a row without one."""
    code = row.get("code") if isinstance(row, dict) else None
    return code if isinstance(code, str) else None


def _rows_over(below: list[Value], above: list[Value]) -> list[Value]:
    """Rows of ``above`` laid over those of ``below``; a row that fits nowhere is kept, for the reader to
    refuse.
    """
    rows = list(below)
    for row in above:
        number = next((n for n, old in enumerate(rows[: len(below)]) if code_of(old) == code_of(row)), None)
        if number is None:
            rows.append(row)
        elif isinstance(row, dict) and row.get("remove") is True:
            rows[number] = None
        else:
            rows[number] = _laid(rows[number], row)
    return [row for row in rows if row is not None]


def file_of(layers: Iterable[Layer], place: Place) -> str:
    """The file in which the value at ``place``, or the nearest group around it, was written last.

    ``layers`` is not empty, the first at the bottom.
    """
    best, depth = "", -1
    for layer in layers:
        reached = _depth(layer.content, place)
        if reached >= depth:
            best, depth = layer.file, reached
    return best


def _depth(content: Value, place: Place) -> int:
    for depth, step in enumerate(place):
        if isinstance(content, list):
            found = [row for number, row in enumerate(content, 1) if f"[{code_of(row) or number}]" == step]
            if not found:
                return depth
            content = found[0]
        elif isinstance(content, dict) and step in content:
            content = content[step]
        else:
            return depth
    return len(place)


def written(place: Place) -> str:
    """``place`` as a person reads it: ``grades[F1].official_age``."""
    return ".".join(place).replace(".[", "[")
