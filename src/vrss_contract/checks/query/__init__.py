"""Kind ``query``: what the application reads is right, and is served as the contract says.

Plans and buffers are judged, which don't vary; time is a budget. All of it is asked in filled
databases full of data, none of it leaves a trace there. Rule: contracts/README.md, "query".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

import psycopg

from vrss_contract.checks.judged import Judged, lacking, lost, unseen
from vrss_contract.checks.judging_context import JudgingContext
from vrss_contract.checks.kind import Kind
from vrss_contract.checks.query import answers, growing, plans, times, witness
from vrss_contract.checks.query.fixture import Places
from vrss_contract.checks.reproduction import seeding
from vrss_contract.checks.verdict import Finding
from vrss_contract.contract.errors import CONTRACT_LACKS
from vrss_contract.contract.model import Contract, QueryPromise, WitnessPromise
from vrss_contract.database.loader import said
from vrss_contract.errors import TroubleError
from vrss_contract.performance.query.errors import UNCALIBRATED
from vrss_contract.performance.query.session import UndrawnError
from vrss_contract.performance.query.statement import for_psql, numbered, parameters
from vrss_contract.sql import condition
from vrss_contract.target import Target

_ASPECTS: Mapping[str, Callable[[QueryPromise, Places], Iterator[Judged]]] = {
    "answers": answers.judged,
    "can": plans.can,
    "served": plans.served,
    "buffers": plans.buffers,
    "grows": growing.judged,
    "budget": times.judged,
}


def _judge(
    promises: Mapping[str, QueryPromise | WitnessPromise], context: JudgingContext
) -> Iterator[Iterable[Judged]]:
    with Places(context) as places:
        for promise in promises.values():
            hidden = unseen(_texts(promise, context.contract), context)
            yield [hidden] if hidden else _judged(promise, places, context)


def _texts(promise: QueryPromise | WitnessPromise, contract: Contract) -> Iterator[str]:
    """All that is read for the clause."""
    query, case = promise.query, promise.case
    yield numbered(query.sql)
    if isinstance(promise, QueryPromise) and promise.aspect == "answers":
        yield from (numbered(query.plain), query.edges, *(one.draws for one in query.cases))
    elif case:
        yield case.draws
    timed = isinstance(promise, QueryPromise) and promise.aspect == "budget"
    if timed and (calibration := contract.manifest.calibration):
        yield from (numbered(calibration.sql), calibration.draws)


def _judged(
    promise: QueryPromise | WitnessPromise, places: Places, context: JudgingContext
) -> list[Judged]:
    try:
        return list(_asked(promise, places))
    except UndrawnError as undrawn:
        finding = Finding("its readers are drawn", "they can be", said(undrawn.error), undrawn.sql)
        return [lost(finding)]
    except psycopg.errors.QueryCanceled as error:
        finding = Finding("the query is run", "it ends", said(error), promise.query.sql)
        return [Judged((finding,))]
    except psycopg.OperationalError:
        raise
    except TroubleError as error:
        return [lost(_troubled(error, context.contract))]
    except psycopg.Error as error:
        return [_failed(promise, error, context)]


def _asked(promise: QueryPromise | WitnessPromise, places: Places) -> Iterator[Judged]:
    if isinstance(promise, WitnessPromise):
        return witness.judged(promise, places)
    return _ASPECTS[promise.aspect](promise, places)


def _troubled(error: TroubleError, contract: Contract) -> Finding:
    """Why there is no database to ask in."""
    if error.trouble in (CONTRACT_LACKS, UNCALIBRATED):
        return Finding("the contract's manifest", "what this needs", error.found, error.remedy)
    fills = seeding(contract, contract.manifest.at_gate("query"))
    return Finding("a database full of data", "it can be filled", error.found, fills)


def _failed(
    promise: QueryPromise | WitnessPromise, error: psycopg.Error, context: JudgingContext
) -> Judged:
    """A query that can't be run: broken, unless the target lacks what it is about."""
    finding = Finding("the query is run", "it can be run", said(error), promise.query.sql)
    name, tables = condition.name(error.sqlstate or ""), context.contract.tables
    lack = lacking(name, said(error), tables, context)
    return lost(replace(finding, found=lack)) if lack else Judged((finding,))


def _sql(promise: QueryPromise | WitnessPromise, contract: Contract, _: Target) -> str:
    """What a person would run in a database that is seeded: draws, plan, and the plain form."""
    query, case = promise.query, promise.case or promise.query.cases[0]
    given = ", ".join(f":'{name}'" for name in parameters(query.sql))
    draws = query.edges or case.draws
    own = contract.manifest.gate.get("answers", ()) if promise.case is None else ()
    profiles = [*contract.manifest.profiles, *own[:1]]
    filled = f"filled by: {seeding(contract, profiles[-1])}" if profiles else "full of data"
    lines = [f"-- psql, in a database {filled}"]
    if isinstance(promise, WitnessPromise):
        lines += [f"-- with and without {' and '.join(promise.indexes)}"]
    lines += [
        "-- a reader",
        f"SELECT * FROM ({draws.strip().rstrip(';')}) AS drawn LIMIT 1 \\gset",
        "SET plan_cache_mode = force_generic_plan;",
        f"PREPARE asked AS\n{numbered(query.sql.strip().rstrip(';'))};",
        f"EXPLAIN (ANALYZE, BUFFERS) EXECUTE asked{f'({given})' if given else ''};",
    ]
    if isinstance(promise, QueryPromise) and promise.aspect == "answers":
        lines += [
            f"EXECUTE asked{f'({given})' if given else ''};",
            "-- the same rows, however slow",
            f"{for_psql(query.plain.strip().rstrip(';'))};",
        ]
    return "\n".join(lines)


def _together(promise: QueryPromise | WitnessPromise) -> str:
    """Two parts, asked in databases with different rows: each of these is opened once."""
    return (
        "answers" if isinstance(promise, QueryPromise) and promise.aspect == "answers" else "plans"
    )


KIND: Kind[QueryPromise | WitnessPromise] = Kind(
    (QueryPromise, WitnessPromise), _judge, _sql, _together
)
