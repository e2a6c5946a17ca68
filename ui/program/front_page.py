"""What the sign-in screen may show of the records, written when they are locked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from emis_desktop.desk import Desk
from emis_desktop.errors import EmisError
from emis_desktop.front import Front, Span, load_front
from emis_desktop.queries.school import ClassInfo


def front_of(desk: Desk, today: date, classes: Callable[[], tuple[ClassInfo, ...]]) -> Front:
    """As of now; what it showed before when the records cannot be read."""
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
        sent_at=waiting.sent_at,
        terms=tuple(Span(term.starts_on, term.ends_on) for term in terms),
        duties={**before.duties, **own},
    )


def _duty(desk: Desk, classes: Callable[[], tuple[ClassInfo, ...]]) -> str:
    """The class that a teacher has, when it is one."""
    theirs = classes() if desk.laptop.actor.class_ids is not None else ()
    return theirs[0].name if len(theirs) == 1 else ""
