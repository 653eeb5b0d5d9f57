"""The file contract.yaml as a Manifest.

Rule: contracts/README.md, "The manifest".
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any, NoReturn

from vrss_contract import paths
from vrss_contract.contract import files, strict
from vrss_contract.contract.errors import CLAUSE_FAULT
from vrss_contract.contract.json_schema import JsonSchema
from vrss_contract.contract.manifest import (
    FILE,
    MAJOR,
    CalibrationQuery,
    Form,
    IndexTier,
    LoadTestRows,
    Manifest,
    Profile,
    ReferenceData,
)
from vrss_contract.contract.model import Contract, DatasetPromise, SourceLocation

_SCHEMA = "contract.schema.json"
At = Callable[[str], Path]
"""Says what a path of the manifest means."""


def read_manifest(folder: Path) -> Manifest:
    """What the folder's contract.yaml says; where there is none, nothing but the folder's name.

    Raises:
        TroubleError: a fault in the file, with its line.
    """
    path = folder / FILE
    if not files.there(path):
        return Manifest(folder=folder, name=folder.resolve().name)
    shown = _shown(folder)
    raw, lines = strict.read_mapping(path, shown)
    _refuse_misshapen(raw, lines, shown)
    return _manifest(folder, raw, lines)


def _manifest(folder: Path, raw: Mapping[str, Any], lines: Mapping[str, int]) -> Manifest:
    reference, load_test = raw.get("reference"), raw.get("load_test")
    at = partial(_path, folder, name=raw["name"])
    return Manifest(
        folder=folder,
        name=raw["name"],
        says=raw.get("says", ""),
        schema=at(raw["schema"]) if "schema" in raw else None,
        schemas=tuple(raw.get("schemas", Manifest().schemas)),
        postgres=raw.get("postgres", MAJOR),
        reference=reference
        and ReferenceData(at(reference["file"]), tuple(reference.get("tables", ()))),
        profiles={name: _profile(at, name, one) for name, one in raw.get("profiles", {}).items()},
        gate={kind: tuple(names) for kind, names in raw.get("gate", {}).items()},
        size=raw.get("size", {}).get("table", ""),
        calibration=CalibrationQuery(**raw["calibration"]) if "calibration" in raw else None,
        load_test=load_test and _load_test(at, load_test),
        writes={name: _draws(folder, file, lines) for name, file in raw.get("writes", {}).items()},
        index_tiers=tuple(_tier(at, tier) for tier in raw.get("index_tiers", ())),
        mutants=at(raw["mutants"]) if "mutants" in raw else None,
        lines=lines,
    )


def _load_test(at: At, raw: Mapping[str, Any]) -> LoadTestRows:
    sizes = raw["sizes"]
    return LoadTestRows(
        at(raw["rows"]),
        {thing: size for thing, size in sizes.items() if isinstance(size, int)},
        {thing: size["query"] for thing, size in sizes.items() if isinstance(size, Mapping)},
    )


def _draws(folder: Path, file: str, lines: Mapping[str, int]) -> str:
    """What a file of the folder draws. Raises TroubleError."""
    try:
        return files.text(folder / file).strip()
    except (OSError, ValueError) as error:
        place = SourceLocation(_shown(folder), lines["writes"])
        remedy = "name a file by its path from the folder of the contract"
        raise CLAUSE_FAULT(place=place, found=f"there is no file {file!r}", do=remedy) from error


def _tier(at: At, raw: Mapping[str, Any]) -> IndexTier:
    forms = tuple(
        Form(form["name"], form["query"], at(form["sql"])) for form in raw.get("forms", ())
    )
    lists = {name: tuple(raw.get(name, ())) for name in ("indexes", "cases")}
    return IndexTier(**{**raw, **lists, "forms": forms})


def _profile(at: At, name: str, raw: Mapping[str, Any]) -> Profile:
    files = raw.get("files", ())
    named = (files,) if isinstance(files, str) else files
    generator = at(raw["generator"]) if "generator" in raw else None
    return Profile(name, tuple(at(file) for file in named), generator)


def _path(folder: Path, named: str, name: str) -> Path:
    """What a path of the manifest means, without the steps up that it takes.

    Who copies the contract that ships with this tool, to change it, may leave the files beside it
    behind: those are the shipped ones then.
    """
    path = Path(os.path.normpath(folder / named))
    files.rely_on(paths.contracts() / FILE)
    if files.there(path) or not named.startswith(os.pardir) or name != _shipped():
        return path
    return Path(os.path.normpath(paths.contracts() / named))


@cache
def _shipped() -> str:
    """The name of the contract that ships with this tool."""
    raw, _ = strict.read_mapping(paths.contracts() / FILE, FILE)
    return str(raw["name"])


def _shown(folder: Path) -> str:
    """The file as messages call it."""
    return f"{folder.resolve().name}/{FILE}"


def _refuse_misshapen(raw: Mapping[str, Any], lines: Mapping[str, int], shown: str) -> None:
    files.rely_on(paths.contracts() / _SCHEMA)
    fault = _form().fault(raw)
    if fault is not None:
        line = lines.get("/".join(fault.path)) or lines.get(fault.path[0], 1) if fault.path else 1
        remedy = "contracts/README.md says what the manifest holds"
        raise CLAUSE_FAULT(place=SourceLocation(shown, line), found=str(fault), do=remedy)


def refuse_dangling(contract: Contract) -> None:
    """Refuse a name in the manifest that the contract does not have.

    Raises:
        TroubleError: with the line that names it.
    """
    manifest = contract.manifest
    cases = {f"{one.name}.{case.name}" for one in contract.queries.values() for case in one.cases}
    indexes = {index.name for table in contract.tables.values() for index in table.indexes}
    tiers = manifest.index_tiers
    named: Iterable[tuple[str, str, Iterable[str], Iterable[str]]] = (
        *(
            (f"gate/{kind}", "profile", names, manifest.profiles)
            for kind, names in manifest.gate.items()
        ),
        (
            "reference/tables",
            "table",
            manifest.reference.tables if manifest.reference else (),
            contract.tables,
        ),
        ("size", "table", [manifest.size] if manifest.size else (), contract.tables),
        ("writes", "operation", manifest.writes, contract.operations),
        ("index_tiers", "index", [name for tier in tiers for name in tier.indexes], indexes),
        ("index_tiers", "case", [name for tier in tiers for name in tier.cases], cases),
        (
            "index_tiers",
            "query",
            [form.query for tier in tiers for form in tier.forms],
            contract.queries,
        ),
    )
    for trail, what, names, known in named:
        for name in names:
            if name not in known:
                _refuse_name(manifest, trail, f"there is no {what} {name!r}")


def _refuse_name(manifest: Manifest, trail: str, found: str) -> NoReturn:
    line = manifest.lines.get(trail) or manifest.lines[trail.partition("/")[0]]
    place = SourceLocation(_shown(manifest.folder), line)
    raise CLAUSE_FAULT(place=place, found=f"{trail}: {found}", do="name one that the contract has")


def refuse_unknown_profiles(contract: Contract) -> None:
    """Refuse an entry that speaks of a dataset which the manifest does not have.

    A contract without datasets may speak of some: their clauses can't be judged.

    Raises:
        TroubleError: with the line of the entry.
    """
    spoken = [
        *(
            (query.place, case.buffers)
            for query in contract.queries.values()
            for case in query.cases
        ),
        *(
            (one.place, one.promise.expects)
            for one in contract.clauses
            if isinstance(one.promise, DatasetPromise)
        ),
    ]
    known = contract.manifest.profiles
    for place, names in spoken if known else ():
        for name in names:
            if name not in known:
                remedy = f"use one of: {', '.join(known)}"
                raise CLAUSE_FAULT(place=place, found=f"there is no profile {name!r}", do=remedy)


@cache
def _form() -> JsonSchema:
    return JsonSchema(json.loads((paths.contracts() / _SCHEMA).read_text("utf-8")))
