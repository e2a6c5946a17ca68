"""The frozen content of an issued card: canonical JSON, its fingerprint, its check code, what its QR code
says.

Pictures are not repeated in every card: the content holds the SHA-256 of crest and photo. The pictures
themselves are found in the store again, in the row that has them or in its history.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from hashlib import sha256

import msgspec

from emis_desktop.rules.card import CardIssue, CardSchool, CardValues

CHECK_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's alphabet: no I, L, O and U, so that a code read aloud or copied by hand stays itself."""

_CONTENT = msgspec.json.Decoder(CardValues)
_NO_SCHOOL = CardSchool("")

Pictures = Callable[[bytes], bytes | None]
"""Finds a picture by its SHA-256; None when it is gone."""


def freeze(values: CardValues) -> bytes:
    """The content of an issued card, without its check code and QR code, which follow from it.

    Canonical JSON: fields in their declared order, pictures by hash.
    """
    school, pupil, issue = values.school, values.pupil, values.issue
    if school.crest is not None:
        school = _with_hash(school)
    if pupil.photo is not None:
        pupil = replace(pupil, photo=sha256(pupil.photo).digest())
    if issue is not None and (issue.check_code or issue.qr):
        issue = replace(issue, check_code="", qr=b"")
    return msgspec.json.encode(replace(values, school=school, pupil=pupil, issue=issue))


@lru_cache(maxsize=8)
def _with_hash(school: CardSchool) -> CardSchool:
    """The school with the hash of its crest: the same for all cards of an issue."""
    return replace(school, crest=None if school.crest is None else sha256(school.crest).digest())


def body(values: CardValues) -> bytes:
    """What two issues of a card are compared by: what is said about the pupil, nothing about paper or
    school.
    """
    return msgspec.json.encode(
        replace(
            values,
            school=_NO_SCHOOL,
            pupil=replace(values.pupil, photo=None),
            key=replace(values.key, grades=(), effort=(), conduct=()),
            issue=None,
            progress=(),
            next_term=None,
            goes_to=None,
        )
    )


def body_of(content: bytes) -> bytes:
    """The :func:`body` of an issued card's content."""
    return body(_CONTENT.decode(content))


def thaw(content: bytes, pictures: Pictures) -> CardValues:
    """The values of an issued card from its content, with check code and QR code as printed."""
    bare = _CONTENT.decode(content)
    crest, photo = bare.school.crest, bare.pupil.photo
    return sealed(
        replace(
            bare,
            school=replace(bare.school, crest=None if crest is None else pictures(crest)),
            pupil=replace(bare.pupil, photo=None if photo is None else pictures(photo)),
        ),
        fingerprint(content),
    )


def fingerprint(content: bytes) -> bytes:
    """SHA-256 of a card's content."""
    return sha256(content).digest()


def check_code(print_of_content: bytes) -> str:
    """The first 40 bits of a fingerprint as eight letters and digits: ``7KQ4-M2XV``."""
    number = int.from_bytes(print_of_content[:5])
    letters = "".join(CHECK_LETTERS[number >> shift & 31] for shift in range(35, -1, -5))
    return f"{letters[:4]}-{letters[4:]}"


def sealed(values: CardValues, print_of_content: bytes) -> CardValues:
    """``values`` of an issued card with its check code and QR code."""
    if values.issue is None:
        return values
    code = check_code(print_of_content)
    return replace(values, issue=replace(values.issue, check_code=code, qr=_qr(values, values.issue, code)))


def _qr(values: CardValues, issue: CardIssue, code: str) -> bytes:
    """Compact text in the letters a QR code packs best: number, issue, day, term average, check code."""
    average = "" if values.summary.average is None else str(values.summary.average)
    parts = (
        "EMIS1",
        issue.number,
        str(issue.issue),
        f"{issue.issued_on:%Y%m%d}",
        average,
        code.replace("-", ""),
    )
    return ":".join(parts).upper().encode()
