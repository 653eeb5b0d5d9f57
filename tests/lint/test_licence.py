"""pglast is GPL-3, so nothing that is shipped may need it."""

from __future__ import annotations

import ast
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "src" / "vrss_contract"


def importers(folder: Path, package: str) -> list[str]:
    """The modules under a folder that import a package, wherever in their text."""
    return sorted(
        str(module.relative_to(folder))
        for module in folder.rglob("*.py")
        if package in _imported(ast.parse(module.read_text("utf-8")))
    )


def _imported(tree: ast.AST) -> set[str]:
    names = set[str]()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names.add(node.module or "")
        elif isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            names.add(str(node.args[0].value))  # import_module("pglast") and its kin
    return {name.partition(".")[0] for name in names}


def test_nothing_shipped_imports_pglast() -> None:
    assert importers(PACKAGE, "pglast") == []


def test_every_way_to_import_it_is_seen(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("def f():\n    import pglast.ast\n", "utf-8")
    (tmp_path / "b.py").write_text("from pglast import parse_sql\n", "utf-8")
    (tmp_path / "c.py").write_text("import_module('pglast.stream')\n", "utf-8")
    (tmp_path / "d.py").write_text("import sqlglot  # not pglast\n", "utf-8")

    assert importers(tmp_path, "pglast") == ["a.py", "b.py", "c.py"]
