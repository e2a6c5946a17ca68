"""Enrolling at the ministry's server with a one-time code: what is asked, what is noted, what is checked."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, delete, insert

from emis_desktop.errors import N_, Refused
from emis_desktop.keyring.device_keys import Contact, DeviceKeys
from emis_desktop.models import JoinedServer
from emis_desktop.rules.spoken_code import read
from sync.client.recovery import other_server
from sync.client.sql import one
from sync.engine.backoff import Backoff, Patience
from sync.engine.line import LineFault, Pause, Request, Response, Steps, ask
from sync.engine.refusals import refusal_of
from sync.place import Applicant
from sync.protocol.errors import BadMessage
from sync.protocol.messages import JoinAnswer, JoinAsk, Who, decode, encode
from sync.protocol.signing import join_text, text64, who_text

JOIN: Final = "/sync/v1/join"
WHO: Final = "/sync/v1/who"
CODE_BYTES: Final = 10
FIELD: Final = "code"
MOST_NAME: Final = 80
_OTHER_SERVER: Final = N_(
    "The server at {address} is not the one that this laptop belongs to. Nothing was sent; check the "
    "address, or ask the ministry."
)
_NO_NAME: Final = N_("Give this laptop a name, such as Office or Staff room, of up to {most} letters.")


def check_code(text: str) -> str:
    """A typed code, whole; raises :class:`Refused` for the field ``code``, naming the group with a slip.

    Needs no line.
    """
    read(text, CODE_BYTES, FIELD)
    return "".join(text.split()).upper()


def check_laptop_name(text: str) -> str:
    """The name of a laptop as it is told to others; raises :class:`Refused` for the field ``laptop``."""
    name = " ".join(text.split())
    if not name or len(name) > MOST_NAME:
        raise Refused(_NO_NAME, field="laptop", most=MOST_NAME)
    return name


def join_steps(
    code: str,
    device: DeviceKeys,
    standing: bytes,
    applicant: Applicant,
    wall_ms: Callable[[], int],
    patience: Patience | None = None,
) -> Steps[JoinAnswer]:
    """Ask the server to take this laptop; asked again with the same keys when the answer was lost.

    Raises :class:`Refused` (field ``code`` where that is why), :class:`~sync.engine.line.LineFault`.
    """
    secret = bytes(read(code, CODE_BYTES, FIELD))
    proven = join_text(secret, device.sign_public, device.box_public, standing)
    body = encode(
        JoinAsk(
            code=secret,
            name=applicant.name,
            sign_key=device.sign_public,
            box_key=device.box_public,
            standing=standing,
            profile=applicant.profile,
            schema=applicant.schema,
            wall_ms=wall_ms(),
            site=applicant.site,
            generation=applicant.generation,
            institution=applicant.institution,
            acts=applicant.acts,
            audit_seq=applicant.audit_seq,
            audit_digest=applicant.audit_digest,
            proof=device.sign(proven),
        )
    )
    response = yield from patiently(Request("POST", JOIN, body=body), patience)
    if response.status != 200:
        raise refusal_of(response.status, response.body)
    return decode(JoinAnswer, response.body)


def patiently(request: Request, patience: Patience | None = None) -> Steps[Response]:
    """One request that may be repeated, tried again where the line fails."""
    backoff = Backoff(patience or Patience())
    while True:
        try:
            return (yield from ask(request))
        except LineFault as fault:
            wait = backoff.next() if fault.again else None
            if wait is None:
                raise
            yield Pause(wait)


def note(
    connection: Connection, answer: JoinAnswer, address: str, pin: bytes | None, laptop: str, standing: bytes
) -> None:
    """Write into the store where it belongs now. A store that joins again keeps nothing of the old place, and
    another server than the one before gets all that that one was sent.
    """
    before = one(connection, "SELECT server_id FROM joined")
    if before is not None and bytes(before) != answer.server:
        other_server(connection)
    connection.execute(delete(JoinedServer))
    connection.execute(
        insert(JoinedServer).values(
            one=1,
            server_id=UUID(bytes=answer.server),
            server_key=answer.server_key,
            server_name=answer.server_name,
            ministry_key=answer.ministry_key,
            url=address,
            pin=pin,
            node=answer.node,
            node_kind=answer.node_kind,
            institution_id=answer.institution,
            institution_name=answer.institution_name,
            role=answer.role,
            classes=json.dumps(list(answer.classes)),
            laptop=laptop,
            joined_at=answer.server_ms,
            contact_at=answer.server_ms,
            limit_days=answer.limit_days,
            phone_anchor=answer.anchor,
            standing=standing,
        )
    )


def contact_of(answer: JoinAnswer, address: str, pin: bytes | None, standing: bytes) -> Contact:
    """What the locked laptop may know."""
    return Contact(answer.site, address, answer.server_key, standing, pin, answer.bundle_key)


def check_answer(answer: JoinAnswer) -> JoinAnswer:
    """Raise :class:`BadMessage` for an answer that nothing could be begun with."""
    sizes = ((answer.server, 16), (answer.server_key, 32), (answer.ministry_key, 32), (answer.anchor, 10))
    if any(len(value) != size for value, size in sizes):
        raise BadMessage("an odd answer to joining")
    return answer


def prove_server(
    address: str, server: UUID, server_key: bytes, is_signed: Callable[[bytes, bytes, bytes], bool]
) -> Steps[None]:
    """Let a server at a new address prove that it is the joined one; raises :class:`Refused` otherwise.

    Nothing of the laptop is told to it.
    """
    challenge = secrets.token_bytes(32)
    response = yield from patiently(Request("GET", f"{WHO}?c={text64(challenge)}"))
    try:
        who = decode(Who, response.body) if response.status == 200 else None
    except BadMessage:
        who = None
    if (
        who is None
        or who.server != server.bytes
        or who.server_key != server_key
        or not is_signed(server_key, who.signature, who_text(challenge))
    ):
        raise Refused(_OTHER_SERVER, field="address", address=address)
