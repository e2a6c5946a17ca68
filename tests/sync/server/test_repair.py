"""Rows that differ are put right, rows that only a laptop has come back; snapshots; erasing a person."""

from typing import cast
from uuid import UUID

import pytest

from emis_desktop.rules.clock import Clock, Tick
from emis_desktop.rules.rights import Role, SensitivityClass
from emis_desktop.state_hash import Stored
from sync.operations import Commit, Entry, EntryKind, Op, Page
from sync.protocol.messages import Manifest, RowsAsked, Versions
from sync.protocol.pages import decode_page
from sync.server import digests, erase, feed, repair, set_aside, snapshots
from sync.server.holdings import Holdings
from sync.server.raw import Raw
from sync.server.server_hash import state_hash
from tests.helpers.server_world import Laptop, World
from tests.sync.server.test_visibility import expected_sums, family, move

LATER_MS = 3 * 3_600_000


def held(world: World, laptop: Laptop) -> tuple[Versions, ...]:
    """What the laptop says that it holds."""
    with world.store.read() as connection:
        versions = {
            (facet, row): version
            for facet, row, version in Raw(connection).rows("SELECT facet, row_id, version FROM row_clock")
        }
    found = []
    for facet in {facet for facet, _ in laptop.rows}:
        rows = [row.bytes for name, row in laptop.rows if name == facet]
        numbers = [versions.get((facet, row), 1).to_bytes(8) for row in rows]
        found.append(Versions(facet, b"".join(rows), b"".join(numbers)))
    return tuple(found)


def every_bucket() -> tuple[tuple[str, int], ...]:
    classes = ("basic", "contact", "health", "staff")
    return tuple((name, number) for name in classes for number in range(256))


def ask(world: World, laptop: Laptop, *wanted: tuple[str, UUID]) -> repair.Repair:
    asked = RowsAsked(upto=laptop.cursor, buckets=every_bucket(), held=held(world, laptop), wanted=wanted)
    with world.store.read() as connection:
        return repair.rows(connection, laptop.rights, asked)


def test_what_a_laptop_lost_comes_back(world: World) -> None:
    ids = family(world, 0)
    laptop = world.laptop(0)
    laptop.pull()
    whole = {key: dict(values) for key, values in laptop.rows.items()}
    assert ask(world, laptop).body == b""
    for key in (("mark", ids["mark"]), ("person.contact", ids["pupil"])):
        del laptop.rows[key]
    found = ask(world, laptop)
    for entry in decode_page(found.body).entries:
        laptop.rows[entry.facet, entry.row] = dict(entry.values)
    assert laptop.rows == whole
    assert (found.found.more, found.found.unknown) == (False, ())


def test_what_a_laptop_should_hold_no_longer_is_dropped_and_never_asked_for(world: World) -> None:
    ids = family(world, 0)
    late = world.laptop(0)
    late.pull()
    move(world, ids)
    found = ask(world, late)
    dropped = {entry.row for entry in decode_page(found.body).entries if entry.kind is EntryKind.DROP}
    assert {ids["note"], ids["phone"], ids["pupil"]} <= dropped
    assert found.found.unknown == ()


def offered(world: World, laptop: Laptop, facet: str, row: UUID, tick: Tick) -> list[Entry]:
    """What the laptop is told after it offered a row that it holds under that tick."""
    values = laptop.rows.get((facet, row)) or dict.fromkeys(world.store.model.columns[facet])
    page = Page(
        0,
        0,
        0,
        (Entry(0, facet, row, EntryKind.PUT, values, tick, {}, laptop.user, "offer"),),
        (Commit(0, 1, bytes(8)),),
    )
    laptop.pull()
    with world.store.write() as connection:
        repair.offers(connection, laptop.rights, page, world.now)
    return laptop.pull()


