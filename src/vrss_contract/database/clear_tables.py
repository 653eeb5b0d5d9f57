"""SQL that takes out all rows.

A target may bring rows, and not every table can be emptied.
"""

from __future__ import annotations

from collections.abc import Iterable

from vrss_contract.sql.literal import relation, text

_EMPTIES = """DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY[{names}] LOOP
        BEGIN
            EXECUTE 'DELETE FROM ' || name;
        EXCEPTION WHEN OTHERS THEN
            NULL;  -- missing, a view, or held: what needs the table will tell
        END;
    END LOOP;
END $$"""


def emptied(tables: Iterable[str]) -> str:
    """What takes out the rows that a target brings, from each table in turn, children first.

    Args:
        tables: the contract's, parents first.
    """
    return _EMPTIES.format(
        names=", ".join(text(relation(table)) for table in reversed(tuple(tables)))
    )
