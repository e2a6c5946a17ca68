"""What the sign-in screen may show of the records, written when they are locked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from emis_desktop.desk import Desk
from emis_desktop.errors import EmisError
from emis_desktop.front import Front, Span, load_front
from emis_desktop.queries.school import ClassInfo
from ui.sync_page.watch import SyncWatch


def front_of(
    desk: Desk, today: date, classes: Callable[[], tuple[ClassInfo, ...]], sync: SyncWatch | None = None
) -> Front:
    """As of now; what it showed before when the records cannot be read. ``sync`` knows of the engine."""
    home, actor = desk.laptop.home, desk.laptop.actor
    before = load_front(home.front)
    try:
        schools, waiting = desk.queries.school.schools(), desk.queries.users.waiting()
        year = desk.queries.school.today(today).year
        terms = desk.queries.school.terms(year.id) if year is not None else ()
        own = {str(actor.user_id): _duty(desk, classes)}
    except EmisError:
        return before
    name = schools[0].name if desk.laptop.site.institution_id and schools else ""
    return Front(
        name=name or desk.laptop.profile.identity.ministry,
        waiting=waiting.changes,
        sent_at=_contact(sync) or waiting.sent_at,
        terms=tuple(Span(term.starts_on, term.ends_on) for term in terms),
        duties={**before.duties, **own},
        until=_until(sync),
        to_decide=sync.to_decide if sync is not None else 0,
    )


def _contact(sync: SyncWatch | None) -> datetime | None:
    """When the server was last reached."""
    if sync is None or sync.joined is None:
        return None
    return sync.state.contact_at or sync.joined.contact_at


def _until(sync: SyncWatch | None) -> date | None:
    """The last day on which no line is needed."""
    until = sync.joined.until if sync is not None and sync.joined is not None else None
    return until.astimezone().date() if until is not None else None


def _duty(desk: Desk, classes: Callable[[], tuple[ClassInfo, ...]]) -> str:
    """The class that a teacher has, when it is one."""
    theirs = classes() if desk.laptop.actor.class_ids is not None else ()
    return theirs[0].name if len(theirs) == 1 else ""
