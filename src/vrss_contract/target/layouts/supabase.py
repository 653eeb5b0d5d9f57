"""Supabase: dated scripts beside the project's configuration.

Source: Supabase's documentation, "Local development: database migrations".
"""

from __future__ import annotations

from pathlib import Path

from vrss_contract.target.layouts import Found, sql_files


def find(folder: Path) -> Found | None:
    """The migrations; its seed is rows for development, and no part of the schema."""
    migrations = folder / "migrations" if (folder / "config.toml").is_file() else folder
    is_one = migrations.name == "migrations" and (migrations.parent / "config.toml").is_file()
    files = sql_files(migrations)
    if not is_one or not files:
        return None
    seed = migrations.parent / "seed.sql"
    notes = ("left out seed.sql: rows for development",) if seed.is_file() else ()
    return Found(tuple(files), notes=notes)
