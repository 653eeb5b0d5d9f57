"""A runner in another language, which knows contracts.json alone, judges as this one does.

Each test judges a whole schema twice, at once: that is what it is about, and why it takes seconds.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from psycopg.conninfo import conninfo_to_dict

from tests import contracts, paths
from vrss_contract.checks.judging_context import JudgingContext
from vrss_contract.checks.run import judge
from vrss_contract.contract.export import FILE
from vrss_contract.contract.model import Contract
from vrss_contract.database.scratch import Databases
from vrss_contract.postgres.binaries import locate
from vrss_contract.target import sqlfile

pytestmark = [
    pytest.mark.once,
    pytest.mark.skipif(shutil.which("node") is None, reason="no node, which the runner is for"),
]
RUNNER = Path(__file__).parents[2] / "examples" / "node" / "judge.mjs"
KINDS = ("rows", "cascade", "trigger")
LINES = 150
LIBRARY = paths.fixtures() / "contracts" / "library"
WRONG = paths.fixtures() / "implementations"
TARGETS = {
    "canonical": (paths.schema(),),
    "literal": (WRONG / "strategy_literal.sql",),
    "lax": (paths.schema(), WRONG / "lax.sql"),
    "forgetful": (paths.schema(), WRONG / "forgetful.sql"),
}
_VARIABLES = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
}


def started(databases: Databases, folder: Path, files: Sequence[Path]) -> subprocess.Popen[str]:
    """The runner at work on the files, on the server that our databases are on."""
    conninfo = conninfo_to_dict(databases.access.admin)
    way = {name: str(conninfo[key]) for key, name in _VARIABLES.items() if conninfo.get(key)}
    psql = shutil.which("psql", path=str(locate() / "bin")) or "psql"
    return subprocess.Popen(
        ["node", RUNNER, folder / FILE, *files],
        stdout=subprocess.PIPE,
        text=True,
        env=dict(os.environ) | way | {"PSQL": psql},
    )


def differences(
    databases: Databases, contract: Contract, files: Sequence[Path]
) -> Iterator[tuple[str, str, str]]:
    """The clauses that one of both judges otherwise: id, our verdict, and the runner's."""
    clauses = [clause for clause in contract.clauses if clause.kind in KINDS]
    target = sqlfile.parse("\n".join(path.read_text("utf-8") for path in files), name="target")
    with started(databases, contract.manifest.folder, files) as runner:
        with JudgingContext(contract, target, databases, databases.load(target)) as context:
            ours = {verdict.id: verdict.outcome.value for verdict in judge(context, clauses)}
        assert runner.stdout is not None
        theirs: Mapping[str, Any] = json.loads(runner.stdout.read())
    assert theirs.keys() == ours.keys()
    yield from ((id_, ours[id_], theirs[id_]) for id_ in ours if ours[id_] != theirs[id_])


@pytest.mark.parametrize("name", TARGETS)
def test_it_agrees_on_every_clause(databases: Databases, contract: Contract, name: str) -> None:
    assert [*differences(databases, contract, TARGETS[name])] == []


def test_it_agrees_on_another_contract(databases: Databases) -> None:
    library = contracts.library()
    files = (LIBRARY / "schema.sql", LIBRARY / "wrong" / "lost_key.sql")

    with Databases(databases.access, schemas=library.schemas) as own:
        assert [*differences(own, library, files)] == []


def test_it_is_short() -> None:
    assert len(RUNNER.read_text("utf-8").splitlines()) <= LINES