def test_who_offers_what_it_saw_by_a_history_that_is_lost_is_told_to_let_it_go(world: World) -> None:
    ids = family(world, 0)
    whole = world.laptop(0)
    given = {entry.facet: entry for entry in whole.pull() if entry.row == ids["pupil"]}
    stranger = world.laptop(1)
    stranger.rows["person", ids["pupil"]] = whole.rows["person", ids["pupil"]]
    (told,) = offered(world, stranger, "person", ids["pupil"], given["person"].tick)
    assert (told.kind, told.facet, told.row) == (EntryKind.DROP, "person", ids["pupil"])
    assert whole.pull() == [], "nobody else hears of it"
    assert offered(world, whole, "person", ids["pupil"], given["person"].tick) == []


def test_who_offers_a_row_without_its_clock_learns_nothing(world: World) -> None:
    ids = family(world, 0)
    stranger = world.laptop(1)
    for row in (ids["pupil"], world.id()):
        guess = Tick(Clock(1 << 40, 7), 1 << 40)
        assert [one for one in offered(world, stranger, "mark", row, guess) if one.row == row] == []
        assert [one for one in offered(world, stranger, "health_note", row, guess) if one.row == row] == []


def answers(world: World, laptop: Laptop, facet: str, rows: list[UUID]) -> list[set[str]]:
    """What the laptop is told of rows that it claims to have, whatever they are."""
    claimed = Versions(facet, b"".join(row.bytes for row in rows), (1).to_bytes(8) * len(rows))
    asked = RowsAsked(upto=laptop.cursor, buckets=every_bucket(), held=(claimed,), wanted=())
    with world.store.read() as connection:
        found = repair.rows(connection, laptop.rights, asked)
    entries = decode_page(found.body).entries if found.body else ()
    told = [{str(one.kind) for one in entries if (one.facet, one.row) == (facet, row)} for row in rows]
    return [
        one | ({"unknown"} if (facet, row) in found.found.unknown else set())
        for one, row in zip(told, rows, strict=True)
    ]


@pytest.mark.parametrize("facet", ["mark", "health_note", "person", "person.contact", "subject_remark"])
def test_nobody_learns_from_a_comparison_whether_a_row_is_there(world: World, facet: str) -> None:
    ids = family(world, 0)
    names = {"mark": "mark", "subject_remark": "remark"}
    there = ids[names.get(facet, "pupil")]
    stranger = world.laptop(1)
    stranger.pull()
    assert answers(world, stranger, facet, [there, world.id()]) == [{"unknown"}, {"unknown"}]


@pytest.mark.parametrize("role", [Role.PRINCIPAL, Role.TEACHER])
def test_of_a_class_that_is_closed_to_it_a_laptop_learns_nothing(world: World, role: Role) -> None:
    ids = family(world, 0)
    classes = (SensitivityClass.BASIC, SensitivityClass.CONTACT)
    teacher = world.laptop(0, role, classes=classes if role is Role.PRINCIPAL else tuple(SensitivityClass))
    teacher.pull()
    assert answers(world, teacher, "health_note", [ids["pupil"], world.id()]) == [{"drop"}, {"drop"}]


def test_a_note_of_health_of_somebody_known_by_reference_is_not_told_of(world: World) -> None:
    ids = family(world, 0)
    move(world, ids)
    former = world.laptop(0)
    former.pull()
    assert ids["pupil"] in former.holds("person")
    other, _, ops = world.pupil(0)
    assert world.laptop(0).send(*ops).not_applied == {}
    stranger = world.laptop(1)
    stranger.pull()
    assert answers(world, stranger, "health_note", [other, world.id()]) == [{"unknown"}, {"unknown"}]


