"""The ledger knows what followed what by the values alone, and what nobody owes any more."""

from collections.abc import Callable

from tests.simulator.ledger import Ledger, Typed

FIELD = ("person", b"row", "name")


def ledger(*edits: tuple[str, str | None, str]) -> Ledger:
    made = Ledger()
    for laptop, before, after in edits:
        made.note(laptop, [(FIELD, before, after)], allowed=True)
    return made


def has(*values: str) -> Callable[[Typed], bool]:
    return lambda one: one.after in values


def test_what_is_there_is_not_missing() -> None:
    made = ledger(("A", None, "1"), ("B", None, "2"))
    assert made.missing(has("1", "2")) == []
    assert [one.after for one in made.missing(has("1"))] == ["2"]


def test_what_was_followed_by_something_that_is_there_is_not_missing() -> None:
    made = ledger(("A", None, "1"), ("A", "1", "2"), ("B", "2", "3"))
    assert made.missing(has("3")) == []
    assert [one.after for one in made.missing(has("1"))] == ["2", "3"]


def test_who_had_not_seen_a_value_does_not_follow_it() -> None:
    made = ledger(("A", "0", "1"), ("B", "0", "2"))
    assert [one.after for one in made.missing(has("2"))] == ["1"]


def test_who_saw_the_own_proposal_wait_follows_it() -> None:
    made = ledger(("A", "0", "1"))
    made.note("A", [(FIELD, "0", "2")], allowed=True, proposed=lambda _place: frozenset({"1"}))
    assert made.missing(has("2")) == []


def test_another_field_follows_nothing() -> None:
    made = ledger(("A", None, "1"))
    made.note("A", [(("person", b"row", "other"), "1", "2")], allowed=True)
    assert [one.after for one in made.missing(has("2"))] == ["1"]


def test_what_survived_nowhere_is_owed_by_nobody_not_even_when_it_had_been_followed() -> None:
    made = ledger(("A", None, "1"), ("B", "1", "2"), ("C", None, "3"))
    made.settle(has("2"))
    assert [one.owed for one in made.typed] == [True, True, False]
    made.settle(has())
    assert made.missing(has()) == []
