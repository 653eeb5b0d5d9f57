"""What pytest loads wherever this package is installed: options, and nothing else until asked.

Asked it is by ``--contract-target`` or ``contract_target`` in pytest's configuration: then the
target is collected as a file whose items are the clauses. A repository that writes tests of its own
names ``vrss_contract.cli.pytest_plugin`` in its conftest.py instead, and gets fixtures. One server
serves the whole run, workers of pytest-xdist included.

PYTEST_DONT_REWRITE: no assertion stands here, and the module may be imported before pytest hears
of it as a plugin.
"""

from __future__ import annotations

import contextlib
import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

from vrss_contract.errors import TroubleError

if TYPE_CHECKING:
    from vrss_contract.contract.model import Contract
    from vrss_contract.postgres import Access
    from vrss_contract.target import Target

FIXTURES = "vrss_contract.cli.pytest_plugin"
_ITEMS = "vrss_contract.cli.pytest_items"
_ACCESS = pytest.StashKey["Access"]()
_SERVER = pytest.StashKey[contextlib.ExitStack]()
_INPUT = "vrss_contract_access"
_WANTS_SERVER = "databases"
"""The fixture of whoever wants the server; items of a target that is collected name it as well."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """The words that the command line knows as --server, --contract, TARGET and --thorough."""
    group = parser.getgroup("vrss-contract")
    group.addoption(
        "--contract-server",
        default="embedded",
        metavar="WORD",
        help="embedded, container[:IMAGE] or postgresql://USER@HOST/DATABASE",
    )
    group.addoption(
        "--contract",
        metavar="DIR",
        default=os.environ.get("VRSS_CONTRACT"),
        help="folder of the contract; else VRSS_CONTRACT, else the one that ships with this tool",
    )
    _add_target(parser, group)
    group.addoption(
        "--contract-thorough",
        action="store_true",
        help="all combinations of isolation levels, more programs, all sizes of data; slow",
    )
    group.addoption(
        "--contract-phase",
        type=int,
        metavar="N",
        help="only what phases 1 to N make, and the target as far as it marks them",
    )


def _add_target(parser: pytest.Parser, group: pytest.OptionGroup) -> None:
    """The words that name what is judged."""
    group.addoption(
        "--contract-target",
        metavar="TARGET",
        action="append",
        help="what to judge, an item per clause: a .sql file, a folder of migrations, git:REF:PATH"
        " or a DSN; of several files or folders, all are loaded in their order",
    )
    group.addoption(
        "--contract-schema",
        metavar="NAME",
        default="",
        help="where the target has its tables; else the contract's schema",
    )
    parser.addini(
        "contract_target",
        "what to judge where no files are named, a word each line",
        type="linelist",
        default=[],
    )


def pytest_configure(config: pytest.Config) -> None:
    """Take over the server that the run's first process started; collect the target, if asked."""
    _refuse_dsns(config)
    config.addinivalue_line(
        "markers", "clauses(*kinds): one item per clause of these kinds, or of any"
    )
    given = getattr(config, "workerinput", {}).get(_INPUT)
    if given:
        from vrss_contract.postgres import Access  # noqa: PLC0415 - pytest starts quickly without

        config.stash[_ACCESS] = Access(**given)
    if _collects(config):
        config.pluginmanager.import_plugin(_ITEMS)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Start the server before the first worker of pytest-xdist, and tell each where it is."""
    if not any(node.config.pluginmanager.has_plugin(name) for name in (FIXTURES, _ITEMS)):
        return
    try:
        access = access_of(node.config)
    except TroubleError as trouble:
        raise pytest.UsageError(str(trouble)) from None
    fields = ("admin", "label", "version", "throwaway")
    node.workerinput[_INPUT] = {name: getattr(access, name) for name in fields}


def pytest_collection_finish(session: pytest.Session) -> None:
    """Start the server before the first test that wants it, so that its lack is told once."""
    config = session.config
    if hasattr(config, "workerinput") or config.option.collectonly:
        return
    if any(_WANTS_SERVER in getattr(item, "fixturenames", ()) for item in session.items):
        try:
            access_of(config)
        except TroubleError as trouble:
            raise pytest.UsageError(str(trouble)) from None


def give_up(session: pytest.Session, trouble: TroubleError) -> NoReturn:
    """Fail the test at hand with the trouble's words, and try no other, which would say it too."""
    session.shouldstop = trouble.headline
    raise pytest.fail.Exception(str(trouble), pytrace=False) from None


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server that this process started."""
    if _SERVER in config.stash:
        config.stash[_SERVER].close()


def access_of(config: pytest.Config) -> Access:
    """The way into the run's server, which is started where it is not."""
    if _ACCESS not in config.stash:
        from vrss_contract.postgres.choose import choose  # noqa: PLC0415 - as above

        stack = config.stash[_SERVER] = contextlib.ExitStack()
        word, major = config.getoption("--contract-server"), contract_of(config).manifest.postgres
        config.stash[_ACCESS] = stack.enter_context(choose(word, major=major)).access
    return config.stash[_ACCESS]


