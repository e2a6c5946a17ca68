"""Plain reading for the few questions with thousands of answers, and answers remembered during one look.

A row made of bytes and numbers costs a fifth of one made through the column types.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy.orm import Session

from emis_desktop.cipher_words import our_words

Answer = TypeVar("Answer")
Value = TypeVar("Value")
AT_ONCE = 10_000
"""Ids in one question: SQLite takes 32,766 values in one statement."""
_LOOK = "emis_desktop.look"


def rows(session: Session, question: str, values: Collection[Any]) -> list[tuple[Any, ...]]:
    """The rows of a question in SQL, as SQLite holds them, inside the session's transaction."""
    with our_words():
        cursor = session.connection().connection.cursor()
        try:
            cursor.execute(question, tuple(values))
            return list(cursor.fetchall())
        finally:
            cursor.close()


def places(values: Collection[object]) -> str:
    """The question marks for so many values."""
    return ",".join("?" * len(values))


def pieces(values: Iterable[Value], size: int = AT_ONCE) -> Iterator[list[Value]]:
    """``values`` in lists short enough for one question."""
    rest = iter(values)
    while piece := list(islice(rest, size)):
        yield piece


def in_pieces(
    session: Session, ids: Iterable[UUID], read: Callable[[Session, list[UUID]], dict[UUID, Value]]
) -> dict[UUID, Value]:
    """``read`` for pieces of ids small enough for one question."""
    found: dict[UUID, Value] = {}
    for piece in pieces(ids):
        found.update(read(session, piece))
    return found


def remembered(session: Session, key: Hashable, ask: Callable[[], Answer]) -> Answer:
    """The answer of ``ask``, asked once for ``key`` in a look; inside an act always asked anew.

    A look sees one state of the store from its beginning to its end, so an answer cannot grow old.
    """
    if "act" in session.info:
        return ask()
    known: dict[Hashable, Any] = session.info.setdefault(_LOOK, {})
    if key not in known:
        known[key] = ask()
    answer: Answer = known[key]
    return answer
