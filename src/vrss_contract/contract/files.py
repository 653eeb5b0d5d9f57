"""The files of a contract, asked through one door that remembers what it answered.

What a contract was read from is known then: as long as each answer is the same, so is the contract.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from pathlib import Path

Answers = dict[tuple[str, str], str]
"""What was asked of which path, and the answer."""
_ASKED: ContextVar[Answers | None] = ContextVar("asked", default=None)
_NOTHING = "nothing"


def text(path: Path) -> str:
    """What the file says. Raises OSError, and UnicodeDecodeError where it is not UTF-8."""
    whole = path.read_bytes()
    _note("content", path, hashlib.sha256(whole).hexdigest())
    # As text files are read: a line ends with \n, whatever it ended with.
    return whole.decode().replace("\r\n", "\n").replace("\r", "\n")


def there(path: Path) -> bool:
    """Whether there is such a file or folder."""
    answer = _there(path)
    _note("there", path, answer)
    return answer != _NOTHING


def yaml_files(folder: Path) -> list[Path]:
    """The YAML files of the folder, in the order of their names."""
    names = _names(folder)
    _note("names", folder, names)
    return [folder / name for name in names.split("/") if name]


def path(text: str) -> Path:
    """The path that is spelt so."""
    return Path(text)


def rely_on(path: Path) -> None:
    """Note a file that was read before and is remembered."""
    _note("content", path, _content(path))


@contextlib.contextmanager
def noted() -> Iterator[Answers]:
    """All that is asked in the meantime, with the answers."""
    answers: Answers = {}
    token = _ASKED.set(answers)
    try:
        yield answers
    finally:
        _ASKED.reset(token)


def same(answers: Mapping[tuple[str, str], str]) -> bool:
    """Whether each question has the answer that it had."""
    return all(
        _QUESTIONS[question](Path(path)) == answer for (question, path), answer in answers.items()
    )


def _note(question: str, path: Path, answer: str) -> None:
    answers = _ASKED.get()
    if answers is not None:
        answers[question, str(path)] = answer


def _content(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return _NOTHING


def _there(path: Path) -> str:
    return "there" if path.exists() else _NOTHING


def _names(folder: Path) -> str:
    return "/".join(sorted(path.name for path in folder.glob("*.yaml")))


_QUESTIONS: Mapping[str, Callable[[Path], str]] = {
    "content": _content,
    "there": _there,
    "names": _names,
}
