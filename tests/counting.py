"""Which lines coverage counts of a test: to trace what is run again and again brings no new one."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from coverage import Coverage

_UNCOUNTED = tuple(
    Path(__file__).parent / name for name in ("contract", "sanity", "container/test_contract.py")
)
"""What judges whole contracts again and again: to count the lines that it runs takes longer than to
run them, and a line that nothing else runs has no test of its own."""
_EXAMPLES = 20
"""Examples of a property that are counted; the other eighty are tried on the same lines."""


def counted(item: pytest.Item) -> contextlib.AbstractContextManager[None]:
    """The context that an item runs in, where lines are counted."""
    counting = Coverage.current()
    if counting is None:
        return contextlib.nullcontext()
    if any(item.path.is_relative_to(path) for path in _UNCOUNTED):
        return _not(counting)
    drawn = getattr(getattr(item, "obj", None), "hypothesis", None)
    return _first(drawn, counting) if drawn else contextlib.nullcontext()


@contextlib.contextmanager
def _not(counting: Coverage) -> Iterator[None]:
    counting.stop()
    try:
        yield
    finally:
        counting.start()


@contextlib.contextmanager
def _first(drawn: Any, counting: Coverage) -> Iterator[None]:
    """Count the first examples of what hypothesis draws."""
    test: Callable[..., object] = drawn.inner_test
    seen = 0

    @functools.wraps(test)
    def one(*args: object, **kwargs: object) -> object:
        nonlocal seen
        seen += 1
        if seen == _EXAMPLES + 1:
            counting.stop()
        return test(*args, **kwargs)

    drawn.inner_test = one
    try:
        yield
    finally:
        drawn.inner_test = test
        if seen > _EXAMPLES:
            counting.start()
