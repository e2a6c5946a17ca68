"""What the codes of an enrolment are called: the same words on screens, on paper and in history."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from emis_desktop.errors import N_

EXITS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "transferred": N_("Transferred"),
        "emigrated": N_("Emigrated"),
        "dropped_out": N_("Dropped out"),
        "expelled": N_("Expelled"),
        "deceased": N_("Deceased"),
        "completed": N_("Completed school"),
        "administrative": N_("Taken off the roll"),
    }
)
STANDINGS: Final[Mapping[str, str]] = MappingProxyType(
    {"enrolled": N_("Enrolled"), "suspended": N_("Suspended"), "hosted": N_("Hosted")}
)
SUSPENSIONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "FIGHT": N_("Fighting or violence"),
        "BULLY": N_("Bullying"),
        "WEAPON": N_("A weapon"),
        "DRUGS": N_("Drugs, alcohol or tobacco"),
        "PROPERTY": N_("Theft or damage"),
        "DEFY": N_("Defiance or abuse of staff"),
        "OTHER": N_("Something else"),
    }
)
"""Why a pupil is suspended."""
OUTCOMES: Final[Mapping[str, str]] = MappingProxyType(
    {"promoted": N_("Promoted"), "repeated": N_("Repeats"), "graduated": N_("Graduated")}
)
SEXES: Final[Mapping[str, str]] = MappingProxyType({"F": N_("Girl"), "M": N_("Boy")})
MEALS: Final[Mapping[str, str]] = MappingProxyType(
    {"free": N_("Free"), "reduced": N_("Reduced price"), "paid": N_("Paid")}
)
CONTACT_KINDS: Final[Mapping[str, str]] = MappingProxyType({"phone": N_("Phone"), "email": N_("E-mail")})
ADDRESS_KINDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "home": N_("Another home"),
        "postal": N_("Postal address"),
        "term": N_("In term time"),
        "other": N_("Another address"),
    }
)
LOAN_STATES: Final[Mapping[str, str]] = MappingProxyType(
    {"good": N_("Good"), "damaged": N_("Damaged"), "lost": N_("Lost")}
)
PARTS: Final[Mapping[str, str]] = MappingProxyType(
    {"did": N_("Did it"), "suffered": N_("Suffered it"), "saw": N_("Saw it")}
)
STEPS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "letter": N_("Letter to the guardian"),
        "meeting": N_("Meeting with the guardian"),
        "counselling": N_("Talk with the counsellor"),
        "call": N_("Telephone call"),
        "other": N_("Something else"),
    }
)
IDENTITY_KINDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "national": N_("National number"),
        "register": N_("Register number"),
        "provisional": N_("Provisional number"),
        "BIRTH": N_("Birth certificate"),
        "CXC_UCI": N_("CXC number"),
        "CXC_CAND": N_("CXC candidate number"),
    }
)
"""Kinds of numbers that the program knows; others are in the country's list."""
