"""The rows of a database, kept and put back by a session in which no trigger is at work.

Nothing is created to keep other rows but a temporary table for each table that has rows for the
first time: what one session creates all others hear of, and look up again what they knew.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import psycopg

from vrss_contract.database.repeated_query import RepeatedQuery, together
from vrss_contract.sql.literal import identifier, text

_SEQUENCES = """
SELECT schemaname, sequencename FROM pg_catalog.pg_sequences WHERE schemaname = ANY(%s)
"""
_COLUMNS = """
SELECT pg_catalog.string_agg(pg_catalog.quote_ident(attname), ', ' ORDER BY attnum)
FROM pg_catalog.unnest(%s::text[]) WITH ORDINALITY AS asked (name, place)
JOIN pg_catalog.pg_attribute
    ON attrelid = name::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
GROUP BY place
ORDER BY place
"""
"""The columns that a row is put back by: all but what the server computes."""
_FUNCTIONS = """
CREATE OR REPLACE FUNCTION pg_temp.vrss_contract_save() RETURNS void
LANGUAGE plpgsql SET search_path = {path}, pg_temp AS $vrss_contract$
BEGIN
{keeps}
END $vrss_contract$;
CREATE OR REPLACE FUNCTION pg_temp.vrss_contract_put_back(
    rows bigint[], last bigint[], called boolean[]
) RETURNS void
LANGUAGE plpgsql SET search_path = {path}, pg_temp AS $vrss_contract$
BEGIN
{puts_back}
END $vrss_contract$
"""
_SAVE = "SELECT pg_temp.vrss_contract_save()"
_RESTORE = "SELECT pg_temp.vrss_contract_put_back('{{{}}}', '{{{}}}', '{{{}}}')"
_KEEP = """DELETE FROM pg_temp.{saved};
INSERT INTO pg_temp.{saved} SELECT {columns} FROM {table};"""
# A row that nobody has changed since it was put back is the version that was written then: where
# there are as many rows as there should be, all of that transaction, nothing is to be done. To see
# so costs a tenth of writing them.
_PUT_BACK = """IF rows[{place}] > 0 AND EXISTS (
    SELECT FROM {table}
    HAVING count(*) <> rows[{place}]
        OR count(*) FILTER (WHERE xmin = current_setting({mark}, true)::xid) <> rows[{place}]
) THEN
    DELETE FROM {table};
    INSERT INTO {table} ({columns}) OVERRIDING SYSTEM VALUE SELECT * FROM pg_temp.{saved};
    PERFORM set_config({mark}, pg_current_xact_id()::xid::text, false);
END IF;"""
_EMPTY = """IF rows[{place}] = 0 AND EXISTS (SELECT FROM {table}) THEN
    DELETE FROM {table};
END IF;"""


class SavedRows:
    """The rows of these tables, by their names in SQL, as they were when they were last saved.

    Args:
        session: sees what is there.
        quiet: a session of the same role in which neither triggers nor foreign keys are at work.
        tables: all of the schemas.
        schemas: also those of the sequences, which are put back too.
    """

    def __init__(
        self,
        session: psycopg.Connection,
        quiet: psycopg.Connection,
        tables: Sequence[str],
        schemas: Sequence[str],
    ) -> None:
        self._session, self._quiet = session, quiet
        self._tables, self._schemas = tables, schemas
        self._columns: dict[str, str] = {}
        """Of each table that has a temporary one, the columns that its rows are put back by."""
        self._made = False
        found = session.execute(_SEQUENCES, [list(schemas)])
        self._sequences = [f"{identifier(schema)}.{identifier(name)}" for schema, name in found]
        counts = (f"(SELECT count(*) FROM {table})" for table in tables)
        last = (f"(SELECT last_value FROM {one})" for one in self._sequences)
        called = (f"(SELECT is_called FROM {one})" for one in self._sequences)
        self._now = [
            RepeatedQuery(session, f"SELECT ARRAY[{', '.join(parts)}]::{type_}[]")
            for parts, type_ in ((counts, "bigint"), (last, "bigint"), (called, "boolean"))
        ]
        self._restoring: RepeatedQuery | None = None

    def save(self) -> None:
        """Keep what is there, and put it back once.

        Raises:
            psycopg.Error: that can't be done, for want of a right perhaps.
        """
        counts, last, called = (rows[0][0] for rows in together(self._now))
        full = [table for table, rows in zip(self._tables, counts, strict=True) if rows]
        if not self._made or not {*full} <= self._columns.keys():
            self._make([table for table in full if table not in self._columns])
        self._quiet.execute(_SAVE)
        lists = (",".join(map(str, some)) for some in (counts, last, called))
        self._restoring = RepeatedQuery(self._quiet, _RESTORE.format(*lists))
        self.restore()

    def restore(self) -> None:
        """Put back what was saved."""
        if self._restoring:
            self._restoring.rows()

    def _make(self, tables: Sequence[str]) -> None:
        """A temporary table for each of these, and what fills them and empties them again."""
        found = self._session.execute(_COLUMNS, [list(tables)])
        columns = dict(zip(tables, (str(one) for (one,) in found), strict=True))
        for table, list_ in columns.items():
            saved = self._saved(table)
            self._quiet.execute(
                f"CREATE TEMP TABLE {saved} AS SELECT {list_} FROM {table} WITH NO DATA".encode()
            )
        self._columns |= columns
        keeps = (
            _KEEP.format(saved=self._saved(table), columns=list_, table=table)
            for table, list_ in self._columns.items()
        )
        functions = _FUNCTIONS.format(
            path=", ".join(map(identifier, self._schemas)),
            keeps="\n".join(keeps),
            puts_back="\n".join([*self._puts_back(), self._sets()]),
        )
        self._quiet.execute(functions.encode())
        self._made = True

    def _puts_back(self) -> Iterable[str]:
        for place, table in enumerate(self._tables, start=1):
            yield _EMPTY.format(place=place, table=table)
            if table in self._columns:
                yield _PUT_BACK.format(
                    place=place,
                    table=table,
                    columns=self._columns[table],
                    saved=self._saved(table),
                    mark=text(f"vrss_contract.written_{place}"),
                )

    def _sets(self) -> str:
        """What sets every sequence to where it was."""
        sets = (
            f"setval({text(one)}, last[{place}], called[{place}])"
            for place, one in enumerate(self._sequences, start=1)
        )
        return f"PERFORM {', '.join(sets)};" if self._sequences else ""

    def _saved(self, table: str) -> str:
        """The temporary table that keeps the rows of a table."""
        return identifier(f"saved_{self._tables.index(table)}")
