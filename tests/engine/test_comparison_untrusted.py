"""Records that don't compare: of other machines, with too little in them, or changed anywhere."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.engine.records import document, latency, measured
from vrss_contract.errors import TroubleError
from vrss_contract.performance.comparison import page, table
from vrss_contract.performance.comparison.judge import Comparison, compare
from vrss_contract.performance.comparison.record import Record, read

pytestmark = pytest.mark.once
_GONE = object()
"""What says that a member is left out."""
Document = dict[str, Any]
Way = tuple[str | int, ...]
_NONE: tuple[Any, ...] = (
    float("nan"),
    float("inf"),
    -float("inf"),
    -1,
    "1",
    None,
    True,
    [],
    {},
    [1],
    10**400,
)
"""What stands in place of a number, and is none that was measured."""
_ODD: tuple[Any, ...] = (
    0,
    0.0,
    1e-320,
    1e308,
    2**63,
    "",
    "x" * 10_000,
    "\x00\x1b[31m",
    [[[]]],
    {"": {}},
)


def _whole(*names: str) -> Document:
    ones = (measured(name, seed=number) for number, name in enumerate(names or ("a", "b")))
    return dict(json.loads(json.dumps(document(*ones))))


BASE = _whole()


@pytest.fixture
def taken(tmp_path: Path) -> Callable[[Any], Record]:
    def call(whole: Any) -> Record:
        path = tmp_path / "run.json"
        path.write_text(whole if isinstance(whole, str) else json.dumps(whole), "utf-8")
        return read(path)

    return call


Taken = Callable[[Any], Record]


def _outcomes(comparison: Comparison) -> set[tuple[str, ...]]:
    return {(one.outcome, *(r.slug for r in one.reasons)) for one in comparison.judgements}


_MACHINES: Mapping[str, tuple[Any, str]] = {
    "system": ("Darwin", "system Darwin, and Linux before"),
    "machine": ("aarch64", "architecture aarch64, and x86_64 before"),
    "processor": ("", "processor not told, and x86_64 before"),
    "python_version": ("3.13.1", "Python CPython 3.13, and CPython 3.11 before"),
    "python_implementation": ("PyPy", "Python PyPy 3.11, and CPython 3.11 before"),
    "cpu": ({"brand_raw": "Xeon", "count": 64}, "number of processors 64, and 4 before"),
}


@pytest.mark.parametrize("what", _MACHINES)
def test_times_of_another_machine_are_not_judged(taken: Taken, what: str) -> None:
    value, says = _MACHINES[what]

    found = compare(
        taken(BASE), taken(BASE | {"machine_info": BASE["machine_info"] | {what: value}})
    )

    assert _outcomes(found) == {("UNDECIDED", "other-machine")}
    assert says in found.judgements[0].reasons[0].says
    assert "2 not comparable" in table.headline(found)


def test_another_host_and_python_patch_are_the_same_kind_of_machine(taken: Taken) -> None:
    other = BASE["machine_info"] | {"node": "runner-7", "python_version": "3.11.9"}

    assert _outcomes(compare(taken(BASE), taken(BASE | {"machine_info": other}))) == {("HOLDS",)}


def test_blocks_are_judged_on_any_machine(taken: Taken) -> None:
    other = deepcopy(BASE) | {"machine_info": BASE["machine_info"] | {"system": "Darwin"}}
    other["benchmarks"][0]["extra_info"]["plans"]["custom"]["buffers"] = 90

    found = compare(taken(BASE), taken(other))

    assert found.judgements[0].outcome == "BROKEN"


@pytest.mark.parametrize("count", [2, 29])
def test_too_few_samples_tell_nothing(taken: Taken, count: int) -> None:
    one = measured("a")
    few = document(*(type(one)("a", latency(1.0, count=count), one.plans, one.bound) for _ in "x"))

    found = compare(taken(_whole("a")), taken(json.dumps(few)))

    assert _outcomes(found) == {("UNDECIDED", "too-few")}


def test_a_plan_with_nothing_to_compare_it_with_is_told(taken: Taken) -> None:
    other = deepcopy(BASE)
    for one in other["benchmarks"]:
        del one["extra_info"]["plans"]["custom"]

    assert _outcomes(compare(taken(BASE), taken(other))) == {("UNDECIDED", "no-plan")}


def test_records_without_a_common_query_are_refused(taken: Taken) -> None:
    with pytest.raises(TroubleError, match="no query in common"):
        compare(taken(BASE), taken(_whole("c")))


@pytest.mark.parametrize("what", ["profile", "server", "basis"])
def test_records_of_other_things_are_refused(taken: Taken, what: str) -> None:
    other = deepcopy(BASE)
    for one in other["benchmarks"]:
        one["extra_info"][what] = "other"

    with pytest.raises(TroubleError, match="not of the same"):
        compare(taken(BASE), taken(other))


def _one(change: Callable[[Document], object]) -> Document:
    whole = deepcopy(BASE)
    change(whole["benchmarks"][0])
    return whole


_TEXT = json.dumps(BASE)
_REFUSED: Mapping[str, Any] = {
    "mixed profiles": _one(lambda one: one["extra_info"].update(profile="small")),
    "the same name twice": _one(lambda one: one["extra_info"].update(name="b")),
    "milliseconds": _one(
        lambda one: one["stats"].update(data=[x * 1000 for x in one["stats"]["data"]])
    ),
    "samples that were cut": _one(lambda one: one["stats"]["data"].pop()),
    "no benchmark": BASE | {"benchmarks": []},
    "no machine": {k: v for k, v in BASE.items() if k != "machine_info"},
    "a member twice": _TEXT.replace('"rounds"', '"rounds": 600, "rounds"', 1),
    "cut off": _TEXT[:-1],
    "empty": "",
    "deep": "[" * 100_000,
    "digits": _TEXT.replace('"rounds": 600', f'"rounds": {"9" * 5000}', 1),
}


@pytest.mark.parametrize("name", _REFUSED)
def test_what_is_no_record_is_refused(taken: Taken, name: str) -> None:
    with pytest.raises(TroubleError) as caught:
        taken(_REFUSED[name])

    assert caught.value.exit_code == 3


def _leaves(value: Any, way: Way = ()) -> Iterator[Way]:
    if way:
        yield way
    if isinstance(value, dict):
        for name, one in value.items():
            yield from _leaves(one, (*way, name))
    elif isinstance(value, list):
        for place in range(min(len(value), 2)):
            yield from _leaves(value[place], (*way, place))


def _at(whole: Any, way: Way) -> Any:
    for part in way:
        whole = whole[part]
    return whole


_WAYS = tuple(_leaves(BASE))
_NUMBERS = [
    way
    for way in _WAYS
    if isinstance(_at(BASE, way), int | float) and not {"budget_ms", "bound"} & set(way)
]


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(way=st.sampled_from(_NUMBERS), value=st.sampled_from(_NONE))
def test_a_number_that_is_none_never_holds(taken: Taken, way: Way, value: Any) -> None:
    whole = deepcopy(BASE)
    _at(whole, way[:-1])[way[-1]] = value

    with pytest.raises(TroubleError):
        taken(whole)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    way=st.sampled_from(_WAYS),
    value=st.just(_GONE) | st.sampled_from((*_NONE, *_ODD)),
    cut=st.just(0) | st.integers(0, 40),
)
def test_a_record_changed_anywhere_is_told_or_refused(
    taken: Taken, way: Way, value: Any, cut: int
) -> None:
    whole = deepcopy(BASE)
    holder = _at(whole, way[:-1])
    if value is _GONE:
        del holder[way[-1]]
    else:
        holder[way[-1]] = value
    text = json.dumps(whole)

    try:
        found = compare(taken(BASE), taken(text[: len(text) - cut]))
    except TroubleError:
        return
    for told in (table.terminal, table.markdown, table.document, page.render):
        assert told(found)
