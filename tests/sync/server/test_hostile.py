"""A laptop whose program is not ours: what it sends is answered, stops nothing, and opens nothing."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import insert

from emis_desktop.rules.clock import Clock, Tick, pack
from emis_desktop.rules.ids import natural_id
from emis_desktop.rules.rights import Role
from sync.operations import Act, Answer, Batch, Entry, EntryKind, Op, Outcome, Page
from sync.protocol.batches import decode_batch, encode_batch
from sync.server import audit, control, repair
from sync.server.apply import apply_batch
from sync.server.raw import Raw
from tests.helpers.server_world import GRADE, SUBJECT, TERM, YEAR, Laptop, World, outcomes


def reasons(world: World, laptop: Laptop, *ops: Op) -> list[str]:
    """Why each operation was not applied; empty where it was."""
    answers = laptop.send(*ops).not_applied
    return [answers[place].reason if place in answers else "" for place in range(len(ops))]


def table(world: World, name: str) -> list[tuple[object, ...]]:
    """The rows of one of the server's own tables."""
    with world.store.read() as connection:
        return Raw(connection).rows(f'SELECT * FROM "{name}"')


# -- Whom a row may move ---------------------------------------------------------------------------


def test_nobody_is_enrolled_hired_or_made_a_guardian_by_a_school_that_does_not_hold_the_record(
    world: World,
) -> None:
    theirs, ours = world.laptop(0), world.laptop(1)
    pupil, _, made = world.pupil(0)
    note = world.insert("health_note", world.id(), person_id=pupil, sealed=b"Asthma")
    own, _, mine = world.pupil(1)
    theirs.send(*made, note)
    ours.send(*mine)
    days = {"starts_on": "2026-10-01"}
    post = world.insert(
        "staff_position", world.id(), person_id=pupil, institution_id=world.schools[1], role="teacher", **days
    )
    guarded = world.insert("guardianship", world.id(), student_id=own, guardian_id=pupil, relation="mother")
    enrolled = world.enrol(world.id(), pupil, 1, **days)
    for op in (enrolled, post, guarded):
        assert reasons(world, ours, op) == ["not_yours"], op.facet
    ours.pull()
    assert ours.holds("health_note") == {}
    assert pupil not in ours.holds("person")


def test_a_school_takes_a_former_pupil_back_who_is_at_no_other(world: World) -> None:
    first, second = world.laptop(0), world.laptop(1)
    pupil, enrolment, made = world.pupil(0)
    first.send(*made)
    leaves = {"ends_on": "2026-10-01", "exit": "transferred", "destination_id": world.schools[1]}
    first.send(world.edit("enrolment", enrolment, **leaves))
    second.pull()
    at_second = world.id()
    assert reasons(world, second, world.enrol(at_second, pupil, 1, starts_on="2026-10-02")) == [""]
    first.pull()
    back = world.enrol(world.id(), pupil, 0, starts_on="2026-11-01")
    assert reasons(world, first, back) == ["not_yours"]  # is at the second school, which decides
    second.send(world.edit("enrolment", at_second, ends_on="2026-10-31", exit="withdrawn"))
    back = world.enrol(world.id(), pupil, 0, starts_on="2026-11-02")
    assert reasons(world, first, back) == [""]


# -- Rows of others --------------------------------------------------------------------------------


def put(world: World, facet: str, row: object, stamp: int, **values: object) -> Entry:
    """An offered row, with all its columns."""
    op = world.insert(facet, row, **values)  # type: ignore[arg-type]
    tick = Tick(Clock(stamp, 77), stamp)
    return Entry(0, facet, op.row, EntryKind.PUT, op.values, tick, {}, world.id(), "")


def offer(world: World, laptop: Laptop, *entries: Entry) -> int:
    """Offer rows as if the server had lost them."""
    page = Page(0, 0, 0, entries, ())
    with world.store.write() as connection:
        return repair.offers(connection, laptop.rights, page, world.now)


def test_an_offer_of_what_a_school_does_not_decide_becomes_a_proposal(world: World) -> None:
    school = world.laptop(0)
    days = {"starts_on": "2026-09-01", "ends_on": "2026-09-02"}
    later = pack(world.now + 60_000)
    term = put(world, "term", TERM, later, period_id=YEAR, number=1, name="Mine", weight=0, **days)
    offer(world, school, term)
    world.ministry.pull()
    (conflict,) = [one for one in world.ministry.holds("conflict").values() if one["field"] == "name"]
    assert (conflict["kind"], conflict["other"]) == ("proposal", "Mine")
    with world.store.read() as connection:
        assert Raw(connection).rows("SELECT name, weight FROM term")[0][0] == "Term 1"


