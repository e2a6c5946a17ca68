"""Entries on a pupil's health and special needs: which kinds there are, what each holds, how it is kept.

An entry is one JSON object; it is sealed whole, so that nothing but its kind can be read without the key.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from emis_desktop.errors import N_, Refused
from emis_desktop.rules.lines import check_order, kept_line, kept_lines

LONGEST: Final = 120
_CODE: Final = 24
_TEXTS: Final = ("what", "dose", "by")
_CODES: Final = ("code", "degree")
_DAYS: Final = ("starts_on", "ends_on")


@dataclass(frozen=True, slots=True)
class HealthEntry:
    """One entry; what its fields mean depends on ``kind``: see :data:`KINDS`.

    ``code`` and ``degree`` are codes of the country's lists, or of :data:`SEVERITIES` for an allergy.
    """

    kind: str
    what: str = ""
    code: str = ""
    degree: str = ""
    dose: str = ""
    by: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class EntryKind:
    """A kind of entry: its name, the labels of its fields in the order of the form, those that must be there,
    the country's lists of codes, and fields that are days gone by.
    """

    name: str
    labels: Mapping[str, str]
    needed: frozenset[str]
    lists: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    past: frozenset[str] = frozenset()


SEVERITIES: Final[Mapping[str, str]] = MappingProxyType(
    {"mild": N_("Mild"), "moderate": N_("Moderate"), "severe": N_("Severe")}
)
KINDS: Final[Mapping[str, EntryKind]] = MappingProxyType(
    {
        "alert": EntryKind(
            N_("Alert"), {"what": N_("Alert"), "detail": N_("What to do")}, frozenset({"what"})
        ),
        "allergy": EntryKind(
            N_("Allergy"),
            {"what": N_("Allergic to"), "degree": N_("How severe"), "detail": N_("What to do")},
            frozenset({"what"}),
        ),
        "condition": EntryKind(
            N_("Condition"),
            {
                "what": N_("Condition"),
                "starts_on": N_("Since"),
                "detail": N_("What the school must know"),
            },
            frozenset({"what"}),
            past=frozenset({"starts_on"}),
        ),
        "medication": EntryKind(
            N_("Medication"),
            {
                "what": N_("Medicine"),
                "dose": N_("Dose"),
                "by": N_("Who gives it"),
                "starts_on": N_("From"),
                "ends_on": N_("Until"),
                "detail": N_("When and how"),
            },
            frozenset({"what"}),
        ),
        "immunisation": EntryKind(
            N_("Immunisation"),
            {
                "what": N_("Vaccine"),
                "dose": N_("Dose"),
                "starts_on": N_("Given on"),
                "by": N_("Who gave it"),
                "ends_on": N_("Next due"),
            },
            frozenset({"what"}),
            past=frozenset({"starts_on"}),
        ),
        "assessment": EntryKind(
            N_("Assessment"),
            {
                "code": N_("Area of difficulty"),
                "degree": N_("Degree"),
                "starts_on": N_("Assessed on"),
                "by": N_("Assessor"),
                "detail": N_("Findings"),
            },
            frozenset({"code", "starts_on"}),
            MappingProxyType({"code": "special_need_domain", "degree": "special_need_difficulty"}),
            frozenset({"starts_on"}),
        ),
        "service": EntryKind(
            N_("Service"),
            {
                "code": N_("Support"),
                "by": N_("Who gives it"),
                "starts_on": N_("From"),
                "ends_on": N_("Until"),
                "detail": N_("How often and where"),
            },
            frozenset({"code"}),
            MappingProxyType({"code": "special_need_support"}),
        ),
        "device": EntryKind(
            N_("Device"),
            {
                "what": N_("Device"),
                "by": N_("Lent by"),
                "starts_on": N_("Given on"),
                "ends_on": N_("Back on"),
                "detail": N_("Remarks"),
            },
            frozenset({"what"}),
        ),
        "plan": EntryKind(
            N_("Plan"),
            {
                "what": N_("Aim"),
                "by": N_("Responsible"),
                "starts_on": N_("From"),
                "ends_on": N_("Review on"),
                "detail": N_("Steps"),
            },
            frozenset({"what"}),
        ),
    }
)
"""In the order in which they are shown."""
HEALTH: Final = ("alert", "allergy", "condition", "medication", "immunisation")
NEEDS: Final = ("assessment", "service", "device", "plan")
ALERTS: Final = ("alert", "allergy")
"""What is shown at the top of a record and on the emergency roll."""


def checked_entry(entry: HealthEntry, today: date) -> HealthEntry:
    """The entry as it is kept, with only the fields of its kind; :class:`Refused` says what cannot be."""
    kind = KINDS.get(entry.kind)
    if kind is None:
        raise Refused("Choose what kind of entry it is.", field="kind")
    kept = HealthEntry(entry.kind)
    for name in kind.labels:
        value = getattr(entry, name)
        if name == "detail":
            value = kept_lines(value, name)
        elif name in _TEXTS:
            value = kept_line(value, name, LONGEST)
        elif name in _CODES:
            value = kept_line(value, name, _CODE)
        if name in kind.needed and not value:
            raise Refused(_missing(name), field=name)
        if name in kind.past and value is not None and value > today:
            raise Refused("{day} is still to come. Check the date.", field=name, day=value)
        kept = replace(kept, **{name: value})
    check_order(kept.starts_on, kept.ends_on, "ends_on")
    return kept


def _missing(name: str) -> str:
    if name in _CODES:
        return N_("Choose one of the list.")
    return N_("Type the date.") if name in _DAYS else N_("Type what it is.")


def entry_text(entry: HealthEntry) -> str:
    """The entry as JSON, without what is empty; its kind stands in a column of its own."""
    values = {
        one.name: value.isoformat() if isinstance(value, date) else value
        for one in fields(entry)
        if one.name != "kind" and (value := getattr(entry, one.name))
    }
    return json.dumps(values, ensure_ascii=False, sort_keys=True)


def entry_of(kind: str, text: str) -> HealthEntry:
    """The entry that :func:`entry_text` wrote; what is not known there is left out."""
    try:
        values = json.loads(text)
    except ValueError:
        values = {}
    if not isinstance(values, dict):
        values = {}
    entry = HealthEntry(kind)
    for name in (*_TEXTS, *_CODES, "detail"):
        if isinstance(values.get(name), str):
            entry = replace(entry, **{name: values[name]})
    for name in _DAYS:
        try:
            day: Any = date.fromisoformat(values[name])
            entry = replace(entry, **{name: day})
        except (KeyError, TypeError, ValueError):
            continue
    return entry
