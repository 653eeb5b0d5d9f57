"""How far something is, on one line of a terminal."""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Callable, Iterator

import pytest

from tests.terminals import GONE, Terminal
from tests.verdicts import broken, undecided, verdict
from vrss_contract.report.progress import Progress


class Unplugged(Terminal):
    """A terminal that nobody is at any more."""

    def write(self, _: str) -> int:
        raise OSError


def _count(progress: Progress) -> None:
    for each in (verdict(), broken("b"), undecided("u", "gone")):
        progress.judged(each)


def _share(progress: Progress) -> None:
    progress.at(0.25, "rows 1,234")
    progress.at(0.5, "rows 2,468")


def _words(progress: Progress) -> None:
    progress.doing("measuring [1] of 9\x1b[0m")


SHOWN: dict[str, tuple[int | None, Callable[[Progress], None], list[str]]] = {
    "count": (1234, _count, ["3/1234", "1 broken, 1 undecided"]),
    "share": (None, _share, ["50%", "rows 2,468"]),
    "words": (None, _words, ["measuring [1] of 9"]),
}


def drawn(name: str, stream: io.StringIO, environ: dict[str, str]) -> str:
    total, tell, _ = SHOWN[name]
    with Progress(total, stream, environ) as progress:
        tell(progress)
    return stream.getvalue()


@pytest.mark.parametrize("name", SHOWN)
def test_a_terminal_sees_how_far_it_is_and_what_is_done(name: str) -> None:
    text = drawn(name, Terminal(), {"TERM": "xterm", "NO_COLOR": "1"})

    assert [said for said in SHOWN[name][-1] if said not in text] == []


@pytest.mark.parametrize(
    ("name", "estimated"), [("count", True), ("share", True), ("words", False)]
)
def test_where_the_whole_is_known_the_rest_is_estimated(name: str, *, estimated: bool) -> None:
    text = drawn(name, Terminal(), {"TERM": "xterm", "NO_COLOR": "1"})

    assert bool(re.search(r"\d:\d\d:\d\d (-:--:--|\d:\d\d:\d\d) left", text)) == estimated


@pytest.mark.parametrize("name", SHOWN)
def test_the_line_is_gone_in_the_end(name: str) -> None:
    assert drawn(name, Terminal(), {"TERM": "xterm"}).endswith(GONE)


def test_the_line_is_gone_after_an_interrupt() -> None:
    stream = Terminal()

    with pytest.raises(KeyboardInterrupt), Progress(None, stream, {"TERM": "xterm"}):
        raise KeyboardInterrupt

    assert stream.getvalue().endswith(GONE)


@pytest.mark.parametrize("name", SHOWN)
@pytest.mark.parametrize(
    ("stream", "environ"),
    [
        pytest.param(io.StringIO, {}, id="pipe"),
        pytest.param(io.StringIO, {"TERM": "xterm"}, id="pipe beside a terminal"),
        pytest.param(Terminal, {"TERM": "dumb"}, id="dumb"),
    ],
)
def test_where_nobody_looks_nothing_is_written(
    name: str, stream: type[io.StringIO], environ: dict[str, str]
) -> None:
    assert drawn(name, stream(), environ) == ""


def test_a_terminal_that_goes_away_ends_nothing() -> None:
    with Progress(None, Unplugged(), {"TERM": "xterm"}) as progress:
        progress.doing("measuring")


def test_no_color_takes_the_colours_away() -> None:
    coloured, plain = (
        drawn("count", Terminal(), {"TERM": "xterm", "NO_COLOR": no}) for no in ("", "1")
    )

    assert "\x1b[3" in coloured
    assert "\x1b[3" not in plain


def test_a_control_character_does_not_get_through() -> None:
    assert "\x1b[0m" not in drawn("words", Terminal(), {"TERM": "xterm", "NO_COLOR": "1"})


def test_what_others_print_is_left_alone() -> None:
    before = sys.stdout, sys.stderr

    with Progress(1, Terminal(), {"TERM": "xterm"}):
        during = sys.stdout, sys.stderr

    assert during == before


def test_what_is_awaited_comes_after_the_line_is_gone() -> None:
    stream = Terminal()
    progress = Progress(None, stream, {"TERM": "xterm"})

    def found() -> Iterator[str]:
        for name in ("one", "two"):
            progress.doing(f"looking for {name}")
            yield name

    seen = [(one, stream.getvalue()) for one in progress.until_each(found())]

    assert [one for one, _ in seen] == ["one", "two"]
    assert all(text.endswith(GONE) for _, text in seen)
    assert "looking for two" in seen[-1][1]
