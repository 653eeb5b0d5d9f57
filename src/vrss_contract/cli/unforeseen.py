"""An exception that nobody foresaw, told in one line and without a secret."""

from __future__ import annotations

import os
import re
import traceback
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import unquote

from vrss_contract.cli.invocation import Invocation

_LONGEST = 300
_HIDDEN = "***"
_IN_URL = re.compile(r"(://[^\s:/@]*:)(\S*)@")
_QUOTED = r"'(?:[^'\\]|\\.|'')*'|\"(?:[^\"\\]|\\.)*\""
_NAMED = re.compile(
    rf"(password['\"]?(?:\s*[:=]\s*|\s+(?=['\"])))({_QUOTED}|[^\s,;)]+)", re.IGNORECASE
)


def told(error: BaseException, invocation: Invocation, words: Iterable[str]) -> str:
    """The error for a person: one line, after its traceback where that was asked for.

    Args:
        error: what came up.
        invocation: what ran, and whether the traceback is wanted.
        words: those of the command line, whose passwords are shown nowhere.
    """
    secrets = {*_secrets(words), os.environ.get("PGPASSWORD", "")} - {""}
    if invocation.debug:
        trace = "".join(traceback.format_exception(error))
        advice = "please report it with the traceback above"
    else:
        trace = ""
        advice = "run again with --debug for the traceback, and please report it with that"
    name = f"vrss-contract {invocation.command}".rstrip()
    line = f"error[unforeseen]: {name} ended in {_named(error)}{_place(error)}; {advice}\n"
    return _without(secrets, trace + line)


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


def _secrets(words: Iterable[str]) -> Iterator[str]:
    """The passwords in these words, as they stand and as they are meant."""
    for word in words:
        for pattern in (_IN_URL, _NAMED):
            for match in pattern.finditer(word):
                yield from {match[2], match[2].strip("'\""), unquote(match[2])}


def _without(secrets: Iterable[str], text: str) -> str:
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, _HIDDEN)
    text = _IN_URL.sub(rf"\1{_HIDDEN}@", text)
    return _NAMED.sub(rf"\1{_HIDDEN}", text)
