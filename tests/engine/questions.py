"""A contract of two tables and one query, and databases that keep its promises or break them.

``notes`` has ten for each of a few hundred users; who wrote them is asked of ``notes_author``.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path

import psycopg

from tests.engine import tiny
from vrss_contract.checks import query as kind
from vrss_contract.checks.judging_context import JudgingContext
from vrss_contract.checks.verdict import Verdict
from vrss_contract.contract.model import Contract
from vrss_contract.contract.read import read_contract
from vrss_contract.database.scratch import Database, Databases
from vrss_contract.target import sqlfile

SQL = "SELECT id, author_id FROM notes WHERE author_id = :author ORDER BY id DESC LIMIT 5"
_CONTRACT = """
- id: users
  kind: table
  says: Who notes.
  phase: 1
  columns:
    - {name: id, type: bigserial}
    - {name: username, type: text}
    - {name: status, type: text}
  keys: [{name: users_pkey, primary: [id]}]
- id: notes
  kind: table
  says: What is noted.
  phase: 1
  columns:
    - {name: id, type: bigserial}
    - {name: author_id, type: bigint}
    - {name: words, type: text}
  keys: [{name: notes_pkey, primary: [id]}]
  foreign_keys:
    - {name: notes_author_id_fkey, column: author_id, references: users}
  indexes:
    - {name: notes_author, columns: [author_id, id], witness: notes-of.any}
- id: notes-of
  kind: query
  level: should
  says: The latest notes of somebody.
  source: here
  sql: query.sql
  plain: plain.sql
  cases:
    - name: any
      draws: SELECT id AS author FROM users ORDER BY id LIMIT 20
      served_by: [notes_author]
      buffers: {small: 9, scale: 9}
      budget_ms: 1000
"""
_MANIFEST = """
name: notes
profiles: {tiny: {files: rows}, small: {files: rows}, scale: {files: rows}}
gate: {query: [tiny, small]}
size: {table: users}
calibration:
  sql: SELECT id FROM users WHERE id = :id::bigint
  draws: SELECT id FROM users LIMIT 100
"""
_PLAIN = "SELECT id, author_id FROM notes WHERE :author = author_id ORDER BY id DESC LIMIT 5"
SCHEMA = """
CREATE TABLE users (id bigserial PRIMARY KEY, username text NOT NULL, status text NOT NULL);
CREATE TABLE notes (
    id bigserial PRIMARY KEY, author_id bigint NOT NULL REFERENCES users, words text NOT NULL
);
CREATE INDEX notes_author ON notes (author_id, id);
"""
BARE = SCHEMA.partition("CREATE INDEX")[0].replace(
    "id bigserial PRIMARY KEY, author_id", "id bigserial, author_id"
)
_ROWS = """
INSERT INTO users (username, status) SELECT n, 'active' FROM generate_series(1, {users}) AS n;
INSERT INTO notes (author_id, words)
SELECT n % {users} + 1, repeat('word ', 40) FROM generate_series(1, {users} * 10) AS n
"""
_USERS = {"tiny": 100, "small": 400}


class Filled(JudgingContext):
    """A bench whose worlds are a few rows."""

    filled_databases: Mapping[str, Database]

    def filled(self, name: str) -> Database:
        return self.filled_databases[name]


def contract(path: Path, sql: str = SQL, **changed: str) -> Contract:
    """The contract about another statement, and with words of it changed for others."""
    (path / "contracts").mkdir(exist_ok=True)
    (path / "contracts" / "query.sql").write_text(sql)
    (path / "contracts" / "plain.sql").write_text(_PLAIN)
    entries = _CONTRACT
    for old, new in changed.items():
        assert f"{old}: " in entries
        lines = [
            f"{line.partition(old)[0]}{old}: {new}" if line.strip().startswith(f"{old}: ") else line
            for line in entries.splitlines()
        ]
        entries = "\n".join(lines) + "\n"
    folder = tiny.folder(path)
    (folder / "tiny.yaml").write_text(entries)
    (folder / "contract.yaml").write_text(_MANIFEST)
    return read_contract(folder)


@contextlib.contextmanager
def context(contract_: Contract, databases: Databases, schema: str = SCHEMA) -> Iterator[Filled]:
    """A bench at two small worlds of the schema."""
    target = sqlfile.parse(schema, name="notes.sql")
    filled_databases = {name: databases.load(target) for name in _USERS}
    for name, users in _USERS.items():
        with psycopg.connect(filled_databases[name].user, autocommit=True) as session:
            session.execute(_ROWS.format(users=users).encode())
            session.execute("VACUUM (ANALYZE) users, notes")
    with Filled(contract_, target, databases, filled_databases["small"]) as made:
        made.filled_databases = filled_databases
        yield made
    for database in filled_databases.values():
        databases.drop(database)


def judged(made: JudgingContext, *ids: str) -> list[Verdict]:
    """The verdicts on clauses of the bench's contract; on all of the kind where none is named."""
    every = [one for one in made.contract.clauses if one.kind == "query"]
    return list(kind.KIND.judge([one for one in every if one.id in ids or not ids], made))
