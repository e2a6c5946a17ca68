"""Three synthetic schemas: an old laptop's operations are read by a newer server, an odd one is told."""

from uuid import UUID

import pytest

from emis_desktop.migrations import NEWEST
from emis_desktop.rules.clock import Clock
from emis_desktop.state_hash import Stored
from sync.operations import Act, Batch, Op
from sync.protocol.versions import (
    SCHEMA,
    STEPS,
    Fit,
    Steps,
    dropped,
    fit,
    renamed,
    retyped,
)

ROW, USER, BASE = UUID(int=1), UUID(int=2), Clock(5, 6)


def metres(value: Stored) -> Stored:
    """Schema 2 kept a height in whole centimetres as text, schema 3 in millimetres."""
    return int(value) * 10 if isinstance(value, str) else value


def rename_and_retype(op: Op) -> Op:
    return retyped("pupil", "height", metres)(renamed("pupil", "size", "height")(op))


THREE = Steps(
    4, {1: renamed("pupil", "name", "family_name"), 2: rename_and_retype, 3: dropped("pupil", "fax")}
)


def batch(schema: int, *values: dict[str, Stored], facet: str = "pupil") -> Batch:
    ops = tuple(Op(0, facet, ROW, False, each, dict.fromkeys(each, BASE), {}) for each in values)
    return Batch(bytes(16), 7, schema, 0, bytes(8), (Act(0, USER, "edit", 9),), ops)


def values(raised: Batch) -> list[dict[str, Stored]]:
    return [dict(op.values) for op in raised.ops]


def test_an_operation_two_schemas_old_is_raised_step_by_step() -> None:
    old = batch(1, {"name": "N", "size": "120"}, {"fax": "1"}, {"phone": "2"})
    raised = THREE.raised(old)
    assert values(raised) == [{"family_name": "N", "height": 1_200}, {}, {"phone": "2"}]
    assert [set(op.bases) for op in raised.ops] == [{"family_name", "height"}, set(), {"phone"}]
    assert (raised.id, raised.acts, raised.schema, len(raised.ops)) == (old.id, old.acts, 1, 3)


def test_each_schema_takes_only_its_own_steps() -> None:
    assert values(THREE.raised(batch(2, {"name": "N", "size": "90"}))) == [{"name": "N", "height": 900}]
    assert values(THREE.raised(batch(3, {"size": "90", "fax": "1"}))) == [{"size": "90"}]


def test_what_is_of_this_schema_or_a_newer_one_stays_as_it_is() -> None:
    for schema in (4, 5):
        one = batch(schema, {"name": "N", "fax": "1", "not yet": 1})
        assert THREE.raised(one) is one


def test_other_facets_stay_as_they_are() -> None:
    one = batch(1, {"name": "N", "size": "1", "fax": "2"}, facet="school")
    assert values(THREE.raised(one)) == values(one)


def test_a_step_from_nowhere_is_a_mistake() -> None:
    for number in (0, 4, 5):
        with pytest.raises(ValueError, match="no schema"):
            Steps(4, {number: dropped("pupil", "fax")})


@pytest.mark.parametrize(
    ("laptop", "found"),
    [
        (4, Fit.SEND),
        (5, Fit.BOTH),
        (6, Fit.BOTH),
        (7, Fit.BOTH),
        (8, Fit.BOTH),
        (9, Fit.WAIT),
        (40, Fit.WAIT),
    ],
)
def test_a_server_takes_two_schemas_before_its_own_to_one_after(laptop: int, found: Fit) -> None:
    assert fit(laptop, 7) is found


def test_this_program_goes_with_itself() -> None:
    one = batch(SCHEMA, {"name": "N"})
    assert fit(SCHEMA) is Fit.BOTH
    assert STEPS.raised(one) is one


def test_the_schema_is_that_of_the_newest_step_of_the_store() -> None:
    assert SCHEMA == NEWEST
