"""One command measures all that was promised, and its exit code says whether it is kept."""

import pytest

from benchmarks import __main__ as bench
from benchmarks.__main__ import TOPICS, Line, main


def test_a_bad_name_is_told_before_anything_is_measured(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cards", "speed"]) == 2
    assert capsys.readouterr().out == (
        f"There is no benchmark called speed. Known are: {', '.join(TOPICS)}.\n"
    )


@pytest.mark.parametrize(
    ("kept", "code", "last"),
    [(True, 0, "Every promise measured is kept."), (False, 1, "Not kept: 1.")],
)
def test_a_broken_promise_is_marked_and_ends_the_run_with_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], kept: bool, code: int, last: str
) -> None:
    found = (Line("quick enough", "1.0 s", kept), Line("for comparison", "2.0 s"))
    monkeypatch.setattr(bench, "TOPICS", {"one": lambda: iter(found)})
    assert main([]) == code
    first, second, closing = capsys.readouterr().out.splitlines()
    assert (first[0], second[0], closing) == ("+" if kept else "!", " ", last)


def test_what_is_promised_is_a_ratio_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    class Found:
        name, ours, theirs, most, value = "ours", 2.6, 1.0, 2.5, 2.6

    line = bench._ratio(Found())
    assert line.kept is False
    assert line.text.split() == ["2.60", "times,", "at", "most", "2.5", "(2.600", "s,", "1.000", "s)"]
