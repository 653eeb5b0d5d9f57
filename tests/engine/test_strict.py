"""The contract's YAML is read one way or refused, with file, line and remedy."""

from pathlib import Path
from typing import Any

import pytest

from vrss_contract.contract import strict
from vrss_contract.errors import TroubleError


def read(tmp_path: Path, source: str) -> list[dict[str, Any]]:
    path = tmp_path / "x.yaml"
    path.write_text(source, "utf-8")
    return [entry for _, entry in strict.read(path, "contracts/x.yaml")]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("null", None),
        ("true", True),
        ("-12", -12),
        ("1.5", 1.5),
        ("NO", "NO"),
        ("on", "on"),
        ("02000", "02000"),
        ("12:30:00", "12:30:00"),
        ("1e3", "1e3"),
        ("0x10", "0x10"),
        ("~", "~"),
        ("2025-01-01", "2025-01-01"),
        ('"false"', "false"),
        ('"0"', "0"),
    ],
)
def test_only_null_true_false_and_decimals_are_typed(
    tmp_path: Path, written: str, value: Any
) -> None:
    assert read(tmp_path, f"- a: {written}") == [{"a": value}]


@pytest.mark.parametrize(
    ("source", "line", "found"),
    [
        ("- a: 1\n  a: 2", 2, "the key 'a' is given twice"),
        ("- a: &x 1", 1, "an anchor or alias is not in the subset"),
        ("- a: 1\n- b: *x", 2, "an anchor or alias is not in the subset"),
        ("- a: !!str 1", 1, "a tag is not in the subset"),
        ("a: 1", 1, "the file is no list"),
        ("- just text", 1, "an entry is no mapping"),
        ("- a: >\n    folded", 1, "a folded block (`>`) is not in the subset"),
        ("- where: a = 1 #> b", 1, "SQL under 'where' is not in a block"),
        ("- [1, 2]: x", 1, "a key is no plain text"),
        ("- a: 1\n---\n- b: 2", 2, "a second document begins"),
        ("- a: 'open", 1, "found unexpected end of stream"),
        ("- a: b: c", 1, "mapping values are not allowed in this context"),
    ],
)
def test_what_another_reader_could_read_otherwise_is_refused(
    tmp_path: Path, source: str, line: int, found: str
) -> None:
    with pytest.raises(TroubleError, match="clause-fault") as raised:
        read(tmp_path, source)
    assert raised.value.given["place"].line == line
    assert found in raised.value.found
    assert raised.value.remedy


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("- a: 1\n- b: \x00\n", "the character U+0000, which YAML does not take"),
        (f"- a: 1\n- b: {'9' * 5000}\n", "a number of 5,000 digits"),
        (f"- a: 1\n- b: {'9' * 400}.0\n", "a number of 402 digits"),
    ],
)
def test_what_no_reader_takes_is_refused_at_its_line(
    tmp_path: Path, source: str, found: str
) -> None:
    with pytest.raises(TroubleError, match="clause-fault") as refusal:
        read(tmp_path, source)

    assert (refusal.value.found, "x.yaml:2" in str(refusal.value)) == (found, True)


def test_a_block_keeps_sql_whole(tmp_path: Path) -> None:
    source = "- expression: |\n    d #>> '{a}' = 'x'\n"
    assert read(tmp_path, source) == [{"expression": "d #>> '{a}' = 'x'"}]


def test_a_body_keeps_its_last_line_end(tmp_path: Path) -> None:
    assert read(tmp_path, "- body: |\n    BEGIN\n    END;\n") == [{"body": "BEGIN\nEND;\n"}]


def test_an_empty_file_has_no_entries(tmp_path: Path) -> None:
    assert read(tmp_path, "# nothing yet\n") == []


def test_each_entry_carries_its_line(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text("# head\n- a: 1\n\n- a: 2\n")
    assert [line for line, _ in strict.read(path, "x")] == [2, 4]
