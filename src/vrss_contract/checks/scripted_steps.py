"""Statements played one by one in a session whose transaction is undone, and looked at between.

A step may have a role, settings and the data that a COPY reads; a person can repeat it in psql.
Each is a transaction of its own, as far as a savepoint can be one, unless it says that it goes on.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import psycopg

from vrss_contract.checks.judging_context import JudgingContext
from vrss_contract.contract.model import Contract, Given, TriggerStep
from vrss_contract.database import baseline_rows
from vrss_contract.database.invariants import Counterexample, Expected, Invariants, differences
from vrss_contract.database.loader import said
from vrss_contract.database.session import TIME_ZONE
from vrss_contract.sql import condition
from vrss_contract.sql.literal import identifier, text

STRANGER = ":stranger"
"""What stands for the second role's name in a clause's SQL."""
_COMMIT = "SET CONSTRAINTS ALL IMMEDIATE"
"""What is deferred to the commit comes now, in the same order and of the same rows."""
_ANEW = "SET CONSTRAINTS ALL DEFERRED"
"""With what follows, the state that a transaction begins in; no statement sets it as a whole."""
_BEGIN_IMMEDIATE = """
DO $$
DECLARE
    statement text;
BEGIN
SELECT pg_catalog.format(
    'SET CONSTRAINTS %s IMMEDIATE',
    pg_catalog.string_agg(pg_catalog.format('%I.%I', spaces.nspname, held.conname), ', ')
)
INTO statement
FROM pg_catalog.pg_constraint AS held
INNER JOIN pg_catalog.pg_namespace AS spaces ON spaces.oid = held.connamespace
WHERE
    held.condeferrable AND NOT held.condeferred
    AND pg_catalog.has_schema_privilege(spaces.oid, 'USAGE')
HAVING pg_catalog.count(*) > 0;
IF statement IS NOT NULL THEN
    EXECUTE statement;
END IF;
END
$$
"""
_BEGIN = f"{_ANEW};\n{_BEGIN_IMMEDIATE};\nSAVEPOINT step"
"""In place of BEGIN: constraints are deferred that a transaction of the application's defers."""


_WRITING = ("insert ", "update ", "delete ", "copy ")


class Ended(Exception):  # noqa: N818 - the session's end, which is no error of this program's
    """The session did not outlive a statement."""


@dataclass(frozen=True, slots=True)
class Ending:
    """What a statement ended in: nothing to tell where it was done."""

    condition: str = ""
    message: str = ""
    inside: bool = False
    """Whether it failed inside of something that it called, such as a trigger's function."""


class ScriptedSession:
    """One clause's turn in the session."""

    def __init__(self, session: psycopg.Connection, invariants: Invariants, stranger: str) -> None:
        self._session = session
        self._stranger = identifier(stranger)
        self._open = False
        self.invariants = invariants

    def play(self, step: TriggerStep) -> Ending:
        """The condition and message that the step was refused with.

        Raises:
            Ended: the session is gone, or the server ran into its limits.
        """
        begin = "SAVEPOINT step" if self._open else _BEGIN
        self._open = not step.commits
        commit = f"\n;{_COMMIT}" if step.commits else ""
        try:
            if step.role or step.settings or step.data is not None:
                self._execute(begin)
                with self._acting(step.role), self._set(step.settings):
                    self._run(step)
                self._execute(commit)
            else:
                self._execute(f"{begin};\n{self._named(step.do)}{commit}")
        except psycopg.Error as error:
            if self._session.closed or _of_environment(error, step):
                raise Ended(said(error)) from error
            self._session.execute("ROLLBACK TO step")
            name = condition.name(error.sqlstate or "")
            return Ending(name, said(error), inside=bool(error.diag.context))
        return Ending()

    def differences(self, gives: Mapping[str, str]) -> Iterator[tuple[str, str]]:
        """What is not as it should be: wanted and found, as `expression = value`."""
        named = {self._named(one): self._named(other) for one, other in gives.items()}
        return differences(self._session, named)

    def look(
        self, asks: Sequence[str], gives: Mapping[str, str]
    ) -> tuple[list[Counterexample], list[Counterexample], list[tuple[str, str]]]:
        """What has fallen, what breaks an invariant, and what is not as it should be: one trip."""
        named = {self._named(one): self._named(other) for one, other in gives.items()}
        expected = Expected(self._session, named) if named else None
        return self.invariants.look(asks, expected)

    def _execute(self, statements: str) -> None:
        # Several can't be prepared, as psycopg would do with what is executed often.
        self._session.execute(statements.encode(), prepare=False)

    def _run(self, step: TriggerStep) -> None:
        if step.data is None:
            self._session.execute(self._named(step.do))
        else:
            with self._session.cursor().copy(self._named(step.do)) as copy:
                copy.write(step.data)

    @contextlib.contextmanager
    def _acting(self, role: str | None) -> Iterator[None]:
        if role:
            self._session.execute(f"SET LOCAL ROLE {self._stranger}")
        yield
        if role:
            self._session.execute("SET LOCAL ROLE NONE")

    @contextlib.contextmanager
    def _set(self, settings: Mapping[str, str]) -> Iterator[None]:
        before = [
            (name, self._session.execute(f"SHOW {identifier(name)}").fetchone())
            for name in settings
        ]
        for name, value in settings.items():
            self._session.execute("SELECT pg_catalog.set_config(%s, %s, true)", [name, value])
        yield
        for name, row in before:
            value = row[0] if row else ""
            self._session.execute("SELECT pg_catalog.set_config(%s, %s, true)", [name, value])

    def _named(self, sql: str) -> str:
        return sql.replace(STRANGER, self._stranger)


