"""Faults of a live database: how each comes about, as SQL, and what a doctor must tell of it.

Knows the contract of VRSS and the rows of ``doctors``; does not know the doctor.
"""

from __future__ import annotations

from dataclasses import dataclass

_REPLICA = "SET LOCAL session_replication_role = replica"


@dataclass(frozen=True)
class Sick:
    """Statements that make a fault, and what must be told of it, by check."""

    plant: tuple[str, ...]
    told: dict[str, list[str]]


def _past(index: str, *statements: str) -> tuple[str, ...]:
    """Rows written while a unique index does not refuse them, as one of another order does."""
    unique = "UPDATE pg_index SET indisunique = {} WHERE indexrelid = '{}'::regclass"
    return (unique.format("FALSE", index), *statements, unique.format("TRUE", index))


def _unseen(column: str, state: str, *statements: str) -> tuple[str, ...]:
    """Rows written while the catalog does not know what it then says of a column."""
    table, _, name = column.partition(".")
    where = f"WHERE attrelid = '{table}'::regclass AND attname = '{name}'"
    was = {"attnotnull": ("FALSE", "TRUE"), "atttypmod": ("-1", "34")}[state]
    lift, back = (f"UPDATE pg_attribute SET {state} = {value} {where}" for value in was)
    return (lift, *statements, back)


