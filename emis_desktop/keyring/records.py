"""The key ring as it stands in its file: who may sign in, and which keys are sealed to whom.

Nothing here is secret by itself: every key is in a box.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Annotated, Final, Literal
from uuid import UUID

from msgspec import Meta

STORE: Final = "store"
"""The kind of a grant that opens a store; every other kind is the name of a sensitivity class."""

ROLES: Final = "roles"
"""The kind of the key that roles are signed with: it reads nothing, and whoever manages users holds it."""

RECOVERY: Final = "recovery"
"""The holder of the grants that are sealed to the ministry's recovery key."""

StoreId = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,79}$")]
Kind = Literal["store", "health", "case", "finance", "roles"]
Epoch = Annotated[int, Meta(ge=1, le=65_535)]
PublicKey = Annotated[bytes, Meta(min_length=32, max_length=32)]


@dataclass(frozen=True, slots=True)
class Cost:
    """What one try of a password costs: KiB of memory, passes, lanes. The bounds stop a forged file."""

    memory_kib: Annotated[int, Meta(ge=8, le=1_048_576)] = 65_536
    passes: Annotated[int, Meta(ge=1, le=32)] = 3
    lanes: Annotated[int, Meta(ge=1, le=16)] = 4

    def below(self, policy: "Cost") -> bool:
        """Whether ``policy`` asks for more memory or passes than this."""
        return self.memory_kib < policy.memory_kib or self.passes < policy.passes


POLICY = Cost()
"""Second recommended set of RFC 9106, section 4: 64 MiB, three passes, four lanes."""


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """A private key under the key made of its owner's password."""

    cost: Cost
    salt: Annotated[bytes, Meta(min_length=16, max_length=64)]
    box: bytes


@dataclass(frozen=True, slots=True)
class Grant:
    """One key of one store, sealed to one holder. ``vouch``: a holder of the store's key stood behind it;
    ``held``: so did a holder of this very key.
    """

    store: StoreId
    kind: Kind
    epoch: Epoch
    box: bytes
    vouch: bytes
    held: bytes


@dataclass(frozen=True, slots=True)
class Owed:
    """A key that somebody lost with a forgotten password, until one who has it gives it again."""

    store: StoreId
    kind: Kind


@dataclass(frozen=True, slots=True)
class Pin:
    """The roles key of a store that somebody believes in: its epoch and its public half."""

    store: StoreId
    epoch: Epoch
    public: PublicKey


@dataclass(frozen=True, slots=True)
class Trust:
    """What one person believes in; ``proof`` is made with that person's private key."""

    pins: tuple[Pin, ...]
    proof: bytes


@dataclass(frozen=True, slots=True)
class RoleKey:
    """The public half of a roles key. ``kept``: digests of the roles it takes over from the key before it,
    which signed both (``proof``; empty for the first). One that has a successor keeps but the ``digest`` of
    its ``kept``.
    """

    epoch: Epoch
    public: PublicKey
    kept: tuple[bytes, ...]
    proof: bytes
    digest: bytes = b""


@dataclass(frozen=True, slots=True)
class Witness:
    """A class key of that epoch stands behind a roles key (``pin``); ``proof`` is made with the class key."""

    kind: Kind
    epoch: Epoch
    pin: Pin
    proof: bytes


@dataclass(frozen=True, slots=True)
class Roll:
    """The present roles key of a store as somebody may believe in it, and the roles it took over."""

    epoch: int
    public: bytes
    kept: frozenset[bytes]


