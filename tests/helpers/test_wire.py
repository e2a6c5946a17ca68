"""The line between laptop and server counts and breaks to the byte, is as slow as told, goes silent."""

import http.client
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from tests.helpers.wire import FOR_EVER, Wire
from tests.helpers.wire_requests import RequestCounter

Serve = Callable[[socket.socket], None]


@contextmanager
def listening(serve: Serve) -> Iterator[int]:
    """A server that gives each connection to ``serve`` on a thread; its port."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        threads: list[threading.Thread] = []

        def accept() -> None:
            with suppress(OSError):
                while True:
                    threads.append(
                        threading.Thread(target=_served, args=(serve, server.accept()[0]), daemon=True)
                    )
                    threads[-1].start()

        accepting = threading.Thread(target=accept, daemon=True)
        accepting.start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)
        accepting.join(5)
        for thread in threads:
            thread.join(5)


def _served(serve: Serve, connection: socket.socket) -> None:
    with connection, suppress(OSError):
        serve(connection)


def echo(connection: socket.socket) -> None:
    """Send back whatever comes."""
    while data := connection.recv(65_536):
        connection.sendall(data)


class Sink:
    """Keeps what arrives, and how the connection ended."""

    def __init__(self) -> None:
        self.got = bytearray()
        self.ended: list[str] = []
        self.over = threading.Event()

    def __call__(self, connection: socket.socket) -> None:
        try:
            while data := connection.recv(65_536):
                self.got += data
            self.ended.append("end")
        except ConnectionResetError:
            self.ended.append("reset")
        finally:
            self.over.set()


def client(wire: Wire, timeout: float = 10.0) -> socket.socket:
    return socket.create_connection(("127.0.0.1", wire.port), timeout=timeout)


def read_exactly(connection: socket.socket, count: int) -> bytes:
    got = b""
    while len(got) < count:
        data = connection.recv(count - len(got))
        if not data:
            break
        got += data
    return got


def read_until_reset(connection: socket.socket) -> bytes:
    """What comes before the line breaks; an orderly end is a fault of the test."""
    got = b""
    with suppress(ConnectionResetError):
        while data := connection.recv(100):
            got += data
        pytest.fail("the connection ended in good order")
    return got


def until(true: Callable[[], bool], seconds: float = 5.0) -> bool:
    """Wait for what another process is about to do."""
    over = time.monotonic() + seconds
    while not true() and time.monotonic() < over:
        time.sleep(0.01)
    return true()


def test_counts_bytes_both_ways_and_connections() -> None:
    with listening(echo) as port, Wire(port) as wire:
        for size in (1, 1_400, 200_000):
            with client(wire) as line:
                sender = threading.Thread(target=line.sendall, args=(b"x" * size,))
                sender.start()
                assert len(read_exactly(line, size)) == size
                sender.join()
        passed = wire.passed()
        assert (passed.up, passed.down, passed.connections) == (201_401, 201_401, 3)
        wire.reset()
        assert wire.passed().total == wire.passed().connections == 0


def test_bytes_arrive_unchanged_and_in_order() -> None:
    content = bytes(range(256)) * 2_000
    sink = Sink()
    with listening(sink) as port, Wire(port) as wire:
        with client(wire) as line:
            line.sendall(content)
        assert sink.over.wait(5)
        assert bytes(sink.got) == content
        assert sink.ended == ["end"]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@contextmanager
def http_server() -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def test_counts_requests_on_one_kept_connection() -> None:
    body = b"GET /in/a/body HTTP/1.1\r\n\r\n" * 9
    with http_server() as port, Wire(port) as wire:
        line = http.client.HTTPConnection("127.0.0.1", wire.port, timeout=10)
        for _ in range(5):
            line.request("POST", "/sync/v1/hello", body)
            assert line.getresponse().read() == b"ok"
        line.close()
        assert (wire.passed().requests, wire.passed().connections) == (5, 1)


@given(st.data())
def test_requests_are_counted_however_the_stream_is_cut_up(data: st.DataObject) -> None:
    bodies = data.draw(st.lists(st.binary(max_size=40) | st.just(b"PUT /x HTTP/1.1\r\n\r\n"), max_size=6))
    stream = b""
    for number, body in enumerate(bodies):
        if number % 2:
            chunks = b"%x\r\n%s\r\n" % (len(body), body) if body and b"0\r\n" not in body else b""
            stream += b"PUT /c HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks + b"0\r\n\r\n"
        else:
            stream += b"POST /l HTTP/1.1\r\nX: y\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
    counter, found = RequestCounter(), 0
    while stream:
        size = data.draw(st.integers(1, len(stream)))
        found += counter.feed(stream[:size])
        stream = stream[size:]
    assert found == len(bodies)


@pytest.mark.parametrize("at", [0, 1, 999, 1_000, 4_321])
def test_breaks_at_exactly_the_byte_that_was_planned(at: int) -> None:
    sink = Sink()
    with listening(sink) as port, Wire(port) as wire:
        wire.cut_at([at])
        with client(wire) as line:
            with suppress(OSError):
                line.sendall(b"x" * 5_000)
            assert read_until_reset(line) == b""
        assert sink.over.wait(5)
        assert len(sink.got) == at
        assert sink.ended == ["reset"]
        passed = wire.passed()
        assert (passed.total, passed.cuts, passed.planned) == (at, (at,), 0)


def test_several_cuts_count_both_ways_and_the_line_works_between() -> None:
    with listening(echo) as port, Wire(port) as wire:
        wire.cut_at([150, 330])
        for expected in (50, 80):
            with client(wire) as line:
                line.sendall(b"x" * 100)
                assert len(read_until_reset(line)) == expected
        with client(wire) as line:
            line.sendall(b"y")
            assert line.recv(1) == b"y"
        assert wire.passed().cuts == (150, 330)


def test_new_connections_are_reset_while_the_line_is_down() -> None:
    with listening(echo) as port, Wire(port) as wire:
        wire.cut(pause=FOR_EVER)
        # The reset may come while the connection is still being made, or with the first read.
        with pytest.raises(ConnectionResetError), client(wire) as line:
            line.recv(1)
        assert wire.passed().connections == 0
        wire.heal()
        with client(wire) as line:
            line.sendall(b"y")
            assert line.recv(1) == b"y"


def test_a_silent_line_neither_ends_nor_resets_and_new_connections_work() -> None:
    with listening(echo) as port, Wire(port) as wire, client(wire) as line:
        line.sendall(b"a")
        assert line.recv(1) == b"a"
        line.settimeout(0.5)
        wire.cut_at([3], silent=True)
        line.sendall(b"bc")
        with pytest.raises(TimeoutError):
            line.recv(1)
        line.sendall(b"de")
        with pytest.raises(TimeoutError):
            line.recv(1)
        with client(wire) as other:
            other.sendall(b"z")
            assert other.recv(1) == b"z"
        assert wire.passed().total == 5


def test_while_it_is_silent_new_connections_hear_nothing_either() -> None:
    with listening(echo) as port, Wire(port) as wire:
        wire.cut(silent=True, pause=FOR_EVER)
        with client(wire, 0.4) as line:
            line.sendall(b"z")
            with pytest.raises(TimeoutError):
                line.recv(1)
        assert wire.passed().total == 0


def test_speed_and_round_trip_are_those_of_the_line() -> None:
    with listening(echo) as port, Wire(port) as wire:
        wire.shape(bps=400_000, rtt=0.1)
        began = time.monotonic()
        with client(wire) as line:
            line.sendall(b"x" * 10_000)
            assert len(read_exactly(line, 10_000)) == 10_000
        took = time.monotonic() - began
        # one round trip to connect, one for the echo, 0.2 s for the bytes (the way back overlaps)
        assert took >= 0.4
        wire.shape()
        with client(wire) as line:
            line.sendall(b"x")
            assert line.recv(1) == b"x"


def test_two_connections_share_one_slow_link() -> None:
    with listening(echo) as port, Wire(port) as wire:
        wire.shape(bps=800_000)
        began = time.monotonic()
        with client(wire) as one, client(wire) as two:
            one.sendall(b"x" * 20_000)
            two.sendall(b"x" * 20_000)
            assert len(read_exactly(one, 20_000)) == len(read_exactly(two, 20_000)) == 20_000
        assert time.monotonic() - began >= 0.39


def test_a_fast_sender_is_held_back_by_what_may_be_under_way() -> None:
    sent = 0
    with listening(echo) as port, Wire(port) as wire:
        wire.shape(bps=80_000)
        with client(wire) as line:
            line.setblocking(False)
            over = time.monotonic() + 0.5
            while time.monotonic() < over:
                with suppress(BlockingIOError):
                    sent += line.send(b"x" * 65_536)
                time.sleep(0.001)
            assert wire.passed().up < 50_000
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    assert sent > 0


def test_an_answer_can_be_lost_after_the_request_went_through_whole() -> None:
    heard = []

    def answering(connection: socket.socket) -> None:
        while data := connection.recv(65_536):
            heard.append(data)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    with listening(answering) as port, Wire(port) as wire:
        wire.lose_answers(0.5, seed=7)
        lost = 0
        for _ in range(40):
            with client(wire) as line:
                line.sendall(b"POST /sync/v1/hello HTTP/1.1\r\nContent-Length: 0\r\n\r\n")
                try:
                    assert line.recv(1) == b"H"
                except ConnectionResetError:
                    lost += 1
        passed = wire.passed()
        assert len(heard) == passed.requests == 40
        assert lost == passed.lost
        assert 8 <= lost <= 32


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1's name that signs itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    paths = tmp_path / "cert.pem", tmp_path / "key.pem"
    paths[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return paths


class _CountingEnd:
    """What one end of a TLS exchange wrote and read below the encryption."""

    def __init__(self, context: ssl.SSLContext, line: socket.socket) -> None:
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = context.wrap_bio(self.incoming, self.outgoing, server_hostname="localhost")
        self.line, self.wrote, self.read = line, 0, 0

    def run(self, step: Callable[[], object]) -> object:
        while True:
            try:
                done = step()
            except ssl.SSLWantReadError:
                self._flush()
                data = self.line.recv(65_536)
                self.read += len(data)
                self.incoming.write(data)
            else:
                self._flush()
                return done

    def _flush(self) -> None:
        data = self.outgoing.read()
        self.wrote += len(data)
        self.line.sendall(data)


def test_tls_passes_through_and_counts_as_it_stands_on_the_line(certificate: tuple[Path, Path]) -> None:
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(*certificate)

    def secure_echo(connection: socket.socket) -> None:
        with serving.wrap_socket(connection, server_side=True) as inside:
            inside.sendall(inside.recv(100).upper())

    trusting = ssl.create_default_context(cafile=str(certificate[0]))
    with listening(secure_echo) as port, Wire(port) as wire, client(wire) as line:
        end = _CountingEnd(trusting, line)
        end.run(end.tls.do_handshake)
        end.run(lambda: end.tls.write(b"post / HTTP/1.1\r\n\r\n"))
        assert end.run(lambda: end.tls.read(100)) == b"POST / HTTP/1.1\r\n\r\n"
        assert end.tls.version() == "TLSv1.3"
        assert until(lambda: wire.passed().up == end.wrote)
        passed = wire.passed()
        assert passed.requests == 0
        assert passed.down >= end.read > 500
