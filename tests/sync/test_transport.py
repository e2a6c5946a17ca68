"""The line over HTTP against servers of raw sockets: what leaves is known to the byte."""

import hashlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from emis_desktop.errors import Cancelled, Refused
from sync.engine.line import (
    CUT,
    NO_LINE,
    SILENT,
    CertificateFault,
    NoLine,
    NotTheServer,
    Request,
    ServerBusy,
    ServerFault,
    ServerFull,
)
from sync.tls import Trust, pin_of
from sync.transport import Address, HttpLine, read_address
from sync.transport_faults import _DATE

OK = b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello"
Talk = Callable[[socket.socket], None]


class Server:
    """Serves one connection after the other with ``talk``; remembers what it was sent."""

    def __init__(self, talk: Talk, tls: ssl.SSLContext | None = None) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.connections = 0
        self._talk, self._tls = talk, tls
        self._open: list[socket.socket] = []
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                taken, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._one, args=(taken,), daemon=True).start()

    def _one(self, taken: socket.socket) -> None:
        try:
            connected = self._tls.wrap_socket(taken, server_side=True) if self._tls else taken
            self._open.append(connected)
            with connected:
                self._talk(connected)
        except OSError:
            return

    def close(self) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # close alone does not wake the waiting thread
        self._listener.close()
        for each in self._open:
            each.close()


class Kept:
    """A sink that remembers."""

    def __init__(self) -> None:
        self.status, self.body = 0, b""

    def begin(self, status: int, heads: Mapping[str, str]) -> None:
        self.status = status
        assert "content-length" in heads

    def write(self, chunk: bytes) -> None:
        self.body += chunk


Serve = Callable[..., Server]


@pytest.fixture
def serve() -> Iterator[Serve]:
    made: list[Server] = []

    def start(talk: Talk, tls: ssl.SSLContext | None = None) -> Server:
        made.append(Server(talk, tls))
        return made[-1]

    yield start
    for each in made:
        each.close()


