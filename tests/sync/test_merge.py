"""The merge, rule by rule and against an oracle that looks at all edits at once."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column as SaColumn
from sqlalchemy import Integer

from emis_desktop.models import Merge
from emis_desktop.rules.clock import NEVER, UNWRITTEN, Clock, Tick, pack, ticked
from emis_desktop.state_hash import Stored
from sync.facets import Column
from sync.merge import join, merge, reopens_after
from sync.operations import ConflictKind, Edit, Held, Merged, Outcome

LEVELS = ("draft", "submitted", "verified", "locked")
BASE = Clock(100, 9)
A, B, C = 11, 22, 33
Y2026, Y2037 = 1_795_000_000_000, 2_114_380_800_000


def column(rule: Merge = Merge.LWW, name: str = "phone", *, key: bool = False) -> Column:
    return Column(name, rule, key, LEVELS if rule is Merge.STATE else (), SaColumn(name, Integer))


def tick(stamp: int, actor: int = A, reopens: int = 0) -> Tick:
    return Tick(Clock(stamp, actor), stamp, reopens)


def held(value: Stored = "old", at: Tick | None = None) -> Held:
    return Held(value, at or Tick(BASE, BASE.stamp))


def edit(value: Stored, stamp: int, actor: int = A, base: Clock = BASE, *, reopens: int = 0) -> Edit:
    return Edit(value, tick(stamp, actor, reopens), base)


PHONE = column()
NAME = column(Merge.GUARD, "family_name")
STATE = column(Merge.STATE, "state")
LINK = column(Merge.SET, "deleted_at")


# -- Causality first ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", [one for one in Merge if one is not Merge.DERIVED])
def test_an_edit_of_what_stands_is_applied_whatever_the_rule_and_the_clock(rule: Merge) -> None:
    late = Tick(Clock(pack(Y2037), B), pack(Y2037))
    early = Edit("draft", Tick(Clock(5, A), 5), late.clock)
    assert merge(column(rule), Held("locked", late), early) == Merged(
        Held("draft", early.tick), Outcome.APPLIED
    )


def test_the_first_value_of_all_is_applied() -> None:
    first = Edit("new", tick(5), NEVER, inserting=True)
    assert merge(PHONE, Held(None, UNWRITTEN), first) == Merged(
        Held("new", tick(5), inserted=True), Outcome.APPLIED
    )


def test_the_same_write_again_changes_nothing() -> None:
    one = edit("new", 200)
    now = merge(PHONE, held(), one).held
    assert merge(PHONE, now, one) == Merged(now, Outcome.SAME)


def test_what_was_followed_since_comes_too_late_to_matter() -> None:
    now = Held("third", tick(300))
    second = edit("second", 400, A, BASE)
    assert merge(PHONE, now, second, ancestors={second.tick.clock}) == Merged(now, Outcome.SAME)
    assert merge(PHONE, now, second).outcome is Outcome.APPLIED


def test_two_who_wrote_the_same_do_not_disagree() -> None:
    now = Held("same", tick(200, A))
    assert merge(PHONE, now, edit("same", 300, B)) == Merged(now, Outcome.SAME)
    assert merge(NAME, now, edit("same", 300, B)) == Merged(now, Outcome.SAME)
    assert merge(PHONE, now, edit("same", 300, B), may_decide=False) == Merged(now, Outcome.SAME)


@pytest.mark.parametrize("one", [PHONE, NAME], ids=["lww", "guard"])
def test_who_went_back_to_a_value_from_a_newer_one_that_was_lost_is_not_older_than_that(one: Column) -> None:
    """Seed 3097 of the simulator: what was lost comes back after the edit that had replaced it."""
    first, lost = held("Ana"), edit("Bea", 200, A)
    back = edit("Ana", 300, B, lost.tick.clock)
    now = Held("Ana", back.tick)
    assert merge(one, first, back) == Merged(now, Outcome.APPLIED)
    assert merge(one, now, lost).held == now
    assert merge(one, first, back, may_decide=False) == Merged(first, Outcome.SAME)


def test_an_equal_value_that_is_older_leaves_what_stands() -> None:
    """Its author's clock was right; that of the value which the author replaced was years ahead."""
    now = Held("same", tick(250, A))
    assert merge(PHONE, now, edit("same", 240, B, Clock(900, C))) == Merged(now, Outcome.SAME)


