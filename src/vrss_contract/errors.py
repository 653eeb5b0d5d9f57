"""What the harness says when it cannot go on.

Knows the form of an error (tried, found, do) and the exit code it means; does not know who prints
it. Each kind of trouble is a class, so that its words stand in one place and a call site is short.
"""

BROKEN, UNJUDGED, MISUSED = 1, 2, 3
"""Exit codes beside 0 (all held): something broke; could not judge; wrong use."""


class TroubleError(Exception):
    """A reason not to go on, told as what was tried, what was found and what to do.

    Args:
        headline: the whole trouble in one line.
        tried: what the harness was doing.
        found: what it met; may span lines.
        remedy: what the reader can do about it; may span lines.
    """

    code = "trouble"
    exit_code = UNJUDGED

    def __init__(self, headline: str, *, tried: str, found: str, remedy: str) -> None:
        super().__init__(headline)
        self.headline = headline
        self.tried = tried
        self.found = found
        self.remedy = remedy

    def __str__(self) -> str:
        """The error as people read it, golden-tested."""
        parts = [("tried", self.tried), ("found", self.found), ("do", self.remedy)]
        lines = [f"error[{self.code}]: {self.headline}"]
        for label, text in parts:
            head, *rest = text.splitlines() or [""]
            lines.append(f"  {label:<7} {head}")
            lines.extend(f"          {line}" for line in rest)
        return "\n".join(lines)
