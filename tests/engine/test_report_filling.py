"""The line that shows how far a fill is: on a terminal, and gone afterwards."""

from __future__ import annotations

import io

import pytest

from vrss_contract.report.filling import Filling

WORDS = "rows 1,234, about 5 s left"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def drawn(stream: io.StringIO, environ: dict[str, str]) -> str:
    with Filling(stream, environ) as filling:
        filling.at(0.5, WORDS)
        if filling._bar:
            filling._bar.refresh()
    return stream.getvalue()


@pytest.mark.parametrize("no_color", ["", "1"])
def test_a_terminal_shows_share_and_words(no_color: str) -> None:
    text = drawn(Terminal(), {"TERM": "xterm", "NO_COLOR": no_color, "COLUMNS": "120"})

    assert "50%" in text
    assert "rows 1,234" in text


@pytest.mark.parametrize(
    ("stream", "term"), [(io.StringIO(), "xterm"), (Terminal(), "dumb")], ids=["pipe", "dumb"]
)
def test_where_nobody_looks_nothing_is_written(stream: io.StringIO, term: str) -> None:
    assert drawn(stream, {"TERM": term}) == ""


def test_the_line_is_gone_however_the_fill_ends() -> None:
    stream = Terminal()

    with pytest.raises(KeyboardInterrupt), Filling(stream, {"TERM": "xterm"}):
        raise KeyboardInterrupt

    assert stream.getvalue().endswith("\x1b[1A\x1b[2K")
