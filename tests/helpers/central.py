"""A central server for tests: in this process or as real processes, and a laptop reduced to what it says."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from emis_desktop.models import Base
from emis_desktop.rules.clock import actor_number
from emis_desktop.rules.spoken_code import read
from emis_desktop.state_hash import Stored
from sync.facets import Catalogue
from sync.operations import Ack, Act, Batch, Op, Page
from sync.protocol.acks import ack_of
from sync.protocol.batches import encode_batch
from sync.protocol.messages import (
    Hello,
    JoinAnswer,
    JoinAsk,
    Refusal,
    Upload,
    Want,
    Welcome,
    decode,
    decode_plain,
    encode,
)
from sync.protocol.packing import join, split
from sync.protocol.pages import decode_page
from sync.protocol.signing import by_device, by_token, join_text, request_text, text64
from sync.protocol.subscription import subscription_of
from sync.protocol.versions import SCHEMA
from sync.server.main import main

ROOT = Path(__file__).resolve().parents[2]
MINISTRY = "Ministry of Examples"


@dataclass(frozen=True, slots=True)
class Server:
    """The data folder and database of a server that was set up."""

    home: Path
    database: str

    @property
    def environment(self) -> dict[str, str]:
        """What its processes run in."""
        mine = {"EMIS_HOME": str(self.home), "EMIS_DATABASE_URL": self.database, "EMIS_USER": "tester"}
        return {**os.environ, **mine}

    def command(self, *arguments: str, code: int = 0, environment: Mapping[str, str] | None = None) -> Any:  # noqa: ANN401 - whatever JSON says
        """What a command prints as JSON; its exit code is checked."""
        out, err = StringIO(), StringIO()
        got = main([*arguments, "--json"], out=out, err=err, environment=environment or self.environment)
        assert got == code, (got, out.getvalue(), err.getvalue())
        return json.loads(out.getvalue())

    def code(self, school: str = "GD-001", *more: str) -> str:
        """A new one-time code for a school."""
        return str(self.command("enrol", "--school", school, "--name", f"School {school}", *more)["code"])

    @contextlib.contextmanager
    def running(self, *arguments: str) -> Iterator[Running]:
        """The server as a process of its own, ended with SIGTERM."""
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "sync.server", "run", "--port", "0", "--json", *arguments],
            cwd=ROOT, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line:
            raise RuntimeError(f"the server did not start: {process.communicate()[1]}")
        running = Running(process, int(json.loads(line)["port"]))
        try:
            running.wait()
            yield running
        finally:
            running.stop()


def set_up(home: Path, database: str) -> Server:
    """A server with identity, keys and an empty database."""
    server = Server(home, database)
    server.command("init", "--name", MINISTRY, "--profile", "GD")
    return server


@dataclass(slots=True)
class Running:
    """A server that serves. ``log`` has its lines once it has ended."""

    process: subprocess.Popen[str]
    port: int
    log: str = ""

    def wait(self) -> None:
        """Wait until it answers."""
        until = time.monotonic() + 60
        while True:
            with contextlib.suppress(OSError):
                if self.get("/healthz").status == 200:
                    return
            if self.process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"the server does not answer: {self.process.communicate()[1]}")
            time.sleep(0.05)

    def get(self, target: str) -> Answer:
        """One GET on a connection of its own."""
        return request(self.port, "GET", target)

    def stop(self) -> int:
        """End it politely; returns its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            self.log = self.process.communicate(timeout=60)[1]
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.log = self.process.communicate()[1]
        return self.process.returncode


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer over HTTP; heads as they came."""

    status: int
    heads: Mapping[str, str]
    body: bytes

    @property
    def reason(self) -> str:
        """Why it was refused."""
        return decode_plain(Refusal, self.body).reason


def request(
    port: int, method: str, target: str, body: bytes = b"", heads: Mapping[str, str] | None = None
) -> Answer:
    """One request on a connection of its own, with no heads but the needed ones."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.putrequest(method, target, skip_accept_encoding=True)
        for name, value in (heads or {}).items():
            connection.putheader(name, value)
        if body or method in {"POST", "PUT"}:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body or None)
        got = connection.getresponse()
        return Answer(got.status, {name.lower(): value for name, value in got.getheaders()}, got.read())
    finally:
        connection.close()


def _box_key() -> bytes:
    return X25519PrivateKey.generate().public_key().public_bytes_raw()


