"""Which record stands for somebody: chains, rings, and any graph of doubles that laptops may leave."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from emis_desktop.rules.aliases import groups, mains, older, ring_from

A, B, C, D, E = (UUID(int=number) for number in range(1, 6))
LINKS = st.dictionaries(st.integers(1, 9), st.integers(1, 9), max_size=9).map(
    lambda found: {UUID(int=one): UUID(int=of) for one, of in found.items()}
)


def test_a_chain_ends_at_the_record_that_names_nobody() -> None:
    assert mains({C: B, B: A, D: B}) == {C: A, B: A, D: A}


def test_of_a_ring_the_smallest_id_is_the_main_record() -> None:
    assert mains({A: B, B: A}) == {B: A}
    assert mains({C: A, A: B, B: C, D: C, E: D}) == {B: A, C: A, D: A, E: A}


def test_a_record_that_names_itself_is_its_own() -> None:
    assert mains({A: A, B: A}) == {B: A}


def test_groups_have_the_main_record_first() -> None:
    assert groups(mains({A: C, B: C})) == {C: (C, A, B)}


def test_a_ring_is_walked_once() -> None:
    assert ring_from({A: B, B: C, C: A}, B) == (B, C, A)
    assert ring_from({A: B, B: C, C: B}, A) == ()
    assert ring_from({A: B}, A) == ()


@given(LINKS)
def test_every_record_has_one_main_record_and_the_order_of_asking_does_not_matter(
    names: dict[UUID, UUID],
) -> None:
    found = mains(names)
    backwards = mains(dict(reversed(names.items())))
    assert found == backwards
    assert set(found) <= set(names)
    for one, of in names.items():  # whoever names somebody is one with that record
        assert found.get(one, one) == found.get(of, of)
    assert not set(found.values()) & set(found)  # a main record is nobody's double
    members = [each for group in groups(found).values() for each in group]
    assert len(members) == len(set(members))


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(1, 9)), max_size=12))
def test_merges_of_different_laptops_make_no_ring_and_keep_the_oldest(pairs: list[tuple[int, int]]) -> None:
    names: dict[UUID, UUID] = {}
    for one, other in pairs:
        kept, double = older(UUID(int=one), UUID(int=other))
        if kept != double:
            names.setdefault(double, kept)
    assert all(not ring_from(names, one) for one in names)
    for main, *others in groups(mains(names)).values():
        assert main < min(others)
