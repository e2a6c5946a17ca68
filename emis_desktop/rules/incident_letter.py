"""What the letter to a guardian about an incident says, frozen: one page, and no other pupil's name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from emis_desktop.rules.card import CardSchool
from emis_desktop.rules.papers import PaperPupil


@dataclass(frozen=True, slots=True)
class IncidentLetter:
    """A letter to the guardian of one pupil. ``part``: did, suffered, saw; ``category``, ``classification``
    and ``action`` in the language of the letter. ``meeting_on``: the day on which the guardian is asked to
    come. ``address``: lines under the guardian's name.
    """

    language: str
    school: CardSchool
    pupil: PaperPupil
    class_name: str | None
    guardian: str | None
    address: str | None
    happened_on: date
    part: str
    summary: str
    category: str
    classification: str
    signer: str | None
    made_on: date
    place: str | None = None
    action: str | None = None
    action_from: date | None = None
    action_until: date | None = None
    meeting_on: date | None = None
