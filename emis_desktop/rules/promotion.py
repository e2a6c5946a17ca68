"""Who goes up: the year's result against the demands of the scheme, with the reasons."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from emis_desktop.rules.averages import YearResult
from emis_desktop.rules.scheme import PromotionRule


class Promotion(StrEnum):
    """What the rules advise; people decide. ``undecided``: results are still incomplete."""

    PROMOTED = "promoted"
    REPEATS = "repeats"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class PromotionAdvice:
    """The advice and what it rests on. ``failed_core``: subjects that must be passed and are not."""

    decision: Promotion
    passed: int
    enough_passed: bool
    average_reached: bool
    failed_core: frozenset[UUID]


def advise(rule: PromotionRule, subjects: Mapping[UUID, YearResult], average: YearResult) -> PromotionAdvice:
    """The advice for a pupil from the year's result in each subject and the year's average.

    A subject that was left out for this pupil (exempt) cannot fail. While anything is incomplete the advice
    is *undecided*.
    """
    passed = sum(result.passed is True for result in subjects.values())
    enough = rule.min_passed is None or passed >= rule.min_passed
    reached = rule.min_average is None or (average.mark is not None and average.mark >= rule.min_average)
    failed = frozenset(key for key in rule.must_pass if key in subjects and subjects[key].passed is False)
    if average.pending or any(result.pending for result in subjects.values()):
        decision = Promotion.UNDECIDED
    else:
        decision = Promotion.PROMOTED if enough and reached and not failed else Promotion.REPEATS
    return PromotionAdvice(decision, passed, enough, reached, failed)
