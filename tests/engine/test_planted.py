"""Of folders that are wrong in known ways each fault is told as a cause, and nothing else is."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.planted import PLANTS, written
from vrss_contract.causes.candidates import candidates, misnamed
from vrss_contract.contract.model import Contract
from vrss_contract.database.catalog.read import read
from vrss_contract.database.scratch import Databases
from vrss_contract.target.layouts import recognise

pytestmark = pytest.mark.once


@pytest.mark.parametrize("layout", PLANTS)
def test_the_causes_are_the_faults(
    layout: str, tmp_path: Path, databases: Databases, contract: Contract
) -> None:
    planted = written(layout, tmp_path)
    database = databases.load(recognise.read(tmp_path))

    with database.connect() as session:
        names = misnamed(contract, read(session, contract.schemas))
        for one in names:
            session.execute(one.ddl[0].encode())
        others = candidates(contract, read(session, contract.schemas))
    told = [one.says for one in (*names, *others)]

    unseen = [fault for fault in planted if not any(fault in one for one in told)]
    beyond = [one for one in told if not any(fault in one for fault in planted)]
    assert (unseen, beyond) == ([], [])
    databases.drop(database)
