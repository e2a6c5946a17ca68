"""Which right changes the rows of a table by hand."""

import pytest

from emis_desktop.models import Base, synced_tables
from emis_desktop.rules.deciding import right_for
from emis_desktop.rules.rights import Right


@pytest.mark.parametrize(
    ("table", "right"),
    [
        ("mark", Right.EDIT_MARKS),
        ("person", Right.EDIT_STUDENTS),
        ("report_card", Right.ISSUE_CARDS),
        ("user", Right.MANAGE_USERS),
        ("term", Right.MANAGE_STRUCTURE),
    ],
)
def test_each_kind_of_record_has_its_right(table: str, right: Right) -> None:
    assert table in {each.name for each in synced_tables(Base.metadata)}
    assert right_for(table) is right
