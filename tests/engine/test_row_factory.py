"""A row that says only what matters becomes a whole one, parents included."""

import pytest

from vrss_contract.contract.model import Column, Contract, Enum, ForeignKey, Key, Table
from vrss_contract.database.row_factory import Factory

PKEY = (Key("pkey", ("id",), primary=True),)
ID = Column("id", "bigserial")
AUTHOR = ForeignKey("fk", "author_id", "authors", "cascade")
AUTHORS = Table("authors", 1, "", (ID, Column("name", "text", example="name_{n}")), PKEY)
BOOKS = Table(
    "books",
    1,
    "",
    (
        ID,
        Column("author_id", "bigint"),
        Column("genre", "genre"),
        Column("tags", "bigint[]"),
        Column("shape", "varchar(9)", values=("round", "square")),
        Column("pages", "integer", default="1"),
        Column("note", "text", nullable=True),
    ),
    PKEY,
    (AUTHOR,),
)
PAIRS = Table(
    "pairs",
    1,
    "",
    (ID, Column("a", "bigint"), Column("b", "bigint")),
    PKEY,
    (ForeignKey("fa", "a", "authors"), ForeignKey("fb", "b", "authors")),
)
GENRE = Enum("genre", 1, "", ("novel", "poem"))


@pytest.fixture
def factory() -> Factory:
    tables = {table.name: table for table in (AUTHORS, BOOKS, PAIRS)}
    return Factory(Contract(tables, {"genre": GENRE}, {}, ()))


def test_required_columns_are_filled_and_no_others(factory: Factory) -> None:
    assert factory.insert("books", {}, number=101) == (
        "INSERT INTO books (id, author_id, genre, tags, shape)"
        " OVERRIDING SYSTEM VALUE VALUES (101, 1, 'novel', '{1,2}', 'round')"
    )


def test_what_the_row_says_stands(factory: Factory) -> None:
    statement = factory.insert("books", {"author_id": None, "note": "x"}, number=101)
    assert "(101, NULL, 'novel', '{1,2}', 'round', 'x')" in statement


def test_an_omitted_column_is_left_to_its_default(factory: Factory) -> None:
    assert factory.insert("authors", {}, number=101, omits=["id"]) == (
        "INSERT INTO authors (name) VALUES ('name_101')"
    )


def test_a_row_of_nothing_takes_every_default(factory: Factory) -> None:
    statement = factory.insert("authors", {}, number=101, omits=["id", "name"])
    assert statement == "INSERT INTO authors DEFAULT VALUES"


def test_two_references_to_one_table_name_two_rows(factory: Factory) -> None:
    assert factory.insert("pairs", {}, number=101).endswith("VALUES (101, 1, 2)")


def test_the_world_holds_parents_alone(factory: Factory) -> None:
    assert list(factory.baseline()) == ["authors"]


def test_the_world_leaves_the_first_ids_to_itself(factory: Factory) -> None:
    *rows, last = factory.baseline()["authors"]
    assert rows[0] == "INSERT INTO authors (id, name) OVERRIDING SYSTEM VALUE VALUES (1, 'name_1')"
    assert last == "SELECT setval(pg_get_serial_sequence('authors', 'id'), 1000)"


def test_a_row_needs_the_parents_that_it_refers_to(factory: Factory) -> None:
    assert factory.needs("books") == ("authors",)
    assert factory.needs("authors") == ()
