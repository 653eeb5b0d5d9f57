"""Fixtures for every suite: target, server and database come from the product's own plugin."""

import os

from hypothesis import settings

pytest_plugins = ["vrss_contract.cli.pytest_plugin"]

settings.register_profile("ci", derandomize=True, deadline=None, print_blob=True)
settings.register_profile("here", deadline=None)
settings.load_profile("ci" if os.environ.get("CI") else "here")
