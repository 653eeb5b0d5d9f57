"""A comparison as people and machines read it."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest

from tests.engine.records import INDEXED, SCANNED, measured, record
from tests.golden import Golden
from vrss_contract.performance.comparison import page, table
from vrss_contract.performance.comparison.groups import groups
from vrss_contract.performance.comparison.judge import Comparison, Judgement, compare

_SAMPLES = re.compile(r'("(?:times|calibration)_ms"): \[[^]]*\]')
"""The samples, of which a reader of a golden file wants to see none."""


@pytest.fixture
def comparison() -> Comparison:
    """One of each outcome."""
    quiet: dict[str, Any] = {"budget_ms": None, "growth": None, "bound": None}
    return compare(
        record(
            measured("home-feed", 3.0, plan=replace(INDEXED, buffers=800), bound=900),
            measured("profile-feed"),
            measured("discovery", 0.2),
            measured("like", **quiet),
            measured("thread"),
        ),
        record(
            measured("home-feed", 9.0, seed=3, plan=SCANNED, bound=850),
            measured("profile-feed", seed=2),
            measured("discovery", 0.24, seed=5, spread=2.0, budget_ms=None),
            measured("like", 1.6, seed=1, **quiet),
            measured("follow"),
            label="head",
        ),
    )


@pytest.mark.parametrize(
    ("name", "render"),
    [("txt", table.terminal), ("md", table.markdown), ("json", table.document)],
)
def test_a_comparison_reads_as_it_did(
    name: str, render: Callable[[Comparison], str], comparison: Comparison, golden: Golden
) -> None:
    golden(f"comparison/one-of-each.{name}", _SAMPLES.sub(r"\1: [...]", render(comparison)))


def test_the_json_names_every_query_once(comparison: Comparison) -> None:
    names = [one["name"] for one in json.loads(table.document(comparison))["queries"]]
    assert sorted(names) == sorted({*comparison.base.measured, *comparison.head.measured})


class _Page(HTMLParser):
    """Which elements were opened and not closed, and what the page asks others for."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.asked: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.asked += [str(given[name]) for name in ("src", "href") if given.get(name)]
        self.ids += [str(given["id"])] if "id" in given else []
        if tag not in ("meta", "link", "br"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element that is closed where it is opened holds nothing to look at."""

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_closes_what_it_opens(comparison: Comparison) -> None:
    parser = _Page()
    parser.feed(page.render(comparison))
    assert parser.open == []


def test_the_page_asks_nobody_for_anything(comparison: Comparison) -> None:
    parser = _Page()
    parser.feed(page.render(comparison))
    outside = [link for link in parser.asked if not link.startswith(("#", "data:,"))]
    assert outside == []


def test_the_page_has_a_part_for_each_query(comparison: Comparison) -> None:
    parser = _Page()
    parser.feed(page.render(comparison))
    assert parser.ids == [one.name for group in groups(comparison) for one in group.judgements]


def test_the_page_unfolds_what_is_worse_and_folds_what_is_as_before(comparison: Comparison) -> None:
    text = page.render(comparison)
    assert '<details class="group worse" open><summary><h2>2 worse</h2></summary>' in text
    assert '<details class="group same"><summary><h2>1 as before</h2></summary>' in text


def test_a_page_of_a_hundred_queries_is_under_a_megabyte() -> None:
    ones = [measured(f"query-{n}.case", seed=n) for n in range(100)]
    judged = tuple(Judgement(one.name, one, one) for one in ones)
    text = page.render(Comparison(record(*ones), record(*ones), judged))
    assert len(text.encode()) < 1_000_000


def test_a_name_is_no_markup() -> None:
    one = measured("<script>alert(1)</script>", plan=replace(INDEXED, shape="<b>"))
    text = page.render(compare(record(one), record(one)))
    assert "<script" not in text
    assert "<b>" not in text


def test_a_hostile_name_is_no_markdown() -> None:
    hostile = "<b>|`*_[a](b)\n| x"
    one, label = measured(hostile), "[main](x)"

    text = table.markdown(compare(record(one), record(measured(hostile, 9.0), label=label)))

    assert "<b>" not in text
    assert "](" not in text
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert {row.count("|") for row in rows} == {9}


def test_a_page_of_nothing_is_a_page() -> None:
    assert "0 compared" in page.render(compare(record(), record()))
