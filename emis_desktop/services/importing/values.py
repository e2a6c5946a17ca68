"""Single values of a file's row: sex, yes and no, a guardian."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

from emis_desktop.errors import Refused
from emis_desktop.exchange.columns import Record
from emis_desktop.rules.names import fold
from emis_desktop.services.importing.outcome import Faults, in_column
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
    """A guardian as a row names one; ``relation`` is "" where the row does not say it."""

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


def guardian_texts(record: Record, faults: Faults) -> tuple[GuardianText, ...]:
    """The guardians of a row, each once: the one of the guardian's columns, the mother, the father.

    Who is named in two places has what either of them says; where both say it, the first.
    """
    found: dict[str, GuardianText] = {}
    for who in (_guardian, partial(_parent, who="mother"), partial(_parent, who="father")):
        one = faults.read(partial(who, record))
        if one is not None:
            same = found.get(fold(one.name))
            found[fold(one.name)] = _both(same, one) if same is not None else one
    return tuple(found.values())


def _both(first: GuardianText, second: GuardianText) -> GuardianText:
    relation = second.relation if first.relation in {"", UNKNOWN_RELATION} else first.relation
    return replace(first, relation=relation, phone=first.phone or second.phone)


def _parent(record: Record, who: str) -> GuardianText | None:
    name, phone = f"{who}_name", f"{who}_phone"
    if not record.get(name):
        _refuse_nameless(record, phone)
        return None
    given, family = name_parts(record, name)
    return GuardianText(given, family, who.upper(), _phone(record, phone), yes(record, "synthetic"))


def _guardian(record: Record) -> GuardianText | None:
    given, family = record.get("guardian_given_names"), record.get("guardian_family_name")
    if given or family:
        _refuse_other_name(record, f"{given} {family}")
        with in_column("guardian_given_names"):
            checked_text("given_names", given)
        with in_column("guardian_family_name"):
            checked_text("family_name", family)
    elif record.get("guardian_name"):
        given, family = name_parts(record, "guardian_name")
    else:
        _refuse_nameless(record, "guardian_phone", "guardian_relation")
        return None
    typed = record.get("guardian_relation")
    relation = relation_code(typed)
    return GuardianText(given, family, relation, _phone(record, "guardian_phone"), yes(record, "synthetic"))


def relation_code(typed: str) -> str:
    """The code of a relation as a file writes it; "" where it says nothing."""
    return _RELATIONS.get(fold(typed)) or typed.strip().upper().replace(" ", "_")


def name_parts(record: Record, column: str) -> tuple[str, str]:
    """Given names and family name of a whole name, its last word; a person has both."""
    words = record.get(column).split()
    if len(words) == 1:
        raise Refused("Write given names and family name, such as Ann Example.", field=column)
    given, family = " ".join(words[:-1]), words[-1]
    with in_column(column):
        checked_text("given_names", given)
        checked_text("family_name", family)
    return given, family


def _phone(record: Record, column: str) -> str | None:
    with in_column(column):
        return phone_number(record.get(column))


def _refuse_other_name(record: Record, name: str) -> None:
    """Refuse a whole name that is not made of the same words as the name in parts."""
    whole = record.get("guardian_name")
    if whole and sorted(fold(whole).split()) != sorted(fold(name).split()):
        raise Refused(
            "The guardian’s name is another one in the other columns. Leave one of them out.",
            field="guardian_name",
        )


def _refuse_nameless(record: Record, *columns: str) -> None:
    """Refuse what is said of somebody whom the row does not name: nothing could keep it."""
    for column in columns:
        if record.get(column):
            raise Refused("No name goes with this. Add the name, or leave this column out.", field=column)
