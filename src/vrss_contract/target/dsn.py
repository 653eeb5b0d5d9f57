"""Telling a DSN from a path: what names a live database is no file, and may hold a password."""

from __future__ import annotations

import re
from pathlib import Path

from vrss_contract.target.errors import DSN_AS_FILE

# A Path makes one slash of two.
_URL = re.compile(r"(jdbc:)?(postgres(ql)?|postgis|psql|pgsql)(\+\w+)?:/", re.IGNORECASE)
_PAIRS = re.compile(
    r"\s*(host|hostaddr|port|dbname|user|password|passfile|service|sslmode|options)\s*="
)


def looks_like(word: str) -> bool:
    """Whether the word is a DSN rather than the path of a file."""
    if _URL.match(word):
        return True
    return bool(_PAIRS.match(word)) and not Path(word).exists()


def refuse(word: str | Path) -> None:
    """Raise TroubleError, which does not show it, where a DSN stands for a file."""
    if looks_like(str(word)):
        raise DSN_AS_FILE()
