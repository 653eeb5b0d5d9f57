"""The bench of rivals: which tests each side has, and what a row of its table counts."""

import pytest
from benchmarks.exists import assertions, file, written
from benchmarks.rivals import Sides, groups, of_plan, told
from benchmarks.rivals_pgtap import nearest

from tests import paths
from tests.engine.conftest import Run
from vrss_contract.database.catalog.read import read
from vrss_contract.database.scratch import Database
from vrss_contract.mutation.mutant import Mutant
from vrss_contract.mutation.operators import OPERATORS

pytestmark = pytest.mark.once

DROPPED = Mutant("check-dropped", "users.users_status_valid", "", ("",), tables=("users",))
DISABLED = Mutant("trigger-disabled", "posts.counts", "", ("",), tables=("posts",))
GONE = Mutant("check-dropped", "posts.posts_title_length", "", ("",), tables=("posts",))


def test_the_pgtap_suite_is_of_the_schema_as_it_is(untouched: Database) -> None:
    with untouched.connect() as session:
        suite = written(read(session))
    assert file().read_text("utf-8") == suite, "run `python -m benchmarks.exists`"


def test_each_line_between_the_plan_and_the_end_is_an_assertion() -> None:
    suite = "BEGIN;\nSELECT plan(1);\nSELECT has_table('a');\nSELECT * FROM finish();\nROLLBACK;\n"
    assert assertions(suite) == ("has_table('a')",)


def test_the_test_plan_is_its_own_tests_alone() -> None:
    assert {one.level for one in of_plan().clauses} == {"must"}
    assert all(one.id.startswith("plan.") for one in of_plan().clauses)


def test_the_tests_of_the_plan_pass_on_the_schema(run: Run) -> None:
    folder = paths.fixtures() / "contracts" / "test-plan"
    assert run("verify", "--contract", folder, "--only", "plan.*", "--jobs", "1").code == 0


def test_assertions_about_the_table_of_a_mutant_are_made_first() -> None:
    asserted = ["has_table('posts')", "has_table('users')", "has_enum('status')"]
    assert nearest(DROPPED, asserted) == [asserted[1], asserted[0], asserted[2]]


def test_every_operator_has_a_group_and_triggers_have_their_own() -> None:
    group_of = groups(OPERATORS)
    assert group_of.keys() == {one.name for one in OPERATORS}
    assert (group_of["check-dropped"], group_of["trigger-disabled"]) == ("checks", "triggers")


def test_a_row_tells_what_each_side_kills_of_the_mutants_of_a_group() -> None:
    sides = Sides(
        counted=[DROPPED, DISABLED, GONE],
        contract=frozenset({DROPPED.id, DISABLED.id, GONE.id}),
        plan=frozenset({DISABLED.id}),
        pgtap=frozenset({DROPPED.id}),
    )
    assert told(sides, groups(OPERATORS)).splitlines()[2:] == [
        "| checks | 2 | 2 | 100.0 | 0 | 0.0 | 1 | 50.0 |",
        "| triggers | 1 | 1 | 100.0 | 1 | 100.0 | 0 | 0.0 |",
        "| all | 3 | 3 | 100.0 | 1 | 33.3 | 1 | 33.3 |",
    ]
