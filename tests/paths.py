"""Where the files of the checkout are that tests and benchmarks read."""

from __future__ import annotations

from pathlib import Path

from vrss_contract.paths import contracts, root

__all__ = ["contracts", "fixtures", "reference", "root", "schema"]


def schema() -> Path:
    """The canonical schema."""
    return root() / "schema.sql"


def reference() -> Path:
    """The rows that every installation needs."""
    return root() / "reference.sql"


def fixtures() -> Path:
    """The folder of datasets, queries and wrong implementations."""
    return root() / "fixtures"
