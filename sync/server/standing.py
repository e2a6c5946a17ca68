"""Whether a laptop has seen a log that this database does not have: then the server went back in time.

Nobody has to announce a restore: a cursor beyond the head, or one whose commit has another mark, makes the
server begin another history by itself.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from sync.protocol.messages import Hello
from sync.server.feed import Place, knows, let_go


@dataclass(frozen=True, slots=True)
class Standing:
    """How a laptop stands to the log. ``cursor_holds``: its cursor is a place in it; ``same_history``: it has
    not missed a restore; ``rolled_back``: it has seen what this server lost; ``told_on``: the log still has
    what follows its cursor.
    """

    cursor_holds: bool
    same_history: bool
    rolled_back: bool
    told_on: bool = True


def standing(connection: Connection, log: Place, hello: Hello) -> Standing:
    """How the laptop that says ``hello`` stands to ``log``."""
    within = 0 <= hello.cursor <= log.head
    # A laptop that does not know its commit's mark names none: then only the number can tell.
    holds = within and (not hello.cursor_tag or knows(connection, hello.cursor, hello.cursor_tag))
    same = hello.history in {b"", log.history}
    told_on = hello.cursor >= let_go(connection)
    return Standing(holds, same, rolled_back=same and not holds, told_on=told_on)
