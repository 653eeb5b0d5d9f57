"""How a server is set that lives for one run.

Nothing here changes what a statement means, only what a crash would cost and how steady plans and
times are.
"""

from __future__ import annotations

ADMIN = "vrss_contract_admin"
"""The superuser of a throw-away server."""

THROWAWAY = {
    # A crash may lose everything: there is nothing to lose.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "restart_after_crash": "off",
    # Nobody replicates from it; bulk loads into new tables then skip the log.
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_logical_replication_workers": "0",
    # Bounds the log on a RAM disk; no checkpoint by the clock falls into a measurement.
    "max_wal_size": "256MB",
    # What is done with leaves: a file made anew costs no more there than one used again.
    "wal_recycle": "off",
    "wal_init_zero": "off",
    "checkpoint_timeout": "1h",
    "checkpoint_warning": "0",
    # Statistics change when ANALYZE is asked for, so that a plan is the same on every run.
    "autovacuum": "off",
    "jit": "off",
    "shared_buffers": "128MB",
    "max_connections": "100",
    # Parallel workers share memory in files below the cluster, which go when it goes.
    "dynamic_shared_memory_type": "mmap",
    "lc_messages": "C",
    # Refused rows are what a run is made of: they are not written to the log.
    "log_min_messages": "log",
    "log_checkpoints": "off",
    "log_timezone": "UTC",
}


def flags(**more: str) -> list[str]:
    """The settings, and ``more``, as flags of the ``postgres`` command."""
    return [
        flag for name, value in (THROWAWAY | more).items() for flag in ("-c", f"{name}={value}")
    ]
