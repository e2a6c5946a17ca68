"""What can be wrong with bytes from elsewhere."""

from __future__ import annotations

from typing import Final

from emis_desktop.errors import N_, EmisError

_NOT_UNDERSTOOD: Final = N_(
    "What came over the line could not be read ({detail}). Nothing was changed. It is asked for again at the"
    " next synchronisation."
)
_OTHER_VERSION: Final = N_(
    "What came over the line was written by another version of the program ({detail}). Nothing was changed."
    " An update of the program brings the two together."
)


class BadMessage(EmisError):
    """Bytes that are no message of this protocol: cut, changed, too large. ``detail`` is for logs."""

    def __init__(self, detail: str) -> None:
        """``detail``: what is wrong, in English."""
        super().__init__(_NOT_UNDERSTOOD, detail=detail)
        self.detail = detail


class OtherVersion(EmisError):
    """Bytes of a version of protocol, dictionary or schema that this program cannot read."""

    def __init__(self, detail: str) -> None:
        """``detail``: which version, in English."""
        super().__init__(_OTHER_VERSION, detail=detail)
        self.detail = detail
