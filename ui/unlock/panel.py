"""The dark panel of the sign-in screen: whose records, what day, and the three facts of the work."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from PySide6.QtWidgets import QWidget

from emis_desktop.front import Front
from emis_desktop.rules.calendar import TermSpan, week_of
from resources.words import Words
from ui.theme.fonts import SEMIBOLD
from ui.widgets.base import column, row
from ui.widgets.crest import Crest, SidePanel
from ui.widgets.fields import Sign
from ui.widgets.text import Text

WIDE, NARROW = 456, 320


class FrontPanel(SidePanel):
    """Shows a :class:`Front` as of ``now``. ``lost``: see :func:`facts`."""

    def __init__(
        self,
        words: Words,
        front: Front,
        now: datetime,
        lost: int | None = 0,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(WIDE, parent)
        self._box = column(self, 8, (40, 44, 40, 32))
        self._box.addWidget(Crest(60, 68))
        self._box.addSpacing(16)
        name = front.name or words.tr("School records")
        self._box.addWidget(Text(name, 26, SEMIBOLD, "rail_strong", wrap=True))
        self._box.addWidget(Text(day_line(words, front, now.date()), tone="rail", wrap=True))
        self._box.addStretch(1)
        for icon, fact in facts(words, front, now, lost):
            line = row(None, 10)
            line.addWidget(Sign(icon, "rail_mark"))
            line.addWidget(Text(fact, tone="rail_strong", elide=True), 1)
            self._box.addLayout(line)

    def set_compact(self, *, narrow: bool, low: bool) -> None:
        """320 wide instead of 456; less air in a low window."""
        self.setFixedWidth(NARROW if narrow else WIDE)
        side = 24 if narrow else 40
        self._box.setContentsMargins(side, 24 if low else 44, side, 24 if low else 32)
        self.waves = (0.5, 0.72) if low else (0.55, 0.8)


def day_line(words: Words, front: Front, today: date) -> str:
    """The day and its week: "Thursday 5 November 2026, week 9 of 14"; outside the terms the day alone."""
    day = words.date(today, "weekday")
    for number, span in enumerate(front.terms):
        week = week_of(today, TermSpan(UUID(int=number), "", span.starts_on, span.ends_on))
        if week is not None:
            return words.tr("{day}, week {week} of {weeks}", day=day, week=week.number, weeks=week.of)
    return day


def facts(words: Words, front: Front, now: datetime, lost: int | None = 0) -> tuple[tuple[str, str], ...]:
    """Icon and words of: saved here, waiting to be sent if anything ever was, last contact.

    ``lost`` entries of the last sitting were refused and are not kept; None where nobody can know.
    """
    sent = front.sent_at is not None and front.waiting is not None
    waiting = (("refresh-cw", waiting_words(words, front.waiting or 0)),) if sent else ()
    decide = (("circle-alert", decision_words(words, front.to_decide)),) if front.to_decide else ()
    return (
        *_saved(words, lost),
        *waiting,
        *decide,
        ("clock", contact_words(words, front.sent_at, now)),
    )


def _saved(words: Words, lost: int | None) -> tuple[tuple[str, str], ...]:
    if lost is None:
        return ()
    if lost:
        said = words.ntr("{n} entry was not kept", "{n} entries were not kept", lost)
        return (("circle-alert", said),)
    return (("check", words.tr("All work saved on this laptop")),)


def waiting_words(words: Words, changes: int) -> str:
    """How much waits to be sent, on a laptop that sends."""
    if not changes:
        return words.tr("Nothing waiting")
    return words.ntr("{n} change waiting to be sent", "{n} changes waiting to be sent", changes)


def decision_words(words: Words, count: int) -> str:
    """How much only a person can decide."""
    return words.ntr("{n} change needs your decision", "{n} changes need your decision", count)


def line_words(words: Words, front: Front, today: date) -> str:
    """Until when no line is needed to sign in; a laptop that has not joined never needs one."""
    if front.until is None:
        return words.tr("No line is needed to sign in.")
    day = words.date(front.until, "long")
    if front.until < today:
        return words.tr(
            "A line was needed by {day}. Where there is none, the Ministry extends it by telephone.", day=day
        )
    return words.tr("No line is needed to sign in until {day}.", day=day)


def contact_words(words: Words, sent_at: datetime | None, now: datetime) -> str:
    """When something was last sent; a laptop that never did is on its own, which is no reason to worry."""
    if sent_at is None:
        return words.tr("This laptop works on its own")
    return words.tr("Last sent {when}", when=words.relative(sent_at.astimezone(), now.astimezone()))
