"""Whether a server's version is one to judge on."""

from __future__ import annotations

import re

from vrss_contract.postgres import OLDEST_MAJOR
from vrss_contract.postgres.errors import OLD_SERVER, OTHER_MAJOR

_TWO_PARTS_SINCE = 100000
_SAID = re.compile(r"\(PostgreSQL\) (\d+)(?:\.(\d+))?")


def spelt(version: int) -> str:
    """``server_version_num`` as people write it: 160011 is 16.11, and 90624 is 9.6.24."""
    major, minor = divmod(version, 10000)
    if version >= _TWO_PARTS_SINCE:
        return f"{major}.{minor}"
    return f"{major}.{minor // 100}.{minor % 100}"


def numbered(text: str) -> int:
    """The ``server_version_num`` in ``text``, as in ``postgres (PostgreSQL) 16.11 (Debian ...)``.

    Raises:
        ValueError: there is none.
    """
    found = _SAID.search(text)
    if found is None:
        raise ValueError(text)
    return int(found[1]) * 10000 + int(found[2] or 0)


def require(version: int, *, major: int, where: str) -> None:
    """Refuse a server that is too old, or of another major version than the one asked for.

    Args:
        version: ``server_version_num``.
        major: the major version asked for.
        where: what people call the server; holds no password.
    """
    if version // 10000 < OLDEST_MAJOR:
        raise OLD_SERVER(where=where, found=spelt(version), oldest=OLDEST_MAJOR)
    if version // 10000 != major:
        raise OTHER_MAJOR(where=where, asked=major, found=spelt(version), major=version // 10000)
