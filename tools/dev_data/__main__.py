"""``python -m tools.dev_data --check|--write [FOLDER]``: the SQL files of the development data.

Exit codes: 0 the files are what the script draws, 1 they are not, 3 wrong use.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from tools.dev_data import files
from vrss_contract.errors import BROKEN, MISUSED

FOLDER = Path(__file__).parents[2] / "fixtures" / "datasets" / "dev"
USAGE = "usage: python -m tools.dev_data --check|--write [FOLDER]"


def main(arguments: Sequence[str]) -> int:
    """Write the files, or compare them with what would be written."""
    match arguments:
        case ["--write", *rest] if len(rest) <= 1:
            return _write(Path(*rest) if rest else FOLDER)
        case ["--check", *rest] if len(rest) <= 1:
            return _check(Path(*rest) if rest else FOLDER)
    print(USAGE, file=sys.stderr)  # noqa: T201 - what a person reads
    return MISUSED


def differing(folder: Path) -> list[str]:
    """The names of files that are not what would be written, sorted."""
    found = {path.name: path.read_bytes() for path in folder.glob("*.sql")}
    drawn = {name: words.encode() for name, words in files().items()}
    return sorted(name for name in found.keys() | drawn if found.get(name) != drawn.get(name))


def _write(folder: Path) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    for name in differing(folder):
        (folder / name).unlink(missing_ok=True)
        if name in files():
            (folder / name).write_bytes(files()[name].encode())
    return 0


def _check(folder: Path) -> int:
    names = differing(folder)
    for name in names:
        words = "is not what is drawn; run python -m tools.dev_data --write"
        print(f"{folder / name}: {words}")  # noqa: T201 - what a person reads
    return BROKEN if names else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
