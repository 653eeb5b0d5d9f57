"""Texts that people read, kept as files and read in the diff.

Knows the folder tests/golden and how a text is compared with its file; does not know who made the
text. With ``--rewrite-golden`` a file that differs is written anew and the test still fails, so
that nothing passes that was not compared: run again without the switch.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).with_suffix("")


@dataclass(frozen=True, slots=True)
class Golden:
    """Compares texts with their files.

    Args:
        rewrite: whether a file that differs is written anew.
        folder: where the files are.
    """

    rewrite: bool = False
    folder: Path = FOLDER

    def __call__(self, name: str, text: str) -> None:
        """AssertionError unless the file of that name holds the text, to the byte."""
        file = self.folder / name
        kept = file.read_bytes().decode() if file.exists() else None
        if self.rewrite and kept != text:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(text.encode())
            raise AssertionError(f"{name} is rewritten; run again without --rewrite-golden")
        if kept is None:
            raise AssertionError(f"{name} is not there; run with --rewrite-golden to write it")
        assert text == kept
