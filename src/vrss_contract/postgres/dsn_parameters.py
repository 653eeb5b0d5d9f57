"""What DSNs say beside what libpq knows: parameters of the tools whose DSNs people have."""

from __future__ import annotations

import difflib
from functools import cache

from psycopg.pq import Conninfo

SCHEMA = frozenset({"schema", "currentSchema", "search_path", "schema_search_path"})
"""Names of the schema that an application works in."""

LEFT_OUT = frozenset(
    {
        # Prisma
        "pgbouncer",
        "connection_limit",
        "pool_timeout",
        "socket_timeout",
        "statement_cache_size",
        "single_use_connections",
        "max_connection_lifetime",
        "max_idle_connection_lifetime",
        "sslaccept",
        "sslidentity",
        # SQLAlchemy and asyncpg
        "prepared_statement_cache_size",
        "prepared_statement_name_func",
        "command_timeout",
        "async_fallback",
        "server_settings",
        "executemany_mode",
        # Rails
        "pool",
        "encoding",
        "prepared_statements",
        "checkout_timeout",
        "reaping_frequency",
        "advisory_locks",
        "min_messages",
        "variables",
        # Django
        "conn_max_age",
        "conn_health_checks",
        # pgx, lib/pq and sqlx
        "pool_max_conns",
        "pool_min_conns",
        "pool_max_conn_lifetime",
        "pool_max_conn_idle_time",
        "pool_health_check_period",
        "default_query_exec_mode",
        "statement_cache_mode",
        "statement_cache_capacity",
        "statement-cache-capacity",
        "prefer_simple_protocol",
        "binary_parameters",
        "TimeZone",
        "timezone",
        # JDBC
        "ApplicationName",
        "connectTimeout",
        "loginTimeout",
        "socketTimeout",
        "prepareThreshold",
        "preferQueryMode",
        "reWriteBatchedInserts",
        "stringtype",
        "tcpKeepAlive",
        "targetServerType",
        # node-postgres, Vercel, Supabase
        "uselibpqcompat",
        "connectionTimeoutMillis",
        "idleTimeoutMillis",
        "query_timeout",
        "statement_timeout",
        "max",
        "pool_mode",
        "workaround",
        "supa",
    }
)
"""Parameters that say how an application uses its connections, and nothing of the database."""

_ON, _OFF = frozenset({"true", "1", "yes", "on"}), frozenset({"false", "0", "no", "off"})


@cache
def known() -> frozenset[str]:
    """The parameters that libpq knows."""
    return frozenset(option.keyword.decode() for option in Conninfo.get_defaults())


def sslmode(ssl: str) -> str:
    """What libpq calls the value that other tools have of a parameter ``ssl``."""
    if ssl.lower() in _ON:
        return "require"
    return "disable" if ssl.lower() in _OFF else ssl


def nearest(name: str) -> str:
    """The parameter of libpq that was likely meant, if there is one."""
    return next(iter(difflib.get_close_matches(name, known(), n=1, cutoff=0.75)), "")
