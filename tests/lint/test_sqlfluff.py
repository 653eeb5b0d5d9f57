"""sqlfluff skips a long file and is content; our configuration lets it read all of schema.sql."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
SETTING = "large_file_skip_byte_limit"
RULE = "CP01"


def lint(folder: Path, configuration: str) -> tuple[int, str]:
    """Exit code and words for a copy of schema.sql with a fault in its last line."""
    schema = (ROOT / "schema.sql").read_bytes() + b"select 1;\n"
    (folder / "schema.sql").write_bytes(schema)
    (folder / "pyproject.toml").write_text(configuration, "utf-8")
    options = ["--rules", RULE, "--disable-progress-bar", "--nocolor"]
    done = subprocess.run(
        [sys.executable, "-m", "sqlfluff", "lint", *options, "schema.sql"],
        cwd=folder,
        check=False,
        capture_output=True,
        encoding="utf-8",
    )
    return done.returncode, done.stdout + done.stderr


def test_a_fault_at_the_end_of_the_schema_is_refused(tmp_path: Path) -> None:
    last = (ROOT / "schema.sql").read_bytes().count(b"\n") + 1

    code, words = lint(tmp_path, (ROOT / "pyproject.toml").read_text("utf-8"))

    assert code == 1
    assert f"L:{last:4} | P:   1 | {RULE} |" in words


def test_without_our_setting_the_same_file_is_skipped_and_passes(tmp_path: Path) -> None:
    lines = (ROOT / "pyproject.toml").read_text("utf-8").splitlines(keepends=True)
    configuration = "".join(line for line in lines if not line.startswith(SETTING))

    code, words = lint(tmp_path, configuration)

    assert code == 0
    assert "is over the limit of 20000 bytes. Skipping" in words