def test_a_row_that_the_server_lost_is_asked_for_and_taken_with_its_clock(world: World) -> None:
    laptop, colleague = world.laptop(0), world.laptop(0)
    person, _, ops = world.pupil(0)
    laptop.send(*ops)
    laptop.pull()
    colleague.pull()
    note = world.id()
    tick = Tick(Clock(1_790_000_000_500 << 16, 4711), 1_790_000_000_500 << 16)
    values = dict.fromkeys(world.store.model.columns["person_note"])
    values |= {"person_id": person.bytes, "written_on": "2026-10-01", "text": "kept"}  # type: ignore[dict-item]
    laptop.rows["person_note", note] = values  # type: ignore[assignment]
    assert ask(world, laptop).found.unknown == (("person_note", note),)
    author = world.id()
    later = tick._replace(clock=Clock(tick.clock.stamp + 1, 4712))
    offered = Entry(
        0,
        "person_note",
        note,
        EntryKind.PUT,
        values,
        tick,
        {"text": later},
        author,
        "offer",  # type: ignore[arg-type]
    )
    page = Page(0, 0, 0, (offered,), (Commit(0, 1, bytes(8)),))
    with world.store.write() as connection:
        assert repair.offers(connection, laptop.rights, page, world.now) == 1
    with world.store.write() as connection:
        assert repair.offers(connection, laptop.rights, page, world.now) == 0
    (came,) = [entry for entry in colleague.pull() if entry.row == note]
    assert (came.tick.clock, came.ticks["text"].clock, came.user) == (tick.clock, later.clock, author)
    assert note in {entry.row for entry in laptop.pull()}
    assert ask(world, laptop).found.unknown == ()


def test_offers_need_the_same_rights_and_join_by_clock(world: World) -> None:
    ids = family(world, 0)
    laptop, stranger = world.laptop(0), world.laptop(1)
    laptop.pull()
    facet = "person"
    values = dict(laptop.rows[facet, ids["pupil"]])
    old, new = Tick(Clock(5 << 16, 9), 5 << 16), Tick(Clock(world.now + 5 << 16, 9), world.now + 5 << 16)
    entry = Entry(
        0, facet, ids["pupil"], EntryKind.PUT, {**values, "transport": "Old"}, old, {}, world.id(), "offer"
    )
    page = Page(0, 0, 0, (entry,), ())
    with world.store.write() as connection:
        assert repair.offers(connection, laptop.rights, page, world.now) == 1  # says what was left empty
    changed = Entry(
        0,
        facet,
        ids["pupil"],
        EntryKind.PUT,
        {**values, "given_names": "New", "transport": "New"},
        old,
        {"transport": new, "given_names": new},
        world.id(),
        "offer",
    )
    with world.store.write() as connection:
        assert repair.offers(connection, stranger.rights, Page(0, 0, 0, (changed,), ()), world.now) == 0
    with world.store.write() as connection:
        assert repair.offers(connection, laptop.rights, Page(0, 0, 0, (changed,), ()), world.now) == 1
    reader = world.laptop(0)
    reader.pull()
    assert reader.value("person", ids["pupil"], "transport") == "New"
    assert reader.value("person", ids["pupil"], "given_names") == "New"
    (journalled,) = reader.holds("conflict").values()
    assert (journalled["field"], journalled["held"]) == ("given_names", "New")
    assert digests_fit(world, reader)


def test_who_may_not_write_what_only_he_still_has_proposes_it(world: World) -> None:
    ids = family(world, 0)
    office, teacher, stranger = world.laptop(0), world.laptop(0, Role.TEACHER), world.laptop(1, Role.TEACHER)
    office.pull()
    later = Tick(Clock(world.now + 5 << 16, 9), world.now + 5 << 16)
    values = {**office.rows["person", ids["pupil"]], "preferred_name": "Later"}
    author = world.id()

    def offered(by: Laptop, given: dict[str, Stored]) -> int:
        entry = Entry(
            0, "person", ids["pupil"], EntryKind.PUT, given, Tick(Clock(5 << 16, 9), 5 << 16),
            {"preferred_name": later}, author, "offer",
        )  # fmt: skip
        with world.store.write() as connection:
            return repair.offers(connection, by.rights, Page(0, 0, 0, (entry,), ()), world.now)

    assert offered(stranger, values) == 0
    assert offered(teacher, {**values, "preferred_name": 7}) == 0
    office.pull()
    assert not office.holds("conflict")
    for _again in range(2):
        assert offered(teacher, values) == 0
    office.pull()
    (journalled,) = office.holds("conflict").values()
    assert (journalled["kind"], journalled["field"]) == ("proposal", "preferred_name")
    assert journalled["other"] == "Later"
    assert office.value("person", ids["pupil"], "preferred_name") != "Later"