def test_an_offered_user_has_no_more_rights_than_the_laptop(world: World) -> None:
    school = world.laptop(0)
    values = {"name": "X", "role": "ministry_officer", "institution_id": world.schools[0]}
    offered = put(world, "user", world.id(), pack(world.now), **values)
    assert offer(world, school, offered) == 0


def test_a_laptop_gives_nobody_more_rights_than_it_has(world: World) -> None:
    principal = world.laptop(0)
    user = world.id()
    given = {"name": "X", "institution_id": world.schools[0]}
    more = world.insert("user", user, role="ministry_officer", **given)
    assert reasons(world, principal, more) == ["right"]
    assert reasons(world, principal, world.insert("user", user, role="teacher", **given)) == [""]
    assert reasons(world, principal, world.edit("user", user, role="system_administrator")) == ["right"]
    assert reasons(world, principal, world.edit("user", user, role="nonsense")) == ["right"]
    assert reasons(world, principal, world.edit("user", user, institution_id=None)) == ["not_yours"]
    assert reasons(world, principal, world.edit("user", user, role="counsellor")) == [""]


def test_who_left_is_not_changed_by_a_facet_that_was_not_there(world: World) -> None:
    first, second = world.laptop(0), world.laptop(1)
    pupil, enrolment, made = world.pupil(0)
    first.send(*made)
    leaves = {"ends_on": "2026-10-01", "exit": "transferred", "destination_id": world.schools[1]}
    first.send(world.edit("enrolment", enrolment, **leaves))
    second.pull()
    second.send(world.enrol(world.id(), pupil, 1, starts_on="2026-10-02"))
    facet = "person.contact"
    name = next(iter(world.store.model.columns[facet]))
    ack = first.send(world.edit(facet, pupil, **{name: "Late"}))
    assert outcomes(ack) == {0: Outcome.PROPOSED}
    second.pull()
    assert second.rows.get((facet, pupil), {}).get(name) is None
    assert "Late" in [one["other"] for one in second.holds("conflict").values()]


# -- Messages that are nothing ---------------------------------------------------------------------


@pytest.mark.parametrize("verb", ["v" * 2_000_000, "v\0v", ""])
def test_a_verb_that_no_column_takes_stops_nothing(world: World, verb: str) -> None:
    laptop = world.laptop(0)
    _, _, made = world.pupil(0)
    batch = laptop.batch(*made)
    batch = replace(batch, acts=(replace(batch.acts[0], verb=verb),))
    batch = decode_batch(encode_batch(batch))
    audited(world, laptop, batch)


def audited(world: World, laptop: Laptop, batch: Batch) -> dict[int, Answer]:
    """Apply a batch and write its audit, as the server does."""
    with world.store.write() as connection:
        ack = apply_batch(connection, laptop.rights, batch, world.now)
        facts = audit.facts_of(laptop.rights, batch, ack, world.random.randbytes)
        audit.begin(connection)
        audit.append(connection, facts, world.now)
    return dict(ack.not_applied)


@pytest.mark.parametrize("name", ["x" * 500, "x\0y", 'person"; DROP TABLE "user', "\N{SNOWMAN}"])
def test_names_of_facets_columns_and_tables_are_never_taken_for_more(world: World, name: str) -> None:
    laptop = world.laptop(0)
    person, _, made = world.pupil(0)
    odd = (
        Op(0, name, world.id(), True, {name: "1"}),
        Op(0, "person", person, False, {name: "1"}, {name: Clock(1, 1)}, {name: 1}),
        replace(made[0], row=world.id(), values={**made[0].values, name: 2}, reopens={"sex": 3}),
    )
    batch = laptop.batch(*made, *odd)
    reading = Act(1, laptop.user, "look", pack(world.now), (name, world.id()))
    batch = decode_batch(encode_batch(replace(batch, acts=(*batch.acts, reading))))
    answers = audited(world, laptop, batch)
    assert answers[2].reason == "unknown_facet"
    other = world.laptop(0)
    other.pull()
    assert person in other.holds("person")


