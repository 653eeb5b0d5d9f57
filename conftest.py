"""Fixtures for every suite: target, server and database come from the product's own plugin."""

import os

import pytest
from hypothesis import settings

pytest_plugins = ["vrss_contract.cli.pytest_plugin"]

settings.register_profile("ci", derandomize=True, deadline=None, print_blob=True)
settings.register_profile("here", deadline=None)
settings.load_profile("ci" if os.environ.get("CI") else "here")

_OF_A_SERVER = {"databases", "outside"}


@pytest.hookimpl(tryfirst=True)  # before ``-m`` chooses
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what asks for a server: other Pythons run the rest, and one verification as a whole."""
    for item in items:
        if not _OF_A_SERVER.isdisjoint(getattr(item, "fixturenames", ())):
            item.add_marker("server")
