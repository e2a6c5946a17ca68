"""The buttons of a change to look at: verbs that name the values."""

from __future__ import annotations

from datetime import date

from emis_desktop.queries.sync_state import CardKind, ConflictCard, Side, Verb
from resources.words import Words
from ui.sync_page.words import short_value

ICONS = {Verb.EDIT: "pencil"}


def in_force(card: ConflictCard) -> Side:
    """The value that holds now: the first where none says so."""
    return next((side for side in card.sides if side.in_force), card.sides[0])


def other(card: ConflictCard) -> Side:
    """The value that does not hold."""
    held = in_force(card)
    return next((side for side in card.sides if side is not held), held)


def verb_words(words: Words, card: ConflictCard, verb: Verb) -> str:
    """The word on the button of ``verb``."""
    tr = words.tr
    if verb is Verb.KEEP:
        if card.kind is CardKind.RULE or card.kind is CardKind.PARKED:
            return tr("Seen")
        return _named(words, card, in_force(card), keep=True)
    if verb is Verb.USE:
        return _named(words, card, other(card), keep=False)
    proposal = card.kind is CardKind.PROPOSAL
    return {
        Verb.EDIT: tr("Edit proposal") if proposal and card.decider else words.ptr("verb", "Edit"),
        Verb.REMIND: tr("Remind {who}", who=card.decider or tr("the Ministry")),
        Verb.SAME: tr("Same pupil"),
        Verb.NOT_SAME: tr("Not the same"),
        Verb.AGAIN: tr("Send it again"),
        Verb.DROP: tr("Give it up"),
    }[verb]


def _named(words: Words, card: ConflictCard, side: Side, *, keep: bool) -> str:
    if card.kind is CardKind.DELETE and side.value is None:
        return words.tr("Keep it deleted") if keep else words.tr("Delete it")
    if card.kind is CardKind.DELETE and keep:
        return words.tr("Keep it")
    shown = _shown(words, card, side)
    return words.tr("Keep {value}", value=shown) if keep else words.tr("Use {value}", value=shown)


def _shown(words: Words, card: ConflictCard, side: Side) -> str:
    """The value; of two dates that differ in their day only, day and month say enough."""
    value, against = side.value, other(card).value if side is in_force(card) else in_force(card).value
    if isinstance(value, date):
        same_year = isinstance(against, date) and value.year == against.year
        return words.date(value, "day_month" if same_year else "medium")
    shown = short_value(words, value)
    spoken = isinstance(value, str) and any(letter.isalpha() for letter in value)
    return words.tr("“{value}”", value=shown) if spoken else shown


def done_words(words: Words, card: ConflictCard, verb: Verb, value: str = "") -> str:
    """What the toast says afterwards."""
    tr, title = words.tr, card.title.text(words)
    if verb is Verb.EDIT:
        return tr("{title}: now {value}", title=title, value=value)
    if verb is Verb.USE:
        return tr("{title}: now {value}", title=title, value=_shown(words, card, other(card)))
    if verb is Verb.KEEP and card.kind not in (CardKind.RULE, CardKind.PARKED):
        return tr("{title}: {value} stays", title=title, value=_shown(words, card, in_force(card)))
    return {
        Verb.REMIND: tr("{who} is reminded with the next sync", who=card.decider or tr("The Ministry")),
        Verb.SAME: tr("Told the Ministry: the same pupil"),
        Verb.NOT_SAME: tr("Told the Ministry: not the same pupil"),
        Verb.AGAIN: tr("{title}: goes with the next sync", title=title),
        Verb.DROP: tr("{title}: given up, it stays in the history", title=title),
        Verb.KEEP: tr("{title}: put aside as seen", title=title),
    }[verb]
