"""What a verb of the journal is made of."""

from __future__ import annotations

from dataclasses import dataclass

from emis_desktop.errors import N_
from emis_desktop.rules.rights import Right


@dataclass(frozen=True, slots=True)
class Verb:
    """One verb. ``table`` is what the act is about: its changed rows are counted and named.

    ``one`` may use the fields that describe a row of ``table`` ({pupil}, {subject}, {item}, {mark},
    {name}); ``many`` is used from two rows on, with {n}. ``right`` None: it can never be undone, and
    ``never`` says so.
    """

    table: str
    one: str
    many: tuple[str, str] | None = None
    right: Right | None = None
    never: str = N_("That cannot be undone. Change it by hand.")
    made: bool = False
    """Only rows that the act made are counted, not those that it changed."""
    pupils: bool = False
    """Pupils are counted, whichever rows of their records the act made or changed."""

    @property
    def undoable(self) -> bool:
        """Whether the act can be taken back."""
        return self.right is not None
