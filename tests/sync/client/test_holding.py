"""Rows of a chunk: what is asked for late is asked, and what is not there cannot be changed."""

from pathlib import Path
from uuid import UUID

import pytest

from sync.client.holding import Holding
from sync.client.plans import Plans
from sync.client.sql import pieces
from tests.sync.client.laptops import CATALOGUE, laptop
from tests.sync.client.test_replica import INSERT

THERE, NOWHERE = UUID(int=7).bytes, UUID(int=8).bytes


def test_a_row_that_was_not_read_is_looked_up_once_it_is_asked_for(tmp_path: Path) -> None:
    one = laptop(tmp_path, 1)
    one.do("enrol", (INSERT, (THERE, "Ana", None)))
    with one.db.read() as session:
        holding = Holding(session.connection(), Plans(CATALOGUE))
        assert (holding.there("person", THERE), holding.there("person", NOWHERE)) == (True, False)
    one.db.close()


def test_what_is_gone_is_not_changed(tmp_path: Path) -> None:
    one = laptop(tmp_path, 1)
    with one.db.read() as session:
        holding = Holding(session.connection(), Plans(CATALOGUE))
        holding.make("person", THERE)
        holding.remove("person", THERE)
        assert not holding.there("person", THERE)
        with pytest.raises(LookupError, match="no row in person"):
            holding.change("person", THERE, "given_names", "Bea")
    one.db.close()


@pytest.mark.parametrize(
    ("count", "sizes"), [(0, []), (1, [1]), (500, [500]), (501, [500, 1]), (1000, [500] * 2)]
)
def test_a_question_asks_for_so_many_at_most(count: int, sizes: list[int]) -> None:
    found = list(pieces(range(count)))
    assert [len(piece) for piece in found] == sizes
    assert [each for piece in found for each in piece] == list(range(count))
