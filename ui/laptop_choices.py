"""What can be chosen for a laptop, in words: for the first run and for Settings."""

from __future__ import annotations

from resources.words import Words
from ui.theme.theme import ThemeMode

LOCK_MINUTES, BACKUP_DAYS = 10, 7
_MINUTES = (2, 5, 10, 15, 30, 60)
_DAYS = (1, 2, 7, 14, 30)


def lock_choices(words: Words) -> list[tuple[str, str]]:
    """Times after which a laptop locks itself."""
    return [(str(minutes), words.ntr("{n} minute", "{n} minutes", minutes)) for minutes in _MINUTES]


def backup_choices(words: Words) -> list[tuple[str, str]]:
    """How often somebody is reminded of a copy."""
    return [(str(days), words.ntr("every day", "every {n} days", days)) for days in _DAYS]


def theme_choices(words: Words) -> list[tuple[str, str]]:
    """Light, dark, or as the system has it."""
    return [
        (ThemeMode.SYSTEM.value, words.tr("As the system")),
        (ThemeMode.LIGHT.value, words.tr("Light")),
        (ThemeMode.DARK.value, words.tr("Dark")),
    ]
