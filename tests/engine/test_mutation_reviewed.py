"""The reviewed list of a contract: what it says of a mutant, when it expires, how it is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from tests import contracts
from vrss_contract.contract import digest
from vrss_contract.contract.model import Contract
from vrss_contract.database.catalog.every_object import Facts, Item
from vrss_contract.errors import TroubleError
from vrss_contract.mutation.reviewed import (
    Equivalent,
    Reviewed,
    expired,
    like,
    of_object,
    read,
)

pytestmark = pytest.mark.once

CHECK = Item("constraint", "public", "books", "pages")
OBJECTS: Mapping[Item, Facts] = {CHECK: {"definition": "CHECK (pages > 0)"}}
LIST = """\
- equivalent: 'check-dropped:*[a]'
  because: Nothing happens.
  of: {books.pages: 0123456789ab}
- seen: ['lock-*', 'loop-*']
  by: loans.pairs
- stays: loans.*
  because: It is told in the books.
"""


def _contract(folder: Path, text: str) -> Contract:
    """The library's contract with this list."""
    file = folder / "reviewed.yaml"
    file.write_text(text, "utf-8")
    library = contracts.library()
    return replace(library, manifest=replace(library.manifest, mutants=file))


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("a:b[c]", "a:b[c]"),
        ("a:b[c]", "*[c]"),
        ("a:b[= '?']", "*[= '?']"),
        ("a:b[x -> y]", "a:*[x -> *]"),
    ],
)
def test_only_a_star_of_a_glob_means_something(name: str, pattern: str) -> None:
    assert like(name, pattern)


@pytest.mark.parametrize(("name", "pattern"), [("a:bc", "a:b[c]"), ("a:b[x]", "a:b[?]")])
def test_brackets_and_question_marks_stand_for_themselves(name: str, pattern: str) -> None:
    assert not like(name, pattern)


def test_a_contract_without_a_list_has_an_empty_one() -> None:
    library = contracts.library()

    assert read(replace(library, manifest=replace(library.manifest, mutants=None))) == Reviewed()


def test_an_equivalent_mutant_is_found_with_its_argument(tmp_path: Path) -> None:
    found = read(_contract(tmp_path, LIST)).equivalent("check-dropped:books.pages[a]")

    assert found == Equivalent(
        ("check-dropped:*[a]",),
        "Nothing happens.",
        {"books.pages": "0123456789ab"},
        "reviewed.yaml:1",
    )


def test_another_mutant_is_not_equivalent(tmp_path: Path) -> None:
    assert read(_contract(tmp_path, LIST)).equivalent("check-dropped:books.pages[b]") is None


def test_the_clause_that_sees_a_mutant_is_asked_first(tmp_path: Path) -> None:
    assert read(_contract(tmp_path, LIST)).first("loop-once:f") == ("loans.pairs",)


def test_what_no_application_feels_is_told_so(tmp_path: Path) -> None:
    unfelt = "- unfelt: 'default-*[0]'\n  because: It is always said.\n"

    found = read(_contract(tmp_path, unfelt))

    assert (found.is_unfelt("default-added:a.b[0]"), found.is_unfelt("default-added:a.b")) == (
        True,
        False,
    )


def test_a_clause_stays_for_a_reason(tmp_path: Path) -> None:
    assert read(_contract(tmp_path, LIST)).stay("loans.due") == "It is told in the books."


def test_a_clause_of_which_nothing_is_said_has_no_reason(tmp_path: Path) -> None:
    assert read(_contract(tmp_path, LIST)).stay("books.pages") == ""


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("- becuse: a\n", "the keys becuse"),
        ("- stays: a\n  by: b\n", "the keys stays, by"),
        ("- stays: a\n", "None where a text is wanted"),
        ("- stays: [1]\n  because: b\n", "1 where a text is wanted"),
        ("- seen: a\n  by: ' '\n", "' ' where a text is wanted"),
        ("- equivalent: a\n  because: b\n  of: c\n", "no mapping of names to digests"),
        ("- equivalent: a\n  because: b\n  of: {c: 1}\n", "no mapping of names to digests"),
    ],
)
def test_a_fault_of_the_list_is_told_with_its_place(text: str, found: str, tmp_path: Path) -> None:
    with pytest.raises(TroubleError, match=r"reviewed-fault") as caught:
        read(_contract(tmp_path, text))

    assert found in str(caught.value)
    assert "reviewed.yaml:1" in str(caught.value)


def _list(name: str, known: str) -> Reviewed:
    return Reviewed((Equivalent(("*",), "Nothing happens.", {name: known}, "reviewed.yaml:1"),))


def test_an_argument_about_what_has_not_changed_holds() -> None:
    list_ = _list("books.pages", of_object("books.pages", OBJECTS))

    assert list(expired(list_, contracts.library(), OBJECTS)) == []


def test_an_argument_about_an_object_that_changed_has_expired() -> None:
    list_ = _list("books.pages", of_object("books.pages", OBJECTS))
    changed: Mapping[Item, Facts] = {CHECK: {"definition": "CHECK (pages > 1)"}}

    ((place, why),) = expired(list_, contracts.library(), changed)

    assert place == "reviewed.yaml:1"
    assert why.startswith(f"books.pages is another: {of_object('books.pages', changed)}, was ")


def test_an_argument_about_an_object_that_is_gone_has_expired() -> None:
    ((_, why),) = expired(_list("books.pages", "0123456789ab"), contracts.library(), {})

    assert why == "books.pages is another: it is not there, was 0123456789ab"


def test_an_argument_about_a_clause_holds_by_the_clauses_digest() -> None:
    clause = contracts.library().clauses[0]

    assert not [*expired(_list(clause.id, digest.of_clause(clause)), contracts.library(), {})]


def test_an_argument_about_a_clause_that_changed_has_expired() -> None:
    clause = contracts.library().clauses[0]

    assert [*expired(_list(clause.id, "0123456789ab"), contracts.library(), {})]


def test_an_expired_argument_says_nothing_of_a_mutant() -> None:
    list_ = _list("books.pages", "0123456789ab")

    assert list_.without(["reviewed.yaml:1"]).equivalent("a:b") is None


def test_a_function_has_a_digest_by_its_name_without_its_arguments() -> None:
    objects: Mapping[Item, Facts] = {
        Item("function", "public", "", "keep(integer)"): {"body": "SELECT 1"}
    }

    assert of_object("keep", objects) != ""