def digests_fit(world: World, laptop: Laptop) -> bool:
    with world.store.read() as connection:
        return digests.sums_of(Raw(connection), laptop.rights) == expected_sums(world, laptop)


def test_a_cursor_of_another_line_of_the_log_is_found_out(world: World) -> None:
    with world.store.read() as connection:
        at = feed.place(connection)
        assert feed.knows(connection, at.head, at.tag)
        assert feed.knows(connection, 0, b"")
        assert not feed.knows(connection, at.head + 1, at.tag)
        assert not feed.knows(connection, at.head, bytes(8))
    with world.store.write() as connection:
        fresh = feed.begin_history(connection)
    assert fresh != at.history


def fetch(world: World, laptop: Laptop) -> Manifest:
    found = snapshots.manifest(world.store, laptop.rights, world.now)
    with world.store.read() as connection:
        for number, name in enumerate(found.parts):
            body = snapshots.part(Raw(connection), laptop.rights, found.id, number)
            assert body is not None
            assert (len(body), len(body) <= snapshots.PART_BYTES) == (name.size, True)
            for entry in decode_page(body).entries:
                laptop._apply(entry)
    laptop.cursor = found.upto
    return found


@pytest.mark.parametrize("school", [0, 1, None])
def test_a_snapshot_says_what_the_feed_says(world: World, school: int | None) -> None:
    ids = family(world, 0)
    family(world, 1)
    move(world, ids)
    role = world.ministry.rights.role if school is None else world.laptop(0).rights.role
    fed, fresh = world.laptop(school, role), world.laptop(school, role)
    fed.pull()
    found = fetch(world, fresh)
    assert fresh.rows == fed.rows
    assert sum(part.records for part in found.parts) == len(fed.rows)
    again = world.laptop(school, role)
    assert snapshots.manifest(world.store, again.rights, world.now + 1) == found
    stranger = world.laptop(1 if school == 0 else 0)
    with world.store.read() as connection:
        assert snapshots.part(Raw(connection), stranger.rights, found.id, 0) is None
    world.now += 8 * 24 * 3_600_000
    assert snapshots.manifest(world.store, again.rights, world.now).id != found.id
    with world.store.read() as connection:
        assert snapshots.part(Raw(connection), again.rights, found.id, 0) is None


def test_a_snapshot_comes_in_small_parts_what_is_needed_first_first(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshots, "PART_BYTES", 900)
    monkeypatch.setattr(snapshots, "_LEAST", 1)
    ids = family(world, 0)
    for _ in range(4):
        family(world, 0)
    photo = world.insert("person_photo", world.id(), person_id=ids["pupil"], image=b"x" * 700)
    world.laptop(0).send(photo)
    fresh = world.laptop(0)
    found = fetch(world, fresh)
    assert len(found.parts) > 3
    assert list(fresh.rows)[-1] == ("person_photo", photo.row)
    fed = world.laptop(0)
    fed.pull()
    assert fresh.rows == fed.rows


def everything(world: World) -> bytes:
    """Every byte that the database tells about rows."""
    with world.store.read() as connection:
        raw = Raw(connection)
        parts = []
        for table in world.store.model.metadata.sorted_tables:
            for row in raw.rows(f'SELECT * FROM "{table.name}"'):
                parts += [value if isinstance(value, bytes) else str(value).encode() for value in row]
        return b"\n".join(parts)


