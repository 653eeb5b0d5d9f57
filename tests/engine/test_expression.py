"""Which spellings of an expression are the same, and which must never be."""

from __future__ import annotations

import pytest

from vrss_contract.sql.expression import canonical, canonical_body, canonical_index_column

SAME = {
    "range": [
        "length(username) BETWEEN 3 AND 30",
        "((length((username)::text) >= 3) AND (length((username)::text) <= 30))",
        '30 >= char_length("username") and 3 <= CHARACTER_LENGTH ( USERNAME )',
    ],
    "range from either end": [
        "x BETWEEN SYMMETRIC 2 AND 1",
        "(((x >= 2) AND (x <= 1)) OR ((x >= 1) AND (x <= 2)))",
    ],
    "not in range": ["x NOT BETWEEN 1 AND 2", "((x < 1) OR (x > 2))", "NOT (1 <= x AND x <= 2)"],
    "list": [
        "status IN ('active', 'suspended')",
        "status = ANY (ARRAY['suspended', 'active'])",
        "((status)::text = ANY ((ARRAY['active'::varchar, 'suspended'::varchar])::text[]))",
        "status = 'active' OR status = 'suspended' OR status = 'active'",
    ],
    "list of one": ["s IN ('draft')", "(s = 'draft'::post_status)"],
    "not in list": ["x NOT IN (1, 2)", "x <> ALL (ARRAY[2, 1])", "NOT (x = 1 OR x = 2)"],
    "array element": ["1 = ANY (ids)", "1 = SOME (ids)"],
    "inequality": ["a <> b", "b != a", "NOT (a = b)", "NOT b = a"],
    "order": ["a < b", "b > a", "NOT (a >= b)"],
    "distinctness": ["a IS DISTINCT FROM b", "NOT (b IS NOT DISTINCT FROM a)"],
    "null": ["x IS NOT NULL", "NOT x IS NULL", "x NOTNULL"],
    "truth": ["is_read = FALSE", "NOT is_read", "is_read <> true", "false = is_read"],
    "de morgan": ["NOT (a AND b)", "NOT b OR NOT a"],
    "moment": ["now()", "CURRENT_TIMESTAMP", "transaction_timestamp()", "CURRENT_TIMESTAMP(6)"],
    "all digits": ["x::timestamptz", "x::timestamp(6) with time zone", "x::timestamptz(9)"],
    "no places": ["x::numeric(5)", "x::decimal(5,0)"],
    "one place": ["x::char", "x::character(1)"],
    "trim": ["btrim(x)", "TRIM(BOTH FROM x)", "trim(x)", "btrim(x, ' ')", "trim(both ' ' from x)"],
    "pattern": ["x !~ 'a'", "NOT x ~ 'a'", "((x)::text !~ 'a'::text)"],
    "like": ["x NOT LIKE 'a%'", "NOT x LIKE 'a%'", "(x !~~ 'a%'::text)"],
    "label": ["'published'", "'published'::post_status", "CAST('published' AS post_status)"],
    "negative": ["-1", "'-1'::integer", "(-1)"],
    "big number": ["5368709120", "'5368709120'::bigint"],
    "quoted name": ["type = 1", '"type" = 1', "TYPE = 1"],
    "escapes": [r"E'a\tb'", "'a\tb'"],
    "dollar quotes": ["$$a$$", "'a'"],
    "interval": ["now() + interval '1 day'", "(now() + '1 day'::interval)"],
    "document member": ["f(c -> 'v')", "f((c -> 'v'::text))", "f(c->'v')"],
    "document": ["""'{"a":[1,2],"b":null}'""", """'{ "b": null, "a": [1, 2] }'::jsonb"""],
    "empty array": ["'{}'", "'{}'::bigint[]", "ARRAY[]::bigint[]"],
    "case": ["CASE WHEN a THEN b END", "\nCASE\n  WHEN a THEN b\n  ELSE NULL::boolean\nEND"],
    "comment": ["a = 1 -- one", "a /* is */ = 1"],
}
DIFFERENT = [
    ("length(x) >= 3", "length(x) >= 2"),
    ("x > 3", "x >= 3"),
    ("x > 3", "x < 3"),
    ("a = 1", "b = 1"),
    ("length(x) = 1", "octet_length(x) = 1"),
    ("now()", "clock_timestamp()"),
    ("now()", "current_timestamp(3)"),
    ("x::timestamptz", "x::timestamptz(3)"),
    ("x::numeric(5)", "x::numeric"),
    ("public.length(x)", "length(x)"),
    ('"Foo"(x)', "foo(x)"),
    ('"X" = 1', "x = 1"),
    ('"user" = 1', "user = 1"),
    ("x = 'A'", "x = 'a'"),
    ("x = 'a'", "x = 'a '"),
    (r"E'a\nb'", r"'a\nb'"),
    ("a AND b", "a OR b"),
    ("(a OR b) AND c", "a OR b AND c"),
    ("NOT (a AND b)", "NOT a AND b"),
    ("a - (b - c)", "a - b - c"),
    ("f(a, b)", "f(b, a)"),
    ("x IS TRUE", "x = true"),
    ("x IS TRUE", "x IS NOT FALSE"),
    ("NOT (x IS NULL)", "x IS NULL"),
    ("old IS NOT NULL", "NOT old IS NULL"),
    ("x <> ANY (ARRAY[1, 2])", "x <> ALL (ARRAY[1, 2])"),
    ("NOT (x = ANY (ids))", "x <> ANY (ids)"),
    ("x IN (1, 2)", "x IN (1, 2, 3)"),
    ("x BETWEEN 1 AND 2", "x BETWEEN SYMMETRIC 1 AND 2"),
    ("age::int = 1", "age = 1"),
    ("x::date = '2020-01-01'", "x = '2020-01-01'"),
    ("'2020-01-01'::date", "'2020-01-01'::timestamp"),
    ("x::varchar(3) = 'a'", "x = 'a'"),
    ("ARRAY['abcd']::varchar(3)[]", "ARRAY['abcd']"),
    ("1.5::int", "1.5"),
    ("1.0", "1"),
    ("trim(leading from x)", "trim(x)"),
    ("btrim(x, 'a')", "btrim(x)"),
    ("data -> 0", "data -> '0'"),
    ("data -> 'a'", "data ->> 'a'"),
    ("x COLLATE \"C\" = 'a'", "x = 'a'"),
    ("""'{"a": 1.0}'::jsonb""", """'{"a": 1}'::jsonb"""),
    ("""'{"a": "b c"}'""", """'{"a": "bc"}'"""),
    ("nextval('a')", "nextval('b')"),
    ("x ~ 'a'", "x ~* 'a'"),
    # Another dialect's names, which in PostgreSQL can only be the database's own.
    ("len(x) = 1", "length(x) = 1"),
    ("nvl(a, b)", "coalesce(a, b)"),
    ("ifnull(a, b)", "coalesce(a, b)"),
    ("instr(a, 'b')", "strpos(a, 'b')"),
    ("lcase(x)", "lower(x)"),
    ("getdate()", "now()"),
    ("if(a, b, c)", "CASE WHEN a THEN b ELSE c END"),
    ("isnull(x)", "x IS NULL"),
    ("safe_cast(x AS int)", "x::int"),
    ("x::string = 'a'", "x = 'a'"),
    ("x::datetime", "x::timestamp"),
    ("x::int64", "x::bigint"),
    ("position('a' IN b)", "position(b IN 'a')"),
    ('"position"(a, b)', "position(a IN b)"),
    ("x OPERATOR(public.=) 1", "x = 1"),
]


