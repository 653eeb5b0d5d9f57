"""The regressions that are planted: what each changes, whom it bears on, how it is to be called.

Knows how a schema's statement or a query's text is changed; does not know a server.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from tests import paths

from vrss_contract.contract.model import Contract
from vrss_contract.performance.comparison import judge
from vrss_contract.performance.comparison.side import Side
from vrss_contract.target import Statement, Target

Plant = Callable[[Side], Side]
_EXTRA_JOIN = """
SELECT page.*, user_profiles.display_name, user_profiles.bio
FROM ({sql}) AS page
LEFT JOIN user_profiles ON page.user_id = user_profiles.user_id
ORDER BY page.created_at DESC, page.id DESC
"""
_COUNTED = """SET likes_count = GREATEST(likes_count + n, 0) WHERE id = post"""
_COUNTED_ANEW = """SET likes_count = (
            SELECT count(*) FROM post_interactions AS each
            WHERE each.post_id = posts.id AND each.type = 'like'
        )
        WHERE user_id = (SELECT its.user_id FROM posts AS its WHERE its.id = post)"""


class LostPlantError(Exception):
    """What is to be changed is not there any more: the bench has to follow its change."""


@dataclass(frozen=True, slots=True)
class Planted:
    """One regression."""

    name: str
    bears_on: tuple[str, ...]
    """The queries and operations that are measured; all queries where there is none."""
    expects: str
    """The reason under which it is to be told; none where nothing is to be told."""
    plant: Plant
    stale: bool = False
    """Whether the world's statistics are old."""


def only(contract: Contract, names: tuple[str, ...]) -> Contract:
    """The contract with no other query or operation than these."""
    queries = {name: one for name, one in contract.queries.items() if not names or name in names}
    operations = {name: one for name, one in contract.operations.items() if name in names}
    return replace(contract, queries=queries, operations=operations)


def _schema(old: str, new: str) -> Plant:
    """In the one statement that has it, ``old`` becomes ``new``."""

    def plant(side: Side) -> Side:
        if sum(step.sql.count(old) for step in side.target.steps) != 1:
            raise LostPlantError(f"schema.sql does not say once {old!r}")
        changed = (replace(step, sql=step.sql.replace(old, new)) for step in side.target.steps)
        return _head(side, target=Target(side.target.name, tuple(changed)))

    return plant


def _more(sql: str) -> Plant:
    """The schema with one statement more."""

    def plant(side: Side) -> Side:
        steps = (*side.target.steps, Statement(sql, 1))
        return _head(side, target=Target(side.target.name, steps))

    return plant


def _query(name: str, change: Callable[[str], str]) -> Plant:
    """The query in other words."""

    def plant(side: Side) -> Side:
        query = side.contract.queries[name]
        changed = {name: replace(query, sql=change(query.sql))}
        queries = {**side.contract.queries, **changed}
        return _head(side, contract=replace(side.contract, queries=queries))

    return plant


def _form(name: str, form: str) -> Plant:
    """The query as one of its worse forms."""
    path = paths.fixtures() / "queries" / f"{name}.{form}.sql"
    return _query(name, lambda _: path.read_text("utf-8"))


def _as_it_is(side: Side) -> Side:
    return _head(side)


def _head(side: Side, *, contract: Contract | None = None, target: Target | None = None) -> Side:
    return Side("planted", contract or side.contract, target or side.target)


PLANTS = (
    Planted(
        "index dropped",
        ("gallery",),
        judge.PLAN_WORSE,
        _more("DROP INDEX idx_post_media_post"),
    ),
    Planted(
        "predicate lost",
        ("unread-badge", "unread-notifications"),
        judge.PLAN_WORSE,
        _schema(
            "ON notifications (user_id, created_at DESC, id DESC)\nWHERE is_read = FALSE",
            "ON notifications (user_id, created_at DESC, id DESC)",
        ),
    ),
    Planted(
        "column order",
        ("section-content",),
        judge.BUFFERS_OVER_BASELINE,
        _schema(
            "section_content (section_id, display_order)",
            "section_content (display_order, section_id)",
        ),
    ),
    Planted(
        "DESC",
        ("discovery",),
        judge.PLAN_WORSE,
        _schema("likes_count DESC, created_at DESC, id DESC", "likes_count DESC, created_at, id"),
    ),
    Planted(
        "function on the indexed column",
        ("login",),
        judge.PLAN_WORSE,
        _form("login", "lower"),
    ),
    Planted(
        "stale statistics",
        ("friends", "discovery-since"),
        judge.PLAN_WORSE,
        _as_it_is,
        stale=True,
    ),
    Planted(
        "extra join",
        ("profile-feed",),
        judge.BUFFERS_OVER_BASELINE,
        _query("profile-feed", lambda sql: _EXTRA_JOIN.format(sql=sql)),
    ),
    Planted(
        "OFFSET paging",
        ("followers",),
        judge.BUFFERS_OVER_BASELINE,
        _form("followers", "offset"),
    ),
    Planted(
        "wider row",
        ("active-users", "profiles-of-visibility"),
        judge.BUFFERS_OVER_BASELINE,
        _more("ALTER TABLE users ADD COLUMN filler text NOT NULL DEFAULT repeat('x', 1500)"),
    ),
    Planted(
        "slower trigger",
        ("like",),
        judge.SLOWER_THAN_BASE,
        _schema(_COUNTED, _COUNTED_ANEW),
    ),
    Planted("a comment in the schema", (), "", _more("COMMENT ON TABLE users IS 'People.'")),
)
"""Ten regressions, and a change that is none."""
