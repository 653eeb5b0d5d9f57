"""What can keep a database from being filled.

Where nothing else is said, the transaction is rolled back and nothing was written.
"""

from vrss_contract.errors import Misuse, Trouble

TABLES_MISSING = Misuse(
    "tables-missing",
    "Tables that rows are for are not there.",
    says="{count} missing",
    tried="fill the tables of the contract",
    found="no such table in the schema {schema}: {tables}",
    do="load the schema first, such as: psql -v ON_ERROR_STOP=1 -f SCHEMA.sql",
)
NOT_OWNER = Misuse(
    "not-owner",
    "The role does not own all tables, and only an owner may switch triggers and remake keys.",
    says="{role} does not own the tables",
    tried="fill the tables of the contract",
    found="{role} is neither owner nor member of the owner of: {tables}",
    do="connect as the role that made the tables",
)
NO_CREATE = Misuse(
    "no-create",
    "The role may make no index in the schema, so that none may be taken away before.",
    says="{role} may create nothing in the schema {schema}",
    tried="fill the tables of the contract",
    found="{role} owns the tables, and could not make their indexes again after the rows",
    do='let the owner of the schema run: GRANT CREATE ON SCHEMA {schema} TO "{role}"',
)
NOT_EMPTY = Misuse(
    "not-empty",
    "Tables hold rows.",
    says="{count} not empty",
    tried="fill the tables of the contract",
    found="rows in {counted}",
    do="name a database whose tables are empty; rows of yours are never touched",
)
TABLES_HELD = Trouble(
    "tables-held",
    "Somebody holds a lock on a table for longer than we wait.",
    says="another session holds a table",
    tried="lock the tables of the contract, waiting {seconds:g} s",
    found="{holders:lines}",
    do="end what uses the database, or wait for it; then run again",
)
DATA_REFUSED = Trouble(
    "data-refused",
    "The database refuses a row of a table, or a key over its rows.",
    says="the database refuses the data of {table}",
    tried="fill {table}",
    found="{reason}\nnothing was written",
    do="see what the database lacks of the contract with: vrss-contract verify",
)
FILL_FAILED = Trouble(
    "fill-failed",
    "The server stopped the work for a reason that does not lie in the rows.",
    says="the tables could not be filled",
    tried="{what}",
    found="{reason}\nnothing was written",
    do="remove what the server complains of, then run again",
)
DISK_FULL = Trouble(
    "disk-full",
    "The server's disk is full.",
    says="the server has no room left",
    tried="{what}",
    found="{reason}\nnothing was written",
    do="free some space where the server keeps its data, or take a smaller profile",
)
CONNECTION_LOST = Trouble(
    "connection-lost",
    "The connection was lost while the transaction was open.",
    says="the connection was lost midway",
    tried="{what}",
    found="{reason}\nnothing is written: the server undoes what was not committed",
    do="see that the server runs and nobody ends its sessions; then run again",
)
CATALOG_CHANGED = Trouble(
    "catalog-changed",
    "The schema would not be what it was.",
    says="the schema would not be what it was",
    tried="put back triggers, keys, indexes and references as they were before the rows",
    found="changed: {differences}\nnothing was written",
    do="see whether the server changes what is made, by an event trigger for instance",
)
IN_DOUBT = Trouble(
    "in-doubt",
    "The commit was sent and its answer never came.",
    says="it is not known whether the rows are there",
    tried="commit the rows, all of them at once",
    found="{reason}\nthe answer did not come; either all rows are there or none",
    do="run again: it refuses, and names the tables, where the rows are there",
)
TRIGGERS_OFF = Trouble(
    "triggers-off",
    "Triggers and references are off for this role's sessions, and it may not put them on.",
    says="triggers do not fire in this role's sessions",
    tried="fill the tables, with triggers and references doing what they are there for",
    found="session_replication_role is {mode}, set of the server, the database or the role",
    do="reset it there, or fill as a superuser",
)
UNREADABLE_DATASET = Misuse(
    "unreadable-dataset",
    "A file that the contract's manifest takes rows from can't be used.",
    says="{path} is no file to take rows from",
    tried="to read {path}",
    do="{do}",
)
NOT_VACUUMED = Trouble(
    "not-vacuumed",
    "The rows are committed, and VACUUM was not finished.",
    says="the rows are there, and their tables not vacuumed",
    tried="give the planner statistics, after the rows were committed",
    found="{reason}\nnot done: {tables}",
    do="run VACUUM (FREEZE, ANALYZE) on the database; the rows are complete",
)
