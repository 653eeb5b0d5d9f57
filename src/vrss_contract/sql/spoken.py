"""What SQL, PL/pgSQL too, speaks of: names, the tables it writes to, whole rows.

By words and not by grammar, so that a body in any language can be asked. It says too much rather
than too little: whoever asks wants to know what a text can't be about.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from vrss_contract.sql.split import tokens

_WORD = re.compile(r"[A-Za-z_\x80-\U0010ffff][\w$\x80-\U0010ffff]*")
_NAME = r'(?:(?:"[^"]+"|[\w$]+)\s*\.\s*)?("[^"]+"|[\w$]+)'
_WRITES = {
    "insert": re.compile(rf"(?i)\b(?:insert\s+into|merge\s+into|copy)\s+(?:only\s+)?{_NAME}"),
    "update": re.compile(
        rf"(?i)(?<!\bfor )(?<!\bkey )(?<!\bdo )(?<!\bon )(?<!\bor )(?<!\bbefore )(?<!\bafter )"
        rf"\bupdate\s+(?:only\s+)?{_NAME}(?!\s*\()"
    ),
    "delete": re.compile(rf"(?i)\bdelete\s+from\s+(?:only\s+)?{_NAME}"),
    "truncate": re.compile(rf"(?i)\btruncate\s+(?:table\s+)?(?:only\s+)?{_NAME}"),
}
_ALSO = {
    "update": re.compile(r"(?i)\bdo\s+update\b|\bmerge\b"),
    "delete": re.compile(r"(?i)\bmerge\b"),
}
"""What makes an insert more than one."""
_MORE_TABLES = re.compile(rf"(?i)\btruncate\b[^;]*?,\s*{_NAME}")
_SET = re.compile(r"(?i)\bset\b")
_ENDS_SET = re.compile(r"(?i)\b(?:from|where|returning)\b|;|\Z")
_ASSIGNED = re.compile(r'("[^"]+"|[\w$]+)\s*(?:\[[^\]]*\]\s*)?=(?!=)')
_ASSIGNED_TOGETHER = re.compile(r"\(([^()]*)\)\s*=")
_DYNAMIC = re.compile(r"(?i)\bexecute\b(?!\s+(?:function|procedure|on)\b)")
_CATALOG = re.compile(
    r"(?i)\bpg_(?:class|attribute|attrdef|constraint|index(?:es)?|trigger|proc|type|enum|views?|tables"
    r"|depend|description|rewrite|rules|policy|policies|sequences?|inherits|namespace|get_\w+def"
    r"|get_expr|describe_object|identify_object)\b"
    r"|\binformation_schema\b|\b(?:obj|col)_description\b"
)
_STAR = re.compile(r"(?i)(?:,|\b(?:select|distinct|all))\s*\*")
_RETURNED = re.compile(r"(?i)\breturning\s*\*")
_RIGHTS = re.compile(r"(?i)\b(?:grant|revoke)\b[^;]*")
_TEXT = re.compile(r"'(?:[^']|'')*'")
_ALTERED = re.compile(r"(?i)\b(?:alter|create|drop|lock|temp|temporary|unlogged)\s+table\b")
_INNER = re.compile(r"(?i)\b(?:from|join|lateral|exists)\s*\(\s*select\s*\*")
_ANY_STAR = re.compile(r"(?i)(?:\.|,|\b(?:select|distinct|all|returning))\s*\*")
_TOGETHER = re.compile(r"(?i)\b(?:union|intersect|except|insert|update|merge)\b")
_OUTER = re.compile(r"(?i)\)\s*as\s+(\w+)")
_COLUMNS_NAMED = re.compile(r"(?i)(\)\s*as\s+[\w$]+)\s*\([\w$\s,]*\)")
_NESTED = re.compile(r"\([^()]*\)")
_NATURAL = re.compile(r"(?i)\bnatural\b|%\s*rowtype\b")
_SAME_ROW = re.compile(
    r"(?i)\b(?:old|new)(?:\s*\.\s*\*)?\s+is\s+(?:not\s+)?distinct\s+from\s+(?:old|new)(?:\s*\.\s*\*)?"
)
"""Whether a row changed: a column that nobody writes changes in none."""
_OWN_ROW = re.compile(r"(?i)(?<!\breturn )\b(?:new|old)\b(?!\s*\.)(?!\s+table\b)")
_BEFORE_TABLE = frozenset(
    {"from", "join", "into", "update", "only", "using", "truncate", "as", "on"}
)


_NEAR = 60
"""Characters that are looked at around a name."""
_BEFORE = re.compile(r"([\w$]*)(\s*,?\s*|::?)(?:([\w$]+)\.)?\Z")
_LAST = re.compile(r"[\w$]*\Z")
_AFTER = re.compile(r"(?i)\s+(?:as\s+)?([\w$]+)")


@dataclass(frozen=True, slots=True)
class Write:
    """A statement that writes to a table. ``columns`` are those of an UPDATE, None for any."""

    event: str
    """``insert``, ``update``, ``delete`` or ``truncate``."""
    table: str
    columns: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a text can be about. Names are without schemas and in the case that they have."""

    words: frozenset[str]
    writes: frozenset[Write]
    dynamic: bool
    """Whether it runs SQL that it puts together."""
    catalog: bool
    """Whether it asks the catalog."""


