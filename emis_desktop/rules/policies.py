"""Policies that a ministry sets, and a school within them: their names, what each may be, and the default.

A policy is data, never a constant (domain reference: what no public source confirms is an editable default).
It is kept as a setting ``policy.<name>``: a JSON object from grade code to value, "" for every grade.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from emis_desktop.errors import N_, Refused
from emis_desktop.rules.numbers import parse_number, parse_whole
from emis_desktop.rules.registers import MOST_SESSIONS, DayRule

PREFIX: Final = "policy."
ANY_GRADE: Final = ""
Value = str | int | bool | tuple[str, ...] | None


class Kind(StrEnum):
    """What the value of a policy is."""

    WHOLE = "whole"
    PERCENT = "percent"
    YES_NO = "yes_no"
    CHOICE = "choice"
    WORDS = "words"


@dataclass(frozen=True, slots=True)
class Policy:
    """One policy. ``choices`` of a choice: value and words; ``low`` to ``high`` bound a number or a count.

    ``optional``: it may be empty, which means "no limit". ``by_grade``: a grade may have its own value.
    ``school``: a school may set its own; else only the country does.
    """

    name: str
    title: str
    kind: Kind
    default: Value
    low: int = 0
    high: int = 100
    choices: Mapping[str, str] = field(default_factory=dict, hash=False)
    optional: bool = False
    by_grade: bool = False
    school: bool = False

    @property
    def setting(self) -> str:
        """The name of the setting that keeps it."""
        return PREFIX + self.name


class Approval(StrEnum):
    """Who has to approve an admission."""

    NOBODY = "nobody"
    PRINCIPAL = "principal"
    MINISTRY = "ministry"


class Numbering(StrEnum):
    """Where the number of a new pupil comes from."""

    LEASED = "leased"
    PROVISIONAL = "provisional"


SESSIONS: Final = Policy(
    "sessions", N_("Sessions of a day"), Kind.WORDS, ("AM", "PM"), low=1, high=MOST_SESSIONS, school=True
)
DAY_RULE: Final = Policy(
    "day_rule",
    N_("A day counts as absent"),
    Kind.CHOICE,
    DayRule.ANY_MISSED.value,
    choices=MappingProxyType(
        {
            DayRule.ANY_MISSED: N_("when any session was missed"),
            DayRule.ALL_MISSED: N_("when no session was attended"),
        }
    ),
)
EXCUSED_COUNT: Final = Policy(
    "excused_count", N_("Excused absences lower the attendance rate"), Kind.YES_NO, default=True
)
ABSENT_DAYS: Final = Policy(
    "absent_days",
    N_("Tell of absences in a row from so many days"),
    Kind.WHOLE,
    3,
    low=1,
    high=60,
    school=True,
)
YOUNGER: Final = Policy(
    "younger",
    N_("Years below the official age of the grade"),
    Kind.WHOLE,
    1,
    high=10,
    optional=True,
    by_grade=True,
)
OLDER: Final = Policy(
    "older",
    N_("Years above the official age of the grade"),
    Kind.WHOLE,
    3,
    high=20,
    optional=True,
    by_grade=True,
)
CAPACITY: Final = Policy(
    "capacity",
    N_("Pupils in a class"),
    Kind.WHOLE,
    35,
    low=1,
    high=200,
    optional=True,
    by_grade=True,
    school=True,
)
APPROVAL: Final = Policy(
    "approval",
    N_("Admissions are approved by"),
    Kind.CHOICE,
    Approval.NOBODY.value,
    choices=MappingProxyType(
        {
            Approval.NOBODY: N_("nobody, the office admits"),
            Approval.PRINCIPAL: N_("the principal"),
            Approval.MINISTRY: N_("the ministry"),
        }
    ),
)
NUMBERS: Final = Policy(
    "numbers",
    N_("A new pupil gets"),
    Kind.CHOICE,
    Numbering.LEASED.value,
    choices=MappingProxyType(
        {
            Numbering.LEASED: N_("a national number at once, from the laptop's own block"),
            Numbering.PROVISIONAL: N_("a provisional number, until the ministry gives one"),
        }
    ),
)
MIN_PASSED: Final = Policy(
    "min_passed", N_("Subjects passed to go up"), Kind.WHOLE, None, high=40, optional=True, by_grade=True
)
MIN_AVERAGE: Final = Policy(
    "min_average", N_("Average to go up"), Kind.PERCENT, None, optional=True, by_grade=True
)
MIN_ATTENDANCE: Final = Policy(
    "min_attendance", N_("Attendance to go up"), Kind.PERCENT, None, optional=True, by_grade=True
)
MUST_PASS: Final = Policy(
    "must_pass", N_("Subjects that must be passed to go up"), Kind.WORDS, (), high=40, by_grade=True
)
MOST_REPEATS: Final = Policy(
    "most_repeats",
    N_("Times that a grade may be repeated"),
    Kind.WHOLE,
    None,
    high=9,
    optional=True,
    by_grade=True,
)

POLICIES: Final[tuple[Policy, ...]] = (
    SESSIONS,
    DAY_RULE,
    EXCUSED_COUNT,
    ABSENT_DAYS,
    YOUNGER,
    OLDER,
    CAPACITY,
    APPROVAL,
    NUMBERS,
    MIN_PASSED,
    MIN_AVERAGE,
    MIN_ATTENDANCE,
    MUST_PASS,
    MOST_REPEATS,
)
BY_NAME: Final[Mapping[str, Policy]] = MappingProxyType({policy.name: policy for policy in POLICIES})


def typed(policy: Policy, text: str) -> Value:
    """The value that somebody typed or a file gives; raises :class:`Refused` with what would do."""
    said = text.strip()
    if not said and (policy.optional or (policy.kind is Kind.WORDS and not policy.low)):
        return () if policy.kind is Kind.WORDS else None
    if policy.kind is Kind.WHOLE:
        return parse_whole(said, policy.low, policy.high)
    if policy.kind is Kind.PERCENT:
        return _percent(said)
    if policy.kind is Kind.WORDS:
        return _words(policy, said)
    allowed = (
        {"yes": True, "no": False} if policy.kind is Kind.YES_NO else {key: key for key in policy.choices}
    )
    if said not in allowed:
        raise Refused("Choose one of: {choices}.", choices=", ".join(allowed))
    return allowed[said]


def kept(value: Value) -> str | int | bool | list[str] | None:
    """A value as the JSON of a setting has it."""
    return list(value) if isinstance(value, tuple) else value


def read(text: str | None) -> dict[str, Value]:
    """The values of a stored policy by grade; empty for none and for what cannot be read."""
    try:
        found = json.loads(text or "{}")
    except ValueError:
        return {}
    if not isinstance(found, dict):
        return {}
    return {grade: tuple(value) if isinstance(value, list) else value for grade, value in found.items()}


def in_force(
    policy: Policy, country: Mapping[str, Value], school: Mapping[str, Value], grade: str = ANY_GRADE
) -> Value:
    """The value that holds: the school's for the grade, the school's, the country's for the grade, the
    country's, the default. What a newer program wrote and this one cannot use is passed over.
    """
    sources = (school, country) if policy.school else (country,)
    for source in sources:
        for key in (grade, ANY_GRADE):
            if key in source and _fits(policy, source[key]):
                return source[key]
    return policy.default


def percent(value: Value) -> Decimal | None:
    """A policy of per cent as a number."""
    return None if value is None else Decimal(str(value))


def _fits(policy: Policy, value: Value) -> bool:
    if value is None:
        return policy.optional
    if policy.kind is Kind.WHOLE:
        return type(value) is int and policy.low <= value <= policy.high
    if policy.kind is Kind.YES_NO:
        return type(value) is bool
    if policy.kind is Kind.CHOICE:
        return value in policy.choices
    if policy.kind is Kind.PERCENT:
        return isinstance(value, str)
    return isinstance(value, tuple) and policy.low <= len(value) <= policy.high


def _percent(said: str) -> str:
    number = parse_number(said)
    if not 0 <= number <= 100:
        raise Refused("Type a number from 0 to 100.")
    return str(number)


def _words(policy: Policy, said: str) -> tuple[str, ...]:
    words = tuple(word.strip() for word in said.split(",") if word.strip())
    if not policy.low <= len(words) <= policy.high or len(set(words)) != len(words):
        raise Refused(
            "Type {low} to {high} different names with commas between them.", low=policy.low, high=policy.high
        )
    return words
