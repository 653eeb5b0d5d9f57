"""Who waits for whom, as the server says.

The question is asked in an administrator's session of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import psycopg
from psycopg.pq import ExecStatus

_NAME = b"vrss_contract_waits"
# One look at the whole lock table comes first: the functions look once for each process, and
# between two looks one could wake another and fall asleep itself.
_QUERY = b"""
WITH instant AS MATERIALIZED (
    SELECT array_agg(pid) AS pids FROM pg_lock_status() WHERE NOT granted
)
SELECT asked.pid, asked.pid = ANY (instant.pids)
    AND pg_isolation_test_session_is_blocked(asked.pid, $2::int[]), pg_blocking_pids(asked.pid)
FROM instant CROSS JOIN unnest($1::int[]) AS asked (pid)
"""


@dataclass(frozen=True, slots=True)
class Waits:
    """Processes that wait, all at one instant, for others that were asked about."""

    blocked: frozenset[int]
    by: Mapping[int, frozenset[int]]
    """For each process asked about, who stands in its way."""

    @property
    def cyclic(self) -> bool:
        """Whether some of them wait for each other."""
        rest = dict(self.by)
        while free := [pid for pid, others in rest.items() if not others & rest.keys()]:
            for pid in free:
                del rest[pid]
        return bool(rest)


class Monitor:
    """An administrator's session that is asked who waits."""

    def __init__(self, connection: psycopg.Connection) -> None:
        # Nothing that a target made may be called in an administrator's session.
        connection.execute("SET search_path = pg_catalog, pg_temp")
        self._pgconn = connection.pgconn
        self._pgconn.prepare(_NAME, _QUERY)

    def ask(self, pids: Iterable[int], among: Iterable[int]) -> Waits:
        """Which of ``pids`` wait for which of ``among``.

        Raises:
            psycopg.OperationalError: there is no answer.
        """
        result = self._pgconn.exec_prepared(_NAME, [_array(pids), _array(among)])
        if result.status != ExecStatus.TUPLES_OK:
            raise psycopg.OperationalError(result.get_error_message())
        rows = [
            [(result.get_value(row, column) or b"").decode() for column in range(3)]
            for row in range(result.ntuples)
        ]
        return Waits(
            frozenset(int(pid) for pid, blocked, _ in rows if blocked == "t"),
            {int(pid): _members(others) for pid, _, others in rows},
        )

    def cancel(self, pid: int) -> None:
        """Cancel what that process is at."""
        self._pgconn.exec_(b"SELECT pg_cancel_backend(%d)" % pid)


def _array(pids: Iterable[int]) -> bytes:
    return f"{{{','.join(map(str, pids))}}}".encode()


def _members(text: str) -> frozenset[int]:
    return frozenset(int(part) for part in text.strip("{}").split(",") if part)
