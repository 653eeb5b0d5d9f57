"""The file contract.yaml as a Manifest.

Knows the fields of the file and how paths in it are meant; does not know what is done with them.
Rule: contracts/README.md, "The manifest".
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from vrss_contract import paths
from vrss_contract.contract import strict
from vrss_contract.contract.errors import ClauseFaultError
from vrss_contract.contract.json_schema import JsonSchema
from vrss_contract.contract.manifest import FILE, MAJOR, Manifest, Profile, Reference
from vrss_contract.contract.model import SourceLocation

_SCHEMA = "contract.schema.json"


def read_manifest(folder: Path) -> Manifest:
    """What the folder's contract.yaml says; where there is none, nothing but the folder's name.

    Raises:
        ClauseFaultError: a fault in the file, with its line.
    """
    path = folder / FILE
    if not path.exists():
        return Manifest(folder=folder, name=folder.resolve().name)
    shown = f"{folder.resolve().name}/{FILE}"
    raw, lines = strict.read_mapping(path, shown)
    _refuse_misshapen(raw, lines, shown)
    _refuse_unknown_profiles(raw, lines, shown)
    return _manifest(folder, raw)


def _manifest(folder: Path, raw: Mapping[str, Any]) -> Manifest:
    reference = raw.get("reference")
    return Manifest(
        folder=folder,
        name=raw["name"],
        says=raw.get("says", ""),
        schema=_path(folder, raw["schema"]) if "schema" in raw else None,
        schemas=tuple(raw.get("schemas", Manifest().schemas)),
        postgres=raw.get("postgres", MAJOR),
        reference=reference
        and Reference(_path(folder, reference["file"]), tuple(reference.get("tables", ()))),
        profiles={
            name: _profile(folder, name, one) for name, one in raw.get("profiles", {}).items()
        },
        gate={kind: tuple(names) for kind, names in raw.get("gate", {}).items()},
    )


def _profile(folder: Path, name: str, raw: Mapping[str, Any]) -> Profile:
    files = raw.get("files", ())
    named = (files,) if isinstance(files, str) else files
    generator = _path(folder, raw["generator"]) if "generator" in raw else None
    return Profile(name, tuple(_path(folder, file) for file in named), generator)


def _path(folder: Path, named: str) -> Path:
    """What a path of the manifest means, without the steps up that it takes."""
    return Path(os.path.normpath(folder / named))


def _refuse_misshapen(raw: Mapping[str, Any], lines: Mapping[str, int], shown: str) -> None:
    fault = _form().fault(raw)
    if fault is not None:
        line = lines.get("/".join(fault.path)) or lines.get(fault.path[0], 1) if fault.path else 1
        remedy = "contracts/README.md says what the manifest holds"
        raise ClauseFaultError(SourceLocation(shown, line), str(fault), remedy)


def _refuse_unknown_profiles(raw: Mapping[str, Any], lines: Mapping[str, int], shown: str) -> None:
    known = raw.get("profiles", {}).keys()
    for kind, names in raw.get("gate", {}).items():
        for name in names:
            if name not in known:
                found = f"gate/{kind}: there is no profile {name!r}"
                remedy = f"name one of: {', '.join(known) or 'none, so far'}"
                place = SourceLocation(shown, lines.get(f"gate/{kind}", lines["gate"]))
                raise ClauseFaultError(place, found, remedy)


@cache
def _form() -> JsonSchema:
    return JsonSchema(json.loads((paths.contracts() / _SCHEMA).read_text("utf-8")))
