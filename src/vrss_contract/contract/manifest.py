"""What a contract folder says of itself, as values: its name, and the files and rows it works with.

Whatever a contract leaves out is empty here, and ``TroubleError`` is how a command says that it
needs it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from vrss_contract import paths
from vrss_contract.contract.errors import CONTRACT_LACKS
from vrss_contract.errors import TroubleError

FILE = "contract.yaml"
SIZES = "sizes.yaml"
"""What the folder of a generator holds beside its SQL."""
_PROFILES = "add `profiles: {NAME: {files: FOLDER}}` to it, with SQL files of the rows"
MAJOR = 16
"""The PostgreSQL that is asked for where a manifest says nothing."""


@dataclass(frozen=True, slots=True)
class ReferenceData:
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
class CalibrationQuery:
    """The query that times are told as multiples of."""

    sql: str
    draws: str
    """A query that returns its parameter sets, a column each."""


@dataclass(frozen=True, slots=True)
class LoadTestRows:
    """The rows that a load test begins with."""

    file: Path
    """SQL with a placeholder for each size."""
    sizes: Mapping[str, int]
    """How many of each thing there are, their keys from 1; a parameter's last word names one."""
    queries: Mapping[str, str]
    """A query that returns the keys of a thing, where they are no numbers from 1."""


@dataclass(frozen=True, slots=True)
class Form:
    """Another way to ask what a query of the contract asks."""

    name: str
    query: str
    file: Path


@dataclass(frozen=True, slots=True)
class IndexTier:
    """Indexes that belong together, and what is claimed of them."""

    number: int
    claim: str
    indexes: tuple[str, ...]
    cases: tuple[str, ...] = ()
    """``query.case``: what the claim is about; without any, what reads by these indexes."""
    forms: tuple[Form, ...] = ()
    alone: bool = False
    """Whether the cases are looked at without every declared index as well."""


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
    moved: str = ""
    """The schema that stands in the first one's place, where a person named another."""
    postgres: int = MAJOR
    """The PostgreSQL major that is asked for by default."""
    reference: ReferenceData | None = None
    profiles: Mapping[str, Profile] = field(default_factory=dict)
    """The datasets by name, the smallest first."""
    gate: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Kind of clause to the profiles that a gate has time for; a thorough run has for all."""
    size: str = ""
    """The table whose rows stand for the size of the data."""
    calibration: CalibrationQuery | None = None
    load_test: LoadTestRows | None = None
    writes: Mapping[str, str] = field(default_factory=dict)
    """Operation to the query that returns what it is called with, where it is measured."""
    index_tiers: tuple[IndexTier, ...] = ()
    mutants: Path | None = None
    """The reviewed list of mutants that nothing can show."""
    lines: Mapping[str, int] = field(default_factory=dict, repr=False, compare=False)
    """Where each field stands in the file, as ``field`` or ``field/field``."""

    def profile(self, name: str) -> Profile:
        """The profile of that name.

        Raises:
            TroubleError: the contract has none of that name.
        """
        if name not in self.profiles:
            known = ", ".join(self.profiles)
            remedy = f"use one of: {known}" if known else _PROFILES
            raise self.lacks(f"no profile {name!r}", remedy)
        return self.profiles[name]

    @property
    def words(self) -> tuple[str, ...]:
        """What chooses this contract on the command line: nothing where it is the default."""
        return () if self.folder == paths.contracts() else ("--contract", str(self.folder))

    @property
    def first_profile(self) -> str:
        """The name of the smallest profile.

        Raises:
            TroubleError: the contract has no profiles.
        """
        if not self.profiles:
            raise self.lacks("no profiles", _PROFILES)
        return next(iter(self.profiles))

    @property
    def measured(self) -> tuple[str, ...]:
        """The profiles that queries are measured at: from the smallest of the gate's on."""
        names = tuple(self.profiles)
        first = self.of_gate("query")[:1]
        return names[names.index(first[0]) :] if first else ()

    def of_gate(self, kind: str) -> tuple[str, ...]:
        """The profiles that a gate judges clauses of this kind at; all where nothing is said."""
        return self.gate.get(kind, tuple(self.profiles))

    def at_gate(self, kind: str) -> str:
        """The largest of them.

        Raises:
            TroubleError: the contract has no profiles.
        """
        return (self.first_profile, *self.of_gate(kind))[-1]

    def of_answers(self, *, thorough: bool = False) -> tuple[str, ...]:
        """The profiles that answers are compared on: the gate's own for them.

        A thorough run, and a contract that names none, take the gate's largest for queries.

        Raises:
            TroubleError: the contract has no profiles.
        """
        own = self.gate.get("answers", ())
        return tuple(dict.fromkeys((*own, self.at_gate("query")))) if thorough or not own else own

    @property
    def largest(self) -> str:
        """The last of the profiles.

        Raises:
            TroubleError: the contract has no profiles.
        """
        return (self.first_profile, *self.profiles)[-1]

    def required_schema(self) -> Path:
        """The canonical schema.

        Raises:
            TroubleError: the contract names none.
        """
        if self.schema is None:
            remedy = "add `schema: FILE.sql` to it, or give the TARGET that is to be judged"
            raise self.lacks("no schema", remedy)
        return self.schema

    def required_calibration(self) -> CalibrationQuery:
        """The calibration query.

        Raises:
            TroubleError: the contract names none.
        """
        if self.calibration is None:
            remedy = (
                "add `calibration: {sql: SQL, draws: SQL}` to it: a quick look-up by a key, and"
                " the keys to look up"
            )
            raise self.lacks("no calibration query", remedy)
        return self.calibration

    def required_load_test(self) -> LoadTestRows:
        """The rows that a load test begins with.

        Raises:
            TroubleError: the contract names none.
        """
        if self.load_test is None:
            remedy = (
                "add `load_test: {rows: FILE.sql, sizes: {THING: NUMBER}}` to it: the rows that"
                " operations find"
            )
            raise self.lacks("no rows for a load test", remedy)
        return self.load_test

    def lacks(self, what: str, remedy: str) -> TroubleError:
        """The error of a command that needs what is not there."""
        manifest = self.folder / FILE
        if manifest.exists():
            return CONTRACT_LACKS(manifest=manifest, lacks=what, found=what, do=remedy)
        remedy = f"{remedy}\nthe file begins with `name: NAME`"
        return CONTRACT_LACKS(manifest=manifest, lacks=what, found="no such file", do=remedy)
