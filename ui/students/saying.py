"""Words about a pupil: names, numbers, enrolments and codes of the country's lists."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from emis_desktop.errors import Word
from emis_desktop.profiles import CountryProfile
from emis_desktop.queries.history import FieldChange
from emis_desktop.queries.student_lines import ContactLine, EnrolmentLine, StudentRecord
from emis_desktop.rules.code_words import (
    ADDRESS_KINDS,
    CONTACT_KINDS,
    EXITS,
    IDENTITY_KINDS,
    LOAN_STATES,
    MEALS,
    OUTCOMES,
    PARTS,
    SEXES,
    STANDINGS,
    STEPS,
)
from emis_desktop.rules.dates import age_on
from emis_desktop.rules.names import display_name, fold
from emis_desktop.rules.student_number import number_text
from emis_desktop.sentence import Sentence
from resources.words import N_, Words
from ui.widgets.table.cells import MISSING

KINDS = {"national": "NSN", "register": "SCHOOL"}
"""Kinds of numbers that the program knows, and their codes in the country's list."""
LONGEST = 60
"""Letters of a value in a line of changes; the history shows all of it."""
_STEM = 6
"""Letters that "Transferred" and "Transferred to …", "Traslado" and "Traslado a …" begin with alike."""


_LISTS: Final[Mapping[str, str]] = {
    "guardianship.relation": "guardian_relation",
    "enrolment.exit_reason": "exit_reason",
    "incident.category": "behaviour_category",
    "incident.classification": "behaviour_classification",
    "incident_person.action": "behaviour_action",
}
"""Fields whose values are codes of the country's lists."""
_CODES: Final[Mapping[str, Mapping[str, str]]] = {
    "person.sex": SEXES,
    "person.meals": MEALS,
    "enrolment.exit": EXITS,
    "enrolment.standing": STANDINGS,
    "enrolment.outcome": OUTCOMES,
    "person_address.kind": ADDRESS_KINDS,
    "person_contact.kind": CONTACT_KINDS,
    "textbook_loan.state": LOAN_STATES,
    "incident_person.part": PARTS,
    "incident_step": STEPS,
    "incident_step.kind": STEPS,
}
"""Fields whose values are codes of the program; of a row that was added, by its table."""


