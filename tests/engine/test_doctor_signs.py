"""What the doctor makes of facts, without a server: indexes, sequences, statistics, documents."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from vrss_contract.contract.document_checker import DocumentFault
from vrss_contract.contract.model import Contract
from vrss_contract.contract.model import Index as Declared
from vrss_contract.contract.model import Table as DeclaredTable
from vrss_contract.database.catalog.facts import (
    Catalog,
    CatalogIndex,
    CatalogTable,
    Constraint,
    IndexColumn,
)
from vrss_contract.doctor.check import some
from vrss_contract.doctor.documents import masked, names
from vrss_contract.doctor.indexes import duplicates, invalid, unused
from vrss_contract.doctor.numbers import ColumnSequence, behind, nearly_full
from vrss_contract.doctor.repair import Repair
from vrss_contract.doctor.statistics import stale
from vrss_contract.doctor.structure import violators
from vrss_contract.doctor.usage import IndexUsage, TableUsage, Usage

pytestmark = pytest.mark.once

PLAIN = CatalogIndex(
    name="plain",
    definition="",
    method="btree",
    columns=(IndexColumn("a", "a", "", "", descending=False, nulls_first=False),),
    include=(),
    predicate="",
    unique=False,
    nulls_distinct=True,
    valid=True,
    ready=True,
    constraint="",
    options=(),
)
UNIQUE = replace(PLAIN, name="unique_one", unique=True)
KEY = replace(PLAIN, name="t_key", unique=True, constraint="t_key")
NOTHING = Contract(tables={}, enums={}, functions={}, clauses=())
COUNTER = ColumnSequence("t_id_seq", "t", "id", "bigint", 11, 2**63 - 1, 10)


def catalog(*indexes: CatalogIndex) -> Catalog:
    table = CatalogTable(
        "t", "table", "permanent", "", row_security=False, forced_row_security=False, options=(),
        rules=(), policies=(), children=(), outer_references=(), parents=(),
        partition_by="", bounds="",
        indexes={index.name: index for index in indexes},
    )  # fmt: skip
    return Catalog({"t": table})


def contract(*names_: str) -> Contract:
    indexes = tuple(Declared(name, ("a",)) for name in names_)
    table = DeclaredTable("t", 1, "", (), (), indexes=indexes)
    return Contract(tables={"t": table}, enums={}, functions={}, clauses=())


def usage(**scans: int) -> Usage:
    counts = {
        name: IndexUsage("t", n, 2 * n, n, 3 << 20, building=False) for name, n in scans.items()
    }
    table = TableUsage(10, 0, 0, analyzed=True)
    return Usage({"t": table}, counts)


@pytest.mark.parametrize(
    ("one", "other", "drop"),
    [
        (replace(PLAIN, name="also"), PLAIN, "DROP INDEX CONCURRENTLY public.plain;"),
        (UNIQUE, PLAIN, "DROP INDEX CONCURRENTLY public.plain;"),
        (KEY, PLAIN, "DROP INDEX CONCURRENTLY public.plain;"),
        (KEY, UNIQUE, "DROP INDEX CONCURRENTLY public.unique_one;"),
        (
            KEY,
            replace(KEY, name="t_key2", constraint="t_key2"),
            "ALTER TABLE public.t DROP CONSTRAINT t_key2;",
        ),
    ],
)
def test_the_twin_that_serves_less_may_go(
    one: CatalogIndex, other: CatalogIndex, drop: str
) -> None:
    signs = duplicates(NOTHING, catalog(one, other), usage())

    assert [finding.repair for finding in signs.faults] == [drop]


@pytest.mark.parametrize(
    "other",
    [
        replace(PLAIN, name="b", method="hash"),
        replace(PLAIN, name="b", predicate="a > 0"),
        replace(PLAIN, name="b", include=("c",)),
        replace(PLAIN, name="b", columns=(replace(PLAIN.columns[0], name="b", expression="b"),)),
        replace(PLAIN, name="b", columns=(replace(PLAIN.columns[0], descending=True),)),
        replace(PLAIN, name="b", columns=(replace(PLAIN.columns[0], opclass="text_ops"),)),
        replace(PLAIN, name="b", valid=False),
    ],
)
def test_an_index_that_differs_is_no_twin(other: CatalogIndex) -> None:
    signs = duplicates(NOTHING, catalog(PLAIN, other), usage())

    assert signs.faults == ()


def test_an_index_that_enforces_more_is_no_twin() -> None:
    strict = replace(UNIQUE, nulls_distinct=False)

    assert duplicates(NOTHING, catalog(KEY, strict), usage()).faults == ()


def test_a_twin_that_the_contract_declares_is_advice() -> None:
    signs = duplicates(contract("plain"), catalog(KEY, PLAIN), usage(plain=7, t_key=1))

    assert signs.faults == ()
    assert signs.advice[0].because == (
        "index plain repeats t_key, which the constraint t_key rests on"
    )
    assert signs.advice[0].found.startswith("plain: 7 scans, 3.0 MiB; t_key: 1 scan, 3.0 MiB; ")


def test_the_age_of_the_counts_is_told() -> None:
    reset, now = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 3, 2, 5, tzinfo=UTC)

    counted = replace(usage(plain=0), since=reset, now=now)

    signs = unused(NOTHING, catalog(PLAIN), counted)
    assert signs.advice[0].expected.endswith("since 2026-01-01 00:00 (60 days)")


@pytest.mark.parametrize("index", [KEY, UNIQUE])
def test_an_index_that_enforces_something_is_not_called_unused(index: CatalogIndex) -> None:
    signs = unused(NOTHING, catalog(index), usage(**{index.name: 0}))

    assert signs.advice == ()


def test_every_unused_index_is_named() -> None:
    idle = [replace(PLAIN, name=f"idle_{n}") for n in range(30)]

    signs = unused(NOTHING, catalog(*idle), usage(**{index.name: 0 for index in idle}))

    named = [line.partition(",")[0] for line in signs.advice[0].found.splitlines()]
    assert named == sorted(index.name for index in idle)


def test_the_use_of_every_index_is_listed_idle_ones_first() -> None:
    signs = unused(contract("plain"), catalog(KEY, PLAIN), usage(t_key=7, plain=0))

    assert signs.listing is not None
    assert [row[:6] for row in signs.listing.rows] == [
        ("plain", "t", 0, 0, 0, 3 << 20),
        ("t_key", "t", 7, 14, 7, 3 << 20),
    ]


def test_an_index_that_is_being_built_is_advice() -> None:
    building = Usage(indexes={"plain": IndexUsage("t", 0, 0, 0, 0, building=True)})

    signs = invalid(NOTHING, catalog(replace(PLAIN, valid=False)), building)

    assert (signs.faults, signs.advice[0].found) == ((), "invalid, and being built")


@pytest.mark.parametrize("name", ["plain_ccnew", "plain_ccold", "plain_ccnew2"])
def test_what_a_rebuild_left_over_is_dropped(name: str) -> None:
    signs = invalid(NOTHING, catalog(replace(PLAIN, name=name, valid=False)), usage())

    assert signs.faults[0].repair == f"DROP INDEX CONCURRENTLY public.{name};"


def test_a_declared_index_is_rebuilt() -> None:
    signs = invalid(contract("plain"), catalog(replace(PLAIN, valid=False)), usage())

    assert signs.faults[0].repair == "REINDEX INDEX CONCURRENTLY public.plain;"


@pytest.mark.parametrize(("following", "found"), [(11, False), (10, True), (1, True)])
def test_a_sequence_is_behind_where_its_next_number_is_taken(following: int, found: bool) -> None:  # noqa: FBT001 - a row of the table
    assert bool(behind(replace(COUNTER, following=following))) is found


def test_a_sequence_of_an_empty_table_is_not_behind() -> None:
    assert behind(replace(COUNTER, following=1, highest=None)) is None


@pytest.mark.parametrize(
    ("counter", "repair"),
    [
        (
            replace(COUNTER, last=1000, following=801),
            "ALTER SEQUENCE public.t_id_seq AS bigint NO MAXVALUE;",
        ),
        (
            replace(COUNTER, type="integer", following=2_000_000_000),
            "a wider type for t.id than integer",
        ),
    ],
)
def test_a_sequence_near_its_end_is_told_with_what_bounds_it(
    counter: ColumnSequence, repair: str
) -> None:
    finding = nearly_full(counter)

    assert finding is not None
    assert finding.repair == repair


def test_a_sequence_that_falls_is_behind_where_a_lower_number_is_taken() -> None:
    falling = replace(COUNTER, increment=-1, highest=-5)

    assert behind(replace(falling, following=-6)) is None
    finding = behind(replace(falling, following=-5))
    assert finding is not None
    assert finding.repair == "SELECT setval('public.t_id_seq', (SELECT min(id) FROM public.t));"


def test_a_sequence_that_begins_again_is_told() -> None:
    finding = nearly_full(replace(COUNTER, cycles=True))

    assert finding is not None
    assert finding.repair == "ALTER SEQUENCE public.t_id_seq NO CYCLE;"


def test_a_sequence_at_four_fifths_is_not_near_its_end() -> None:
    assert nearly_full(replace(COUNTER, last=1000, following=800)) is None


@pytest.mark.parametrize(
    ("table", "found"),
    [
        (TableUsage(5000, 1000, 1 << 20, analyzed=True), []),
        (TableUsage(8000, 1600, 1 << 20, analyzed=True), []),
        (
            TableUsage(5000, 1600, 1 << 20, analyzed=True),
            ["about 1,600 rows changed since the last ANALYZE"],
        ),
        (TableUsage(500, 900, 1 << 20, analyzed=True), []),
        (TableUsage(5, 0, 1 << 16, analyzed=False), []),
    ],
)
def test_statistics_are_stale_after_many_changes_alone(table: TableUsage, found: list[str]) -> None:
    assert [finding.found for finding in stale(Usage({"t": table}))] == found


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("$", "$"),
        ("$.filters[12].type", "$.filters[*].type"),
        ('$.filters["my own words"]', "$.filters.*"),
        ("$.hush", "$.*"),
        ('$["with \\"quotes\\""].type', "$.*.type"),
    ],
)
def test_a_path_shows_no_name_but_the_schemas_own(path: str, told: str) -> None:
    known = names({"properties": {"filters": {"items": {"required": ["type"]}}}})

    assert masked(DocumentFault(path, "enum"), known) == DocumentFault(told, "enum")


def test_the_rows_that_break_a_reference_can_be_asked_for() -> None:
    constraint = Constraint(
        "t_a_fkey", "foreign key", "", ("a",), validated=False, enforced=True, deferrable=False,
        deferred=False, inherited=True, references="users", references_columns=("id",),
        on_delete="", on_update="", match="simple", expression="", index="",
    )  # fmt: skip

    assert violators("t", constraint) == (
        "public.t AS here WHERE here.a IS NOT NULL"
        " AND NOT EXISTS (SELECT FROM public.users AS there WHERE there.id = here.a)"
    )


def test_a_repair_file_is_named_from_where_one_stands(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)

    near = Repair(tmp_path / "my contracts", "dbname=app").file("a.sql").splitlines()[0]
    far = Repair(Path("/elsewhere"), "dbname=app").file("a.sql").splitlines()[0]

    assert near == "psql -X -v ON_ERROR_STOP=1 -f 'my contracts/a.sql' dbname=app"
    assert far == "psql -X -v ON_ERROR_STOP=1 -f /elsewhere/a.sql dbname=app"


def test_examples_are_few_and_the_others_counted() -> None:
    assert some(["a", "b", "c"], 1_234) == "a\nb\nc\nand 1,231 more"
