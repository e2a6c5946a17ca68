"""Seeded defects: every patch fits the code as it is, and the command calls caught what a test caught."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tools.defects import patches
from tools.defects.__main__ import main
from tools.defects.catching import catch, judged, seeds_judged
from tools.defects.copies import scratch
from tools.defects.patches import Defect
from tools.trouble import Trouble

ROOT = Path(__file__).resolve().parent.parent
GIT = shutil.which("git")
pytestmark = pytest.mark.skipif(GIT is None, reason="patches are applied with git")

HEAD = "wrong: {name}\ncosts: a\n  school year\ncatches: tests/test_sums.py\n"
DIFF = """--- a/sums.py
+++ b/sums.py
@@ -3,3 +3,3 @@
     found = 0
-    {old}
+    {new}
     return found
"""
SUMS = """def total(numbers):
    # adds
    found = 0
    for one in numbers: found += one
    return found
"""
TESTS = """
import sums

def test_broken_anyway():
    assert {broken}

def test_nothing():
    assert sums.total([]) == 0

def test_two():
    assert sums.total([1, 2]) == 3
"""


def project(folder: Path, *, broken: bool = False) -> Path:
    """A checkout with one module and its tests."""
    (folder / "tests").mkdir(parents=True)
    (folder / "sums.py").write_text(SUMS)
    (folder / "tests" / "test_sums.py").write_text(TESTS.format(broken=not broken))
    (folder / "not_wanted.log").write_text("x")
    (folder / ".gitignore").write_text("*.log\n")
    subprocess.run([str(GIT), "init", "-q"], check=True, cwd=folder)
    return folder


def seeded(folder: Path, name: str, new: str, old: str = "for one in numbers: found += one") -> Defect:
    """A defect of that module."""
    path = folder / f"{name}.patch"
    path.write_text(HEAD.format(name=name) + DIFF.format(old=old, new=new))
    return patches.read(path)


def test_there_are_25_and_each_fits_and_names_tests_that_there_are() -> None:
    known = patches.every()
    assert len(known) >= 25
    assert {defect.name: why for defect in known if (why := patches.misfit(defect))} == {}
    for defect in known:
        assert all((ROOT / name).is_file() for name in defect.files)
        for wanted in defect.catches:
            file, _, test = wanted.partition("::")
            assert (ROOT / file).is_file(), f"{defect.name}: {file}"
            assert not test or f"def {test.partition('[')[0]}(" in (ROOT / file).read_text(encoding="utf-8")


def test_each_is_small_and_changes_the_program_alone() -> None:
    for defect in patches.every():
        changed = re.findall(r"^[-+](?![-+])", defect.path.read_text(encoding="utf-8"), re.MULTILINE)
        assert 1 <= len(changed) <= 12, defect.name
        assert all(name.startswith(("sync/", "emis_desktop/")) for name in defect.files)


def test_the_command_that_only_looks(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--check", "nonce-too-lax"]) == 0
    assert capsys.readouterr().out == "1 patches, 1 fit.\n"
    assert main(["--check", "no-such"]) == 1
    assert "There is no defect called no-such" in capsys.readouterr().err


def test_a_defect_is_caught_by_the_test_that_fails_and_the_checkout_stays_as_it_is(tmp_path: Path) -> None:
    folder = project(tmp_path / "checkout")
    defect = seeded(tmp_path, "lost", "for one in numbers: found = one")
    assert (defect.wrong, defect.costs) == ("lost", "a school year")
    with scratch(folder) as copy:
        assert not (copy.folder / "not_wanted.log").exists()
        assert catch(copy, defect, wider=False).by == "tests/test_sums.py::test_two"
        assert (copy.folder / "sums.py").read_text() == SUMS
    assert (folder / "sums.py").read_text() == SUMS
    assert not copy.folder.exists()


def test_what_no_test_notices_is_told(tmp_path: Path) -> None:
    folder = project(tmp_path / "checkout")
    with scratch(folder) as copy:
        found = catch(copy, seeded(tmp_path, "same", "found = sum(numbers)"), wider=False)
    assert (found.by, found.why) == ("", "every test passed")


def test_a_test_that_fails_anyway_catches_nothing(tmp_path: Path) -> None:
    folder = project(tmp_path / "checkout", broken=True)
    with scratch(folder) as copy:
        found = catch(copy, seeded(tmp_path, "lost", "for one in numbers: found = one"), wider=False)
        assert found.by == "tests/test_sums.py::test_two"
        found = catch(copy, seeded(tmp_path, "same", "found = sum(numbers)"), wider=False)
        assert (found.by, found.why) == ("", "every test passed")


def test_a_patch_outlives_small_edits_around_it_and_tells_when_its_lines_are_gone(tmp_path: Path) -> None:
    folder = project(tmp_path / "checkout")
    moved = SUMS.replace("# adds", "# adds up\n    # one by one").replace("def total", "X = 1\n\n\ndef total")
    (folder / "sums.py").write_text(moved)
    defect = seeded(tmp_path, "lost", "for one in numbers: found = one")
    assert patches.misfit(defect, folder) == ""
    gone = seeded(tmp_path, "gone", "pass", old="found = math.fsum(numbers)")
    assert "sums.py" in patches.misfit(gone, folder)
    with scratch(folder) as copy:
        found = catch(copy, gone, wider=False)
    assert found.by == ""
    assert found.why.startswith("the patch does not fit")


def test_a_head_that_says_too_little_is_told(tmp_path: Path) -> None:
    path = tmp_path / "x.patch"
    path.write_text("wrong: something\n" + DIFF.format(old="a", new="b"))
    with pytest.raises(Trouble, match=re.escape("x.patch has no head")):
        patches.read(path)


def test_no_checkout_is_told(tmp_path: Path) -> None:
    (tmp_path / "sums.py").write_text(SUMS)
    with pytest.raises(Trouble, match="git checkout"), scratch(tmp_path):
        pass


def test_a_test_that_never_ends_is_named() -> None:
    said = "tests/a.py::test_one PASSED [ 50%]\ntests/a.py::test_two \n"
    assert judged(1, said).failed == "tests/a.py::test_two"
    assert judged(-9, said).failed == "tests/a.py::test_two"
    assert judged(0, said).failed == ""
    assert judged(4, "ERROR: file or directory not found: tests/b.py\n").broke
    failed = "FAILED tests/a.py::test_x[a - b] - assert 1 == 2\n"
    assert judged(1, failed).failed == "tests/a.py::test_x[a - b]"


def test_a_seed_that_fails_is_named_and_one_that_fails_anyway_passed_over() -> None:
    said = "seed 3: lost: a value\nseed 9: still: a queue\n50 seeds in 99 s\n"
    assert seeds_judged(1, said, ()).failed == "seed 3: lost: a value"
    assert seeds_judged(1, said, ("seed 3: lost: a value",)).failed == "seed 9: still: a queue"
    assert seeds_judged(0, "50 seeds in 99 s\n", ()).failed == ""
    assert seeds_judged(1, "", ()).broke
