"""A container engine, or a reason to skip what needs one."""

from collections.abc import Iterator

import pytest
from docker import DockerClient

from vrss_contract.errors import TroubleError
from vrss_contract.postgres import container_engine
from vrss_contract.postgres.errors import NO_ENGINE, NO_IMAGE

IMAGE = "postgres:16"


@pytest.fixture(scope="module")
def client() -> Iterator[DockerClient]:
    try:
        with container_engine.reached() as client:
            container_engine.require_image(client, IMAGE)
            yield client
    except TroubleError as error:
        if error.trouble not in {NO_ENGINE, NO_IMAGE}:
            raise
        pytest.skip(f"{error.headline}: {error.found}")
