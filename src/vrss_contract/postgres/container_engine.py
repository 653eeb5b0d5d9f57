"""The container engine: whether it answers, whether it has an image, what dead runs left on it.

Importing the driver costs 0.15 s, so this module is imported when a container is wanted; without
the driver, which is an extra of an installation, importing it raises NO_CONTAINER_DRIVER.
"""

from __future__ import annotations

import contextlib
import os
import traceback
import warnings
from collections.abc import Iterator
from pathlib import Path

from vrss_contract.postgres.errors import NO_CONTAINER_DRIVER, NO_ENGINE, NO_IMAGE

try:
    from docker import DockerClient
    from docker.errors import DockerException, ImageNotFound, NotFound
    from requests.exceptions import RequestException
    from testcontainers.core.config import testcontainers_config
    from testcontainers.core.container import DockerContainer, Reaper
    from testcontainers.core.docker_client import DockerClient as Reached
    from testcontainers.core.exceptions import ContainerConnectException, ContainerStartException
except ImportError as missing:
    raise NO_CONTAINER_DRIVER(name=missing.name) from None
except ValueError as error:  # testcontainers reads its variables and its file as it is imported
    raise NO_ENGINE(why=f"its settings can't be read: {error}") from None

RUN, OWNER = "vrss-contract.run", "vrss-contract.owner"
"""Labels of our containers: the run folder, and the user id that made it."""
ANSWER_SECONDS = 10
"""How long an engine may be silent before it is taken for one that does not answer."""
_PULL_SECONDS = 120
FAILURES = (DockerException, RequestException)
"""What the driver raises where the engine refuses or is silent."""

ENDINGS = (*FAILURES, ConnectionError, TimeoutError, StopIteration)
"""What testcontainers raises besides where a container has stopped before it was looked at."""


@contextlib.contextmanager
def reached() -> Iterator[DockerClient]:
    """A client of the engine that testcontainers would use. Raises TroubleError."""
    try:
        made = Reached(timeout=ANSWER_SECONDS).client
    except (*FAILURES, ValueError) as error:  # ValueError: of a variable that can't be read
        _close(error)
        raise NO_ENGINE(why=str(error)) from error
    try:
        with contextlib.closing(made) as client:
            yield client
    except FAILURES as error:
        raise NO_ENGINE(why=str(error)) from error


def _close(error: BaseException | None) -> None:
    """Close the socket that the driver opened and left, which only the frames of its error hold."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        while error:
            traceback.clear_frames(error.__traceback__)
            error = error.__context__


def require_image(client: DockerClient, image: str) -> None:
    """See that the engine has the image, pulling it where it has not. Raises TroubleError."""
    try:
        with contextlib.suppress(ImageNotFound):
            client.images.get(image)
            return
        client.api.timeout = _PULL_SECONDS
        client.images.pull(image)
    except FAILURES as error:
        why = getattr(error, "explanation", None) or str(error)
        raise NO_IMAGE(image=image, why=why) from error
    finally:
        client.api.timeout = ANSWER_SECONDS


def do_without_reaper() -> None:
    """Go on without testcontainers' own reaper where its image is not to be had.

    The reaper is a second container that removes ours after a crash. So do our keeper and sweeps:
    a run with an engine that has the image asked for, and no registry, need not fail for it.
    """
    if testcontainers_config.ryuk_disabled:
        return
    try:
        Reaper.get_instance()
    except (*FAILURES, ContainerConnectException, OSError):  # a TimeoutError is an OSError
        Reaper.delete_instance()
        testcontainers_config.ryuk_disabled = True


def labels(folder: Path) -> dict[str, str]:
    """What marks a container as belonging to a run folder of ours."""
    return {RUN: str(folder), OWNER: str(os.geteuid())}


def log(container: DockerContainer) -> str:
    """What a container has written, or nothing where it never came to be."""
    with contextlib.suppress(*FAILURES, ContainerStartException):
        return b"".join(container.get_logs()).decode(errors="replace")
    return ""


def sweep(client: DockerClient) -> int:
    """Remove our containers whose run folder is gone; sweeps of folders come first."""
    mine = client.containers.list(all=True, filters={"label": f"{OWNER}={os.geteuid()}"})
    dead = [container for container in mine if not Path(container.labels.get(RUN, "/")).exists()]
    for container in dead:
        with contextlib.suppress(NotFound):  # another sweep was faster
            container.remove(force=True, v=True)
    return len(dead)
