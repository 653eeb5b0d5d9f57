"""A container engine, or a reason to skip what needs one."""

from collections.abc import Iterator

import pytest
from docker import DockerClient

from vrss_contract.postgres import container_engine
from vrss_contract.postgres.errors import NoEngineError, NoImageError

IMAGE = "postgres:16"


@pytest.fixture(scope="module")
def client() -> Iterator[DockerClient]:
    try:
        with container_engine.reached() as client:
            container_engine.require_image(client, IMAGE)
            yield client
    except (NoEngineError, NoImageError) as error:
        pytest.skip(f"{error.headline}: {error.found}")