@pytest.mark.parametrize("spellings", SAME.values(), ids=SAME)
def test_these_are_one_expression(spellings: list[str]) -> None:
    assert len({canonical(spelling) for spelling in spellings}) == 1


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_these_are_two_expressions(one: str, other: str) -> None:
    assert canonical(one) != canonical(other)


@pytest.mark.parametrize("text", [text for pair in DIFFERENT for text in pair])
def test_the_canonical_text_is_its_own_canonical_text(text: str) -> None:
    assert canonical(canonical(text)) == canonical(text)


def test_a_cast_to_text_counts_where_the_column_is_known_to_be_a_number() -> None:
    columns = {"age": "integer", "name": "character varying(30)"}

    assert canonical("(age)::text > '5'", columns) != canonical("age > '5'", columns)
    assert canonical("(name)::text > '5'", columns) == canonical("name > '5'", columns)


def test_a_cast_to_the_columns_own_type_does_not_count() -> None:
    columns = {"at": "timestamp with time zone"}

    assert canonical("at::timestamptz > now()", columns) == canonical("at > now()", columns)
    assert canonical("at::date > now()", columns) != canonical("at > now()", columns)


def test_a_compared_integer_may_be_widened() -> None:
    columns = {"n": "integer"}

    assert canonical("(n)::numeric > 0.5", columns) == canonical("n > 0.5", columns)
    assert canonical("x > (0)::numeric") == canonical("x > 0")


