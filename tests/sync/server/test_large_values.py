"""Values of a size that nobody types: set aside, before they stand in everybody's way."""

from __future__ import annotations

import random
import string
from dataclasses import replace

from sqlalchemy import String

from sync.server import snapshots
from sync.server.apply_check import LARGEST, VERB
from tests.helpers.server_world import Laptop, World


def reasons(laptop: Laptop, *ops: object) -> list[str]:
    """Why each operation was not applied; empty where it was."""
    answers = laptop.send(*ops).not_applied  # type: ignore[arg-type]
    return [answers[place].reason if place in answers else "" for place in range(len(ops))]


def long(letters: int) -> str:
    """A text that does not compress."""
    return "".join(random.Random(7).choices(string.ascii_letters, k=letters))


def test_a_name_longer_than_an_index_takes_stops_no_batch(world: World) -> None:
    school = world.laptop(0)
    person, _, ops = world.pupil(0, family_name=long(20_000))
    assert reasons(school, *ops) == ["", ""]
    other = world.laptop(0)
    other.pull()
    assert other.value("person", person, "family_name") == long(20_000)


def test_what_is_larger_than_a_page_carries_is_set_aside(world: World) -> None:
    school = world.laptop(0)
    school.pull()
    edit = world.edit("institution", world.schools[0], name="\x01" * (LARGEST + 1))
    assert reasons(school, edit) == ["value"]
    crest = world.edit("institution", world.schools[0], crest=bytes(LARGEST + 1))
    assert reasons(school, crest) == ["value"]
    _, _, ops = world.pupil(0, given_names="x" * (LARGEST + 1))
    assert reasons(school, *ops) == ["value", "depends"]


def test_a_long_verb_does_not_stand_with_each_entry_of_the_log(world: World) -> None:
    school, other = world.laptop(0), world.laptop(0)
    _, _, ops = world.pupil(0)
    batch = school.batch(*ops)
    assert (
        school.deliver(replace(batch, acts=(replace(batch.acts[0], verb="v" * 100_000),))).not_applied == {}
    )
    assert max(len(entry.verb) for entry in other.pull()) == VERB


def test_a_row_of_the_largest_values_reaches_everybody(world: World) -> None:
    """Each letter takes six in JSON; a page and a snapshot still carry the whole row."""
    school, other = world.laptop(0), world.laptop(1)
    school.pull()
    columns = world.store.model.columns["institution"].values()
    texts = [str(one.name) for one in columns if isinstance(one.sa.type, String) and not one.key]
    largest = dict.fromkeys(texts, "\x01" * LARGEST)
    for name, value in largest.items():
        assert reasons(school, world.edit("institution", world.schools[0], **{name: value})) == [""]
    other.pull()
    assert {name: other.value("institution", world.schools[0], name) for name in texts} == largest
    found = snapshots.build_snapshot(world.store, other.rights, world.now)
    assert sum(part.records for part in found.parts) > 0
