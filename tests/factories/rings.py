"""A key ring in a folder of its own, with passwords that cost next to nothing to try."""

from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID, uuid4

from emis_desktop import cipher
from emis_desktop.keyring import KeyRing, NewPerson, OpenKeys, RecoveryCode, Relocking, new_recovery_code
from emis_desktop.keyring.records import ROLES, Cost
from emis_desktop.rules.rights import SensitivityClass

CHEAP = Cost(memory_kib=64, passes=1, lanes=1)
HEALTH, CASE, FINANCE = SensitivityClass.HEALTH, SensitivityClass.CASE, SensitivityClass.FINANCE

ALL = (HEALTH, CASE, FINANCE, ROLES)
"""Whatever somebody had, their role allows it."""


@dataclass
class Laptop:
    """A data folder with a ring of one user, Ana, and one school's store."""

    folder: Path
    recovery: RecoveryCode = field(default_factory=new_recovery_code)
    now: float = 1_790_000_000.0

    def __post_init__(self) -> None:
        self.ring = self.open_ring()
        self.ana = uuid4()
        self.keys = self.ring.create(
            NewPerson(self.ana, "Ana Alpha", "Principal", self.password("ana")),
            {"school-1": [HEALTH, FINANCE]},
            self.recovery.public,
        )
        self.store = self.folder / "school-1.db"
        connection = cipher.connect(self.store, self.keys.key("school-1"), create=True)
        connection.execute("CREATE TABLE pupil (name)")
        connection.execute("INSERT INTO pupil VALUES ('Synthetic Pupil')")
        connection.close()

    def open_ring(self, cost: Cost = CHEAP) -> KeyRing:
        """The ring as another start of the program opens it."""
        return KeyRing(self.folder / "keyring.json", cost=cost, clock=lambda: self.now)

    @staticmethod
    def password(who: str) -> str:
        """The password of a user in these tests."""
        return f"seven {who} bottles on a wall"

    def add(self, name: str, *classes: SensitivityClass, by: OpenKeys | None = None) -> UUID:
        """Let somebody in by their first name."""
        user_id = uuid4()
        person = NewPerson(user_id, name, "Teacher", self.password(name.lower()))
        self.ring.add_user(by or self.keys, person, {"school-1": classes})
        return user_id

    def add_to_two(self, name: str) -> UUID:
        """Let somebody in to this school's store and, without a key of it for anybody else, a second one."""
        self.ring.add_store(self.keys, {"school-2": []})
        user_id = uuid4()
        person = NewPerson(user_id, name, "Teacher", self.password(name.lower()))
        self.ring.add_user(self.keys, person, {"school-1": [], "school-2": []})
        return user_id

    def unlock(self, user_id: UUID, name: str) -> OpenKeys:
        """Sign somebody in."""
        return self.ring.unlock(user_id, self.password(name.lower()))

    def relocking(self) -> Relocking:
        """How the store's file gets another key."""
        return Relocking(
            lambda key: cipher.fits(self.store, key),
            lambda old, new: cipher.give_new_key(self.store, old, new),
        )

    def opens(self, key: bytearray) -> bool:
        """Whether the store opens with ``key``."""
        return cipher.fits(self.store, key)

    def remove(self, user_id: UUID) -> None:
        """End somebody's access, wholly."""
        assert self.ring.remove_user(self.keys, user_id) == {"school-1"}
        self.ring.settle(self.keys, "school-1", self.relocking())
