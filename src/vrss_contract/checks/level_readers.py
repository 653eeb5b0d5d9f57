"""Which statements may come to something that asks for its transaction's isolation level.

By words, as ``checks/changed`` follows a change: it says too much rather than too little.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from vrss_contract.checks.changed.reach import CATALOG, Reach
from vrss_contract.database.catalog.every_object import Facts, Item
from vrss_contract.sql.spoken import words

_ASKS = re.compile(r"(?i)isolation|_setting|\bshow\b|snapshot|\bxact|_xact|\btxid")
_READ = frozenset({"sql", "plpgsql"})
"""Languages whose routines can be read; one of another may ask for anything."""
_FOLLOWED = frozenset({"trigger", "column", "constraint", "index", "policy"})
"""Objects that are followed to the routines that they call."""
_TOLD = frozenset({"comment", "rows"})
"""What is no SQL."""


class LevelReaders:
    """The routines of a target that may ask for their level, and who comes to one."""

    def __init__(self, objects: Mapping[Item, Facts]) -> None:
        self._reach = Reach(objects)
        self._routines = frozenset(
            item.name.partition("(")[0]
            for item, facts in objects.items()
            if item.kind == "function"
            and (_ASKS.search(str(facts)) or facts["language"] not in _READ)
        )
        others = ((item, str(facts)) for item, facts in objects.items() if item.kind != "function")
        self._anybody = any(self._may(*other) for other in others)

    def among(self, statements: Iterable[str]) -> bool:
        """Whether one of these may come to such a routine, or asks itself."""
        texts = [*statements]
        if self._anybody or any(map(_ASKS.search, texts)):
            return True
        nodes = self._reach.from_(node for text in texts for node in self._reach.of_text(text))
        # What asks the catalog may be SQL that is put together when it runs.
        return CATALOG in nodes or any(("name", name) in nodes for name in self._routines)

    def _may(self, item: Item, facts: str) -> bool:
        """Whether what is no routine asks, or calls who does from where nobody is followed."""
        if item.kind in _TOLD:
            return False
        followed = item.kind in _FOLLOWED and item.table in self._reach.tables  # no domain's check
        unseen = not followed and bool(words(facts) & self._routines)
        return unseen or bool(_ASKS.search(facts))
