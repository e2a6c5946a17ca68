"""The schema number tells the whole shape of a ring; an older ring is told as such, never as one changed."""

import base64
from pathlib import Path
from uuid import UUID

import msgspec
import pytest

from emis_desktop.keyring import KeyRing, OpenKeys
from emis_desktop.keyring.records import ROLES, STORE
from emis_desktop.keyring.ring_file import SCHEMA, TrialRing
from emis_desktop.keyring.roles import is_proven_role
from tests.factories.kept_rings import STORE as SCHOOL_STORE
from tests.factories.kept_rings import claim, kept_ring, lay_out
from tests.factories.rings import Laptop

NEW = "walk the yellow dog tonight"
KEPT = kept_ring(SCHEMA)
USERS = {name: UUID(user_id) for name, user_id in KEPT["users"].items()}


@pytest.fixture
def ring(tmp_path: Path) -> KeyRing:
    return lay_out(tmp_path / "home", SCHEMA)


def unlocked(ring: KeyRing, name: str) -> OpenKeys:
    return ring.unlock(USERS[name], Laptop.password(name.lower()))


def test_the_ring_kept_of_this_schema_has_the_fields_of_today(ring: KeyRing) -> None:
    """A field more or less: raise the schema, and keep a ring of it beside this one."""
    body = bytes(msgspec.json.decode(ring.file.path.read_bytes(), type=dict[str, msgspec.Raw])["ring"])
    assert msgspec.json.encode(ring.file.load()) == body


def test_the_ring_kept_of_this_schema_opens_for_each_and_proves_what_it_did(ring: KeyRing) -> None:
    """Another context, MAC or signature: raise the schema, and keep a ring of it beside this one."""
    with unlocked(ring, "Ana") as ana, unlocked(ring, "Bea") as bea, unlocked(ring, "Cai") as cai:
        assert set(ana.epochs(SCHOOL_STORE, "health")) == {1, 2}
        assert ana.holds(SCHOOL_STORE, ROLES)
        assert not bea.holds(SCHOOL_STORE, ROLES)
        assert not bea.holds(SCHOOL_STORE, "health")
        assert cai.key(SCHOOL_STORE, STORE) == ana.key(SCHOOL_STORE, STORE)
        for name, role in (("Ana", "principal"), ("Bea", "teacher")):
            proof = base64.b64decode(KEPT["proofs"][name])
            assert is_proven_role(cai, claim(KEPT["users"][name], role), proof)
            assert not is_proven_role(cai, claim(KEPT["users"][name], "auditor"), proof)


def test_the_ring_kept_of_this_schema_opens_with_its_recovery_code(ring: KeyRing) -> None:
    with ring.unlock_with_recovery(KEPT["code"]) as keys:
        assert set(keys.epochs(SCHOOL_STORE, "health")) == {1, 2}
        ring.reset_password(keys, USERS["Cai"], NEW, ("health",))
    ring.unlock(USERS["Cai"], NEW).wipe()


@pytest.mark.parametrize("schema", range(1, SCHEMA))
def test_a_ring_of_each_earlier_schema_is_told_and_never_called_changed(tmp_path: Path, schema: int) -> None:
    """These were made by the programs of then, with a change of roles in each."""
    ring = lay_out(tmp_path / "home", schema)
    kept = kept_ring(schema)
    before = ring.file.path.read_bytes()
    for open_it in (
        lambda: ring.people(),
        lambda: ring.unlock(UUID(kept["users"]["Ana"]), Laptop.password("ana")),
        lambda: ring.unlock_with_recovery(kept["code"]),
    ):
        with pytest.raises(TrialRing, match=r"earlier trial version .* begin in another folder"):
            open_it()
    assert ring.file.path.read_bytes() == before
