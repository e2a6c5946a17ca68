"""The recovery code on paper: a sheet as PDF, written whole or not at all."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from pathlib import Path

from emis_desktop import files
from reports.recovery_sheet import RecoverySheet, write_recovery_sheet
from resources.words import Words


def recovery_sheet(name: str, code: str, day: date, language: str) -> bytes:
    """The sheet with ``code`` of the school or ministry ``name``, as PDF."""
    stream = BytesIO()
    write_recovery_sheet(RecoverySheet(name, code, day), stream, Words.load(language))
    return stream.getvalue()


def save_recovery_sheet(path: Path, name: str, code: str, day: date, language: str) -> None:
    """Write the sheet into a file. Raises :class:`CannotSave`."""
    files.write(path, recovery_sheet(name, code, day, language))
