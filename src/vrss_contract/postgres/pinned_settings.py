"""The settings that a verdict could hang on, and what each is wherever we judge.

A server's configuration, a database, a role and the environment of libpq can each set them; what a
session sets itself goes before all of these. ``tests/engine/test_pinned_settings.py`` holds this
table to every setting that a server has.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache

MEANING = {
    # What statements mean, and what values look like as text.
    "client_encoding": "UTF8",
    "standard_conforming_strings": "on",
    "backslash_quote": "safe_encoding",
    "escape_string_warning": "on",
    "array_nulls": "on",
    "transform_null_equals": "off",
    "quote_all_identifiers": "off",
    "DateStyle": "ISO, MDY",
    "IntervalStyle": "postgres",
    "timezone_abbreviations": "Default",
    "bytea_output": "hex",
    "extra_float_digits": "1",
    "xmlbinary": "base64",
    "xmloption": "content",
    "lc_monetary": "C",
    "lc_numeric": "C",
    "lc_time": "C",
    "default_text_search_config": "pg_catalog.english",
    "gin_fuzzy_search_limit": "0",
    "synchronize_seqscans": "on",
    "restrict_nonsystem_relation_kind": "",
    "plpgsql.check_asserts": "on",
    "plpgsql.print_strict_params": "off",
}
"""Also where a database of somebody's own is looked at or filled."""

_LASTING = {
    # What ends a transaction or its session before it is over.
    "idle_in_transaction_session_timeout": "0",
    "transaction_timeout": "0",
    "exit_on_error": "off",
}
"""As ``MEANING``."""

_LIMITS = {
    # What makes a transaction other than it was meant, or ends the session in between.
    "default_transaction_isolation": "read committed",
    "default_transaction_read_only": "off",
    "default_transaction_deferrable": "off",
    "idle_session_timeout": "0",
    "row_security": "on",
    "check_function_bodies": "on",
    "plpgsql.extra_errors": "none",
    "plpgsql.extra_warnings": "none",
    "client_min_messages": "notice",
    "stats_fetch_consistency": "cache",
}

_STORAGE = {
    # Where rows and indexes come to lie, and how long a commit or a VACUUM waits.
    "default_tablespace": "",
    "temp_tablespaces": "",
    "default_table_access_method": "heap",
    "default_toast_compression": "pglz",
    "file_copy_method": "copy",
    # A scratch database may be lost; and a standby that is named and away would never let us go.
    "synchronous_commit": "off",
    "vacuum_cost_delay": "0",
    "vacuum_truncate": "on",
    "gin_pending_list_limit": "4MB",
}

_PLANS = {
    # What a plan is made of; these are PostgreSQL's own values, but for jit, which costs time.
    "jit": "off",
    "work_mem": "4MB",
    "hash_mem_multiplier": "2",
    "maintenance_work_mem": "64MB",
    "temp_buffers": "8MB",
    "effective_cache_size": "4GB",
    "seq_page_cost": "1",
    "random_page_cost": "4",
    "cpu_tuple_cost": "0.01",
    "cpu_index_tuple_cost": "0.005",
    "cpu_operator_cost": "0.0025",
    "parallel_setup_cost": "1000",
    "parallel_tuple_cost": "0.1",
    "min_parallel_table_scan_size": "8MB",
    "min_parallel_index_scan_size": "512kB",
    "max_parallel_workers": "8",
    "max_parallel_workers_per_gather": "2",
    "max_parallel_maintenance_workers": "2",
    "parallel_leader_participation": "on",
    "force_parallel_mode": "off",
    "debug_parallel_query": "off",
    "from_collapse_limit": "8",
    "join_collapse_limit": "8",
    "geqo": "on",
    "geqo_threshold": "12",
    "geqo_effort": "5",
    "geqo_pool_size": "0",
    "geqo_generations": "0",
    "geqo_selection_bias": "2",
    "geqo_seed": "0",
    "constraint_exclusion": "partition",
    "cursor_tuple_fraction": "0.1",
    "default_statistics_target": "100",
    "plan_cache_mode": "auto",
    "recursive_worktable_factor": "10",
    "enable_async_append": "on",
    "enable_bitmapscan": "on",
    "enable_distinct_reordering": "on",
    "enable_gathermerge": "on",
    "enable_group_by_reordering": "on",
    "enable_hashagg": "on",
    "enable_hashjoin": "on",
    "enable_incremental_sort": "on",
    "enable_indexonlyscan": "on",
    "enable_indexscan": "on",
    "enable_material": "on",
    "enable_memoize": "on",
    "enable_mergejoin": "on",
    "enable_nestloop": "on",
    "enable_parallel_append": "on",
    "enable_parallel_hash": "on",
    "enable_partition_pruning": "on",
    "enable_partitionwise_aggregate": "off",
    "enable_partitionwise_join": "off",
    "enable_presorted_aggregate": "on",
    "enable_self_join_elimination": "on",
    "enable_seqscan": "on",
    "enable_sort": "on",
    "enable_tidscan": "on",
}

