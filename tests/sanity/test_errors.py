"""The tables of errors: each is raised with the fields that its words have, and documented."""

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from tools import error_page

from tests.engine.machines import rows
from vrss_contract.errors import Trouble
from vrss_contract.target.errors import unloaded

pytestmark = pytest.mark.once

ROOT = Path(__file__).parents[2]
TESTS = ROOT / "tests"
SEEN = re.compile(r"(?:error\[|match=r?\"|\.code == \")([a-z0-9-]+)")
"""An error to the word, in a golden file or in a test, or one that is caught by its code."""
PACKAGE = ROOT / "src" / "vrss_contract"
BY_UNLOADED = {"target", "line", "phase", "statement"}
NAMED = [path for path in PACKAGE.rglob("*.py") if "errors import" in path.read_text("utf-8")]


def _module(path: Path) -> ModuleType:
    parts = path.relative_to(ROOT / "src").with_suffix("").parts
    return importlib.import_module(".".join(parts).removesuffix(".__init__"))


def _given(path: Path) -> Iterator[tuple[int, set[str], Trouble]]:
    """The calls of a module that give an error: line, names of the fields, row of the table."""
    names = vars(_module(path))

    def trouble(node: ast.expr) -> Trouble | None:
        found = names.get(node.id) if isinstance(node, ast.Name) else None
        return found if isinstance(found, Trouble) else None

    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            fields = {keyword.arg or "**" for keyword in node.keywords}
            if one := trouble(node.func):
                yield node.lineno, fields, one
            elif ast.unparse(node.func) == unloaded.__name__ and (one := trouble(node.args[0])):
                yield node.lineno, fields | BY_UNLOADED, one


def test_an_error_is_given_the_fields_of_its_words() -> None:
    wrong = [
        f"{path.relative_to(PACKAGE)}:{line}"
        for path in NAMED
        for line, fields, one in _given(path)
        if fields != one.fields
    ]
    assert wrong == []


def test_most_errors_are_given_where_their_table_is_imported() -> None:
    assert sum(1 for path in NAMED for _ in _given(path)) > 100


def test_another_field_is_refused() -> None:
    trouble = Trouble("a", "b", says="{c}", tried="d", do="e", found="f")
    with pytest.raises(TypeError, match=r"a takes \['c'\], and got \['g'\]"):
        trouble(g=1)


def test_every_error_has_been_seen() -> None:
    texts = [
        path.read_text("utf-8") for path in TESTS.rglob("*.*") if path.suffix in {".py", ".txt"}
    ]
    seen = {code for text in texts for code in SEEN.findall(text)} | {row.error for row in rows()}
    assert {trouble.code for trouble in error_page.table()} - seen == set()


def test_the_page_of_the_documentation_is_made_from_the_tables() -> None:
    assert error_page.PAGE.read_text("utf-8") == error_page.page(error_page.table())
