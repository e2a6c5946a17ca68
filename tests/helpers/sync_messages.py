"""Batches and pages for tests of the exchange: invented, small, the same for the same draw."""

from __future__ import annotations

from uuid import UUID

from hypothesis import strategies as st

from emis_desktop.rules.clock import Clock, Tick
from emis_desktop.rules.ids import new_id
from emis_desktop.state_hash import Stored
from sync.operations import Act, Batch, Commit, Entry, EntryKind, Op, Page

ACTOR = 0x5EED
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
INTS = st.integers(-(1 << 63), (1 << 63) - 1)
STORED: st.SearchStrategy[Stored] = st.one_of(
    st.none(), INTS, TEXTS, st.binary(max_size=20), st.dates().map(str)
)
STAMPS = st.one_of(st.integers(0, 5), st.integers(1 << 56, (1 << 63) - 1))
ACTORS = st.sampled_from([0, 1, ACTOR, (1 << 48) - 1])
CLOCKS = st.builds(Clock, STAMPS, ACTORS)
TICKS = st.builds(Tick, CLOCKS, STAMPS, st.integers(0, 3))
ROWS = st.one_of(
    st.uuids(version=5),
    st.builds(new_id, st.integers(0, 1 << 47)),
    st.sampled_from([UUID(int=0), UUID(int=1 << 100)]),
)
FACETS = {"person": ("given_names", "sex", "deleted_at"), "person.contact": ("address",), "mark": ("value",)}


@st.composite
def _op(draw: st.DrawFn, acts: int) -> Op:
    act, facet = draw(st.integers(0, acts - 1)), draw(st.sampled_from(sorted(FACETS)))
    insert = draw(st.booleans())
    some = st.lists(st.sampled_from(FACETS[facet]), min_size=1, unique=True)
    names = list(FACETS[facet]) if insert else draw(some)
    values = {name: draw(STORED) for name in names}
    bases = {} if insert else {name: draw(CLOCKS) for name in names}
    reopens = draw(st.dictionaries(st.sampled_from(names), st.integers(1, 9), max_size=1))
    return Op(act, facet, draw(ROWS), insert, values, bases, reopens)


@st.composite
def batches(draw: st.DrawFn) -> Batch:
    """Any batch of a few acts."""
    count = draw(st.integers(1, 5))
    about = st.none() | st.tuples(st.sampled_from(["health_note", "person"]), ROWS)
    acts = tuple(
        Act(index, draw(ROWS), draw(st.sampled_from(["edit", "import"])), draw(STAMPS), draw(about))
        for index in range(count)
    )
    ops = draw(st.lists(_op(count), max_size=12))
    head = (
        draw(st.binary(min_size=16, max_size=16)),
        ACTOR,
        draw(st.integers(1, 9)),
        draw(st.integers(0, 99)),
    )
    return Batch(
        *head, draw(st.binary(min_size=8, max_size=8)), acts, tuple(sorted(ops, key=lambda op: op.act))
    )


@st.composite
def _entry(draw: st.DrawFn, seq: int) -> Entry:
    facet, kind = draw(st.sampled_from(sorted(FACETS))), draw(st.sampled_from(EntryKind))
    some = st.lists(st.sampled_from(FACETS[facet]), min_size=1, unique=True)
    chosen = {EntryKind.PUT: list(FACETS[facet]), EntryKind.DROP: []}
    names = chosen[kind] if kind in chosen else draw(some)
    values = {name: draw(STORED) for name in names}
    apart = draw(st.dictionaries(st.sampled_from(names), TICKS, max_size=2)) if names else {}
    verb = draw(st.sampled_from(["edit", "import"]))
    return Entry(seq, facet, draw(ROWS), kind, values, draw(TICKS), apart, draw(ROWS), verb)


@st.composite
def pages(draw: st.DrawFn) -> Page:
    """Any page of a few entries."""
    seqs = sorted(draw(st.sets(st.integers(1, 1 << 40), max_size=10)))
    entries = tuple(draw(_entry(seq)) for seq in seqs)
    tags = st.binary(min_size=8, max_size=8)
    commits = tuple(Commit(seq, draw(st.integers(1, 9)), draw(tags)) for seq in seqs)
    return Page(draw(st.integers(0, 9)), draw(st.integers(0, 1 << 41)), 1 << 41, entries, commits)
