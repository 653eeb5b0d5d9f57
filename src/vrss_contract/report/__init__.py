"""Verdicts to text: one pure function per format, chosen by a word.

A new format is one module and one line in FORMATS.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Protocol

from vrss_contract.checks.verdict import Verdict
from vrss_contract.report import github, jsondoc, junit, markdown, page, sarif, terminal
from vrss_contract.report.run_info import RunInfo

__all__ = ["FORMATS", "Render", "RunInfo"]


class Render(Protocol):
    """A format: the whole report as one text that ends with a newline."""

    def __call__(self, run_info: RunInfo, verdicts: Sequence[Verdict], /) -> str:
        """Write the verdicts, each of a level that the contract knows."""
        ...


FORMATS: Mapping[str, Render] = MappingProxyType(
    {
        "terminal": terminal.render,
        "json": jsondoc.render,
        "junit": junit.render,
        "markdown": markdown.render,
        "html": page.render,
        "sarif": sarif.render,
        "github": github.render,
    }
)
"""Each format by the word that ``--format`` takes."""
