"""Real laptops and a real server with a reverse proxy and TLS between them: the project's own small one, and
nginx and HAProxy with the settings that the operator's guide prints, where they are on the machine.
"""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from emis_desktop.errors import EmisError
from resources.words import Words
from sync.engine.backoff import Patience
from sync.engine.line import CertificateFault
from sync.engine.refusals import ServerRefused
from sync.tls import Trust
from tests.helpers import stores
from tests.helpers.central import Running, Server, set_up
from tests.helpers.certificates import Authority, Issued
from tests.helpers.ports import free_port
from tests.helpers.proxy import Proxy
from tests.helpers.stores import StoreLaptop
from tests.helpers.wire import Wire

GUIDE = Path(__file__).resolve().parents[3] / "docs" / "operators-guide.md"
ONCE = Patience(tries=1)
BIG = [os.urandom(9).hex() for _ in range(1_500)]
"""Names that pack badly: some 40 kB."""


@dataclass
class World:
    """A server that serves behind proxies, and an authority."""

    server: Server
    running: Running
    folder: Path
    authority: Authority
    certificate: Issued
    count: int = 0

    @property
    def trust(self) -> Trust:
        return Trust(self.authority.file)

    def laptop(self, port: int, school: str = "GD-001", trust: Trust | None = None) -> StoreLaptop:
        self.count += 1
        url, code = f"https://localhost:{port}", self.server.code(school)
        return stores.join(self.folder, f"laptop{self.count}", self.count, url, code, trust or self.trust)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("proxy")
    server = set_up(folder / "server", f"sqlite:///{folder / 'server' / 'central.db'}")
    authority = Authority(folder)
    with server.running("--behind", "127.0.0.1") as running:
        yield World(server, running, folder, authority, authority.issue("localhost"))


# -- The proxies -----------------------------------------------------------------------------------


@contextmanager
def own(world: World, _folder: Path) -> Iterator[int]:
    with Proxy(world.running.port, world.certificate.both) as proxy:
        yield proxy.port


def printed(mark: str) -> str:
    """The settings of the guide that begin with that line, as they stand there."""
    lines = GUIDE.read_text("utf-8").split("\n")
    start = next(number for number, line in enumerate(lines) if line.strip() == mark)
    block = []
    for line in lines[start:]:
        if line and not line.startswith("    "):
            break
        block.append(line[4:])
    return "\n".join(block)


@contextmanager
def nginx(world: World, folder: Path) -> Iterator[int]:
    port = free_port()
    site = printed("server {")
    for before, after in {
        "listen 443 ssl": f"listen 127.0.0.1:{port} ssl",
        "emis.example.org": "localhost",
        "/etc/ssl/emis/chain.pem": str(world.certificate.chain),
        "/etc/ssl/emis/key.pem": str(world.certificate.key),
        "127.0.0.1:8765": f"127.0.0.1:{world.running.port}",
    }.items():
        assert before in site
        site = site.replace(before, after)
    temporary = "".join(
        f"{name}_temp_path {folder / name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    main = f"daemon off; pid {folder / 'pid'}; error_log {folder / 'error.log'}; events {{}}\n"
    who = "user root;\n" if folder.owner() == "root" else ""
    (folder / "nginx.conf").write_text(f"{who}{main}http {{ access_log off; {temporary}\n{site}\n}}\n")
    yield from _process(["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf")], port)


@contextmanager
def haproxy(world: World, folder: Path) -> Iterator[int]:
    port = free_port()
    text = printed("defaults")
    for before, after in {
        ":443": f"127.0.0.1:{port}",
        "/etc/ssl/emis/both.pem": str(world.certificate.both),
        "127.0.0.1:8765": f"127.0.0.1:{world.running.port}",
    }.items():
        assert before in text
        text = text.replace(before, after)
    (folder / "haproxy.cfg").write_text(text)
    yield from _process(["haproxy", "-db", "-f", str(folder / "haproxy.cfg")], port)


def _process(command: list[str], port: int) -> Iterator[int]:
    program = shutil.which(command[0]) or shutil.which(command[0], path="/usr/sbin:/usr/local/sbin")
    if program is None:
        pytest.skip(f"{command[0]} is not on this machine; the project's own proxy does what it does")
    with subprocess.Popen([program, *command[1:]], stderr=subprocess.PIPE, text=True) as process:
        try:
            _wait(port, process)
            yield port
        finally:
            process.terminate()
            process.communicate(timeout=30)


