"""Whether a column's type holds whatever the declared one holds. Pure.

A longer text, a wider whole number, an enumerated type for the texts that a check lists, or texts
for such a type: whoever sends and reads values sees no difference.
"""

from __future__ import annotations

import re

from vrss_contract.contract.model import Column
from vrss_contract.database.catalog.facts import Catalog, CatalogColumn
from vrss_contract.sql.literal import relation
from vrss_contract.sql.type_name import formatted

_WIDTHS = {"smallint": 1, "integer": 2, "bigint": 3}
_TEXT = re.compile(r"(?:text|character varying)(?:\((\d+)\))?")
_ANY_LENGTH = 2**30


def serves(expected: Column, found: CatalogColumn, catalog: Catalog) -> bool:
    """Whether the column holds every value that the declared one does, and sorts it alike.

    Args:
        expected: the declared column, ``values`` being the only texts that it takes, if it is so.
        found: the column of the target.
        catalog: whose enumerated types have which labels.
    """
    wanted = formatted(expected.type)
    if (expected.collation or "") != found.collation:
        return False
    if wanted == found.type or _WIDTHS.get(wanted, 9) <= _WIDTHS.get(found.type, 0):
        return True
    needed = max(map(len, expected.values)) if expected.values else _length(wanted)
    if not needed:
        return False
    labels = {relation(name): labels for name, labels in catalog.enums.items()}
    listed = set(labels.get(found.type, ()))
    return _length(found.type) >= needed or (bool(listed) and listed == set(expected.values))


def _length(type_: str) -> int:
    """How many characters a text has room for; 0 of what is no text."""
    text = _TEXT.fullmatch(type_)
    return int(text[1] or _ANY_LENGTH) if text else 0
