"""Work for processes that needs no server: each unit says what becomes of it."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from vrss_contract.checks.sharing.processes import Processes
from vrss_contract.database.loader import SERVER_DIED


@dataclass
class WordsBench:
    """Does what the words say."""

    words: tuple[str, ...]
    over: threading.Event = field(default_factory=threading.Event)

    def work(self, unit: int) -> Iterator[str]:
        word = self.words[unit]
        if word == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        if word == "fail":
            raise SERVER_DIED(tried="to judge")
        if word == "surprise":
            raise _UnsendableError(unit, word)
        yield f"{word} begun"
        if word == "hang":
            self.over.wait()
            return
        yield f"{word} ended"

    def interrupt(self) -> None:
        self.over.set()


class _UnsendableError(Exception):
    """One that another process can't make again of what it was made of."""

    def __init__(self, unit: int, word: str) -> None:
        super().__init__(f"{word} in unit {unit}")


@dataclass(frozen=True)
class WordsJob:
    """What each process does: as the words of its units say."""

    words: tuple[str, ...]

    def prepare(self) -> None:
        """Nothing: words need no preparation."""

    @contextlib.contextmanager
    def open(self, given: str, place: int, doing: Callable[[str], None]) -> Iterator[WordsBench]:
        doing(f"{given} {place}")
        yield WordsBench(self.words)


def main() -> None:
    """Two processes that hang; their ids are printed once they do."""
    words = ("hang", "hang")
    with Processes(WordsJob(words), 2) as processes:
        begun = 0
        for event in processes.work("", (0, 1), str):
            begun += type(event).__name__ == "Came"
            if begun == len(words):
                sys.stdout.write(" ".join(map(str, processes.pids)) + "\n")
                sys.stdout.flush()


if __name__ == "__main__":
    main()
