"""The reports of all shards of a run, made one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from vrss_contract.report.errors import INCOMPLETE_RUN, NO_SHARD, OTHER_RUN
from vrss_contract.report.kept import KeptReport
from vrss_contract.report.run_info import RunInfo, Shard

_SAME = ("target", "server", "contract", "version")
"""What shards of one run have in common."""


def merged(reports: Mapping[Path, KeptReport]) -> KeptReport:
    """The report of the whole run: what one machine would have told, but for its times.

    Shards are made beside each other, so that a time of the whole is that of the slowest.

    Args:
        reports: one at least, each by the file that it was read from.

    Raises:
        TroubleError: they are not the shards of one run, each of them once.
    """
    shards = [_shard(path, report.run_info) for path, report in reports.items()]
    infos = {path: report.run_info for path, report in reports.items()}
    _require_one_run(infos, shards)
    if faults := list(_faults(shards)):
        raise INCOMPLETE_RUN(found="\n".join(faults), of=shards[0].of)
    placed = {
        position: verdict
        for shard, report in zip(shards, reports.values(), strict=True)
        for position, verdict in zip(shard.positions, report.verdicts, strict=True)
    }
    verdicts = tuple(placed[position] for position in sorted(placed))
    return KeptReport(_whole(list(infos.values())), verdicts)


def _shard(path: Path, run_info: RunInfo) -> Shard:
    if run_info.shard is None:
        raise NO_SHARD(path=str(path))
    return run_info.shard


def _require_one_run(infos: Mapping[Path, RunInfo], shards: Sequence[Shard]) -> None:
    (first, one), *others = infos.items()
    for path, other in others:
        for name in _SAME:
            if (wanted := getattr(one, name)) != (found := getattr(other, name)):
                raise OTHER_RUN(first=str(first), path=str(path), what=name, one=wanted, two=found)
    for path, shard in zip(infos, shards, strict=True):
        mine, firsts = (f"{each.of} of {each.clauses:,} clauses" for each in (shard, shards[0]))
        if mine != firsts:
            what = "number of shards"
            raise OTHER_RUN(first=str(first), path=str(path), what=what, one=firsts, two=mine)


def _faults(shards: Sequence[Shard]) -> Iterator[str]:
    """Why these are not all shards of a run."""
    there = Counter(shard.number for shard in shards)
    for number in range(1, shards[0].of + 1):
        if there[number] != 1:
            yield f"shard {number}: {'missing' if not there[number] else 'there twice'}"
    if all(there[number] == 1 for number in range(1, shards[0].of + 1)):
        judged = {position for shard in shards for position in shard.positions}
        if unjudged := shards[0].clauses - len(judged & {*range(shards[0].clauses)}):
            yield f"{unjudged:,} clauses were judged by none: a shard was stopped"


def _whole(infos: Sequence[RunInfo]) -> RunInfo:
    of_shards = {info.shard.note for info in infos if info.shard}
    notes = dict.fromkeys(note for info in infos for note in info.notes)
    stages = dict.fromkeys(stage for info in infos for stage in info.phases)
    return replace(
        infos[0],
        seconds=max(info.seconds for info in infos),
        phases={stage: max(info.phases.get(stage, 0) for info in infos) for stage in stages},
        notes=tuple(note for note in notes if note not in of_shards),
        shard=None,
    )
