"""One command measures all that was promised, and its exit code says whether it is kept."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks import __main__ as bench
from benchmarks.__main__ import main
from benchmarks.figures import Figure, Limit, Promise
from benchmarks.topics import TOPICS

TWICE = Promise(Limit.RATIO_AT_MOST, 2)
ROOT = Path(__file__).resolve().parent.parent.parent
OWN_TABLE = ("sync", "scale")


def found(monkeypatch: pytest.MonkeyPatch, *figures: Figure) -> None:
    """Let there be one topic with these figures."""

    def one(*, quick: bool) -> Iterator[Figure]:
        yield from figures

    monkeypatch.setattr(bench, "TOPICS", {"one": one})


@pytest.mark.parametrize(
    ("figure", "kept"),
    [
        (Figure("a", 2.0, "s", 1.0, "bare", TWICE), True),
        (Figure("a", 2.1, "s", 1.0, "bare", TWICE), False),
        (Figure("a", 2.1, "s", None, "", TWICE), False),
        (Figure("a", 5.0, "ms", None, "", Promise(Limit.AT_MOST, 5)), True),
        (Figure("a", 5.1, "ms", None, "", Promise(Limit.AT_MOST, 5)), False),
        (Figure("a", 400, "a second", None, "", Promise(Limit.AT_LEAST, 400)), True),
        (Figure("a", 399, "a second", None, "", Promise(Limit.AT_LEAST, 400)), False),
        (Figure("a", 1.0, "s", 2.0, "bare"), None),
    ],
)
def test_a_promise_is_kept_or_not(figure: Figure, kept: bool | None) -> None:
    assert figure.kept is kept
    assert figure.document()["kept"] is kept


def test_a_ratio_is_ours_by_theirs() -> None:
    assert Figure("a", 3.0, "s", 2.0, "bare").ratio == 1.5
    assert Figure("a", 3.0, "s").ratio is None


def test_a_bad_name_is_told_before_anything_is_measured(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cards", "speed"]) == 2
    assert capsys.readouterr().out == (
        f"There is no benchmark called speed. Known are: {', '.join(TOPICS)}.\n"
    )


@pytest.mark.parametrize(
    ("ours", "code", "last"),
    [(1.0, 0, "Every promise measured is kept."), (9.0, 1, "Not kept: 1.")],
)
def test_a_broken_promise_is_marked_and_ends_the_run_with_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], ours: float, code: int, last: str
) -> None:
    found(monkeypatch, Figure("quick enough", ours, "s", 1.0, "bare", TWICE), Figure("beside", 2.0, "s"))
    assert main([]) == code
    head, first, second, closing = capsys.readouterr().out.splitlines()
    assert head.split() == ["what", "ours", "beside", "ratio", "promised"]
    assert (first[0], second[0], closing) == ("+" if ours < 2 else "!", " ", last)
    assert "bare 1.000" in first


def test_the_document_has_every_figure_and_the_machine(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found(monkeypatch, Figure("too slow", 9.0, "s", 1.0, "bare", TWICE, "why"))
    assert main(["--json"]) == 1
    document = json.loads(capsys.readouterr().out)
    assert document.keys() == {"machine", "quick", "figures", "kept"}
    assert document["kept"] is False
    assert document["figures"] == [
        {
            "topic": "one",
            "name": "too slow",
            "ours": 9.0,
            "unit": "s",
            "peer": 1.0,
            "beside": "bare",
            "ratio": 9.0,
            "promise": "ratio at most 2",
            "kept": False,
            "note": "why",
        }
    ]


def test_a_quick_run_judges_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found(monkeypatch, Figure("too slow", 9.0, "s", 1.0, "bare", TWICE))
    assert main(["--quick"]) == 0
    assert "!" not in capsys.readouterr().out


def check(document: str) -> None:
    figures = json.loads(document)["figures"]
    assert figures
    assert all(figure["ours"] > 0 for figure in figures)
    assert any(figure["promise"] for figure in figures)


@pytest.mark.parametrize("name", [name for name in TOPICS if name not in {"sheet", *OWN_TABLE}])
def test_every_topic_can_be_measured(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """So that the benchmarks keep working; what they say is not judged here."""
    assert main(["--quick", "--json", name]) == 0
    check(capsys.readouterr().out)


@pytest.mark.parametrize("name", OWN_TABLE)
def test_every_topic_with_a_table_of_its_own_can_be_measured(name: str) -> None:
    """In a process of its own, as the table is to be there before the models are read."""
    done = subprocess.run(
        [sys.executable, "-P", "-m", "benchmarks", "--quick", "--json", name],
        capture_output=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        timeout=300,
    )
    assert done.returncode == 0, done.stderr.decode()
    check(done.stdout.decode())
