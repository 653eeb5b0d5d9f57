"""Texts for people, with every password taken out of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import unquote

from vrss_contract.target.dsn import looks_like

_HIDDEN = "***"
# A Path makes one slash of two.
_IN_URL = re.compile(r"(:/{1,3}[^\s:/@]*:)(\S*)@")
_QUOTED = r"'(?:[^'\\]|\\.|'')*'|\"(?:[^\"\\]|\\.)*\""
_NAMED = re.compile(
    rf"(password['\"]?(?:\s*[:=]\s*|\s+(?=['\"])))({_QUOTED}|[^\s,;)&]+)", re.IGNORECASE
)
_LONG = 8
"""The characters of a password that no word of a message is likely to be by chance."""


def given(words: Iterable[str]) -> Iterator[str]:
    """The passwords in these words, as they stand and as they are meant."""
    for word in words:
        for pattern in (_IN_URL, _NAMED):
            for match in pattern.finditer(word):
                yield from {match[2], match[2].strip("'\""), unquote(match[2])}


def without(secrets: Iterable[str], text: str) -> str:
    """The text without these passwords, and without what stands where a password would."""
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, _HIDDEN)
    text = _IN_URL.sub(rf"\1{_HIDDEN}@", text)
    return _NAMED.sub(rf"\1{_HIDDEN}", text)


def hidden(words: Iterable[str], text: str) -> str:
    """The text of an error of ours, in which a word of the command line may stand.

    A short password is left where it is no part of a DSN: it may be any word of the text as well.
    """
    words = list(words)
    for word in filter(looks_like, words):
        shown = without(given([word]), word)
        for spelling in (word, str(Path(word)), unquote(word)):
            text = text.replace(spelling, shown)
    return without([secret for secret in given(words) if len(secret) >= _LONG], text)
