"""Conflicts that the server lost come back from laptops that have them: from whom, and who sees them then."""

from collections.abc import Mapping
from uuid import UUID

import pytest

from emis_desktop.rules.clock import SERVER, Clock, Tick
from emis_desktop.rules.rights import Role, SensitivityClass
from emis_desktop.state_hash import Stored
from sync.operations import Entry, EntryKind, Page
from sync.server import repair
from tests.helpers.server_world import NOW, SUBJECT, TERM, Laptop, World
from tests.sync.server.test_repair import digests_fit
from tests.sync.server.test_visibility import family

STAMP = NOW + 60_000 << 16
WORDS, FORGED = Tick(Clock(STAMP, SERVER), STAMP), Tick(Clock(STAMP, 4711), STAMP)
LATER = Tick(Clock(STAMP + 1, 4711), STAMP + 1)


def offer(
    by: Laptop,
    row: UUID,
    values: Mapping[str, Stored],
    tick: Tick = WORDS,
    ticks: Mapping[str, Tick] | None = None,
) -> int:
    """Offer a conflict; how many facets of rows were taken."""
    world = by.world
    whole = {**dict.fromkeys(world.store.model.columns["conflict"]), **values}
    entry = Entry(0, "conflict", row, EntryKind.PUT, whole, tick, ticks or {}, world.id(), "offer")
    with world.store.write() as connection:
        return repair.offers(connection, by.rights, Page(0, 0, 0, (entry,), ()), world.now)


def about(table: str, row: UUID, field: str, **others: Stored) -> dict[str, Stored]:
    """What a conflict says."""
    usual: dict[str, Stored] = {"kind": "info", "sensitivity": "basic", "held": "Here", "other": "There"}
    return {"table_name": table, "row_id": row.bytes, "field": field, **usual, **others}


def test_a_conflict_comes_back_from_whoever_sees_what_it_is_about(world: World) -> None:
    ids = family(world, 0)
    laptop, stranger = world.laptop(0), world.laptop(1)
    poor = world.laptop(0, classes=[SensitivityClass.BASIC])
    values = about("person", ids["pupil"], "address", sensitivity="contact")
    row = world.id()
    assert [offer(stranger, row, values), offer(poor, row, values), offer(laptop, row, values, FORGED)] == [
        0,
        0,
        0,
    ]
    assert offer(laptop, row, values, WORDS, {"held": FORGED}) == 0
    assert [
        offer(laptop, row, {**values, "kind": "nonsense"}),
        offer(laptop, row, {**values, "field": 7}),
    ] == [0, 0]
    assert [offer(laptop, row, values), offer(laptop, row, values)] == [1, 0]
    assert offer(laptop, row, {**values, "held": "Forged"}, WORDS, {"held": LATER}) == 0
    assert offer(laptop, row, {**values, "decision": "seen"}, WORDS, {"decision": LATER}) == 1
    for reader in (laptop, stranger, poor):
        reader.pull()
        assert digests_fit(world, reader)
    (journalled,) = laptop.holds("conflict").values()
    assert (journalled["held"], journalled["decision"]) == ("Here", "seen")
    assert not stranger.holds("conflict")
    assert not poor.holds("conflict")


@pytest.mark.parametrize(("table", "of"), [("term", TERM), ("subject", SUBJECT)])
def test_what_met_in_a_row_of_the_country_comes_back_to_where_its_author_is(
    world: World, table: str, of: UUID
) -> None:
    author, colleague, stranger = world.laptop(0), world.laptop(0), world.laptop(1)
    ministry = world.laptop(None, Role.MINISTRY_OFFICER)
    row, values = world.id(), about(table, of, "name", kind="proposal")
    assert [offer(author, row, values), offer(author, row, values)] == [1, 0]
    for reader in (author, colleague, stranger, ministry):
        reader.pull()
        assert digests_fit(world, reader)
        assert (row in reader.holds("conflict")) is (reader is not stranger)


def test_what_met_in_the_row_of_a_school_comes_back_from_that_school_alone(world: World) -> None:
    own, stranger = world.laptop(0), world.laptop(1)
    row, values = world.id(), about("institution", world.schools[0], "name")
    assert offer(stranger, row, values) == 0
    assert [offer(own, row, values), offer(own, row, values)] == [1, 0]
    for reader in (own, stranger):
        reader.pull()
        assert digests_fit(world, reader)
        assert (row in reader.holds("conflict")) is (reader is own)


def test_nobody_learns_by_a_made_up_conflict_whether_somebody_has_a_note_of_health(world: World) -> None:
    ids = family(world, 0)
    without, _, ops = world.pupil(0)
    assert world.laptop(0).send(*ops).not_applied == {}
    own, stranger = world.laptop(0), world.laptop(1)
    for pupil in (ids["pupil"], without):
        words = about("health_note", pupil, "sealed", sensitivity="health")
        assert offer(stranger, world.id(), words) == 0
    assert offer(own, world.id(), about("health_note", ids["pupil"], "sealed", sensitivity="health")) == 1


def announced(world: World, laptop: Laptop) -> UUID:
    """The user of a laptop, whom the server knows by now."""
    school = laptop.rights.institution
    assert school is not None
    made = world.insert("user", laptop.user, name="Somebody", role="principal", institution_id=school)
    assert laptop.send(made).not_applied == {}
    return laptop.user


@pytest.mark.parametrize("kind", ["proposal", "info"])
def test_brought_by_the_ministry_it_is_seen_where_its_author_is(world: World, kind: str) -> None:
    author, other, ministry = world.laptop(0), world.laptop(1), world.laptop(None, Role.MINISTRY_OFFICER)
    wrote, stood = announced(world, author), announced(world, other)
    sides = {"other_user": wrote.bytes, "held_user": stood.bytes}
    row, values = world.id(), about("subject", SUBJECT, "name", kind=kind, **sides)
    assert [offer(ministry, row, values), offer(author, row, values)] == [1, 0]
    for reader in (author, world.laptop(0), other, ministry):
        reader.pull()
        assert digests_fit(world, reader)
        assert (row in reader.holds("conflict")) is (reader is not other or kind == "info")
    assert ("conflict", row) not in author.dropped


def test_who_shows_that_it_was_told_of_it_sees_it_again(world: World) -> None:
    """Whose it is may be unknown when the ministry brings it; its clock tells, which nobody can guess."""
    author, stranger, ministry = world.laptop(0), world.laptop(1), world.laptop(None, Role.MINISTRY_OFFICER)
    row, values = world.id(), about("subject", SUBJECT, "name", kind="proposal", other_user=author.user.bytes)
    assert offer(ministry, row, values) == 1
    for _again in range(2):
        offer(author, row, values)
        offer(stranger, row, values, Tick(Clock(STAMP + 1, SERVER), STAMP + 1))
    colleague = world.laptop(0)
    for reader in (author, colleague, stranger, ministry):
        reader.pull()
        assert digests_fit(world, reader)
        assert (row in reader.holds("conflict")) is (reader is not stranger)
    assert ("conflict", row) not in author.dropped


def test_a_conflict_about_the_row_of_a_school_is_not_shown_to_another_that_tells_its_clock(
    world: World,
) -> None:
    ids = family(world, 0)
    own, stranger = world.laptop(0), world.laptop(1)
    row = world.id()
    assert offer(own, row, about("person", ids["pupil"], "given_names")) == 1
    offer(stranger, row, about("person", ids["pupil"], "given_names"))
    stranger.pull()
    assert row not in stranger.holds("conflict")
    assert digests_fit(world, stranger)