def test_stamps_and_counts_beyond_all_time_stop_nothing(world: World) -> None:
    laptop = world.laptop(0)
    for stamp in (-1, 0, (1 << 63) - 1, 253_402_300_799_000 << 16, 1):
        _, _, made = world.pupil(0)
        batch = laptop.batch(*made)
        batch = replace(batch, acts=(replace(batch.acts[0], stamp=stamp),), cursor=(1 << 63) - 1)
        audited(world, laptop, batch)
    world.ministry.pull()
    other = world.laptop(0)
    other.pull()
    assert len(other.holds("person")) == 2


def test_operations_out_of_their_acts_order_are_all_in_the_audit(world: World) -> None:
    laptop = world.laptop(0)
    _, _, first = world.pupil(0)
    _, _, second = world.pupil(0)
    batch = laptop.batch(first[0], second[0], first[1])
    acts = (batch.acts[0], replace(batch.acts[0], index=1, stamp=batch.acts[0].stamp + 1))
    ops = (batch.ops[0], replace(batch.ops[1], act=1), batch.ops[2])
    mixed = replace(batch, acts=acts, ops=ops)
    ack = world.store.apply(laptop.rights, mixed, world.now)
    fact = audit.facts_of(laptop.rights, mixed, ack, world.random.randbytes)[0]
    assert fact.salt is not None
    assert fact.payload == audit.payload(fact.salt, [ops[0], ops[2]])


# -- What a school may add, and whom it may name -----------------------------------------------------


def keep_structure(world: World, role: Role = Role.MINISTRY_OFFICER) -> None:
    """Let a laptop of the ministry have joined."""
    with world.store.write() as connection:
        place = UUID(int=9)
        values = {"id": place, "kind": "nation", "code": "NATION", "name": "Ministry", "made_at": 1}
        connection.execute(insert(control.node).values(values))
        found: dict[str, object] = {
            column.name: 0 if column.type.python_type is int else b""
            for column in control.site.c
            if not column.nullable
        }
        found |= {"id": world.ministry.rights.site, "name": "Ministry", "node_id": place, "role": role.value}
        found |= {"classes": "[]", "state": "active", "number": 1}
        connection.execute(insert(control.site).values(found))


def of_the_nation(world: World) -> list[Op]:
    """A row of each table that a school might add to for the whole country."""
    days = {"starts_on": "2027-09-01", "ends_on": "2028-07-01"}
    period = world.id()
    return [
        world.insert("academic_period", period, code="2027", label="2027-28", **days),
        world.insert("term", world.id(), period_id=period, number=1, name="Term 1", weight=1000, **days),
        world.insert("education_grade", world.id(), code="G9", name="Grade 9", level="primary", position=9),
        world.insert("subject", world.id(), code="DRAMA", name="Drama", position=9),
        world.insert("area", world.id(), code="NEW", name="New", level="district"),
        world.insert("setting", world.id(), name="words", value="1"),
    ]


def test_a_school_brings_what_a_country_begins_with_until_the_ministry_keeps_it(world: World) -> None:
    school = world.laptop(0)
    made = of_the_nation(world)
    assert reasons(world, school, *made) == [""] * len(made)
    keep_structure(world)
    again = of_the_nation(world)
    assert reasons(world, school, *again) == ["ministry"] * len(again)
    assert reasons(world, world.ministry, *again) == [""] * len(again)
    assert offer(world, school, put(world, "subject", world.id(), 5, code="X", name="X", position=1)) == 0


def test_only_a_laptop_of_the_ministry_that_keeps_structure_ends_that(world: World) -> None:
    keep_structure(world, Role.AUDITOR)
    made = of_the_nation(world)
    assert reasons(world, world.laptop(0), *made) == [""] * len(made)


def test_what_rests_upon_the_ministrys_row_waits_for_it(world: World) -> None:
    keep_structure(world)
    school = world.laptop(0)
    grade = natural_id("education_grade", "G9")
    row = world.insert("education_grade", grade, code="G9", name="Grade 9", level="primary", position=9)
    assert reasons(world, school, row) == ["ministry"]
    person, enrolment = world.id(), world.id()
    pupil = world.insert("person", person, given_names="Given", family_name="Family", sex="F")
    enrol = world.enrol(enrolment, person, 0)
    enrol = replace(enrol, values={**enrol.values, "grade_id": grade.bytes})
    assert outcomes(school.send(pupil, enrol)) == {0: Outcome.PARKED, 1: Outcome.PARKED}
    world.ministry.pull()
    world.ministry.send(row)
    school.pull()
    assert enrolment in school.holds("enrolment")
    assert person in school.holds("person")


