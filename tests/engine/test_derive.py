"""What a declaration implies becomes clauses, with the ids that the normative text gives."""

from dataclasses import replace

from vrss_contract.contract import derive
from vrss_contract.contract.model import (
    CascadePromise,
    Case,
    Clause,
    Column,
    Contract,
    Enum,
    ForeignKey,
    Key,
    NamePromise,
    RowsPromise,
    Table,
)

ID = Column("id", "bigserial")
PKEY = Key("t_pkey", ("id",), primary=True)


def table(name: str, *columns: Column, keys: tuple[Key, ...] = (), **rest: object) -> Table:
    made = Table(name, 1, "A table.", (ID, *columns), (PKEY, *keys))
    return replace(made, **rest)  # type: ignore[arg-type]  # the caller's fields are a table's


def clauses(*tables: Table, enums: tuple[Enum, ...] = ()) -> dict[str, Clause]:
    contract = Contract({t.name: t for t in tables}, {e.name: e for e in enums}, {}, ())
    return {clause.id: clause for clause in derive.clauses(contract)}


def cases(clause: Clause) -> tuple[Case, ...]:
    assert isinstance(clause.promise, RowsPromise | NamePromise)
    return clause.promise.cases


def test_a_required_column_refuses_null() -> None:
    found = clauses(table("t", Column("a", "text")))["t.a.not-null"]
    assert cases(found) == (Case("NULL", {"a": None}, "not_null_violation", column="a"),)


def test_a_nullable_column_takes_null() -> None:
    found = clauses(table("t", Column("a", "text", nullable=True)))
    left_out = Case("left out", {}, gives={"a": "NULL"}, omits=("a",))
    assert cases(found["t.a.optional"]) == (Case("NULL", {"a": None}), left_out)
    assert "t.a.not-null" not in found


def test_a_default_fills_what_is_left_out() -> None:
    (case,) = cases(clauses(table("t", Column("a", "integer", default="7")))["t.a.omitted"])
    assert (case.omits, case.gives) == (("a",), {"a": "7"})


def test_a_length_has_a_longest_and_one_longer() -> None:
    found = clauses(table("t", Column("a", "varchar(3)")))
    (taken,), (refused,) = cases(found["t.a.length"]), cases(found["t.a.length.limit"])
    assert (taken.row, refused.row) == ({"a": "xxx"}, {"a": "xxxx"})
    assert refused.error == "string_data_right_truncation"


def test_a_bounded_number_is_refused_by_its_check_and_an_unbounded_one_by_its_type() -> None:
    found = clauses(table("t", Column("a", "integer", minimum=0)))
    assert [(case.row["a"], case.error) for case in cases(found["t.a.range"])] == [
        (0, None),
        (2147483647, None),
        (-1, "check_violation"),
    ]
    (case,) = cases(found["t.a.range.limit"])
    assert (case.row["a"], case.error) == (2147483648, "numeric_value_out_of_range")


def test_what_the_type_alone_refuses_is_no_must() -> None:
    found = clauses(table("t", Column("a", "integer"), Column("b", "varchar(3)")))
    assert {found[f"t.{one}.limit"].level for one in ("a.range", "b.length")} == {"should"}


def test_no_number_below_the_floor_is_demanded_and_none_is_refused() -> None:
    found = clauses(table("t", Column("a", "integer", floor=0)))
    tried = [*cases(found["t.a.range"]), *cases(found["t.a.range.limit"])]
    assert [(case.row["a"], case.error) for case in tried] == [
        (0, None),
        (2147483647, None),
        (-2147483649, "numeric_value_out_of_range"),
        (2147483648, "numeric_value_out_of_range"),
    ]


def test_a_part_and_its_sum_are_given_together() -> None:
    columns = (Column(name, "integer") for name in ("whole", "a", "b"))
    found = clauses(replace(table("t", *columns), totals=(("whole", "a", "b"),)))
    most = {name: cases(found[f"t.{name}.range"])[1].row for name in ("whole", "a", "b")}
    assert most == {
        "whole": {"whole": 2147483647, "b": 2147483647},
        "a": {"a": 2147483647, "whole": 2147483647},
        "b": {"b": 2147483647, "whole": 2147483647},
    }


def test_an_enum_takes_each_label_and_no_other_spelling() -> None:
    colour = Enum("colour", 1, "A colour.", ("red", "blue"))
    found = cases(clauses(table("t", Column("a", "colour")), enums=(colour,))["t.a.labels"])
    assert [case.row["a"] for case in found] == ["red", "blue", "other", "", "RED", " red"]
    assert {case.error for case in found[2:]} == {"invalid_text_representation"}


def test_listed_texts_are_judged_like_labels() -> None:
    found = cases(clauses(table("t", Column("a", "text", values=("on",))))["t.a.values"])
    assert [case.error for case in found] == [None, *["check_violation"] * 4]


def test_a_composite_key_refuses_the_same_and_takes_what_differs_in_one() -> None:
    columns = (Column("a", "text"), Column("b", "integer"))
    found = clauses(table("t", *columns, keys=(Key("t_a_b", ("a", "b")),)))["t.a-b.unique"]
    same, other_a, other_b = cases(found)
    assert (same.error, same.constraint) == ("unique_violation", "t_a_b")
    assert same.row == same.given[0].row
    assert other_a.row["b"] == same.row["b"] != other_b.row["b"]


def test_an_orphan_is_refused_by_name() -> None:
    child = table("c", Column("t_id", "bigint"), foreign_keys=(ForeignKey("fk", "t_id", "t"),))
    (case,) = cases(clauses(table("t"), child)["c.t_id.orphan.named"])
    assert (case.error, case.constraint) == ("foreign_key_violation", "fk")


def test_a_delete_is_followed_through_three_references() -> None:
    def child(name: str, parent: str) -> Table:
        key = ForeignKey("fk", "up", parent, "cascade")
        return table(name, Column("up", "bigint"), foreign_keys=(key,))

    found = clauses(table("a"), child("b", "a"), child("c", "b"), child("d", "c"), child("e", "d"))
    ids = [id_ for id_ in found if id_.startswith("e.") and id_.endswith("on-delete")]
    assert ids == ["e.up.on-delete", "e.up.up.on-delete", "e.up.up.up.on-delete"]


def test_a_delete_that_is_refused_leaves_both_chains() -> None:
    child = table("c", Column("t_id", "bigint"), foreign_keys=(ForeignKey("fk", "t_id", "t"),))
    promise = clauses(table("t"), child)["c.t_id.on-delete"].promise
    assert isinstance(promise, CascadePromise)
    assert (promise.error, promise.takes) == ("foreign_key_violation", ())


def test_the_first_of_an_ordered_pair_gets_ids_below_every_other() -> None:
    keys = (ForeignKey("f1", "a", "t", "cascade"), ForeignKey("f2", "b", "t", "cascade"))
    pair = table("p", Column("a", "bigint"), Column("b", "bigint"), foreign_keys=keys)
    found = clauses(table("t"), pair)
    first, second = found["p.a.on-delete"].promise, found["p.b.on-delete"].promise
    assert isinstance(first, CascadePromise)
    assert isinstance(second, CascadePromise)
    assert first.deletes.id < 0 < second.deletes.id
