"""The datasets by name."""

from __future__ import annotations

from vrss_contract.contract.model import Contract
from vrss_contract.data.dataset import Dataset, sized
from vrss_contract.data.dataset.files import FilesDataset
from vrss_contract.data.dataset.reference import reference_rows


def profile(name: str, contract: Contract) -> Dataset:
    """The dataset that the contract's manifest has by that name.

    Raises:
        TroubleError: it has none, or its files can't be read.
    """
    found = contract.manifest.profile(name)
    reference = reference_rows(contract.manifest)
    if found.generator:
        return sized.read(found.generator, name, reference)
    return FilesDataset(name, found.files, reference)