PINNED = MEANING | _LASTING | _LIMITS | _STORAGE | _PLANS
"""What every session that judges sets for itself, beside its time limits, zone and path."""

REQUIRED = {
    # Triggers fire, and event triggers with them.
    "session_replication_role": "origin",
    "event_triggers": "on",
    # No library that is loaded into sessions changes what statements do.
    "session_preload_libraries": "",
    "local_preload_libraries": "",
    "plpgsql.variable_conflict": "error",
}
"""What only an administrator may set, or only before a session begins: set of the role that a
target runs as. Where it can't be set and is otherwise, nothing is judged."""

OF_ROLE = REQUIRED | {
    # What the server says is read, also who waits and what runs too long.
    "lc_messages": "C",
    "track_activities": "on",
    # A deadlock is found before the time limit of a statement ends the wait.
    "deadlock_timeout": "1000",
    "temp_file_limit": "-1",
}
"""As ``REQUIRED``, with what an error of the server's would tell of where it can't be set. Numbers
are in the unit of ``pg_settings``."""

_SINCE = {
    "default_toast_compression": 14,
    "enable_async_append": 14,
    "enable_memoize": 14,
    "idle_session_timeout": 14,
    "recursive_worktable_factor": 15,
    "stats_fetch_consistency": 15,
    "debug_parallel_query": 16,
    "enable_presorted_aggregate": 16,
    "enable_group_by_reordering": 17,
    "event_triggers": 17,
    "transaction_timeout": 17,
    "enable_distinct_reordering": 18,
    "enable_self_join_elimination": 18,
    "file_copy_method": 18,
    "vacuum_truncate": 18,
}
"""The major version that first has a setting, where that is not the oldest one we read."""
_UNTIL = {"force_parallel_mode": 15}
"""The last major version that has a setting."""
_MINOR = {"restrict_nonsystem_relation_kind": {13: 16, 14: 13, 15: 8, 16: 4}}
"""Where a setting came with a minor release, which one of each major version."""


def names(version: int, settings: Iterable[str]) -> Iterator[str]:
    """Those of the settings that a server of this version (``server_version_num``) has."""
    major, minor = divmod(version, 10000)
    for name in settings:
        known = _SINCE.get(name, 0) <= major <= _UNTIL.get(name, major)
        if known and minor >= _MINOR.get(name, {}).get(major, 0):
            yield name


@cache
def session_sql(version: int) -> str:
    """The statements that pin all settings of a session."""
    return _sql(version, PINNED, "SET")


@cache
def transaction_sql(version: int) -> str:
    """The statements that pin for one transaction what its statements mean, and that it lasts."""
    return _sql(version, MEANING | _LASTING, "SET LOCAL")


def _sql(version: int, settings: Mapping[str, str], way: str) -> str:
    return ";".join(f"{way} {name} = '{settings[name]}'" for name in names(version, settings))
