"""The command line and pytest are two doors to one engine, and say the same."""

import json
import subprocess
import sys
from pathlib import Path

from tests import paths

LITERAL = paths.fixtures() / "implementations" / "strategy_literal.sql"
SUITE = Path(__file__).with_name("test_clauses.py")
ROOT = Path(__file__).parents[2]
SHARE = "comments.*"


def test_pytest_and_the_command_line_agree_clause_by_clause(tmp_path: Path) -> None:
    report, junit = tmp_path / "report.json", tmp_path / "junit.xml"
    told = _run("vrss_contract", "verify", LITERAL, "--only", SHARE, *_as_json(report))
    ran = _run("pytest", SUITE, "-k", "[comments.", *_from(LITERAL), f"--junit-xml={junit}")
    assert (told.returncode, ran.returncode) == (1, 1), ran.stdout.decode()
    assert _passed_by_pytest(junit) == _held_by_the_command(report)


def _as_json(path: Path) -> list[str | Path]:
    return ["--format", "json", "--output", path]


def _from(target: Path) -> list[str | Path]:
    return ["--contract-target", target, "-p", "no:cacheprovider"]


def _run(module: str, *words: str | Path) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", module, *words]
    return subprocess.run(command, check=False, capture_output=True, cwd=ROOT)


def _held_by_the_command(report: Path) -> dict[str, bool]:
    verdicts = json.loads(report.read_text("utf-8"))["verdicts"]
    return {verdict["id"]: verdict["outcome"] == "holds" for verdict in verdicts}


def _passed_by_pytest(junit: Path) -> dict[str, bool]:
    from xml.etree import ElementTree as ET  # noqa: PLC0415 - the usual name

    cases = ET.parse(junit).iter("testcase")  # noqa: S314 - a file of our own
    return {
        case.attrib["name"].partition("[")[2].removesuffix("]"): case.find("failure") is None
        for case in cases
    }
