"""A new user of the ring: a key pair of their own, and what they believe in."""

from dataclasses import dataclass, field, replace
from uuid import UUID

from emis_desktop.errors import Refused
from emis_desktop.keyring import trust
from emis_desktop.keyring.crypto import new_pair
from emis_desktop.keyring.open_keys import OpenKeys
from emis_desktop.keyring.passwords import check_password
from emis_desktop.keyring.private_keys import wrap
from emis_desktop.keyring.records import Cost, Ring, RingUser
from emis_desktop.secret import as_buffer, wipe


@dataclass(frozen=True, slots=True)
class NewPerson:
    """Somebody who shall sign in: the id of the user in the store, name and role label for the list,
    password.
    """

    id: UUID
    name: str
    role: str
    password: str = field(repr=False)


def check_name(ring: Ring, name: str, user_id: UUID) -> None:
    """Raise :class:`Refused` where another than ``user_id`` has that name on the sign-in list."""
    taken = {user.name.strip().casefold() for user in ring.users if user.id != user_id}
    if name.strip().casefold() in taken:
        raise Refused(
            "{name} is on the list of this laptop already. Add a second name to tell them apart.",
            field="name",
            name=name,
        )


def believing(person: NewPerson, cost: Cost, keys: OpenKeys) -> RingUser:
    """A new user who believes what ``keys`` do, and to whom nothing is sealed yet."""
    user, private = new_user(person, cost)
    try:
        return pinning(user, private, keys)
    finally:
        wipe(private)


def pinning(user: RingUser, private: bytearray, keys: OpenKeys) -> RingUser:
    """The user with what ``keys`` believe pinned in their entry."""
    return replace(user, trust=trust.pinned(user.id, private, keys.rolls()))


def new_user(person: NewPerson, cost: Cost) -> tuple[RingUser, bytearray]:
    """A user with a key pair of their own and nothing sealed to it yet, and the private key, to be wiped;
    ``cost`` is that of a try.
    """
    check_password(person.password, person.name)
    typed = as_buffer(person.password)
    private, public = new_pair()
    try:
        wrapped = wrap(person.id, private, typed, cost)
    except BaseException:
        wipe(private)
        raise
    finally:
        wipe(typed)
    return RingUser(person.id, person.name, person.role, public, wrapped), private
