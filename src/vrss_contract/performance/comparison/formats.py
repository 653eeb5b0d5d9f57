"""A comparison to text: one pure function a format, by the word that ``--format`` takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from vrss_contract.performance.comparison import page, table
from vrss_contract.performance.comparison.judge import Comparison

FORMATS: Mapping[str, Callable[[Comparison], str]] = MappingProxyType(
    {
        "terminal": table.terminal,
        "markdown": table.markdown,
        "json": table.document,
        "html": page.render,
    }
)
