"""The line to the server over HTTP: one session kept alive, heads trimmed, TLS verified, bytes counted.

A line is given up after 45 seconds without a byte, never after a total time. ``cancel`` ends a request that
another thread waits in.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.utils import get_environ_proxies
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.util import SKIP_HEADER

from emis_desktop.errors import N_, Refused
from sync.engine.line import (
    MOST_HELD,
    NotTheServer,
    Request,
    Response,
    ServerBusy,
    ServerFault,
    ServerFull,
    Sink,
    Tally,
)
from sync.engine.refusals import TOO_LARGE
from sync.tls import Trust, context
from sync.transport_faults import said
from sync.wire import Wire, counted

CONNECT_SECONDS: Final = 15.0
SILENT_SECONDS: Final = 45.0
"""Without a byte either way the line counts as dead."""
_CHUNK: Final = 64 * 1024
_FULL: Final = 507
_BAD_ADDRESS = N_("{address} is not the address of a server. It looks like https://emis.example.org.")
_NOT_SAFE = N_("The address {address} is not protected: it has to begin with https://.")
_STRANGER = N_(
    "Something else than the ministry’s server answers there, maybe a page to sign in to the Wi-Fi. Nothing "
    "was sent; look at the network, then try again."
)


@dataclass(frozen=True, slots=True)
class Address:
    """Where a server is: ``url`` without a slash at its end, and how it is recognised."""

    url: str
    trust: Trust = field(default_factory=Trust)


def read_address(text: str) -> str:
    """An address as typed, made whole: https unless it says otherwise; http only to this very machine.

    Raises :class:`Refused` for the field ``address``.
    """
    typed = text.strip()
    whole = (typed if "://" in typed else f"https://{typed}").rstrip("/")
    try:
        parts = urlsplit(whole)
        port = parts.port
    except ValueError:
        raise Refused(_BAD_ADDRESS, field="address", address=text.strip()) from None
    host = parts.hostname or ""
    if not host or any(sign.isspace() for sign in whole) or parts.query or parts.fragment or parts.username:
        raise Refused(_BAD_ADDRESS, field="address", address=text.strip())
    if parts.scheme not in {"http", "https"} or port == 0:
        raise Refused(_BAD_ADDRESS, field="address", address=text.strip())
    if parts.scheme == "http" and not is_loopback(host):
        raise Refused(_NOT_SAFE, field="address", address=text.strip())
    return whole


def is_loopback(host: str) -> bool:
    """Whether ``host`` is this very machine."""
    if host.casefold() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class HttpLine:
    """A line to one server for one thread at a time; :meth:`cancel` may come from any thread."""

    def __init__(
        self,
        address: Address,
        *,
        silent_seconds: float = SILENT_SECONDS,
        connect_seconds: float = CONNECT_SECONDS,
    ) -> None:
        """Nothing is connected before the first request."""
        self.tally = Tally()
        self._url = read_address(address.url)
        self._timeout = (connect_seconds, silent_seconds)
        self._wire = Wire(self.tally, silent_seconds)
        self._adapter = _Adapter(self._wire, address.trust)
        self._session = _session(self._adapter)
        self._proxies = (
            {} if is_loopback(urlsplit(self._url).hostname or "") else get_environ_proxies(self._url)
        )

    def send(self, request: Request) -> Response:
        """Send and read the whole response; raises a :class:`LineFault` or :class:`Cancelled`."""
        self._wire.check()
        self._wire.sending = request.sending
        self.tally.requests += 1
        try:
            return self._exchange(request)
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as fault:
            self._wire.check()
            raise said(fault) from fault
        finally:
            self._wire.sending = None

    def _exchange(self, request: Request) -> Response:
        with self._session.request(
            request.method,
            self._url + request.target,
            data=request.body or None,
            headers=dict(request.heads),
            timeout=self._timeout,
            allow_redirects=False,
            stream=True,
            proxies=self._proxies,
        ) as answer:
            heads = {name.lower(): value for name, value in answer.headers.items()}
            _check_status(answer.status_code, heads)
            sink = request.sink if answer.status_code in {200, 206} else None
            if sink is not None:
                sink.begin(answer.status_code, heads)
            body = self._read(answer.raw, sink)
            return Response(answer.status_code, heads, body)

    def _read(self, raw: urllib3.HTTPResponse, sink: Sink | None) -> bytes:
        """The body as it comes: into ``sink``, or kept up to :data:`MOST_HELD` bytes."""
        held = bytearray()
        while chunk := raw.read1(_CHUNK, decode_content=False):
            self._wire.check()
            if sink is not None:
                sink.write(chunk)
                continue
            held += chunk
            if len(held) > MOST_HELD:
                raise NotTheServer(_STRANGER)
        return bytes(held)

    def cancel(self) -> None:
        """End the request that is under way, and let no other begin."""
        self._wire.cancel()

    def renew(self) -> None:
        """Let requests begin again after :meth:`cancel`."""
        self._wire.renew()

    def close(self) -> None:
        """Close the connection; a later request opens another."""
        self._session.close()


def _session(adapter: HTTPAdapter) -> requests.Session:
    """A session that sends no head of its own accord and takes nothing from a .netrc file."""
    session = requests.Session()
    session.trust_env = False
    session.headers.clear()
    session.headers.update({"User-Agent": SKIP_HEADER, "Accept-Encoding": SKIP_HEADER})
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session


def _check_status(status: int, heads: Mapping[str, str]) -> None:
    if status in {429, 503}:
        raise ServerBusy(_seconds(heads.get("retry-after")))
    if status == _FULL:
        raise ServerFull
    if status >= 500:
        raise ServerFault
    of_proxy = status == TOO_LARGE  # which says it in a page of its own
    if (300 <= status < 308 and status != 304) or (
        "text/html" in heads.get("content-type", "") and not of_proxy
    ):
        raise NotTheServer(_STRANGER)


def _seconds(text: str | None) -> float | None:
    return float(text) if text and text.isascii() and text.isdigit() and len(text) < 6 else None


class _Adapter(HTTPAdapter):
    """Connections of ours, with our own trust and no certificates but those that it names."""

    def __init__(self, wire: Wire, trust: Trust) -> None:
        self._wire = wire
        self._trust = trust
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)

    def init_poolmanager(self, *arguments: Any, **named: Any) -> None:  # noqa: ANN401 - requests' own
        """A manager whose connections count."""
        super().init_poolmanager(*arguments, ssl_context=context(self._trust), **named)
        self._fit(self.poolmanager)

    def proxy_manager_for(self, proxy: str, **named: Any) -> Any:  # noqa: ANN401 - requests' own
        """The same by way of a proxy."""
        manager = super().proxy_manager_for(proxy, ssl_context=context(self._trust), **named)
        self._fit(manager)
        return manager

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:  # noqa: ANN401 - requests' own
        """Leave the trust as our context has it: no other list of certificates is added."""

    def build_connection_pool_key_attributes(self, request: Any, verify: Any, cert: Any = None) -> Any:  # noqa: ANN401 - requests' own
        """The place of the server; trust is the manager's."""
        host, _ = super().build_connection_pool_key_attributes(request, verify, cert)
        return host, {}

    def _fit(self, manager: Any) -> None:  # noqa: ANN401 - urllib3 types no manager of proxies
        plain, secure = counted(self._wire, self._trust.pin)
        one = type("_Pool", (HTTPConnectionPool,), {"ConnectionCls": plain})
        other = type("_SafePool", (HTTPSConnectionPool,), {"ConnectionCls": secure})
        manager.pool_classes_by_scheme = {"http": one, "https": other}
