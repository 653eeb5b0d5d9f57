"""The contract's own tests: ids, sentences, sources, and that nothing of the schema is left out."""

import re
from collections import Counter
from pathlib import Path

import psycopg
import pytest

from tests import contracts
from vrss_contract import paths
from vrss_contract.contract.export import FILE, require_fresh
from vrss_contract.contract.model import Contract, RowsPromise, StrangersPromise
from vrss_contract.database.catalog.facts import Catalog
from vrss_contract.database.catalog.read import read

pytestmark = pytest.mark.once

CONTRACT = contracts.canonical()
WRITTEN = [clause for clause in CONTRACT.clauses if not clause.derived]


@pytest.fixture
def catalog(loaded: psycopg.Connection) -> Catalog:
    return read(loaded)


def test_ids_are_unique() -> None:
    counts = Counter(clause.id for clause in CONTRACT.clauses)
    assert [id_ for id_, count in counts.items() if count > 1] == []


def test_ids_differ_by_more_than_letter_case() -> None:
    assert len({clause.id.lower() for clause in CONTRACT.clauses}) == len(CONTRACT.clauses)


COLUMNS = {column.name for table in CONTRACT.tables.values() for column in table.columns}


def test_a_sentence_states_a_fact() -> None:
    wishes = re.compile(r"\b(should|must|shall|ought)\b")
    assert [c.id for c in WRITTEN if wishes.search(c.says) or not _begins_well(c.says)] == []


def test_a_written_clause_has_a_source() -> None:
    assert [c.id for c in WRITTEN if not c.source and c.kind != "phase"] == []


def test_no_case_is_told_twice() -> None:
    told = [
        (clause.id, case.because)
        for clause in WRITTEN
        if isinstance(clause.promise, RowsPromise)
        for case in clause.promise.cases
    ]
    assert [one for one, count in Counter(told).items() if count > 1] == []


def test_a_clause_speaks_of_what_the_contract_declares() -> None:
    declared = _declared(CONTRACT)
    assert [clause.id for clause in WRITTEN if not set(clause.objects) <= declared] == []


def test_every_check_has_a_clause_of_its_own() -> None:
    checks = {check.name for table in CONTRACT.tables.values() for check in table.checks}
    spoken = {name for clause in WRITTEN if clause.kind == "rows" for name in clause.objects}
    assert sorted(checks - spoken) == []


def test_every_object_of_the_schema_is_spoken_of(catalog: Catalog) -> None:
    spoken = {name for clause in CONTRACT.clauses for name in clause.objects}
    assert sorted(_objects(catalog) - spoken) == []


def test_an_erratum_names_clauses_that_are_there() -> None:
    ids = {clause.id for clause in CONTRACT.clauses}
    named = [id_ for erratum in CONTRACT.errata for id_ in erratum.clauses]
    assert [id_ for id_ in named if id_ not in ids and "*" not in id_] == []


def test_ids_of_errata_are_unique() -> None:
    counts = Counter(erratum.id for erratum in CONTRACT.errata)
    assert max(counts.values()) == 1


def test_the_source_of_a_clause_names_errata_that_are_there() -> None:
    known = {erratum.id for erratum in CONTRACT.errata}
    cited = re.findall(r"erratum ([a-z0-9-]+)", " ".join(c.source for c in CONTRACT.clauses))
    assert set(cited) <= known


def test_every_operation_is_tried_beside_strangers() -> None:
    clauses = (one.promise for one in CONTRACT.clauses if isinstance(one.promise, StrangersPromise))
    tried = {name for promise in clauses for name in promise.operations}
    assert CONTRACT.operations.keys() - tried == set()


def test_the_export_is_fresh() -> None:
    require_fresh(CONTRACT, paths.contracts() / FILE)


def test_the_normative_text_tells_every_field() -> None:
    text = (Path(paths.contracts()) / "README.md").read_text("utf-8")
    forms = ("clause.schema.json", "contract.schema.json")
    schema = "".join((paths.contracts() / form).read_text("utf-8") for form in forms)
    fields = set(re.findall(r'"([a-z_]+)": \{ "\$ref"', schema)) - {"then", "items"}
    told = set(re.findall(r"\w+", " ".join(re.findall(r"`[^`\n]*`", text))))
    assert sorted(fields - told) == []


def _begins_well(sentence: str) -> bool:
    """Whether it begins as a sentence does, or with a column's name."""
    first = sentence.split(maxsplit=1)[0].rstrip(",")
    return first[0].isupper() or first.rpartition(".")[2] in COLUMNS


def _declared(contract: Contract) -> set[str]:
    names = {*contract.tables, *contract.enums, *contract.functions}
    for table in contract.tables.values():
        names |= {f"{table.name}.{column.name}" for column in table.columns}
        parts = (table.keys, table.foreign_keys, table.checks, table.indexes, table.triggers)
        names |= {part.name for group in parts for part in group}
    return names


def _objects(catalog: Catalog) -> set[str]:
    names = {*catalog.tables, *catalog.enums, *(one.name for one in catalog.functions)}
    for table in catalog.tables.values():
        names |= {f"{table.name}.{column}" for column in table.columns}
        names |= {*table.constraints, *table.indexes, *table.triggers}
    return names
