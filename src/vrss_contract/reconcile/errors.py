"""What can keep a database from being repaired. What was repaired before stays so."""

from vrss_contract.errors import Misuse, Trouble

NO_REPAIRS = Misuse(
    "no-repairs",
    "The contract has no repairs.",
    says="the contract {contract} has nothing to repair with",
    tried="find what repairs its invariants",
    found="no invariant that names a file under `repair`",
    do="name such a file with the invariant that it repairs",
)
REPAIR_LACKS = Misuse(
    "repair-lacks",
    "The database lacks a table, column or function that a repair needs.",
    says="the database lacks what {file} needs",
    tried="ask {invariant}, which it repairs, in the schema {schema}",
    found="{reason}\nnothing was written",
    do=(
        "see that this is the database, and what it lacks, with: vrss-contract doctor;\n"
        "tables of another schema are found by: --schema NAME"
    ),
)
REPAIR_FAILED = Trouble(
    "repair-failed",
    "The server refused a part of a repair, or ended it.",
    says="{file} could not be run to its end",
    tried="{what}",
    found="{reason}\nso far {written}",
    do="what was repaired is committed; mend the reason, as owner of the tables, and run again",
)
