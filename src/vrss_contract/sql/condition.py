"""SQLSTATE codes and their condition names (PostgreSQL 16 manual, Appendix A)."""

from __future__ import annotations

import re
from functools import cache

from psycopg import errors

_ENVIRONMENT = ("40", "53", "55P03", "57", "58", "XX")
"""Classes and codes that tell of locks, memory, disks and faults, never of the row."""
_OF_A_VALUE = frozenset(
    {
        *("check_violation", "invalid_text_representation"),
        *("string_data_right_truncation", "numeric_value_out_of_range"),
    }
)
"""How a value is refused by a check, or by a type that has no such value."""
_OF_A_RIVAL = frozenset({"unique_violation", "exclusion_violation"})
"""How a row is refused for another; which of two constraints is asked first, a dump may change."""
_HUMP = re.compile(r"(?<!^)(?=[A-Z])")


def name(sqlstate: str) -> str:
    """The condition's name, such as ``check_violation``; the code itself where it has none."""
    return _names().get(sqlstate, sqlstate)


def of_environment(sqlstate: str) -> bool:
    """Whether the code tells of locks, memory, disks or faults, and nothing of the statement."""
    return not sqlstate or sqlstate.startswith(_ENVIRONMENT)


def known(condition: str) -> bool:
    """Whether PostgreSQL has a condition of that name."""
    return condition in set(_names().values())


def codes(condition: str) -> list[str]:
    """The SQLSTATE codes that are called so, in order; two classes may have one name."""
    return sorted(code for code, name in _names().items() if name == condition)


def alike(wanted: str, found: str) -> bool:
    """Whether a refusal with the one is the refusal that the other stands for.

    What a check refuses on one schema, an enumerated or a narrower type refuses on another.
    """
    both = {wanted, found}
    return wanted == found or both <= _OF_A_VALUE or both <= _OF_A_RIVAL


@cache
def _names() -> dict[str, str]:
    classes = (value for value in vars(errors).values() if isinstance(value, type))
    coded = ((getattr(class_, "sqlstate", None), class_.__name__) for class_ in classes)
    return {code: _HUMP.sub("_", camel).lower() for code, camel in coded if code}
