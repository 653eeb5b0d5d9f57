"""What drafting a contract can run into."""

from __future__ import annotations

from pathlib import Path

from vrss_contract.errors import MISUSED, TroubleError


class FolderInUseError(TroubleError):
    """The folder for the contract holds something."""

    code = "folder-in-use"
    exit_code = MISUSED

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"{folder} is not empty",
            tried=f"to write a contract into {folder}",
            found="files that may be somebody's work",
            remedy="name another folder, or say --force to write over files of the same names",
        )
