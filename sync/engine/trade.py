"""Handing keys of sealed classes between the laptops of a school: one or two small requests, and rarely."""

from __future__ import annotations

from typing import Final, Protocol

from emis_desktop.database import Database
from emis_desktop.keyring.class_exchange import ClassKeys
from sync.client import class_keys
from sync.engine.calls import KEYS, Call, Caller
from sync.engine.line import Steps
from sync.protocol.messages import KeysAnswer, Welcome, decode, encode

NOTICE: Final = "keys"


class KeyTrade(Protocol):
    """What somebody who reads a sealed class has to show, to give and to take."""

    def wants(self) -> bool:
        """Whether such a person is signed in."""
        ...

    def due(self, newest: int) -> bool:
        """Whether there is something to show, or the server has something newer."""
        ...

    def first(self) -> bytes:
        """The first request."""
        ...

    def take(self, answer: bytes) -> bytes | None:
        """Keep what the answer brings; the next request, None for none."""
        ...


class LocalKeyTrade:
    """The same over an open store and the keys of whoever is signed in."""

    def __init__(self, db: Database, keys: ClassKeys) -> None:
        """``keys`` are used, not copied."""
        self._db = db
        self._keys = keys

    def wants(self) -> bool:
        """Whether somebody who reads a sealed class is signed in."""
        return any(True for _ in self._keys.shown())

    def due(self, newest: int) -> bool:
        """Whether there is something to show, or the server has something newer."""
        return class_keys.due(self._db, self._keys, newest)

    def first(self) -> bytes:
        """The first request."""
        return encode(class_keys.first_ask(self._db, self._keys))

    def take(self, answer: bytes) -> bytes | None:
        """Keep what the answer brings; the next request."""
        following = class_keys.take(self._db, self._keys, decode(KeysAnswer, answer))
        return None if following is None else encode(following)


def trade_keys(caller: Caller, trade: KeyTrade, welcome: Welcome) -> Steps[bool]:
    """Show, give and take keys where the welcome says that it is time.

    True: it is, and there is no token yet, which would cost bytes with every hello.
    """
    newest = next((notice.number for notice in welcome.notices if notice.kind == NOTICE), None)
    if newest is None or not trade.due(newest):
        return False
    if not caller.token:
        return True
    body: bytes | None = trade.first()
    for _ in range(2):
        if body is None:
            break
        response = yield from caller.call(Call("POST", KEYS, body))
        body = trade.take(response.body)
    return False