def _wait(port: int, process: "subprocess.Popen[str]") -> None:
    until = time.monotonic() + 20
    while True:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        assert process.poll() is None, process.communicate()[1]
        assert time.monotonic() < until
        time.sleep(0.05)


@pytest.fixture(params=[own, nginx, haproxy], ids=["own", "nginx", "haproxy"])
def port(request: pytest.FixtureRequest, world: World, tmp_path: Path) -> Iterator[int]:
    """Where a proxy listens, one kind after the other."""
    with request.param(world, tmp_path) as listening:
        yield listening


# -- What laptops do through them ------------------------------------------------------------------


def in_words(fault: EmisError) -> str:
    return fault.text(Words.load("en"))


def test_two_laptops_come_to_hold_the_same_through_a_proxy(world: World, port: int) -> None:
    url = f"https://localhost:{port}"
    one, other = world.laptop(port), world.laptop(port)
    one.write(BIG)
    sent = one.sync(url)
    assert sent.ops_sent >= len(BIG)
    assert sent.requests >= 2, "it is too much for a hello"
    other.sync(url)
    one.sync(url)
    assert set(BIG) <= other.names()
    assert one.state() == other.state()
    assert other.sync(url).requests == 1


def test_what_came_before_a_cut_is_kept_behind_a_proxy_that_passes_it_on(world: World, port: int) -> None:
    laptop = world.laptop(port, f"GD-1{world.count}")
    laptop.patience = Patience(first=1.5, most=1.5, tries=10)  # so long a server may take to see a cut
    laptop.write(BIG)
    with Wire(port) as wire:
        wire.shape(bps=400_000)  # what comes slower than a proxy passes it on
        wire.cut_at([16_000, 24_000])
        done = laptop.sync(f"https://localhost:{wire.port}")
        assert len(wire.passed().cuts) == 2
    assert done.resumed >= 1
    assert laptop.figures()["waiting"] == 0


def test_a_pin_beside_the_authority_and_a_pin_alone(world: World, port: int) -> None:
    pin = world.certificate.pin
    for trust in (Trust(world.authority.file, pin), Trust(pin=pin)):
        laptop = world.laptop(port, "GD-003", trust)
        assert laptop.sync(f"https://localhost:{port}").requests >= 1
        laptop.trust = Trust(trust.ca, bytes(32))
        laptop.write(["not for a stranger"])
        with pytest.raises(CertificateFault, match="another key"):
            laptop.sync(f"https://localhost:{port}")


# -- Certificates that are not to be trusted -------------------------------------------------------


def test_no_certificate_but_the_right_one_is_trusted(world: World, tmp_path: Path) -> None:
    with Proxy(world.running.port, world.certificate.both) as proxy:
        laptop = world.laptop(proxy.port, "GD-004")
    laptop.patience = ONCE
    laptop.write(["kept here"])
    stranger = Authority(tmp_path, "Another authority")
    for certificate, words in (
        (stranger.issue("localhost"), "could not prove that it is the ministry"),
        (world.authority.issue("other.example.org"), "could not prove that it is the ministry"),
        (world.authority.issue("localhost", over=True), "does not hold today"),
    ):
        with Proxy(world.running.port, certificate.both) as proxy:
            with pytest.raises(CertificateFault) as fault:
                laptop.sync(f"https://localhost:{proxy.port}")
            assert words in in_words(fault.value)
            assert "Nothing was sent" in in_words(fault.value)
            assert proxy.seen == {}
    laptop.trust = Trust()  # the system's list does not know a private authority
    with Proxy(world.running.port, world.certificate.both) as proxy, pytest.raises(CertificateFault):
        laptop.sync(f"https://localhost:{proxy.port}")
    assert laptop.figures()["waiting"] == 1
    assert "kept here" in laptop.names()


