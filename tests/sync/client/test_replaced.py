"""Values that gave way while history was lost: who wrote each, and how many questions that takes."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection

from emis_desktop.rules.clock import Clock, Tick
from sync.client import replaced
from sync.client.sql import many, rows
from sync.operations import Entry, EntryKind
from sync.protocol.pages import decode_page
from tests.sync.client.laptops import CATALOGUE, laptop

MANY = 400
ELSEWHERE = UUID(int=77)
HEARD = Clock(1_700_000_000_000 << 16, 9)
_HEAR = (
    'INSERT INTO heard (log_seq, table_name, row_id, field, "before", "after", user_id, actor, stamp, verb) '
    "VALUES (1, 'person', ?, 'transport', NULL, 'bus', ?, ?, ?, '')"
)


def gone(row: UUID, name: str, clock: Clock) -> Entry:
    tick = Tick(clock, clock.stamp)
    return Entry(1, "person", row, EntryKind.SET, {name: "bus"}, tick, {}, UUID(int=0), replaced.VERB)


def test_each_of_many_has_its_author_in_few_questions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = laptop(tmp_path, 1)
    ids = [UUID(int=number + 1) for number in range(MANY)]
    typed = UUID(int=MANY + 1)
    insert = "INSERT INTO person (id, given_names, family_name, synthetic) VALUES (?, 'A', 'B', 1)"
    one.do("enrol", (insert, (typed.bytes,)))
    one.do("call", ("UPDATE person SET transport = 'bus' WHERE id = ?", (typed.bytes,)))
    asked: list[str] = []

    def counted(connection: Connection, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        asked.append(sql)
        return rows(connection, sql, values)

    monkeypatch.setattr(replaced, "rows", counted)
    told = [gone(row, "transport", HEARD) for row in ids]
    others = [
        gone(typed, "transport", HEARD),
        gone(typed, "address", HEARD),
        gone(UUID(int=5_000), "sex", HEARD),
    ]
    with one.db.local() as connection:
        heard = [(row.bytes, ELSEWHERE.bytes, HEARD.actor, HEARD.stamp) for row in ids]
        many(connection, _HEAR, heard)
        replaced.note(connection, CATALOGUE, [*told, *others])
    assert len(asked) < 10
    found = one.ask(lambda connection: replaced.page(connection, CATALOGUE))
    assert found is not None
    users = [entry.user for entry in decode_page(found[0]).entries]
    assert users == [*[ELSEWHERE] * MANY, one.user.user_id, one.user.user_id, UUID(int=0)]
    one.db.close()
