"""A comparison as one HTML page that needs nothing beside itself.

What a reviewer looks at first comes first: what is worse, then the distribution of times against
the budget, buffers against the size of the data, and the two plans. What did not change is folded
up. No script, no font, no link out.
"""

from __future__ import annotations

import difflib
import html
from collections.abc import Iterator
from pathlib import Path

from vrss_contract.performance.comparison import plot
from vrss_contract.performance.comparison.groups import CHANGED, WORSE, Group, groups
from vrss_contract.performance.comparison.judge import Comparison, Judgement
from vrss_contract.performance.comparison.record import Measured
from vrss_contract.performance.comparison.table import blocks, circumstances, headline, times_before

_P50, _P95, _P99 = 0.5, 0.95, 0.99
_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>{title}</title>
<style>
{style}</style>
</head>
<body>
<header>
<h1>{headline}</h1>
<p>{circumstances}</p>
<p class="key"><span class="swatch base"></span>before <span class="swatch head"></span>after
<span class="swatch budget"></span>budget or bound</p>
</header>
<main>
{groups}
</main>
</body>
</html>
"""
_OPEN = (WORSE, CHANGED)
"""The groups that a reviewer finds unfolded."""
_TITLES = ("query", "why", "times before", "p95", "budget", "blocks", "p50", "p99")


def render(comparison: Comparison) -> str:
    """The whole page."""
    return _PAGE.format(
        title=html.escape(f"{comparison.head.label}: {headline(comparison)}"),
        style=Path(__file__).with_name("page.css").read_text("utf-8"),
        headline=html.escape(headline(comparison)),
        circumstances=html.escape(circumstances(comparison)),
        groups="\n".join(map(_group, groups(comparison))),
    )


def _group(group: Group) -> str:
    opened = " open" if group.name in _OPEN else ""
    cards = "\n".join(map(_card, group.judgements))
    return (
        f'<details class="group {group.name}"{opened}><summary><h2>{group}</h2></summary>\n'
        f"{_overview(group)}\n{cards}\n</details>"
    )


def _overview(group: Group) -> str:
    rows = "\n".join(map(_row, group.judgements))
    head = "".join(f'<th scope="col">{title}</th>' for title in _TITLES)
    table = f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table>"
    return f'<div class="wide" tabindex="0" role="region" aria-label="{group}">{table}</div>'


def _row(judgement: Judgement) -> str:
    measured = judgement.head or judgement.base
    if measured is None:
        return ""
    budget = f"{measured.budget_ms:g} ms" if measured.budget_ms is not None else ""
    p50, p95, p99 = (f"{measured.latency.percentile(part):.2f} ms" for part in (_P50, _P95, _P99))
    cells = (times_before(judgement.slowdown), p95, budget, blocks(judgement), p50, p99)
    told = "".join(f"<td>{html.escape(cell)}</td>" for cell in cells)
    name = html.escape(judgement.name)
    link = f'<th scope="row"><a href="#{name}">{name}</a></th>'
    return f'<tr>{link}<td class="word">{_why(judgement)}</td>{told}</tr>'


def _why(judgement: Judgement) -> str:
    slugs = dict.fromkeys(reason.slug for reason in judgement.reasons)
    if judgement.plan_changed and not slugs:
        return "another plan"
    return "<br>".join(slugs)


def _card(judgement: Judgement) -> str:
    name = html.escape(judgement.name)
    parts = [f'<section class="card" id="{name}">', f"<h3>{name}</h3>"]
    if judgement.reasons:
        says = (
            f"<li><strong>{one.slug}</strong> {html.escape(one.says)}</li>"
            for one in judgement.reasons
        )
        parts.append(f"<ul>{''.join(says)}</ul>")
    parts.append(f'<div class="plots">{"".join(_plots(judgement))}</div>')
    parts += _plans(judgement)
    return "\n".join([*parts, "</section>"])


def _plots(judgement: Judgement) -> Iterator[str]:
    base, head = judgement.base, judgement.head
    measured = head or base
    if measured is None:
        return
    drawn = plot.latency(
        base.latency.times if base else (),
        head.latency.times if head else (),
        budget=measured.budget_ms,
        title=f"How the times of {judgement.name} are spread",
    )
    yield f"<figure>{drawn}<figcaption>Time of one call, {_samples(measured)}</figcaption></figure>"
    before, after = (one.growth or {} if one else {} for one in (base, head))
    if before or after:
        title = f"Blocks that {judgement.name} touches against the size of the data"
        drawn = plot.growth(before, after, bound=measured.bound, title=title)
        yield f"<figure>{drawn}<figcaption>Blocks touched, by size</figcaption></figure>"


def _samples(measured: Measured) -> str:
    ratio = measured.latency.ratio
    return f"{len(measured.latency.times):,} samples, {ratio.middle:.1f} times the calibration's"


def _plans(judgement: Judgement) -> Iterator[str]:
    """The plans before and after, those of both modes in one where they are the same."""
    base = judgement.base.plans if judgement.base else {}
    head = judgement.head.plans if judgement.head else {}
    modes: dict[tuple[str, str], list[str]] = {}
    for mode in sorted({*head, *base}):
        shapes = tuple(plans[mode].shape if mode in plans else "" for plans in (base, head))
        modes.setdefault((shapes[0], shapes[1]), []).append(mode)
    for (before, after), names in modes.items():
        changed = bool(before and after and before != after)
        word = f"{' and '.join(names)} plan{' changed' if changed else ''}"
        text = _difference(before, after) if changed else html.escape(after or before)
        opened = " open" if changed else ""
        yield f"<details{opened}><summary>{word}</summary><pre>{text}</pre></details>"


def _difference(before: str, after: str) -> str:
    found = difflib.ndiff(before.splitlines(), after.splitlines())
    kinds = {"-": "del", "+": "ins"}
    lines = []
    for line in found:
        if line[:1] == "?":
            continue
        text, kind = html.escape(line), kinds.get(line[:1])
        lines.append(f"<{kind}>{text}</{kind}>" if kind else text)
    return "\n".join(lines)
