"""Every byte of an encrypted database file as it is under its cipher, free pages and gaps included."""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CBC

PAGE, RESERVED, IV, SALT = 4096, 80, 16, 16
"""Bytes: of a page, of its end that is not the database's, of what begins that end, of the file's salt."""


def decrypted(path: Path, key: bytes) -> bytes:
    """What the file of SQLCipher 4 at ``path`` holds under its raw key, page after page."""
    kept = path.read_bytes()
    found = bytearray()
    for start in range(0, len(kept), PAGE):
        page = kept[start : start + PAGE]
        begin = SALT if start == 0 else 0
        iv = page[PAGE - RESERVED : PAGE - RESERVED + IV]
        decryptor = Cipher(AES256(key), CBC(iv)).decryptor()
        found += decryptor.update(page[begin : PAGE - RESERVED]) + decryptor.finalize()
    return bytes(found)