@dataclass(frozen=True, slots=True)
class RingUser:
    """One who may sign in. ``role`` only labels the sign-in list: rights come from inside the store.

    ``signed``: by store, the signature of id and public key under the roles key: this pair and no other is
    that person's.
    """

    id: UUID
    name: str
    role: str
    public: PublicKey
    private: WrappedKey
    seen: datetime | None = None
    grants: tuple[Grant, ...] = ()
    owed: tuple[Owed, ...] = ()
    trust: Trust | None = None
    signed: dict[StoreId, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Recovery:
    """The ministry's recovery key: its public half, and every key sealed to it. ``signed``: by store, the
    signature of the public half under the roles key. ``witnesses``: what it goes by to tell the right roles
    key, one for each class of each store.
    """

    public: PublicKey
    grants: tuple[Grant, ...] = ()
    signed: dict[StoreId, bytes] = field(default_factory=dict)
    witnesses: tuple[Witness, ...] = ()


@dataclass(frozen=True, slots=True)
class StoreState:
    """Which epoch of its key a store is under.

    ``pending`` is set while the file is being encrypted anew: it opens with one of the two. ``due`` names the
    classes whose key must change because one who held it left. ``roles`` are its roles keys, oldest first.
    """

    id: StoreId
    epoch: Epoch = 1
    pending: Epoch | None = None
    due: tuple[Kind, ...] = ()
    roles: tuple[RoleKey, ...] = ()


@dataclass(frozen=True, slots=True)
class Ring:
    """The whole key ring."""

    recovery: Recovery
    users: tuple[RingUser, ...] = ()
    stores: tuple[StoreState, ...] = ()

    def user(self, user_id: UUID) -> RingUser | None:
        """The user of that id."""
        return next((user for user in self.users if user.id == user_id), None)

    def store(self, store_id: str) -> StoreState | None:
        """The state of that store."""
        return next((store for store in self.stores if store.id == store_id), None)

    def with_user(self, user: RingUser) -> "Ring":
        """This ring with ``user`` in place of the user of the same id, or added."""
        others = tuple(other for other in self.users if other.id != user.id)
        return replace(self, users=(*others, user))

    def with_store(self, state: StoreState) -> "Ring":
        """This ring with ``state`` in place of the store of the same id, or added."""
        others = tuple(other for other in self.stores if other.id != state.id)
        return replace(self, stores=(*others, state))

    def holders(self) -> Iterator["Holder"]:
        """Everybody keys are sealed to: each user, then the recovery key."""
        for user in self.users:
            yield Holder(str(user.id), user.public, user.grants, user.signed)
        recovery = self.recovery
        yield Holder(RECOVERY, recovery.public, recovery.grants, recovery.signed)

    def with_grants(self, holder: str, grants: tuple[Grant, ...]) -> "Ring":
        """This ring with ``grants`` as all that is sealed to ``holder``."""
        if holder == RECOVERY:
            return replace(self, recovery=replace(self.recovery, grants=grants))
        users = tuple(replace(user, grants=grants) if str(user.id) == holder else user for user in self.users)
        return replace(self, users=users)

    def with_signature(self, holder: str, store: str, signature: bytes) -> "Ring":
        """This ring with the public key of ``holder`` signed under the roles key of ``store``."""
        if holder == RECOVERY:
            signed = {**self.recovery.signed, store: signature}
            return replace(self, recovery=replace(self.recovery, signed=signed))
        users = tuple(
            replace(user, signed={**user.signed, store: signature}) if str(user.id) == holder else user
            for user in self.users
        )
        return replace(self, users=users)

    def owing(self, holder: str, store: str, kinds: Iterable[Kind]) -> "Ring":
        """This ring with a note that a user lost keys of those kinds (the recovery key has no such notes)."""
        lost = tuple(Owed(store, kind) for kind in sorted(kinds))
        users = tuple(
            replace(user, owed=tuple(dict.fromkeys(user.owed + lost))) if str(user.id) == holder else user
            for user in self.users
        )
        return replace(self, users=users)


@dataclass(frozen=True, slots=True)
class Holder:
    """One to whom keys are sealed: the name used inside the boxes, the public key, the boxes, and by store
    the signature of that public key.
    """

    name: str
    public: bytes
    grants: tuple[Grant, ...]
    signed: Mapping[str, bytes] = field(default_factory=dict)

    def has(self, store: str, kind: str) -> bool:
        """Whether any key of that kind is sealed to this holder."""
        return any(grant.store == store and grant.kind == kind for grant in self.grants)
