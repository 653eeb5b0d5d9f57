"""What runs that were killed have left on a server that outlives them.

A run's databases and roles are told from those of a run that lives.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import psycopg

from vrss_contract.database.role import STRANGER

_NAMES = """
SELECT name FROM (
    SELECT datname AS name FROM pg_database WHERE shobj_description(oid, 'pg_database') IS NULL
    UNION ALL
    SELECT rolname FROM pg_roles
) AS all_names
WHERE name ~ %s ORDER BY name
"""
_LIVES = """
SELECT EXISTS (
    SELECT FROM pg_locks WHERE locktype = 'advisory' AND classid = 0 AND objid = %s::bigint::oid
)
"""


def left_behind(
    admin: psycopg.Connection, prefix: str
) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    """The databases and the roles, in the order to drop them in, of each run that lives no longer.

    A run holds an advisory lock on its token as long as it lives. What somebody kept has a comment.
    """
    pattern = f"^{prefix}[0-9a-f]{{8}}(_[0-9]+|{STRANGER})?$"
    rows = admin.execute(_NAMES, [pattern]).fetchall()
    for token, names in _by_token((str(row[0]) for row in rows), prefix).items():
        # Advisory locks are a database's own, and a run may have come in by another one.
        (lives,) = admin.execute(_LIVES, [int(token, 16)]).fetchone() or (True,)
        if not lives:
            ours = (prefix + token + STRANGER, prefix + token)
            roles = [name for name in ours if name in names]
            yield [name for name in names if name not in roles], roles


def _by_token(names: Iterable[str], prefix: str) -> dict[str, list[str]]:
    tokens: dict[str, list[str]] = {}
    for name in names:
        tokens.setdefault(name.removeprefix(prefix)[:8], []).append(name)
    return tokens
