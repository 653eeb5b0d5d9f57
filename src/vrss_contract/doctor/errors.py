"""What can keep a live database from being looked at."""

from vrss_contract.errors import Trouble

NO_CATALOG = Trouble(
    "no-catalog",
    "The database let us in, and its catalog could not be read.",
    says="the database's catalog can't be read",
    tried="to open a transaction and to read the catalog of {schemas}",
    found="{reason}",
    do="see that the connection lasts, and that --timeout gives time enough",
)
HELD_TABLE = Trouble(
    "held-table",
    "A table is locked against readers.",
    says="a table is locked, as ALTER TABLE, TRUNCATE and VACUUM FULL lock it",
    tried="to hold every table still before looking",
    found="{holders:lines}",
    do="run again when that is over",
)
