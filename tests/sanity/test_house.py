"""The house limits: short modules, short functions, imports one way, docs where they are due."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "vrss_contract"
FILES = sorted(
    path for folder in ("src", "tests", "bench") for path in (ROOT / folder).rglob("*.py")
)
MODULE_LINES, FUNCTION_LINES = 300, 40
RANKS = {
    "": 0,
    "errors": 0,
    "verdict": 0,
    "sql": 0,
    "clause.declared": 0,
    "clause.promise": 0,
    "clause.model": 0,
    "catalog.facts": 0,
    "resources": 1,
    "target": 2,
    "server": 3,
    "loading": 4,
    "role": 4,
    "sweeping": 4,
    "database": 4,
    "catalog": 4,
    "probe": 4,
    "schedule": 4,
    "clause": 5,
    "factory": 5,
    "document": 5,
    "dataset": 5,
    "world": 5,
    "query": 5,
    "inquiry": 5,
    "stage": 5,
    "referee": 5,
    "bench": 5,
    "selection": 5,
    "storm": 5,
    "workload": 5,
    "kinds": 6,
    "run": 7,
    "explain": 7,
    "replay": 7,
    "hunt": 7,
    "gale": 7,
    "seeding": 7,
    "doctor": 7,
    "comparison": 7,
    "ablation": 7,
    "report": 8,
    "cli": 9,
    "plugin": 9,
    "__main__": 10,
}
REPORTS_MAY_KNOW = {"report", "verdict", "errors"}


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", FILES, ids=named)
def test_a_module_is_short(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) < MODULE_LINES


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=named)
def test_a_module_says_what_it_knows(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text("utf-8")))


@pytest.mark.parametrize("path", FILES, ids=named)
def test_a_function_is_short(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            assert length < FUNCTION_LINES, f"{node.name} has {length} lines"


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=named)
def test_imports_go_one_way(path: Path) -> None:
    module = _module(path)
    for imported in _imports(path):
        assert _rank(imported) <= _rank(module), f"{module} imports {imported}"


@pytest.mark.parametrize("path", sorted((PACKAGE / "report").glob("*.py")), ids=named)
def test_a_report_knows_verdicts_alone(path: Path) -> None:
    assert {imported.split(".")[0] for imported in _imports(path)} <= REPORTS_MAY_KNOW


def _module(path: Path) -> str:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("vrss_contract"):
            base = (node.module or "").removeprefix("vrss_contract").strip(".")
            for alias in node.names:
                full = f"{base}.{alias.name}".strip(".")
                yield full if _exists(full) else base


def _exists(module: str) -> bool:
    path = PACKAGE.joinpath(*module.split("."))
    return path.is_dir() or path.with_suffix(".py").is_file()


def _rank(module: str) -> int:
    """A module's own rank, or that of the package it is in."""
    while module not in RANKS:
        assert module, "a module without a rank: give it one here and in docs/ARCHITECTURE.md"
        module = module.rpartition(".")[0]
    return RANKS[module]
