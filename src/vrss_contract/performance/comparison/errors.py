"""What can go wrong where measurements are compared, each with its words."""

from __future__ import annotations

from vrss_contract.errors import MISUSED, TroubleError

_MAKE_ONE = "make one with: tox -e bench -- --benchmark-json=FILE"


class UnreadableRecordError(TroubleError):
    """A file that is no JSON, or no file."""

    code = "unreadable-record"
    exit_code = MISUSED

    def __init__(self, path: str, found: str) -> None:
        super().__init__(
            f"{path} can't be read as a benchmark's record",
            tried=f"to read {path}",
            found=found,
            remedy=_MAKE_ONE,
        )


class ForeignRecordError(TroubleError):
    """JSON that this suite has not written."""

    code = "foreign-record"
    exit_code = MISUSED

    def __init__(self, path: str, found: str) -> None:
        super().__init__(
            f"{path} is no record of this suite's",
            tried=f"to find a query's samples, plans and calibration in {path}",
            found=found,
            remedy=f"{_MAKE_ONE}\nwith the same version of vrss-contract for both records",
        )


class UnlikeRecordsError(TroubleError):
    """Two records of different data or of different servers: nothing in them compares."""

    code = "unlike-records"
    exit_code = MISUSED

    def __init__(self, what: str, base: str, head: str) -> None:
        super().__init__(
            f"the two records are not of the same {what}",
            tried="to compare what both have measured",
            found=f"{base} before and {head} after",
            remedy=f"measure both with the same {what}",
        )


class NoSuchSideError(TroubleError):
    """A word that is neither a .sql file nor a commit with a schema."""

    code = "no-such-side"
    exit_code = MISUSED

    def __init__(self, word: str, found: str) -> None:
        super().__init__(
            f"there is nothing to measure by the name {word!r}",
            tried=f"to read {word} as a .sql file"
            if word.endswith(".sql")
            else f"to read the schema and the contract of {word!r} from git",
            found=found,
            remedy="name a commit or branch of the repository you are in, a .sql file,\n"
            "or two JSON files that were measured before",
        )


class UnreadableSideError(TroubleError):
    """A commit whose contract or schema this version of the suite can't read."""

    code = "unreadable-side"
    exit_code = MISUSED

    def __init__(self, label: str, found: str) -> None:
        super().__init__(
            f"{label} can't be read",
            tried=f"to read the schema and the contract of {label}",
            found=found,
            remedy="if that commit has another format of the contract, compare a file instead:\n"
            "git show COMMIT:SCHEMA.sql > before.sql",
        )


class MixedSidesError(TroubleError):
    """A record of an earlier run beside something that would be measured now."""

    code = "mixed-sides"
    exit_code = MISUSED

    def __init__(self, base: str, head: str) -> None:
        super().__init__(
            "a record can be compared with a record alone",
            tried=f"to compare {base} with {head}",
            found="one is a JSON file, the other is not",
            remedy="name two JSON files, or two commits or .sql files,\n"
            "which are then measured in turns in one run",
        )
