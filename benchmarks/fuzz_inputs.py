"""What a fuzz run gives the command line: files, words and variables that nobody would write.

Knows how inputs are drawn, by kind; does not know what may come of one.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import click
import yaml
from hypothesis import strategies as st
from tests.engine import records

from vrss_contract import paths
from vrss_contract.cli.commands import COMMANDS

LIBRARY = paths.root() / "fixtures" / "contracts" / "library"
_NOWHERE = "postgresql://127.0.0.1:1/nowhere"
_PIECES = [
    *(
        "'",
        '"',
        "$$",
        "$a$",
        "/*",
        "*/",
        "--",
        ";",
        "\n",
        "\r",
        "\x00",
        "\ufeff",
        "(",
        ")",
        "[",
        "E'",
    ),
    *(
        "\\",
        "\\connect x",
        "\\.\n",
        "\\i f\n",
        "COPY t FROM STDIN;\n",
        "BEGIN",
        "COMMIT",
        "é",
        "\u2028",
    ),
    *("CREATE TABLE t (a int)", "SELECT 1", "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$"),
    *("-- phase 1: a\n", "-- phase 99999999999999999999: b\n", "BEGIN ATOMIC", "END", "U&'\\0041'"),
    *("DROP DATABASE postgres", "SET role none", "ROLLBACK", "SELECT pg_sleep(9)", "\x1b[31m"),
]
_JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from(
        [10**40, -1, 0, 0.5, float("nan"), float("inf"), "", " ", "x" * 5000, "\x1b[0m"]
    ),
    st.text(max_size=20),
    st.builds(list),
    st.builds(dict),
    st.lists(st.one_of(st.none(), st.text(max_size=5), st.integers()), max_size=3),
    st.dictionaries(st.one_of(st.text(max_size=5), st.integers()), st.text(max_size=5), max_size=2),
)
_ODD_WORDS = [
    *("", " ", "-", "--", "-1", "0", "nan", "inf", "1e999", "9" * 40, "*", "[", "[!", "\n", "é"),
    *("/", ".", "/dev/null", "/proc/x/y", "nope.sql", "nope.json", "x" * 5000, "\udcff", _NOWHERE),
    *("postgresql://", "postgresql://me:secret@[/x", "host=", "a=b", "container:", "embedded:x"),
]
_WORDS = st.one_of(
    st.sampled_from(_ODD_WORDS), st.text(st.characters(exclude_characters="\x00"), max_size=12)
)
_VARIABLES = [
    *("VRSS_CONTRACT", "VRSS_CONTRACT_CACHE_BYTES", "VRSS_CONTRACT_DEBUG", "VRSS_CONTRACT_RUN_DIR"),
    *("COLUMNS", "LINES", "TERM", "NO_COLOR", "FORCE_COLOR", "LC_ALL", "TZ", "HOME", "PATH"),
    *("PGOPTIONS", "PGSSLMODE", "PGPORT", "PGHOST", "PGSERVICE", "PGCONNECT_TIMEOUT", "PGTZ"),
    *("XDG_CACHE_HOME", "TMPDIR", "_VRSS_CONTRACT_COMPLETE", "COMP_WORDS", "COMP_CWORD"),
]
_QUICK = {"cache", "explain", "export", "list"}
"""Commands that end at once, whatever they are given."""


@dataclass(frozen=True)
class Input:
    """One call of the command line.

    Words that begin with ``@`` name a file of the call; ``@SERVER`` is the DSN of a server.
    """

    kind: str
    words: tuple[str, ...]
    files: Mapping[str, bytes] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)


def inputs(kinds: tuple[str, ...] = ()) -> st.SearchStrategy[Input]:
    """Inputs of these kinds, or of all."""
    return st.one_of([KINDS[kind]() for kind in kinds or KINDS])


def targets() -> st.SearchStrategy[Input]:
    """SQL files: bytes, text in odd encodings, pieces of SQL, deep nesting, long lines."""
    pieces = st.lists(st.sampled_from(_PIECES), max_size=12).map(" ".join)
    encoded = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "latin-1"])
    long = st.builds(
        lambda what, times, end: what * times + end,
        st.sampled_from(["(", "'", "$$", "/*", "x", "--", ";", "\r", "SELECT (", "CASE WHEN "]),
        st.sampled_from([1, 300, 20_000]),
        pieces,
    )
    text = st.builds(
        lambda said, code: said.encode(code, "replace"), st.one_of(pieces, long), encoded
    )
    words = ("verify", "@target.sql", "--server", "@SERVER", "--timeout", "0.5", *_only_one())
    return st.one_of(st.binary(max_size=200), text, text).map(
        lambda sql: Input("target", words, {"target.sql": sql})
    )


def contracts() -> st.SearchStrategy[Input]:
    """A contract folder with one file changed, in its data or in its bytes."""
    files = sorted(path.name for path in LIBRARY.glob("*.yaml"))
    changed = st.sampled_from(files).flatmap(
        lambda name: st.tuples(st.just(name), st.one_of(_bytes_changed(name), _data_changed(name)))
    )
    commands = st.sampled_from(
        [("list",), ("export",), ("explain", "*"), ("list", "--kind", "rows")]
    )
    return st.builds(
        lambda words, change: Input("contract", (*words, "--contract", "@"), dict([change])),
        commands,
        changed,
    )


def recorded() -> st.SearchStrategy[Input]:
    """Records for ``compare``, one of them changed, and interleavings for ``replay``."""
    return st.one_of(_compared(), _compared(), _played())


def _compared() -> st.SearchStrategy[Input]:
    plain = json.dumps(records.document(records.measured()))
    data = _changed(lambda: json.loads(plain))
    changed = st.one_of(
        data.map(lambda one: json.dumps(one, default=str).encode()), _spliced(plain.encode())
    )
    return st.builds(
        lambda form, change, swap: Input(
            "record",
            ("compare", *sorted(["@a.json", "@b.json"], reverse=swap), "--format", form),
            {"a.json": plain.encode(), "b.json": change},
        ),
        st.sampled_from(["terminal", "markdown", "json", "html"]),
        changed,
        st.booleans(),
    )


def _played() -> st.SearchStrategy[Input]:
    pieces = ["rc", "rr", ":", "|", "@", ",", "abab", "schedule.loan.return", "lend 1 2", " ", "1"]
    words = ("replay", "--contract", str(LIBRARY), "--server", "@SERVER", "--")
    text = st.one_of(st.lists(st.sampled_from(pieces), max_size=9).map(" ".join), _WORDS)
    return text.map(lambda said: Input("record", (*words, said)))


def variables() -> st.SearchStrategy[Input]:
    """Variables of the environment, for a command that ends at once."""
    values = _WORDS.filter(lambda word: "\x00" not in word)
    commands = st.sampled_from(
        [("list", *_only_one()), ("cache",), ("verify", "--server", "@SERVER", *_only_one())]
    )
    return st.builds(
        lambda words, chosen: Input("environment", words, variables=chosen),
        commands,
        st.dictionaries(st.sampled_from(_VARIABLES), values, min_size=1, max_size=3),
    )


def options() -> st.SearchStrategy[Input]:
    """Words for every command: options that it has, with values that it may not take."""
    # Of all that is here, clean alone would end what is not the run's own: servers that are kept.
    loaded = [command.load() for command in COMMANDS if command.name != "clean"]
    return st.sampled_from(loaded).flatmap(_words_of)


def _words_of(command: click.Command) -> st.SearchStrategy[Input]:
    known = [name for parameter in command.params for name in parameter.opts if name[0] == "-"]
    drawn = st.lists(st.one_of(st.sampled_from(known), _WORDS), max_size=5)
    # What takes minutes is not begun: a target that is not there ends it before.
    first = [] if command.name in _QUICK else ["/nowhere/nope.sql"] * 2
    return drawn.map(lambda words: Input("option", (str(command.name), *first, *words)))


def _only_one() -> tuple[str, ...]:
    return ("--contract", str(LIBRARY), "--kind", "table", "--only", "enum.genre")


def _bytes_changed(name: str) -> st.SearchStrategy[bytes]:
    return _spliced((LIBRARY / name).read_bytes())


def _spliced(whole: bytes) -> st.SearchStrategy[bytes]:
    """The bytes with some of them replaced."""
    place = st.integers(0, len(whole))
    pieces = [
        b"",
        b"\x00",
        b"\xff",
        b"\t",
        b": ",
        b"- ",
        b"&a ",
        b"*a",
        b"{",
        b"[" * 3000,
        b"'",
        b"|\n",
    ]
    return st.builds(
        lambda at, cut, piece: whole[:at] + piece + whole[at + cut :],
        place,
        st.integers(0, 30),
        st.one_of(st.sampled_from(pieces), st.binary(max_size=4)),
    )


def _data_changed(name: str) -> st.SearchStrategy[bytes]:
    def read() -> Any:
        return yaml.safe_load((LIBRARY / name).read_text("utf-8"))

    return _changed(read).map(lambda data: yaml.safe_dump(data, allow_unicode=True).encode())


def _changed(read: Callable[[], Any]) -> st.SearchStrategy[Any]:
    """The data with one thing in it replaced, removed or named otherwise."""
    return st.builds(
        functools.partial(_change, read),
        st.lists(st.integers(0, 1000), min_size=1, max_size=6),
        st.sampled_from(["replace", "remove", "rename", "double"]),
        _JUNK,
    )


def _change(read: Callable[[], Any], path: list[int], how: str, junk: Any) -> Any:
    root = node = read()
    for step, number in enumerate(path):
        if not isinstance(node, list | dict) or not node:
            break
        key = number % len(node) if isinstance(node, list) else [*node][number % len(node)]
        within = node[key]
        if step == len(path) - 1 or not isinstance(within, list | dict) or not within:
            _edit(node, key, how, junk)
            break
        node = within
    return root


def _edit(node: Any, key: Any, how: str, junk: Any) -> None:
    if how == "remove":
        del node[key]
    elif how == "rename" and isinstance(node, dict):
        node[junk if isinstance(junk, str | int) else "junk"] = node.pop(key)
    elif how == "double" and isinstance(node, list):
        node.append(node[key])
    else:
        node[key] = junk


KINDS: dict[str, Callable[[], st.SearchStrategy[Input]]] = {
    "target": targets,
    "contract": contracts,
    "record": recorded,
    "environment": variables,
    "option": options,
}
"""What makes the inputs of each kind."""
