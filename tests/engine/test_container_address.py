"""Where a container's server may answer: each address is tried, and told where none does."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from types import SimpleNamespace

import psycopg
import pytest

from vrss_contract.errors import TroubleError
from vrss_contract.postgres import container_address
from vrss_contract.postgres.container_address import AddressTrial, Where, candidates, reach
from vrss_contract.postgres.errors import CONTAINER_UNREACHED
from vrss_contract.postgres.readiness import ServerAddress, ServerInfo

pytestmark = pytest.mark.once

ANSWER = ServerInfo(
    version=160011,
    role="r",
    creates=True,
    creates_roles=True,
    standby=False,
    libraries="",
    costs="",
    host="",
    port=1,
)
NETWORKS = {"bridge": {"IPAddress": "172.17.0.2", "Gateway": "172.17.0.1"}, "none": {}}


def container(engine: str, seen_at: str) -> SimpleNamespace:
    """A container of an engine on the machine ``engine``, said to answer at ``seen_at``."""
    attributes = {"NetworkSettings": {"Networks": NETWORKS}}
    return SimpleNamespace(
        get_container_host_ip=lambda: seen_at,
        get_exposed_port=lambda _: 32768,
        get_docker_client=lambda: SimpleNamespace(host=lambda: engine),
        get_wrapped_container=lambda: SimpleNamespace(attrs=attributes),
    )


@pytest.fixture(autouse=True)
def unknown_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """No machine is called as Docker Desktop calls its own."""

    def refuse(*_: object) -> None:
        raise OSError

    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def trial(*, ready: bool, rounds: list[int]) -> AddressTrial:
    def silent(said: Mapping[str, str]) -> TroubleError:
        found = [f"{where}: {words}" for where, words in said.items()]
        return CONTAINER_UNREACHED(what="PostgreSQL in i", found=found)

    return AddressTrial(
        way_in=lambda where: ServerAddress(f"host={where[0]} port={where[1]}"),
        still=lambda: rounds.append(1),
        ready=lambda: ready,
        silent=silent,
    )


def answering(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    """Only the server at this host answers."""

    def ask(address: ServerAddress) -> ServerInfo:
        if f"host={host} " in address.conninfo:
            return ANSWER
        raise psycopg.OperationalError("connection failed: to server failed: Connection refused")

    monkeypatch.setattr(container_address, "ask", ask)


def test_every_address_of_a_container_is_a_candidate_once() -> None:
    places = candidates(container("localhost", "172.17.0.1"), 5432)  # type: ignore[arg-type]  # what is asked of one

    assert places == [
        ("172.17.0.1", 32768),
        ("localhost", 32768),
        ("127.0.0.1", 32768),
        ("172.17.0.2", 5432),
    ]


PLACES: list[Where] = [("gateway", 32768), ("127.0.0.1", 32768), ("bridge", 5432)]


@pytest.mark.parametrize("host", [host for host, _ in PLACES])
def test_the_address_that_answers_is_taken(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    answering(monkeypatch, host)

    reached = reach(PLACES, trial(ready=True, rounds=[]))

    assert reached.answer is ANSWER
    assert f"host={host} " in reached.address.conninfo


def test_what_was_said_at_each_address_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, "nowhere")
    monkeypatch.setattr(container_address, "_REACH_SECONDS", 0)

    with pytest.raises(TroubleError) as refusal:
        reach(PLACES, trial(ready=True, rounds=[]))

    assert str(refusal.value) == (
        "error[container-unreached]: PostgreSQL in i runs, and cannot be reached from here\n"
        "  tried   connect to each address that it may have\n"
        "  found   gateway:32768: Connection refused\n"
        "          127.0.0.1:32768: Connection refused\n"
        "          bridge:5432: Connection refused\n"
        "  do      see that this machine reaches one of these; where the engine's machine has"
        " another\n"
        "          name, set TESTCONTAINERS_HOST_OVERRIDE to it; or do without: --server embedded"
    )


def test_a_server_that_has_not_started_yet_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, "nowhere")
    monkeypatch.setattr(container_address, "_REACH_SECONDS", 0)
    monkeypatch.setattr(container_address, "_START_SECONDS", 0.2)
    rounds: list[int] = []

    with pytest.raises(TroubleError):
        reach(PLACES, trial(ready=False, rounds=rounds))

    assert len(rounds) > 1