def read_request(connected: socket.socket) -> bytes:
    """One request, head and body; empty when the client has gone."""
    data = b""
    while b"\r\n\r\n" not in data:
        more = connected.recv(65_536)
        if not more:
            return data
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    size = next(
        (int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0
    )
    while len(body) < size:
        body += connected.recv(65_536)
    return head + b"\r\n\r\n" + body


def answering(answer: bytes, seen: list[bytes]) -> Talk:
    def talk(connected: socket.socket) -> None:
        while request := read_request(connected):
            seen.append(request)
            connected.sendall(answer)

    return talk


def line_to(server: Server, **options: float) -> HttpLine:
    return HttpLine(Address(f"http://127.0.0.1:{server.port}"), **options)


def test_nothing_leaves_but_what_was_asked_for_and_every_byte_is_counted(serve: Serve) -> None:
    seen: list[bytes] = []
    server = serve(answering(OK, seen))
    with closing(line_to(server)) as line:
        answer = line.send(Request("POST", "/sync/v1/hello", (("Authorization", "E1 x y"),), b"abc"))
        assert (answer.status, answer.body) == (200, b"hello")
        assert sorted(seen[0].split(b"\r\n")) == sorted(
            [
                b"POST /sync/v1/hello HTTP/1.1",
                b"Host: 127.0.0.1:%d" % server.port,
                b"Content-Length: 3",
                b"Authorization: E1 x y",
                b"",
                b"abc",
            ]
        )
        assert (line.tally.requests, line.tally.up, line.tally.down) == (1, len(seen[0]), len(OK))
        line.send(Request("GET", "/sync/v1/down?after=1"))
        assert server.connections == 1, "the connection is kept"
        assert line.tally.up == sum(map(len, seen))
        assert line.tally.down == 2 * len(OK)


def test_a_body_leaves_in_pieces_that_are_told(serve: Serve) -> None:
    seen: list[bytes] = []
    server = serve(answering(OK, seen))
    told: list[int] = []
    body = bytes(range(256)) * 100
    with closing(line_to(server)) as line:
        line.send(Request("PUT", "/up", body=body, sending=told.append))
    assert seen[0].endswith(b"\r\n\r\n" + body)
    assert sum(told) == len(seen[0])
    assert max(told) <= 4096


def test_a_sink_gets_what_had_come_when_the_line_is_cut(serve: Serve) -> None:
    def talk(connected: socket.socket) -> None:
        read_request(connected)
        connected.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n" + b"x" * 321)

    kept = Kept()
    with closing(line_to(serve(talk))) as line:
        with pytest.raises(NoLine) as fault:
            line.send(Request("GET", "/down", sink=kept))
        assert fault.value.message == CUT
        assert (kept.status, kept.body) == (200, b"x" * 321)


def test_a_sink_gets_no_body_of_a_refusal(serve: Serve) -> None:
    kept = Kept()
    refusal = b"HTTP/1.1 403 No\r\ncontent-length: 2\r\n\r\n{}"
    with closing(line_to(serve(answering(refusal, [])))) as line:
        answer = line.send(Request("GET", "/down", sink=kept))
    assert (answer.status, answer.body, kept.body) == (403, b"{}", b"")


def test_a_silent_line_is_given_up_and_a_slow_one_is_not(serve: Serve) -> None:
    going_on = threading.Event()

    def talk(connected: socket.socket) -> None:
        asked = read_request(connected)
        connected.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 12\r\n\r\n")
        for _ in range(12):
            going_on.wait(0.1)
            connected.sendall(b"x")
        if asked and read_request(connected):
            going_on.wait()

    with closing(line_to(serve(talk), silent_seconds=0.5)) as line:
        assert line.send(Request("GET", "/slow")).body == b"x" * 12, (
            "1.2 s in all, never 0.5 s without a byte"
        )
        with pytest.raises(NoLine) as fault:
            line.send(Request("GET", "/silent"))
        assert fault.value.message == SILENT
    going_on.set()


def test_another_thread_ends_a_request_that_waits(serve: Serve) -> None:
    asked, over = threading.Event(), threading.Event()

    def talk(connected: socket.socket) -> None:
        read_request(connected)
        asked.set()
        over.wait(30)

    line = line_to(serve(talk))
    ended: list[BaseException] = []

    def work() -> None:
        try:
            line.send(Request("GET", "/"))
        except Cancelled as told:
            ended.append(told)

    thread = threading.Thread(target=work)
    thread.start()
    asked.wait(10)
    line.cancel()
    thread.join(5)
    assert not thread.is_alive()
    assert len(ended) == 1
    with pytest.raises(Cancelled):
        line.send(Request("GET", "/"))
    over.set()
    line.close()


def test_nobody_there(serve: Serve) -> None:
    server = serve(answering(OK, []))
    server.close()
    with closing(line_to(server)) as line, pytest.raises(NoLine) as fault:
        line.send(Request("GET", "/"))
    assert fault.value.message == NO_LINE


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (b"HTTP/1.1 503 Busy\r\nretry-after: 7\r\ncontent-length: 0\r\n\r\n", ServerBusy),
        (b"HTTP/1.1 500 No\r\ncontent-length: 0\r\n\r\n", ServerFault),
        (b"HTTP/1.1 502 No\r\ncontent-type: text/html\r\ncontent-length: 2\r\n\r\n<>", ServerFault),
        (b"HTTP/1.1 507 Full\r\nretry-after: 600\r\ncontent-length: 0\r\n\r\n", ServerFull),
        (b"HTTP/1.1 302 Found\r\nlocation: http://login.invalid/\r\ncontent-length: 0\r\n\r\n", NotTheServer),
        (
            b"HTTP/1.1 200 OK\r\ncontent-type: text/html; charset=x\r\ncontent-length: 2\r\n\r\n<>",
            NotTheServer,
        ),
        (b"SSH-2.0-OpenSSH_9.6\r\n", NoLine),
    ],
)
def test_what_is_no_answer_of_ours(serve: Serve, answer: bytes, kind: type[Exception]) -> None:
    def talk(connected: socket.socket) -> None:
        read_request(connected)
        connected.sendall(answer)

    with closing(line_to(serve(talk))) as line, pytest.raises(kind) as fault:
        line.send(Request("GET", "/"))
    if isinstance(fault.value, ServerBusy):
        assert fault.value.after == 7.0


def test_a_flood_is_not_kept_in_memory(serve: Serve) -> None:
    def talk(connected: socket.socket) -> None:
        read_request(connected)
        connected.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 90000000\r\n\r\n")
        while True:
            connected.sendall(bytes(1_000_000))

    with closing(line_to(serve(talk))) as line, pytest.raises(NotTheServer):
        line.send(Request("GET", "/"))


# -- TLS ------------------------------------------------------------------------------------------


