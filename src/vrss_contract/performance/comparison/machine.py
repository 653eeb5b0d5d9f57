"""The machine that a record was measured on, as far as times depend on it.

What pytest-benchmark tells of it (``machine_info``); a record taken in the same run has none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Machine = Mapping[str, str]
"""What is told of it, each by its name."""


def machine(info: Mapping[str, Any]) -> Machine:
    """What is kept of pytest-benchmark's ``machine_info``; its host's name is no part of it."""
    cpu = info.get("cpu") or {}
    version = ".".join(str(info["python_version"]).split(".")[:2])
    return {
        "system": info["system"],
        "architecture": info["machine"],
        "processor": info.get("processor") or "",
        "model of processor": cpu.get("brand_raw") or "",
        "number of processors": str(cpu.get("count") or ""),
        "Python": f"{info.get('python_implementation') or ''} {version}".strip(),
    }


def unlike(base: Machine, head: Machine) -> str:
    """In what the two machines differ; nothing where they are of one kind."""
    return "; ".join(_differences(base, head))


def _differences(base: Machine, head: Machine) -> Iterator[str]:
    for name in base:
        if base[name] != head.get(name):
            yield f"{name} {head.get(name) or 'not told'}, and {base[name] or 'not told'} before"
