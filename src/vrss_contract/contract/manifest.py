"""What a contract folder says of itself, as values: its name, and the files and rows it works with.

Knows the fields of contract.yaml; does not know YAML, SQL or a server. Whatever a contract leaves
out is empty here, and ``LackingError`` is how a command says that it needs it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from vrss_contract import paths
from vrss_contract.contract.errors import LackingError

FILE = "contract.yaml"
MAJOR = 16
"""The PostgreSQL that is asked for where a manifest says nothing."""


@dataclass(frozen=True, slots=True)
class Reference:
    """The rows that every installation needs."""

    file: Path
    """SQL that puts in those that are missing."""
    tables: tuple[str, ...]
    """The tables that they are in: they may hold rows when a database is filled."""


@dataclass(frozen=True, slots=True)
class Profile:
    """A dataset by name. Its rows are in files, or made by a generator's files at its size."""

    name: str
    files: tuple[Path, ...] = ()
    """SQL files, or folders of them, in the order they are run in."""
    generator: Path | None = None
    """A folder of SQL files with placeholders, and the sizes.yaml that has a size of this name."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What contract.yaml says. Paths are absolute or as the folder's own path is."""

    folder: Path = field(default_factory=Path)
    name: str = ""
    says: str = ""
    schema: Path | None = None
    """The canonical implementation, which is judged where no target is given."""
    schemas: tuple[str, ...] = ("public",)
    """The PostgreSQL schemas it speaks of; names outside of the first one are qualified."""
    postgres: int = MAJOR
    """The PostgreSQL major that is asked for by default."""
    reference: Reference | None = None
    profiles: Mapping[str, Profile] = field(default_factory=dict)
    """The datasets by name, the smallest first."""
    gate: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Kind of clause to the profiles that a gate has time for; a thorough run has for all."""

    def profile(self, name: str) -> Profile:
        """The profile of that name.

        Raises:
            LackingError: the contract has none of that name.
        """
        if name not in self.profiles:
            known = ", ".join(self.profiles) or "none"
            remedy = f"under `profiles:` it has: {known}"
            raise LackingError(self.folder / FILE, f"no profile {name!r}", remedy)
        return self.profiles[name]

    @property
    def words(self) -> tuple[str, ...]:
        """What chooses this contract on the command line: nothing where it is the default."""
        return () if self.folder == paths.contracts() else ("--contract", str(self.folder))

    @property
    def first_profile(self) -> str:
        """The name of the smallest profile.

        Raises:
            LackingError: the contract has no profiles.
        """
        if not self.profiles:
            remedy = "add `profiles: {NAME: {files: FOLDER}}` there, with SQL files of the rows"
            raise LackingError(self.folder / FILE, "no profiles", remedy)
        return next(iter(self.profiles))

    def required_schema(self) -> Path:
        """The canonical schema.

        Raises:
            LackingError: the contract names none.
        """
        if self.schema is None:
            remedy = "add `schema: FILE.sql` there, or give the TARGET that is to be judged"
            raise LackingError(self.folder / FILE, "no schema", remedy)
        return self.schema
