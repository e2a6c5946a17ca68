"""What is said of sheets that lack tests, whole or for a grade of the class: the same words everywhere."""

from resources.words import Words


def sheets_words(words: Words, count: int) -> str:
    """How many sheets have pupils without tests."""
    return words.ntr("{n} sheet lacks tests", "{n} sheets lack tests", count)


def lacking_words(words: Words, items: int, *, awaits: bool, left_out: bool) -> str:
    """What a sheet with ``items`` tests lacks, "" for nothing.

    ``awaits``: pupils have no test in it; ``left_out``: it is set as not assessed in the term.
    """
    if items:
        return words.tr("A grade has no tests yet") if awaits else ""
    return words.tr("Not assessed") if left_out else words.tr("No tests yet")


def assess_words(words: Words, *, left_out: bool) -> str:
    """The verb that says the other of what holds now."""
    return words.tr("Assess it this term") if left_out else words.tr("Not assessed this term")
