"""What drafting a contract can run into."""

from __future__ import annotations

from vrss_contract.errors import Misuse

FOLDER_IN_USE = Misuse(
    "folder-in-use",
    "The folder that a contract is to be written into holds something.",
    says="{path} is not empty",
    tried="to write a contract into {path}",
    found="files that may be somebody's work",
    do="name another folder, or say --force to write over files of the same names",
)
