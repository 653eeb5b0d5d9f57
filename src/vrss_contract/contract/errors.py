"""What can be wrong with the contract's own files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from vrss_contract.contract.declared import SourceLocation
from vrss_contract.errors import MISUSED, TroubleError


class ClauseFaultError(TroubleError):
    """A contract file is not as the format says."""

    code = "clause-fault"
    exit_code = MISUSED

    def __init__(self, place: SourceLocation, found: str, remedy: str) -> None:
        super().__init__(
            f"{place}: {found}", tried=f"to read {place.file}", found=found, remedy=remedy
        )
        self.place = place


class NoContractError(TroubleError):
    """The folder holds no contract."""

    code = "no-contract"
    exit_code = MISUSED

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"there is no contract in {folder}",
            tried=f"to read the clauses in {folder}",
            found="no .yaml file",
            remedy="name the folder that holds the .yaml files of a contract",
        )


class LackingError(TroubleError):
    """What a command needs of the contract's manifest is not there."""

    code = "contract-lacks"
    exit_code = MISUSED

    def __init__(self, manifest: Path, lacks: str, remedy: str) -> None:
        super().__init__(
            f"the contract in {manifest.parent} has {lacks}",
            tried=f"to find in {manifest} what this needs",
            found=lacks if manifest.exists() else "no such file",
            remedy=remedy,
        )


class NoSuchClauseError(TroubleError):
    """An id or glob that no clause has."""

    code = "no-such-clause"
    exit_code = MISUSED

    def __init__(self, pattern: str, near: Sequence[str]) -> None:
        hint = "\n".join(["did you mean one of these?", *near]) if near else ""
        super().__init__(
            f"no clause is called {pattern}",
            tried=f"to find the clauses that match {pattern}",
            found="none",
            remedy=hint or "`vrss-contract list` prints every id; a glob needs quotes in a shell",
        )


class StaleExportError(TroubleError):
    """contracts.json is not what the YAML says."""

    code = "stale-export"

    def __init__(self, path: Path, difference: str) -> None:
        super().__init__(
            f"{path.name} is stale",
            tried=f"to compare {path} with the contract's YAML",
            found=difference,
            remedy=f"run `vrss-contract export --output {path}` and commit it with the YAML",
        )


class UnreadableContractError(TroubleError):
    """A file of the contract can't be opened, or is nested without end."""

    code = "unreadable-contract"
    exit_code = MISUSED

    def __init__(self, folder: Path, error: Exception) -> None:
        super().__init__(
            f"the contract in {folder} can't be read",
            tried=f"to read the files in {folder}",
            found=str(error),
            remedy="give --contract a whole copy of the folder, clause.schema.json included",
        )
