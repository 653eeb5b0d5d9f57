"""Keys of another type: the one reason that is told of all that hangs on them."""

import pytest

from tests.engine.catalogs import catalog, column, table
from vrss_contract.checks import other_keys
from vrss_contract.contract.model import Column, Contract, Key, Table

pytestmark = pytest.mark.once
ID = Column("id", "bigserial")


def declared(name: str) -> Table:
    return Table(name, 1, "A table.", (ID,), (Key(f"{name}_pkey", ("id",), primary=True),))


CONTRACT = Contract({name: declared(name) for name in ("users", "posts", "likes")}, {}, {}, ())
THERE = catalog(
    table("users", column("id", "uuid")),
    table("posts", column("id", "uuid")),
    table("likes", column("id", "bigint")),
)


@pytest.mark.parametrize("of", ["users", "posts"])
def test_all_are_told_for_one_reason(of: str) -> None:
    assert other_keys.told(of, CONTRACT, THERE) == (
        "2 keys are of another type than declared, such as users.id, which is uuid, "
        "and rows are told by keys"
    )


def test_a_table_whose_key_is_as_declared_has_no_such_reason() -> None:
    assert other_keys.told("likes", CONTRACT, THERE) == ""
