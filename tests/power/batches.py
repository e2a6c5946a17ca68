"""Batches as a laptop freezes them, made by hand: four people each, the same for the same number."""

from hashlib import blake2b
from uuid import UUID

from emis_desktop.migrations import NEWEST
from emis_desktop.models import Base
from emis_desktop.rules.clock import actor_number, pack
from emis_desktop.state_hash import Stored
from sync.facets import Catalogue
from sync.operations import Act, Batch, Op

PEOPLE = 4
_PERSON = Catalogue.of(Base.metadata).main("person")


def people_of(number: int) -> list[UUID]:
    """The people of a batch."""
    return [UUID(int=number + 1 << 96 | 7 << 76 | 0b10 << 62 | each) for each in range(PEOPLE)]


def batch_of(site: UUID, number: int, user: UUID, now_ms: int) -> Batch:
    """A batch that registers them in one act."""
    ops = tuple(
        Op(0, _PERSON.name, person, insert=True, values=_values(person)) for person in people_of(number)
    )
    act = Act(0, user, "register", pack(now_ms + number))
    name = blake2b(f"batch {number}".encode(), digest_size=16).digest()
    return Batch(name, actor_number(site, 1), NEWEST, 0, bytes(8), (act,), ops)


def _values(person: UUID) -> dict[str, Stored]:
    empty: dict[str, Stored] = dict.fromkeys(column.name for column in _PERSON.columns)
    return empty | {
        "given_names": f"Given {person.int >> 96}",
        "family_name": str(person)[-6:],
        "synthetic": 1,
    }
