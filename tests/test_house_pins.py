"""requirements.txt and pyproject.toml agree, and the check that says so notices when they do not."""

from pathlib import Path

import pytest

from tools import check_pins

ROOT = Path(__file__).resolve().parent.parent
HASH = "    --hash=sha256:" + "0" * 64


def described(*dependencies: str, dev: str = "setuptools>=80") -> str:
    """A pyproject.toml that asks for `dependencies`."""
    listed = ", ".join(f'"{dependency}"' for dependency in dependencies)
    return (
        '[build-system]\nrequires = ["setuptools>=80"]\n'
        f'[project]\ndependencies = [{listed}]\n[project.optional-dependencies]\ndev = ["{dev}"]\n'
    )


def pinned(*pins: str) -> str:
    """A requirements file with one hash a pin, setuptools among them."""
    return "".join(f"{pin} \\\n{HASH}\n    # via emis-desktop\n" for pin in (*pins, "setuptools==84.2.1"))


def test_the_real_files_agree() -> None:
    pyproject = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    requirements = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    assert check_pins.objections(pyproject, requirements) == []


def test_what_only_windows_needs_is_pinned_too() -> None:
    pins = check_pins.read_pins((ROOT / "requirements.txt").read_text(encoding="utf-8"))
    assert {"colorama", "pefile"} <= set(pins)
    assert str(pins["colorama"].marker) == 'sys_platform == "win32"'


def test_files_that_agree_have_no_objection() -> None:
    assert check_pins.objections(described("nonesuch>=2,<3"), pinned("nonesuch==2.1")) == []


@pytest.mark.parametrize(
    ("dependency", "pins", "said"),
    [
        ("nonesuch>=2", [], "has no pin"),
        ("nonesuch>=2", ["nonesuch==1.9"], "is pinned to 1.9"),
        ("nonesuch>=2", ["nonesuch==2.0 ; sys_platform == 'linux'"], "on win32"),
        ("nonesuch>=2", ["nonesuch==2.0 ; python_version < '3.14'"], "with Python 3.14"),
        ("nonesuch>=2", ["nonesuch==2.0", "sync==1.0"], "hide our own package"),
        ("nonesuch>=2", ["nonesuch==2.0", "PySide6==6.11.3"], "700 MB"),
        ("nonesuch>=2", ["nonesuch==2.0", "sqlcipher3-wheels==0.5"], "WAL-reset"),
    ],
)
def test_each_disagreement_is_named(dependency: str, pins: list[str], said: str) -> None:
    found = check_pins.objections(described(dependency), pinned(*pins))
    assert any(said in objection for objection in found), found


def test_a_dependency_for_another_system_need_not_be_pinned_here() -> None:
    wanted = described("nonesuch>=2; sys_platform == 'win32'")
    assert check_pins.objections(wanted, pinned("nonesuch==2.0 ; sys_platform == 'win32'")) == []


def test_an_extra_is_checked_like_the_rest() -> None:
    found = check_pins.objections(described(dev="nonesuch>=2"), pinned())
    assert any("nonesuch has no pin" in objection for objection in found)


def test_a_pin_without_a_hash_is_named() -> None:
    assert "nonesuch has no hash" in check_pins.objections(described(), "nonesuch==2.0\n" + pinned())


@pytest.mark.parametrize(
    "line",
    ["# from --index-url elsewhere", "# https://somewhere.example/simple", "# nonesuch @ file:///a/b"],
)
def test_an_address_is_named_even_in_a_comment(line: str) -> None:
    found = check_pins.objections(described(), pinned() + line + "\n")
    assert found == [f"an address in requirements.txt: {line}"]


@pytest.mark.parametrize("line", ["nonesuch>=2", "-e .", "--index-url somewhere"])
def test_a_line_that_is_no_pin_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match="no pin"):
        check_pins.read_pins(pinned() + line + "\n")
