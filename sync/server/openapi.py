"""The description of the endpoints for other programs, made from the messages themselves."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import msgspec

from sync.protocol import leases, messages

TITLE: Final = "EMIS Desktop central server"
PACKED: Final = "application/vnd.emis.packed"
"""A body of ours: JSON arrays packed with zstd and a shared dictionary (protocol reference)."""


class Endpoint(NamedTuple):
    """One method of a path. ``asks`` and ``answers`` are messages, or ``None`` for bytes or nothing.

    ``query``: what stands in it, with a star where it has to.
    """

    path: str
    method: str
    summary: str
    asks: type[msgspec.Struct] | None = None
    answers: type[msgspec.Struct] | None = None
    secured: str = "device"
    query: tuple[str, ...] = ()


ENDPOINTS: Final = (
    Endpoint(
        "/sync/v1/hello",
        "post",
        "Where a laptop stands; a small batch may follow in the body, a small page in the answer.",
        messages.Hello,
        messages.Welcome,
    ),
    Endpoint(
        "/sync/v1/up/{id}",
        "put",
        "A batch, or what is left of it (Content-Range, X-Sha256); 308 tells how much is here.",
        None,
        messages.Upload,
        "token",
    ),
    Endpoint(
        "/sync/v1/down",
        "get",
        "A page of changes (Range, If-Range).",
        secured="token",
        query=("after*", "upto"),
    ),
    Endpoint("/sync/v1/snap", "get", "A snapshot's parts.", None, messages.Manifest, "token", ("since",)),
    Endpoint("/sync/v1/snap/{id}/{number}", "get", "One part (Range, If-Range).", secured="token"),
    Endpoint("/sync/v1/digest", "get", "Sums of all a laptop should hold.", None, messages.Digest, "token"),
    Endpoint("/sync/v1/rows", "post", "Which rows differ.", messages.RowsAsked, messages.RowsFound, "token"),
    Endpoint("/sync/v1/offers", "post", "Rows that the server lost.", secured="token"),
    Endpoint(
        "/sync/v1/keys", "post", "Class keys of a school.", messages.KeysAsk, messages.KeysAnswer, "token"
    ),
    Endpoint("/sync/v1/lease", "post", "A block of numbers.", leases.LeaseAsk, leases.LeaseAnswer, "token"),
    Endpoint(
        "/sync/v1/join",
        "post",
        "Enrol with a one-time code.",
        messages.JoinAsk,
        messages.JoinAnswer,
        "none",
    ),
    Endpoint("/sync/v1/who", "get", "The server signs a challenge.", None, messages.Who, "none", ("c*",)),
    Endpoint("/sync/v1/standing/{token}", "get", "Whether a locked laptop still may.", secured="none"),
    Endpoint(
        "/sync/v1/quarantine", "post", "Sealed work of a laptop that lost its right.", None, messages.Upload
    ),
    Endpoint(
        "/sync/v1/quarantine/{id}",
        "put",
        "The same in parts (Content-Range, X-Sha256).",
        None,
        messages.Upload,
        query=("sha256*",),
    ),
    Endpoint("/healthz", "get", "Whether the server and its database answer.", secured="none"),
    Endpoint("/version", "get", "Versions of program, protocol and schema.", secured="none"),
    Endpoint("/openapi.json", "get", "This description.", secured="none"),
)


def description() -> dict[str, Any]:
    """The OpenAPI 3.1 document."""
    kinds = sorted(
        {kind for one in ENDPOINTS for kind in (one.asks, one.answers) if kind is not None}
        | {messages.Refusal},
        key=lambda kind: kind.__name__,
    )
    _, components = msgspec.json.schema_components(kinds, ref_template="#/components/schemas/{name}")
    paths: dict[str, dict[str, Any]] = {}
    for one in ENDPOINTS:
        paths.setdefault(one.path, {})[one.method] = _operation(one)
    return {
        "openapi": "3.1.0",
        "info": {"title": TITLE, "version": str(messages.PROTOCOL)},
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {
                "device": {
                    "type": "apiKey",
                    "in": "header",
                    "name": "Authorization",
                    "description": "E1 <site> <Ed25519 signature of method, target, body and server>",
                },
                "token": {
                    "type": "apiKey",
                    "in": "header",
                    "name": "Authorization",
                    "description": "T <token>, as a welcome handed it; ten minutes",
                },
            },
        },
    }


def _operation(one: Endpoint) -> dict[str, Any]:
    made: dict[str, Any] = {"summary": one.summary, "responses": _responses(one)}
    names = [part[1:-1] for part in one.path.split("/") if part.startswith("{")]
    asked = [(name, "path", True) for name in names]
    asked += [(name.rstrip("*"), "query", name.endswith("*")) for name in one.query]
    if asked:
        made["parameters"] = [
            {"name": name, "in": place, "required": required, "schema": {"type": "string"}}
            for name, place, required in asked
        ]
    if one.method in {"post", "put"}:
        made["requestBody"] = {"required": True, "content": {PACKED: {"schema": _schema(one.asks)}}}
    if one.secured != "none":
        made["security"] = [{one.secured: []}]
    return made


def _responses(one: Endpoint) -> dict[str, Any]:
    answers = {"content": {PACKED: {"schema": _schema(one.answers)}}} if one.answers else {}
    refusal = {"application/json": {"schema": {"$ref": "#/components/schemas/Refusal"}}}
    return {
        "200": {"description": "Done.", **answers},
        "4XX": {"description": "Refused; the reason is a key.", "content": refusal},
    }


def _schema(kind: type[msgspec.Struct] | None) -> dict[str, Any]:
    if kind is None:
        return {"type": "string", "format": "binary"}
    return {"$ref": f"#/components/schemas/{kind.__name__}"}
