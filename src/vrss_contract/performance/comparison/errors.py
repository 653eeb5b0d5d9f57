"""What can go wrong where measurements are compared."""

from __future__ import annotations

from dataclasses import replace

from vrss_contract.errors import Misuse

UNREADABLE_RECORD = Misuse(
    "unreadable-record",
    "A file that is no JSON, or no file.",
    says="{path} can't be read as a benchmark's record",
    tried="to read {path}",
    do="make one with: tox -e bench -- --benchmark-json=FILE",
)
FOREIGN_RECORD = Misuse(
    "foreign-record",
    "JSON that this suite has not written.",
    says="{path} is no record of this suite's",
    tried="to find a query's samples, plans and calibration in {path}",
    do=(
        "make one with: tox -e bench -- --benchmark-json=FILE\n"
        "with the same version of vrss-contract for both records"
    ),
)
UNLIKE_RECORDS = Misuse(
    "unlike-records",
    "Two records of other data, calibration or server: nothing in them compares.",
    says="the two records are not of the same {what}",
    tried="to compare what both have measured",
    found="{base} before and {head} after",
    do="measure both with the same {what}",
)
NOTHING_SHARED = Misuse(
    "nothing-shared",
    "Two records that have measured nothing of the same name.",
    says="the two records have no query in common",
    tried="to compare what both have measured",
    found="{base} before and {head} after",
    do="measure the same queries for both",
)
NO_SUCH_SIDE = Misuse(
    "no-such-side",
    "A word that is neither a .sql file nor a commit with a schema.",
    says="there is nothing to measure by the name {word!r}",
    tried="to read the schema and the contract of {word!r} from git",
    do=(
        "name a commit or branch of the repository you are in, a .sql file,\n"
        "or two JSON files that were measured before"
    ),
)
NO_SUCH_SQL_FILE = replace(NO_SUCH_SIDE, tried="to read {word} as a .sql file")
NO_SCHEMA_THERE = replace(
    NO_SUCH_SIDE,
    do="say where that commit has its schema: --path FOLDER/SCHEMA.sql, a file of its repository",
)
UNREADABLE_SIDE = Misuse(
    "unreadable-side",
    "A commit whose contract or schema this version of the suite can't read.",
    says="{label} can't be read",
    tried="to read the schema and the contract of {label}",
    do=(
        "if that commit has another format of the contract, compare a file instead:\n"
        "git show COMMIT:SCHEMA.sql > before.sql"
    ),
)
MIXED_SIDES = Misuse(
    "mixed-sides",
    "A record of an earlier run beside something that would be measured now.",
    says="a record can be compared with a record alone",
    tried="to compare {base} with {head}",
    found="one is a JSON file, the other is not",
    do=(
        "name two JSON files, or two commits or .sql files,\n"
        "which are then measured in turns in one run"
    ),
)
