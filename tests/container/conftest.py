"""A container engine, or a reason to skip what needs one."""

from collections.abc import Iterator

import pytest
from docker import DockerClient

from vrss_contract.server import engine
from vrss_contract.server.errors import NoEngineError, NoImageError

IMAGE = "postgres:16"


@pytest.fixture(scope="module")
def client() -> Iterator[DockerClient]:
    try:
        with engine.reached() as client:
            engine.require_image(client, IMAGE)
            yield client
    except (NoEngineError, NoImageError) as error:
        pytest.skip(f"{error.headline}: {error.found}")
