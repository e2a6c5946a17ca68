"""What may have been meant by a name that nobody has: the nearest words that somebody does have."""

from collections.abc import Callable, Collection, Sequence
from itertools import islice, product

from rapidfuzz import process
from rapidfuzz.distance import OSA

NEAREST = 3
"""Guesses for a word, and for a whole text."""
_LIKE_ENOUGH = 0.6
_SHORTEST = 3


def guesses(
    typed: Sequence[str], known: Collection[str], finds: Callable[[Sequence[str]], bool]
) -> tuple[str, ...]:
    """Up to three texts made of ``known`` words that are near to the ``typed`` ones and find somebody.

    ``finds`` tells whether words find somebody. A word that finds somebody stays as it is.
    """
    choices = [(word,) if finds((word,)) else _nearest(word, known) for word in typed]
    found = (words for words in product(*choices) if words != tuple(typed) and finds(words))
    return tuple(" ".join(words) for words in islice(found, NEAREST))


def _nearest(word: str, known: Collection[str]) -> tuple[str, ...]:
    """Known words by how few letters must be changed, added, dropped or swapped, nearest first."""
    near = process.extract(
        word, known, scorer=OSA.normalized_similarity, score_cutoff=_LIKE_ENOUGH, limit=NEAREST
    )
    return tuple(other for other, _score, _place in near)


def words_in(lines: Collection[str]) -> set[str]:
    """The different words of names in lines of the index; numbers and very short words are left out."""
    words = set(" ".join(lines).split())
    return {word for word in words if len(word) >= _SHORTEST and not word[0].isdigit()}
