"""Every setting that a server has is pinned, told or of no matter, and the pinned ones hold."""

from __future__ import annotations

import re

import psycopg
import pytest

from vrss_contract.database.scratch import Database
from vrss_contract.postgres import pinned_settings
from vrss_contract.postgres.pinned_settings import OF_ROLE, PINNED

pytestmark = pytest.mark.once

BY_US = "statement_timeout|lock_timeout|search_path|TimeZone"
"""What a session sets for itself, each to a value of its own."""
TOLD = {
    "the connection is refused, in the server's words": (
        "port|listen_addresses|unix_socket_.*|ssl|ssl_.*|hba_file|ident_file|krb_.*|gss_.*"
        "|db_user_namespace|authentication_timeout|pre_auth_delay|post_auth_delay|bonjour.*"
        "|password_encryption|scram_iterations|max_connections|superuser_reserved_connections"
        "|reserved_connections|md5_password_warnings|oauth_.*"
    ),
    "a standby is refused": "hot_standby.*|primary_.*|recovery_.*|max_standby_.*|restore_command",
    "a statement that a limit ends is told in the server's words": (
        "max_locks_per_transaction|max_stack_depth|max_files_per_process|tcp_.*"
        "|client_connection_check_interval|max_notify_queue_pages"
    ),
}
NO_MATTER = {
    "what is written to a log, or shown of a process": (
        "log_.*|logging_collector|syslog_.*|event_source|cluster_name|application_name|track_io.*"
        "|track_functions|track_wal_.*|track_activity_query_size|track_commit_timestamp"
        "|track_cost_.*|update_process_title|compute_query_id|debug_print.*|debug_pretty_print"
        "|trace_.*|backtrace_functions|jit_d.*|jit_profiling_support|wal_consistency_checking"
    ),
    "what a crash costs, and what is copied to where": (
        "fsync|full_page_writes|wal_.*|.*_wal_size|checkpoint_.*|archive_.*|commit_.*"
        "|synchronous_standby_names|max_wal_senders|max_replication_slots|.*_replication_workers"
        "|.*_workers_per_subscription|restart_after_crash|remove_temp_files_after_crash"
        "|data_sync_retry|ignore_invalid_pages|send_abort_.*|logical_.*|max_slot_wal.*"
        "|debug_logical_.*|vacuum_defer_.*|idle_replication_.*|max_active_replication_.*"
        "|summarize_wal|output_plugin_libraries|synchronized_standby_slots|sync_replication_slots"
    ),
    "how much memory the server has, and how soon it writes": (
        "shared_buffers|shared_memory_.*|huge_page.*|dynamic_shared_.*|min_dynamic_shared_memory"
        "|bgwriter_.*|backend_flush_after|effective_io_concurrency|maintenance_io_concurrency"
        "|max_worker_processes|.*_buffers|io_.*|file_extend_method|debug_io_direct"
        "|num_os_semaphores|autovacuum_work_mem"
    ),
    "what a VACUUM of ours has done before a plan is asked for": (
        "autovacuum.*|vacuum_.*|old_snapshot_threshold"
    ),
    "how coarsely SERIALIZABLE looks, which costs a retry that a contract allows": (
        "max_pred_locks_.*"
    ),
    "a server that is damaged or slow, and knows it": (
        "zero_damaged_pages|ignore_checksum_failure|ignore_system_indexes|debug_discard_caches"
    ),
    "what the doctor reads of live databases alone": "track_counts|lo_compat_privileges",
    "only with two-phase commits": "max_prepared_transactions",
    "jit is off": "jit_.*",
    "a transaction's own, from the defaults that are pinned": "transaction_.*",
    "a superuser's, and a target is none": (
        "allow_system_table_mods|allow_in_place_tablespaces|allow_alter_system"
        "|createrole_self_grant|dynamic_library_path|extension_control_path|jit_provider"
    ),
    "where the server's files are": (
        "config_file|data_directory.*|external_pid_file|shared_preload_libraries"
    ),
    "only where a collation is made": "icu_validation_level",
}
FIXED = "internal"
"""The context of what is settled when a server is built or laid out."""


def _settings(admin: psycopg.Connection) -> list[tuple[str, str]]:
    admin.execute("DO $$ BEGIN END $$")  # PL/pgSQL is loaded, and has settings of its own
    return admin.execute("SELECT name, context FROM pg_settings").fetchall()


def test_every_setting_is_pinned_or_told_or_of_no_matter(
    administered: psycopg.Connection,
) -> None:
    others = re.compile("|".join([BY_US, *TOLD.values(), *NO_MATTER.values()]))

    unknown = [
        name
        for name, context in _settings(administered)
        if context != FIXED and name not in PINNED | OF_ROLE and not others.fullmatch(name)
    ]

    assert unknown == []


def test_every_setting_that_is_pinned_is_one(administered: psycopg.Connection) -> None:
    names = {name for name, _ in _settings(administered)}
    version = administered.info.server_version

    assert {*pinned_settings.names(version, PINNED | OF_ROLE)} - names == set()


def test_a_setting_of_another_major_version_is_left_alone() -> None:
    pinned = ["transaction_timeout", "force_parallel_mode", "restrict_nonsystem_relation_kind"]

    assert [*pinned_settings.names(160003, pinned)] == []
    assert [*pinned_settings.names(150008, pinned)] == pinned[1:]
    assert [*pinned_settings.names(170000, pinned)] == [pinned[0], pinned[2]]


def test_a_session_that_judges_has_what_is_pinned(database: Database) -> None:
    with database.connect() as session:
        version = session.info.server_version
        has = {
            name: session.execute("SELECT current_setting(%s)", [name]).fetchone()
            for name in pinned_settings.names(version, PINNED)
        }

    assert {name: row[0].strip('"') for name, row in has.items() if row} == {
        name: PINNED[name] for name in has
    }
