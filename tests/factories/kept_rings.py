"""A key ring of each schema as its program wrote it, kept to be read by the programs that come after.

A new schema gets its own, from the top of the project: ``python -m tests.factories.kept_rings``. Those of
before are never written again.
"""

import base64
import json
import tempfile
from pathlib import Path
from typing import Any
from uuid import UUID

from emis_desktop.keyring import KeyRing
from emis_desktop.keyring.records import ROLES
from emis_desktop.keyring.ring_file import SCHEMA
from emis_desktop.keyring.roles import Claim, roll_of, sign_role
from tests.factories.rings import CHEAP, HEALTH, Laptop

FOLDER = Path(__file__).parents[1] / "emis_desktop" / "keyring" / "rings"
STORE = "school-1"
SCHOOL = UUID(int=7)


def kept_ring(schema: int) -> dict[str, Any]:
    """What is kept of that schema: the ring's text, the recovery code, users by name, proofs of roles."""
    found: dict[str, Any] = json.loads((FOLDER / f"ring-{schema}.json").read_text("utf-8"))
    return found


def lay_out(folder: Path, schema: int) -> KeyRing:
    """A data folder with nothing but that ring and its copy."""
    folder.mkdir(parents=True)
    for name in ("keyring.json", "keyring.json.bak"):
        (folder / name).write_text(kept_ring(schema)["ring"], "utf-8")
    return KeyRing(folder / "keyring.json", cost=CHEAP)


def claim(user: str, role: str) -> Claim:
    """A role in the school of the ring."""
    return Claim(STORE, UUID(user), role, SCHOOL)


def _made(folder: Path) -> dict[str, Any]:
    """A ring in which Bea lost a role: there is a second roles key and a second key of a class."""
    laptop = Laptop(folder)
    bea, cai = laptop.add("Bea", HEALTH), laptop.add("Cai", HEALTH)
    laptop.ring.give(laptop.keys, bea, {STORE: [ROLES]})
    kept = claim(str(laptop.ana), "principal")
    proof = sign_role(laptop.keys, kept, 1_790_000_000_000)
    laptop.ring.withdraw(laptop.keys, bea, {STORE: [HEALTH, ROLES]}, {STORE: roll_of([(kept, proof)])})
    laptop.unlock(laptop.ana, "Ana")
    late = sign_role(laptop.keys, claim(str(bea), "teacher"), 1_790_000_000_001)
    return {
        "ring": laptop.ring.file.path.read_text("utf-8"),
        "code": laptop.recovery.text,
        "users": {"Ana": str(laptop.ana), "Bea": str(bea), "Cai": str(cai)},
        "proofs": {
            "Ana": base64.b64encode(proof).decode(),
            "Bea": base64.b64encode(late).decode(),
        },
    }


if __name__ == "__main__":
    target = FOLDER / f"ring-{SCHEMA}.json"
    with tempfile.TemporaryDirectory() as scratch:
        content = json.dumps(_made(Path(scratch)), indent=1)
    with target.open("x", encoding="utf-8") as file:
        file.write(content + "\n")