def test_a_server_that_went_back_is_given_the_nations_rows_again(world: World) -> None:
    keep_structure(world)
    lost = put(world, "subject", world.id(), pack(world.now), code="MUSIC", name="Music", position=3)
    assert offer(world, world.laptop(0), lost) == 0
    with world.store.write() as connection:
        audit.begin(connection)
        audit.append(connection, [audit.Fact("server", "begin_history", "")], world.now)
    assert offer(world, world.laptop(0), lost) == 1


def strangers(world: World) -> tuple[Laptop, Laptop, UUID, UUID]:
    """Two schools, a pupil of the first, and a pupil of the second."""
    theirs, ours = world.laptop(0), world.laptop(1)
    pupil, _, made = world.pupil(0, birth_date="2015-05-05")
    theirs.send(*made)
    own, _, mine = world.pupil(1)
    ours.send(*mine)
    ours.pull()
    return theirs, ours, pupil, own


def naming(world: World, person: UUID) -> list[list[Op]]:
    """Acts of the second school that name somebody."""
    item, klass, enrolment = world.id(), world.id(), world.id()
    school, by = world.schools[1], {"teacher_id": person}
    test = world.insert(
        "assessment_item", item, institution_id=school, grade_id=GRADE, subject_id=SUBJECT, term_id=TERM,
        code="T", name="T", maximum=20_000, weight=1000,
    )  # fmt: skip
    taught = world.insert("school_class", klass, institution_id=school, period_id=YEAR, name="5A")
    return [
        [test, world.insert("mark", world.id(), student_id=person, item_id=item, state="scored", value=1)],
        [world.insert("term_remark", world.id(), student_id=person, institution_id=school, term_id=TERM)],
        [
            world.insert(
                "attendance_total", world.id(), student_id=person, institution_id=school, period_id=YEAR,
                term_id=TERM,
            )
        ],
        [taught, world.insert("class_subject", world.id(), class_id=klass, subject_id=SUBJECT, **by)],
        [replace(taught, row=enrolment, values={**taught.values, "teacher_id": person.bytes})],
        [
            world.insert(
                "user", world.id(), name="X", role="teacher", institution_id=school, person_id=person
            )
        ],
        [world.insert("subject_remark", world.id(), student_id=person, subject_id=SUBJECT, term_id=TERM)],
        [
            world.insert(
                "conduct_rating", world.id(), student_id=person, term_id=TERM, trait="effort", level=1
            )
        ],
    ]  # fmt: skip


@pytest.mark.parametrize("which", range(8))
def test_naming_somebody_elsewhere_gives_nothing_of_that_person(world: World, which: int) -> None:
    _, ours, pupil, own = strangers(world)
    theirs = naming(world, pupil)[which]
    assert reasons(world, ours, *theirs)[-1] == "not_yours"
    ours.pull()
    assert pupil not in ours.holds("person")
    mine = naming(world, own)[which]
    assert reasons(world, ours, *mine) == [""] * len(mine)


def test_nor_does_pointing_a_row_at_somebody_elsewhere_later(world: World) -> None:
    _, ours, pupil, own = strangers(world)
    klass = world.id()
    values = {"institution_id": world.schools[1], "period_id": YEAR, "name": "5A"}
    assert reasons(world, ours, world.insert("school_class", klass, **values)) == [""]
    assert reasons(world, ours, world.edit("school_class", klass, teacher_id=pupil)) == ["not_yours"]
    assert reasons(world, ours, world.edit("school_class", klass, teacher_id=own)) == [""]
    merged = world.edit("person", own, alias_of_id=pupil)
    assert reasons(world, ours, merged) == ["not_yours"]
    ours.pull()
    assert pupil not in ours.holds("person")


def test_an_enrolment_elsewhere_is_not_named_as_the_one_before(world: World) -> None:
    theirs, ours = world.laptop(0), world.laptop(1)
    _, foreign, made = world.pupil(0)
    theirs.send(*made)
    person = world.id()
    pupil = world.insert("person", person, given_names="Given", family_name="Family", sex="F")
    enrol = world.enrol(world.id(), person, 1, previous_id=foreign)
    assert reasons(world, ours, pupil, enrol)[1] == "not_yours"
    ours.pull()
    assert foreign not in ours.holds("enrolment")


