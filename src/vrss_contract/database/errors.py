"""What can keep a session on a server from being one to judge in, or tables from being found."""

from __future__ import annotations

from vrss_contract.errors import Misuse, Trouble

OTHER_ROLE = Trouble(
    "other-role",
    "The server, or a pooler before it, logs us in as another role than the one asked for.",
    says="the target would run as another role than the one made for it",
    tried="log in as {role}, a role that is no superuser and owns nothing",
    found="{found}",
    do=(
        "name the server itself and no connection pooler that logs everybody in as one\n"
        "user; no statement of the target was run"
    ),
)
SHARED_SESSIONS = Trouble(
    "shared-sessions",
    "A pooler hands each transaction to whichever session is free.",
    says="a connection pooler shares out the server's sessions",
    tried="keep one session while another is in a transaction",
    found="what was session {one} of the server went on as session {other}",
    do=(
        "name the server itself, or the port on which the pooler keeps sessions whole\n"
        "(pool_mode = session): settings, locks and what waits belong to a session"
    ),
)
FIXED_SETTINGS = Trouble(
    "fixed-settings",
    "The server sets what a verdict hangs on, and the role may not set it otherwise.",
    says="the server has settings under which nothing can be judged",
    tried="set them for the role that the target runs as",
    found="{found:lines}",
    do=(
        "run as a superuser, or let one set them so for everybody, such as\n"
        "ALTER ROLE ALL IN DATABASE … or ALTER SYSTEM, or GRANT SET ON PARAMETER … TO {role}"
    ),
)
TABLES_ELSEWHERE = Misuse(
    "tables-elsewhere",
    "The contract's tables are in another schema than the one looked in.",
    says="none of the contract's tables is where they are looked for",
    tried="to find them in the schema {looked}",
    found="{places:lines}",
    do="name it: --schema {schema}",
)
NOT_IN_TARGET = Misuse(
    "name-not-in-target",
    "A file of names says what the target calls something, and it has nothing of that name.",
    says="{place}: the target has no {sort} {name}{of}",
    tried="to find in the loaded target the {sort} that the file names",
    found="none of that name; upper and lower case are not the same",
    do="write the name as the target's catalog has it, in its case, or leave the line out",
)
TAKEN_IN_TARGET = Misuse(
    "name-taken-in-target",
    "A file of names gives the contract's name to something, and the target has that name too.",
    says="{place}: the target has both {name} and {wanted}{of}",
    tried="to take the {sort} {name} for {wanted}",
    found="another {sort} that is called {wanted}",
    do="say in the same file what that one stands for, or leave the line out",
)
NAMES_REFUSED = Trouble(
    "names-refused",
    "The names of a file were given to what the target has, and it did not take them.",
    says="{target} does not take the contract's names",
    tried="to rename, in the loaded copy, what the file of names says",
    found="{reason}",
    do="leave out the line that it speaks of, or mend the target",
)
