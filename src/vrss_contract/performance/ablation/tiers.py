"""The strategy's three tiers of indexes, and what it claims of each.

Knows names and claims; does not know what they measure as.
Source: strategy, Index Implementation Strategy. Most indexes of the contract are in no tier.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tier:
    """A tier: what is claimed of all of its indexes together."""

    number: int
    claim: str
    indexes: tuple[str, ...]


TIERS = (
    Tier(
        1,
        "feed generation > 500 ms without, < 50 ms with",
        (
            "idx_posts_user_created",
            "idx_posts_type_created",
            "idx_user_follows_follower",
            "idx_user_follows_following",
            "idx_friendships_user1",
            "idx_friendships_user2",
            "idx_comments_post_created",
            "idx_notifications_user_unread",
        ),
    ),
    Tier(
        2,
        "20 to 50 % less time with",
        (
            "idx_posts_engagement_created",
            "idx_post_interactions_user_post",
            "idx_post_media_user_size",
            "idx_custom_feeds_user",
            "idx_profile_sections_user_order",
        ),
    ),
    Tier(
        3,
        "less than 10 % less time with",
        (
            "idx_posts_media_urls_gin",
            "idx_user_profiles_style_config_gin",
            "idx_feed_filters_type",
        ),
    ),
)
NUMBERS = {name: tier.number for tier in TIERS for name in tier.indexes}
"""Index to the number of its tier."""
