"""Errors that belong to no other test, to the word."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from tests.engine.runs import Ran
from tests.golden import Golden
from vrss_contract.contract.manifest import Manifest
from vrss_contract.data.dataset import sized
from vrss_contract.doctor import session
from vrss_contract.errors import TroubleError

NOWHERE = Path("no/such/folder")


def test_a_manifest_that_names_no_schema_is_told(golden: Golden) -> None:
    with pytest.raises(TroubleError) as refusal:
        Manifest(NOWHERE).required_schema()

    golden("errors/contract-lacks.txt", f"{refusal.value}\n")


def test_a_generator_that_is_not_there_is_told(golden: Golden) -> None:
    with pytest.raises(TroubleError) as refusal:
        sized.read(NOWHERE, "small")

    golden("errors/unreadable-dataset.txt", f"{refusal.value}\n")


def test_a_contract_with_a_file_that_cannot_be_read_is_told(
    run: Callable[..., Ran], told: Callable[[str, Ran], None], tmp_path: Path
) -> None:
    (tmp_path / "members.yaml").mkdir()

    told("unreadable-contract", run("list", "--contract", tmp_path))


def test_a_folder_that_holds_something_is_no_place_for_a_draft(
    run: Callable[..., Ran], told: Callable[[str, Ran], None], tmp_path: Path
) -> None:
    (tmp_path / "notes.txt").write_text("mine", "utf-8")

    told("folder-in-use", run("draft", "schema.sql", "--output", tmp_path))


def test_a_catalog_on_a_connection_that_is_gone_is_told(
    fresh_session: psycopg.Connection, golden: Golden
) -> None:
    fresh_session.close()

    with pytest.raises(TroubleError) as refusal, session.reading(fresh_session, ["users"], 1):
        pass

    golden("errors/no-catalog.txt", f"{refusal.value}\n")
