"""The public names of the package, as a program of somebody else's has them."""

from __future__ import annotations

import doctest
from importlib import resources

import pytest

import vrss_contract


def test_the_example_of_the_package_runs() -> None:
    ran = doctest.testmod(vrss_contract)

    assert (ran.failed, ran.attempted) == (0, 6)


@pytest.mark.parametrize("name", vrss_contract.__all__)
def test_a_public_name_is_there(name: str) -> None:
    assert getattr(vrss_contract, name).__doc__


def test_a_name_that_is_not_there_is_said_to_be_missing() -> None:
    with pytest.raises(AttributeError, match="module 'vrss_contract' has no attribute 'no_such'"):
        vrss_contract.no_such  # type: ignore[attr-defined]  # noqa: B018 - asking is the act


def test_its_types_are_for_others_too() -> None:
    assert (resources.files(vrss_contract) / "py.typed").is_file()
