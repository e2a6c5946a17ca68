"""What can be wrong with bytes from elsewhere."""

from __future__ import annotations

from typing import Final

from emis_desktop.errors import N_, EmisError

_NOT_UNDERSTOOD: Final = N_(
    "What came over the line could not be read. Nothing was changed; it is asked for again at the next"
    " synchronisation."
)
_OTHER_VERSION: Final = N_(
    "What came over the line was written by another version of the program. Nothing was changed. An update of"
    " the program brings the two together."
)


class _Told(EmisError):
    """A sentence for a person, and a detail in English for the log, which ``str()`` shows too."""

    SENTENCE: str

    def __init__(self, detail: str) -> None:
        """``detail``: what is wrong, in English."""
        super().__init__(self.SENTENCE)
        self.detail = detail

    def __str__(self) -> str:
        return f"{super().__str__()} ({self.detail})"


class BadMessage(_Told):
    """Bytes that are no message of this protocol: cut, changed, too large."""

    SENTENCE = _NOT_UNDERSTOOD


class OtherVersion(_Told):
    """Bytes of a version of protocol, dictionary or schema that this program cannot read."""

    SENTENCE = _OTHER_VERSION
