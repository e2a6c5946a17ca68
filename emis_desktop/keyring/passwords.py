"""What makes a good password here: length, and not what anybody would try first.

After NIST SP 800-63B: no rule about capitals, digits or signs, no forced change, every character allowed,
long phrases welcome. Its 15 characters are for a password alone on an open network; this one also needs the
laptop, and each try costs the memory and time of Argon2id, so ten do.
"""

import unicodedata
from itertools import pairwise

from emis_desktop.errors import Refused

SHORTEST = 10
LONGEST = 256
"""In characters, after Unicode form NFC."""

_FIELD = "password"
_LEAST_LETTERS = 4
_SHORTEST_WORD = 3
_LEAST_DIFFERENT = 5
_LONG_NUMBER = 16
_STANDS_FOR = str.maketrans("013457@$!|", "oieastasil")
_COMMON = (
    "password passwort motdepasse contrasena contraseña senha azerty qwerty qwertz qwertyuiop asdfgh zxcvbn "
    "welcome bienvenue bienvenido letmein iloveyou jetaime teamo admin administrator administrateur "
    "administrador principal teacher school schule ecole escuela colegio lycee eleve student pupil docente "
    "enseignant profesor maestro ministry ministere ministerio education educacion emis desktop laptop "
    "computer dragon monkey sunshine princess football futbol master secret changeme default guest login "
    "user hello bonjour hola soleil jesus allah inshallah amor amour love"
)


def check_password(password: str, *about: str) -> None:
    """Raise :class:`Refused` when ``password`` is too short or easily guessed.

    ``about`` is what others know of the person: the name shown on the sign-in list, the school's name.
    """
    normal = unicodedata.normalize("NFC", password)
    if len(normal) < SHORTEST:
        raise Refused(
            "Choose a password of {shortest} characters or more. A few words in a row are easy to remember.",
            field=_FIELD,
            shortest=SHORTEST,
        )
    if len(normal) > LONGEST:
        raise Refused("Choose a password of at most {longest} characters.", field=_FIELD, longest=LONGEST)
    if _is_pattern(normal) or _is_known(normal, about):
        raise Refused(
            "That password is easy to guess. Choose a few words that do not belong to you or the school.",
            field=_FIELD,
        )


def _is_pattern(password: str) -> bool:
    """Few different characters, a straight run such as abcdefghij, or a number as long as a telephone's."""
    steps = {ord(after) - ord(before) for before, after in pairwise(password)}
    number = len(password) < _LONG_NUMBER and not any(map(str.isalpha, password))
    return number or len(set(password.casefold())) < _LEAST_DIFFERENT or steps in ({1}, {-1})


def _is_known(password: str, about: tuple[str, ...]) -> bool:
    """Whether hardly a letter is left without the person's own words and the words everybody tries."""
    words = {_letters(_plain(word)) for text in (*about, _COMMON) for word in text.split()}
    left = _letters(_plain(password))
    for word in sorted(words, key=len, reverse=True):
        if len(word) >= _SHORTEST_WORD:
            left = left.replace(word, "")
    return len(set(left)) < _LEAST_LETTERS


def _plain(text: str) -> str:
    """Lower case, without accents."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in apart if not unicodedata.combining(character))


def _letters(text: str) -> str:
    return "".join(character for character in text.translate(_STANDS_FOR) if character.isalpha())
