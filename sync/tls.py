"""Whom a line trusts: the system's authorities, a private authority, or one public key.

A certificate is verified always. A pinned public key is the strongest: with it the server may sign its
certificate itself, and any other certificate is refused, whoever signed it.
"""

from __future__ import annotations

import hashlib
import hmac
import ssl
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from emis_desktop.errors import N_, Refused
from sync.engine.line import CertificateFault

PIN_BYTES = 32
_OTHER_KEY = N_(
    "The server that answers has another key than the one this laptop knows. Nothing was sent; ask the "
    "ministry whether its server was changed."
)
_NO_CA = N_("The file {file} holds no certificate of an authority. Ask the ministry for it.")


@dataclass(frozen=True, slots=True)
class Trust:
    """``ca``: a file with the ministry's own authority, in place of the system's list. ``pin``: SHA-256 of
    the server's public key; without ``ca`` it alone decides.
    """

    ca: Path | None = None
    pin: bytes | None = None


def context(trust: Trust) -> ssl.SSLContext:
    """The settings of TLS for ``trust``; raises :class:`Refused` for a file without certificates."""
    try:
        made = ssl.create_default_context(cafile=str(trust.ca) if trust.ca else None)
    except (OSError, ssl.SSLError):
        raise Refused(_NO_CA, field="ca", file=str(trust.ca)) from None
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    if trust.pin is not None and trust.ca is None:
        made.check_hostname = False
        made.verify_mode = ssl.CERT_NONE  # the key itself is compared, before anything is sent
    return made


def check_pin(connected: ssl.SSLSocket, pin: bytes) -> None:
    """Raise :class:`CertificateFault` unless the server holds the pinned key."""
    certificate = connected.getpeercert(binary_form=True)
    if certificate is None or not hmac.compare_digest(pin_of(certificate), pin):
        raise CertificateFault(_OTHER_KEY)


def pin_of(certificate: bytes) -> bytes:
    """The pin of a certificate (DER): SHA-256 over its public key."""
    key = x509.load_der_x509_certificate(certificate).public_key()
    return hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).digest()
