"""How far a run is, on one line of a terminal."""

from __future__ import annotations

import io
import sys

import pytest

from tests.verdicts import broken, undecided, verdict
from vrss_contract.report.progress import Progress


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def drawn(stream: io.StringIO, environ: dict[str, str]) -> str:
    progress = Progress(stream, environ)
    progress.began(1234)
    for each in (verdict(), broken("b"), undecided("u", "gone")):
        progress.judged(each)
    progress.ended()
    return stream.getvalue()


def test_a_terminal_sees_how_many_were_judged_and_broke() -> None:
    text = drawn(Terminal(), {"TERM": "xterm", "NO_COLOR": "1"})

    assert "3/1234" in text
    assert "1 broken, 1 undecided" in text


def test_the_line_is_gone_in_the_end() -> None:
    assert drawn(Terminal(), {"TERM": "xterm"}).endswith("\x1b[1A\x1b[2K")


@pytest.mark.parametrize("environ", [{}, {"TERM": "xterm"}])
def test_a_pipe_sees_nothing(environ: dict[str, str]) -> None:
    assert drawn(io.StringIO(), environ) == ""


def test_a_terminal_that_cannot_draw_sees_nothing() -> None:
    assert drawn(Terminal(), {"TERM": "dumb"}) == ""


def test_no_color_takes_the_colours_away() -> None:
    coloured, plain = (drawn(Terminal(), {"TERM": "xterm", "NO_COLOR": no}) for no in ("", "1"))

    assert "\x1b[3" in coloured
    assert "\x1b[3" not in plain


def test_what_others_print_is_left_alone() -> None:
    progress = Progress(Terminal(), {"TERM": "xterm"})
    before = sys.stdout, sys.stderr

    progress.began(1)
    during = sys.stdout, sys.stderr
    progress.ended()

    assert during == before


def test_an_end_without_a_beginning_is_harmless() -> None:
    stream = Terminal()

    Progress(stream, {"TERM": "xterm"}).ended()

    assert stream.getvalue() == ""
