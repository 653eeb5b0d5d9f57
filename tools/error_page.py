"""Every error of the tool as a page of the documentation, out of the tables that it is raised from.

python -m tools.error_page --write     # docs/errors.md
python -m tools.error_page --check     # exit code 1 where the page is another one
"""

from __future__ import annotations

import importlib
import itertools
import pkgutil
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

import vrss_contract
from tools import generated_page
from vrss_contract.errors import Trouble, TroubleError

PAGE = Path(__file__).parents[1] / "docs" / "errors.md"
_HEAD = """\
# Errors

Made by `python -m tools.error_page --write` from the tables that the tool raises them from.

An error is printed to stderr: its code, then what was tried, what was found and what to do. A name
in braces stands for what the case at hand has there. The exit code is 2 where the tool could not
judge, and 3 where it was asked for what it can't do. Exit code 1 is no error: a clause is broken.
"""
_FIELD = re.compile(r"\{(\w+)[^{}]*\}")


def table() -> list[Trouble]:
    """Every error, in the order of their codes."""
    found = {(one.code, one.do): one for module in _modules() for one in _of(module)}
    return [found[key] for key in sorted(found)]


def page(errors: Iterable[Trouble]) -> str:
    """The page: a section for each code."""
    sections = [
        _section(code, list(group))
        for code, group in itertools.groupby(errors, key=lambda one: one.code)
    ]
    return "\n".join([_HEAD, *sections])


def _modules() -> Iterator[str]:
    for module in pkgutil.walk_packages(vrss_contract.__path__, "vrss_contract."):
        if not module.name.endswith("__main__"):
            yield module.name


def _of(module: str) -> list[Trouble]:
    values = vars(importlib.import_module(module)).values()
    return [value for value in values if isinstance(value, Trouble)]


def _section(code: str, errors: list[Trouble]) -> str:
    lines = [f"## {code}", "", f"{errors[0].means} Exit code {errors[0].exit_code}.", ""]
    for one in errors:
        lines += ["```text", str(_shown(one)), "```", ""]
    return "\n".join(lines)


def _shown(trouble: Trouble) -> TroubleError:
    """The error with the names of its fields for their values."""
    words = (trouble.says, trouble.tried, trouble.do, trouble.found)
    says, tried, do, found = (_FIELD.sub(r"{{\1}}", text) for text in words)
    plain = type(trouble)(trouble.code, trouble.means, says=says, tried=tried, do=do, found=found)
    return plain()


@click.command(help=__doc__, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--write", is_flag=True, help="Write the page.")
@click.option("--check", is_flag=True, help="Compare the page with what it should be.")
def main(*, write: bool, check: bool) -> None:
    """Write the page, or compare it."""
    generated_page.settle(PAGE, page(table()), write=write, check=check)


if __name__ == "__main__":
    main()