@lru_cache(maxsize=4096)
def spoken(text: str) -> Spoken:
    """What the SQL of the text speaks of."""
    plain = without_comments(text)
    return Spoken(
        words=words(text),
        writes=frozenset(_writes(plain)),
        dynamic=bool(_DYNAMIC.search(plain)),
        catalog=bool(_CATALOG.search(plain)),
    )


def words(text: str) -> frozenset[str]:
    """All names in a text, those inside of strings and comments too, folded and as they are."""
    found = set(_WORD.findall(text))
    return frozenset(found | {word.lower() for word in found})


def without_comments(text: str) -> str:
    """The SQL with each comment made a space."""
    if "--" not in text and "/*" not in text:
        return text
    return "".join(" " if token.silent else token.text for token in tokens(text))


def _writes(text: str) -> Iterator[Write]:
    inserted = set[str]()
    for event, pattern in _WRITES.items():
        for match in pattern.finditer(text):
            table = _folded(match[1])
            inserted |= {table} if event == "insert" else set()
            columns = _set_columns(text, match.end()) if event == "update" else None
            yield Write(event, table, columns)
    for match in _MORE_TABLES.finditer(text):
        yield from (Write("truncate", name) for name in words(match[0]))
    for event, pattern in _ALSO.items():
        if pattern.search(text):
            yield from (Write(event, table) for table in inserted)


def _set_columns(text: str, start: int) -> frozenset[str] | None:
    """The columns that an UPDATE sets, and perhaps more; None where that can't be told."""
    begins = _SET.search(text, start)
    if begins is None:
        return None
    part = text[begins.end() : _end_of_set(text, begins.end())]
    found = {_folded(name) for name in _ASSIGNED.findall(part)}
    for group in _ASSIGNED_TOGETHER.findall(part):
        found |= words(group)
    return frozenset(found) or None


def _end_of_set(text: str, start: int) -> int:
    """Where the list ends: at the first word that ends it outside of parentheses."""
    for match in _ENDS_SET.finditer(text, start):
        between = text[start : match.start()]
        if between.count("(") <= between.count(")"):
            return match.start()
    return len(text)


@lru_cache(maxsize=8192)
def whole_rows(text: str, tables: frozenset[str], *, routine: bool = False) -> bool:
    """Whether a text may read or write rows of these tables without naming each column.

    Args:
        text: SQL, or the body of a routine.
        tables: the names whose columns may come and go.
        routine: whether it is a body, in which NEW and OLD are rows.
    """
    plain = _ALTERED.sub("only", _RIGHTS.sub(" ", _SAME_ROW.sub(" ", without_comments(text))))
    if not _DYNAMIC.search(plain):
        plain = _TEXT.sub("''", plain)
    plain = _COLUMNS_NAMED.sub(r"\1", plain)
    if _NATURAL.search(plain) or (routine and _OWN_ROW.search(plain)):
        return True
    here = [name for name in tables if name in plain]
    return any(_all_columns(plain, name) or _as_a_value(plain, name) for name in here)


