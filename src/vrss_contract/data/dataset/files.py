"""Rows that stand in files of plain SQL, loaded one after the other.

The files are for psql as well, so they may say what a fill does by itself: begin and commit,
settings, triggers off and on, sequences set. Such statements are left out here, and the others run
as they are; this module knows which are which.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path

from vrss_contract.data.dataset import NO_REFERENCE, Portion, Prepared, ReferenceRows, Selected
from vrss_contract.sql.split import Token, tokens
from vrss_contract.target import Statement, sqlfile
from vrss_contract.target.errors import COPY_DATA, NO_STATEMENT, excerpt

_LEFT_TO_THE_FILL = re.compile(
    r"""
      (?:begin|start\s+transaction|commit|end|set(?!\s+constraints)|reset)\b
    | alter\s+table\s+.*\s(?:en|dis)able\s+(?:always\s+|replica\s+)?trigger\s
    | select\s+(?:pg_catalog\.)?(?:setval|set_config)\s*\(
    """,
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_PUBLIC = "public"


@dataclass(frozen=True)
class FilesDataset:
    """The rows of SQL files; each is UTF-8, without COPY ... FROM STDIN.

    A folder stands for all ``*.sql`` files in it, in the order of their names.

    Raises:
        TroubleError: when it is first asked for rows: no file, or one that is not plain SQL.
    """

    name: str
    files: tuple[Path, ...]
    reference: ReferenceRows = NO_REFERENCE
    bulk: bool = False
    triggers: bool = False

    @property
    def rows(self) -> int:
        """How many rows the files spell out; what an INSERT selects counts as one."""
        return sum(portion.rows for portion in self._read)

    @property
    def digest(self) -> str:
        """Changes when a statement does."""
        return hashlib.sha256(repr(self._read).encode()).hexdigest()

    def portions(self) -> Iterator[Portion]:
        """The statements that write, in order."""
        yield from self._read

    @cached_property
    def _read(self) -> tuple[Portion, ...]:
        steps = (step for path in _each(self.files) for step in _steps(path))
        return tuple(_portion(step.sql) for step in steps if not _LEFT_TO_THE_FILL.match(step.sql))


def _steps(path: Path) -> tuple[Statement, ...]:
    """The statements of a file, whose rows are all in INSERT. Raises TroubleError."""
    steps = sqlfile.read(path).steps
    for step in steps:
        if step.rows is not None:
            raise COPY_DATA(target=path, line=step.line, text=excerpt(step.sql))
    return steps


def _each(files: Iterable[Path]) -> Iterator[Path]:
    for path in files:
        found = sorted(path.glob("*.sql")) if path.is_dir() else [path]
        if not found:
            raise NO_STATEMENT(path=path)
        yield from found


def _portion(statement: str) -> Portion:
    """What the statement writes, as far as its words tell."""
    seen = list(_outermost(statement))
    words = [token.text.lower() for token in seen]
    if ("insert", "into") not in pairwise(words):
        return Prepared(statement)
    name = words.index("into") + 1
    rows = words[words.index("values") :].count("(") if "values" in words else 1
    return Selected(_table(seen[name:]), statement, rows)


def _outermost(statement: str) -> Iterator[Token]:
    """The tokens outside of parentheses, and each parenthesis that opens there."""
    depth = 0
    for token in tokens(statement):
        if token.silent:
            continue
        depth -= token.text == ")"
        if depth == 0 and token.text != ")":
            yield token
        depth += token.text == "("


def _table(name: Sequence[Token]) -> str:
    """A table's name as the contract has it, by the tokens that begin with it."""
    first, *rest = name
    if [token.text for token in rest[:1]] != ["."]:
        return _spelt(first)
    schema, table = _spelt(first), _spelt(rest[1])
    return table if schema == _PUBLIC else f"{schema}.{table}"


def _spelt(token: Token) -> str:
    """The name that an identifier stands for."""
    if token.kind == "identifier":
        return token.text[1:-1].replace('""', '"')
    return token.text.lower()
