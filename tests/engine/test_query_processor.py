"""One processor for all that is measured."""

import os
import subprocess
import sys

import pytest

from vrss_contract.performance.query.processor import shared

pytestmark = pytest.mark.skipif(
    not hasattr(os, "sched_setaffinity"), reason="this system does not let processors be chosen"
)


def test_client_and_server_share_one_processor_and_part_again() -> None:
    before = os.sched_getaffinity(0)
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
        with shared([other.pid]):
            assert os.sched_getaffinity(0) == os.sched_getaffinity(other.pid) == {max(before)}
        assert os.sched_getaffinity(other.pid) == before
        other.kill()
    assert os.sched_getaffinity(0) == before


def test_a_process_that_is_gone_is_left_alone() -> None:
    before = os.sched_getaffinity(0)
    with subprocess.Popen([sys.executable, "-c", ""]) as gone:
        gone.wait()
    with shared([gone.pid]):
        assert len(os.sched_getaffinity(0)) == 1
    assert os.sched_getaffinity(0) == before
