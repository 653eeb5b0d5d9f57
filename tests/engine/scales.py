"""The data at scale at a size that takes a second.

Knows how to have it in a database and how to ask for rows; does not know what a test expects.
"""

from __future__ import annotations

from tests import paths
from vrss_contract.contract.model import Contract
from vrss_contract.data.dataset import ReferenceRows
from vrss_contract.data.dataset.fill import fill
from vrss_contract.data.dataset.sized import SizedDataset, read
from vrss_contract.database.scratch import Database, Databases

SIZES = {
    "users": 2000,
    "follows": 26_300,
    "friendships": 11_000,
    "named": 20,
    "circle": 161,
    "follow_few": 5,
    "follow_some": 10,
    "follow_many": 20,
    "follow_most": 50,
    "posts": 5000,
    "imports": 300,
    "media": 3000,
    "likes": 20_000,
    "bookmarks": 2000,
    "shares": 1000,
    "comments": 10_000,
    "reposts": 1000,
    "sections": 1500,
    "contents": 2000,
    "feeds": 600,
    "filters": 1200,
    "lists": 200,
    "members": 2000,
    "conversations": 500,
    "messages": 5000,
    "notifications": 7000,
    "subscriptions": 170,
}
FOLDER = paths.fixtures() / "datasets" / "scale"
REFERENCE = ReferenceRows(paths.reference().read_text("utf-8"), ("subscription_tiers",))
TINY = SizedDataset("tiny", FOLDER, {**read(FOLDER, "small").sizes, **SIZES}, REFERENCE)


def filled(databases: Databases, template: Database, contract: Contract) -> Database:
    """A copy of the template with the rows in it."""
    database = databases.create(template)
    with database.connect() as connection:
        fill(connection, TINY, tuple(contract.tables))
    return database


def rows(database: Database, query: str) -> list[tuple[object, ...]]:
    """What the database answers."""
    with database.connect() as connection:
        return connection.execute(query.encode()).fetchall()
