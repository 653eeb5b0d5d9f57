"""Whether a function decides by the rows alone, whatever the day, the session and chance say.

What goes wrong on Sundays, for one row in a hundred or for sessions of one name shows to no row
that is tried. So it is the words of the body that are asked.
"""

from __future__ import annotations

import re
from collections import Counter

from vrss_contract.checks.table.answer import Answer, Missing
from vrss_contract.checks.table.functions import named
from vrss_contract.checks.verdict import Finding
from vrss_contract.contract.model import Function
from vrss_contract.database.catalog.facts import Catalog
from vrss_contract.sql.expression import canonical_body

_CLOCK = (
    r"(?:(?:now|clock_timestamp|statement_timestamp|transaction_timestamp|timeofday)\ \(\ \)"
    r"|current_(?:date|time|timestamp)|localtime(?:stamp)?)"
)
_OF_CLOCK = (
    rf"(?:date_trunc\ \([^()]*?{_CLOCK}\ \)|age\ \(\ {_CLOCK}[^()]*?\)"
    rf"|{_CLOCK}\ -\ [\w.]+(?:\ \(\ \))?|{_CLOCK}(?:\ ::\ \w+)?)"
)
"""The clock, rounded, taken as a day or an hour, or as how long ago something was."""
_MOOD = re.compile(
    rf"""(?x)
    \b (?: random | random_normal | setseed | gen_random_uuid ) \ \(
    | \b (?: txid_\w+ | pg_current_xact_id\w* | pg_current_snapshot ) \ \(
    | \b (?: pg_backend_pid | inet_\w+ | current_query | current_database | version ) \ \(
    | \b (?: session_user | current_user | current_role | system_user | current_catalog ) \b
    | \b pg_ (?: stat_\w+ | locks | postmaster_start_time | is_in_recovery ) \b
    | \b current_setting \ \( \ '[^']*'
    | \b (?: extract | date_part | to_char ) \ \( [^()]*? {_CLOCK}
    | {_OF_CLOCK} \ (?: = | < | > | <> | != | <= | >= | between )
    | (?: < | > | <> | != | <= | >= | between ) \ {_CLOCK}
    """
)
"""Chance, transactions, sessions, the server, and the clock where something is compared with it or
taken from it; a time that is kept is none of these."""


def steady(expected: Function, catalog: Catalog) -> Answer:
    """No word of it asks more of the clock, the session or chance than the declared body does."""
    found = named(expected, catalog)
    if found is None:
        return Missing(f"function {expected.name}")
    more = moods(canonical_body(found.body)) - moods(canonical_body(expected.body))
    because = f"{expected.name} does not decide by the rows alone"
    return tuple(Finding(because, "nothing else is asked", word) for word in sorted(more))


def moods(text: str) -> Counter[str]:
    """What a canonical text asks of chance, the clock, the session and the server."""
    return Counter(found[0] for found in _MOOD.finditer(text))