def test_a_number_and_its_digits_are_not_the_same() -> None:
    assert merge(PHONE, Held(1, tick(200, A)), edit("1", 300, B)).held.value == "1"


# -- Rule by rule ------------------------------------------------------------------------------------------


def test_lww_the_later_clock_is_in_force_and_the_other_is_told() -> None:
    now = merge(PHONE, held(), edit("A's", 200, A)).held
    assert merge(PHONE, now, edit("B's", 300, B)) == Merged(
        Held("B's", tick(300, B)), Outcome.APPLIED, ConflictKind.INFO
    )
    assert merge(PHONE, now, edit("B's", 150, B)) == Merged(now, Outcome.KEPT, ConflictKind.INFO)


def test_guard_what_stands_stays_and_the_other_is_a_proposal() -> None:
    now = merge(NAME, held(), edit("A's", 200, A)).held
    assert merge(NAME, now, edit("B's", 300, B)) == Merged(now, Outcome.PROPOSED, ConflictKind.PROPOSAL)


def test_state_the_higher_level_is_in_force() -> None:
    now = Held("verified", tick(200, A))
    assert merge(STATE, now, edit("submitted", 900, B)).held == now
    assert merge(STATE, now, edit("locked", 150, B)).held.value == "locked"


def test_state_only_an_explicit_reopen_goes_back() -> None:
    locked = Held("locked", tick(200, A))
    assert merge(STATE, locked, edit("draft", 900, B)).held == locked
    reopened = merge(STATE, locked, edit("draft", 150, B, reopens=1))
    assert (reopened.held.value, reopened.held.tick.reopens) == ("draft", 1)
    assert merge(STATE, reopened.held, edit("locked", 950, C)).held == reopened.held
    assert merge(STATE, reopened.held, edit("submitted", 120, C, reopens=1)).held.value == "submitted"


def test_state_locked_again_after_a_reopen_counts_as_reopened() -> None:
    again = merge(STATE, Held("locked", tick(200, A)), edit("locked", 300, B, reopens=1))
    assert again == Merged(Held("locked", tick(300, B, 1)), Outcome.APPLIED)


def test_a_count_of_reopens_grows_with_every_step_back() -> None:
    assert reopens_after(STATE, "locked", 0, "draft") == 1
    assert reopens_after(STATE, "draft", 1, "locked") == 1
    assert reopens_after(STATE, "verified", 1, "submitted") == 2
    assert reopens_after(STATE, None, 0, "draft") == 0


@pytest.mark.parametrize("rule", [Merge.SET, Merge.ROWS])
def test_set_a_put_beats_a_delete(rule: Merge) -> None:
    deleted_at = column(rule, "deleted_at")
    gone = merge(deleted_at, held(None), edit(900, 900, A)).held
    put = merge(deleted_at, gone, Edit(None, tick(150, B), NEVER, inserting=True))
    assert (put.held.value, put.outcome, put.conflict) == (None, Outcome.APPLIED, ConflictKind.INFO)
    assert merge(deleted_at, put.held, edit(901, 901, A)).outcome is Outcome.KEPT


def test_lww_a_later_delete_beats_a_put() -> None:
    deleted_at = column(Merge.LWW, "deleted_at")
    back = Held(None, tick(200, A))
    assert merge(deleted_at, back, edit(900, 900, B)).held.value == 900
    assert merge(deleted_at, back, edit(900, 150, B)).held.value is None


def test_rows_never_meet_but_if_they_do_the_later_is_in_force() -> None:
    text = column(Merge.ROWS, "text")
    assert merge(text, Held("a", tick(200, A)), edit("b", 300, B)).held.value == "b"


# -- Who may, keys, inserts --------------------------------------------------------------------------------


def test_who_may_not_decide_proposes_also_what_would_follow() -> None:
    now = held()
    assert merge(PHONE, now, edit("new", 300), may_decide=False) == Merged(
        now, Outcome.PROPOSED, ConflictKind.PROPOSAL
    )


def test_a_key_never_changes() -> None:
    key = column(name="student_id", key=True)
    now = held(b"1" * 16)
    assert merge(key, now, edit(b"2" * 16, 900)) == Merged(now, Outcome.REFUSED)
    assert merge(key, now, edit(b"1" * 16, 900)).outcome is Outcome.SAME
    assert merge(key, Held(None), Edit(b"2" * 16, tick(9), NEVER, inserting=True)).outcome is Outcome.APPLIED


