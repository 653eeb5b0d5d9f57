"""Facts that are asked for once somebody looks: equal to those at hand, and asked for once."""

from __future__ import annotations

from vrss_contract.database.catalog.later import LaterByName, LaterInOrder


class _Asked:
    """Answers, and counts how often."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> dict[str, int]:
        self.times += 1
        return {"a": 1, "b": 2}


def test_nothing_is_asked_before_somebody_looks() -> None:
    asked = _Asked()

    LaterByName(asked)

    assert asked.times == 0


def test_it_is_asked_once() -> None:
    asked = _Asked()
    later = LaterByName(asked)

    assert ([*later], len(later), later["b"]) == (["a", "b"], 2, 2)

    assert asked.times == 1


def test_facts_by_name_are_equal_to_those_at_hand() -> None:
    at_hand = {"a": 1, "b": 2}

    assert LaterByName(_Asked()) == at_hand
    assert at_hand == LaterByName(_Asked())
    assert LaterByName(_Asked()) != {"a": 1}


def test_facts_in_order_are_equal_to_those_at_hand() -> None:
    later = LaterInOrder(lambda: [3, 1])

    at_hand = (3, 1)

    assert later == at_hand
    assert at_hand == later
    assert later != (1, 3)
    assert (later[0], later[1:], hash(later)) == (3, (1,), hash((3, 1)))
