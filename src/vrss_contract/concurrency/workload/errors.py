"""What can be wrong with a replay text."""

from __future__ import annotations

from collections.abc import Sequence

from vrss_contract.errors import MISUSED, TroubleError

_FORM = (
    "write it as it was printed, in quotes for the shell, such as\n"
    "'rc: like 1 1; unlike 1 1 | ser: follow 2 1 | aabab'"
)


class ReplayError(TroubleError):
    """A text that is no replay; each way has a class of its own."""

    exit_code = MISUSED

    def __init__(self, text: str, found: str, remedy: str = _FORM) -> None:
        super().__init__(
            f"the replay text is wrong: {found}",
            tried=f"to read {text!r}",
            found=found,
            remedy=remedy,
        )


class ReplayFormError(ReplayError):
    """A part of the text is not in the form."""

    code = "replay-form"


class UnknownLevelError(ReplayError):
    """A word that is no isolation level."""

    code = "replay-level"

    def __init__(self, text: str, level: str, levels: Sequence[str]) -> None:
        super().__init__(
            text, f"there is no isolation level {level!r}", f"write one of {', '.join(levels)}"
        )


class UnknownOperationError(ReplayError):
    """An operation that the contract does not have."""

    code = "replay-operation"

    def __init__(self, text: str, operation: str, near: Sequence[str]) -> None:
        hint = "\n".join(["did you mean one of these?", *near]) if near else ""
        super().__init__(
            text,
            f"there is no operation {operation!r}",
            hint or "contracts/operations.yaml has every operation",
        )


class WrongValuesError(ReplayError):
    """An operation with too few values or too many."""

    code = "replay-values"

    def __init__(self, text: str, operation: str, found: int, takes: Sequence[str]) -> None:
        super().__init__(
            text,
            f"{operation} got {found} value{'' if found == 1 else 's'}, and takes {len(takes)}",
            " ".join(["write", operation, *(f"<{name}>" for name in takes)]),
        )


class NoSuchSessionError(ReplayError):
    """A letter in the order that no session has."""

    code = "replay-session"

    def __init__(self, text: str, letter: str, last: str) -> None:
        super().__init__(
            text,
            f"the order names session {letter!r}, and the last session is {last!r}",
            "write one part for each session before the order",
        )


class TooManyStepsError(ReplayError):
    """A session that the order gives more steps than it has."""

    code = "replay-steps"

    def __init__(self, text: str, letter: str, found: int, steps: int) -> None:
        super().__init__(
            text,
            f"the order gives session {letter!r} {found} steps, and it has {steps}",
            "a session has a step for each statement and one to commit",
        )
