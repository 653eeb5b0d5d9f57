"""What drafting a contract can run into."""

from vrss_contract.errors import Misuse

FOLDER_IN_USE = Misuse(
    "folder-in-use",
    "The folder for the contract holds something.",
    says="{folder} is not empty",
    tried="to write a contract into {folder}",
    found="files that may be somebody's work",
    do="name another folder, or say --force to write over files of the same names",
)
