"""The development data: the same rows every time, each as the contract has it."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from vrss_contract.contract.document_checker import Checker
from vrss_contract.contract.model import Contract
from vrss_contract.data.dataset import Copied, Prepared, Selected
from vrss_contract.data.dataset.dev import NOW, DevDataset, people
from vrss_contract.data.dataset.dev.draw import DAY, Draw

_DIGEST = "from vrss_contract.data.dataset.dev import DevDataset; print(DevDataset().digest)"
COPIED = [portion for portion in DevDataset().portions() if isinstance(portion, Copied)]
tables = pytest.mark.parametrize("portion", COPIED, ids=lambda portion: portion.table)


def _digest(seed: int) -> str:
    environment = os.environ | {"PYTHONHASHSEED": str(seed), "TZ": f"<+0{seed}>-{seed}"}
    command = [sys.executable, "-c", _DIGEST]
    return subprocess.run(command, env=environment, check=True, capture_output=True).stdout.decode()


def test_rows_do_not_depend_on_the_process() -> None:
    assert _digest(1) == _digest(2)


def test_rows_are_made_once_in_a_process() -> None:
    assert DevDataset().digest == DevDataset().digest
    assert list(DevDataset().portions())[1] is list(DevDataset().portions())[1]


def test_every_table_has_rows_and_parents_come_first(contract: Contract) -> None:
    portions = list(DevDataset().portions())
    written = [one.table for one in portions if isinstance(one, Copied | Selected)]
    assert sorted([*written, "subscription_tiers"]) == sorted(contract.tables)
    for place, table in enumerate(written):
        parents = {key.references for key in contract.tables[table].foreign_keys}
        assert parents - {table, "subscription_tiers"} <= set(written[:place])


def test_the_age_of_the_tiers_comes_before_every_row() -> None:
    first, *others = DevDataset().portions()
    assert isinstance(first, Prepared)
    assert not any(isinstance(other, Prepared) for other in others)


def test_rows_is_their_number() -> None:
    assert DevDataset().rows == sum(portion.rows for portion in DevDataset().portions())


@tables
def test_a_row_has_a_value_for_every_column(portion: Copied, contract: Contract) -> None:
    columns = {column.name for column in contract.tables[portion.table].columns}
    assert set(portion.columns) == columns
    assert {len(row) for row in portion.values} == {len(columns)}


@tables
def test_ids_are_given_from_1_without_a_gap(portion: Copied) -> None:
    place = portion.columns.index("id")
    ids = [row[place] for row in portion.values]
    assert ids == list(range(1, len(ids) + 1))


@tables
def test_no_row_was_made_after_the_clock(portion: Copied) -> None:
    name = "added_at" if portion.table == "list_members" else "created_at"
    place = portion.columns.index(name)
    assert max(row[place] for row in portion.values) <= NOW


@tables
def test_a_document_has_its_shape(portion: Copied, contract: Contract) -> None:
    for shape in contract.shapes.values():
        if shape.table == portion.table and len(shape.columns) == 1:
            place, checker = portion.columns.index(shape.column), Checker(shape)
            texts = [row[place] for row in portion.values if row[place] is not None]
            assert [text for text in texts if not checker.holds(text)] == []


def test_usernames_differ_and_need_no_check_of_the_servers() -> None:
    names = [one.username for one in people.people()]
    assert len(set(names)) == len(names)
    assert [name for name in names if not re.fullmatch("[a-z0-9_]{3,20}", name)] == []


def test_nobody_can_be_reached_at_an_address_of_the_data() -> None:
    (users,) = (portion for portion in COPIED if portion.table == "users")
    place = users.columns.index("email")
    assert {row[place].partition("@")[2] for row in users.values} == {"example.com"}


@pytest.mark.parametrize("name", ["users", "posts"])
def test_a_source_draws_the_same_again(name: str) -> None:
    one, other = Draw(name), Draw(name)
    assert [one.moment(NOW - DAY), one.fake.name()] == [other.moment(NOW - DAY), other.fake.name()]


def test_sources_draw_apart() -> None:
    assert Draw("users").random.random() != Draw("posts").random.random()


def test_a_moment_lies_within_its_bounds() -> None:
    draw = Draw("bounds")
    moments = [draw.moment(NOW - DAY, NOW, bend=0.5) for _ in range(200)]
    assert min(moments) >= NOW - DAY
    assert max(moments) < NOW


def test_where_no_second_is_left_a_moment_is_the_earlier_bound() -> None:
    assert Draw("bounds").moment(NOW, NOW) == NOW
    assert Draw("bounds").moment(NOW, NOW - DAY) == NOW
