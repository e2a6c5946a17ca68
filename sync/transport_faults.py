"""What went wrong on a line, in words that a person can act on."""

from __future__ import annotations

import ssl
from collections.abc import Iterator

import requests
import urllib3

from emis_desktop.errors import N_
from sync.engine.line import CUT, NO_LINE, SILENT, CertificateFault, LineFault, NoLine

_EXPIRED = frozenset({9, 10})
"""OpenSSL: a certificate is not valid yet, or no more."""
_OF_PROXY = (requests.exceptions.ProxyError, urllib3.exceptions.ProxyError)
_NOT_REACHED = (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError)
_SILENT = (urllib3.exceptions.ReadTimeoutError, TimeoutError)
_DATE = N_(
    "The server’s certificate does not hold today. Look whether the date of this laptop is right; if it is, "
    "tell the ministry. Nothing was sent."
)
_CERTIFICATE = N_(
    "The server could not prove that it is the ministry’s. Nothing was sent; try another network, and ask "
    "the ministry if it stays so."
)
_PROXY = N_(
    "The proxy of this network lets nothing through to the ministry. Ask whoever looks after the network."
)


def said(fault: BaseException) -> LineFault:
    """``fault`` of requests, urllib3 or the system as one of ours."""
    chain = list(_causes(fault))
    for each in chain:
        if isinstance(each, LineFault):
            return each
        if isinstance(each, ssl.SSLCertVerificationError):
            return CertificateFault(_DATE if each.verify_code in _EXPIRED else _CERTIFICATE)
    kinds = ((_OF_PROXY, _PROXY), (_NOT_REACHED, NO_LINE), (_SILENT, SILENT))
    return NoLine(next((words for kind, words in kinds if any(isinstance(one, kind) for one in chain)), CUT))


def _causes(fault: BaseException) -> Iterator[BaseException]:
    """The fault, what it was raised from, and the faults that those carry."""
    seen: set[int] = set()
    waiting: list[object] = [fault]
    while waiting:
        each = waiting.pop(0)
        if not isinstance(each, BaseException) or id(each) in seen:
            continue
        seen.add(id(each))
        yield each
        waiting += [each.__cause__, each.__context__, getattr(each, "reason", None), *each.args]
