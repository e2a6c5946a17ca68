"""The measures of shape and of promised coverage find what they are there to find."""

from pathlib import Path

import pytest

from tools import check_coverage, check_shape


def function_of(lines: int, docstring: str = "") -> str:
    """The source of a function that has `lines` lines, its docstring not counted."""
    doc = f'    """{docstring}"""\n' if docstring else ""
    return "def work():\n" + doc + "    x = 1\n" * (lines - 1)


def test_a_function_of_sixty_lines_is_allowed_and_one_more_is_not() -> None:
    assert check_shape.too_long(Path("a.py"), function_of(60)) == []
    assert check_shape.too_long(Path("a.py"), function_of(61)) == ["a.py:1: work has 61 lines, 60 at most"]


def test_explaining_is_not_growing() -> None:
    assert check_shape.too_long(Path("a.py"), function_of(60, "What\n\n    it\n    does.")) == []


def test_a_module_of_four_hundred_lines_is_allowed_and_one_more_is_not() -> None:
    assert check_shape.too_long(Path("a.py"), "x = 1\n" * 400) == []
    assert check_shape.too_long(Path("a.py"), "x = 1\n" * 401) == ["a.py: 401 lines, 400 at most"]


def test_a_class_has_at_most_twenty_methods() -> None:
    methods = "".join(f"    def m{number}(self): ...\n" for number in range(21))
    assert check_shape.too_long(Path("a.py"), "class Big:\n" + methods) == [
        "a.py:1: Big has 21 methods, 20 at most"
    ]


@pytest.mark.parametrize(
    ("imports", "rings"),
    [
        ({}, []),
        ({"a": {"b"}, "b": {"c"}, "c": set()}, []),
        ({"a": {"b", "c"}, "b": {"d"}, "c": {"d"}, "d": set()}, []),
        ({"a": {"b"}, "b": {"a"}}, [["a", "b"]]),
        ({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}, [["a", "b", "c"]]),
        ({"a": {"b"}, "b": {"a"}, "c": {"d", "a"}, "d": {"c"}}, [["a", "b"], ["c", "d"]]),
        ({"a": {"elsewhere"}}, []),
    ],
)
def test_rings_of_imports_are_found(imports: dict[str, set[str]], rings: list[list[str]]) -> None:
    assert check_shape.cycles(imports) == rings


def test_a_pragma_says_why() -> None:
    text = "a = 1  # pragma: no cover\nb = 2  # pragma: no cover - only Windows has it\nc = 3\n"
    assert check_coverage.bare_pragmas("a.py", text) == [
        "a.py:1: a coverage pragma without a reason beside it"
    ]
    assert check_coverage.bare_pragmas("a.py", "x = 1  # pragma: no branch\n") != []


def test_a_missed_line_and_a_missed_branch_are_named() -> None:
    measured = {"missing_lines": [4, 9], "missing_branches": [[3, 5], [7, -1]]}
    assert check_coverage.holes("a.py", measured) == ["a.py: not run: 4, 9, 3->5, 7->end"]
    assert check_coverage.holes("a.py", {"missing_lines": [], "missing_branches": []}) == []
    assert check_coverage.holes("a.py", None) == ["a.py: not measured at all"]


def test_the_store_and_the_engine_are_promised_and_a_lone_docstring_is_not(tmp_path: Path) -> None:
    for name, text in {
        "emis_desktop/rules/marks.py": "x = 1\n",
        "emis_desktop/rules/deep/er.py": "x = 1\n",
        "emis_desktop/rules/__init__.py": '"""Only words."""\n',
        "emis_desktop/database.py": "x = 1\n",
        "emis_desktop/cli/main.py": "x = 1\n",
        "emis_desktop/models/empty.py": "",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert list(check_coverage.promised_files(tmp_path)) == [
        "emis_desktop/database.py",
        "emis_desktop/rules/deep/er.py",
        "emis_desktop/rules/marks.py",
    ]


def test_what_is_promised_exists() -> None:
    kept = list(check_coverage.promised_files())
    for pattern in check_coverage.PROMISED:
        stem = pattern.removesuffix("*.py").removesuffix(".py")
        assert any(name.startswith(stem) for name in kept), pattern
