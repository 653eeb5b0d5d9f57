"""Where the files are that ship with this tool.

The root of a checkout, or inside the installed package.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_CHECKOUT = _PACKAGE.parents[1]


def root() -> Path:
    """The folder that holds contracts/ and the files that its manifest names."""
    installed = _PACKAGE / "shipped"
    return installed if installed.is_dir() else _CHECKOUT


def contracts() -> Path:
    """The folder of the contract that ships with this tool, and of the format of contracts."""
    return root() / "contracts"