def contract_of(config: pytest.Config) -> Contract:
    """The contract that targets are judged by."""
    from vrss_contract import paths  # noqa: PLC0415 - as above

    chosen = config.getoption("--contract")
    return _read(
        Path(chosen) if chosen else paths.contracts(),
        phase_of(config),
        config.getoption("--contract-schema"),
    )


def phase_of(config: pytest.Config) -> int | None:
    """The last phase that is judged; none for all of them."""
    phase: int | None = config.getoption("--contract-phase")
    return phase


def words_of(config: pytest.Config) -> tuple[str, ...]:
    """What names the target that is judged; nothing for the contract's own."""
    chosen: list[str] = config.getoption("--contract-target") or []
    if chosen:
        return tuple(chosen)
    return tuple(_from(config.rootpath, word) for word in config.getini("contract_target"))


def target_of(config: pytest.Config) -> Target:
    """What is judged, as far as its phases are asked for. Raises TroubleError."""
    from vrss_contract.cli import options  # noqa: PLC0415 - as above

    schema = config.getoption("--contract-schema")
    read = options.target_of(words_of(config), contract_of(config), schema)
    return read.up_to(phase_of(config))


def file_of(config: pytest.Config) -> Path | None:
    """The one file that is judged; none where it is something else, or the contract's own."""
    words = words_of(config)
    if len(words) != 1 or _is_no_path(words[0]) or Path(words[0]).is_dir():
        return None
    return Path(words[0])


def _from(root: Path, word: str) -> str:
    """The word of a configuration file, whose paths begin at its folder."""
    return word if _is_no_path(word) else str(root / word)


def _is_no_path(word: str) -> bool:
    from vrss_contract.target import dsn  # noqa: PLC0415 - as above

    return word.startswith("git:") or dsn.looks_like(word)


def _refuse_dsns(config: pytest.Config) -> None:
    """See that no DSN stands for a folder: pytest would print its password."""
    if word := config.getoption("--contract"):
        from vrss_contract.target import dsn  # noqa: PLC0415 - pytest starts quickly without

        try:
            dsn.refuse(word)
        except TroubleError as trouble:
            raise pytest.UsageError(str(trouble)) from None


def _collects(config: pytest.Config) -> bool:
    """Whether the target itself is to be collected."""
    if config.pluginmanager.has_plugin(FIXTURES):
        return False
    if config.getoption("--contract-target"):
        return True
    named = config.args_source is config.ArgsSource.ARGS
    return bool(config.getini("contract_target")) and not named


@cache
def _read(folder: Path, phase: int | None, schema: str) -> Contract:
    from vrss_contract.cli import kept_contract, options  # noqa: PLC0415 - as above
    from vrss_contract.contract import phases  # noqa: PLC0415 - as above

    contract = options.placed(kept_contract.read(folder), schema)
    return contract if phase is None else phases.up_to(contract, phase)
