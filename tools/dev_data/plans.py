"""Who pays for more storage than the free tier has.

Knows tiers by name, since their ids are the operator's; does not know how much is used.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tools.dev_data.draw import DAY, NOW, Draw
from tools.dev_data.people import Person
from tools.dev_data.rows import Expression, Rows, rows_of
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
_TIER = """(
    SELECT id FROM subscription_tiers
    WHERE name = {}
)"""
_COLUMNS = """id user_id tier_id status stripe_subscription_id stripe_customer_id
    current_period_start current_period_end canceled_at created_at updated_at"""


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


def portion(all_: Sequence[Plan]) -> Rows:
    """The rows, with each tier's own id."""
    return rows_of("user_subscriptions", _COLUMNS, _rows(all_))


def _rows(all_: Sequence[Plan]) -> Iterator[tuple[Any, ...]]:
    for n, plan in enumerate(all_, start=1):
        canceled = plan.begins + 9 * DAY if plan.status == "canceled" else None
        tier = Expression(_TIER.format(text(plan.tier)))
        yield (
            *(n, plan.user.id, tier, plan.status, f"sub_dev{n}", f"cus_dev{plan.user.id}"),
            *(plan.begins, plan.begins + _MONTH, canceled, plan.begins, canceled or plan.begins),
        )
