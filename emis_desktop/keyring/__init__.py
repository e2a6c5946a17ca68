"""Keys: the key ring file, users' key pairs, the recovery key, and the boxes that sealed columns are kept
in.
"""

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
