"""The report as one comment on a pull request."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given
from markdown_it import MarkdownIt
from markdown_it.token import Token

from tests.verdicts import HOSTILE, SUBJECT, SUBJECTS, VERDICTS, broken, undecided, verdict
from vrss_contract.checks.verdict import Finding, Verdict
from vrss_contract.report import RunInfo
from vrss_contract.report.markdown import LIMIT, render
from vrss_contract.templates import code

TAGS = {"<code>", "</code>", "<pre>", "</pre>", "<br>"}


def tokens(text: str) -> Iterator[Token]:
    """All tokens that a parser of Markdown with tables sees, those inside a line too."""
    for token in MarkdownIt("commonmark").enable("table").parse(text):
        yield token
        yield from token.children or []


@given(SUBJECTS, VERDICTS)
def test_a_row_has_as_many_columns_as_its_table(
    run_info: RunInfo, verdicts: Sequence[Verdict]
) -> None:
    text = render(run_info, verdicts)

    head = 0
    for line in text.splitlines():
        head = line.count("|") if line.startswith("|") and not head else head
        head = head if line.startswith("|") else 0
        assert line.count("|") == head


@given(SUBJECTS, VERDICTS)
def test_a_value_brings_no_markup(run_info: RunInfo, verdicts: Sequence[Verdict]) -> None:
    seen = list(tokens(render(run_info, verdicts)))

    assert {token.content for token in seen if token.type == "html_inline"} <= TAGS
    own = {"text", "html_inline", "text_special", "inline", "html_block"}
    inside = {token.type for token in seen if token.type not in own}
    assert {kind for kind in inside if not kind.startswith(("t", "heading", "paragraph"))} == set()


@given(SUBJECTS, VERDICTS)
def test_a_report_opens_and_closes_its_details_alone(
    run_info: RunInfo, verdicts: Sequence[Verdict]
) -> None:
    blocks = [
        token.content for token in tokens(render(run_info, verdicts)) if "html_b" in token.type
    ]

    assert all(block.startswith(("<details><summary>", "</details>")) for block in blocks)
    assert [block.startswith("</") for block in blocks] == [False, True] * (len(blocks) // 2)


def test_a_parser_reads_a_hostile_value_as_text_alone() -> None:
    (_, inline, _) = MarkdownIt("commonmark").parse(code("<b>|`*_[a](b)\\&amp;\n@all #1"))

    texts = [token.content for token in inline.children or [] if token.type != "html_inline"]
    assert "".join(texts) == "<b>|`*_[a](b)\\&amp; @all #1"


def test_a_comment_is_never_too_long_and_says_what_was_left_out() -> None:
    findings = [Finding(*[HOSTILE * 10] * 4)] * 3
    verdicts = [broken(f"clause-{n}", *findings) for n in range(100)]
    verdicts += [undecided(f"u-{n}", f"{n}{HOSTILE}") for n in range(400)]

    text = render(SUBJECT, verdicts)

    assert len(text) <= LIMIT
    left = 100 - text.count("<code>clause-")
    reasons = 400 - text.count("<code>u-")
    assert text.endswith(
        f"\nLeft out for length: {left} broken clauses, {reasons} undecided groups;"
        " `--format json` has every one.\n"
    )


def test_a_row_that_would_fill_the_comment_is_shortened_to_one_line() -> None:
    text = render(SUBJECT, [broken("a", Finding("tried", "x\n" * 5000, "y", "|" * 9000))])

    assert len(text) < 2000
    assert "<code>tried&#58; expected x&#92;nx" in text


def test_a_long_comment_holds_as_many_rows_as_fit() -> None:
    text = render(SUBJECT, [broken(f"clause-{n:04}") for n in range(1000)])

    assert LIMIT - 1000 < len(text) <= LIMIT


@pytest.mark.parametrize(
    ("verdicts", "headline"),
    [
        ([verdict()] * 1234, "### Contract kept: 1,234 clauses held"),
        ([verdict(), broken("a")], "### Contract broken: 1 of 2 clauses"),
        ([undecided("a", "gone")], "### Contract undecided: 1 of 1 clause could not be judged"),
        ([], "### Nothing judged: no clause was chosen"),
    ],
)
def test_the_first_line_is_the_verdict(verdicts: list[Verdict], headline: str) -> None:
    assert render(SUBJECT, verdicts).splitlines()[0] == headline


def test_findings_past_the_third_are_counted() -> None:
    text = render(SUBJECT, [broken("a", *[Finding("tried", "this", "that")] * 4)])

    assert text.count("because") == 3
    assert "<br><br>and 1 more finding |\n" in text
