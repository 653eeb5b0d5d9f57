"""Who pays for more storage than the free tier has.

Knows tiers by name, since their ids are the operator's; does not know how much is used.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from vrss_contract.data.dataset import Selected
from vrss_contract.data.dataset.dev.draw import DAY, NOW, Draw
from vrss_contract.data.dataset.dev.people import Person
from vrss_contract.sql.literal import text

FREE = 52428800
_QUOTAS = {"Basic": 1073741824, "Pro": 5368709120, "Premium": 10737418240}
"""As in reference.sql."""
_PAYING = (
    (1, "Premium", "active"),
    (2, "Pro", "active"),
    (3, "Basic", "active"),
    (5, "Pro", "canceled"),
    (6, "Basic", "active"),
    (8, "Basic", "expired"),
    (12, "Premium", "active"),
    (16, "Basic", "suspended"),
)
"""User, tier and status."""
_MONTH = 30 * DAY
_STATEMENT = """INSERT INTO user_subscriptions (
    id, user_id, tier_id, status, stripe_subscription_id, stripe_customer_id,
    current_period_start, current_period_end, canceled_at, created_at, updated_at
)
SELECT
    plan.id, plan.user_id, subscription_tiers.id, plan.status::subscription_status,
    'sub_dev' || plan.id, 'cus_dev' || plan.user_id,
    plan.begins::timestamptz, plan.ends::timestamptz, plan.canceled::timestamptz,
    plan.begins::timestamptz, plan.changed::timestamptz
FROM (
    VALUES
    {rows}
) AS plan (id, user_id, tier, status, begins, ends, canceled, changed)
INNER JOIN subscription_tiers ON subscription_tiers.name = plan.tier
ORDER BY plan.id"""


@dataclass(frozen=True, slots=True)
class Plan:
    """A subscription, of which the latest period is kept."""

    user: Person
    tier: str
    status: str
    begins: datetime


def plans(people: Sequence[Person]) -> tuple[Plan, ...]:
    """All of them, oldest first; a period that runs began within the last month."""
    draw, by_id = Draw("plans"), {one.id: one for one in people}
    made = (Plan(by_id[id_], tier, status, _begun(draw, status)) for id_, tier, status in _PAYING)
    return tuple(sorted(made, key=lambda plan: plan.begins))


def _begun(draw: Draw, status: str) -> datetime:
    latest = NOW if status == "active" else NOW - _MONTH - DAY
    return draw.moment(latest - _MONTH + DAY, latest)


def quotas(all_: Sequence[Plan]) -> Mapping[int, int]:
    """How much those who pay may store, by user."""
    return {plan.user.id: _QUOTAS[plan.tier] for plan in all_ if plan.status == "active"}


def portion(all_: Sequence[Plan]) -> Selected:
    """The rows, with each tier's own id."""
    rows = ",\n    ".join(_values(all_))
    return Selected("user_subscriptions", _STATEMENT.format(rows=rows), len(all_))


def _values(all_: Sequence[Plan]) -> Iterator[str]:
    for n, plan in enumerate(all_, start=1):
        canceled = plan.begins + 9 * DAY if plan.status == "canceled" else None
        changed = canceled or plan.begins
        times = (plan.begins, plan.begins + _MONTH, canceled, changed)
        shown = ", ".join("NULL" if time is None else text(time.isoformat()) for time in times)
        yield f"({n}, {plan.user.id}, {text(plan.tier)}, {text(plan.status)}, {shown})"