def test_a_document_compared_with_a_jsonb_column_is_read_as_one() -> None:
    columns = {"config": "jsonb"}

    deparsed = canonical("""(config <> '{"a": 1}'::jsonb)""", columns)

    assert canonical("""config <> '{"a":1}'""", columns) == deparsed


@pytest.mark.parametrize(
    ("into", "same"), [("jsonb", True), ("text", False), ("character varying(20)", False)]
)
def test_white_space_in_a_default_counts_unless_it_is_jsonb(into: str, *, same: bool) -> None:
    one, other = canonical("'{ }'", into=into), canonical("'{}'", into=into)

    assert (one == other) is same


def test_a_default_may_say_its_columns_type() -> None:
    assert canonical("'2020-01-01'::date", into="date") == canonical("'2020-01-01'", into="date")
    assert canonical("'0'::bigint", into="bigint") == canonical("0", into="bigint")


@pytest.mark.parametrize("text", ["a b", "a, b", "1 FROM x", "a; b", "(a, b) < (1, 2)", "a op b"])
def test_what_is_no_expression_is_compared_as_words(text: str) -> None:
    assert canonical(f"  {text.upper()}  -- so") == canonical_body(text)


@pytest.mark.parametrize(
    ("spelt", "same"),
    [
        ("created_at desc", "created_at DESC NULLS FIRST"),
        ("created_at", "created_at ASC NULLS LAST"),
        ('"type"', "type asc"),
        ("lower(name)", "lower((name)::text)"),
        ("name text_pattern_ops desc", "NAME Text_Pattern_Ops DESC nulls first"),
        ('name COLLATE "C"', 'name collate "C" asc'),
        ("(a || b)", "((a || b)) asc"),
    ],
)
def test_an_index_column_needs_no_default_order(spelt: str, same: str) -> None:
    assert canonical_index_column(spelt) == canonical_index_column(same)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("created_at desc", "created_at"),
        ("created_at desc", "created_at desc nulls last"),
        ("created_at nulls first", "created_at"),
        ("name", "name text_pattern_ops"),
        ("name", 'name collate "C"'),
        ("name", "lower(name)"),
    ],
)
def test_an_index_column_is_its_order_class_and_collation_too(one: str, other: str) -> None:
    assert canonical_index_column(one) != canonical_index_column(other)


def test_an_unordered_index_has_no_direction() -> None:
    assert canonical_index_column("tags desc", ordered=False) == canonical_index_column("tags")


@pytest.mark.parametrize(
    "other",
    [
        "begin\n  new.updated_at=Now( ) ; -- the moment\n  Return New;\nend",
        "BEGIN /* a /* nested */ comment */ NEW . updated_at = now(); RETURN NEW; END ;",
    ],
)
def test_a_body_is_its_tokens(other: str) -> None:
    assert canonical_body("BEGIN NEW.updated_at = now(); RETURN NEW; END;") == canonical_body(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("RETURN 'A'", "RETURN 'a'"),
        ("RETURN 'a  b'", "RETURN 'a b'"),
        ("RETURN '-- a'", "RETURN ''"),
        ('SELECT "A"', 'SELECT "a"'),
        ("SELECT $a$X$a$", "SELECT $a$x$a$"),
        ("SELECT a <> b", "SELECT a < > b"),
        ("SELECT U&'a'", "SELECT u & 'a'"),
        ("SELECT b'1'", "SELECT b '1'"),
        ("RETURN NEW", "RETURN OLD"),
        ("x := 1; y := 2", "x := 1"),
    ],
)
def test_a_body_is_other_where_a_token_is(one: str, other: str) -> None:
    assert canonical_body(one) != canonical_body(other)


def test_a_sign_is_not_part_of_the_operator_before_it() -> None:
    assert canonical_body("x:=-1") == canonical_body("x := -1")
    assert canonical_body("a @- b") != canonical_body("a @ - b")
