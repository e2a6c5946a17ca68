"""School years from the command line: shown, opened, closed with what is unfinished told, opened again."""

from pathlib import Path

from tests.helpers.commands import emis


def newest() -> str:
    """The code of the newest year."""
    code: str = emis("year", "list", "--json").document[0]["code"]
    return code


def test_the_next_year_is_shown_then_made_once(school: Path) -> None:
    shown = emis("year", "open", "--from", "2026-27", "--preview", "--json")
    assert shown.code == 0
    plan = shown.document
    assert (plan["year"], plan["there"], len(plan["terms"])) == ("2027-28", False, 3)
    (found,) = plan["schools"]
    assert found["classes"]
    assert {line["standing"] for line in found["classes"]} == {"new"}
    assert newest() == "2026-27"
    made = emis("year", "open", "--from", "2026-27", "--no-teachers", "--no-tests", "--json")
    assert (made.code, made.document["changed"]) == (0, True)
    assert made.document["classes"] == len(found["classes"])
    assert made.document["schools"][0]["tests"] == 0
    told = emis("year", "open", "--from", "2026-27", "--no-tests")
    assert "Everything is there already" in told.out
    assert newest() == "2027-28"
    assert "2027–28 is there" in emis("year", "open", "--from", "2026-27", "--preview").out


def test_a_term_is_closed_and_opened_again(school: Path) -> None:
    unfinished = emis("year", "close", "2026-27", "--term", "2")
    assert unfinished.code == 1
    assert "--anyway" in unfinished.err
    closed = emis("year", "close", "2026-27", "--term", "2", "--anyway", "--json")
    assert (closed.code, closed.document["closed"]) == (0, "Term 2")
    year = emis("year", "list", "--json").document[0]
    assert [term["closed"] for term in year["terms"]] == [False, True, False]
    again = emis("year", "reopen", "2026-27", "--term", "2", "--reason", "A mark was wrong")
    assert (again.code, "Term 2 is open again" in again.out) == (0, True)
    assert emis("year", "close", "2026-27", "--anyway").code == 0
    assert "closed" in emis("year", "list").out
    assert emis("year", "reopen", "2026-27", "--reason", " ").code == 1
    assert emis("year", "reopen", "2026-27", "--reason", "late transcript").code == 0


def test_what_is_not_there_is_said(school: Path) -> None:
    for words, said in (
        (("open", "--from", "1999-00"), "no school year called 1999-00"),
        (("open", "--from", "2026-27", "--school", "X-1"), "no school with the code X-1"),
        (("close", "2026-27", "--term", "9"), "9"),
    ):
        done = emis("year", *words)
        assert done.code == 1
        assert said in done.err
    assert emis("year").code == 2