@dataclass(slots=True)
class Laptop:
    """What a laptop says to a server, without a store."""

    port: int
    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    standing: bytes = field(default_factory=lambda: os.urandom(16))
    box_key: bytes = field(
        default_factory=lambda: X25519PrivateKey.generate().public_key().public_bytes_raw()
    )
    joined: JoinAnswer | None = None
    server: bytes = b""
    generation: int = 1
    nonce: bytes = b""
    history: bytes = b""
    cursor: int = 0
    tag: bytes = b""
    token: str = ""
    subscription: bytes = b""
    stamp: int = field(default_factory=lambda: (time.time_ns() // 1_000_000) << 16)

    @property
    def site(self) -> UUID:
        """Who it is since it joined."""
        assert self.joined is not None
        return self.joined.site

    def join_ask(self, code: str, name: str = "Office laptop", **more: object) -> JoinAsk:
        """What it says to join."""
        secret, public = bytes(read(code, 10, "code")), self.key.public_key().public_bytes_raw()
        ask = JoinAsk(
            code=secret,
            name=name,
            sign_key=public,
            box_key=self.box_key,
            standing=self.standing,
            profile="GD",
            schema=SCHEMA,
            wall_ms=time.time_ns() // 1_000_000,
            proof=self.key.sign(join_text(secret, public, self.box_key, self.standing)),
        )
        return JoinAsk(**{**{name: getattr(ask, name) for name in ask.__struct_fields__}, **more})

    def try_join(self, code: str, **more: object) -> Answer:
        """Join, whatever the answer."""
        return request(self.port, "POST", "/sync/v1/join", encode(self.join_ask(code, **more)))

    def join(self, code: str, **more: object) -> JoinAnswer:
        """Join."""
        answer = self.try_join(code, **more)
        assert answer.status == 200, answer
        self.joined = decode(JoinAnswer, answer.body)
        self.server = self.joined.server
        self.subscription = subscription_of(self.joined.node, self.joined.classes)
        return self.joined

    def signed(self, method: str, target: str, body: bytes = b"", text_body: bytes | None = None) -> str:
        """The head that signs a request."""
        text = request_text(method, target, body if text_body is None else text_body, self.server)
        return by_device(self.site, self.key.sign(text))

    def hello_body(self, batch: Batch | None = None, **more: object) -> bytes:
        """A hello, and a small batch with it."""
        hello = Hello(
            protocol=1,
            schema=SCHEMA,
            generation=self.generation,
            nonce=self.nonce,
            history=self.history,
            cursor=self.cursor,
            cursor_tag=self.tag,
            root=b"",
            subscription=self.subscription,
            wall_ms=time.time_ns() // 1_000_000,
            wants=int(Want.PAGE | Want.TOKEN),
        )
        hello = Hello(**{**{name: getattr(hello, name) for name in hello.__struct_fields__}, **more})
        return join(encode(hello), *(() if batch is None else (encode_batch(batch),)))

    def try_hello(self, batch: Batch | None = None, **more: object) -> Answer:
        """Say hello, whatever the answer."""
        body = self.hello_body(batch, **more)
        heads = {"Authorization": self.signed("POST", "/sync/v1/hello", body)}
        return request(self.port, "POST", "/sync/v1/hello", body, heads)

    def hello(self, batch: Batch | None = None, **more: object) -> tuple[Welcome, Page | None]:
        """Say hello and take over what the welcome hands."""
        answer = self.try_hello(batch, **more)
        assert answer.status == 200, answer
        return self.take(answer)

    def take(self, answer: Answer) -> tuple[Welcome, Page | None]:
        """Take over a welcome."""
        frames = split(answer.body)
        welcome = decode(Welcome, frames[0])
        self.nonce, self.generation, self.token = welcome.nonce, welcome.generation, welcome.token
        self.history = welcome.history
        return welcome, decode_page(frames[1]) if len(frames) > 1 else None

    def get(self, target: str, **heads: str) -> Answer:
        """A GET with the token."""
        given = {name.replace("_", "-"): value for name, value in heads.items()}
        return request(self.port, "GET", target, heads={"Authorization": by_token(self.token), **given})

    def put(self, batch: Batch, start: int = 0, end: int | None = None) -> Answer:
        """Send a batch, or the part of it from ``start`` to before ``end``."""
        body = encode_batch(batch)
        piece = body[start:end]
        span = f"{start}-{start + len(piece) - 1}" if piece else "*"
        heads = self.put_heads(body, f"{span}/{len(body)}")
        return request(self.port, "PUT", f"/sync/v1/up/{text64(batch.id)}", piece, heads)

    def put_heads(self, body: bytes, span: str) -> dict[str, str]:
        """The heads of an upload."""
        return {
            "Authorization": by_token(self.token),
            "Content-Range": f"bytes {span}",
            "X-Sha256": sha256(body).hexdigest(),
        }

    def batch(self, *ops: Op, user: UUID | None = None, verb: str = "edit", **more: object) -> Batch:
        """One act of these operations."""
        self.stamp += 1 << 16
        acts = (Act(0, user or uuid4(), verb, self.stamp),)
        made = Batch(
            id=os.urandom(16),
            actor=actor_number(self.site, self.generation),
            schema=SCHEMA,
            cursor=self.cursor,
            history=self.history or bytes(8),
            acts=acts,
            ops=ops,
        )
        return replace(made, **more)


CATALOGUE = Catalogue.of(Base.metadata)


def inserted(facet: str, row: UUID, act: int = 0, **values: Stored) -> Op:
    """An insert of a row's facet: what is not given is empty."""
    names = [column.name for column in CATALOGUE.facet(facet).columns]
    assert set(values) <= set(names), set(values) - set(names)
    return Op(act, facet, row, insert=True, values={**dict.fromkeys(names), **values})


def beginning(laptop: Laptop, user: UUID) -> list[Op]:
    """The first act of a school's store: the school, and who works there."""
    assert laptop.joined is not None
    assert laptop.joined.institution is not None
    school = laptop.joined.institution
    return [
        inserted("institution", school, code="GD-001", name="A school"),
        inserted("user", user, name="The principal", role="principal", institution_id=school.bytes),
    ]


def people(count: int, act: int = 0) -> list[Op]:
    """Invented people."""
    return [
        inserted("person", uuid4(), act, given_names=f"Given {n}", family_name=f"Family {n}", synthetic=1)
        for n in range(count)
    ]


def ack_in(answer: Answer) -> Ack:
    """The acknowledgement in the answer to an upload."""
    assert answer.status == 200, answer
    upload = decode(Upload, answer.body)
    assert upload.ack is not None
    return ack_of(upload.ack)