@pytest.mark.parametrize("one", [PHONE, NAME])
def test_a_field_left_empty_by_an_insert_says_nothing(one: Column) -> None:
    full, empty = Edit("full", tick(150, A), NEVER, inserting=True), Edit(None, tick(300, B), NEVER, True)
    for first, second in ((full, empty), (empty, full)):
        now = merge(one, merge(one, Held(None), first).held, second)
        assert (now.held.value, now.conflict) == ("full", None)


def test_a_field_emptied_on_purpose_says_so() -> None:
    emptied = Held(None, tick(300, A), inserted=False)
    late = Edit("full", tick(200, B), NEVER, inserting=True)
    assert merge(PHONE, emptied, late) == Merged(emptied, Outcome.KEPT, ConflictKind.INFO)


# -- Clocks ------------------------------------------------------------------------------------------------


def test_a_laptop_of_2037_wins_nothing_by_its_clock() -> None:
    dreamt = Edit("2037", ticked(Clock(pack(Y2037), A), Y2026), BASE)
    real = Edit("now", ticked(Clock(pack(Y2026 + 1), B), Y2026 + 500), BASE)
    for first, second in permutations((dreamt, real)):
        assert merge(PHONE, merge(PHONE, held(), first).held, second).held.value == "now"


def test_of_two_stamps_nobody_believes_the_later_receipt_ranks() -> None:
    one = Edit("first", ticked(Clock(pack(Y2037, 9), A), Y2026), BASE)
    other = Edit("second", ticked(Clock(pack(Y2037, 1), B), Y2026 + 5), BASE)
    assert merge(PHONE, merge(PHONE, held(), one).held, other).held.value == "second"


def test_a_store_and_its_copy_in_the_same_instant_end_alike() -> None:
    clones = [edit(value, 300, A) for value in ("original", "copy", 7, None, b"raw")]
    for first, second in permutations(clones, 2):
        there = merge(PHONE, merge(PHONE, held(), first).held, second).held
        back = merge(PHONE, merge(PHONE, held(), second).held, first).held
        assert there == back


# -- Every order -------------------------------------------------------------------------------------------

RULES = {
    "lww": PHONE,
    "rows": column(Merge.ROWS, "text"),
    "state": STATE,
    "set": LINK,
    "rows deleted": column(Merge.ROWS, "deleted_at"),
}


@st.composite
def concurrent(draw: st.DrawFn) -> tuple[Column, Held, list[Edit]]:
    """Up to five edits of one value, none of which knows of another; a little clockwork of clones too."""
    one = RULES[draw(st.sampled_from(sorted(RULES)))]
    count = draw(st.integers(1, 5))
    clocks = draw(
        st.lists(
            st.tuples(st.integers(101, 140), st.sampled_from([A, B, C])),
            min_size=count,
            max_size=count,
            unique=True,
        )
    )
    edits = []
    for number, (stamp, actor) in enumerate(clocks):
        rank = draw(st.sampled_from([stamp, 120]))
        if one.rule is Merge.STATE:
            value: Stored = draw(st.sampled_from(LEVELS))
        elif one.marks_deletion:
            value = draw(st.sampled_from([None, 1_000 + number]))
        else:
            value = f"value {number}"
        reopens = draw(st.integers(0, 2)) if one.rule is Merge.STATE else 0
        edits.append(Edit(value, Tick(Clock(stamp, actor), rank, reopens), BASE))
    start: Stored = 999 if one.marks_deletion else "draft"
    return one, Held(start, Tick(BASE, 100)), edits


def oracle(one: Column, edits: list[Edit]) -> Stored:
    """The value in force once all of these concurrent edits are there, found without merging."""
    if one.rule is Merge.STATE:
        return max(edits, key=lambda each: (each.tick.reopens, LEVELS.index(str(each.value)))).value
    if one.marks_deletion and any(each.value is None for each in edits):
        return None
    return max(edits, key=lambda each: (each.tick.rank, each.tick.clock.actor, each.tick.clock.stamp)).value


@given(concurrent())
def test_every_order_of_arrival_ends_with_the_oracles_value(case: tuple[Column, Held, list[Edit]]) -> None:
    one, start, edits = case
    for order in permutations(edits):
        now = start
        for each in order:
            now = merge(one, now, each).held
            assert merge(one, now, each).held == now  # whatever comes twice changes nothing
        assert now.value == oracle(one, edits)


