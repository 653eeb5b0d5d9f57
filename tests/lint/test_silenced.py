"""Nothing silences a linter for a file: what one takes is said in pyproject.toml, or here.

A directive in a file, a configuration in a folder and a list of ignored files all let a fault
through without a word in what is reviewed.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

SAID = {
    "fixtures/datasets/dev/*.sql": {"max_line_length:0"},  # a row a line, written by a program
    "fixtures/schemas/reserved_names.sql": {  # names that have to be quoted are what it is for
        "rules:references.special_chars:quoted_identifiers_policy:none",
        "rules:references.quoting:ignore_words:user,table,before",
    },
}
"""What a file tells sqlfluff of itself, and why it may."""
_SQLFLUFF = re.compile(r"^--\s*sqlfluff:(\S+)", re.MULTILINE | re.IGNORECASE)
_PYTHON = re.compile(
    r"^\s*#\s*(?:(?:ruff|flake8):\s*noqa|mypy:|type:\s*ignore\s*$|fmt:\s*off)", re.MULTILINE
)
_CONFIGURATIONS = {
    ".sqlfluff",
    ".sqlfluffignore",
    ".ruff.toml",
    "ruff.toml",
    "mypy.ini",
    ".mypy.ini",
    "setup.cfg",
    "pep8.ini",
    ".importlinter",
}
_ROOT = Path(__file__).parents[2]
FAULT = "CREATE   TABLE Bad_One (ID int);\n"
SILENCED = {
    "a comment of Jinja": f"-- {{#\n{FAULT}-- #}}\n",
    "a condition of Jinja": f"-- {{% if false %}}\n{FAULT}-- {{% endif %}}\n",
    "noqa for the file": f"-- noqa: disable=all\n{FAULT}",
    "noqa for a line": FAULT.replace(";", ";  -- noqa"),
}


def _tracked(pattern: str) -> list[str]:
    return sorted(str(path.relative_to(_ROOT)) for path in _ROOT.glob(pattern))


def _linted() -> list[str]:
    roots = ("*.sql", "fixtures/**/*.sql", "contracts/**/*.sql")
    return [path for root in roots for path in _tracked(root)]


def _sources() -> list[str]:
    roots = ("*.py", "src/**/*.py", "tests/**/*.py", "tools/**/*.py", "benchmarks/**/*.py")
    return [path for root in roots for path in _tracked(root)]


def test_no_file_of_sql_says_how_it_is_linted_but_those_listed() -> None:
    said = {path: set(_SQLFLUFF.findall((_ROOT / path).read_text("utf-8"))) for path in _linted()}
    listed = {path: words for pattern, words in SAID.items() for path in _tracked(pattern)}
    assert {path: words - listed.get(path, set()) for path, words in said.items()} == {
        path: set() for path in said
    }


def test_no_file_of_python_is_left_out_as_a_whole() -> None:
    here = Path(__file__).relative_to(_ROOT)
    silenced = [
        path
        for path in _sources()
        if path != str(here) and _PYTHON.search((_ROOT / path).read_text("utf-8"))
    ]
    assert silenced == []


def test_no_folder_configures_a_linter() -> None:
    folders = ("", "src", "contracts", "fixtures", "tests", "tools", "benchmarks")
    found = [
        str(path.relative_to(_ROOT))
        for folder in folders
        for path in (_ROOT / folder).glob("*" if not folder else "**/*")
        if path.name in _CONFIGURATIONS or (folder and path.name in {"pyproject.toml", "tox.ini"})
    ]
    assert found == [".sqlfluffignore"]


def test_only_what_is_spelt_otherwise_on_purpose_or_written_by_a_program_is_left_out() -> None:
    lines = (_ROOT / ".sqlfluffignore").read_text("utf-8").splitlines()
    assert [line for line in lines if not line.startswith("#")] == [
        "fixtures/implementations/respelled.sql",
        "fixtures/pgtap/",
    ]


@pytest.mark.parametrize("script", SILENCED.values(), ids=SILENCED)
def test_sqlfluff_sees_a_fault_that_a_file_hides(script: str, tmp_path: Path) -> None:
    code, words = _lint(script, tmp_path)
    assert (code, "CP02" in words) == (1, True), words


@pytest.mark.parametrize("text", ["'{{1},{2}}'", "'^[^{#]+$'", "'{% raw'"])
def test_sqlfluff_takes_braces_as_the_server_does(text: str, tmp_path: Path) -> None:
    code, words = _lint(f"SELECT {text} AS a;\n", tmp_path)
    assert code == 0, words


def _lint(script: str, folder: Path) -> tuple[int, str]:
    """Exit code and words for a script by our configuration."""
    (folder / "pyproject.toml").write_bytes((_ROOT / "pyproject.toml").read_bytes())
    (folder / "script.sql").write_text(script, "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "sqlfluff", "lint", "--disable-progress-bar", "script.sql"],
        cwd=folder,
        check=False,
        capture_output=True,
        encoding="utf-8",
    )
    return done.returncode, done.stdout + done.stderr