SICK = {
    "no-primary-key": Sick(
        ("ALTER TABLE reposts DROP CONSTRAINT reposts_pkey",),
        {"doctor.keys.present": ["reposts_pkey is not there"]},
    ),
    "no-unique-key": Sick(
        ("ALTER TABLE users DROP CONSTRAINT users_email_key",),
        {"doctor.keys.present": ["users_email_key is not there"]},
    ),
    "no-foreign-key": Sick(
        ("ALTER TABLE comments DROP CONSTRAINT comments_post_id_fkey",),
        {"doctor.references.present": ["comments_post_id_fkey is not there"]},
    ),
    "other-action": Sick(
        (
            "ALTER TABLE reposts DROP CONSTRAINT reposts_post_id_fkey",
            (
                "ALTER TABLE reposts ADD CONSTRAINT reposts_post_id_fkey"
                " FOREIGN KEY (post_id) REFERENCES posts (id)"
            ),
        ),
        {"doctor.references.present": ["reposts_post_id_fkey does another thing on delete"]},
    ),
    "no-check": Sick(
        ("ALTER TABLE users DROP CONSTRAINT users_username_format",),
        {"doctor.checks.present": ["users_username_format is not there"]},
    ),
    "no-optional-check": Sick(
        ("ALTER TABLE user_profiles DROP CONSTRAINT user_profiles_style_config_valid",),
        {"doctor.checks.optional": ["user_profiles_style_config_valid is not there"]},
    ),
    "null-taken": Sick(
        ("ALTER TABLE users ALTER email DROP NOT NULL",),
        {"doctor.columns.not-null": ["users.email takes NULL"]},
    ),
    "no-default": Sick(
        ("ALTER TABLE users ALTER id DROP DEFAULT", "ALTER TABLE posts ALTER status DROP DEFAULT"),
        {
            "doctor.columns.default": [
                "users.id has another default",
                "posts.status has another default",
            ]
        },
    ),
    "other-type": Sick(
        ("ALTER TABLE users ALTER username TYPE varchar(40)",),
        {"doctor.columns.type": ["users.username is of another length"]},
    ),
    "no-index": Sick(
        ("DROP INDEX idx_posts_user_created",),
        {"doctor.indexes.present": ["idx_posts_user_created is not there"]},
    ),
    "no-helping-index": Sick(
        ("DROP INDEX idx_comments_user_fk",),
        {"doctor.indexes.useful": ["idx_comments_user_fk is not there"]},
    ),
    "no-optional-index": Sick(
        ("DROP INDEX idx_posts_media_urls_gin",),
        {"doctor.indexes.optional": ["idx_posts_media_urls_gin is not there"]},
    ),
    "no-label": Sick(
        ("ALTER TYPE filter_operator RENAME VALUE 'in_range' TO 'within'",),
        {"doctor.types.present": ["filter_operator has other labels"]},
    ),
    "no-trigger": Sick(
        ("DROP TRIGGER trigger_update_post_comments_count ON comments",),
        {"doctor.triggers.enabled": ["trigger trigger_update_post_comments_count on comments"]},
    ),
    "replica-trigger": Sick(
        ("ALTER TABLE posts ENABLE REPLICA TRIGGER update_posts_updated_at",),
        {"doctor.triggers.enabled": ["trigger update_posts_updated_at on posts"]},
    ),
    "always-trigger": Sick(
        ("ALTER TABLE users ENABLE ALWAYS TRIGGER update_users_updated_at",),
        {"doctor.triggers.replicated": ["trigger update_users_updated_at on users"]},
    ),
    "all-disabled": Sick(
        ("ALTER TABLE messages DISABLE TRIGGER ALL",),
        {
            "doctor.triggers.enabled": [
                "trigger update_messages_updated_at on messages",
            ],
            "doctor.constraints.enforced": [
                "constraint messages_conversation_id_fkey of messages",
                "constraint messages_sender_id_fkey of messages",
            ],
        },
    ),
    "no-enforcer": Sick(
        (
            (
                "DELETE FROM pg_trigger AS t USING pg_constraint AS c WHERE t.tgconstraint = c.oid"
                " AND c.conname = 'reposts_post_id_fkey'"
            ),
        ),
        {"doctor.constraints.enforced": ["constraint reposts_post_id_fkey of reposts"]},
    ),
    "unmarked": Sick(
        ("UPDATE pg_class SET relhastriggers = FALSE WHERE oid = 'reposts'::regclass",),
        {"doctor.triggers.flagged": ["table reposts"]},
    ),
    "replica-sessions": Sick(
        ("ALTER ROLE reader SET session_replication_role = replica",),
        {"doctor.triggers.session": ["sessions of role reader"]},
    ),
    "poor-owner": Sick(
        ("ALTER FUNCTION update_post_comments_count() OWNER TO reader",),
        {
            "doctor.triggers.owner": [
                "function update_post_comments_count, a trigger's of comments"
            ],
            "doctor.functions.private": [
                "other roles may do other things with update_post_comments_count"
            ],
        },
    ),
    "no-path": Sick(
        ("ALTER FUNCTION update_post_likes_count() RESET search_path",),
        {"doctor.functions.present": ["update_post_likes_count() resolves names otherwise"]},
    ),
    "other-body": Sick(
        (
            (
                "CREATE OR REPLACE FUNCTION update_updated_at_column() RETURNS trigger"
                """ LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS 'BEGIN END'"""
            ),
        ),
        {"doctor.functions.body": ["update_updated_at_column does something else"]},
    ),
    "open-function": Sick(
        ("GRANT EXECUTE ON FUNCTION update_post_reposts_count() TO PUBLIC",),
        {
            "doctor.functions.private": [
                "anybody may attach update_post_reposts_count to a table of theirs"
            ]
        },
    ),
    "hidden-rows": Sick(
        ("ALTER TABLE posts ENABLE ROW LEVEL SECURITY",),
        {"doctor.tables.form": ["posts hides rows"]},
    ),
    "child": Sick(
        ("CREATE TABLE more_reposts () INHERITS (reposts)",),
        {"doctor.tables.form": ["reposts shows rows that are not its own"]},
    ),
    "unlogged": Sick(
        ("ALTER TABLE messages SET UNLOGGED",),
        {"doctor.tables.form": ["messages does not outlive a crash"]},
    ),
    "rule": Sick(
        ("CREATE RULE swallow AS ON INSERT TO reposts DO INSTEAD NOTHING",),
        {"doctor.tables.undeclared": ["rule swallow on reposts"]},
    ),
    "column-to-say": Sick(
        (
            "ALTER TABLE reposts ADD COLUMN tenant integer NOT NULL DEFAULT 1",
            "ALTER TABLE reposts ALTER COLUMN tenant DROP DEFAULT",
        ),
        {"doctor.tables.undeclared": ["column reposts.tenant, which is not declared"]},
    ),
    "orphans": Sick(
        (_REPLICA, "DELETE FROM conversations", "DELETE FROM posts WHERE id = 1"),
        {
            "doctor.rows.comments": ["3 rows: post_id by comments_post_id_fkey"],
            "doctor.rows.post_interactions": ["3 rows: post_id by post_interactions_post_id_fkey"],
            "doctor.rows.post_media": ["1 row: post_id by post_media_post_id_fkey"],
            "doctor.rows.reposts": ["1 row: post_id by reposts_post_id_fkey"],
        },
    ),
    "duplicates": Sick(
        _past("users_username_key", "UPDATE users SET username = 'user1' WHERE id = 2"),
        {"doctor.rows.users": ["2 rows: users_username_key on username"]},
    ),
    "nulls": Sick(
        _unseen("users.email", "attnotnull", "UPDATE users SET email = NULL WHERE id = 2"),
        {"doctor.rows.users": ["1 row: NULL in email"]},
    ),
    "too-long": Sick(
        _unseen(
            "users.username",
            "atttypmod",
            "UPDATE pg_constraint SET conbin = (SELECT conbin FROM pg_constraint"
            " WHERE conname = 'users_username_format') WHERE conname = 'users_username_length'",
            "UPDATE users SET username = repeat('x', 31) WHERE id = 2",
        ),
        {
            "doctor.checks.present": ["users_username_length checks something else"],
            "doctor.rows.users": [
                "1 row: the length of username",
                "1 row: CHECK users_username_length",
            ],
        },
    ),
    "domain": Sick(
        (
            "CREATE DOMAIN odd AS integer CHECK (VALUE % 2 = 1)",
            "ALTER TABLE reposts ADD COLUMN n odd DEFAULT 1",
            "ALTER DOMAIN odd ADD CONSTRAINT small CHECK (VALUE < 0) NOT VALID",
        ),
        {"doctor.rows.reposts": ["1 row: the domain odd in n"]},
    ),
    "loose-sequence": Sick(
        (
            "ALTER SEQUENCE users_id_seq OWNED BY NONE",
            "ALTER SEQUENCE users_id_seq RESTART 1",
        ),
        {
            "doctor.sequences.owned": ["sequence users_id_seq of users.id"],
            "doctor.sequences.ahead": ["sequence users_id_seq of users.id"],
        },
    ),
    "named-sequence": Sick(
        (
            "CREATE SEQUENCE elsewhere",
            "ALTER TABLE users ALTER id SET DEFAULT nextval('elsewhere'::text)",
        ),
        {
            "doctor.sequences.owned": ["sequence elsewhere of users.id"],
            "doctor.sequences.ahead": ["sequence elsewhere of users.id"],
        },
    ),
    "odd-numbers": Sick(
        ("ALTER SEQUENCE users_id_seq INCREMENT BY 2 RESTART 4",),
        {"doctor.sequences.ahead": ["sequence users_id_seq of users.id"]},
    ),
    "cycle": Sick(
        ("ALTER SEQUENCE users_id_seq CYCLE",),
        {"doctor.sequences.room": ["sequence users_id_seq of users.id"]},
    ),
    "collation": Sick(
        (
            "CREATE COLLATION tidy (locale = 'C.UTF-8')",
            "UPDATE pg_collation SET collversion = '1.0' WHERE collname = 'tidy'",
            "CREATE INDEX words ON posts (content COLLATE tidy)",
        ),
        {"doctor.collations.version": ["COLLATION public.tidy, by which 1 index is sorted"]},
    ),
}


TOGETHER = (
    (
        *("no-primary-key", "no-unique-key", "no-foreign-key", "no-check", "no-optional-check"),
        *("null-taken", "no-default", "other-type", "no-index", "no-helping-index"),
        *("no-optional-index", "no-trigger"),
    ),
    (
        *("other-action", "no-label", "replica-trigger", "always-trigger", "all-disabled"),
        *("unmarked", "replica-sessions", "no-path", "other-body", "open-function"),
        *("hidden-rows", "child", "unlogged", "rule"),
    ),
    ("no-enforcer", "poor-owner", "domain", "loose-sequence", "collation"),
    ("orphans",),
    ("duplicates", "odd-numbers", "column-to-say"),
    ("nulls", "named-sequence"),
    ("too-long", "cycle"),
)
"""Faults that do not meddle with each other, so that one look finds several."""
