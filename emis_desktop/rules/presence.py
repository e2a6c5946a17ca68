"""Who belongs to a term: on its mark sheets, among its report cards and in every count of them.

Whoever is on the roll on the term's last day belongs to it. Whoever left before belongs to it too when the
time at the school was a real part of it: half of the term's days or more, or any time in which a mark was
given. Otherwise a pupil who moves away in week 12 of 14 would get no card for the marks of twelve weeks, and
one who came for three days would hold up a class for ever.
"""

from datetime import date, timedelta


def enough_days(first: date, last: date) -> int:
    """How many days of a term, counted with the weekends, are a real part of it without any mark."""
    return ((last - first).days + 2) // 2


def belongs(starts_on: date, ends_on: date | None, first: date, last: date, *, marked: bool) -> bool:
    """Whether an enrolment belongs to the term from ``first`` to ``last``; ``marked``: it has a mark in it.

    ``ends_on`` is the last day at the school, None while it has none.
    """
    if starts_on > last or (ends_on is not None and ends_on < first):
        return False
    if ends_on is None or ends_on >= last or marked:
        return True
    return max(starts_on, first) + timedelta(days=enough_days(first, last) - 1) <= ends_on