class Sayer:
    """Puts codes and values of records into words, with the lists of a country where there is one."""

    def __init__(self, words: Words, profile: CountryProfile | None) -> None:
        self.words, self._profile = words, profile

    def listed(self, code_list: str) -> list[tuple[str, str]]:
        """Codes and words of a list of the country, in its order."""
        if self._profile is None or code_list not in self._profile.code_lists:
            return []
        return [(one.code, one.name.text(self.words.language)) for one in self._profile.code_lists[code_list]]

    def code(self, code_list: str, code: str | None) -> str:
        """The words of one code; the code itself where the list does not have it."""
        return dict(self.listed(code_list)).get(code or "", code or MISSING)

    def maps_to(self, code_list: str, code: str) -> str:
        """The wider word that counting uses for a code, "" when there is none."""
        found = self._profile.code_lists[code_list].find(code) if self._profile is not None else None
        return found.maps_to if found is not None else ""

    def severity(self, classification: str) -> int | None:
        """How grave a classification of behaviour is, 0 (positive) to 4; None where the list does not say."""
        if self._profile is None or "behaviour_classification" not in self._profile.code_lists:
            return None
        found = self._profile.code_lists["behaviour_classification"].find(classification)
        return found.severity if found is not None else None

    def number_kind(self, kind: str) -> str:
        """What a kind of number is called."""
        own = IDENTITY_KINDS.get(kind)
        return self.words.tr(own) if own is not None else self.code("identity_type", kind)

    def relation(self, code: str) -> str:
        """What a guardian is to the pupil."""
        return self.code("guardian_relation", code)

    def contact(self, line: ContactLine) -> str:
        """What a phone or e-mail is: "Phone, work"."""
        kind = self.words.tr(CONTACT_KINDS.get(line.kind, line.kind))
        return f"{kind}, {line.label}" if line.label else kind

    def span(self, first: date | None, last: date | None) -> str:
        """Days from and until, as far as they are known: "12 Mar 2026 – 3 Apr 2026"."""
        tr, words = self.words.tr, self.words
        if first is not None and last is not None:
            return f"{words.date(first, 'medium')} – {words.date(last, 'medium')}"
        if first is not None:
            return tr("since {day}", day=words.date(first, "medium"))
        return tr("until {day}", day=words.date(last, "medium")) if last is not None else ""

    def ending(self, line: EnrolmentLine) -> str:
        """How an enrolment stands or ended: "Enrolled", "Transferred: family moved house".

        A reason that says it already ("Transferred to a special school") is not put behind the same word.
        """
        tr = self.words.tr
        if line.exit is not None:
            ended = tr(EXITS.get(line.exit, line.exit))
            reason = self.code("exit_reason", line.exit_reason) if line.exit_reason else ""
            said = fold(reason)[:_STEM] == fold(ended)[:_STEM]
            if line.destination is not None:
                ended = tr(N_("Transferred to {school}"), school=line.destination)
            elif said:
                return reason
            return f"{ended}: {reason}" if reason and not said else ended
        if line.outcome is not None:
            return tr(OUTCOMES.get(line.outcome, line.outcome))
        return tr(STANDINGS.get(line.standing, line.standing)) if line.ends_on is None else tr("Ended")

    def born(self, birth_date: date | None, today: date) -> str:
        """The date of birth and the age: "12 March 2016, age 10"."""
        if birth_date is None:
            return self.words.tr("Not known")
        day = self.words.date(birth_date)
        if birth_date > today:
            return day
        return self.words.tr("{day}, age {age}", day=day, age=age_on(birth_date, today))

    def facts(self, record: StudentRecord) -> str:
        """The line under a pupil's name: class, number, since when."""
        line = record.current or (record.enrolments[0] if record.enrolments else None)
        parts = [] if line is None else [line.class_name or line.grade]
        if record.number:
            parts.append(number_text(record.number))
        if line is not None and line.ends_on is None:
            parts.append(self.words.tr("enrolled {day}", day=self.words.date(line.starts_on)))
        elif line is not None:
            parts.append(self.words.tr("left {day}", day=self.words.date(line.ends_on or line.starts_on)))
        return ", ".join(parts)

    # -- History ------------------------------------------------------------------------------------

    def value(self, change: FieldChange, value: object) -> str:
        """A value of a change as a person reads it; "" for nothing."""
        if value is None:
            return ""
        if isinstance(value, (Sentence, Word)):
            return value.text(self.words) if isinstance(value, Sentence) else self.words.tr(value)
        if isinstance(value, bool):
            return self.words.tr("yes") if value else self.words.tr("no")
        if isinstance(value, date):
            day = value.astimezone().date() if isinstance(value, datetime) else value
            return self.words.date(day, "medium")
        if isinstance(value, Decimal):
            return self.words.number(value)
        return self._coded(change.key, str(value))

    def _coded(self, key: str, text: str) -> str:
        if key in _LISTS:
            return self.code(_LISTS[key], text)
        if key in _CODES:
            return self.words.tr(_CODES[key].get(text, text))
        return number_text(text) if key.startswith("person_identity") else text

    def change(self, change: FieldChange) -> str:
        """A change as one line: "Phone of Guardian 0007: was 000 0124, now 000 0142"."""
        tr = self.words.tr
        what = change.field.text(self.words)
        if change.whose:
            what = f"{change.whose}, {what[:1].lower()}{what[1:]}"
        before, after = (_shortened(self.value(change, value)) for value in (change.before, change.after))
        if change.hidden or not (before or after):
            return what
        if before and after:
            return tr("{field}: was {before}, now {after}", field=what, before=before, after=after)
        if after:
            return f"{what}: {after}"
        return tr("{field}: {before} taken away", field=what, before=before)


def _shortened(text: str) -> str:
    """The beginning of a long value, for a line among others."""
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1].rstrip()}…"


def full_name(record: StudentRecord) -> str:
    """The name as on paper."""
    return display_name(record.given_names, record.family_name)


def when_words(words: Words, at: datetime) -> str:
    """A moment of the past: "today 09:14", "12 Nov 09:14"; with the year when it is another one."""
    local, now = at.astimezone(), datetime.now().astimezone()
    clock = words.time(local)
    if local.date() == now.date():
        return words.tr("today {time}", time=clock)
    style = "day_month" if local.year == now.year else "medium"
    return f"{words.date(local.date(), style)} {clock}"
