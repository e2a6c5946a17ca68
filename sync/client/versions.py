"""Where a store stands in the server's log, and the version number of a row's last change."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from sqlalchemy import Connection

from sync.client.sql import run
from sync.digest import version_of
from sync.operations import Commit

_MOVE = """UPDATE site SET cursor_tag = iif(cursor = ?, coalesce(?, cursor_tag), ?), cursor = ?
WHERE cursor <= ?"""


class Versions:
    """Looks the version of an entry up."""

    def __init__(self, commits: Sequence[Commit]) -> None:
        self._commits = sorted(commits, key=lambda commit: commit.first)
        self._firsts = [commit.first for commit in self._commits]

    def of(self, seq: int) -> int:
        """The version that the entry ``seq`` gives its row; :class:`LookupError` for one of no commit."""
        at = bisect_right(self._firsts, seq) - 1
        if at < 0 or seq >= self._commits[at].first + self._commits[at].count:
            raise LookupError(f"no commit covers entry {seq}")
        return version_of(seq, self._commits[at].tag)


def move_cursor(connection: Connection, upto: int, tag: bytes | None) -> None:
    """Everything up to the entry ``upto`` is here; ``tag`` is its commit's, ``None``: not known.

    The cursor never goes back, and a tag of another entry never stays with it.
    """
    run(
        connection,
        _MOVE,
        (upto, tag, tag, upto, upto),
    )
