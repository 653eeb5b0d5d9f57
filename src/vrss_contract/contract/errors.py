"""What can be wrong with the contract's own files, and with what is asked of a contract."""

from __future__ import annotations

from dataclasses import replace

from vrss_contract.errors import Misuse, Trouble

CLAUSE_FAULT = Misuse(
    "clause-fault",
    "A contract file is not as the format says.",
    says="{place}: {found}",
    tried="to read {place.file}",
    do="{do}",
)
WAIVER_FAULT = Misuse(
    "waiver-fault",
    "A file of waivers is not as its format says.",
    says="{place}: {found}",
    tried="to read the waivers in {place.file}",
    do=(
        "write a list of entries, each with `clauses` (ids or globs), `because` (the reason)\n"
        "and, if wanted, `until` (the last day, such as 2030-01-31)"
    ),
)
UNREADABLE_WAIVERS = Misuse(
    "unreadable-waivers",
    "The file of waivers can't be read.",
    says="{path} can't be read as waivers",
    tried="to read {path}",
    found="{error}",
    do="name a file that is there",
)
NO_CONTRACT = Misuse(
    "no-contract",
    "The folder holds no contract.",
    says="there is no contract in {folder}",
    tried="to read the clauses in {folder}",
    found="no .yaml file",
    do="name the folder that holds the .yaml files of a contract",
)
CONTRACT_LACKS = Misuse(
    "contract-lacks",
    "What a command needs of the contract's manifest is not there.",
    says="the contract in {manifest.parent} has {lacks}",
    tried="to find in {manifest} what this needs",
    do="{do}",
)
NO_SUCH_CLAUSE = Misuse(
    "no-such-clause",
    "An id or glob that no clause has.",
    says="no clause is called {pattern}",
    tried="to find the clauses that match {pattern}",
    found="none",
    do="`vrss-contract list` prints every id; a glob needs quotes in a shell",
)
CLAUSE_MISSPELT = replace(NO_SUCH_CLAUSE, do="did you mean one of these?\n{near:lines}")
NO_CLAUSE = Misuse(
    "no-clause",
    "Clauses were named, and --level or --kind leaves all of them out.",
    says="no clause is left to judge",
    tried="to choose the clauses {only} down to level {level}",
    found="the matching clauses are excluded by --level or --kind",
    do="leave --level or --kind out, or name other clauses",
)
NO_SUCH_PHASE = Misuse(
    "no-such-phase",
    "The contract has no phase of that number.",
    says="the contract has no phase {number}",
    tried="to choose what phases 1 to {number} make",
    found="its last phase is {last}; 0 is none at all",
    do="name a phase that it has, or leave --phase out",
)
STALE_EXPORT = Trouble(
    "stale-export",
    "contracts.json is not what the YAML says.",
    says="{path.name} is stale",
    tried="to compare {path} with the contract's YAML",
    found="{difference}",
    do="run `vrss-contract export --output {path}` and commit it with the YAML",
)
UNREADABLE_CONTRACT = Misuse(
    "unreadable-contract",
    "A file of the contract can't be opened, or is nested without end.",
    says="the contract in {folder} can't be read",
    tried="to read the files in {folder}",
    found="{error}",
    do="give --contract a whole copy of the folder, whose files can be read",
)
NAME_MAP_FAULT = Misuse(
    "name-map-fault",
    "A file of names is not as its format says, or names what the contract does not have.",
    says="{place}: {found}",
    tried="to read the names in {place.file}",
    do=(
        "write a line for each name: what the contract calls it, a colon, and what the target\n"
        "calls it, such as `orders.placed_on: placedOn`"
    ),
)
UNREADABLE_NAME_MAP = Misuse(
    "unreadable-name-map",
    "The file of names can't be read.",
    says="{path} can't be read as names",
    tried="to read {path}",
    found="{error}",
    do="name a file that is there",
)
