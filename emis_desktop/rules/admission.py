"""What the ministry's policies say against taking a pupil in: age window, room in the class, girls and boys.

Each objection can be set aside with a reason, which stays with the enrolment.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from emis_desktop.errors import N_, EmisError, Refused, Speaks

LONGEST_REASON: Final = 200


class SexPolicy(StrEnum):
    """Whom a school admits."""

    MIXED = "mixed"
    GIRLS = "girls"
    BOYS = "boys"


ADMITS: Final = {SexPolicy.GIRLS: "F", SexPolicy.BOYS: "M"}
SEX_POLICIES: Final = {
    SexPolicy.MIXED: N_("girls and boys"),
    SexPolicy.GIRLS: N_("girls"),
    SexPolicy.BOYS: N_("boys"),
}


class AgainstPolicy(Refused):
    """A policy of the ministry stands against it; it can be done all the same with a reason.

    ``objections``: everything that stands against it. The field is ``override``.
    """

    def __init__(self, objections: Sequence[Refused]) -> None:
        """There is at least one objection."""
        super().__init__(objections[0].message, field="override", **objections[0].values)
        self.objections = tuple(objections)

    def text(self, words: Speaks) -> str:
        """Every objection, and what can be done."""
        said = [EmisError.text(one, words) for one in self.objections]
        return " ".join([*said, words.tr(_ALL_THE_SAME)])


_GIRLS = N_("This school admits girls.")
_BOYS = N_("This school admits boys.")
_ALL_THE_SAME = N_("To do it all the same, give a reason.")


@dataclass(frozen=True, slots=True)
class Intake:
    """A pupil and the place asked for. ``age``: completed years on the day on which ages are counted, None
    without a date of birth; ``official``: that of the grade; ``younger`` and ``older``: how many years off it
    are let pass, None: any. ``taken`` of ``capacity`` seats (None: no limit) of the class have a pupil.
    """

    grade: str
    age: int | None = None
    official: int | None = None
    younger: int | None = None
    older: int | None = None
    sex: str | None = None
    sex_policy: str | None = None
    class_name: str = ""
    taken: int = 0
    capacity: int | None = None
    more: int = 1
    """How many pupils come."""

    def of(self, more: int) -> "Intake":
        """The same for so many pupils."""
        return replace(self, more=more)


def objections(intake: Intake) -> tuple[Refused, ...]:
    """What stands against it, in words; nothing when all is well."""
    found = []
    age, official = intake.age, intake.official
    if age is not None and official is not None:
        low = None if intake.younger is None else official - intake.younger
        high = None if intake.older is None else official + intake.older
        if low is not None and age < low:
            found.append(
                Refused(
                    "The pupil is {age} and {grade} takes pupils from {low} years on.",
                    age=age,
                    grade=intake.grade,
                    low=low,
                )
            )
        if high is not None and age > high:
            found.append(
                Refused(
                    "The pupil is {age} and {grade} takes pupils up to {high} years.",
                    age=age,
                    grade=intake.grade,
                    high=high,
                )
            )
    wanted = ADMITS.get(intake.sex_policy)  # type: ignore[call-overload]
    if wanted is not None and intake.sex is not None and intake.sex != wanted:
        said = _GIRLS if wanted == ADMITS[SexPolicy.GIRLS] else _BOYS
        found.append(Refused(said))
    if intake.capacity is not None and intake.taken + intake.more > intake.capacity:
        found.append(
            Refused(
                "{class_name} has {taken} of {capacity} pupils.",
                class_name=intake.class_name,
                taken=intake.taken,
                capacity=intake.capacity,
            )
        )
    return tuple(found)


def settled(found: Sequence[Refused], reason: str | None) -> str | None:
    """The reason to keep with the enrolment, None where nothing stands against it.

    Raises :class:`AgainstPolicy` without a reason, :class:`Refused` for one that is too long.
    """
    said = " ".join((reason or "").split())
    if not found:
        return None
    if not said:
        raise AgainstPolicy(found)
    if len(said) > LONGEST_REASON:
        raise Refused("Say it in {limit} letters or less.", field="override", limit=LONGEST_REASON)
    return said
