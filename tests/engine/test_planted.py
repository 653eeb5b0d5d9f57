"""Of folders that are wrong in known ways each fault is told as a cause, and nothing else is."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.planted import PLANTS, written
from vrss_contract.causes.in_turn import in_turn
from vrss_contract.contract.model import Contract
from vrss_contract.database.naming.naming import Naming, assumed
from vrss_contract.database.scratch import Databases
from vrss_contract.target.layouts import recognise

pytestmark = pytest.mark.once


def test_what_prisma_calls_otherwise_is_assumed(
    tmp_path: Path, databases: Databases, contract: Contract
) -> None:
    written("Prisma", tmp_path)

    _, target = assumed(databases, recognise.read(tmp_path), contract)

    told = [note for note in target.notes if note.startswith("assumed: ")]
    assert told[0].startswith("assumed: enum SubscriptionStatus is subscription_status, PostType ")
    assert told[1:] == ["assumed: section_content.contentType is content_type"]


@pytest.mark.parametrize("layout", PLANTS)
def test_the_causes_are_the_faults(
    layout: str, tmp_path: Path, databases: Databases, contract: Contract
) -> None:
    planted = written(layout, tmp_path)
    database = databases.load(recognise.read(tmp_path))

    with database.connect() as session:
        told = []
        for candidate in in_turn(session, contract, Naming()):
            told.append(candidate.says)
            session.execute("\n".join(candidate.ddl).encode())

    unseen = [fault for fault in planted if not any(fault in one for one in told)]
    beyond = [one for one in told if not any(fault in one for fault in planted)]
    assert (unseen, beyond) == ([], [])
    databases.drop(database)
