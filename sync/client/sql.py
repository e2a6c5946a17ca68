"""Rows of a laptop's store as plain tuples, many at a time."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, TypeVar

from sqlalchemy import Connection

T = TypeVar("T")
BREATH: Final = 0.005
"""Seconds between two transactions of a long piece of work, in which another thread gets its turn."""
_PIECE = 500
"""Parameters of one question at most (SQLite's own limit is higher; the statement stays in its cache)."""


def rows(connection: Connection, statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """Everything that a question finds."""
    cursor = connection.connection.cursor()
    try:
        cursor.execute(statement, tuple(parameters))
        return list(cursor.fetchall())
    finally:
        cursor.close()


def one(connection: Connection, statement: str, parameters: Sequence[Any] = ()) -> Any:  # noqa: ANN401
    """The first value of the first row; ``None`` where there is none."""
    found = rows(connection, statement, parameters)
    return found[0][0] if found else None


def many(connection: Connection, statement: str, parameters: Sequence[Sequence[Any]]) -> None:
    """A statement for each set of parameters."""
    cursor = connection.connection.cursor()
    try:
        cursor.executemany(statement, parameters)
    finally:
        cursor.close()


def run(connection: Connection, statement: str, parameters: Sequence[Any] = ()) -> None:
    """One statement."""
    rows(connection, statement, parameters)


def pieces(items: Iterable[T]) -> Iterator[list[T]]:
    """``items`` in lists short enough for one question."""
    piece: list[T] = []
    for item in items:
        piece.append(item)
        if len(piece) == _PIECE:
            yield piece
            piece = []
    if piece:
        yield piece


def places(of: Sequence[object]) -> str:
    """Question marks for the members of a list."""
    return ", ".join("?" * len(of))


def breathe() -> None:
    """Let whoever types have a turn."""
    time.sleep(BREATH)