def _all_columns(text: str, table: str) -> bool:
    """Whether a star may stand for the table's columns."""
    if _RETURNED.search(text):
        return True
    if _only_inner(text):
        return False
    return any(table in words(_sources(text, star.end())) for star in _STAR.finditer(text))


def _only_inner(text: str) -> bool:
    """Whether each star is a nested query's, of which the outer one takes columns by name."""
    if len(_INNER.findall(text)) != len(_ANY_STAR.findall(text)) or _TOGETHER.search(text):
        return False
    return not any(_alias_as_a_value(text, one, "", "from") for one in _OUTER.findall(text))


def _sources(text: str, start: int) -> str:
    """What follows a star as far as its query goes, without the queries that are nested in it."""
    depth = 0
    for place, character in enumerate(text[start:], start):
        depth += (character == "(") - (character == ")")
        if depth < 0 or (character == ";" and depth == 0):
            return _flat(text[start:place])
    return _flat(text[start:])


def _flat(text: str) -> str:
    while (flat := _NESTED.sub(" ", text)) != text:
        text = flat
    return text


def unlisted(text: str, table: str) -> bool:
    """Whether rows are put into the table without a list of columns."""
    name = rf'(?:"{re.escape(table)}"|(?i:\b{re.escape(table)}\b))'
    put = (
        rf"(?i:\b(?:insert\s+into|copy))\s+(?:[\w$]+\.)?{name}(?:\s+(?i:as)\s+[\w$]+)?\s*(.?)(\w*)"
    )
    return any(
        match[1] != "(" and (match[1] + match[2]).lower() != "default"
        for match in re.finditer(put, text)
    )


def _as_a_value(text: str, table: str) -> bool:
    """Whether the table's name, or its alias, stands for a row of it, or no column is listed."""
    name = rf'(?:"{re.escape(table)}"|(?i:\b{re.escape(table)}\b))'
    if re.search(rf"(?i)\)\s*as\s+{re.escape(table)}\b", text):
        text = re.sub(rf"(?i)\b(?:max|min|sum|avg)\({re.escape(table)}\)", "", text)
    if unlisted(text, table):
        return True
    aliases = {table}
    for match in re.finditer(name, text):
        before = _BEFORE.search(text[max(0, match.start() - _NEAR) : match.start()])
        word, between, schema = before.groups() if before else ("", "", None)
        after = _AFTER.match(text, match.end())
        if text[match.end() : match.end() + _NEAR].lstrip().startswith(".") or between == ":":
            continue  # a column of it, or a parameter
        if schema and re.search(rf"(?i)\bas\s+{re.escape(schema)}\b", text):
            continue  # a column of that name
        if between.strip() or word.lower() not in _BEFORE_TABLE:
            return True
        if after and after[1].lower() not in _KEYWORDS:
            aliases.add(after[1])
    if any(re.search(rf"(?i:\b{re.escape(one)}\b)\"?\s*\.\s*\*", text) for one in aliases):
        return True
    return any(_alias_as_a_value(text, alias, table) for alias in aliases - {table})


def _alias_as_a_value(text: str, alias: str, *before: str) -> bool:
    """Whether an alias is said without a column of it, and not where it is given."""
    known = {"as", *(one.lower() for one in before)} - {""}
    for match in re.finditer(rf"(?i)\b{re.escape(alias)}\b(?!\s*\.)", text):
        near = text[max(0, match.start() - _NEAR) : match.start()].rstrip(' \t\n\r"')
        if _LAST.search(near)[0].lower() not in known:  # type: ignore[index] # of any length
            return True
    return False


_KEYWORDS = frozenset(
    {
        *("where", "set", "on", "join", "inner", "left", "right", "full", "cross", "natural"),
        *("using", "group", "order", "limit", "having", "union", "except", "intersect", "for"),
        *("returning", "values", "select", "with", "as", "default", "do", "offset", "fetch"),
        *("window", "tablesample", "in", "from", "and", "or", "when", "then", "end", "loop", "is"),
        *("not", "exists", "only"),
    }
)
"""What no alias is."""


def _folded(name: str) -> str:
    return name[1:-1] if name.startswith('"') else name.lower()
