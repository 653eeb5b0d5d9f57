"""Text to a stream, in colour where a person looks at it."""

from __future__ import annotations

import io
import re
import subprocess
import sys

import pytest
from hypothesis import given

from tests.terminals import Terminal
from tests.verdicts import HOSTILE, SAMPLES, SUBJECT, TEXTS
from vrss_contract.report.screen import show
from vrss_contract.report.terminal import render

TERMINAL = {"TERM": "xterm-256color"}
SAMPLE = render(SUBJECT, SAMPLES["broken"])


def shown(text: str, stream: io.StringIO, environ: dict[str, str]) -> str:
    show(text, stream, environ)
    return stream.getvalue()


def test_a_terminal_gets_colours_around_the_same_text() -> None:
    text = shown(SAMPLE, Terminal(), TERMINAL)

    assert "\x1b[1;31mBROKEN\x1b[0m  comments" in text
    assert re.sub(r"\x1b\[[\d;]*m", "", text) == SAMPLE


@pytest.mark.parametrize("environ", [TERMINAL | {"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_a_terminal_without_colours_gets_plain_text(environ: dict[str, str]) -> None:
    assert shown(SAMPLE, Terminal(), environ) == SAMPLE


def test_an_empty_no_color_is_none() -> None:
    assert "\x1b" in shown(SAMPLE, Terminal(), TERMINAL | {"NO_COLOR": ""})


def test_a_pipe_gets_plain_text() -> None:
    assert shown(SAMPLE, io.StringIO(), TERMINAL) == SAMPLE


@given(TEXTS)
def test_no_control_character_gets_through(text: str) -> None:
    written = shown(f"{text}\n{HOSTILE}", io.StringIO(), TERMINAL)

    assert all(line.isprintable() for line in written.split("\n"))


def test_a_stream_that_cannot_encode_a_letter_gets_its_escape() -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii", newline="\n")

    show("caf\u00e9 \U0001f600\n", stream, {})

    assert raw.getvalue() == b"caf\\xe9 \\U0001f600\n"


def test_rich_is_not_imported_where_nobody_looks() -> None:
    program = """
import io, sys
from vrss_contract.report import FORMATS
from vrss_contract.report.progress import Progress
from vrss_contract.report.screen import show
show("BROKEN", io.StringIO(), {})
with Progress(3, io.StringIO(), {}): pass
print([name for name in sys.modules if name.startswith("rich")])
"""

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)

    assert done.stdout == b"[]\n"