@st.composite
def chains(draw: st.DrawFn) -> list[tuple[int, Edit]]:
    """Edits of three laptops, each on top of its own last one, as they reach the server."""
    stamps = dict.fromkeys((A, B, C), 100)
    bases = dict.fromkeys((A, B, C), BASE)
    arrived = []
    for number, actor in enumerate(draw(st.lists(st.sampled_from([A, B, C]), min_size=1, max_size=9))):
        stamps[actor] += draw(st.integers(1, 30))
        made = Edit(f"{actor}/{number}", tick(stamps[actor], actor), bases[actor])
        bases[actor] = made.tick.clock
        arrived.append((actor, made))
    return arrived


@given(chains())
def test_what_an_author_wrote_last_stands_against_what_others_wrote_last(
    arrived: list[tuple[int, Edit]],
) -> None:
    now, told = held(), []
    for _actor, each in arrived:
        found = merge(PHONE, now, each)
        if found.conflict:
            told.append(now.value if found.outcome is Outcome.APPLIED else each.value)
        now = found.held
    last = dict(arrived)
    best = max(last.values(), key=lambda each: (each.tick.rank, each.tick.clock.actor))
    assert now.value == best.value
    # What is not in force was superseded by its own author or stands in the journal.
    for actor, made in last.items():
        assert made.value in {now.value, *told}, actor


@given(chains())
def test_what_comes_again_after_a_restore_changes_nothing(arrived: list[tuple[int, Edit]]) -> None:
    now = held()
    for _actor, each in arrived:
        now = merge(PHONE, now, each).held
    seen = {each.tick.clock for _actor, each in arrived}
    for _actor, each in arrived:
        assert merge(PHONE, now, each, ancestors=seen) == Merged(now, Outcome.SAME)


@st.composite
def lost_histories(draw: st.DrawFn) -> tuple[list[Edit], Held, list[Edit]]:
    """Edits that each followed the one before, what a server has of them that went back, and how they come
    again: each laptop sends its own in their order.
    """
    chain: list[Edit] = []
    base, value = BASE, "old"
    for number, actor in enumerate(draw(st.lists(st.sampled_from([A, B, C]), min_size=1, max_size=7))):
        value = draw(st.sampled_from([one for one in ("old", "x", "y") if one != value]))
        chain.append(edit(value, 101 + number, actor, base))
        base = chain[-1].tick.clock
    kept = draw(st.integers(0, len(chain)))
    now = Held(chain[kept - 1].value, chain[kept - 1].tick) if kept else held()
    left = {actor: [one for one in chain if one.tick.clock.actor == actor] for actor in (A, B, C)}
    turns = draw(st.permutations([one.tick.clock.actor for one in chain]))
    return chain, now, [left[actor].pop(0) for actor in turns]


@given(lost_histories())
def test_what_a_server_lost_ends_as_it_was_in_whatever_order_it_comes_again(
    case: tuple[list[Edit], Held, list[Edit]],
) -> None:
    chain, now, again = case
    for each in again:
        now = merge(PHONE, now, each).held
    assert (now.value, now.tick) == (chain[-1].value, chain[-1].tick)


HELD = st.builds(
    Held,
    st.sampled_from([None, "draft", "submitted", "locked", "x", 7, b"7"]),
    st.builds(
        Tick,
        st.builds(Clock, st.integers(1, 4), st.sampled_from([A, B])),
        st.integers(1, 3),
        st.integers(0, 1),
    ),
    st.booleans(),
)
COLUMNS = st.sampled_from([*RULES.values(), NAME])


def test_join_brings_nothing_back_that_was_deleted_later() -> None:
    gone, there = Held(900, tick(900, A)), Held(None, tick(300, B), inserted=True)
    assert join(LINK, gone, there) == gone
    assert join(LINK, Held(900, tick(200, A)), there) == there


@given(COLUMNS, HELD, HELD, HELD)
def test_join_is_commutative_associative_and_idempotent(one: Column, a: Held, b: Held, c: Held) -> None:
    assert join(one, a, a) == a
    assert join(one, a, b) == join(one, b, a)
    assert join(one, join(one, a, b), c) == join(one, a, join(one, b, c))
