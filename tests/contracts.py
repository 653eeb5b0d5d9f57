"""The contracts of the checkout, read once by each process as the commands read them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from tests import paths
from vrss_contract.cli import kept_contract
from vrss_contract.contract.model import Contract

LIBRARY = Path(paths.__file__).parents[1] / "fixtures" / "contracts" / "library"
_read = cache(kept_contract.read)


def canonical() -> Contract:
    """The contract that ships."""
    return _read(paths.contracts())


def library() -> Contract:
    """The second one, which the engine knows nothing of."""
    return _read(LIBRARY)
