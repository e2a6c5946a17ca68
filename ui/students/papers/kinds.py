"""What the papers are called in menus, and who is offered which."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from emis_desktop.rules.papers import PaperKind
from emis_desktop.rules.rights import Actor, Right, offers
from resources.words import N_

NAMES: Final[Mapping[PaperKind, str]] = MappingProxyType(
    {
        PaperKind.TRANSCRIPT: N_("Transcript"),
        PaperKind.TESTIMONIAL: N_("Testimonial"),
        PaperKind.CERTIFICATE: N_("Leaving certificate"),
        PaperKind.ID_CARDS: N_("ID card"),
        PaperKind.HELD: N_("All that is held"),
        PaperKind.CLASS_LIST: N_("Class list"),
        PaperKind.EMERGENCY: N_("Emergency roll"),
        PaperKind.REGISTER: N_("Blank register"),
    }
)
_OF_PUPIL: Final = (
    PaperKind.TRANSCRIPT,
    PaperKind.TESTIMONIAL,
    PaperKind.CERTIFICATE,
    PaperKind.ID_CARDS,
    PaperKind.HELD,
)
_OF_LIST: Final = (PaperKind.CLASS_LIST, PaperKind.EMERGENCY, PaperKind.ID_CARDS, PaperKind.REGISTER)
_LIST_NAMES: Final[Mapping[PaperKind, str]] = MappingProxyType({PaperKind.ID_CARDS: N_("ID cards")})


def of_pupil(actor: Actor) -> tuple[tuple[PaperKind, str], ...]:
    """The papers of a record: all that is held is the office's to print."""
    if not offers(actor, Right.VIEW_STUDENTS):
        return ()
    return tuple(
        (kind, NAMES[kind]) for kind in _OF_PUPIL if kind is not PaperKind.HELD or actor.class_ids is None
    )


def of_list(actor: Actor) -> tuple[tuple[PaperKind, str], ...]:
    """The papers of classes and of the school."""
    if not offers(actor, Right.VIEW_STUDENTS):
        return ()
    return tuple((kind, _LIST_NAMES.get(kind, NAMES[kind])) for kind in _OF_LIST)
