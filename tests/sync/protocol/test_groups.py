"""What is no group of a batch or a page is told, whichever part of it is wrong."""

import pytest

from sync.protocol.columns import Known
from sync.protocol.errors import BadMessage
from sync.protocol.groups import read_group
from sync.protocol.numbers import Json, Room

KNOWN = Known([], [], [], [], Room())


@pytest.mark.parametrize(
    "written",
    [
        None,
        "group",
        [],
        ["core", "insert", ["name"], []],
        ["core", "insert", ["name"], [], [], []],
        [1, "insert", [], [], []],
        ["core", "insert", "name", [], []],
        ["core", "insert", ["name"], [], []],
    ],
)
def test_a_shape_that_is_no_groups_is_told(written: Json) -> None:
    with pytest.raises(BadMessage, match="no group"):
        read_group(written, 1, KNOWN)


@pytest.mark.parametrize("names", [["name", "name"], [1], [f"f{n}" for n in range(10_000)]])
def test_names_that_are_no_fields_are_told(names: list[Json]) -> None:
    with pytest.raises(BadMessage, match="no fields"):
        read_group(["core", "insert", names, [], [[] for _ in names]], 1, KNOWN)
