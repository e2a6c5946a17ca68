"""A private authority for tests, and what it signs."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from sync.tls import pin_of

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Issued:
    """A certificate and its key as files: apart, and ``both`` in one. ``pin``: of its public key."""

    chain: Path
    key: Path
    both: Path
    pin: bytes


@dataclass(frozen=True)
class Authority:
    """An authority whose files lie in ``folder``."""

    folder: Path
    name: str = "Ministry authority"

    @cached_property
    def _key(self) -> ec.EllipticCurvePrivateKey:
        return ec.generate_private_key(ec.SECP256R1())

    @cached_property
    def file(self) -> Path:
        """Its own certificate, as laptops are given it."""
        made = _made(self.name, self.name, self._key, _now() - 30 * _DAY, _now() + 30 * _DAY)
        made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        subject = x509.SubjectKeyIdentifier.from_public_key(self._key.public_key())
        signed = made.add_extension(subject, critical=False).sign(self._key, hashes.SHA256())
        path = self.folder / f"{self.name.replace(' ', '-')}.pem"
        path.write_bytes(signed.public_bytes(Encoding.PEM))
        return path

    def issue(self, name: str, *, over: bool = False) -> Issued:
        """A certificate for a name or an address; ``over``: it ran out yesterday."""
        key = ec.generate_private_key(ec.SECP256R1())
        end = _now() + (-_DAY if over else _DAY)
        made = _made(name, self.name, key, _now() - 10 * _DAY, end)
        who = x509.DNSName(name) if name[-1].isalpha() else x509.IPAddress(ip_address(name))
        made = made.add_extension(x509.SubjectAlternativeName([who]), critical=False)
        by = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        signed = made.add_extension(by, critical=False).sign(self._key, hashes.SHA256())
        chain = signed.public_bytes(Encoding.PEM)
        secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        paths = [self.folder / f"{name}-{over}.{kind}" for kind in ("crt", "key", "pem")]
        for path, content in zip(paths, (chain, secret, chain + secret), strict=True):
            path.write_bytes(content)
        return Issued(paths[0], paths[1], paths[2], pin_of(signed.public_bytes(Encoding.DER)))


def _now() -> datetime:
    return datetime.now(UTC)


def _made(
    name: str, by: str, key: ec.EllipticCurvePrivateKey, begin: datetime, end: datetime
) -> x509.CertificateBuilder:
    subject, issuer = (x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, one)]) for one in (name, by))
    made = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key.public_key())
    made = made.serial_number(x509.random_serial_number())
    return made.not_valid_before(begin).not_valid_after(end)
