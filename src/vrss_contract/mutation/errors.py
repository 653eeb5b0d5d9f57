"""What can keep mutants from being made and judged."""

from __future__ import annotations

from vrss_contract.errors import Misuse

REVIEWED_FAULT = Misuse(
    "reviewed-fault",
    "A contract's list of reviewed mutants is not as its format says.",
    says="{place}: {found}",
    tried="to read the reviewed mutants in {place.file}",
    do=(
        "write entries of `equivalent`, `because` and `of`, of `seen` and `by`,\n"
        "of `unfelt` and `because`, or of `stays` and `because`"
    ),
)
NO_MUTANT = Misuse(
    "no-mutant",
    "No mutant is left to be judged.",
    says="there is no mutant to judge",
    tried="to make mutants of {target}{chosen}",
    found="{made:,} were made, and none of them was chosen",
    do="name mutants by their ids or globs of them, such as --only 'check-*'",
)
