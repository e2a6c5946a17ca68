"""Who hears that records have changed: by an act of this program, or of another at work on the same store."""

from __future__ import annotations

import logging
from collections.abc import Callable

from sqlalchemy import Connection

from emis_desktop.journal import Changed, newest_act, news_since, received_count
from emis_desktop.models import Base, synced_tables

log = logging.getLogger(__name__)


class Announcer:
    """Tells listeners of each act once, on the thread that found it. Safe to use from any thread."""

    def __init__(self) -> None:
        self._listeners: list[Callable[[Changed], None]] = []
        self._seen: int | None = None
        self._own: set[int] = set()
        self._received = 0
        self._brought = 0

    def subscribe(self, listener: Callable[[Changed], None]) -> Callable[[], None]:
        """Call ``listener`` from now on; returns the way out."""
        self._listeners.append(listener)

        def leave() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return leave

    def silence(self) -> None:
        """Tell nobody any more."""
        self._listeners.clear()

    def committed(self, changed: Changed) -> None:
        """An act of this program is in the store."""
        if self._seen is not None:
            self._own.add(changed.act)
        self.tell(changed)

    def received(self, tables: frozenset[str]) -> None:
        """This program has committed something from elsewhere; ``tables`` may be empty."""
        self._brought += 1
        if tables:
            self.tell(Changed(tables, 0))

    def look(self, connection: Connection) -> Changed | None:
        """What others have changed since the last look, ``None`` for nothing; the first look has no news.

        What another program received is not told by table: then all that are exchanged are named.
        """
        received = received_count(connection)
        if self._seen is None:
            self._seen = newest_act(connection)
            self._received, self._brought = received, 0
            return None
        own = frozenset(self._own)
        news = news_since(connection, self._seen, own)
        self._seen = news.newest
        self._own -= own
        tables = news.tables
        if received > self._received + self._brought:
            tables = frozenset(table.name for table in synced_tables(Base.metadata))
        self._received, self._brought = received, 0
        return Changed(tables, news.newest) if tables else None

    def tell(self, changed: Changed) -> None:
        """Tell every listener; one that fails harms nobody."""
        for listener in tuple(self._listeners):
            try:
                listener(changed)
            except Exception:
                log.exception("a listener failed after act %s", changed.act)
