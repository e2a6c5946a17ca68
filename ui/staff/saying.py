"""How staff is told: posts, kinds of qualification, dates from and to."""

from __future__ import annotations

from datetime import date

from emis_desktop.profiles import CountryProfile
from emis_desktop.queries.staff_records import PostLine
from emis_desktop.rules.staff_words import EMPLOYMENTS, END_REASONS
from resources.words import Words
from ui.context import UiContext

ROLES = "staff_role"
KINDS = ("teacher_academic_qualification", "teacher_professional_qualification")


def choices(context: UiContext, *lists: str) -> list[tuple[str, str]]:
    """The entries of the country's lists of codes, to choose from."""
    profile, language = context.profile, context.words.language
    if profile is None:
        return []
    found: dict[str, str] = {}
    for name in lists:
        for code in profile.code_lists.get(name, ()):
            found.setdefault(code.code, code.name.text(language))
    return list(found.items())


def code_name(profile: CountryProfile | None, language: str, code: str, *lists: str) -> str:
    """What a code of these lists is called; the code itself where no list has it."""
    for name in lists:
        listed = profile.code_lists.get(name) if profile is not None else None
        found = listed.find(code) if listed is not None else None
        if found is not None:
            return found.name.text(language)
    return code


def role_name(context: UiContext, code: str) -> str:
    """What a post is called."""
    return code_name(context.profile, context.words.language, code, ROLES)


def span(words: Words, first: date | None, last: date | None) -> str:
    """From when to when."""
    if first is not None and last is not None:
        return words.tr(
            "{first} to {last}", first=words.date(first, "medium"), last=words.date(last, "medium")
        )
    if first is not None:
        return words.tr("since {day}", day=words.date(first, "medium"))
    return words.tr("until {day}", day=words.date(last, "medium")) if last is not None else ""


def post_facts(words: Words, post: PostLine) -> str:
    """School, days, employment and why it ended, in one line."""
    parts = [
        post.school,
        span(words, post.starts_on, post.ends_on),
        words.tr(EMPLOYMENTS[post.employment]) if post.employment in EMPLOYMENTS else "",
        words.tr(END_REASONS[post.end_reason]) if post.end_reason in END_REASONS else post.end_reason,
    ]
    return ", ".join(filter(None, parts))
