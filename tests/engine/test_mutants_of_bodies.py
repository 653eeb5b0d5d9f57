"""Which mutants are made of a function and of its triggers, on small ones made by hand."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests import contracts
from vrss_contract.contract.model import Contract
from vrss_contract.database.catalog.facts import Catalog, CatalogFunction
from vrss_contract.mutation.made import made
from vrss_contract.mutation.mutant import Mutant, Schema
from vrss_contract.mutation.operators.bodies import OPERATORS

pytestmark = pytest.mark.once


def _mutants(body: str, contract: Contract | None = None) -> Sequence[Mutant]:
    """Those of a function with this body, in a schema that keeps this contract."""
    function = CatalogFunction(
        name="keep",
        kind="function",
        arguments="",
        returns="trigger",
        language="plpgsql",
        volatility="volatile",
        parallel="unsafe",
        strict=False,
        definer=False,
        settings=(),
        body=body,
        public_executes=True,
    )
    schema = Schema(Catalog(functions=(function,)), contract=contract or contracts.canonical())
    return made(OPERATORS, schema).mutants


@pytest.mark.parametrize(
    ("operator", "statement", "becomes"),
    [
        ("statement-dropped", "PERFORM 1;", "NULL;"),
        ("statement-doubled", "PERFORM f();", "PERFORM f();PERFORM f();"),
        ("statements-swapped", "PERFORM f(); PERFORM g();", "PERFORM g(); PERFORM f();"),
        ("condition-always", "IF a THEN b(); END IF;", "IF TRUE THEN b(); END IF;"),
        ("condition-never", "IF a THEN b(); END IF;", "IF FALSE THEN b(); END IF;"),
        ("condition-negated", "IF a THEN b(); END IF;", "IF NOT (a) THEN b(); END IF;"),
        ("branch-removed", "IF a THEN b(); ELSE c(); END IF;", "IF a THEN b(); END IF;"),
        ("loop-once", "LOOP f(); END LOOP;", "LOOP f(); EXIT; END LOOP;"),
        ("order-removed", "OPEN c FOR SELECT 1 FROM t ORDER BY a;", "OPEN c FOR SELECT 1 FROM t ;"),
        ("order-reversed", "OPEN c FOR SELECT 1 FROM t ORDER BY a;", "ORDER BY a DESC;"),
        ("order-key-dropped", "OPEN c FOR SELECT 1 FROM t ORDER BY a, b;", "ORDER BY b;"),
        ("row-lock-removed", "PERFORM 1 FROM t FOR UPDATE;", "PERFORM 1 FROM t ;"),
        ("row-lock-strength", "PERFORM 1 FROM t FOR UPDATE;", "FROM t FOR SHARE;"),
        ("lock-without-waiting", "PERFORM 1 FROM t FOR UPDATE;", "FOR UPDATE SKIP LOCKED;"),
        ("table-lock-mode", "LOCK TABLE t IN SHARE MODE;", "IN SHARE ROW EXCLUSIVE MODE;"),
        ("union-exchanged", "OPEN c FOR SELECT 1 UNION ALL SELECT 2;", "SELECT 1 UNION SELECT 2;"),
        ("set-item-dropped", "UPDATE t SET a = 1, b = 2;", "UPDATE t SET b = 2;"),
        ("insert-column-dropped", "INSERT INTO t (a, b) VALUES (1, 2);", "(b) VALUES (2)"),
        ("on-conflict-removed", "INSERT INTO t VALUES (1) ON CONFLICT DO NOTHING;", "VALUES (1) ;"),
        ("choice-removed", "x := GREATEST(a, b);", "x := a;"),
        ("sign-changed", "x := -y;", "x := y;"),
        ("constant-changed", "x := 5;", "x := 6;"),
        ("new-for-old", "x := NEW.a;", "x := OLD.a;"),
        ("operator-exchanged", "x := a + b;", "x := a - b;"),
        ("exception-swallowed", "PERFORM 1;", "EXCEPTION WHEN OTHERS THEN RETURN NULL;"),
    ],
)
def test_an_operator_makes_of_a_statement(operator: str, statement: str, becomes: str) -> None:
    mutants = _mutants(f"BEGIN {statement} RETURN NULL; END;")

    own = [one.ddl[0] for one in mutants if one.operator == operator]

    assert any(becomes.replace(" ", "") in text.replace(" ", "") for text in own), own


def test_no_two_mutants_of_a_body_have_one_id_or_one_text() -> None:
    body = "BEGIN IF a THEN f(); ELSE f(); END IF; f(); f(); RETURN NULL; END;"

    mutants = _mutants(body)

    assert len({one.id for one in mutants}) == len({one.ddl for one in mutants}) == len(mutants)


def test_a_keyword_is_taken_for_no_column_and_no_table_of_that_name() -> None:
    body = 'BEGIN PERFORM FROM members, "order" ORDER BY id; RETURN NULL; END;'

    texts = {one.what for one in _mutants(body, contracts.library())}

    assert not [one for one in texts if one.startswith(("FROM ->", "locked: order"))]
