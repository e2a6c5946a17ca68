"""Keys and passwords in memory: made, written and zeroed without copies that nobody can reach.

A ``bytearray`` can be overwritten, ``bytes`` and ``str`` cannot: what must pass through one of them is burnt
in :func:`burn`, the only place that reaches below the language. What stays out of reach: the ``str`` of a
password as the toolkit's input field and its caller hold it.
"""

import ctypes
import gc
import os
import sys
import unicodedata

_BYTES_HEADER = bytes.__basicsize__ - 1
"""Bytes of a CPython ``bytes`` object before its content (its size counts a closing zero)."""


def wipe(buffer: bytearray) -> None:
    """Overwrite ``buffer`` with zeros where it stands."""
    for position in range(len(buffer)):
        buffer[position] = 0


def burn(secret: bytes) -> None:
    """Overwrite a ``bytes`` that a library handed out and that nobody else holds.

    Only for results longer than one byte, straight from a C or Rust call: those are never shared.
    """
    if sys.implementation.name == "cpython" and len(secret) > 1:
        ctypes.memset(id(secret) + _BYTES_HEADER, 0, len(secret))


def random_key(size: int = 32) -> bytearray:
    """``size`` bytes from the system's generator, byte by byte: a longer ``bytes`` would stay in memory."""
    key = bytearray(size)
    for position in range(size):
        key[position] = os.urandom(1)[0]
    return key


def as_buffer(text: str) -> bytearray:
    """``text`` in Unicode form NFC as UTF-8, in a buffer of its own that can be wiped.

    The same password typed on a keyboard that composes accents and on one that does not gives the same bytes.
    """
    normal = unicodedata.normalize("NFC", text)
    buffer = bytearray(sum(len(_utf8(character)) for character in normal))
    end = 0
    for character in normal:
        for byte in _utf8(character):
            buffer[end] = byte
            end += 1
    return buffer


def _utf8(character: str) -> bytes:
    return character.encode("utf-8", "surrogatepass")


def give_back_memory() -> None:
    """After locking: let go of freed memory, with the pages of records in it, where the C library can
    (glibc).

    Python and the page cache free without zeroing; the system zeroes a page before anybody else gets it.
    What shares a page with something still in use stays.
    """
    gc.collect()
    trim = getattr(ctypes.pythonapi, "malloc_trim", None)
    if trim is not None:
        trim(0)
