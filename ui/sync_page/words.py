"""Words of the Sync page: bytes, moments, values, and what is under way."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Final

from emis_desktop.errors import Word
from emis_desktop.queries.sync_state import Barred, Joined, Part, Phase, SyncState
from emis_desktop.sentence import Names, Sentence
from resources.words import N_, Words

KILO: Final = 1000
WEEK_DAYS: Final = 7
_UNITS: Final = (N_("kB"), N_("MB"), N_("GB"))
SHORT_VALUE: Final = 28
"""A button names a value of so many letters; a longer one is cut."""


def unit_of(size: int) -> int:
    """Which of the units a size is told in: 0 kB, 1 MB, 2 GB."""
    if size < KILO**2:
        return 0
    return 1 if size < KILO**3 else 2


def size_in(words: Words, size: int, unit: int) -> str:
    """The number alone: "102", "1.4", in ``unit``; what is not nothing is at least 1 kB."""
    value = Decimal(size) / KILO ** (unit + 1)
    if unit == 0:
        return words.number(max(1, round(value)) if size else 0)
    return words.number(value, 1 if value < 100 else 0)


def size_words(words: Words, size: int) -> str:
    """Such as "205 kB", "1.4 MB"."""
    unit = unit_of(size)
    return f"{size_in(words, size, unit)}\u00a0{words.tr(_UNITS[unit])}"


def amount_words(words: Words, done: int, total: int) -> str:
    """Such as "102 of 205 kB", both in the unit of the whole."""
    unit = unit_of(total)
    whole = size_words(words, total)
    return words.tr("{done} of {total}", done=size_in(words, min(done, total), unit), total=whole)


def left_words(words: Words, seconds: int | None) -> str:
    """How long it still takes, rounded; "" while nobody knows."""
    if seconds is None:
        return ""
    if seconds < 60:
        return words.tr("about {left} s left", left=seconds)
    return words.tr("about {left} min left", left=round(seconds / 60))


def lasted_words(words: Words, seconds: int) -> str:
    """Such as "6 s", "4 min"."""
    if seconds < 100:
        return words.tr("{n} s", n=max(1, seconds))
    return words.tr("{n} min", n=round(seconds / 60))


def when_words(words: Words, moment: datetime, now: datetime, *, short: bool = False) -> str:
    """Such as "today 07:30", "Wed 15:42" within a week, else "30 Oct 15:10"; ``short`` for a column."""
    then, here = moment.astimezone(), now.astimezone()
    time = words.time(then)
    days = (here.date() - then.date()).days
    if days == 0:
        return words.ptr("short", "today {time}", time=time) if short else words.tr("today {time}", time=time)
    if 0 < days < WEEK_DAYS:
        return f"{words.weekday(then.date())} {time}"
    style = "day_month" if then.year == here.year else "medium"
    return f"{words.date(then.date(), style)} {time}"


def typed_words(words: Words, moment: datetime, now: datetime) -> str:
    """The same for who typed a value when: "Wed 4 Nov 16:20"."""
    then, here = moment.astimezone(), now.astimezone()
    days = (here.date() - then.date()).days
    if 0 < days < WEEK_DAYS:
        day = words.date(then.date(), "day_month")
        return f"{words.weekday(then.date())} {day} {words.time(then)}"
    return when_words(words, moment, now)


def since_words(words: Words, moment: datetime, now: datetime) -> str:
    """Such as "since 15:31" today, "since Wed 15:31", "since 30 Oct"."""
    then, here = moment.astimezone(), now.astimezone()
    days = (here.date() - then.date()).days
    if days == 0:
        return words.tr("since {time}", time=words.time(then))
    if 0 < days < WEEK_DAYS:
        return words.tr("since {time}", time=f"{words.weekday(then.date())} {words.time(then)}")
    style = "day_month" if then.year == here.year else "medium"
    return words.tr("since {time}", time=words.date(then.date(), style))


def exact_words(words: Words, moment: datetime) -> str:
    """Date and time in full, for a tooltip."""
    then = moment.astimezone()
    return words.tr("{day}, {time}", day=words.date(then.date(), "long"), time=words.time(then))


def value_words(words: Words, value: object) -> str:
    """A value as people read it; empty says so."""
    if value is None or value == "":
        return words.tr("empty")
    if isinstance(value, (Sentence, Names)):
        return value.text(words)
    if isinstance(value, datetime):
        return exact_words(words, value)
    if isinstance(value, date):
        return words.date(value, "long")
    return _plain_words(words, value)


def _plain_words(words: Words, value: object) -> str:
    if isinstance(value, Word):
        return words.tr(str(value))
    if isinstance(value, bool):
        return words.tr("yes") if value else words.tr("no")
    if isinstance(value, (Decimal, int, float)):
        return words.number(value)
    return str(value)


def short_value(words: Words, value: object) -> str:
    """The same for a button: a date without its year when the other words say it, a long text cut."""
    shown = value_words(words, value)
    return shown if len(shown) <= SHORT_VALUE else f"{shown[: SHORT_VALUE - 1].rstrip()}…"


def title_words(words: Words, state: SyncState) -> str:
    """What is under way, as the title of its card."""
    tr = words.tr
    if state.paused:
        return tr("Paused")
    return {
        Phase.IDLE: tr("Nothing under way"),
        Phase.CONNECTING: tr("Asking the Ministry"),
        Phase.SENDING: tr("Sending to the Ministry"),
        Phase.RECEIVING: tr("Receiving from the Ministry"),
        Phase.FIRST: tr("The records are coming"),
        Phase.CHECKING: tr("Checking that both sides are equal"),
    }[state.phase]


def under_way_words(words: Words, state: SyncState) -> str:
    """What is under way, for the status bar; "" when nothing is."""
    if state.paused:
        return words.tr("Sync paused")
    if not state.running:
        return ""
    if state.phase is Phase.SENDING and state.sending.total:
        return _counted(words, state.sending, sending=True)
    if state.phase in (Phase.RECEIVING, Phase.FIRST) and state.receiving.total:
        return _counted(words, state.receiving, sending=False)
    return title_words(words, state)


def sending_words(words: Words, part: Part) -> str:
    """Such as "Sending 14 changes, 6 done"."""
    return _counted(words, part, sending=True)


def receiving_words(words: Words, part: Part) -> str:
    """Such as "Receiving 640 changes, 412 done"."""
    return _counted(words, part, sending=False)


def _counted(words: Words, part: Part, *, sending: bool) -> str:
    done = words.number(min(part.done, part.total))
    if sending:
        return words.ntr(
            "Sending {n} change, {done} done", "Sending {n} changes, {done} done", part.total, done=done
        )
    return words.ntr(
        "Receiving {n} change, {done} done", "Receiving {n} changes, {done} done", part.total, done=done
    )


def barred_words(words: Words, barred: Barred) -> str:
    """Why nothing is sent any more, short."""
    tr = words.tr
    return {
        Barred.NONE: "",
        Barred.REVOKED: tr("The Ministry refuses this laptop"),
        Barred.LOST: tr("Marked as lost at the Ministry"),
        Barred.WRONG_SERVER: tr("Another server answers"),
        Barred.UPDATE: tr("The versions do not fit together"),
        Barred.DISK: tr("Cannot save on this laptop"),
    }[barred]


def barred_help(words: Words, barred: Barred) -> str:
    """What to do then."""
    tr = words.tr
    return {
        Barred.NONE: "",
        Barred.REVOKED: tr("Everything typed is kept here. Ask the Ministry for a new code to join with."),
        Barred.LOST: tr("Call the Ministry: what was not sent is kept for review."),
        Barred.WRONG_SERVER: tr(
            "Nothing was sent to it. Check the address in Settings, then ask the Ministry."
        ),
        Barred.UPDATE: tr("Nothing is lost. Bring in the newer version of EMIS Desktop, then sync again."),
        Barred.DISK: tr("Free some space on the disk, then press Sync now."),
    }[barred]


def joined_words(words: Words, joined: Joined) -> str:
    """Such as "Office laptop, joined to the Ministry of … on 12 September 2026"."""
    return words.tr(
        "{laptop}, joined to {server} on {day}",
        laptop=joined.laptop,
        server=joined.server,
        day=words.date(joined.joined_at.astimezone().date(), "long"),
    )


def idle_words(words: Words, state: SyncState, now: datetime) -> str:
    """When it goes on by itself, under the title while nothing is under way."""
    tr = words.tr
    if state.paused:
        return tr("Nothing is sent or received until you press Go on.")
    next_at = state.next_at
    if state.error is not None and next_at is not None:
        return tr("It tries again by itself at {time}.", time=words.time(next_at.astimezone()))
    if next_at is None:
        return tr("It syncs when you press Sync now.")
    minutes = max(1, round((next_at - now).total_seconds() / 60))
    return words.ntr("The next sync begins in {n} min.", "The next sync begins in {n} min.", minutes)
