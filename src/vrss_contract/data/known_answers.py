"""What was asked of a filled database before: the same rows give the same answers.

Only what the rows and the contract decide is kept, never what a target is judged by. It is of one
cluster, told by the name that initdb gave it; a file that is another user's or damaged is passed
over.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from functools import cached_property
from pathlib import Path

from vrss_contract.errors import TroubleError
from vrss_contract.postgres import sealed_file

Answer = list[dict[str, str | None]]
"""Rows, each a text by the name of its column."""
_MOST = 16 << 20
"""Bytes from which on only what this run has asked for is kept."""


class KnownAnswers:
    """Answers by their questions; without a path, those of this run alone."""

    def __init__(self, path: Path | None = None, cluster: str = "") -> None:
        self._path = path
        self._cluster = cluster
        self._asked: dict[str, Answer] = {}
        self._added = False

    def get(self, question: str) -> Answer | None:
        """The answer, where it is known. A question says all that decides it but the rows."""
        key = _key(question)
        answer = self._asked.get(key, self._stored.get(key))
        if answer is not None:
            self._asked[key] = answer
        return answer

    def add(self, question: str, answer: Answer) -> None:
        """Remember an answer."""
        self._asked[_key(question)] = answer
        self._added = True

    def keep(self) -> None:
        """Keep them for later runs, beside those that others have kept since."""
        if not (self._path and self._added):
            return
        content = self._packed(self._read() | self._asked)
        if len(content) > _MOST:
            content = self._packed(self._asked)
        with contextlib.suppress(OSError, TroubleError):  # they cost time alone
            sealed_file.write(self._path, content)
        self._added = False

    @cached_property
    def _stored(self) -> dict[str, Answer]:
        return self._read()

    def _read(self) -> dict[str, Answer]:
        try:
            content = sealed_file.read(self._path) if self._path else None
            cluster, known = json.loads(content) if content else ("", {})
        except (OSError, TypeError, ValueError):  # whatever stands there, the rows can be asked
            return {}
        return known if cluster == self._cluster else {}

    def _packed(self, answers: dict[str, Answer]) -> bytes:
        return json.dumps([self._cluster, answers], separators=(",", ":")).encode()


def _key(question: str) -> str:
    return hashlib.sha256(question.encode(errors="surrogatepass")).hexdigest()
