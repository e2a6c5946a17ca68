"""Keys made by a step from one ring to the next: they count only when the ring has been saved."""

from dataclasses import dataclass, field

from emis_desktop.keyring.open_keys import OpenKeys
from emis_desktop.keyring.records import Kind
from emis_desktop.secret import random_key, wipe


@dataclass(slots=True, repr=False)
class Fresh:
    """Keys made by a step: for the one who signed in when the ring is saved, to be wiped when it is not."""

    mine: list[tuple[str, Kind, int, bytearray]] = field(default_factory=list)
    others: list[bytearray] = field(default_factory=list)

    def make(self, store: str, kind: Kind, epoch: int, *, keep: bool) -> bytearray:
        """A new key; ``keep`` when the one who signed in shall hold it."""
        key = random_key()
        if keep:
            self.mine.append((store, kind, epoch, key))
        else:
            self.others.append(key)
        return key

    def hand_over(self, keys: OpenKeys) -> None:
        """Put what was made for the one who signed in into ``keys``, wipe the rest."""
        for store, kind, epoch, key in self.mine:
            keys.put(store, kind, epoch, key)
        self.mine.clear()
        self.wipe()

    def wipe(self) -> None:
        """Turn all of them to zeros."""
        for key in (*self.others, *(made[3] for made in self.mine)):
            wipe(key)