def test_whoever_announces_himself_names_nobody_elsewhere(world: World) -> None:
    _, ours, pupil, _ = strangers(world)
    me = world.insert(
        "user", ours.user, name="Me", role="principal", institution_id=world.schools[1], person_id=pupil
    )
    assert reasons(world, ours, me) == ["not_yours"]
    ours.pull()
    assert pupil not in ours.holds("person")


def test_a_mark_of_somebody_who_has_left_and_of_somebody_who_is_not_there_yet_is_taken(world: World) -> None:
    first, second = world.laptop(0), world.laptop(1)
    pupil, enrolment, made = world.pupil(0)
    first.send(*made)
    leaves = {"ends_on": "2026-10-01", "exit": "transferred", "destination_id": world.schools[1]}
    first.send(world.edit("enrolment", enrolment, **leaves))
    second.pull()
    second.send(world.enrol(world.id(), pupil, 1, starts_on="2026-10-02"))
    item = world.id()
    test = world.insert(
        "assessment_item", item, institution_id=world.schools[0], grade_id=GRADE, subject_id=SUBJECT,
        term_id=TERM, code="T", name="T", maximum=20_000, weight=1000,
    )  # fmt: skip
    late = world.insert("mark", world.id(), student_id=pupil, item_id=item, state="scored", value=1)
    assert reasons(world, first, test, late) == ["", ""]
    coming = world.id()
    early = world.insert("mark", world.id(), student_id=coming, item_id=item, state="scored", value=1)
    assert outcomes(first.send(early)) == {0: Outcome.PARKED}
    comes = world.insert("person", coming, given_names="Given", family_name="Family", sex="F")
    assert reasons(world, world.laptop(0), comes) == [""]
    first.pull()
    assert early.row in first.holds("mark")


def test_a_mark_that_waited_opens_nobody_who_came_elsewhere(world: World) -> None:
    ours, theirs = world.laptop(1), world.laptop(0)
    coming = world.id()
    (test, mark) = naming(world, coming)[0]
    assert outcomes(ours.send(test, mark)) == {0: Outcome.PARKED, 1: Outcome.PARKED}
    person = world.insert("person", coming, given_names="Given", family_name="Family", sex="F")
    theirs.send(person, world.enrol(world.id(), coming, 0))
    ours.pull()
    assert coming not in ours.holds("person")
    assert coming in theirs.holds("person") or theirs.pull() is not None


@pytest.mark.parametrize("facet", ["health_note", "person_photo"])
def test_nobody_learns_by_changing_a_row_whether_it_is_there(world: World, facet: str) -> None:
    """Its id follows from the person's, whom the stranger knows by reference."""
    theirs, ours = world.laptop(0), world.laptop(1)
    pupil, enrolment, made = world.pupil(0)
    theirs.send(*made)
    leaves = {"ends_on": "2026-10-01", "exit": "transferred", "destination_id": world.schools[1]}
    theirs.send(world.edit("enrolment", enrolment, **leaves))
    ours.pull()
    ours.send(world.enrol(world.id(), pupil, 1, starts_on="2026-10-02"))
    kept = {"health_note": {"sealed": b"Asthma"}, "person_photo": {"image": b"x"}}[facet]
    row, none = natural_id(facet, pupil), world.id()
    assert reasons(world, ours, world.insert(facet, row, person_id=pupil, **kept)) == [""]
    answers = []
    for one in (row, none):
        ack = theirs.send(world.edit(facet, one, **{next(iter(kept)): b"y"}), blind=True)
        (answer,) = ack.not_applied.values()
        answers.append((answer.outcome, answer.reason, dict(answer.values), answer.logged))
    assert answers[0] == answers[1] == (Outcome.PARKED, "missing", {}, False)
    told = ours.send(world.edit(facet, row, **{next(iter(kept)): b"z"}), blind=True)
    assert told.not_applied == {}, "whoever holds it changes it"


