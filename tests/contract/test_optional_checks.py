"""The checks that the strategy offers for later: what they break, and by which documents."""

import pytest

from tests import paths
from vrss_contract.checks.judging_context import JudgingContext
from vrss_contract.checks.run import judge
from vrss_contract.checks.verdict import Outcome, Verdict
from vrss_contract.contract.model import Contract
from vrss_contract.database.scratch import Databases
from vrss_contract.target import sqlfile

pytestmark = pytest.mark.once
_TAKEN, _REFUSED = "taken", "refused with check_violation"
_BY = "user_profiles_background_config_valid"


@pytest.fixture(scope="module")
def broken(contract: Contract, databases: Databases) -> dict[str, Verdict]:
    appendix = paths.fixtures() / "implementations" / "optional_checks.sql"
    text = f"{paths.schema().read_text('utf-8')}\n{appendix.read_text('utf-8')}"
    target = sqlfile.parse(text, name="optional_checks")
    wanted = [clause for clause in contract.clauses if clause.kind == "jsonb"]
    with JudgingContext(contract, target, databases, databases.load(target)) as context:
        verdicts = list(judge(context, wanted))
    return {one.id: one for one in verdicts if one.outcome is not Outcome.HOLDS}


def told(verdict: Verdict) -> list[tuple[str, str, str]]:
    """What was tried, expected and found, messages left out."""
    findings = verdict.findings[:5]
    return [(one.because, one.expected, one.found.partition(":")[0]) for one in findings]


def test_these_clauses_break_and_no_others(broken: dict[str, Verdict]) -> None:
    assert sorted(broken) == [
        "jsonb.user_profiles.background_config.accepts",
        "jsonb.user_profiles.background_config.agrees",
        "jsonb.user_profiles.background_config.default",
        "jsonb.user_profiles.background_config.round-trip",
        "jsonb.user_profiles.music_config.agrees",
        "jsonb.user_profiles.style_config.agrees",
    ]


@pytest.mark.parametrize(
    ("aspect", "because"),
    [("default", "the column left out"), ("accepts", "none was chosen"), ("round-trip", "{}")],
)
def test_the_default_alone_is_refused(
    broken: dict[str, Verdict], aspect: str, because: str
) -> None:
    found = told(broken[f"jsonb.user_profiles.background_config.{aspect}"])

    assert found == [(because, _TAKEN, f"{_REFUSED} by {_BY}")]


def test_a_background_without_a_type_is_taken_where_the_check_comes_out_null(
    broken: dict[str, Verdict],
) -> None:
    assert told(broken["jsonb.user_profiles.background_config.agrees"]) == [
        ("none was chosen", _TAKEN, f"{_REFUSED} by {_BY}"),
        ("an array of the keys has the keys", _REFUSED, _TAKEN),
        ("a type that is null", _REFUSED, _TAKEN),
        ("a value that is a number", _REFUSED, _TAKEN),
        ("a value that is null", _REFUSED, _TAKEN),
    ]


def test_a_style_is_taken_but_for_one_colour_that_is_a_text(broken: dict[str, Verdict]) -> None:
    assert told(broken["jsonb.user_profiles.style_config.agrees"]) == [
        ("JSON null", _REFUSED, _TAKEN),
        ("an array", _REFUSED, _TAKEN),
        ("a font that is a number", _REFUSED, _TAKEN),
        ("a font that is null", _REFUSED, _TAKEN),
        ("a colour that is null", _REFUSED, _TAKEN),
    ]
