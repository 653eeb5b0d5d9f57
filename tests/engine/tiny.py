"""A contract of two tables, and schemas that keep it or break it: for tests that want a server.

``counters.n`` is how many marks a counter has. ``KEEPS`` counts up, which a lock makes safe;
``LATE`` does so at the commit. ``RACES`` counts anew, which is right one session at a time and
wrong when two write at once.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from vrss_contract import paths
from vrss_contract.checks.judging_context import JudgingContext
from vrss_contract.checks.verdict import Verdict
from vrss_contract.contract.model import Contract
from vrss_contract.contract.read import read_contract
from vrss_contract.data.dataset import NO_REFERENCE, Copied, Portion
from vrss_contract.database.scratch import Databases
from vrss_contract.target import sqlfile

BASE = """
- id: counters
  kind: table
  says: Things that are counted.
  phase: 1
  columns:
    - {name: id, type: bigserial}
    - {name: n, type: integer, default: "0"}
  keys: [{name: counters_pkey, primary: [id]}]
- id: marks
  kind: table
  says: What is counted.
  phase: 1
  columns:
    - {name: id, type: bigserial}
    - {name: counter_id, type: bigint}
  keys: [{name: marks_pkey, primary: [id]}]
  foreign_keys:
    - {name: marks_counter_id_fkey, column: counter_id, references: counters, on_delete: cascade}
- id: invariant.counted
  kind: invariant
  level: must
  says: n is the number of the counter's marks.
  object: counters.n
  source: here
  query: |
    SELECT id, n FROM counters
    WHERE n <> (SELECT count(*) FROM marks WHERE counter_id = counters.id)
  attempts:
    - {because: one mark, steps: [INSERT INTO marks (counter_id) VALUES (1)]}
- id: invariant.never-less
  kind: invariant
  level: must
  says: n is never less than it was.
  object: counters.n
  source: here
  query: SELECT id, n FROM counters
  never_falls: true
  attempts:
    - {because: one mark, steps: [INSERT INTO marks (counter_id) VALUES (1)]}
- id: invariant.few
  kind: invariant
  level: must
  says: A counter has two marks at most.
  object: counters.n
  source: here
  query: SELECT id FROM counters WHERE n > 2
  protocol: true
  attempts:
    - {because: one mark, steps: [INSERT INTO marks (counter_id) VALUES (1)]}
- id: mark
  kind: operation
  says: A counter is marked.
  source: here
  takes: {counter: [1, 2]}
  sql: |
    INSERT INTO marks (counter_id) VALUES (:counter)
"""
_TABLES = """
CREATE TABLE counters (id bigserial PRIMARY KEY, n integer NOT NULL DEFAULT 0);
CREATE TABLE marks (
    id bigserial PRIMARY KEY, counter_id bigint NOT NULL REFERENCES counters ON DELETE CASCADE
);
CREATE FUNCTION mark() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    UPDATE counters SET n = {counted} WHERE id = NEW.counter_id;
    RETURN NULL;
END $$;
CREATE TRIGGER mark AFTER INSERT ON marks FOR EACH ROW EXECUTE FUNCTION mark();
"""
KEEPS = _TABLES.format(counted="n + 1")
LATE = KEEPS.replace(
    "TRIGGER mark AFTER INSERT ON marks",
    "CONSTRAINT TRIGGER mark AFTER INSERT ON marks DEFERRABLE INITIALLY DEFERRED",
)
RACES = _TABLES.format(counted="(SELECT count(*) FROM marks WHERE counter_id = NEW.counter_id)")
FORGETS = _TABLES.format(counted="n")
WORKLOAD = """
- id: workload.marks
  kind: workload
  level: must
  says: Any program of marks keeps the count.
  object: counters
  source: here
  operations: [mark]
"""


@dataclass(frozen=True)
class Few:
    """Two counters with one mark each, and what else a test wants."""

    more: tuple[Portion, ...] = ()
    counts: tuple[int, int] = (1, 1)
    name = "dev"
    bulk = False
    triggers = False
    rows = 4
    digest = ""
    reference = NO_REFERENCE

    def portions(self) -> Iterator[Portion]:
        counters = tuple(enumerate(self.counts, start=1))
        yield Copied("counters", ("id", "n"), counters)
        yield Copied("marks", ("id", "counter_id"), ((1, 1), (2, 2)))
        yield from self.more


def folder(path: Path, *more: str) -> Path:
    """A folder with the contract and more entries."""
    made = path / "contracts"
    made.mkdir(exist_ok=True)
    shutil.copy(paths.contracts() / "clause.schema.json", made)
    (made / "tiny.yaml").write_text(BASE + "".join(more), "utf-8")
    return made


def contract(path: Path, *more: str) -> Contract:
    return read_contract(folder(path, *more))


@contextmanager
def context(
    contract_: Contract, databases: Databases, schema: str, *, thorough: bool = False
) -> Iterator[JudgingContext]:
    target = sqlfile.parse(schema, name="tiny.sql")
    database = databases.load(target)
    with JudgingContext(contract_, target, databases, database, thorough=thorough) as made:
        yield made
    databases.drop(database)


def findings(verdict: Verdict) -> list[tuple[str, str]]:
    """What was expected and what was found instead, for each finding."""
    return [(finding.expected, finding.found) for finding in verdict.findings]
