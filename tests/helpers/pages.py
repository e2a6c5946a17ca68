"""Every byte of an encrypted database file as it is under its cipher, free pages and gaps included."""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CBC

PAGE, RESERVED, IV, SALT = 4096, 80, 16, 16
"""Bytes: of a page, of its end that is not the database's, of what begins that end, of the file's salt."""

LOG_HEAD, FRAME_HEAD = 32, 24
"""Bytes before the frames of a log of writes, and before the page of each."""


def decrypted(path: Path, key: bytes) -> bytes:
    """What the file of SQLCipher 4 at ``path`` holds under its raw key, page after page."""
    kept = path.read_bytes()
    return b"".join(
        _page(kept[start : start + PAGE], key, SALT if start == 0 else 0)
        for start in range(0, len(kept), PAGE)
    )


def decrypted_log(path: Path, key: bytes) -> bytes:
    """The same of its log of writes; nothing where there is none."""
    kept = path.read_bytes() if path.exists() else b""
    found = []
    for start in range(LOG_HEAD, len(kept), FRAME_HEAD + PAGE):
        first = int.from_bytes(kept[start : start + 4]) == 1
        page = kept[start + FRAME_HEAD : start + FRAME_HEAD + PAGE]
        found.append(_page(page, key, SALT if first else 0))
    return b"".join(found)


def _page(page: bytes, key: bytes, begin: int) -> bytes:
    iv = page[PAGE - RESERVED : PAGE - RESERVED + IV]
    decryptor = Cipher(AES256(key), CBC(iv)).decryptor()
    return decryptor.update(page[begin : PAGE - RESERVED]) + decryptor.finalize()
