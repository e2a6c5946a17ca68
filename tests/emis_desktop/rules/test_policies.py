"""What policies may be, how they are typed and kept, and which of several holds."""

import pytest

from emis_desktop.errors import Refused
from emis_desktop.rules import policies
from emis_desktop.rules.policies import POLICIES, Policy, Value


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.name)
def test_every_default_is_a_value_that_the_policy_takes(policy: Policy) -> None:
    assert policies.in_force(policy, {"": policy.default}, {}) == policy.default
    assert policies.in_force(policy, {}, {}) == policy.default


@pytest.mark.parametrize(
    ("policy", "text", "value"),
    [
        (policies.CAPACITY, " 28 ", 28),
        (policies.CAPACITY, "", None),
        (policies.EXCUSED_COUNT, "no", False),
        (policies.DAY_RULE, "all_missed", "all_missed"),
        (policies.MIN_ATTENDANCE, "87,5", "87.5"),
        (policies.SESSIONS, "Morning, Afternoon", ("Morning", "Afternoon")),
        (policies.MUST_PASS, "", ()),
    ],
)
def test_what_is_typed(policy: Policy, text: str, value: Value) -> None:
    assert policies.typed(policy, text) == value
    assert policies.in_force(policy, {"": value}, {}) == value


@pytest.mark.parametrize(
    ("policy", "text"),
    [
        (policies.CAPACITY, "0"),
        (policies.CAPACITY, "many"),
        (policies.DAY_RULE, "sometimes"),
        (policies.DAY_RULE, ""),
        (policies.MIN_ATTENDANCE, "101"),
        (policies.SESSIONS, ""),
        (policies.SESSIONS, "a,b,c,d,e,f"),
        (policies.SESSIONS, "AM, AM"),
    ],
)
def test_what_is_refused(policy: Policy, text: str) -> None:
    with pytest.raises(Refused):
        policies.typed(policy, text)


def test_the_more_specific_value_holds() -> None:
    country, school = {"": 30, "K": 20}, {"": 28}
    assert policies.in_force(policies.CAPACITY, country, {}, "K") == 20
    assert policies.in_force(policies.CAPACITY, country, {}, "G1") == 30
    assert policies.in_force(policies.CAPACITY, country, school, "K") == 28
    assert policies.in_force(policies.YOUNGER, {"": 2}, {"": 5}) == 2, "a school has no say in it"


def test_what_cannot_be_used_is_passed_over() -> None:
    assert policies.in_force(policies.CAPACITY, {"": 0}, {"": "many"}) == 35
    assert policies.in_force(policies.DAY_RULE, {"": None}, {}) == "any_missed"
    assert policies.in_force(policies.EXCUSED_COUNT, {"": 1}, {}) is True
    assert policies.read("{nonsense") == policies.read("[1]") == policies.read(None) == {}
    assert policies.read('{"": ["AM"]}') == {"": ("AM",)}
    assert policies.kept(("AM",)) == ["AM"]
    assert policies.percent(None) is None
    assert str(policies.percent("87.5")) == "87.5"
