"""The formats that a report is asked for in, and the places that it goes to.

``--format NAME`` is the one on standard output, or where ``--output`` wants it; ``--format
NAME=FILE``, as often as one likes, are others of the same run.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click

from vrss_contract.cli.file_path import FilePath
from vrss_contract.errors import TroubleError
from vrss_contract.report import output
from vrss_contract.report.output import require_writable

Command = TypeVar("Command", bound=Callable[..., Any])
TERMINAL = "terminal"
"""The format that people read; every other one is for machines, and is handed on as it is."""
OUTPUT = click.option(
    "--output", type=FilePath(path_type=Path), help="File for the report, else standard output."
)


@dataclass(frozen=True, slots=True)
class AskedFormats:
    """The format on standard output, and those in files."""

    plain: str = TERMINAL
    files: tuple[tuple[str, Path], ...] = ()


class _FormatWord(click.Choice[str]):
    """The name of a format, and after ``=`` the file that it goes to, where there is one."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        name, named, file = str(value).partition("=")
        name = super().convert(name, param, ctx)
        if not named:
            return name, None
        if not file:
            self.fail(f"{value!r} names no file", param, ctx)
        return name, FilePath(path_type=Path).convert(file, param, ctx)


def format_of(formats: Iterable[str]) -> Callable[[Command], Command]:
    """The option that chooses among these formats."""
    return click.option(
        "--format",
        "formats",
        type=_FormatWord(list(formats)),
        multiple=True,
        callback=_asked,
        help="What the report is written as, terminal if not told. NAME=FILE writes it into a file"
        " beside that; may be repeated.",
    )


def _asked(
    _: click.Context, parameter: click.Parameter, given: Sequence[tuple[str, Path | None]]
) -> AskedFormats:
    plain = [name for name, path in given if path is None]
    if len(plain) > 1:
        told = f"{' and '.join(plain)} can't both go to one place; name a file: {plain[-1]}=FILE"
        raise click.BadParameter(told, param=parameter)
    files = tuple((name, path) for name, path in given if path is not None)
    return AskedFormats(plain[0] if plain else TERMINAL, files)


def require_places(options: Mapping[str, Any]) -> None:
    """See, before any work is done, that every report can be written where it is wanted.

    Raises:
        TroubleError: one can't.
        click.UsageError: two are wanted in one file.
    """
    paths = [path for _, path in options["formats"].files]
    if options["output"] is not None:
        paths.append(options["output"])
    seen: set[Path] = set()
    for path in paths:
        require_writable(path)
        if path.is_file() or not path.exists():  # /dev/null takes any number
            if path.resolve() in seen:
                raise click.UsageError(f"two reports can't both be written to {path}")
            seen.add(path.resolve())


def give_each(render: Callable[[str], str], options: Mapping[str, Any], headline: str = "") -> None:
    """Put the report, in each format that was asked for, where it is wanted.

    Args:
        render: the whole text, by the name of the format.
        options: ``output`` and ``formats`` count.
        headline: what the report says in a few words, for those who do not see it.

    Raises:
        TroubleError: one can't be written; the others are, and the headline is told.
    """
    asked: AskedFormats = options["formats"]
    failed: list[TroubleError] = []
    _attempt(failed, lambda: _put(render(asked.plain), options["output"], asked.plain))
    for name, path in asked.files:
        _attempt(failed, lambda name=name, path=path: _put(render(name), path, name))  # type: ignore[misc]
    places = [path for path in (options["output"], *(path for _, path in asked.files)) if path]
    if headline and failed:
        output.say(f"{headline}\n", sys.stderr)
    elif headline and places:
        told = " and ".join(map(str, places))
        output.say(f"{headline}; the report is in {told}\n", sys.stderr)
    if failed:
        raise failed[0]


def _attempt(failed: list[TroubleError], write: Callable[[], None]) -> None:
    try:
        write()
    except TroubleError as error:
        failed.append(error)


def _put(report: str, path: Path | None, format_: str) -> None:
    if path is not None:
        output.write(report, path)
    elif format_ == TERMINAL:
        output.say(report, sys.stdout)
    else:
        output.pass_on(report, sys.stdout)


def hand_on(document: str, path: Path | None) -> None:
    """Put what is for machines alone into a file, else on standard output. Raises TroubleError."""
    _put(document, path, "json")
