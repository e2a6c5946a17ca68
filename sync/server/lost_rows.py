"""What a school may bring back of other schools, to a server that went back in time.

A school reads its pupils' history elsewhere: it may be the last that has it, and its own rows name it. Where
the server has such a row, the school that it lies at decides, as ever.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Final

from emis_desktop.state_hash import Stored
from sync.server.access import HISTORY
from sync.server.model import ServerModel
from sync.server.named_rows import went_back
from sync.server.raw import Raw
from sync.server.states import Key

TESTS: Final = frozenset({"assessment_item"})
"""What a school sees of another only where a mark of its pupil names it, a lost one as well."""
Coming = Mapping[Key, Mapping[str, Stored]]
"""Rows that are brought, by table and id."""


class LostRows:
    """What of the rows that one site brings the server may have lost, although they are another school's."""

    def __init__(self, raw: Raw, model: ServerModel, *, returning: bool) -> None:
        self._raw = raw
        self._model = model
        self._returning = returning
        self._named: frozenset[Key] | None = None

    @cached_property
    def may_be(self) -> bool:
        """Whether rows are brought back to a server that may have lost them."""
        return self._returning and went_back(self._raw)

    def of_history(self, key: Key, coming: Coming, holds: Callable[[Stored], bool]) -> bool:
        """Whether a row is of the history of somebody whom the site holds, or is named by that: a test by its
        mark.
        """
        if not self.may_be:
            return False
        if key[0] in HISTORY:
            return self._is_history(key, coming, holds)
        if self._named is None:
            self._named = frozenset(
                (target, row)
                for one, values in coming.items()
                if one[0] in HISTORY and self._is_history(one, coming, holds)
                for column, target in self._model.closed_references[one[0]]
                if isinstance(row := values.get(column), bytes)
            )
        return key in self._named

    @staticmethod
    def _is_history(key: Key, coming: Coming, holds: Callable[[Stored], bool]) -> bool:
        return key in coming and holds(coming[key].get(HISTORY[key[0]]))
