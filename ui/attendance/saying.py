"""Words of registers: presences, reasons, days and sessions."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

from emis_desktop.profiles import CountryProfile
from emis_desktop.profiles.absence import absence_reasons, reason_names
from emis_desktop.rules.registers import Entry, Presence, read_entry
from resources.words import N_, Words

ORDER: Final = (Presence.PRESENT, Presence.UNEXCUSED, Presence.LATE, Presence.EXCUSED)
"""As the letters stand on the screen: P A L E."""
NAMES: Final[Mapping[Presence, str]] = MappingProxyType(
    {
        Presence.PRESENT: N_("Present"),
        Presence.UNEXCUSED: N_("Absent, no excuse"),
        Presence.LATE: N_("Late"),
        Presence.EXCUSED: N_("Excused"),
    }
)
TONES: Final[Mapping[Presence, str]] = MappingProxyType(
    {
        Presence.PRESENT: "text2",
        Presence.UNEXCUSED: "bad",
        Presence.LATE: "warn",
        Presence.EXCUSED: "accent",
    }
)


class RegisterSaying:
    """Puts what stands in registers into words, with the ``reasons`` of the country."""

    def __init__(self, words: Words, profile: CountryProfile | None) -> None:
        self.words = words
        self.reasons: Mapping[str, Presence] = absence_reasons(profile)
        self._names = reason_names(profile, words.language)

    def reason(self, code: str) -> str:
        """A reason in words; the code itself where the country has none called so."""
        return self._names.get(code, code)

    def of(self, presence: Presence) -> list[tuple[str, str]]:
        """The reasons that count as ``presence``, codes and words."""
        return [(code, self.reason(code)) for code, counts in self.reasons.items() if counts is presence]

    def presence(self, presence: Presence) -> str:
        """How somebody was."""
        return self.words.tr(NAMES[presence])

    def entry(self, entry: Entry | None) -> str:
        """A cell in words; "" for one that is not marked."""
        if entry is None:
            return ""
        name = self.presence(entry.presence)
        return f"{name}. {self.reason(entry.reason)}" if entry.reason else name

    def text(self, stored: str) -> str:
        """The same for what the store keeps."""
        return self.entry(read_entry(stored))

    def day(self, on: date) -> str:
        """A day with its weekday: "Thu 5 Nov"."""
        return f"{self.weekday(on)} {self.words.date(on, 'day_month')}"

    def weekday(self, on: date) -> str:
        """The short name of a weekday, as at the head of a column."""
        return self.words.date(on, "weekday").split(" ")[0].rstrip(",")[:3]
