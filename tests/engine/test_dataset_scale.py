"""The data at scale before any server: files, sizes, and how the work is divided."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import paths
from vrss_contract.contract.model import Contract
from vrss_contract.data.dataset import Prepared, Selected, profiles, sized
from vrss_contract.data.dataset.sized import PORTION, ranges, read, rendered

FOLDER = paths.fixtures() / "datasets" / "scale"
FILES = {path.name: path.read_text("utf-8") for path in sorted(FOLDER.glob("*.sql"))}
NAMES = ("small", "scale")
files = pytest.mark.parametrize("file", FILES)
sizes = pytest.mark.parametrize("name", NAMES)
_CHANGING = re.compile(r"random|now\(|clock_|current_(date|time)|hash\w*\(|uuid")
_BLOCKS = st.integers(1, 10_000)
_ROWS = st.integers(0, 50_000_000)


def _code(text: str) -> str:
    return re.sub(r"--.*", "", text)


def test_the_steps_are_the_files_in_their_order() -> None:
    assert [step["file"] for step in sized.plan(FOLDER)["steps"]] == list(FILES)


@files
def test_a_file_draws_nothing_and_asks_no_clock(file: str) -> None:
    known = "WHERE created_at = now()"  # the reference data that this transaction wrote

    assert not _CHANGING.search(_code(FILES[file]).replace(known, ""))


@files
def test_a_placeholder_stands_where_psql_sees_it(file: str) -> None:
    for literal in re.findall(r"'[^']*'", _code(FILES[file])):
        assert rendered(literal, {}) == literal


@files
def test_a_file_ends_its_last_statement(file: str) -> None:
    assert FILES[file].endswith(";\n")


@given(blocks=_BLOCKS, rows=_ROWS)
def test_ranges_hold_every_id_once(blocks: int, rows: int) -> None:
    parts = ranges(blocks * 100, rows)

    assert parts[0][0] == 1
    assert parts[-1][1] == blocks * 100
    assert all(last < first for (_, last), (first, _) in pairwise(parts))
    assert sum(last - first + 1 for first, last in parts) == blocks * 100


@given(blocks=_BLOCKS, rows=_ROWS)
def test_no_range_ends_inside_of_a_block(blocks: int, rows: int) -> None:
    assert all(last % blocks == 0 for _, last in ranges(blocks * 100, rows))


@given(blocks=_BLOCKS, rows=st.integers(0, PORTION * 50))
def test_a_range_makes_no_more_rows_than_a_portion_and_a_block(blocks: int, rows: int) -> None:
    most = max(last - first + 1 for first, last in ranges(blocks * 100, rows))

    assert rows * most / (blocks * 100) <= PORTION + rows / 100


def test_placeholders_become_numbers_and_nothing_else_does() -> None:
    text = "SELECT :a, x::text, 'https://h' || 10:20, :ab"

    assert rendered(text, {"a": 1, "ab": 2}) == "SELECT 1, x::text, 'https://h' || 10:20, 2"


def test_a_placeholder_without_a_number_is_refused() -> None:
    with pytest.raises(KeyError, match="nobody"):
        rendered("SELECT :nobody", {"a": 1})


def test_the_digest_changes_with_a_size() -> None:
    small = read(FOLDER, "small")

    other = replace(small, sizes={**small.sizes, "reposts": small.sizes["reposts"] + 100})

    assert read(FOLDER, "small").digest == small.digest
    assert other.digest != small.digest


def test_the_digest_changes_with_a_statement(monkeypatch: pytest.MonkeyPatch) -> None:
    before = read(FOLDER, "small").digest

    monkeypatch.setattr(sized, "rendered", lambda text, values: rendered(text, values) + " ")

    assert read(FOLDER, "small").digest != before


def test_every_table_has_rows_and_parents_come_first(contract: Contract) -> None:
    portions = [one for one in read(FOLDER, "scale").portions() if isinstance(one, Selected)]
    written = list(dict.fromkeys(portion.table for portion in portions))

    assert sorted([*written, "subscription_tiers"]) == sorted(contract.tables)
    for place, table in enumerate(written):
        parents = {key.references for key in contract.tables[table].foreign_keys}
        assert parents - {table, "subscription_tiers"} <= set(written[:place])


def test_an_outline_writes_no_row() -> None:
    prepared = [one for one in read(FOLDER, "small").portions() if isinstance(one, Prepared)]

    assert [one.rows for one in prepared] == [0, 0, 0, 0]
    assert sum("CREATE TEMPORARY TABLE" in one.statement for one in prepared) == 3


@sizes
def test_the_rows_of_portions_are_those_of_sizes(name: str) -> None:
    dataset = read(FOLDER, name)
    steps = sized.plan(FOLDER)["steps"]

    expected = sum(dataset.sizes[size] for step in steps for size in step.get("rows", ()))

    assert dataset.rows == expected


@sizes
def test_every_kind_of_row_comes_in_whole_blocks(name: str) -> None:
    numbers = read(FOLDER, name).sizes

    assert {step["over"] for step in sized.plan(FOLDER)["steps"] if "over" in step} <= set(numbers)
    for size in set(numbers) - {"opened", "span", "named", "circle"}:
        assert size.startswith("follow_") or numbers[size] % 100 == 0
    assert numbers["posts"] % 5000 == 0


@sizes
def test_nobody_has_to_react_to_a_post_twice(name: str) -> None:
    numbers = read(FOLDER, name).sizes
    size = numbers["posts"] // 100
    for block in range(100):
        liked = size * 7 // 10 - block * 37 % (size // 5)
        most = numbers["likes"] / 100 * liked ** (-1 / (4 if block % 10 else 8))
        assert most <= numbers["users"] * (0.1 + 0.9 * (block / 102) ** 0.5) - 1


@sizes
def test_the_circle_gives_everybody_in_it_100_different_neighbours(name: str) -> None:
    circle = read(FOLDER, name).sizes["circle"]
    spread = (circle - 1) // 2 - 50

    distances = {nth + 1 + nth * (nth + 1) * spread // 2450 for nth in range(50)}

    assert circle % 2 == 1
    assert len(distances | {circle - distance for distance in distances}) == 100


@sizes
def test_those_outside_the_circle_fall_into_groups_and_blocks(name: str) -> None:
    numbers = read(FOLDER, name).sizes

    others = numbers["users"] - 39 - numbers["circle"]

    assert (others % 4, others % 100) == (0, 0)
    assert numbers["follow_most"] < others


def test_scale_is_what_the_platform_plans_for() -> None:
    numbers = read(FOLDER, "scale").sizes

    planned = {key: numbers[key] for key in ("users", "posts", "follows", "likes", "comments")}

    assert planned == {
        "users": 100_000,
        "posts": 500_000,
        "follows": 1_000_000,
        "likes": 2_000_000,
        "comments": 500_000,
    }


def test_a_profile_has_the_name_it_is_asked_by(contract: Contract) -> None:
    found = [profiles.profile(name, contract).name for name in contract.manifest.profiles]

    assert found == ["dev", "untidy", "tiny", "small", "medium", "scale"]
