"""The one place where services read the calendar; tests pass their own."""

from __future__ import annotations

from datetime import date, datetime


def local_today() -> date:
    """Today where the laptop stands."""
    return datetime.now().astimezone().date()