class Pair:
    """A certificate that signs itself, for 127.0.0.1."""

    def __init__(self, folder: Path, name: str, until: datetime | None = None) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        now = until - timedelta(days=10) if until else datetime.now(UTC) - timedelta(days=1)
        made = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now)
            .not_valid_after(until or now + timedelta(days=30))
            .add_extension(
                x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False
            )
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(key, hashes.SHA256())
        )
        self.file = folder / f"{name}.pem"
        self.file.write_bytes(
            made.public_bytes(serialization.Encoding.PEM)
            + key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        self.ca = folder / f"{name}-ca.pem"
        self.ca.write_bytes(made.public_bytes(serialization.Encoding.PEM))
        self.pin = pin_of(made.public_bytes(serialization.Encoding.DER))
        self.spki = key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )

    def context(self) -> ssl.SSLContext:
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        made.load_cert_chain(self.file)
        return made


def test_tls_is_verified_in_each_of_three_ways(serve: Serve, tmp_path: Path) -> None:
    ours, other = Pair(tmp_path, "ours"), Pair(tmp_path, "other")
    assert ours.pin == hashlib.sha256(ours.spki).digest()
    seen: list[bytes] = []
    url = f"https://127.0.0.1:{serve(answering(OK, seen), ours.context()).port}"

    def asked(trust: Trust) -> bytes:
        with closing(HttpLine(Address(url, trust))) as line:
            return line.send(Request("POST", "/", body=b"secret")).body

    assert asked(Trust(ca=ours.ca)) == b"hello"
    assert asked(Trust(pin=ours.pin)) == b"hello"
    assert asked(Trust(ca=ours.ca, pin=ours.pin)) == b"hello"
    assert len(seen) == 3
    for wrong in (Trust(), Trust(ca=other.ca), Trust(pin=other.pin), Trust(ca=ours.ca, pin=other.pin)):
        with pytest.raises(CertificateFault):
            asked(wrong)
    assert len(seen) == 3, "nothing was sent to a server that is not trusted"


def test_a_certificate_that_has_run_out_is_told_with_the_date(serve: Serve, tmp_path: Path) -> None:
    old = Pair(tmp_path, "old", until=datetime.now(UTC) - timedelta(days=1))
    url = f"https://127.0.0.1:{serve(answering(OK, []), old.context()).port}"
    with closing(HttpLine(Address(url, Trust(ca=old.ca)))) as line, pytest.raises(CertificateFault) as fault:
        line.send(Request("GET", "/"))
    assert fault.value.message == _DATE


def test_a_file_that_is_no_certificate(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("nothing")
    with pytest.raises(Refused):
        HttpLine(Address("https://127.0.0.1:1", Trust(ca=tmp_path / "ca.pem")))


# -- Addresses and the system's proxy -------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("emis.example.org", "https://emis.example.org"),
        (" https://emis.example.org/ ", "https://emis.example.org"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("http://localhost:8000", "http://localhost:8000"),
        ("http://[::1]:8000", "http://[::1]:8000"),
        ("https://emis.example.org/emis", "https://emis.example.org/emis"),
    ],
)
def test_addresses(typed: str, read: str) -> None:
    assert read_address(typed) == read


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "http://emis.example.org",
        "http://10.0.0.1",
        "ftp://x",
        "https://",
        "https://a b",
        "https://u:p@h",
        "https://h:0",
        "https://h:99999",
        "https://h/?a=1",
        "http://127.0.0.1.example.org",
    ],
)
def test_addresses_that_are_none(typed: str) -> None:
    with pytest.raises(Refused) as refused:
        read_address(typed)
    assert refused.value.field == "address"


def test_the_systems_proxy_is_used_and_a_netrc_is_not(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    seen: list[bytes] = []
    refusal = b"HTTP/1.1 407 Proxy\r\ncontent-length: 0\r\n\r\n"
    proxy = serve(answering(refusal, seen))
    netrc = tmp_path / "netrc"
    netrc.write_text("machine emis.example.org login a password b\nmachine 127.0.0.1 login a password b\n")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.port}")
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy.port}")
    monkeypatch.delenv("NO_PROXY", raising=False)
    with closing(HttpLine(Address("https://emis.example.org"))) as line, pytest.raises(NoLine):
        line.send(Request("GET", "/secret", (("Authorization", "E1 x"),)))
    assert seen[0].startswith(b"CONNECT emis.example.org:443")
    assert b"secret" not in seen[0]
    direct: list[bytes] = []
    with closing(line_to(serve(answering(OK, direct)))) as line:
        line.send(Request("GET", "/"))
    assert b"authorization" not in direct[0].lower()
