"""A note that was sealed on one laptop opens on another, and to nobody in between."""

from uuid import UUID, uuid4

import pytest

from emis_desktop.errors import Refused, StoreDamaged
from emis_desktop.keyring.class_exchange import CLASSES, ClassKeys, SentKey, Shown, key_id
from emis_desktop.keyring.crypto import seal_to
from emis_desktop.keyring.open_keys import OpenKeys
from emis_desktop.keyring.records import Kind
from emis_desktop.keyring.sealed_box import SealedBox, row_context
from emis_desktop.rules.rights import SensitivityClass
from emis_desktop.secret import random_key

HEALTH = SensitivityClass.HEALTH
CELL = row_context("health_note", "sealed", UUID(int=5))


class Laptop:
    """A laptop with class keys of its own and what it keeps of others'."""

    def __init__(self, *kinds: Kind) -> None:
        self.keys = OpenKeys(uuid4())
        self.keys.put("s", "store", 1, random_key())
        for kind in kinds:
            self.keys.put("s", kind, 1, random_key())
        self.kept: dict[tuple[str, bytes], bytes] = {}
        self.box = SealedBox(self.keys, "s", lambda kind, name: self.kept.get((kind, name)))

    @property
    def classes(self) -> ClassKeys:
        return self.box.class_keys

    def show(self, kind: Kind = "health") -> Shown:
        return next(shown for shown in self.classes.shown() if shown.kind == kind)

    def receive(self, *boxes: SentKey) -> int:
        kept = {(sent.kind, sent.id): self.classes.take(sent) for sent in boxes}
        self.kept |= {name: box for name, box in kept.items() if box is not None}
        return sum(box is not None for box in kept.values())


def name_of(laptop: Laptop, kind: Kind = "health") -> tuple[Kind, bytes]:
    return kind, laptop.show(kind).id


def test_a_note_of_one_laptop_opens_on_the_other_after_the_key_was_sent() -> None:
    office, library = Laptop("health"), Laptop("health")
    note = office.box.seal(HEALTH, CELL, "asthma")
    with pytest.raises(Refused, match="not on this laptop yet"):
        library.box.open(HEALTH, CELL, note)
    (sent,) = office.classes.send([name_of(office)], library.show())
    assert library.receive(sent) == 1
    assert library.box.open(HEALTH, CELL, note) == "asthma"
    back = library.box.seal(HEALTH, CELL, "asthma, inhaler in the office")
    with pytest.raises(Refused):
        office.box.open(HEALTH, CELL, back)  # the way back is a key of its own


def test_the_key_of_the_store_is_never_sent_whatever_is_asked_for() -> None:
    office, library = Laptop("health"), Laptop("health")
    name = key_id("store", office.keys.key("s"))
    asked = Shown("store", bytes(8), library.show().public)
    assert list(office.classes.send([("store", name)], asked)) == []
    assert office.classes.find("store", name) is None


def test_a_key_that_was_taken_over_is_passed_on() -> None:
    first, second, third = Laptop("health"), Laptop("health"), Laptop("health")
    note = first.box.seal(HEALTH, CELL, "asthma")
    second.receive(*first.classes.send([name_of(first)], second.show()))
    third.receive(*second.classes.send([name_of(first), name_of(second)], third.show()))
    assert third.box.open(HEALTH, CELL, note) == "asthma"
    assert len(third.kept) == 2


def test_what_is_kept_opens_after_the_own_key_was_renewed() -> None:
    office, library = Laptop("health"), Laptop("health")
    note = office.box.seal(HEALTH, CELL, "asthma")
    library.receive(*office.classes.send([name_of(office)], library.show()))
    library.keys.put("s", "health", 2, random_key())
    assert library.box.open(HEALTH, CELL, note) == "asthma"


def test_a_key_sent_to_the_pair_of_before_still_arrives() -> None:
    office, library = Laptop("health"), Laptop("health")
    shown = library.show()
    library.keys.put("s", "health", 2, random_key())
    assert library.receive(*office.classes.send([name_of(office)], shown)) == 1


def test_who_does_not_read_the_class_shows_sends_and_takes_nothing() -> None:
    office, library, teacher = Laptop("health"), Laptop("health"), Laptop()
    assert list(teacher.classes.shown()) == []
    (sent,) = office.classes.send([name_of(office)], library.show())
    assert teacher.classes.take(sent) is None
    assert list(teacher.classes.send([name_of(office)], library.show())) == []
    assert list(office.classes.send([name_of(library)], library.show())) == []


def test_each_class_is_shown_by_itself_and_no_key_crosses_to_another() -> None:
    office = Laptop(*CLASSES)
    shown = {one.kind: one for one in office.classes.shown()}
    assert set(shown) == set(CLASSES)
    assert len({one.public for one in shown.values()}) == 3
    assert list(office.classes.send([name_of(office, "case")], Laptop("health").show())) == []


@pytest.mark.parametrize("part", ["kind", "id", "to", "box"])
def test_a_box_that_says_anything_else_is_not_taken(part: str) -> None:
    office, library = Laptop("health", "case"), Laptop("health", "case")
    (sent,) = office.classes.send([name_of(office)], library.show())
    other = {"kind": "case", "id": b"12345678", "to": library.show("case").id, "box": sent.box[:-1] + b"x"}
    changed = {"kind": sent.kind, "id": sent.id, "to": sent.to, "box": sent.box} | {part: other[part]}
    assert library.classes.take(SentKey(**changed)) is None  # type: ignore[arg-type]
    assert library.classes.take(sent) is not None


def test_a_key_is_named_by_what_it_is_and_its_name_does_not_give_it_away() -> None:
    key = random_key()
    assert key_id("health", key) == key_id("health", bytearray(key))
    assert key_id("health", key) != key_id("case", key)
    assert key_id("health", key) not in bytes(key)


def test_a_public_key_that_is_none_gets_nothing() -> None:
    office = Laptop("health")
    assert list(office.classes.send([name_of(office)], Shown("health", b"12345678", bytes(32)))) == []


def test_a_kept_box_that_was_altered_is_damage_and_not_silence() -> None:
    office, library = Laptop("health"), Laptop("health")
    note = office.box.seal(HEALTH, CELL, "asthma")
    library.receive(*office.classes.send([name_of(office)], library.show()))
    ((name, box),) = library.kept.items()
    library.kept[name] = box[:-1] + bytes([box[-1] ^ 1])
    with pytest.raises(StoreDamaged):
        library.box.open(HEALTH, CELL, note)
    library.kept[name] = b"12345678" + box[8:]  # under a key that is not here any more
    with pytest.raises(Refused):
        library.box.open(HEALTH, CELL, note)


def test_a_key_under_another_ones_name_is_not_taken() -> None:
    library = Laptop("health")
    shown, name = library.show(), b"8 bytes."
    box = seal_to(shown.public, random_key(), b"emis class key sent 1|health|" + name + shown.id)
    assert library.classes.take(SentKey("health", name, shown.id, box)) is None
