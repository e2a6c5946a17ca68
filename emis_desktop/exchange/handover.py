"""The sealed file by which a school hands a pupil to one that it shares no server with.

The file is a box that only the code opens: eight letters that say what it is, a nonce, the text and its tag.
The code is made here, written on paper and told apart from the file; 120 random bits, so that no guessing
helps. An altered file and a wrong code look alike: neither opens.
"""

from __future__ import annotations

import hashlib
import os
import zlib
from typing import Final

import msgspec

from emis_desktop.errors import N_, BadFile, Refused
from emis_desktop.keyring.crypto import DoesNotOpenError, seal, unseal
from emis_desktop.rules import spoken_code

MAGIC: Final = b"EMISTRF1"
CODE_BYTES: Final = 15
LARGEST_FILE: Final = 4_000_000
LARGEST_TEXT: Final = 16_000_000
SUFFIX: Final = ".emistransfer"
NO_FILE: Final = N_("This is no transfer file. Ask the old school for the file that it wrote.")


class GivenGuardian(msgspec.Struct, frozen=True):
    """A guardian with the first number to call."""

    given_names: str
    family_name: str
    relation: str
    phone: str = ""
    may_collect: bool = True
    court_order: bool = False


class GivenSubject(msgspec.Struct, frozen=True):
    """A subject of a year: what was printed a term, and the year's."""

    name: str
    terms: list[str] = []
    year: str = ""


class GivenYear(msgspec.Struct, frozen=True):
    """A year at a school, with its results and days."""

    label: str
    school: str
    grade: str
    class_name: str = ""
    first_day: str = ""
    last_day: str = ""
    ending: str = ""
    average: str = ""
    days_present: int | None = None
    days_possible: int | None = None
    subjects: list[GivenSubject] = []


class Handover(msgspec.Struct, frozen=True):
    """Everything a school hands over of a pupil. ``id`` is that of this file: it is taken in once.

    Days are ISO dates, "" where one is not known; ``numbers`` by kind; ``fields`` of the person by name.
    """

    id: str
    made_on: str
    school: str
    school_code: str
    grade_code: str
    given_names: str
    family_name: str
    sex: str
    birth_date: str
    fields: dict[str, str] = {}
    numbers: list[tuple[str, str]] = []
    phone: str = ""
    guardians: list[GivenGuardian] = []
    years: list[GivenYear] = []
    notes: list[str] = []
    version: int = 1


def seal_handover(handover: Handover) -> tuple[bytes, str]:
    """The file, and the code that opens it."""
    secret = os.urandom(CODE_BYTES)
    text = bytearray(zlib.compress(msgspec.json.encode(handover), 9))
    return MAGIC + seal(_key(secret), text, MAGIC), spoken_code.written(secret)


def open_handover(content: bytes, code: str) -> Handover:
    """What a file holds; raises :class:`BadFile` for one that is none or was altered, :class:`Refused` for a
    code with a slip.
    """
    if len(content) > LARGEST_FILE or not content.startswith(MAGIC):
        raise BadFile(NO_FILE, field="file")
    secret = bytes(spoken_code.read(code, CODE_BYTES, "code"))
    try:
        text = bytes(unseal(_key(secret), content[len(MAGIC) :], MAGIC))
    except (DoesNotOpenError, ValueError) as wrong:
        raise BadFile(
            "The file does not open: the code belongs to another file, or the file was altered on its way.",
            field="code",
        ) from wrong
    return _read(text)


def _read(text: bytes) -> Handover:
    unpack = zlib.decompressobj()
    try:
        plain = unpack.decompress(text, LARGEST_TEXT)
        if not unpack.eof:
            raise ValueError("more than a pupil's record can be")
        found = msgspec.json.decode(plain, type=Handover)
    except (zlib.error, msgspec.DecodeError, ValueError) as wrong:
        raise BadFile("This transfer file holds no record that can be read.", field="file") from wrong
    if found.version != 1:
        raise Refused("A later version of the program made this file. Update this laptop first.")
    return found


def _key(secret: bytes) -> bytearray:
    return bytearray(hashlib.sha256(MAGIC + secret).digest())
