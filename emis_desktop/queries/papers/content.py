"""The frozen content of an issued paper: canonical JSON, fingerprint and check code as of a report card.

Pictures are kept by their SHA-256; they are found in the store again, in the row that has them or in its
history.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from hashlib import sha256
from types import MappingProxyType
from typing import Any, Final

import msgspec

from emis_desktop.queries.card_content import Pictures, check_code, fingerprint
from emis_desktop.rules.card import CardIssue
from emis_desktop.rules.papers import Certificate, PaperKind, Testimonial, Transcript

SignedPaper = Transcript | Testimonial | Certificate

LETTERS: Final[Mapping[PaperKind, str]] = MappingProxyType(
    {PaperKind.TRANSCRIPT: "TR", PaperKind.TESTIMONIAL: "TE", PaperKind.CERTIFICATE: "LC"}
)
"""What stands for the kind in a number: ``DEMO-26TR-000117``."""
_DECODERS: Final[Mapping[PaperKind, msgspec.json.Decoder[Any]]] = MappingProxyType(
    {
        PaperKind.TRANSCRIPT: msgspec.json.Decoder(Transcript),
        PaperKind.TESTIMONIAL: msgspec.json.Decoder(Testimonial),
        PaperKind.CERTIFICATE: msgspec.json.Decoder(Certificate),
    }
)


def freeze_paper(paper: SignedPaper) -> bytes:
    """The content of an issued paper, without check code and QR code, which follow from it."""
    return msgspec.json.encode(_bare(paper))


def thaw_paper(kind: PaperKind, content: bytes, pictures: Pictures) -> SignedPaper:
    """The values of an issued paper from its content, as printed."""
    bare: SignedPaper = _DECODERS[kind].decode(content)
    crest, photo = bare.school.crest, bare.pupil.photo
    whole = replace(
        bare,
        school=replace(bare.school, crest=None if crest is None else pictures(crest)),
        pupil=replace(bare.pupil, photo=None if photo is None else pictures(photo)),
    )
    return sealed_paper(whole, fingerprint(content))


def same_paper(kind: PaperKind, content: bytes, paper: SignedPaper) -> bool:
    """Whether an issued paper says what ``paper`` says, whenever each was made."""
    before: SignedPaper = _DECODERS[kind].decode(content)
    return _said(before) == _said(_bare(paper))


def sealed_paper(paper: SignedPaper, print_of_content: bytes) -> SignedPaper:
    """``paper``, which has an issue, with its check code and QR code."""
    if paper.issue is None:
        return paper
    code = check_code(print_of_content)
    return replace(paper, issue=replace(paper.issue, check_code=code, qr=_qr(paper.issue, code)))


def _qr(issue: CardIssue, code: str) -> bytes:
    """As on a report card, without an average: number, issue, day, check code."""
    parts = ("EMIS1", issue.number, str(issue.issue), f"{issue.issued_on:%Y%m%d}", "", code.replace("-", ""))
    return ":".join(parts).upper().encode()


def _bare(paper: SignedPaper) -> SignedPaper:
    school, pupil, issue = paper.school, paper.pupil, paper.issue
    return replace(
        paper,
        school=replace(school, crest=_hash(school.crest)),
        pupil=replace(pupil, photo=_hash(pupil.photo)),
        issue=None if issue is None else replace(issue, check_code="", qr=b""),
    )


def _said(paper: SignedPaper) -> bytes:
    return msgspec.json.encode(replace(paper, issue=None, made_on=date.min))


def _hash(picture: bytes | None) -> bytes | None:
    return None if picture is None else sha256(picture).digest()
