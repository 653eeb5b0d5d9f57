"""What can go wrong where a report is kept and read again."""

from __future__ import annotations

from vrss_contract.errors import Misuse

_MAKE = "make one with: vrss-contract verify --format json=FILE, or compare --format json=FILE"
UNREADABLE_REPORT = Misuse(
    "unreadable-report",
    "A file that is no JSON, or no file.",
    says="{path} can't be read as a report",
    tried="to read {path}",
    do=_MAKE,
)
FOREIGN_REPORT = Misuse(
    "foreign-report",
    "JSON that is no report of this tool's.",
    says="{path} is no report of vrss-contract's",
    tried="to find a run and its verdicts in {path}",
    do=_MAKE,
)
OTHER_REPORT_VERSION = Misuse(
    "other-report-version",
    "A JSON report in another version of its format than the one that is read here.",
    says="{path} was written by another version of vrss-contract",
    tried="to read version {known} of the format",
    found="version {version}",
    do="read it with the version of vrss-contract that wrote it, or make it anew with this one",
)
NO_SUCH_FORMAT = Misuse(
    "no-such-format",
    "A format that reports of this kind are not written in.",
    says="{path} can't be written as {name}",
    tried="to find how a report like {path} is written as {name}",
    found="it can be written as {known}",
    do="ask for one of these",
)
_MERGE = (
    "name a report of each shard of one run, as --shard 1/N to N/N of verify made them\n"
    "with --format json=FILE"
)
NO_SHARD = Misuse(
    "no-shard",
    "A report to be merged that is one of a whole run.",
    says="{path} is not the report of a shard",
    tried="to merge {path} with others",
    found="a report without a shard's number",
    do=_MERGE,
)
OTHER_RUN = Misuse(
    "other-run",
    "Reports to be merged that are not of one run.",
    says="{first} and {path} are not shards of one run",
    tried="to merge both",
    found="another {what}: {one} and {two}",
    do=_MERGE,
)
INCOMPLETE_RUN = Misuse(
    "incomplete-run",
    "Reports to be merged that are not all that belong together.",
    says="these are not the {of} shards of a run, each of them once",
    tried="to merge the reports of {of} shards",
    do=_MERGE,
)
