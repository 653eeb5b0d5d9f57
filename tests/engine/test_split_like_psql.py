"""A script comes apart where psql takes it apart, whatever it is written in."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings

from tests.engine.lexical_forms import scripts
from tests.engine.runs import Outside
from vrss_contract.postgres.binaries import locate
from vrss_contract.sql.split import statements, tokens

pytestmark = pytest.mark.once
_PSQL = (locate() / "bin" / "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-v", "VERBOSITY=terse")
# The server tells the client each statement as it came, before it runs it.
_TELLING = "-c log_statement=all -c client_min_messages=log -c escape_string_warning=off"
_MESSAGE = re.compile(r"^psql:script\.sql:\d+: (?=[A-Z]+:  )", re.MULTILINE)
_STATEMENT = "LOG:  statement: "
Sent = Callable[[str], list[str]]


@pytest.fixture(scope="module")
def sent(outside: Outside, tmp_path_factory: pytest.TempPathFactory) -> Sent:
    """What psql sends of a script, in order."""
    folder = tmp_path_factory.mktemp("scripts")

    def call(script: str) -> list[str]:
        (folder / "script.sql").write_bytes(script.encode())
        ran = subprocess.run(
            [*_PSQL, "-f", "script.sql", "-o", os.devnull, outside.url()],
            cwd=folder,
            env={"PGOPTIONS": _TELLING, "PGCLIENTENCODING": "UTF8"},
            capture_output=True,
            check=False,
            timeout=60,
        )
        said = ran.stderr.decode()
        assert ran.returncode == 0, f"the script does not load: {said}"
        texts = (one for one in _MESSAGE.split(said) if one.startswith(_STATEMENT))
        return [bare for text in texts if (bare := _bare(text.removeprefix(_STATEMENT)))]

    return call


def _bare(text: str) -> str:
    """A statement without its end, and without the comments before it."""
    start = next((token.start for token in tokens(text) if not token.silent), len(text))
    return text[start:].rstrip().removesuffix(";").rstrip()


@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(script=scripts)
def test_a_script_comes_apart_as_psql_sends_it(sent: Sent, script: str) -> None:
    ours = [_bare(statement.text) for statement in statements(script)]
    assert ours == sent(script)
