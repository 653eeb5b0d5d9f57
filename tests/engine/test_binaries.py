"""Which installation of PostgreSQL the embedded server is of."""

from __future__ import annotations

from pathlib import Path

import pytest

from vrss_contract.errors import TroubleError
from vrss_contract.postgres import binaries
from vrss_contract.postgres.account import Account

pytestmark = pytest.mark.once


def test_the_variable_names_another_installation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "postgres").touch()
    monkeypatch.setenv(binaries.INSTALL, str(tmp_path))

    assert binaries.locate() == tmp_path


def test_a_variable_that_names_none_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(binaries.INSTALL, str(tmp_path))

    with pytest.raises(TroubleError, match="no-binaries") as refusal:
        binaries.locate()
    assert f"VRSS_CONTRACT_POSTGRES={tmp_path}" in refusal.value.found


@pytest.mark.parametrize("share", ["share", "share/postgresql"])
def test_what_initdb_reads_lies_where_the_installation_has_it(tmp_path: Path, share: str) -> None:
    (tmp_path / share).mkdir(parents=True)
    (tmp_path / share / "postgres.bki").touch()

    assert binaries.Binaries(tmp_path, Account(), 160_000).share == tmp_path / share


def test_a_distribution_says_where_it_keeps_it(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "pg_config").write_text("#!/bin/sh\necho /usr/share/somewhere\n", "utf-8")
    (tmp_path / "bin" / "pg_config").chmod(0o755)

    assert binaries.Binaries(tmp_path, Account(), 160_000).share == Path("/usr/share/somewhere")


def test_an_installation_without_pg_restore_has_no_programs_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "pg_dump").touch()

    assert binaries.Binaries(tmp_path, Account(), 160_000).programs is None
