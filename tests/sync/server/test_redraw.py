"""A school comes to lie in another district: the sums of the two follow, and no others are made anew."""

from __future__ import annotations

from uuid import UUID

from sync.server import digests
from sync.server.areas import parents
from sync.server.raw import Raw
from tests.helpers.server_world import World


def sums(world: World, *areas: UUID) -> dict[tuple[bytes, str, int], bytes]:
    """What is kept of areas; buckets that came to nothing are left out."""
    with world.store.read() as connection:
        rows = Raw(connection).rows("SELECT node, sensitivity, bucket, sum FROM digest")
    return {
        (node, sensitivity, bucket): bytes(number)
        for node, sensitivity, bucket, number in rows
        if UUID(bytes=bytes(node)) in areas and any(number)
    }


def test_only_the_districts_that_a_move_touches_are_summed_anew(world: World) -> None:
    nation, north, south, far = (world.id() for _ in range(4))
    over = {"level": "district", "parent_id": nation}
    world.ministry.send(
        world.insert("area", nation, code="N0", name="All", level="nation"),
        *(
            world.insert("area", one, code=f"A{place}", name="x", **over)
            for place, one in enumerate((north, south, far))
        ),
    )
    world.ministry.send(
        world.edit("institution", world.schools[0], area_id=north),
        world.edit("institution", world.schools[1], area_id=far),
    )
    for school in (0, 1):
        assert world.laptop(school).send(*world.pupil(school)[2]).not_applied == {}
    untouched = sums(world, nation, far)
    assert sums(world, north)
    with world.store.write() as connection:  # a mark, by which it shows that nobody made them anew
        Raw(connection).run(
            "UPDATE digest SET sum = ? WHERE node IN (?, ?)", (b"m" * 16, nation.bytes, far.bytes)
        )
    world.ministry.pull()
    world.ministry.send(world.edit("institution", world.schools[0], area_id=south))
    assert set(sums(world, nation, far).values()) == {b"m" * 16}
    assert set(sums(world, nation, far)) == set(untouched)
    moved = sums(world, north, south)
    assert {key[0] for key in moved} == {south.bytes}
    with world.store.write() as connection:
        raw = Raw(connection)
        digests.rebuild(raw, world.store.model, parents(raw))
    assert sums(world, north, south) == moved
    assert sums(world, nation, far) == untouched
