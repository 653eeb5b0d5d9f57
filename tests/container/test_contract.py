"""The whole contract on a server in a container: the same verdicts as on the embedded one."""

import json

import pytest
from docker import DockerClient

from tests import paths
from tests.container.conftest import IMAGE
from tests.engine.runs import judge_alone, tell_each
from vrss_contract import cli
from vrss_contract.checks import KINDS

pytestmark = pytest.mark.container
QUICK = [f"--kind={kind}" for kind in KINDS if kind not in ("query", "dataset")]
"""Kinds that want no database full of data: the canonical schema is asked those in a container."""
LITERAL = paths.fixtures() / "implementations" / "strategy_literal.sql"


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    judge_alone(monkeypatch)
    tell_each(monkeypatch)


def outcomes(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, str]:
    cli._main(["verify", *words, "--format", "json"])
    verdicts = json.loads(capsys.readouterr().out)["verdicts"]
    return {verdict["id"]: verdict["outcome"] for verdict in verdicts}


def test_the_canonical_schema_keeps_its_contract_in_a_container(client: DockerClient) -> None:
    assert client
    assert cli._main(["verify", "--server", f"container:{IMAGE}"]) == 0


def test_a_container_and_the_embedded_server_judge_alike(
    client: DockerClient, capsys: pytest.CaptureFixture[str]
) -> None:
    assert client
    there = outcomes(capsys, str(LITERAL), *QUICK, "--server", "container")
    assert there == outcomes(capsys, str(LITERAL), *QUICK)
