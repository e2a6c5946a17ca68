"""Plain rows, and what is remembered: within one look only, never inside an act."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlcipher3
from sqlalchemy import select

from emis_desktop.errors import StoreDamaged
from emis_desktop.models import Institution
from emis_desktop.queries.plain import AT_ONCE, pieces, places, remembered, rows
from tests.factories.schools import School, opened_school


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    with opened_school(tmp_path) as found:
        yield found


def test_rows_are_as_the_store_holds_them(school: School) -> None:
    with school.db.read() as session:
        ids = [school.id.bytes, school.year.bytes]
        question = f"SELECT id, name FROM institution WHERE id IN ({places(ids)})"
        assert rows(session, question, ids) == [(school.id.bytes, "Windward Demo Primary School")]


def test_a_long_list_is_asked_in_pieces_that_sqlite_takes() -> None:
    assert list(pieces("abcde", 2)) == [["a", "b"], ["c", "d"], ["e"]]
    assert list(pieces(())) == []
    assert max(map(len, pieces(range(3 * AT_ONCE + 1)))) == AT_ONCE < 32_766


def test_plain_rows_of_an_act_are_part_of_it(school: School) -> None:
    with school.db.write(school.actor, "change_school") as session:
        session.get_one(Institution, school.id).name = "Leeward Demo School"
        session.flush()
        assert rows(session, "SELECT name FROM institution", ()) == [("Leeward Demo School",)]


def test_an_answer_is_remembered_for_one_look(school: School) -> None:
    asked: list[str] = []

    def ask() -> str:
        asked.append("asked")
        return school.actor.name

    with school.db.read() as session:
        assert remembered(session, "name", ask) == remembered(session, "name", ask) == "User 01"
    assert len(asked) == 1
    with school.db.read() as session:
        remembered(session, "name", ask)
    assert len(asked) == 2


def test_an_act_asks_anew(school: School) -> None:
    def name() -> str:
        return session.scalars(select(Institution.name)).one()

    with school.db.write(school.actor, "change_school") as session:
        assert remembered(session, "name", name) == "Windward Demo Primary School"
        session.get_one(Institution, school.id).name = "Leeward Demo School"
        session.flush()
        assert remembered(session, "name", name) == "Leeward Demo School"


def test_a_damaged_page_is_told_in_our_words(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    fault = sqlcipher3.DatabaseError("malformed")
    fault.sqlite_errorcode = sqlcipher3.SQLITE_CORRUPT

    class Broken:
        """A cursor that meets a damaged page."""

        def execute(self, *_args: object) -> None:
            raise fault

        def close(self) -> None:
            pass

    with school.db.read() as session:
        connection = session.connection().connection
        monkeypatch.setattr(type(connection), "cursor", lambda *_args: Broken())
        with pytest.raises(StoreDamaged):
            rows(session, "SELECT 1", ())
        monkeypatch.undo()
