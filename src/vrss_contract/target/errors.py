"""What can be wrong with a target before a server has seen it, and while it loads."""

from __future__ import annotations

import os
from pathlib import Path

from vrss_contract.errors import MISUSED, TroubleError
from vrss_contract.target import Step

_REMEDY = "give the path of a .sql file, or leave it out to verify the canonical schema"
_MARKS = (0xFE, 0xFF)
"""What a file in UTF-16 begins with; in LATIN1 both are letters that few words have."""
_SHOWN_LINES = 3
_SHOWN_CHARACTERS = 200


class NoSuchFileError(TroubleError):
    """The target's path leads nowhere."""

    code = "no-such-file"
    exit_code = MISUSED

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"there is no file {path}",
            tried=f"to read {path} as the target",
            found=f"nothing of that name in {os.fspath(path.parent) or '.'}",
            remedy=_REMEDY,
        )


class NotAFileError(TroubleError):
    """A folder, socket or device where a file is due."""

    code = "not-a-file"
    exit_code = MISUSED

    def __init__(self, path: Path) -> None:
        what = "a folder" if path.is_dir() else "not a regular file"
        super().__init__(
            f"{path} is {what}",
            tried=f"to read {path} as the target",
            found=f"{what} where a file is due",
            remedy=_REMEDY,
        )


class NotReadableError(TroubleError):
    """The file is there and may not be read."""

    code = "not-readable"
    exit_code = MISUSED

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(
            f"{path} can't be read",
            tried=f"to read {path} as the target",
            found=reason,
            remedy="give yourself the right to read it, or name another file",
        )


class NotUtf8Error(TroubleError):
    """The file is no text in UTF-8."""

    code = "not-utf8"
    exit_code = MISUSED

    def __init__(self, path: Path, line: int, byte: int) -> None:
        likely = "UTF-16" if byte in _MARKS else "LATIN1"
        super().__init__(
            f"{path} is not UTF-8",
            tried=f"to read {path} as text",
            found=f"byte 0x{byte:02x} in line {line}, which is no UTF-8",
            remedy=f"save the file as UTF-8; `iconv -f {likely} -t UTF-8` turns a usual other one",
        )


class NulByteError(TroubleError):
    """A byte in the file that ends a text for the server."""

    code = "nul-byte"
    exit_code = MISUSED

    def __init__(self, path: Path, line: int) -> None:
        super().__init__(
            f"{path} holds a byte that no SQL may hold",
            tried=f"to read {path} as text",
            found=f"byte 0x00 in line {line}",
            remedy="name a file of SQL as text, such as one written by\n"
            "`pg_dump --schema-only --no-owner --no-privileges`",
        )


class NoStatementError(TroubleError):
    """The file holds no SQL."""

    code = "no-statement"
    exit_code = MISUSED

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path} holds no statement",
            tried=f"to read the statements of {path}",
            found="nothing, or nothing but comments and white space",
            remedy=_REMEDY,
        )


class CopyDataError(TroubleError):
    """COPY between the server and psql, with lines in between that are no SQL."""

    code = "copy-data"
    exit_code = MISUSED

    def __init__(self, target: str, line: int, text: str) -> None:
        super().__init__(
            f"{target}:{line} copies data through psql",
            tried=f"to read the statements of {target}",
            found=text,
            remedy="take the rows out (pg_dump --schema-only), or have them as INSERT\n"
            "(pg_dump --inserts)",
        )


class PsqlCommandError(TroubleError):
    """A line for psql where SQL is due."""

    code = "psql-command"
    exit_code = MISUSED

    def __init__(self, target: str, line: int, text: str) -> None:
        super().__init__(
            f"{target}:{line} is a psql command, not SQL",
            tried=f"to read the statements of {target}",
            found=text,
            remedy="take the line out, or put the SQL that it stands for in its place",
        )


class LoadError(TroubleError):
    """A statement of the target failed."""

    code = "load-failed"

    def __init__(self, target: str, step: Step, reason: str, *, remedy: str = "") -> None:
        phase = f", in phase {step.phase}" if step.phase else ""
        super().__init__(
            f"{target}:{step.fault_line} does not load{phase}",
            tried=excerpt(step.sql, step.fault),
            found=reason,
            remedy=remedy or "mend the statement; nothing can be judged before it loads",
        )


class RefusedError(LoadError):
    """A statement asked for a right that a schema does not need."""

    code = "load-refused"

    def __init__(self, target: str, step: Step, reason: str) -> None:
        super().__init__(
            target,
            step,
            reason,
            remedy="take the statement out: a target runs as a role that is no superuser,\n"
            "reads no files, runs no programs and owns nothing but its own database",
        )


class NoExtensionError(LoadError):
    """The server does not have an extension that the target asks for."""

    code = "no-extension"

    def __init__(self, target: str, step: Step, reason: str) -> None:
        super().__init__(
            target,
            step,
            reason,
            remedy="judge on a server that has it (--server container:IMAGE, --server\n"
            "postgresql://…), or take the statement out where nothing needs it",
        )


class HangsError(LoadError):
    """A statement did not end in its time."""

    code = "load-hangs"

    def __init__(self, target: str, step: Step, seconds: float) -> None:
        super().__init__(
            target,
            step,
            f"no end within {seconds:g} s (statement_timeout); it was cancelled",
            remedy="take out what waits, or give it longer with --timeout SECONDS",
        )


class OpenTransactionError(TroubleError):
    """The target ends inside a transaction that it began."""

    code = "open-transaction"

    def __init__(self, target: str) -> None:
        super().__init__(
            f"{target} ends inside a transaction",
            tried=f"to load {target}",
            found="BEGIN or START TRANSACTION without COMMIT: psql would keep none of it",
            remedy="put COMMIT at the end, or take BEGIN out",
        )


class SessionEndedError(LoadError):
    """A statement ended the session it ran in."""

    code = "session-ended"

    def __init__(self, target: str, step: Step, reason: str) -> None:
        super().__init__(
            target,
            step,
            reason,
            remedy="take out what ends sessions; if nothing does, look at the server's log",
        )


def excerpt(sql: str, fault: int = 0) -> str:
    """The first lines of a statement, and the one at fault, cut where they are long."""
    lines = [shortened(line, _SHOWN_CHARACTERS) for line in sql.splitlines()]
    if fault < _SHOWN_LINES:
        return "\n".join([*lines[:_SHOWN_LINES], *_more(len(lines) - _SHOWN_LINES)])
    below = _more(len(lines) - fault - 1)
    return "\n".join([lines[0], *_more(fault - 1), lines[fault], *below])


def _more(count: int) -> list[str]:
    return [f"... ({count} more line{'' if count == 1 else 's'})"] if count > 0 else []


def shortened(text: str, limit: int) -> str:
    """The text, or its first ``limit`` characters with a note on how many follow."""
    over = len(text) - limit
    return text if over <= 0 else f"{text[:limit]}... ({over:,} more characters)"
