"""Numbers given on this laptop while the ministry's own is not known yet."""

from __future__ import annotations

from sqlalchemy import update
from sqlalchemy.orm import Session

from emis_desktop.models import Site

NATIONAL = "national"
PROVISIONAL = "provisional"
REGISTER = "register"


def provisional_number(session: Session) -> str:
    """The next provisional number: the site's code, which no other laptop has, and a count (``K7QD-0042``).

    The counter only grows, so a number is never given twice, also after an undo.
    """
    code, running = session.execute(
        update(Site).values(student_number=Site.student_number + 1).returning(Site.code, Site.student_number)
    ).one()
    return f"{code}-{running:04d}"
