"""A library with other names is judged by what it does, and told what it is taken for."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.library.conftest import SCHEMA, Run

pytestmark = pytest.mark.once
OTHER = {
    r"\bopen_loans\b": '"openLoans"',
    r"\blibrary\.loans\b": 'library."Loan"',
    r"(?<=FROM )library\.\"Loan\"": 'library."Loan" AS loans',
    r"\blibrary\.genre\b": 'library."Genre"',
    r"\blibrary\.touch\b": "library.keep_time",
}
NAMES = [
    "enum.genre.named",
    "function.touch.named",
    "members.open_loans.named",
    "loans.named",
]
NOTES = [
    "assumed: Loan is loans",
    "assumed: enum Genre is genre",
    "assumed: members.openLoans is open_loans",
    "assumed: function keep_time is touch",
]


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """The library's schema with other names, in the bodies of its functions too."""
    text = SCHEMA.read_text("utf-8")
    for name, instead in OTHER.items():
        text = re.sub(name, instead, text)
    path = tmp_path / "other.sql"
    path.write_text(text, "utf-8")
    return path


def test_nothing_but_the_names_breaks(judged: Run, other: Path) -> None:
    ran = judged("verify", other, "--no-causes", "--format", "json")

    told = json.loads(ran.out)
    fallen = [one for one in told["verdicts"] if one["outcome"] != "holds"]
    assert [(one["id"], one["level"]) for one in fallen] == [(id_, "should") for id_ in NAMES]
    assert fallen[-1]["findings"][0]["because"] == 'loans is called "Loan" here'
    assert [note for note in told["notes"] if note.startswith("assumed")] == NOTES


QUICK = ("--kind", "table", "--kind", "rows", "--no-causes")


def renamed(folder: Path, ddl: str) -> Path:
    """The library's schema, and then a change."""
    path = folder / "renamed.sql"
    path.write_text(SCHEMA.read_text("utf-8") + ddl, "utf-8")
    return path


def given(folder: Path, text: str) -> tuple[str, Path]:
    """The words that give a file of names."""
    path = folder / "names.yaml"
    path.write_text(text, "utf-8")
    return "--map", path


SWAPPED = """
ALTER TABLE library.loans RENAME isbn TO "until";
ALTER TABLE library.loans RENAME copy_number TO isbn;
ALTER TABLE library.loans RENAME "until" TO copy_number;
ALTER TABLE library.loans RENAME due_on TO "Until";
"""


def test_names_that_are_given_are_used_and_told(judged: Run, tmp_path: Path) -> None:
    names = given(
        tmp_path, "loans.due_on: Until\nloans.isbn: copy_number\nloans.copy_number: isbn\n"
    )

    ran = judged("verify", renamed(tmp_path, SWAPPED), *QUICK, *names)

    assert "given: loans.Until is due_on, loans.copy_number is isbn, loans.isbn is copy_number" in (
        ran.out
    )
    assert re.findall(r"(?m)^BROKEN +(\S+) +(\w+)", ran.out) == [
        ("loans.isbn.named", "should"),
        ("loans.copy_number.named", "should"),
        ("loans.due_on.named", "should"),
    ]


@pytest.mark.parametrize(
    ("text", "error", "told"),
    [
        (
            "loans.due: Until\n",
            "error[name-map-fault]: ",
            "names.yaml:1: the contract has no loans.due",
        ),
        (
            "# a comment\nloans: [a]\n",
            "error[name-map-fault]: ",
            "names.yaml:2: loans is called ['a'], which is no name",
        ),
        (
            "loans.due_on: a\nloans.isbn: a\n",
            "error[name-map-fault]: ",
            "names.yaml:2: a stands for due_on already, by ",
        ),
        (
            "loans: Lending\n",
            "error[name-not-in-target]: ",
            "names.yaml:1: the target has no table Lending",
        ),
        (
            "loans.due_on: DueOn\n",
            "error[name-not-in-target]: ",
            "names.yaml:1: the target has no column DueOn of loans",
        ),
        (
            "loans.due_on: isbn\n",
            "error[name-taken-in-target]: ",
            "names.yaml:1: the target has both isbn and due_on of loans",
        ),
        ("loans: overdue\nloans.due_on\n", "error[clause-fault]: ", "names.yaml:3: "),
    ],
)
def test_a_name_that_is_nobodys_is_wrong_use(
    judged: Run, tmp_path: Path, text: str, error: str, told: str
) -> None:
    ran = judged("verify", SCHEMA, *QUICK, *given(tmp_path, text))

    assert (ran.code, error in ran.err, told in ran.err) == (3, True, True), ran.err


def test_a_file_of_names_that_is_not_there_is_wrong_use(judged: Run, tmp_path: Path) -> None:
    ran = judged("verify", SCHEMA, "--map", tmp_path / "none.yaml")

    assert (ran.code, "error[unreadable-name-map]" in ran.err) == (3, True)


def test_names_that_the_target_does_not_take_are_told(judged: Run, tmp_path: Path) -> None:
    path = renamed(
        tmp_path,
        "ALTER TABLE library.loans RENAME TO lendings; CREATE VIEW library.loans AS SELECT 1;",
    )

    ran = judged("verify", path, *QUICK, *given(tmp_path, "loans: lendings\n"))

    assert (ran.code, "error[names-refused]" in ran.err) == (2, True)


def test_without_assumptions_names_are_what_they_are(judged: Run, tmp_path: Path) -> None:
    path = renamed(tmp_path, 'ALTER TABLE library.loans RENAME due_on TO "dueOn";')

    ran = judged("verify", path, *QUICK, "--no-assumptions")

    assert re.search(r"BROKEN +loans.due_on.type +must", ran.out)
    assert "assumed" not in ran.out


def test_of_two_targets_that_differ_by_a_name_that_alone_is_told(
    judged: Run, tmp_path: Path
) -> None:
    path = renamed(tmp_path, 'ALTER TABLE library.loans RENAME due_on TO "dueOn";')

    ran = judged("diff", SCHEMA, path)

    assert ran.code == 1
    assert "1 difference of the schema\n  the name of loans.due_on\n" in ran.out
    assert "1 clause holds once it is mended: loans.due_on.named" in ran.out


def test_the_script_renames_what_was_assumed(judged: Run, other: Path, tmp_path: Path) -> None:
    script = tmp_path / "fix.sql"
    kinds = ("--kind", "table", "--kind", "rows", "--kind", "trigger")

    wrong = judged("verify", other, *kinds, "--fix", script)
    right = judged("verify", other, script, *kinds)

    assert 'RENAME COLUMN "openLoans" TO open_loans;' in script.read_text("utf-8")
    assert re.search(r"CAUSE +should +\S+other.sql:87\n +members.open_loans is called", wrong.out)
    assert (wrong.code, right.code, "assumed" in right.out) == (1, 0, False), right.out
