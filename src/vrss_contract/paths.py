"""Where contracts/, fixtures/, schema.sql and reference.sql are.

Knows the two places they can be: the root of a checkout, or inside the installed package. Does not
know what is in them.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_CHECKOUT = _PACKAGE.parents[1]


def root() -> Path:
    """The folder that holds contracts/, fixtures/, schema.sql and reference.sql."""
    installed = _PACKAGE / "shipped"
    return installed if installed.is_dir() else _CHECKOUT


def contracts() -> Path:
    """The folder of the contract."""
    return root() / "contracts"


def schema() -> Path:
    """The canonical schema."""
    return root() / "schema.sql"


def reference() -> Path:
    """The rows that every installation needs."""
    return root() / "reference.sql"


def fixtures() -> Path:
    """The folder of worlds, datasets and wrong implementations."""
    return root() / "fixtures"
