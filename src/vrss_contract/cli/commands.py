"""The commands of the command line: names, one-line helps and where each one is.

A command is imported when it is called: a help or a version needs none of them. To add a command,
write it in a module of this package and give it a line in COMMANDS.
"""

from __future__ import annotations

import importlib
from typing import Any

import click

from vrss_contract.cli.invocation import DEBUG, Invocation, said_by_click
from vrss_contract.cli.process import INTERRUPTS


class LazyCommand(click.Command):
    """A command whose module is imported when it is called.

    Args:
        name: what people call it.
        says: the first sentence of its help.
        place: the module of this package and the command in it, where it is not ``name:name``.
    """

    def __init__(self, name: str, says: str, place: str = "") -> None:
        super().__init__(name, help=says, add_help_option=False)
        self._place = place or f"{name}:{name}"

    def load(self) -> click.Command:
        """The command itself."""
        module, _, attribute = self._place.partition(":")
        command = getattr(importlib.import_module(f"{__package__}.{module}"), attribute)
        if DEBUG not in command.params:
            command.params.append(DEBUG)
        return command  # type: ignore[no-any-return]  # the test of COMMANDS holds the type

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **kw: Any
    ) -> click.Context:
        """The command's own context, so that all that follows is its own."""
        with said_by_click():
            context = self.load().make_context(info_name, args, parent, **kw)
        if invocation := context.find_object(Invocation):
            invocation.command = str(info_name)
        INTERRUPTS.work()
        return context


COMMANDS = (
    LazyCommand(
        "ablate",
        "Tell what each index of TARGET is worth: its size, its cost, and the queries without it.",
    ),
    LazyCommand(
        "cache",
        "Show what is kept between runs, clusters and filled databases, with size and use.",
    ),
    LazyCommand(
        "clean", "End servers that --keep left running, and remove what killed runs left behind."
    ),
    LazyCommand("compare", "Say what HEAD did to each query and each write since BASE."),
    LazyCommand(
        "diff",
        "Say which clauses end otherwise on SECOND than on FIRST, and by what of their schemas.",
    ),
    LazyCommand(
        "doctor", "Look at the live database DSN for faults of its data, indexes and sequences."
    ),
    LazyCommand("draft", "Write a contract of TARGET's schema, from its catalog, into a folder."),
    LazyCommand(
        "explain",
        "Tell clause ID in full: sentence, reason, source, and the SQL it runs.",
        "reading:explain",
    ),
    LazyCommand(
        "export", "Write the contract as one JSON document, for other languages.", "reading:export"
    ),
    LazyCommand("list", "Print every clause: level, kind, id and sentence.", "reading:list_"),
    LazyCommand("merge", "Make one report of those that verify --shard I/N --format json wrote."),
    LazyCommand(
        "migrate-check",
        "Run the migrations of FOLDER on a database with rows, and tell what each does to it.",
        "migrate_check:migrate_check",
    ),
    LazyCommand(
        "mutate",
        "Spoil TARGET in one place at a time, and see whether a clause of the contract breaks.",
    ),
    LazyCommand(
        "reconcile",
        "Print the script that repairs what drifted in the live database DSN; with --run, run it.",
    ),
    LazyCommand("render", "Write REPORT.json, which was kept of a run, in another format."),
    LazyCommand("replay", "Play one interleaving on TARGET and tell each step.", "sessions:replay"),
    LazyCommand(
        "search",
        "Draw programs of several sessions and interleavings until TARGET breaks an invariant.",
        "sessions:search",
    ),
    LazyCommand("seed", "Fill the database at DSN, whose tables are empty, with a profile's rows."),
    LazyCommand(
        "storm",
        "Let real connections race on TARGET, then ask every invariant and count every row.",
        "sessions:storm",
    ),
    LazyCommand("verify", "Judge TARGET; without one, the canonical schema."),
)