def test_joining_through_a_stranger_tells_the_code_to_nobody(world: World, tmp_path: Path) -> None:
    stranger, code = Authority(tmp_path, "Another authority"), world.server.code("GD-005")
    with Proxy(world.running.port, stranger.issue("localhost").both) as proxy:
        with pytest.raises(CertificateFault):
            stores.join(tmp_path, "new", 99, f"https://localhost:{proxy.port}", code, world.trust)
        assert proxy.seen == {}
    with Proxy(world.running.port, world.certificate.both) as proxy:
        stores.join(tmp_path, "new", 99, f"https://localhost:{proxy.port}", code, world.trust)


# -- What else a proxy does ------------------------------------------------------------------------


def test_a_proxy_that_keeps_bodies_back_costs_bytes_and_no_work(world: World) -> None:
    with Proxy(world.running.port, world.certificate.both, buffering=True) as proxy:
        laptop = world.laptop(proxy.port, "GD-006")
        laptop.write(BIG)
        with Wire(proxy.port) as wire:
            wire.cut_at([16_000])
            done = laptop.sync(f"https://localhost:{wire.port}")
            assert len(wire.passed().cuts) == 1
        assert done.resumed == 0, "it kept nothing of what came"
        assert laptop.figures()["waiting"] == 0


def test_a_connection_that_the_proxy_ends_after_each_answer(world: World) -> None:
    with Proxy(world.running.port, world.certificate.both, answers=1) as proxy:
        laptop = world.laptop(proxy.port, "GD-007")
        laptop.write(BIG)
        laptop.sync(f"https://localhost:{proxy.port}")
        assert laptop.figures()["waiting"] == 0
        assert set(proxy.seen) <= {200, 204, 206, 308}


def test_a_limit_of_the_proxy_is_told_and_nothing_is_lost(world: World) -> None:
    with Proxy(world.running.port, world.certificate.both) as proxy:
        laptop = world.laptop(proxy.port, "GD-008")
    laptop.write(BIG)
    laptop.patience = Patience(first=0.01, most=0.05, tries=3)
    with Proxy(world.running.port, world.certificate.both, most=4_000) as proxy:
        with pytest.raises(ServerRefused) as refused:
            laptop.sync(f"https://localhost:{proxy.port}")
        assert refused.value.reason == "too_large"
        assert "lets through" in in_words(refused.value)
        assert 413 in proxy.seen
    assert laptop.figures()["waiting"] >= 1
    with Proxy(world.running.port, world.certificate.both) as proxy:
        laptop.sync(f"https://localhost:{proxy.port}")
    assert laptop.figures()["waiting"] == 0


def test_while_the_server_starts_again_its_proxy_says_so_and_the_laptop_waits(tmp_path: Path) -> None:
    server = set_up(tmp_path / "server", f"sqlite:///{tmp_path / 'server' / 'central.db'}")
    authority, behind = Authority(tmp_path), str(free_port())
    certificate, trust = authority.issue("localhost"), Trust(authority.file)
    with Proxy(int(behind), certificate.both) as proxy:
        url = f"https://localhost:{proxy.port}"
        with server.running("--port", behind):
            laptop = stores.join(tmp_path, "laptop", 1, url, server.code(), trust)
        laptop.write(["typed while it was away"])
        laptop.patience = ONCE
        with pytest.raises(EmisError, match="saved here"):
            laptop.sync(url)
        assert proxy.seen[502] == 1
        with server.running("--port", behind):
            laptop.sync(url)
        assert laptop.figures() | {"cursor": 0} == {"generation": 1, "waiting": 0, "parked": 0, "cursor": 0}


def test_wrong_codes_count_by_the_address_that_the_proxy_tells(world: World) -> None:
    spoilt = "R8A60-DMWY7-AP7KC-42D0K"
    with ExitStack() as stack:
        near, far = (
            stack.enter_context(Proxy(world.running.port, world.certificate.both, came_from=each))
            for each in ("192.0.2.1", "192.0.2.2")
        )
        answers = [_tried(world, near, spoilt) for _ in range(6)]
        assert answers == [*["code_wrong"] * 5, "rate"]
        assert _tried(world, far, spoilt) == "code_wrong", "somebody else's tries do not count"


def _tried(world: World, proxy: Proxy, code: str) -> str:
    try:
        stores.join(world.folder, "nobody", 98, f"https://localhost:{proxy.port}", code, world.trust, ONCE)
    except ServerRefused as refused:
        return refused.reason
    except EmisError as fault:
        return "rate" if "busy" in in_words(fault) else repr(fault)
    return "joined"
