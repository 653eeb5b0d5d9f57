"""What came of mutants, counted, and in every format as people and machines get it."""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import replace

import pytest

from tests import contracts
from tests.engine.mutants import killed, mutant, report
from tests.golden import Golden
from vrss_contract.mutation.formats import FORMATS, command, headline
from vrss_contract.mutation.made import MadeMutants, selected
from vrss_contract.mutation.reviewed import Reviewed, Stays
from vrss_contract.mutation.summary import MutationSummary, summary
from vrss_contract.mutation.tried import Tried
from vrss_contract.report.text import visible

pytestmark = pytest.mark.once

ENDINGS = {"terminal": "txt", "markdown": "md", "json": "json", "html": "html"}
FIRST, SECOND, *_ = [one.id for one in contracts.library().clauses if one.kind == "table"]
STAYS = Reviewed(stays=(Stays((SECOND,), "It is read."),))


def _summary(*tried: Tried) -> MutationSummary:
    return summary(tried, contracts.library(), STAYS)


@pytest.mark.parametrize("form", FORMATS)
def test_a_report_of_mutants_reads_as_its_golden_file(form: str, golden: Golden) -> None:
    golden(f"mutation/report.{ENDINGS[form]}", FORMATS[form](report()))


@pytest.mark.parametrize("form", FORMATS)
def test_a_target_of_any_name_is_no_markup_and_no_escape(form: str) -> None:
    text = FORMATS[form](report("<b>\x1b[31m"))

    assert "\x1b" not in text
    assert form != "html" or "<b>" not in text


def test_what_is_not_all_is_not_told_as_a_hundred_percent() -> None:
    tried = [*(killed(str(number), "a") for number in range(1999)), killed("", ending="survived")]

    told = headline(replace(report(), summary=_summary(*tried)))

    assert told == "1,999 of 2,000 mutants killed (99.9 %), 1 survived"


def test_mutants_that_count_for_nothing_leave_the_percentage() -> None:
    found = _summary(killed("a", "x"), killed("b", ending="equivalent"))

    assert (found.all.made, found.all.counted, found.all.percent) == (2, 1, 100.0)


def test_no_mutant_at_all_is_no_fault() -> None:
    assert _summary().all.percent == 100.0


def test_a_mutant_is_in_the_matrix_by_its_operator_and_first_table() -> None:
    found = _summary(killed("a"), Tried(mutant(table="loans"), "killed"))

    assert set(found.matrix) == {("check-dropped", "books"), ("check-dropped", "loans")}


def test_a_clause_that_kills_alone_is_not_idle() -> None:
    found = _summary(killed("a", FIRST))

    assert FIRST not in {one.clause for one in found.idle or ()}


def test_an_idle_clause_is_told_with_why_it_stays() -> None:
    found = {one.clause: one for one in _summary(killed("a", FIRST, SECOND)).idle or ()}

    assert (found[FIRST].first, found[FIRST].stays) == (1, "")
    assert (found[SECOND].first, found[SECOND].stays) == (0, "It is read.")


@pytest.mark.parametrize("form", FORMATS)
def test_a_part_of_the_mutants_tells_of_no_clause_that_it_is_idle(form: str) -> None:
    part = summary((killed("a", FIRST),), contracts.library(), STAYS, whole=False)

    text = FORMATS[form](replace(report(), summary=part))

    assert not re.search("killed none alone|without a reason", text)


def test_the_median_of_those_undone_leaves_out_who_took_a_copy() -> None:
    quick = replace(killed("a", "x"), milliseconds=2.0, undone=True)

    found = _summary(quick, replace(killed("b", "x"), milliseconds=900.0))

    assert (found.undone, found.all.milliseconds) == (2.0, 451.0)


def test_the_command_that_shows_a_mutant_is_quoted_for_a_shell() -> None:
    told = command(mutant("a -> 'b'"), "schema.sql")

    assert told == (
        "vrss-contract mutate schema.sql --only 'check-dropped:books.pages[a -> '\"'\"'b'\"'\"']'"
    )


@pytest.mark.parametrize("what", ["a[b] -> '%'", "x * y -> x", "it's [a-z]?", "a\tb", "\u200b\n"])
def test_the_command_that_shows_a_mutant_selects_it_when_it_is_pasted(what: str) -> None:
    told = visible(command(mutant(what), "schema.sql"))

    assert selected(MadeMutants((mutant(what),)), [shlex.split(told)[-1]]) == (mutant(what),)


def test_the_json_document_has_every_mutant_with_its_ddl() -> None:
    document = json.loads(FORMATS["json"](report()))

    assert [one["ddl"] for one in document["mutants"]] == [
        list(one.mutant.ddl) for one in report().result.tried
    ]
