"""The package gives its names without loading them all: the sign-in window needs the list of people alone."""

import subprocess
import sys

import pytest

from emis_desktop import keyring


def test_each_name_is_found_in_its_module() -> None:
    for name in keyring.__all__:
        assert getattr(keyring, name) is not None
    assert set(keyring.__all__) == set(keyring._HOMES)


def test_another_name_is_none_of_its_own() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Crown'"):
        keyring.__getattr__("Crown")


def test_the_list_of_people_is_read_without_cryptography() -> None:
    look = (
        "import sys, emis_desktop.keyring.ring_file;"
        "print([name for name in ('cryptography', 'sqlalchemy') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", look], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"