def test_who_was_told_of_a_row_hears_that_it_is_anothers(world: World) -> None:
    theirs, ours = world.laptop(0), world.laptop(1)
    pupil, enrolment, made = world.pupil(0)
    note = world.insert("health_note", natural_id("health_note", pupil), person_id=pupil, sealed=b"Asthma")
    theirs.send(*made, note)
    leaves = {"ends_on": "2026-10-01", "exit": "transferred", "destination_id": world.schools[1]}
    theirs.send(world.edit("enrolment", enrolment, **leaves))
    ours.pull()
    ours.send(world.enrol(world.id(), pupil, 1, starts_on="2026-10-02"))
    assert reasons(world, theirs, world.edit("health_note", note.row, sealed=b"Late")) == ["not_yours"]


# -- Somebody whom nobody knows ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "expected"), [(Role.PRINCIPAL, ""), (Role.TEACHER, "right"), (Role.COUNSELLOR, "right")]
)
def test_somebody_unknown_may_no_more_than_the_laptop(world: World, role: Role, expected: str) -> None:
    laptop = world.laptop(0, role)
    person, _, made = world.pupil(0)
    batch = laptop.batch(*made, user=world.id())
    ack = laptop.deliver(batch)
    assert {answer.reason for answer in ack.not_applied.values()} == ({expected} if expected else set())
    with world.store.write() as connection:
        told = audit.facts_of(laptop.rights, batch, ack, lambda count: bytes(count), frozenset())
    assert [fact.about for fact in told] == ["user unknown"]
    with world.store.write() as connection:
        known = frozenset(act.user for act in batch.acts)
        told = audit.facts_of(laptop.rights, batch, ack, lambda count: bytes(count), known)
    assert [fact.about for fact in told] == [""]
    assert connection is not None
    assert person is not None


# -- Reopening ---------------------------------------------------------------------------------------


def test_nobody_uses_up_the_count_of_reopenings(world: World) -> None:
    principal = world.laptop(0)
    item = world.id()
    made = {"grade_id": GRADE, "subject_id": SUBJECT, "term_id": TERM, "code": "T", "name": "T"}
    values = {**made, "institution_id": world.schools[0], "maximum": 20_000, "weight": 1000}
    assert reasons(world, principal, world.insert("assessment_item", item, **values)) == [""]
    edit = world.edit("assessment_item", item, state="draft")
    for count, expected in ((1, ""), (1 << 30, "value"), (1002, "value"), (1001, ""), (2001, "")):
        assert reasons(world, principal, replace(edit, reopens={"state": count})) == [expected], count
    far = replace(world.insert("assessment_item", world.id(), **values), reopens={"state": 5_000})
    assert reasons(world, principal, far) == ["value"]


def test_nor_does_an_offer(world: World) -> None:
    principal = world.laptop(0)
    item, stamp = world.id(), pack(world.now)
    made = {"grade_id": GRADE, "subject_id": SUBJECT, "term_id": TERM, "code": "T", "name": "T"}
    values = {**made, "institution_id": world.schools[0], "maximum": 20_000, "weight": 1000}
    offered = put(world, "assessment_item", item, stamp, **values)
    high = Tick(Clock(stamp + 1, 77), stamp + 1, (1 << 31) - 1)
    assert offer(world, principal, replace(offered, ticks={"state": high})) == 1
    principal.pull()
    edit = replace(world.edit("assessment_item", item, state="draft"), reopens={"state": 1_500})
    assert reasons(world, principal, edit) == [""]


# -- Operations that lack something ------------------------------------------------------------------


def test_an_insert_that_lacks_a_column_is_answered_whatever_it_lacks(world: World) -> None:
    laptop = world.ministry
    model = world.store.model
    for facet in model.catalogue.facets:
        names = list(model.columns[facet.name])
        for lacking in [*([name] for name in names), names]:
            op = world.insert(facet.name, world.id())
            kept = {name: value for name, value in op.values.items() if name not in lacking}
            batch = laptop.batch(replace(op, values=kept))
            ack = world.store.apply(laptop.rights, decode_batch(encode_batch(batch)), world.now)
            assert ack.batch == batch.id, (facet.name, lacking)


def test_what_is_offered_without_its_defaults_is_taken_with_them(world: World) -> None:
    principal = world.laptop(0)
    made = {"grade_id": GRADE, "subject_id": SUBJECT, "term_id": TERM, "code": "T", "name": "T"}
    values = {**made, "institution_id": world.schools[0], "maximum": 20_000, "weight": 1000}
    item = world.id()
    assert offer(world, principal, put(world, "assessment_item", item, pack(world.now), **values)) == 1
    principal.pull()
    assert principal.value("assessment_item", item, "state") == "open"
