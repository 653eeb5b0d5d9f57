"""An exception that nobody foresaw, told in one line and without a secret."""

from __future__ import annotations

import os
import traceback
from collections.abc import Iterable
from pathlib import Path

from vrss_contract.cli import secrets
from vrss_contract.cli.invocation import Invocation

_LONGEST = 300


def told(error: BaseException, invocation: Invocation, words: Iterable[str]) -> str:
    """The error for a person: one line, after its traceback where that was asked for.

    Args:
        error: what came up.
        invocation: what ran, and whether the traceback is wanted.
        words: those of the command line, whose passwords are shown nowhere.
    """
    hidden = {*secrets.given(words), os.environ.get("PGPASSWORD", "")} - {""}
    if invocation.debug:
        trace = "".join(traceback.format_exception(error))
        advice = "please report it with the traceback above"
    else:
        trace = ""
        advice = "run again with --debug for the traceback, and please report it with that"
    name = f"vrss-contract {invocation.command}".rstrip()
    line = f"error[unforeseen]: {name} ended in {_named(error)}{_place(error)}; {advice}\n"
    return secrets.without(hidden, trace + line)


def _named(error: BaseException) -> str:
    """The exception's type and message, in one line."""
    message = " ".join(str(error).split())
    if len(message) > _LONGEST:
        message = f"{message[:_LONGEST]}…"
    return f"{type(error).__name__}: {message}" if message else type(error).__name__


def _place(error: BaseException) -> str:
    """Where it was raised."""
    frames = traceback.extract_tb(error.__traceback__)
    return f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
