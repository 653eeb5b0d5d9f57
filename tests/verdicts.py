"""Handmade verdicts that the tests of reports share, and strategies that draw any.

Knows verdicts as values; does not know any format.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from vrss_contract.checks.verdict import Cause, Finding, Outcome, Verdict
from vrss_contract.report import RunInfo

SUBJECT = RunInfo(
    target="schema.sql",
    server="embedded PostgreSQL 16.11",
    contract="3f9c2a71d0be",
    version="0.1.0",
    seconds=2.34,
    phases={"start": 1.02, "load": 0.34, "judge": 0.98},
)
HOSTILE = (
    "\x1b[31mred\x1b[0m \x07\x00\x0b\t\r\n| pipe ` tick <script>alert(1)</script> &amp; ]]> "
    "**bold** [link](x) @team #1 $x$ \\| \u202eback \u200bzero \ud800 \ufffe \xa0 \u00e9 \U0001f600"
)


def verdict(
    outcome: Outcome = Outcome.HOLDS, id_: str = "posts.title.not-blank", **more: Any
) -> Verdict:
    fields: dict[str, Any] = {
        "level": "must",
        "kind": "rows",
        "says": "A title holds at least one character.",
        "place": "contracts/posts.yaml:12",
        "seconds": 0.012,
    }
    return Verdict(id=id_, outcome=outcome, **(fields | more))


def broken(id_: str, *findings: Finding, **more: Any) -> Verdict:
    found = findings or (Finding("spaces only", "refused with check_violation", "taken"),)
    return verdict(Outcome.BROKEN, id_, findings=found, **more)


def undecided(id_: str, found: str, because: str = "a row", **more: Any) -> Verdict:
    finding = Finding(because, "taken", found)
    return verdict(Outcome.UNDECIDED, id_, findings=(finding,), **more)


BODY = (
    "BEGIN\n  UPDATE posts\n  SET likes_count = likes_count + 1\n  WHERE id = NEW.post_id;\n{}END"
)
SOME_BROKEN = [
    verdict(id_="posts.title.not-null"),
    broken("posts.index.user", level="should", kind="table", place="contracts/posts.yaml:80"),
    broken(
        "comments.content.not-blank",
        Finding(
            "a tab and a newline",
            "refused with check_violation",
            "taken",
            "INSERT INTO comments (post_id, user_id, content)\nVALUES (1, 1, E'\\t\\n');",
        ),
        says="A comment holds at least one character that is not white space.",
        place="contracts/comments.yaml:33",
        objects=("comments_content_not_empty",),
    ),
    broken(
        "functions.update-likes",
        Finding("the body", BODY.format("  RETURN NEW;\n"), BODY.format("  RETURN NULL;\n")),
        kind="table",
        level="should",
        says="The function counts likes.",
        place="",
    ),
]
SOME_UNDECIDED = [
    verdict(),
    *(undecided(f"comments.row-{number}", "table comments is missing") for number in range(5)),
    undecided("feeds.row", "the server went away", level="may", place="contracts/feeds.yaml"),
    verdict(Outcome.UNDECIDED, "feeds.silent", level="should"),
]
LONG = [
    broken(
        "posts.body.length",
        *(Finding(f"case {number}", "y" * 250, "x" * 1000) for number in range(7)),
        says="A body holds at most 900 characters. " * 20,
        place="contracts/" + "deep/" * 20 + "posts.yaml:1",
    ),
    broken(
        "functions.long",
        Finding("the body", "\n".join(map(str, range(90))), "\n".join(map(str, range(1, 190, 2)))),
        kind="table",
    ),
    *(broken(f"posts.row-{number}") for number in range(40)),
    *(undecided(f"{n}.row", f"table {n} is missing", level="may") for n in "abcdefghijkl"),
]
SAMPLES = {
    "held": [verdict(), verdict(id_="posts.index.user", level="should", kind="table")],
    "broken": SOME_BROKEN,
    "undecided": SOME_UNDECIDED,
    "empty": [],
    "hostile": [
        broken(HOSTILE, Finding(*[HOSTILE] * 4), says=HOSTILE, kind=HOSTILE, place=HOSTILE),
        undecided("plain", HOSTILE, HOSTILE, objects=(HOSTILE,)),
    ],
    "long": LONG,
}

EXPLAINED = replace(
    SUBJECT,
    causes=(
        Cause(
            "comments_content_not_empty is lacking: CHECK (NOT is_blank(content))",
            level="must",
            clauses=("comments.content.not-blank",),
            objects=("comments_content_not_empty",),
            made="schema.sql:208",
            ddl=("ALTER TABLE comments ADD CONSTRAINT comments_content_not_empty\nCHECK (true);",),
        ),
        Cause(
            "posts.index is <another>",
            level="may",
            clauses=(),
            objects=("posts",),
            refused="42P07 relation exists",
        ),
    ),
)
EXAMINED = replace(
    SUBJECT,
    target="database app",
    whole="Database",
    noun="check",
    remedy="repair what is told above, then run the doctor again",
    notes=("a standby: scans of indexes are those of this server alone",),
)
"""What a doctor's report is about."""
EXAMINATION = [
    broken(
        "posts.likes-count",
        Finding(
            "3 counter-examples",
            "none",
            "id 7, kept 9, counted 3\nid 8, kept 9, counted 3\nid 9, kept 9, counted 3",
            "SELECT id\nFROM posts;",
            "psql -X -f contracts/reconcile/posts.sql 'host=db dbname=app'\nand again",
        ),
        kind="invariant",
    ),
    undecided("doctor.sequences.ahead", "42501 permission denied for sequence posts_id_seq"),
    verdict(
        id_="doctor.indexes.unused",
        level="may",
        kind="index",
        place="",
        findings=(Finding("1 index", "a scan", "idle, 3.0 MiB", repair="DROP INDEX idle;"),),
    ),
    verdict(),
]

TEXTS = st.text(st.characters(exclude_categories=()), max_size=40) | st.sampled_from(
    [HOSTILE, "|", "`", "\\"]
)
FINDINGS = st.builds(Finding, TEXTS, TEXTS, TEXTS, TEXTS, TEXTS)
VERDICTS = st.lists(
    st.builds(
        Verdict,
        id=TEXTS,
        outcome=st.sampled_from(Outcome),
        level=st.sampled_from(["must", "should", "may"]),
        kind=TEXTS,
        says=TEXTS,
        objects=st.lists(TEXTS, max_size=2).map(tuple),
        place=TEXTS,
        findings=st.lists(FINDINGS, max_size=4).map(tuple),
        seconds=st.floats(0, 1e6),
    ),
    max_size=6,
)
SUBJECTS = st.builds(
    RunInfo,
    target=TEXTS,
    server=TEXTS,
    contract=TEXTS,
    version=TEXTS,
    seconds=st.floats(0, 1e6),
    phases=st.dictionaries(TEXTS, st.floats(0, 1e6), max_size=2),
    notes=st.lists(TEXTS, max_size=2).map(tuple),
)
