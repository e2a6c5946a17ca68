"""The laptop's choices for the screens: read once, changed one at a time, and told when they change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from PySide6.QtCore import QObject, Signal

from emis_desktop.settings import Home, Settings, load_settings, save_settings


class LaptopSettings(QObject):
    """The settings of a data folder. ``changed`` comes after each change, also of another part (a backup
    notes when it was made).
    """

    changed = Signal()

    def __init__(self, home: Home, parent: QObject | None = None) -> None:
        """Reads the file of ``home``; a laptop without one has the defaults."""
        super().__init__(parent)
        self._path = home.settings
        self._now = load_settings(self._path).settings

    @property
    def now(self) -> Settings:
        """All of them as they stand."""
        return self._now

    @property
    def language(self) -> str | None:
        """The chosen language, None for the system's."""
        return self._now.language

    @property
    def theme(self) -> str:
        """Light, dark or system."""
        return self._now.theme

    @property
    def auto_lock_minutes(self) -> int:
        """After so many minutes without key or mouse the laptop locks."""
        return self._now.auto_lock_minutes

    @property
    def backup_days(self) -> int:
        """A copy on a USB stick is due after so many days."""
        return self._now.backup_days

    @property
    def last_backup_at(self) -> datetime | None:
        """When the last backup was made, None for never."""
        return self._now.last_backup_at

    @property
    def last_backup_place(self) -> str | None:
        """The file of the last backup."""
        return self._now.last_backup_place

    @property
    def last_copy_place(self) -> str | None:
        """The file of the last copy, also of one beside the records."""
        return self._now.last_copy_place or self._now.last_backup_place

    def remembered(self, name: str) -> Mapping[str, Any]:
        """What a screen has kept under ``name``; empty when there is nothing."""
        found = self._now.other.get(name)
        return found if isinstance(found, dict) else {}

    def change(self, **values: object) -> None:
        """Change some of them in the file and here. Raises :class:`~emis_desktop.errors.CannotSave`."""
        self._write(replace(load_settings(self._path).settings, **values))  # type: ignore[arg-type] # by name

    def remember(self, name: str, value: Mapping[str, Any]) -> None:
        """Keep ``value`` (plain values of JSON) under ``name``. Raises as :meth:`change` does."""
        before = load_settings(self._path).settings
        self._write(replace(before, other={**before.other, name: dict(value)}))

    def reload(self) -> None:
        """Read the file again: a job has written it."""
        self._take(load_settings(self._path).settings)

    def _write(self, settings: Settings) -> None:
        save_settings(self._path, settings)
        self._take(settings)

    def _take(self, settings: Settings) -> None:
        if settings != self._now:
            self._now = settings
            self.changed.emit()
