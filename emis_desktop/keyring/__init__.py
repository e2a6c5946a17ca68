"""Keys: the key ring file, users' key pairs, the recovery key, and the boxes that sealed columns are kept
in.

The sign-in window reads the list of people from :mod:`emis_desktop.keyring.ring_file` before anything else,
so this package loads nothing by itself: the names below are found when they are first used (cryptography
takes a third of the time to that window).
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from emis_desktop.keyring.open_keys import OpenKeys
    from emis_desktop.keyring.passwords import check_password
    from emis_desktop.keyring.recovery import (
        RecoveryCode,
        fingerprint,
        new_recovery_code,
        public_from_text,
        public_text,
    )
    from emis_desktop.keyring.ring import Access, KeyRing, NewPerson, Relocking
    from emis_desktop.keyring.ring_file import Person
    from emis_desktop.keyring.sealed_box import SealedBox, row_context

__all__ = [
    "Access",
    "KeyRing",
    "NewPerson",
    "OpenKeys",
    "Person",
    "RecoveryCode",
    "Relocking",
    "SealedBox",
    "check_password",
    "fingerprint",
    "new_recovery_code",
    "public_from_text",
    "public_text",
    "row_context",
]

_HOMES = {
    **dict.fromkeys(("Access", "KeyRing", "NewPerson", "Relocking"), "ring"),
    **dict.fromkeys(
        ("RecoveryCode", "fingerprint", "new_recovery_code", "public_from_text", "public_text"), "recovery"
    ),
    **dict.fromkeys(("SealedBox", "row_context"), "sealed_box"),
    "OpenKeys": "open_keys",
    "Person": "ring_file",
    "check_password": "passwords",
}
"""The module that each name is from."""


def __getattr__(name: str) -> object:
    """The value of one of the names of this package."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{home}"), name)
