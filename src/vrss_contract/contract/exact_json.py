"""JSON that every reader takes alike, and in which everything can be seen.

Rule: contracts/README.md, "contracts.json".
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

EXACT = 2**53 - 1
"""The greatest integer that is not another one's double as well; many readers know no others."""

_VALUES: Mapping[str, int] = {
    **dict.fromkeys(("row", "fills", "rows", "key", "takes"), 1),
    **dict.fromkeys(("example", "examples"), 0),
}
"""Fields that hold values of rows, and the levels of mappings above those."""


def line(value: Any) -> str:
    """The value on one line. What draws nothing of its own is an escape."""
    text = json.dumps(value, ensure_ascii=False)
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() else json.dumps(one)[1:-1] for one in text)


def exact(value: Any, structure: int | None = None) -> Any:
    """The value with texts in the place of integers that a double can't tell from others.

    Documents stay as they are, for with a text they would be others: ``structure`` is how many
    levels of mappings are none yet, and None where what is below is no value of a row.
    """
    if isinstance(value, int) and abs(value) > EXACT:
        return str(value)
    if isinstance(value, list | tuple):
        return [exact(part, structure) for part in value]
    if not isinstance(value, Mapping) or structure == 0:
        return value
    if structure is not None:
        return {key: exact(part, structure - 1) for key, part in value.items()}
    return {key: exact(part, _VALUES.get(key)) for key, part in value.items()}
