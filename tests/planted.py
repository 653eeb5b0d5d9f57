"""Folders of migrations that make the canonical schema and then spoil it in known ways.

``PLANTS`` says for each layout what its last migration does, and what is to be told of each of its
faults. That of Prisma is what a person gets who follows the strategy's Prisma chapter: types named
as the models' are, a field in camel case, moments of six digits, and times of change that the
client keeps, not the database.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tests import paths
from tests.layouts import WRITERS
from vrss_contract.target import sqlfile

_ENUMS = {
    "subscription_status": "SubscriptionStatus",
    "post_type": "PostType",
    "post_status": "PostStatus",
    "media_type": "MediaType",
    "interaction_type": "InteractionType",
    "section_type": "SectionType",
    "filter_type": "FilterType",
    "filter_operator": "FilterOperator",
    "notification_type": "NotificationType",
}
_STAMPED = (
    *("users", "subscription_tiers", "user_profiles", "storage_usage", "posts", "comments"),
    *("profile_sections", "section_content", "custom_feeds", "user_lists", "messages"),
    "user_subscriptions",
)
_SAME = "ALTER TABLE users ALTER COLUMN created_at TYPE timestamptz(6)"
Faults = Mapping[str, str]
"""What is done, and the beginning of what is told of it; of what is no fault, nothing."""

PRISMA: Faults = {
    **{
        f'ALTER TYPE {name} RENAME TO "{model}"': f"{name} is called {model}"
        for name, model in _ENUMS.items()
    },
    'ALTER TABLE section_content RENAME COLUMN content_type TO "contentType"': (
        "section_content.content_type is called section_content.contentType"
    ),
    ";\n".join(f"DROP TRIGGER update_{table}_updated_at ON {table}" for table in _STAMPED): (
        "of the triggers that call update_updated_at_column(), 12 missing"
    ),
    "CREATE TYPE \"UserStatus\" AS ENUM ('active', 'suspended', 'deleted');\n"
    "DROP INDEX idx_users_status;\n"
    "ALTER TABLE users DROP CONSTRAINT users_status_valid,\n"
    "ALTER COLUMN status DROP DEFAULT,\n"
    'ALTER COLUMN status TYPE "UserStatus" USING status::"UserStatus",\n'
    "ALTER COLUMN status SET DEFAULT 'active';\n"
    "CREATE INDEX idx_users_status ON users (status) WHERE status = 'active'": (
        'users.status is of another type: "UserStatus"'
    ),
    "ALTER TABLE user_profiles DROP CONSTRAINT user_profiles_visibility_valid": (
        "CHECK constraints are missing: users_status_valid, user_profiles_visibility_valid"
    ),
    _SAME: "",
}
PLANTS: Mapping[str, Faults] = {
    "Prisma": PRISMA,
    "Flyway": {"DROP INDEX idx_posts_user_created": "idx_posts_user_created is missing"},
    "golang-migrate": {
        "DROP INDEX idx_comments_user_fk": "idx_comments_user_fk is missing",
        "ALTER TABLE users DROP COLUMN last_login_at": "users.last_login_at is missing",
    },
    "goose": {
        "ALTER TABLE reposts DROP CONSTRAINT reposts_post_id_fkey": "_post_id_fkey is missing"
    },
    "sql-migrate": {
        "ALTER TABLE users ALTER COLUMN username TYPE varchar(50)": (
            "users.username is of another length: character varying(50)"
        )
    },
    "dbmate": {
        "ALTER TABLE posts ALTER COLUMN likes_count DROP NOT NULL": "posts.likes_count takes NULL"
    },
    "node-pg-migrate": {
        "ALTER TABLE posts ALTER COLUMN status DROP DEFAULT": "posts.status has another default"
    },
    "Sqitch": {
        "DROP TRIGGER trigger_update_post_likes_count ON post_interactions": (
            "trigger_update_post_likes_count is missing"
        )
    },
    "Liquibase": {
        "CREATE UNIQUE INDEX one_post_a_day ON posts (user_id, created_at)": (
            "posts has the unique index one_post_a_day"
        )
    },
    "Rails": {
        "CREATE TABLE schema_migrations (version varchar PRIMARY KEY)": "",
        "ALTER TABLE reposts ADD COLUMN quote text": "",
        "ALTER TABLE reposts ADD COLUMN kind text NOT NULL": (
            "column reposts.kind, which is not declared"
        ),
    },
    "Drizzle": {
        "ALTER TABLE user_lists RENAME CONSTRAINT user_lists_name_not_empty TO name_said": (
            "user_lists_name_not_empty is called name_said"
        )
    },
    "Supabase": {
        "DROP FUNCTION update_post_reposts_count() CASCADE": "update_post_reposts_count is missing"
    },
    "numbered files": {
        "ALTER TABLE comments ADD CONSTRAINT short CHECK (length(content) < 100)": (
            "comments has the constraint short"
        ),
        "ALTER TABLE post_media DROP COLUMN thumbnail_url": "post_media.thumbnail_url is missing",
    },
}


def written(layout: str, folder: Path) -> tuple[str, ...]:
    """Write the layout's folder; what is to be told of it."""
    schema = sqlfile.read(paths.schema())
    parts = [";\n".join(one.sql for one in schema.phase(phase)) + ";" for phase in schema.phases]
    faults = PLANTS[layout]
    WRITERS[layout](folder, [*parts, ";\n".join(faults) + ";"])
    return tuple(filter(None, faults.values()))
