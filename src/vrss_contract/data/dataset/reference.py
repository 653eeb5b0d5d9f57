"""The reference data: what an application needs before its first user."""

from __future__ import annotations

from vrss_contract.contract.manifest import Manifest
from vrss_contract.data.dataset import NO_REFERENCE, ReferenceRows
from vrss_contract.data.dataset.errors import UNREADABLE_DATASET


def reference_rows(manifest: Manifest) -> ReferenceRows:
    """The reference data of a contract; none where its manifest names none.

    Raises:
        TroubleError: the file can't be read.
    """
    named = manifest.reference
    if named is None:
        return NO_REFERENCE
    try:
        return ReferenceRows(named.file.read_text("utf-8"), named.tables)
    except (OSError, ValueError) as error:
        remedy = "the manifest's `reference:` names it by its path from the contract's folder"
        raise UNREADABLE_DATASET(path=named.file, found=str(error), do=remedy) from error
