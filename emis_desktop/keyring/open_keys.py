"""The keys of one who signed in, in memory and nowhere else, until the program locks."""

from collections.abc import Mapping
from types import TracebackType
from typing import NoReturn, Self
from uuid import UUID

from emis_desktop.errors import N_, Refused
from emis_desktop.keyring.records import STORE, Kind, Roll
from emis_desktop.secret import wipe

_NO_KEY = N_("You have no key to these records on this laptop. Ask the principal to give you access.")


class OpenKeys:
    """Every key that one person, or the recovery key, holds: by store, kind and epoch.

    The buffers it hands out are its own: they turn to zeros when it is wiped. It cannot be copied, pickled or
    printed. Usable as a context manager that wipes at the end.
    """

    __slots__ = ("_keys", "_locked", "_rolls", "user_id")

    def __init__(self, user_id: UUID | None) -> None:
        """Keys of the user ``user_id``; ``None`` for the recovery key."""
        self.user_id = user_id
        self._keys: dict[tuple[str, str], dict[int, bytearray]] = {}
        self._rolls: dict[str, Roll] = {}
        self._locked = False

    @property
    def locked(self) -> bool:
        """Whether the keys are gone."""
        return self._locked

    def stores(self) -> frozenset[str]:
        """Ids of the stores that can be opened."""
        return frozenset(store for store, kind in self._keys if kind == STORE)

    def holds(self, store: str, kind: Kind) -> bool:
        """Whether there is a key of that kind for ``store``."""
        return (store, kind) in self._keys

    def epochs(self, store: str, kind: Kind) -> dict[int, bytearray]:
        """Every key of that kind by its epoch, maybe none. Raises :class:`Refused` once wiped."""
        if self._locked:
            raise Refused("EMIS Desktop is locked. Sign in again.")
        return dict(self._keys.get((store, kind), {}))

    def key(self, store: str, kind: Kind = STORE, epoch: int | None = None) -> bytearray:
        """The key of that kind, by default the newest; raises :class:`Refused` without it."""
        held = self.epochs(store, kind)
        wanted = max(held, default=0) if epoch is None else epoch
        if wanted not in held:
            raise Refused(_NO_KEY)
        return held[wanted]

    def roll(self, store: str) -> Roll:
        """Whose roles are to be believed in ``store``; raises :class:`Refused` without a key to it."""
        if store not in self._rolls:
            raise Refused(_NO_KEY)
        return self._rolls[store]

    def rolls(self) -> dict[str, Roll]:
        """The same for every store."""
        return dict(self._rolls)

    def believe(self, rolls: Mapping[str, Roll]) -> None:
        """Take over what was found to be right in the ring."""
        self._rolls.update(rolls)

    def put(self, store: str, kind: Kind, epoch: int, key: bytearray) -> None:
        """Take over ``key``: from now on it is wiped with the others."""
        held = self._keys.setdefault((store, kind), {})
        wipe(held.get(epoch, bytearray()))
        held[epoch] = key

    def drop_before(self, store: str, kind: Kind, epoch: int) -> None:
        """Wipe the keys of that kind older than ``epoch``."""
        held = self._keys[store, kind]
        for old in [number for number in held if number < epoch]:
            wipe(held.pop(old))

    def wipe(self) -> None:
        """Turn every key to zeros; nothing can be opened afterwards."""
        for held in self._keys.values():
            for key in held.values():
                wipe(key)
        self._keys.clear()
        self._locked = True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.wipe()

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {'locked' if self._locked else 'open'}>"

    def __reduce_ex__(self, protocol: object, /) -> NoReturn:
        raise TypeError("keys stay in this process")
