"""JSON from a file that may have come from anywhere, read as strictly as the standard has it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Never

_LARGEST = 256 << 20
"""Bytes of a file that is read: a hundred times as many as any of ours has."""


class ForeignJsonError(ValueError):
    """JSON that is not of the kind that was expected, and why."""


def read(path: Path) -> Any:
    """The file as JSON, which has no NaN and no name twice in an object.

    Raises:
        OSError: it can't be read.
        ForeignJsonError: a name stands twice in an object.
        ValueError: it is no JSON, or too large.
        RecursionError: it is nested too deep.
    """
    if (size := path.stat().st_size) > _LARGEST:
        raise ValueError(f"{size:,} bytes, and no file of ours has more than {_LARGEST:,}")
    text = path.read_text("utf-8")
    return json.loads(text, parse_constant=_no_number, object_pairs_hook=_named_once)


def require_once(names: Iterable[str], says: str) -> None:
    """See that no name stands twice. Raises ForeignJsonError."""
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise ForeignJsonError(f"{says}: {twice[0]}")


def _no_number(word: str) -> Never:
    raise ValueError(f"{word} is no number of JSON's")


def _named_once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    require_once((name for name, _ in pairs), "a name stands twice in an object")
    return dict(pairs)
