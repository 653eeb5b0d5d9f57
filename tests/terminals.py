"""Streams that say they are terminals, and what one shows when a line of it is taken away."""

from __future__ import annotations

import io

GONE = "\x1b[1A\x1b[2K"
"""One line up, and nothing there."""


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """As a terminal answers."""
        return True
