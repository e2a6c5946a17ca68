"""The shape of the code: how long a module or a function may be, and no modules that import each other.

These figures describe health (docs/decisions/0001-packages.md); a breach is a reason to look, not to pad
or to split a thing that is one.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import grimp

from tools.shape_debts import CLASSES, CYCLES

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("emis_desktop", "ui", "sync", "reports", "resources")
LONGEST_MODULE = 400
LONGEST_FUNCTION = 60
MOST_METHODS = 20


def sources() -> Iterator[Path]:
    """Every module of the program and its tools; tests are measured by their use, not their length."""
    yield ROOT / "run.py"
    for folder in (*PACKAGES, "tools"):
        yield from sorted((ROOT / folder).rglob("*.py"))


def _own_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function from its name on, its docstring left out: explaining is not growing."""
    total = (node.end_lineno or node.lineno) - node.lineno + 1
    first = node.body[0]
    if (
        isinstance(first, ast.Expr)
        and isinstance(first.value, ast.Constant)
        and isinstance(first.value.value, str)
    ):
        total -= (first.end_lineno or first.lineno) - first.lineno + 1
    return total


def too_long(path: Path, text: str) -> list[str]:
    """What in the module `path`, whose source is `text`, is longer than the house allows."""
    found = []
    lines = len(text.splitlines())
    if lines > LONGEST_MODULE:
        found.append(f"{path}: {lines} lines, {LONGEST_MODULE} at most")
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _own_lines(node) > LONGEST_FUNCTION:
            found.append(
                f"{path}:{node.lineno}: {node.name} has {_own_lines(node)} lines, {LONGEST_FUNCTION} at most"
            )
        if isinstance(node, ast.ClassDef):
            methods = sum(isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef) for item in node.body)
            most = CLASSES.get(f"{path.as_posix()}:{node.name}", MOST_METHODS)
            if methods > most:
                found.append(f"{path}:{node.lineno}: {node.name} has {methods} methods, {most} at most")
    return found


def cycles(imports: dict[str, set[str]]) -> list[list[str]]:
    """Groups of modules that reach each other; `imports` maps a module to those it imports (Tarjan)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    groups: list[list[str]] = []

    def visit(module: str) -> None:
        index[module] = low[module] = len(index)
        stack.append(module)
        for other in sorted(imports.get(module, ())):
            if other not in index:
                visit(other)
                low[module] = min(low[module], low[other])
            elif other in stack:
                low[module] = min(low[module], index[other])
        if low[module] == index[module]:
            group = stack[stack.index(module) :]
            del stack[-len(group) :]
            if len(group) > 1:
                groups.append(sorted(group))

    for module in sorted(imports):
        if module not in index:
            visit(module)
    return groups


def main() -> int:
    """Print what is out of shape; 0 when nothing is."""
    found = []
    for path in sources():
        found += too_long(path.relative_to(ROOT), path.read_text(encoding="utf-8"))
    graph = grimp.build_graph(*PACKAGES, cache_dir=None, exclude_type_checking_imports=True)
    imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    found += [
        f"these import each other: {', '.join(group)}"
        for group in cycles(imports)
        if not CYCLES.issuperset(group)
    ]
    for line in found:
        print(line)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
