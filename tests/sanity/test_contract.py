"""The contract's own tests: ids, sentences, sources, and that nothing of the schema is left out."""

import re
from collections import Counter
from pathlib import Path

import psycopg
import pytest

from vrss_contract import paths
from vrss_contract.contract.export import FILE, require_fresh
from vrss_contract.contract.model import Clause, Contract, RowsPromise
from vrss_contract.contract.read import read_contract
from vrss_contract.database.catalog.facts import Catalog
from vrss_contract.database.catalog.read import read

CONTRACT = read_contract(paths.contracts())
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


@pytest.mark.parametrize("clause", WRITTEN, ids=lambda clause: clause.id)
def test_a_sentence_states_a_fact(clause: Clause) -> None:
    assert not re.search(r"\b(should|must|shall|ought)\b", clause.says)
    first = clause.says.split()[0].rstrip(",")
    assert first[0].isupper() or first.rpartition(".")[2] in COLUMNS


@pytest.mark.parametrize("clause", WRITTEN, ids=lambda clause: clause.id)
def test_a_written_clause_has_a_source(clause: Clause) -> None:
    assert clause.source or clause.kind == "phase"


@pytest.mark.parametrize("clause", WRITTEN, ids=lambda clause: clause.id)
def test_no_case_is_told_twice(clause: Clause) -> None:
    if isinstance(clause.promise, RowsPromise):
        reasons = Counter(case.because for case in clause.promise.cases)
        assert [reason for reason, count in reasons.items() if count > 1] == []


@pytest.mark.parametrize("clause", WRITTEN, ids=lambda clause: clause.id)
def test_a_clause_speaks_of_what_the_contract_declares(clause: Clause) -> None:
    assert set(clause.objects) <= _declared(CONTRACT)


@pytest.mark.parametrize(
    "check", sorted(check.name for table in CONTRACT.tables.values() for check in table.checks)
)
def test_every_check_has_a_clause_of_its_own(check: str) -> None:
    assert any(check in clause.objects for clause in WRITTEN if clause.kind == "rows")


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


def test_the_export_is_fresh() -> None:
    require_fresh(CONTRACT, paths.contracts() / FILE)


def test_the_normative_text_tells_every_field() -> None:
    text = (Path(paths.contracts()) / "README.md").read_text("utf-8")
    forms = ("clause.schema.json", "contract.schema.json")
    schema = "".join((paths.contracts() / form).read_text("utf-8") for form in forms)
    fields = set(re.findall(r'"([a-z_]+)": \{ "\$ref"', schema)) - {"then", "items"}
    told = set(re.findall(r"\w+", " ".join(re.findall(r"`[^`\n]*`", text))))
    assert sorted(fields - told) == []


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
