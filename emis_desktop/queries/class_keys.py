"""Class keys that came from other laptops of the school, as the open store keeps them."""

from __future__ import annotations

from typing import Final

from emis_desktop.database import Database
from emis_desktop.keyring.class_exchange import Kept
from emis_desktop.keyring.records import Kind
from emis_desktop.models import KeptKey

OWN: Final = b""
"""Stands in the place of the box for a class key of this laptop that was shown to others."""


def kept_keys(db: Database) -> Kept:
    """Finds the box with a class key of another laptop; None for one that has not come."""

    def find(kind: Kind, name: bytes) -> bytes | None:
        with db.read() as session:
            found = session.get(KeptKey, (kind, name))
            return None if found is None or found.box == OWN else found.box

    return find
