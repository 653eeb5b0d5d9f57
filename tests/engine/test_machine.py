"""Whatever the machine lacks, a run ends in the exit code and the error that are documented."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from tools import machine_page

from tests.engine.machines import Broken, ran, rows

pytestmark = pytest.mark.once
UNABLE = (b"mount: ", b"setpriv: ", b"umount: ", b"unshare: ")
"""How the words of a tool begin that was to break the machine and may not."""


@pytest.fixture
def folder(rooms: Path) -> Iterator[Path]:
    """An empty folder with a short path that every user may enter."""
    with tempfile.TemporaryDirectory(dir=rooms) as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.mark.parametrize("row", [*rows()], ids=lambda row: f"{row.taken}: {row.broken}")
def test_a_broken_machine_ends_in_no_traceback_and_the_right_code(
    row: Broken, folder: Path, room: Path
) -> None:
    if row.lacks:
        pytest.skip(row.lacks)

    process = ran(row, folder)

    if process.stderr.startswith(UNABLE):
        pytest.skip(process.stderr.decode())
    said = process.stderr.decode(errors="replace")
    assert list(room.iterdir()) == []
    assert "Traceback" not in said
    assert (process.returncode, f"error[{row.error}]:" in said) == (row.code, bool(row.error)), said


def test_the_page_of_the_documentation_is_made_from_the_table() -> None:
    assert machine_page.PAGE.read_text("utf-8") == machine_page.page(rows())
