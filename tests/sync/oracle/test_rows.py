"""Each role's laptop holds exactly the rows and fields that the design gives it: none more, none less."""

from __future__ import annotations

from pathlib import Path

import pytest

from emis_desktop.rules.rights import Role
from emis_desktop.state_hash import Stored
from tests.sync.oracle.driver import Ministry, Reader, rights_of
from tests.sync.oracle.expected import SCHOOL_NODES, Device, Field, holds
from tests.sync.oracle.world import DISTRICTS, SCHOOLS, World, country, happen, two_at_once

EVENTS = 12


def devices() -> list[Device]:
    """A laptop of each role at every place where that role works."""
    found = [Device(role, school) for role in sorted(SCHOOL_NODES) for school in SCHOOLS]
    found += [Device(Role.DISTRICT_OFFICER, district) for district in DISTRICTS]
    elsewhere = set(Role) - SCHOOL_NODES - {Role.DISTRICT_OFFICER}
    return [*found, *(Device(role, "") for role in sorted(elsewhere))]


def told(world: World, fields: set[Field]) -> list[str]:
    """Fields in words, for whoever has to find the fault."""
    return sorted(
        {f"{table}.{name} {world.rows.get(table, {}).get(row, '')}"[:300] for table, row, name in fields}
    )


def check(world: World, ministry: Ministry, device: Device, held: dict[Field, Stored]) -> None:
    wanted = holds(world, device, ministry.conflicts())
    most = holds(world, device, ministry.conflicts(), chained=True)
    extra, missing = set(held) - set(most), set(wanted) - set(held)
    assert not extra, ("extra", device, len(extra), told(world, extra)[:6])
    assert not missing, ("missing", device, len(missing), told(world, missing)[:6])
    wrong = {key for key in wanted if wanted[key] != held[key]}
    assert not wrong, ("value", device, told(world, wrong)[:6])


@pytest.mark.parametrize("seed", range(12))
def test_whoever_listens_or_fetches_holds_exactly_that(tmp_path: Path, seed: int) -> None:
    held_by_all(tmp_path, seed)


def test_on_either_database(database_url: str) -> None:
    held_by_all(database_url, 21)


def held_by_all(place: Path | str, seed: int) -> None:
    """Every laptop, listening all the time, reading the log from its beginning, or fetching a snapshot."""
    world = country(seed)
    ministry = Ministry(place, world)
    ministry.send()
    listening = {device: Reader(rights_of(world, device)) for device in devices()}
    for round_ in range(EVENTS):
        happen(world)
        if round_ % 3 == 2:
            ministry.send()
            for reader in listening.values():
                reader.listen(ministry.store)
    world.act()
    two_at_once(world)
    ministry.send()
    for device, reader in listening.items():
        reader.listen(ministry.store)
        check(world, ministry, device, reader.fields())
        late, fetched = Reader(rights_of(world, device)), Reader(rights_of(world, device))
        late.listen(ministry.store)
        assert late.fields() == reader.fields()
        fetched.fetch(ministry.store)
        check(world, ministry, device, fetched.fields())
    assert ministry.conflicts(), "a world without two values that met proves nothing about them"
    ministry.store.close()
