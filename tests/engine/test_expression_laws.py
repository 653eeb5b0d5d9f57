"""The laws of the canonical form, on drawn expressions."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from vrss_contract.sql.expression import canonical, canonical_body

pytestmark = pytest.mark.once
Draw = Any
"""What hypothesis hands to a composite strategy."""
Tree = tuple[Any, ...]

_COLUMNS = st.sampled_from(["username", "status", "title"])
_WORDS = st.sampled_from(["'active'", "'Active'", "'it''s'", "''"])
_NUMBERS = st.integers(0, 99)
_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "<>": "<>"}
_NEGATED = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "=": "<>", "<>": "="}

_LEAVES = st.one_of(
    st.tuples(st.just("compare"), _COLUMNS, st.sampled_from(sorted(_FLIPPED)), _NUMBERS),
    st.tuples(st.just("between"), _COLUMNS, _NUMBERS, _NUMBERS),
    st.tuples(st.just("in"), _COLUMNS, st.lists(_WORDS, min_size=1, max_size=4)),
    st.tuples(st.just("null"), _COLUMNS),
)
_TREES = st.recursive(
    _LEAVES,
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(["and", "or"]), st.lists(inner, min_size=2, max_size=3)),
        st.tuples(st.just("not"), inner),
    ),
    max_leaves=6,
)


class Speller:
    """Spells a tree in one of the ways that mean the same, as drawn."""

    def __init__(self, draw: Draw) -> None:
        self._draw = draw

    def spelt(self, tree: Tree) -> str:
        text: str = getattr(self, f"_{tree[0]}")(*tree[1:])
        return str(self._one_of(f"({text})", f"( {text} )"))

    def _one_of(self, *choices: Any) -> Any:
        return self._draw(st.sampled_from(choices))

    def _column(self, name: str) -> str:
        return str(self._one_of(name, name.upper(), f'"{name}"', f"({name})::text"))

    def _length(self, name: str) -> str:
        function = self._one_of("length", "char_length", "CHARACTER_LENGTH")
        return f"{function}({self._column(name)})"

    def _compare(self, name: str, operator: str, number: int) -> str:
        benchmark = self._length(name)
        return str(
            self._one_of(
                f"{benchmark} {operator} {number}",
                f"{number}{_FLIPPED[operator]}{benchmark}",
                f"NOT {benchmark} {_NEGATED[operator]} {number}",
                f"{benchmark} {operator} '{number}'::integer",
            )
        )

    def _between(self, name: str, low: int, high: int) -> str:
        benchmark = self._length(name)
        return str(
            self._one_of(
                f"{benchmark} between {low} AND {high}",
                f"{benchmark} <= {high} and {low} <= {benchmark}",
                f"NOT ({benchmark} < {low} OR {benchmark} > {high})",
            )
        )

    def _in(self, name: str, words: list[str]) -> str:
        benchmark = self._column(name)
        shuffled = self._draw(st.permutations(words))
        listed = ", ".join(word + self._one_of("", "::text", "::varchar") for word in shuffled)
        return str(
            self._one_of(
                f"{benchmark} IN ({listed})",
                f"{benchmark} = any (ARRAY[{listed}])",
                f"NOT {benchmark} <> ALL ((array[{listed}])::text[])",
                " or ".join(f"{benchmark} = {word}" for word in shuffled),
            )
        )

    def _null(self, name: str) -> str:
        benchmark = self._column(name)
        return str(self._one_of(f"{benchmark} IS NULL", f"{benchmark} isnull"))

    def _and(self, parts: list[Tree]) -> str:
        return str(self._one_of(" AND ", " and\n")).join(map(self.spelt, self._shuffled(parts)))

    def _or(self, parts: list[Tree]) -> str:
        return str(self._one_of(" OR ", " or -- so\n")).join(map(self.spelt, self._shuffled(parts)))

    def _shuffled(self, parts: list[Tree]) -> list[Tree]:
        return list(self._draw(st.permutations(parts)))

    def _not(self, inner: Tree) -> str:
        return str(self._one_of(f"NOT {self.spelt(inner)}", f"{self.spelt(inner)} = false"))


@st.composite
def spellings(draw: Draw, tree: Tree) -> str:
    return Speller(draw).spelt(tree)


@given(st.data(), _TREES)
def test_two_spellings_of_one_expression_are_equal(data: st.DataObject, tree: Tree) -> None:
    one, other = data.draw(spellings(tree)), data.draw(spellings(tree))

    assert canonical(one) == canonical(other)


@given(st.data(), _TREES)
def test_the_canonical_form_is_a_fixed_point(data: st.DataObject, tree: Tree) -> None:
    text = canonical(data.draw(spellings(tree)))

    assert canonical(text) == text


@given(_COLUMNS, _NUMBERS, _NUMBERS, st.integers(-3, 3))
def test_a_moved_bound_is_another_expression(name: str, low: int, high: int, by: int) -> None:
    assume(by != 0)

    moved = canonical(f"length({name}) BETWEEN {low} AND {high + by}")

    assert moved != canonical(f"length({name}) BETWEEN {low} AND {high}")


@given(st.lists(_WORDS, min_size=1, max_size=4), _WORDS)
def test_a_list_with_one_more_value_is_another_expression(words: list[str], more: str) -> None:
    assume(more not in words)

    longer = canonical(f"status IN ({', '.join([*words, more])})")

    assert longer != canonical(f"status IN ({', '.join(words)})")


@given(st.text(max_size=60))
def test_any_text_has_a_canonical_form(text: str) -> None:
    assert isinstance(canonical(text), str)


@given(st.text(max_size=60))
def test_a_canonical_body_is_a_fixed_point(text: str) -> None:
    once = canonical_body(text)

    assert canonical_body(once) == once