def _of_environment(error: psycopg.Error, step: TriggerStep) -> bool:
    """Whether the server ran into its limits, and not the statement into the step's own."""
    if isinstance(error, psycopg.errors.QueryCanceled) and "statement_timeout" in step.settings:
        return False
    return condition.of_environment(error.sqlstate or "")


@contextlib.contextmanager
def scripted_session(
    context: JudgingContext, steps: Sequence[TriggerStep]
) -> Iterator[ScriptedSession]:
    """A turn in the context's session."""
    with context.rehearse() as session:
        invariants = context.invariants(session)
        if not all(map(_writes_rows, steps)):
            # A plan of an earlier clause's would not look for a table that this one hides.
            session.execute("DISCARD PLANS")
        yield ScriptedSession(session, invariants, context.stranger)


def _writes_rows(step: TriggerStep) -> bool:
    """Whether the statement writes rows, and can hide nothing from those that come after it."""
    return not step.settings and step.do.lstrip().lower().startswith(_WRITING)


def told(steps: Sequence[TriggerStep]) -> str:
    """The steps as SQL that a person can run, in a transaction that is undone."""
    lines, open_ = [], False
    for step in steps:
        if not (step.commits or open_):
            lines.append(f"{_COMMIT};\n{_ANEW}; -- in place of BEGIN")
        lines.append(_told(step, ends=open_ and step.commits))
        open_ = not step.commits
    return "\n".join(lines)


def script(contract: Contract, given: Sequence[Given], steps: Sequence[TriggerStep]) -> str:
    """A script for psql that plays the steps among baseline rows and leaves nothing behind."""
    texts = [text for step in steps for text in (step.do, *step.gives, *step.gives.values())]
    lines = ["-- for a scratch database, such as the one that `verify --keep` leaves"]
    lines += ["\\set ON_ERROR_ROLLBACK on", "BEGIN;", f"SET LOCAL TimeZone = '{TIME_ZONE}';"]
    lines += [f"{statement};" for statement in baseline_rows.rows(texts, given, contract)]
    if any(step.role or STRANGER in step.do for step in steps):
        lines += [
            "\\set stranger stranger",
            "CREATE ROLE stranger;",
            "GRANT stranger TO CURRENT_USER;",
        ]
    return "\n".join([*lines, "", told(steps), "", "ROLLBACK;"])


def _told(step: TriggerStep, *, ends: bool) -> str:
    lines = [f"-- {step.because}"] if step.because else []
    if step.error:
        lines += [f"-- refused with {step.error}", "SAVEPOINT step;"]
    lines += [
        f"SELECT set_config({text(name)}, {text(value)}, true);"
        for name, value in step.settings.items()
    ]
    if step.role:
        lines.append(f"SET LOCAL ROLE {STRANGER};")
    lines.append(f"{step.do};" if step.data is None else f"{step.do};\n{step.data}\\.")
    if step.role:
        lines.append("SET LOCAL ROLE NONE;")
    lines += [f"SET LOCAL {name} TO DEFAULT;" for name in step.settings]
    if step.error:
        lines.append("ROLLBACK TO step;")
    if ends:
        lines.append(f"{_COMMIT}; -- in place of COMMIT")
    lines += [f"SELECT {have}; -- {want}" for have, want in step.gives.items()]
    return "\n".join(lines)
