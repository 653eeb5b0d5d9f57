"""The engine knows PostgreSQL, and no name of the contract that ships with it.

Looked for are the names that the contract gives: tables, columns, types, functions, constraints,
indexes, triggers, queries, operations, shapes and profiles, and the files that its manifest and its
entries name. Every word of ``src/vrss_contract`` counts: code, SQL, docstrings, comments, styles.

A name of several words (``subscription_tiers``, ``home-feed``) is nowhere. A name of one word is
nowhere either, unless ``WORDS`` says what else it means; such a one is still no whole text of the
code, as the name of a dataset would be.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import contracts
from vrss_contract.contract.model import Contract

pytestmark = pytest.mark.once

CONTRACT = contracts.canonical()
SOURCES = sorted(
    path
    for path in (Path(__file__).parents[2] / "src" / "vrss_contract").rglob("*")
    if path.is_file() and path.suffix != ".pyc" and "shipped" not in path.parts
)
WORDS = {
    **dict.fromkeys(("comment", "comments"), "what COMMENT ON and a source file hold"),
    **dict.fromkeys(("name", "type", "value", "content", "title", "description"), "anything's"),
    **dict.fromkeys(("status",), "a process's"),
    **dict.fromkeys(("width", "height"), "a picture's"),
    **dict.fromkeys(("follow", "following", "like", "unlike", "reply", "upload"), "English"),
    **dict.fromkeys(("age", "operator", "login", "username"), "PostgreSQL's own"),
    **dict.fromkeys(("messages", "users"), "what an error says; the operating system's"),
    **dict.fromkeys(("id",), "the column that a table's key is by default; a clause's"),
    **dict.fromkeys(("url", "config"), "a server's address; pytest's"),
    **dict.fromkeys(("small", "medium", "tiny", "scale", "dev"), "sizes of anything; /dev"),
    **dict.fromkeys(("visibility",), "of a row, to VACUUM"),
    **dict.fromkeys(("untidy",), "whatever is not in order"),
}


def _names(contract: Contract) -> Iterator[str]:
    """Every name that the contract gives to something."""
    yield from (*contract.tables, *contract.enums, *contract.functions, *contract.shapes)
    yield from (*contract.queries, *contract.operations, *contract.manifest.profiles)
    for table in contract.tables.values():
        groups = (table.columns, table.keys, table.foreign_keys, table.checks)
        parts = [part for group in (*groups, table.indexes, table.triggers) for part in group]
        yield from (part.name for part in parts)
    yield from (label for enum in contract.enums.values() for label in enum.labels if "_" in label)


def _files(contract: Contract) -> Iterator[str]:
    """The names of files that are the contract's own."""
    manifest = contract.manifest
    yield from (path.name for path in manifest.folder.rglob("*.sql"))
    yield from (path.name for path in (manifest.folder / "jsonb").iterdir())
    yield from (
        tier.name for one in manifest.index_tiers for form in one.forms for tier in [form.file]
    )
    for one in (manifest.schema, manifest.reference and manifest.reference.file):
        yield from [one.name] if one else []
    for profile in manifest.profiles.values():
        for path in (*profile.files, *([profile.generator] if profile.generator else [])):
            yield from (file.name for file in path.glob("*.sql"))


NAMES = {name.lower() for name in _names(CONTRACT)}
FILES = set(_files(CONTRACT))
_WORD = re.compile(r"[a-z0-9]+(?:[_-][a-z0-9]+)*")
_FILE = re.compile(r"[\w.-]+\.(?:sql|json)\b")


def _words(text: str) -> set[str]:
    """Words with what joins them, and each word of those that a hyphen joins."""
    whole = set(_WORD.findall(text.lower()))
    return whole | {part for word in whole for part in word.split("-")}


def _texts(source: str) -> set[str]:
    """The whole texts of a module's code."""
    constants = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant))
    return {node.value.lower() for node in constants if isinstance(node.value, str)}


def test_no_name_of_the_contract_is_in_the_engine() -> None:
    known = NAMES - WORDS.keys()
    found = {path.name: _words(path.read_text("utf-8")) & known for path in SOURCES}
    assert {name: words for name, words in found.items() if words} == {}


def test_no_file_of_the_contract_is_named_in_the_engine() -> None:
    found = {path.name: {*_FILE.findall(path.read_text("utf-8"))} & FILES for path in SOURCES}
    assert {name: files for name, files in found.items() if files} == {}


@pytest.mark.parametrize("profile", CONTRACT.manifest.profiles)
def test_no_profile_is_a_text_of_the_engine(profile: str) -> None:
    modules = [path for path in SOURCES if path.suffix == ".py"]

    assert [path.name for path in modules if profile in _texts(path.read_text("utf-8"))] == []


def test_a_table_is_in_no_sql_of_the_engine() -> None:
    """Not even one whose name means something else as well."""
    verbs, tables = "FROM|JOIN|INTO|UPDATE|TABLE|TRUNCATE", "|".join(CONTRACT.tables)
    after = re.compile(rf"\b(?:{verbs})\s+(?:ONLY\s+)?(?:public\.)?(?:{tables})\b")

    assert [path.name for path in SOURCES if after.search(path.read_text("utf-8"))] == []


def test_the_product_is_named_by_its_own_name_alone() -> None:
    found = [
        word
        for path in SOURCES
        for word in re.findall(r"[\w./-]*vrss[\w-]*", path.read_text("utf-8"), re.IGNORECASE)
        if not re.search(r"vrss[-_]contract", word, re.IGNORECASE)
    ]

    assert found == []


def test_a_word_that_means_something_else_is_a_name_of_the_contract() -> None:
    assert sorted(WORDS.keys() - NAMES) == []
