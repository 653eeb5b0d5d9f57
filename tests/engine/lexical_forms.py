"""Scripts that load, of every lexical form that the manual documents (PostgreSQL 16, chapter 4.1).

Each form is drawn with what could end a statement too early or too late hidden in it.
"""

from hypothesis import strategies as st

# What could be taken for an end, a beginning or a command where it is part of something else.
TRAPS = [
    ";",
    "'",
    '"',
    "$",
    "$$",
    "$a$",
    "--",
    "/*",
    "*/",
    "(",
    ")",
    "\\",
    "\n",
    "\r",
    "e'",
    "begin",
    "end",
    " ",
    "é",
]
_HIDDEN = st.lists(st.sampled_from(TRAPS), max_size=5).map("".join)


def _without(*unwanted: str) -> st.SearchStrategy[str]:
    return _HIDDEN.filter(lambda text: not any(one in text for one in unwanted))


def _doubled(text: str, quote: str) -> str:
    return quote + text.replace(quote, quote * 2) + quote


_PLAIN = _HIDDEN.map(lambda text: _doubled(text, "'"))
_ESCAPES = st.lists(
    st.sampled_from([r"\'", "''", r"\\", r"\n", r"\x41", r"\101", r"é", ";", "$$", "--", "/*"]),
    max_size=5,
).map(lambda parts: "'" + "".join(parts) + "'")
_ESCAPED = st.builds(lambda mark, text: mark + text, st.sampled_from("eE"), _ESCAPES)
_CONTINUED = st.builds(
    lambda mark, between: f"{mark}'a;'{between}'b;'",
    st.sampled_from(["", "E", "N"]),
    st.sampled_from(["\n", " -- ; it's\n", "\n  \n\t"]),
)
_UNICODE = st.sampled_from(
    [r"U&'d\0061t;\+000061'", "U&'d!0061;' UESCAPE '!'", r"u&'\\;'", "U&';''--'"]
)
_DOLLARS = st.builds(
    lambda tag, text: f"${tag}${text}${tag}$",
    st.sampled_from(["b", "body", "é", "_1", "B2"]),
    _HIDDEN,
) | _without("$").map(lambda text: f"$${text}$$")
_CONSTANTS = st.sampled_from(
    [
        "B'0101'",
        "X'1Fa'",
        "n'a;'",
        "1e5",
        ".5",
        "5.",
        "1_000",
        "0x1F",
        "0b1",
        "0o7",
        "1::int",
        "NULL",
    ]
)
_OPERATORS = st.sampled_from(
    [
        "1 + -1",
        "2*/* ; '*/3",
        "5 - - 1",
        "5 +-- ; '\n 1",
        "@ -5",
        "'a' || ';'",
        "1<>2",
        """'{"a;": 1}'::jsonb->'a;'""",
        "(ARRAY[1,2])[1:2]",
        "CAST(';' AS text)",
        "CASE WHEN true THEN ';' END",
        "(SELECT 1 FROM (VALUES (1), (2)) AS v(x) WHERE x = 1)",
        "ROW(1, ';')",
    ]
)
_NAMES = _HIDDEN.map(lambda text: "1 AS " + _doubled(f"a{text}", '"')) | st.sampled_from(
    [
        "1 AS a$b$",
        "1 AS é$$",
        "1 AS _$1",
        '1 AS U&"d\\0061;"',
        "1 AS \u00a0x",
        "1 AS begin_",
        "1 AS Ünd",
    ]
)
_VALUES = st.one_of(
    _PLAIN, _ESCAPED, _CONTINUED, _UNICODE, _DOLLARS, _CONSTANTS, _OPERATORS, _NAMES
)
_SPACES = st.sampled_from(
    [" ", "\n", "\r", "\r\n", "\t", "\f", " -- ; ' $$\n", " -- ;\r", " --\r\n", "/* ; */"]
) | _without("/", "*", "\\").map(lambda text: f" /* {text} /* {text} */ {text} */ ")
_SELECT = st.builds(
    lambda values, space: f"SELECT{space}" + f"{space},{space}".join(values),
    st.lists(_VALUES, min_size=1, max_size=4),
    _SPACES,
)
_ROUTINE_BODIES = st.sampled_from(
    [
        "BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END",
        "begin atomic; select 1; end",
        "AS $$ SELECT 1; SELECT 2; $$",
        "AS 'SELECT '';''; SELECT 2;'",
        "RETURN (SELECT 1)",
    ]
)
_STATEMENTS = st.sampled_from(
    [
        "DO $$ BEGIN PERFORM ';'; END $$",
        "DO LANGUAGE plpgsql 'BEGIN NULL; END'",
        "PREPARE p AS SELECT $1::int; DEALLOCATE p",
        "BEGIN; SAVEPOINT a; ROLLBACK TO a; COMMIT",
        "BEGIN WORK; END WORK",
        "CREATE TEMP TABLE IF NOT EXISTS t (a int)",
        """CREATE TEMP TABLE IF NOT EXISTS t (a int);
        CREATE OR REPLACE RULE r AS ON INSERT TO t DO ALSO (SELECT 1; SELECT 2)""",
        # psql asks for this setting at the beginning of a line.
        r"""SET standard_conforming_strings = off;
        SELECT 'a\';', 'b\\';
        SET standard_conforming_strings TO 'on';
        SELECT 'a\'""",
        "SELECT 1 AS create; SELECT 1 AS function",
        "EXPLAIN SELECT 1 WHERE true",
    ]
) | st.builds(
    lambda kind, space, body: (
        f"CREATE{space}OR REPLACE FUNCTION pg_temp.f() RETURNS int{kind}{space}{body}"
    ),
    st.just(" LANGUAGE sql"),
    _SPACES,
    _ROUTINE_BODIES,
)
_ENDS = st.sampled_from([";", "\n;\n", ";;", "; -- ;\n", ";/* ; */", ";\r", ";\r\n"])

scripts = st.builds(
    lambda pairs, last: "".join(one + end for one, end in pairs) + last,
    st.lists(st.tuples(_SELECT | _STATEMENTS, _ENDS), min_size=1, max_size=25),
    st.sampled_from(["", "\n", "SELECT 1", "-- the end", "SELECT 1 -- ;"]),
)
"""Scripts that psql loads without a fault."""
