"""What the product takes from its machine, each broken, as a page of the documentation.

python -m tools.machine_page --write     # docs/machine.md
python -m tools.machine_page --check     # exit code 1 where the page is another one
"""

from __future__ import annotations

import itertools
import shlex
from collections.abc import Iterable
from pathlib import Path

import click
from tests.engine.machines import COMMANDS, Broken, rows

from tools import generated_page

PAGE = Path(__file__).parents[1] / "docs" / "machine.md"
_HEAD = """\
# What is taken from the machine

Made by `python -m tools.machine_page --write` from `tests/engine/machine.yaml`, whose rows the
tests run: what the tool takes from its machine, how it is broken, and what a run ends in then. Exit
codes: 0 held, 1 something broke (never said of the machine), 2 could not judge, 3 wrong use, 130
interrupted. No row ends in a traceback.

What is not ours to end better: a Python that can't start (PYTHONHOME, PYTHONHASHSEED or
PYTHONIOENCODING of junk, too little memory or stack for the interpreter) says so by itself, with an
exit code of its own, 1 or a signal, before a line of this tool has run; so it does where it is
interrupted as it starts, in the first hundredths of a second. Standard output is empty then. A
limit of processor time (`ulimit -t`) ends the process by SIGXCPU, and what it had started with it.
"""


def page(table: Iterable[Broken]) -> str:
    """The page: a section for each thing that is taken."""
    sections = [
        _section(taken, list(group))
        for taken, group in itertools.groupby(table, key=lambda row: row.taken)
    ]
    return "\n".join([_HEAD, *sections])


def _section(taken: str, group: list[Broken]) -> str:
    lines = [f"## {taken}", "", "| broken how | command | exit code | error |", "|---|---|--:|---|"]
    lines += [f"| {row.broken} | `{_command(row)}` | {row.code} | {_error(row)} |" for row in group]
    return "\n".join([*lines, ""])


def _command(row: Broken) -> str:
    """The words, without the folder of the contract, which is one of this checkout."""
    words = iter(COMMANDS[row.run])
    shown = [word for word in words if word != "--contract" or not next(words)]
    return shlex.join(shown)


def _error(row: Broken) -> str:
    return f"[{row.error}](errors.md#{row.error})" if row.error else ""


@click.command(help=__doc__, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--write", is_flag=True, help="Write the page.")
@click.option("--check", is_flag=True, help="Compare the page with what it should be.")
def main(*, write: bool, check: bool) -> None:
    """Write the page, or compare it."""
    generated_page.settle(PAGE, page(rows()), write=write, check=check)


if __name__ == "__main__":
    main()
