"""Which mutants are made of a function and of its triggers, on small ones made by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from tests import contracts
from tests.engine import catalogs
from vrss_contract.contract.model import Contract
from vrss_contract.database.catalog.facts import Catalog, CatalogFunction
from vrss_contract.mutation.made import made
from vrss_contract.mutation.mutant import Mutant, Schema
from vrss_contract.mutation.operators.bodies import OPERATORS

pytestmark = pytest.mark.once

NO_CONTRACT = Contract({}, {}, {}, ())


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
    return [one for one in made(OPERATORS, schema).mutants if not one.instead_of]


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
        ("limit-removed", "OPEN c FOR SELECT 1 FROM t LIMIT 1;", "SELECT 1 FROM t ;"),
        (
            "lock-moved",
            "LOCK TABLE t; IF a THEN b(); END IF;",
            "IF a THEN b(); END IF; LOCK TABLE t;",
        ),
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
        ("branch-removed", "CASE a WHEN 1 THEN b(); ELSE c(); END CASE;", "CASE a ELSE c(); END"),
        ("branch-removed", "IF a THEN b(); ELSIF c THEN d(); END IF;", "IF a THEN b(); END IF;"),
        ("condition-never", "WHILE a LOOP f(); END LOOP;", "WHILE FALSE LOOP"),
        ("condition-always", "LOOP EXIT WHEN a; END LOOP;", "EXIT WHEN TRUE;"),
        ("loop-once", "FOREACH x IN ARRAY y LOOP f(); END LOOP;", "LOOP f(); EXIT; END LOOP;"),
        ("statement-dropped", "BEGIN f(); EXCEPTION WHEN a THEN g(); END;", "BEGIN f(); END;"),
        ("statement-dropped", "BEGIN f(); EXCEPTION WHEN a THEN g(); END;", "WHEN a THEN NULL;"),
        (
            "statement-dropped",
            "DECLARE x text; BEGIN f(); END;",
            "DECLARE x text; BEGIN NULL; END;",
        ),
        ("statement-dropped", "PERFORM DISTINCT a FROM t;", "BEGIN NULL; RETURN"),
        ("distinct-removed", "OPEN c FOR SELECT DISTINCT a FROM t;", "SELECT a FROM t;"),
        ("conjunct-negated", "IF a OR b THEN f(); END IF;", "IF a OR NOT (b) THEN"),
        ("conjunct-negated", "IF a AND b OR c THEN f(); END IF;", "IF NOT (a) AND b OR c THEN"),
        ("conjunct-negated", "IF a OR (b AND c) THEN f(); END IF;", "IF a OR (NOT (b) AND c)"),
        ("conjunct-dropped", "IF a OR b THEN f(); END IF;", "IF a THEN"),
        ("conjunct-dropped", "IF a OR f(b) THEN g(); END IF;", "IF a THEN"),
        ("conjunct-dropped", "PERFORM 1 FROM t WHERE (a, b) = (c, d) AND e;", "FROM t WHERE e;"),
        ("conjunct-dropped", "IF a BETWEEN 1 AND 2 OR b THEN f(); END IF;", "IF b THEN"),
        ("conjunct-dropped", "PERFORM 1 FROM t WHERE a = 1;", "PERFORM 1 FROM t ;"),
        ("conjunct-dropped", "x := CASE WHEN a AND b THEN 1 END;", "CASE WHEN a THEN 1"),
        ("order-nulls", "OPEN c FOR SELECT 1 FROM t ORDER BY a NULLS LAST;", "BY a NULLS FIRST;"),
        ("order-reversed", "OPEN c FOR SELECT 1 FROM t ORDER BY a DESC;", "ORDER BY a ASC;"),
        ("group-key-dropped", "OPEN c FOR SELECT 1 FROM t GROUP BY a, b;", "GROUP BY b;"),
        (
            "group-key-dropped",
            "OPEN c FOR SELECT 1 FROM t GROUP BY GROUPING SETS (a, b);",
            "GROUPING SETS (a)",
        ),
        ("table-lock-removed", "LOCK TABLE t IN SHARE MODE;", "BEGIN NULL;"),
        ("lock-without-waiting", "LOCK TABLE t IN SHARE MODE;", "IN SHARE MODE NOWAIT;"),
        ("table-lock-mode", "LOCK TABLE t IN ACCESS EXCLUSIVE MODE;", "t IN EXCLUSIVE MODE;"),
        (
            "on-conflict-changed",
            "INSERT INTO t VALUES (1) ON CONFLICT (a) DO UPDATE SET b = 2;",
            "ON CONFLICT (a) DO NOTHING;",
        ),
        (
            "on-conflict-changed",
            "INSERT INTO t VALUES (1) ON CONFLICT (a, b) DO NOTHING;",
            "ON CONFLICT DO NOTHING;",
        ),
        (
            "insert-column-dropped",
            "INSERT INTO t (a, b) SELECT c, d FROM u;",
            "(b) SELECT d FROM u",
        ),
        ("row-part-dropped", "PERFORM 1 FROM t WHERE (a, b) = (c, d);", "(b) = (d)"),
        ("list-item-dropped", "PERFORM 1 FROM t WHERE a IN (1, 2);", "a IN (2)"),
        ("union-side-dropped", "OPEN c FOR SELECT 1 UNION SELECT 2;", "OPEN c FOR SELECT 2;"),
        ("union-side-dropped", "OPEN c FOR SELECT 1 UNION SELECT 2;", "OPEN c FOR SELECT 1 ;"),
        ("union-exchanged", "OPEN c FOR SELECT 1 EXCEPT SELECT 2;", "SELECT 1 UNION ALL SELECT 2;"),
        ("union-exchanged", "x := (SELECT 1 UNION SELECT 2);", "(SELECT 1 UNION ALL SELECT 2)"),
        ("lock-of-all", "PERFORM pg_advisory_xact_lock(a);", "pg_advisory_xact_lock(0)"),
        ("function-exchanged", "PERFORM pg_advisory_xact_lock(a);", "pg_try_advisory_xact_lock(a)"),
        ("function-exchanged", "x := sum(a);", "x := max(a);"),
        ("function-exchanged", "x := sum(a);", "x := sum(DISTINCT a);"),
        ("text-changed", "x := 'a 007';", "x := 'a 008';"),
        ("text-changed", "x := 'word';", "x := 'wordx';"),
        ("text-changed", "x := TG_OP = 'INSERT';", "TG_OP = 'UPDATE';"),
        ("text-changed", r"x := E'a\u00a0b';", "x := E'ab';"),
        ("comparison-exchanged", "x := a <= b;", "x := a < b;"),
        ("boolean-exchanged", "x := true;", "x := FALSE;"),
        ("operator-exchanged", "x := a.b - f(c);", "x := a.b + f(c);"),
        ("operator-exchanged", "x := a || (b);", "x := a;"),
        ("function-exchanged", "x := f(a) || b;", "x := f(a);"),
        ("operator-exchanged", "x := (a) * 2;", "x := 2;"),
        ("operator-exchanged", "x := a & b.c.d;", "x := b.c.d;"),
        ("sign-changed", "x := CASE WHEN a THEN -y END;", "THEN y END"),
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


@pytest.mark.parametrize(
    ("operator", "statement", "becomes"),
    [
        ("name-exchanged", "PERFORM title FROM books;", "PERFORM author_slug FROM books;"),
        ("name-exchanged", "PERFORM FROM members WHERE id = NEW.id;", "FROM books WHERE"),
        ("name-exchanged", "UPDATE books SET title = NEW.isbn;", "SET title = NEW.title;"),
        ("text-changed", "x := 'fiction';", "x := 'science';"),
        ("text-changed", "x := 'children';", "x := 'fiction';"),
        (
            "lock-added",
            "PERFORM FROM books;",
            "LOCK TABLE library.books IN EXCLUSIVE MODE; PERFORM",
        ),
    ],
)
def test_an_operator_knows_what_the_contract_says_of_names(
    operator: str, statement: str, becomes: str
) -> None:
    mutants = _mutants(f"BEGIN {statement} RETURN NULL; END;", contracts.library())

    own = [one.ddl[0] for one in mutants if one.operator == operator]

    assert any(becomes in text for text in own), own


def test_the_only_table_of_a_contract_is_taken_for_no_other() -> None:
    library = contracts.library()
    alone = replace(library, tables={"books": library.tables["books"]})

    mutants = _mutants("BEGIN PERFORM FROM books; RETURN NULL; END;", alone)

    assert [one for one in mutants if one.operator == "name-exchanged"] == []


@pytest.mark.parametrize(
    ("declared", "statement", "becomes"),
    [
        ("a text; b text;", "a := f();", "b := f();"),
        ("a text; b bigint;", "a := b;", ""),
        ("a text; b text; c text;", "c := 1;", "a := 1;"),
        ("r record;", "f(r.x, r.y);", "f(r.y, r.y);"),
    ],
)
def test_a_variable_is_taken_for_the_next_of_its_type(
    declared: str, statement: str, becomes: str
) -> None:
    mutants = _mutants(f"DECLARE {declared} BEGIN {statement} RETURN NULL; END;")

    own = [one.ddl[0] for one in mutants if one.operator == "name-exchanged"]

    assert any(becomes in text for text in own) if becomes else own == []


def test_a_variable_begins_as_nothing() -> None:
    mutants = _mutants("DECLARE a bigint := 0; BEGIN RETURN NULL; END;")

    (found,) = (one for one in mutants if one.what == "without := 0")

    assert (found.operator, "a bigint ;" in found.ddl[0]) == ("statement-dropped", True)


@pytest.mark.parametrize("kind", ["procedure", "aggregate"])
def test_what_is_no_function_is_left_alone(kind: str) -> None:
    one = catalogs.function("keep", kind=kind)

    assert made(OPERATORS, Schema(Catalog(functions=(one,)), {}, NO_CONTRACT)).mutants == ()


def test_a_body_in_another_language_is_left_alone() -> None:
    one = catalogs.function("keep", language="c", body="keep")

    assert made(OPERATORS, Schema(Catalog(functions=(one,)), {}, NO_CONTRACT)).mutants == ()


def test_without_a_contract_no_body_is_read() -> None:
    one = catalogs.function("keep")

    assert made(OPERATORS, Schema(Catalog(functions=(one,)))).mutants == ()


def test_a_function_is_made_again_with_all_that_it_was_made_with() -> None:
    one = catalogs.function(
        "keep", arguments="a text", returns="text", strict=True, settings=("search_path=a, b",)
    )

    ddl = made(OPERATORS, Schema(Catalog(functions=(one,)), {}, NO_CONTRACT)).mutants[0].ddl[0]

    assert ddl.partition("AS $body$")[0].split("\n") == [
        "CREATE OR REPLACE FUNCTION keep(a text)",
        "RETURNS text",
        "LANGUAGE plpgsql VOLATILE",
        "STRICT",
        "SECURITY DEFINER",
        "PARALLEL UNSAFE",
        "SET search_path = a, b",
        "",
    ]