def test_an_erased_person_is_nowhere_and_does_not_come_back(world: World) -> None:
    laptop = world.laptop(0)
    ids = family(world, 0)
    pupil = ids["pupil"]
    laptop.pull()
    laptop.send(world.edit("person", pupil, given_names="Unforgettable", transport="Unforgettable bus"))
    laptop.send(
        world.insert(
            "person_note", world.id(), person_id=pupil, written_on="2026-10-01", text="Unforgettable"
        )
    )
    refused = Op(0, "person", pupil, False, {"sex": "Unforgettable", "given_names": 7})  # type: ignore[dict-item]
    laptop.send(refused)
    rival = world.laptop(0)
    rival.pull()
    rival.clocks["person", pupil, "given_names"] = Clock(1, 1)
    rival.send(world.edit("person", pupil, given_names="Unforgettable too"))
    snapshots.manifest(world.store, laptop.rights, world.now)
    assert b"Unforgettable" in everything(world)
    number = laptop.rows["person_identity", ids["number"]]["number"]
    with world.store.write() as connection:
        done = erase.erase(connection, pupil, world.id(), world.now)
    assert done.rows >= 7
    left = everything(world)
    assert b"Unforgettable" not in left
    assert str(number).encode() not in left
    with world.store.read() as connection:
        assert list(set_aside.listed(Raw(connection))) == []
    for reader in (laptop, world.laptop(0)):
        reader.pull()
        reader.pull()
        assert reader.value("person", pupil, "given_names") == ""
        assert reader.value("person", pupil, "deleted_at") is not None
        assert reader.holds("person_identity") == {}
        assert reader.holds("health_note") == {}
        assert ids["mark"] in reader.holds("mark")
        assert digests_fit(world, reader)
    again = world.insert("person_identity", ids["number"], person_id=pupil, kind="nsn", number="1")
    assert laptop.send(again).not_applied[0].reason == "erased"
    laptop.rows["person_identity", ids["number"]] = {"number": "1"}
    found = ask(world, laptop)
    assert found.found.unknown == ()
    assert [entry.kind for entry in decode_page(found.body).entries] == [EntryKind.DROP]
    with world.store.write() as connection, pytest.raises(LookupError):
        erase.erase(connection, world.id(), world.id(), world.now)
    with world.store.read() as connection:
        assert "nation" in state_hash(connection)


def test_nothing_of_an_erased_person_is_taken_or_kept_again(world: World) -> None:
    laptop, late = world.laptop(0), world.laptop(0)
    ids = family(world, 0)
    pupil = ids["pupil"]
    for one in (laptop, late):
        one.pull()
    guardians = {
        row["guardian_id"]
        for row in laptop.holds("guardianship").values()
        if row["student_id"] == pupil.bytes
    }
    assert guardians
    tells = world.insert("person_contact", world.id(), person_id=pupil, kind="phone", value=7, priority=1)
    laptop.send(tells)
    with world.store.write() as connection:
        erase.erase(connection, pupil, world.id(), world.now)
    ops = (
        world.edit("person", pupil, transport="Unforgettable"),
        world.insert(
            "person_note", world.id(), person_id=pupil, written_on="2026-10-01", text="Unforgettable"
        ),
    )
    assert {one.reason for one in late.send(*ops).not_applied.values()} == {"erased"}
    assert b"Unforgettable" not in everything(world)
    with world.store.read() as connection:
        assert list(set_aside.listed(Raw(connection))) == []
    late.pull()
    held = {row.bytes for row in late.holds("person")}
    alone = {one for one in guardians if not _guards_another(world, one)}
    assert alone
    assert not alone & held
    assert digests_fit(world, late)
    ministry = world.laptop(None, Role.MINISTRY_OFFICER)
    ministry.pull()
    assert digests_fit(world, ministry)


def _guards_another(world: World, guardian: Stored) -> bool:
    table = world.store.model.tables["guardianship"].table
    with world.store.read() as connection:
        return bool(list(Raw(connection).read(table, ("id",), "guardian_id", (cast(bytes, guardian),))))


def test_who_asks_for_everything_is_told_some_of_it_at_a_time(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    school = world.laptop(0)
    for _ in range(10):
        assert school.send(*world.pupil(0)[2]).not_applied == {}
    school.pull()
    monkeypatch.setattr(repair, "_MOST", 3)
    buckets = {("basic", number) for number in range(256)}
    with world.store.read() as connection:
        holdings = Holdings(connection, world.laptop(0).rights, world.store.model)
        comparison = repair._Comparison(holdings, buckets)
        stranger = ("person", b"x" * 16)
        lacking, extra = comparison.differences({stranger: 1})
        assert (len(lacking), extra) == (4, [stranger])
        asked = RowsAsked(0, tuple(sorted(buckets)), ())
        found = repair.rows(connection, world.laptop(0).rights, asked)
    assert found.found.more
    assert len(decode_page(found.body).entries) == 3
