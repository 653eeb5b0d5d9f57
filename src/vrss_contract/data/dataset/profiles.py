"""The datasets by name.

Knows which there are; does not know their rows.
"""

from __future__ import annotations

from vrss_contract import paths
from vrss_contract.contract.model import Contract
from vrss_contract.data.dataset import Dataset, scale
from vrss_contract.data.dataset.files import FilesDataset

NAMES = ("dev", "tiny", "small", "medium", "scale")
"""From a few hundred rows to some millions."""


def profile(name: str, _: Contract) -> Dataset:
    """The dataset of that name, one of ``NAMES``."""
    if name == "dev":
        return FilesDataset(name, paths.fixtures() / "datasets" / name)
    return scale.read(name)
