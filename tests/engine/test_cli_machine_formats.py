"""What machines read goes out as it is: the bytes of a file, whatever the stream is."""

from __future__ import annotations

import importlib
import io
import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import click
import pytest

from tests.engine.migrated import migrated
from tests.engine.mutants import report
from tests.engine.records import document, measured, record
from tests.engine.runs import TIMEOUT, Outside
from tests.engine.test_ablation_table import WORTHS
from tests.verdicts import SAMPLES, SUBJECT
from vrss_contract import cli, paths
from vrss_contract.cli.commands import COMMANDS
from vrss_contract.contract.export import FILE
from vrss_contract.performance.comparison import table
from vrss_contract.performance.comparison.judge import compare
from vrss_contract.report import FORMATS
from vrss_contract.report.output import pass_on, write
from vrss_contract.report.run_info import Shard

pytestmark = pytest.mark.once
ABLATE = importlib.import_module("vrss_contract.cli.ablate")  # not the command in it
MUTATE = importlib.import_module("vrss_contract.cli.mutate")
MIGRATE = importlib.import_module("vrss_contract.cli.migrate_check")
ODD = "r\u00f6t \u20ac \x85 \u202e"
READERS: Mapping[str, Callable[[str], object]] = {
    "json": json.loads,
    "junit": ET.fromstring,
    "markdown": str,
    "html": str,
    "sarif": json.loads,
    "github": str,
}
"""What reads each format; text takes any."""
ENCODINGS = ("utf-8", "ascii", "latin-1", "utf-16")


def formats(command: click.Command) -> list[str]:
    """The formats of a command that are for machines."""
    choices = [option.type for option in command.params if "--format" in option.opts]
    named = [name for one in choices if isinstance(one, click.Choice) for name in one.choices]
    return [name for name in named if name != "terminal"]


CASES = [(str(one.name), name) for one in COMMANDS for name in formats(one.load())]


@pytest.fixture
def words(
    outside: Outside, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Mapping[str, list[str]]:
    """How each command is called so that it has something odd to say."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(ABLATE, "_worths", lambda *_: WORTHS)
    monkeypatch.setattr(MIGRATE, "check", lambda *_: migrated(ODD))
    monkeypatch.setattr(MUTATE, "run", lambda *_: report().result)
    target = tmp_path / f"{ODD}.sql"
    target.write_text(f'CREATE TABLE users ("{ODD}" integer);\n', "utf-8")
    Path("other.sql").write_text("CREATE TABLE users (id integer);\n", "utf-8")
    Path("b\u00e9fore\x9b.json").write_text(json.dumps(document(measured())), "utf-8")
    Path("after.json").write_text(json.dumps(document(measured(middle=2.0, seed=1))), "utf-8")
    samples = SAMPLES["broken"]
    kept = FORMATS["json"](replace(SUBJECT, target=ODD), samples)
    Path("kept\x9b.json").write_text(kept, "utf-8")
    only = Shard(1, 1, len(samples), tuple(range(len(samples))))
    shard = FORMATS["json"](replace(SUBJECT, target=ODD, shard=only, notes=(only.note,)), samples)
    Path("shard\x9b.json").write_text(shard, "utf-8")
    compared = compare(record(measured(ODD)), record(measured(ODD, middle=2.0)))
    Path("compared\x9b.json").write_text(table.document(compared), "utf-8")
    one = ["--only", "users.columns", "--server", outside.url(), *TIMEOUT]
    return {
        "ablate": ["ablate"],
        "compare": ["compare", "b\u00e9fore\x9b.json", "after.json"],
        "diff": ["diff", str(target), "other.sql", *one],
        "doctor": ["doctor", outside.url()],
        "merge": ["merge", "shard\x9b.json"],
        "migrate-check": ["migrate-check", str(target)],
        "mutate": ["mutate", str(target)],
        "render": ["render", "kept\x9b.json"],
        "render-html": ["render", "compared\x9b.json"],
        "verify": ["verify", str(target), *one],
    }


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> Callable[..., bytes]:
    """The bytes that a command writes to a standard output of that encoding."""

    def call(encoding: str, *words: str) -> bytes:
        raw = io.BytesIO()
        monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding=encoding))
        cli._main(list(words))
        return raw.getvalue()

    return call


@pytest.mark.parametrize(("command", "format_"), CASES)
def test_a_machine_format_can_be_read_from_standard_output(
    command: str, format_: str, words: Mapping[str, list[str]], said: Callable[..., bytes]
) -> None:
    kept = "render-html" if (command, format_) == ("render", "html") else command
    text = said("ascii", *words[kept], "--format", format_).decode("utf-8")

    assert READERS[format_](text) is not None
    assert all(line.isprintable() for line in text.split("\n"))
    assert "\\xe9" not in text


def test_the_export_on_standard_output_is_the_file(said: Callable[..., bytes]) -> None:
    # Not by the two texts themselves: to tell where megabytes differ takes difflib an hour.
    same = said("ascii", "export") == (paths.contracts() / FILE).read_bytes()

    assert same


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_report_is_the_same_bytes_in_a_file_and_on_a_stream(
    tmp_path: Path, encoding: str
) -> None:
    report, raw = f"{ODD}\x1b\n\udc80\r\n", io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding)

    pass_on(report, stream)
    write(report, tmp_path / "report")

    assert raw.getvalue() == (tmp_path / "report").read_bytes()


def test_a_stream_of_text_gets_the_text() -> None:
    stream = io.StringIO()

    pass_on(ODD, stream)

    assert stream.getvalue() == ODD


def test_a_closed_stream_is_no_error() -> None:
    pass_on(ODD, None)


def test_the_export_has_no_character_that_nobody_sees() -> None:
    text = (paths.contracts() / FILE).read_text("utf-8")

    assert [line for line in text.splitlines() if not line.isprintable()] == []
