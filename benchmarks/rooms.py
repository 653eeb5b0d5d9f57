"""``python -m benchmarks.rooms [REV ...]``: how large each room of the package is, at each commit.

Without a commit, the working tree's HEAD. Lines are all lines of Python files; names used twice are
classes of the same name in two modules.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence

_PACKAGE = "src/vrss_contract/"
_CLASS = re.compile(rb"^class ([A-Za-z]\w*)", re.MULTILINE)


def main(revisions: Sequence[str]) -> None:
    """Print a table for each commit."""
    for revision in revisions or ["HEAD"]:
        print("\n".join(_table(revision, dict(_modules(revision)))), end="\n\n")


def _modules(revision: str) -> Iterator[tuple[str, bytes]]:
    """Each module's path below the package, and its text."""
    listed = _git("ls-tree", "-r", "--name-only", revision, _PACKAGE).decode()
    for path in listed.splitlines():
        if path.endswith(".py"):
            yield path.removeprefix(_PACKAGE), _git("show", f"{revision}:{path}")


def _table(revision: str, modules: dict[str, bytes]) -> Iterator[str]:
    lines, count = Counter[str](), Counter[str]()
    for path, text in modules.items():
        room = path.partition("/")[0]
        lines[room] += text.count(b"\n")
        count[room] += 1
    total = f"{len(modules)} modules, {lines.total()} lines"
    yield f"{revision}: {len(lines)} names at the top, {total}"
    yield from (f"  {room:<22}{count[room]:>4} modules{lines[room]:>8} lines" for room in lines)
    names = Counter(name for text in modules.values() for name in _CLASS.findall(text))
    yield f"  class names used twice: {sum(uses > 1 for uses in names.values())}"


def _git(*words: str) -> bytes:
    return subprocess.run(["git", *words], check=True, capture_output=True).stdout  # noqa: S603, S607 - git, and a commit that the caller names


if __name__ == "__main__":
    main(sys.argv[1:])
