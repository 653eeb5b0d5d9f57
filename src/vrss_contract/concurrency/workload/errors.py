"""What can be wrong with a replay text, and with playing it."""

from __future__ import annotations

from dataclasses import replace

from vrss_contract.errors import Misuse, Trouble


def _wrong(code: str, means: str, *, found: str, do: str) -> Misuse:
    says = f"the replay text is wrong: {found}"
    return Misuse(code, means, says=says, tried="to read {text!r}", found=found, do=do)


REPLAY_FORM = _wrong(
    "replay-form",
    "A part of a replay text is not in the form.",
    found="{found}",
    do=(
        "write it as it was printed, in quotes for the shell, such as\n"
        "'rc: like 1 1; unlike 1 1 | ser: follow 2 1 | aabab'"
    ),
)
REPLAY_LEVEL = _wrong(
    "replay-level",
    "A word of a replay text is no isolation level.",
    found="there is no isolation level {level!r}",
    do="write one of {levels}",
)
REPLAY_OPERATION = _wrong(
    "replay-operation",
    "A replay text names an operation that the contract does not have.",
    found="there is no operation {operation!r}",
    do="contracts/operations.yaml has every operation",
)
REPLAY_MISSPELT = replace(REPLAY_OPERATION, do="did you mean one of these?\n{near:lines}")
REPLAY_VALUES = _wrong(
    "replay-values",
    "A replay text gives an operation too few values or too many.",
    found="{operation} got {got}, and takes {takes}",
    do="write {call}",
)
REPLAY_SESSION = _wrong(
    "replay-session",
    "A letter in the order of a replay text stands for no session.",
    found="the order names session {letter!r}, and the last session is {last!r}",
    do="write one part for each session before the order",
)
REPLAY_STEPS = _wrong(
    "replay-steps",
    "The order of a replay text gives a session more steps than it has.",
    found="the order gives session {letter!r} {given} steps, and it has {steps}",
    do="a session has a step for each statement and one to commit",
)
NO_SUCH_SCHEDULE = Misuse(
    "no-such-schedule",
    "A replay text names no schedule clause, or another number of levels than it has sessions.",
    says="this can't be replayed",
    tried="to play {text}",
    do="`vrss-contract list --only 'schedule.*'` names them; explain shows one",
)
NO_ROWS = Trouble(
    "no-rows",
    "The rows that an interleaving begins with can't be made in the target.",
    says="the rows to begin with are not taken",
    tried="to play {text}",
    found="{reason}",
    do="verify the target first: a schema that refuses these rows breaks other clauses",
)
