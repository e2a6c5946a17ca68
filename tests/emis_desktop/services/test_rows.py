"""Rows are marked, brought back and never doubled."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from emis_desktop.models import PersonPhoto
from emis_desktop.rules.ids import natural_id
from emis_desktop.services.rows import delete, keep, revive
from tests.factories.schools import School, classroom, opened_school


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    with opened_school(tmp_path) as found:
        yield found


def test_a_row_goes_and_comes_back_as_itself(school: School) -> None:
    pupil = classroom(school, pupils=1).pupil(1)
    row_id = natural_id("person_photo", pupil)
    with school.db.write(school.actor, "change_photo") as session:
        row = revive(session, PersonPhoto, row_id)
        row.person_id, row.image = pupil, b"one"
    with school.db.write(school.actor, "change_photo") as session:
        row = session.get_one(PersonPhoto, row_id)
        keep(session, row, wanted=True)
        assert row.deleted_at is None
        keep(session, row, wanted=False)
        gone = row.deleted_at
        assert gone == session.info["act"].moment
    with school.db.write(school.actor, "change_photo") as session:
        row = session.get_one(PersonPhoto, row_id)
        keep(session, row, wanted=False)
        assert row.deleted_at == gone
        assert revive(session, PersonPhoto, row_id) is row
        assert (row.deleted_at, row.image) == (None, b"one")
        delete(session, row)
        assert row.deleted_at is not None
