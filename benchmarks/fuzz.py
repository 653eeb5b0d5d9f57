"""``python -m benchmarks.fuzz --examples 500 --seed 1``: inputs that nobody would write.

Targets, clause files, records, variables and options are drawn at random and given to the command
line, in this process and by its own outermost handler. No input may end in a traceback, in an
error that nobody foresaw, in an exit code that is none, or in exit code 1 without a report of what
broke. The first that does is shrunk, printed, and ends the run with 1.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import hypothesis

from benchmarks.fuzz_inputs import LIBRARY, Input, inputs
from vrss_contract import cli
from vrss_contract.postgres.choose import choose

_CODES = {0, 1, 2, 3}
_BROKE = ("BROKEN", "worse", "one side", "broken")
"""What a report with exit code 1 has, one of these."""


@dataclass(frozen=True)
class Ended:
    """What a call came to."""

    code: int
    out: str
    err: str

    @property
    def fault(self) -> str:
        """What is wrong with it; nothing where nothing is."""
        said = self.out + self.err
        if "Traceback (most recent call last)" in said:
            return "a traceback"
        if "error[unforeseen]" in said:
            return "an error that nobody foresaw"
        if self.code not in _CODES:
            return f"exit code {self.code}"
        if self.code == 1 and not any(word in said for word in _BROKE):
            return "exit code 1, and nothing that broke"
        return "" if self.code == 0 or said.strip() else f"exit code {self.code} without a word"


@dataclass
class Fuzz:
    """A run of inputs, and what they came to so far.

    Args:
        server: the DSN of a server to judge targets on.
        outside: of so many inputs one is given to a process of its own as well; 0 for none.
    """

    server: str
    outside: int = 0
    ends: Counter[tuple[str, int]] = field(default_factory=Counter)

    def check(self, given: Input) -> None:
        """AssertionError where the input ends as none may."""
        with tempfile.TemporaryDirectory() as name:
            folder = _written(given, Path(name))
            ended = self._ended(given, folder)
            self.ends[given.kind, ended.code] += 1
            if self.outside and self.ends.total() % self.outside == 0:
                self._same_outside(given, folder, ended)
        assert not ended.fault, f"{ended.fault}\n{ended.out[-2000:]}\n{ended.err[-2000:]}"  # noqa: S101 - hypothesis shrinks to it

    def search(self, examples: int, seed: int, kinds: Sequence[str] = ()) -> None:
        """Try so many inputs of these kinds, or of all: the same for the same seed."""

        @hypothesis.seed(seed)
        @hypothesis.settings(
            max_examples=examples,
            deadline=None,
            database=None,
            suppress_health_check=[*hypothesis.HealthCheck],
        )
        @hypothesis.given(inputs(tuple(kinds)))
        def searched(given: Input) -> None:
            self.check(given)

        searched()

    def _ended(self, given: Input, folder: Path) -> Ended:
        words = [self._word(word, folder) for word in given.words]
        out, err = _Stream(), _Stream()
        with (
            _variables(_own(given, folder)),
            contextlib.chdir(folder),
            contextlib.redirect_stdout(out.text),
            contextlib.redirect_stderr(err.text),
        ):
            code = cli._main(words)  # noqa: SLF001 - what main calls, without the process's end
        return Ended(code, str(out), str(err))

    def _same_outside(self, given: Input, folder: Path, ended: Ended) -> None:
        """AssertionError where a process ends otherwise than a call of its main function."""
        words = [os.fsencode(self._word(word, folder)) for word in given.words]
        if any(b"\x00" in word for word in words):
            return  # no process can be given it
        ran = subprocess.run(  # noqa: S603 - the product, called as a person would
            [sys.executable, "-m", "vrss_contract", *words],
            capture_output=True,
            check=False,
            cwd=folder,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **_own(given, folder)},
        )
        said = ran.stderr.decode(errors="replace")
        assert ran.returncode == ended.code, f"{ran.returncode} outside\n{said}"  # noqa: S101 - as above
        assert "Traceback" not in said, said  # noqa: S101 - as above

    def _word(self, word: str, folder: Path) -> str:
        if word == "@SERVER":
            return self.server
        return str(folder / word[1:]) if word[:1] == "@" and "\x00" not in word else word


def main(arguments: Sequence[str] | None = None) -> int:
    """Run, and print what the inputs came to."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fuzz", description=__doc__)
    parser.add_argument("--examples", type=int, default=500, help="how many (500)")
    parser.add_argument("--seed", type=int, default=1, help="another seed draws others (1)")
    parser.add_argument("--kind", action="append", default=[], help="only these; may be repeated")
    asked = parser.parse_args(arguments)
    began = time.perf_counter()
    with running() as fuzz:
        fuzz.outside = 20
        fuzz.search(asked.examples, asked.seed, asked.kind)
    for (kind, code), count in sorted(fuzz.ends.items()):
        print(f"{kind:<12} exit code {code}: {count:>5}")
    print(f"{fuzz.ends.total()} inputs in {time.perf_counter() - began:.0f} s, seed {asked.seed}")
    return 0


@contextlib.contextmanager
def running() -> Iterator[Fuzz]:
    """A fuzz run with a server of its own."""
    with choose("embedded") as server:
        yield Fuzz(server.access.admin)


def _own(given: Input, folder: Path) -> Mapping[str, str]:
    """The variables of a call: the input's, and a cache that is not the user's."""
    return {"XDG_CACHE_HOME": str(folder / "cache"), **given.variables}


@contextlib.contextmanager
def _variables(changed: Mapping[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(changed)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


@dataclass
class _Stream:
    """A stream as the process has it: text over bytes, which takes any text."""

    taken: io.BytesIO = field(default_factory=io.BytesIO)

    def __post_init__(self) -> None:
        self.text = io.TextIOWrapper(self.taken, "utf-8", "backslashreplace", write_through=True)

    def __str__(self) -> str:
        return self.taken.getvalue().decode("utf-8", "replace")


def _written(given: Input, folder: Path) -> Path:
    """The folder with the input's files; of a contract, beside those that were not changed."""
    if given.kind == "contract":
        for path in LIBRARY.iterdir():
            if path.name not in given.files:
                (folder / path.name).symlink_to(path)
    for name, content in given.files.items():
        (folder / name).write_bytes(content)
    return folder


if __name__ == "__main__":
    raise SystemExit(main())
