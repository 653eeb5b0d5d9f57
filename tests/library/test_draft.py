"""The command ``draft`` on the library's schema: what it writes holds of that schema."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.library.conftest import SCHEMA, Run

pytestmark = pytest.mark.once


def test_what_is_drafted_of_the_schema_holds_of_it(run: Run, tmp_path: Path) -> None:
    drafted = run("draft", SCHEMA, "--output", tmp_path / "drafted")

    ran = run("verify", SCHEMA, "--contract", tmp_path / "drafted")

    assert (drafted.code, ran.code) == (0, 0), ran.out
    assert "0 broken, 0 undecided" in ran.out
    assert drafted.out.startswith(f"{tmp_path / 'drafted'}: 8 tables, ")
