"""Single values of a file's row: sex, yes and no, a guardian."""

from __future__ import annotations

from dataclasses import dataclass, replace

from emis_desktop.errors import Refused
from emis_desktop.exchange.columns import Record
from emis_desktop.rules.names import fold
from emis_desktop.services.importing.outcome import in_column
from emis_desktop.services.person_fields import checked_text
from emis_desktop.services.relations import phone_number

_GIRL = {"f", "female", "girl", "fille", "feminin", "femenino", "mujer", "nina"}
_BOY = {"m", "male", "boy", "garcon", "masculin", "masculino", "hombre", "nino", "varon"}
_YES = {"yes", "y", "1", "true", "oui", "si", "x"}
_NO = {"", "no", "n", "0", "false", "non"}
_RELATIONS = {"mere": "MOTHER", "madre": "MOTHER", "pere": "FATHER", "padre": "FATHER"}
UNKNOWN_RELATION = "OTHER"


@dataclass(frozen=True, slots=True)
class GuardianText:
    """A guardian as a row names one."""

    given_names: str
    family_name: str
    relation: str
    phone: str | None
    synthetic: bool

    @property
    def name(self) -> str:
        """Given and family names."""
        return f"{self.given_names} {self.family_name}".strip()


def sex(text: str) -> str:
    """F or M; raises :class:`Refused` for anything else."""
    word = fold(text)
    if word in _GIRL:
        return "F"
    if word in _BOY:
        return "M"
    raise Refused("Type F or M.", field="sex")


def yes(record: Record, column: str) -> bool:
    """Whether a column says yes; empty is no."""
    word = fold(record.get(column))
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise Refused("Type yes or no.", field=column)


def guardian_texts(record: Record) -> tuple[GuardianText, ...]:
    """The guardians of a row, each once: the one of the guardian's columns, the mother, the father.

    Who is named in two places has what either of them says; where both say it, the first.
    """
    found: dict[str, GuardianText] = {}
    for one in (_guardian(record), _parent(record, "mother"), _parent(record, "father")):
        if one is not None:
            same = found.get(fold(one.name))
            found[fold(one.name)] = _both(same, one) if same is not None else one
    return tuple(found.values())


def _both(first: GuardianText, second: GuardianText) -> GuardianText:
    relation = second.relation if first.relation == UNKNOWN_RELATION else first.relation
    return replace(first, relation=relation, phone=first.phone or second.phone)


def _parent(record: Record, who: str) -> GuardianText | None:
    whole = record.get(f"{who}_name").split()
    if not whole:
        return None
    with in_column(f"{who}_phone"):
        phone = phone_number(record.get(f"{who}_phone"))
    given, family = " ".join(whole[:-1]) or whole[0], whole[-1]
    with in_column(f"{who}_name"):
        checked_text("given_names", given)
        checked_text("family_name", family)
    return GuardianText(given, family, who.upper(), phone, yes(record, "synthetic"))


def _guardian(record: Record) -> GuardianText | None:
    given, family = record.get("guardian_given_names"), record.get("guardian_family_name")
    whole = record.get("guardian_name").split()
    if whole and not (given or family):
        given, family = " ".join(whole[:-1]) or whole[0], whole[-1]
    if not (given or family):
        return None
    with in_column("guardian_phone"):
        phone = phone_number(record.get("guardian_phone"))
    with in_column("guardian_name" if record.get("guardian_name") else "guardian_given_names"):
        checked_text("given_names", given or family)
        checked_text("family_name", family or given)
    typed = record.get("guardian_relation")
    relation = _RELATIONS.get(fold(typed)) or typed.upper().replace(" ", "_") or UNKNOWN_RELATION
    return GuardianText(given or family, family or given, relation, phone, yes(record, "synthetic"))
