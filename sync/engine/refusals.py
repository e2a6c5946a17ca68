"""What the server refuses, in words: each reason of the protocol with what to do."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from emis_desktop.errors import N_, EmisError, Refused
from sync.protocol.errors import BadMessage
from sync.protocol.messages import Refusal, decode_plain

_OTHER: Final = N_(
    "The ministry’s server refused ({reason}). Everything is saved on this laptop; tell the ministry if it "
    "stays so."
)
REASONS: Final = MappingProxyType(
    {
        "revoked": N_(
            "The ministry has ended this laptop’s access. Everything typed is kept here; ask the ministry "
            "what to do."
        ),
        "lost": N_("The ministry has marked this laptop as lost. Ask the ministry what to do."),
        "stolen": N_("The ministry has marked this laptop as stolen. Ask the ministry what to do."),
        "unknown_site": N_(
            "The server does not know this laptop. Everything is saved here; ask the ministry for a new code "
            "and join again."
        ),
        "wrong_server": N_(
            "This is not the server that this laptop belongs to. Nothing was sent; check the address."
        ),
        "too_old": N_(
            "This program is too old for the ministry’s server. Everything is saved here; install the newest "
            "EMIS Desktop, then it is sent."
        ),
        "too_new": N_(
            "The ministry’s server is older than this program. Everything is saved here and will be sent "
            "when the server is brought up to date."
        ),
        "code_wrong": N_("The server does not know that code. Compare it with the paper."),
        "code_used": N_("That code was used before. Ask the ministry for a new one."),
        "code_expired": N_("That code has run out. Ask the ministry for a new one."),
        "other_school": N_(
            "That code is for another school than the records on this laptop. Nothing was changed; ask the "
            "ministry for the code of this school."
        ),
        "other_country": N_(
            "That code is of another country than the records on this laptop. Nothing was changed; ask the "
            "ministry."
        ),
        "bad_signature": N_(
            "The server does not take this laptop’s signature. Everything is saved here; ask the ministry "
            "for a new code and join again."
        ),
        "too_large": N_(
            "What waits here is more at once than the ministry’s server, or a proxy in front of it, lets "
            "through. Everything is saved on this laptop; tell the ministry."
        ),
        "rate": N_("There were too many tries. Wait ten minutes, then try again."),
    }
)
TOO_LARGE: Final = 413
"""The one status that a proxy in front gives of its own accord and that has words of ours."""
FINAL: Final = frozenset(
    {"revoked", "lost", "stolen", "unknown_site", "wrong_server", "too_old", "bad_signature"}
)
"""Reasons that only a person can do something about: it is not tried again by itself."""
_FIELDS = {
    "code_wrong": "code",
    "code_used": "code",
    "code_expired": "code",
    "other_school": "code",
    "rate": "code",
}


class ServerRefused(Refused):
    """The server understood and refused. ``reason`` is its key, ``detail`` whatever it added."""

    def __init__(self, refusal: Refusal) -> None:
        """For a refusal as it came."""
        super().__init__(
            REASONS.get(refusal.reason, _OTHER), field=_FIELDS.get(refusal.reason), reason=refusal.reason
        )
        self.reason = refusal.reason
        self.detail = refusal.detail


class NoToken(EmisError):
    """The token has run out or is of another server: another hello gives a new one."""

    def __init__(self) -> None:
        super().__init__(_OTHER, reason="token")


class Gone(EmisError):
    """What was asked for is not there any more: begin it anew."""

    def __init__(self) -> None:
        super().__init__(_OTHER, reason="gone")


def refusal_of(status: int, body: bytes) -> EmisError:
    """The refusal in an answer of that status."""
    try:
        refusal = decode_plain(Refusal, body)
    except BadMessage:
        refusal = Refusal(reason="too_large" if status == TOO_LARGE else f"http {status}")
    if refusal.reason == "bad_token":
        return NoToken()
    if refusal.reason == "gone" or status == 410:
        return Gone()
    return ServerRefused(refusal)
