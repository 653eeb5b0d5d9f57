"""The tables of errors: each is raised with the fields that its words have, and documented."""

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from tools import error_page

from vrss_contract.errors import Trouble

ROOT = Path(__file__).parents[2]
TESTS = ROOT / "tests"
SEEN = re.compile(r"(?:error\[|match=r?\"|\.code == \")([a-z0-9-]+)")
"""An error to the word, in a golden file or in a test, or one that is caught by its code."""
PACKAGE = ROOT / "src" / "vrss_contract"
NAMED = [path for path in PACKAGE.rglob("*.py") if "errors import" in path.read_text("utf-8")]


def _module(path: Path) -> ModuleType:
    parts = path.relative_to(ROOT / "src").with_suffix("").parts
    return importlib.import_module(".".join(parts).removesuffix(".__init__"))


def _raised(path: Path) -> Iterator[tuple[ast.Call, Trouble]]:
    """The calls of a module that give an error, each with its row of the table."""
    names = vars(_module(path))
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            trouble = names.get(node.func.id)
            if isinstance(trouble, Trouble):
                yield node, trouble


@pytest.mark.parametrize("path", NAMED, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_an_error_is_given_the_fields_of_its_words(path: Path) -> None:
    given = {call.lineno: ({k.arg for k in call.keywords}, one) for call, one in _raised(path)}
    assert [n for n, (names, one) in given.items() if names != one.fields] == []


def test_another_field_is_refused() -> None:
    trouble = Trouble("a", "b", says="{c}", tried="d", do="e", found="f")
    with pytest.raises(TypeError, match=r"a takes \['c'\], and got \['g'\]"):
        trouble(g=1)


def test_every_error_has_been_seen() -> None:
    texts = [
        path.read_text("utf-8") for path in TESTS.rglob("*.*") if path.suffix in {".py", ".txt"}
    ]
    seen = {code for text in texts for code in SEEN.findall(text)}
    assert {trouble.code for trouble in error_page.table()} - seen == set()


def test_the_page_of_the_documentation_is_made_from_the_tables() -> None:
    assert error_page.PAGE.read_text("utf-8") == error_page.page(error_page.table())
