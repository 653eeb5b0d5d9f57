-- The canonical schema of the VRSS social platform, for PostgreSQL 16.
--
-- Four phases, each marked by a comment line. A phase needs only the ones before it and changes
-- nothing of theirs. Inside a phase: types, functions, tables, indexes, triggers, comments.
--
-- Names left to PostgreSQL (keys, foreign keys) are its defaults; applications see them in errors.
--
-- Rules that every trigger function here follows:
--   * It pins its search_path, pg_temp last, so that no temporary table or function of the caller
--     takes the place of the schema's own.
--   * One that writes another table runs as the owner (SECURITY DEFINER), so that a count is right
--     for callers who may not write, or not see, the counted row. PUBLIC may not EXECUTE it, or
--     anyone could attach it to a table of their own and set anybody's numbers.
--   * One that keeps a count runs once per statement and updates rows one by one in one order:
--     comments from the newest id down, since a reply is locked before the comment that counts it,
--     then posts by id; storage_usage by user. Two statements that bear on the same rows then queue
--     and do not deadlock, whatever the order of the rows in them.
--
-- Nothing else is locked than the rows that a statement writes or refers to, and the pairs of new
-- follows. A hard delete takes its rows in the order in which it finds them: it may deadlock with
-- what touches these, and either may be tried again.


-- phase 1: foundation

CREATE TYPE subscription_status AS ENUM ('active', 'canceled', 'expired', 'suspended');

-- The characters are listed because what a regular expression takes for white space depends on the
-- locale: Unicode's White_Space, then three that print nothing and take no room.
CREATE FUNCTION is_blank(value text) RETURNS boolean
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT btrim(
        value,
        E'\u0009\u000A\u000B\u000C\u000D\u0020\u0085\u00A0\u1680'
        '\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200A'
        '\u2028\u2029\u202F\u205F\u3000'
        '\u200B\u2060\uFEFF'
    ) = ''
$$;

-- The wall clock, because now() is when the transaction began: the later of two writers would set
-- the earlier time. Never the same value twice, so that "changed since" misses no change of a row.
CREATE FUNCTION update_updated_at_column() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    NEW.updated_at = GREATEST(clock_timestamp(), OLD.updated_at + interval '1 microsecond');
    RETURN NEW;
END;
$$;

CREATE TABLE users (
    id bigserial PRIMARY KEY,
    username varchar(30) NOT NULL UNIQUE,
    email varchar(255) NOT NULL UNIQUE,
    email_verified boolean NOT NULL DEFAULT FALSE,
    password_hash varchar(255) NOT NULL,
    status varchar(20) NOT NULL DEFAULT 'active',
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    last_login_at timestamptz,
    deleted_at timestamptz,

    CONSTRAINT users_username_length CHECK (length(username) BETWEEN 3 AND 30),
    CONSTRAINT users_username_format CHECK (username ~ '^[a-zA-Z0-9_]+$'),
    CONSTRAINT users_status_valid CHECK (status IN ('active', 'suspended', 'deleted'))
);

CREATE TABLE subscription_tiers (
    id bigserial PRIMARY KEY,
    name varchar(50) NOT NULL UNIQUE,
    description text,
    storage_bytes bigint NOT NULL,
    price_monthly_cents integer NOT NULL,
    is_active boolean NOT NULL DEFAULT TRUE,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),

    CONSTRAINT subscription_tiers_storage_positive CHECK (storage_bytes > 0),
    CONSTRAINT subscription_tiers_price_positive CHECK (price_monthly_cents >= 0)
);

-- Three of the four documents are checked here too, since they end up in other people's browsers;
-- the layout is left to the application. A check that comes out NULL takes the row, and a member
-- that is missing or null makes it so: hence coalesce. Of all JSON, texts alone begin with h or #.
CREATE TABLE user_profiles (
    id bigserial PRIMARY KEY,
    user_id bigint NOT NULL UNIQUE REFERENCES users (id) ON DELETE CASCADE,
    display_name varchar(100),
    bio text,
    age integer,
    location varchar(100),
    website varchar(500),
    visibility varchar(20) NOT NULL DEFAULT 'public',
    background_config jsonb NOT NULL DEFAULT '{}',
    music_config jsonb,
    style_config jsonb NOT NULL DEFAULT '{}',
    layout_config jsonb NOT NULL DEFAULT '{"sections": []}',
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),

    CONSTRAINT user_profiles_visibility_valid CHECK (
        visibility IN ('public', 'followers', 'private')
    ),
    CONSTRAINT user_profiles_age_valid CHECK (age IS NULL OR (age >= 13 AND age <= 120)),
    -- The empty object: no background was chosen.
    CONSTRAINT user_profiles_background_config_valid CHECK (
        background_config = '{}'
        OR coalesce(
            jsonb_typeof(background_config) = 'object'
            AND (
                (
                    background_config ->> 'type' = 'color'
                    AND background_config ->> 'value' ~ '^#[0-9A-Fa-f]{6}$'
                )
                OR (
                    background_config ->> 'type' IN ('image', 'video')
                    AND background_config ->> 'value'
                    ~ '^https?://[^\x01-\x20"#/:<>?@\\^`{|}\x7f][^\x01-\x20"<>\\^`{|}\x7f]*$'
                )
            )
            AND (
                background_config -> 'position' IS NULL
                OR background_config ->> 'position' IN ('center', 'top', 'bottom', 'cover')
            ),
            FALSE
        )
    ),
    CONSTRAINT user_profiles_music_config_valid CHECK (
        music_config IS NULL
        OR coalesce(
            jsonb_typeof(music_config) = 'object'
            AND music_config ->> 'url'
            ~ '^https?://[^\x01-\x20"#/:<>?@\\^`{|}\x7f][^\x01-\x20"<>\\^`{|}\x7f]*$'
            AND (
                music_config -> 'autoplay' IS NULL
                OR jsonb_typeof(music_config -> 'autoplay') = 'boolean'
            )
            AND (
                music_config -> 'volume' IS NULL
                OR (
                    jsonb_typeof(music_config -> 'volume') = 'number'
                    AND music_config -> 'volume' >= '0'
                    AND music_config -> 'volume' <= '100'
                )
            ),
            FALSE
        )
    ),
    CONSTRAINT user_profiles_style_config_valid CHECK (
        coalesce(
            jsonb_typeof(style_config) = 'object'
            AND (style_config -> 'font' IS NULL OR jsonb_typeof(style_config -> 'font') = 'string')
            AND (
                style_config -> 'primaryColor' IS NULL
                OR style_config ->> 'primaryColor' ~ '^#[0-9A-Fa-f]{6}$'
            )
            AND (
                style_config -> 'secondaryColor' IS NULL
                OR style_config ->> 'secondaryColor' ~ '^#[0-9A-Fa-f]{6}$'
            )
            AND (
                style_config -> 'accentColor' IS NULL
                OR style_config ->> 'accentColor' ~ '^#[0-9A-Fa-f]{6}$'
            )
            AND (
                style_config -> 'customCSS' IS NULL
                OR (
                    jsonb_typeof(style_config -> 'customCSS') = 'string'
                    AND char_length(style_config ->> 'customCSS') <= 5000
                )
            ),
            FALSE
        )
    )
);

-- Here and not summed up on demand, so that the quota check locks and reads one row.
CREATE TABLE storage_usage (
    id bigserial PRIMARY KEY,
    user_id bigint NOT NULL UNIQUE REFERENCES users (id) ON DELETE CASCADE,
    used_bytes bigint NOT NULL DEFAULT 0,
    quota_bytes bigint NOT NULL DEFAULT 52428800, -- 50 MiB, the quota of the Free tier
    images_bytes bigint NOT NULL DEFAULT 0,
    videos_bytes bigint NOT NULL DEFAULT 0,
    audio_bytes bigint NOT NULL DEFAULT 0,
    other_bytes bigint NOT NULL DEFAULT 0,
    last_calculated_at timestamptz NOT NULL DEFAULT now(),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),

    CONSTRAINT storage_usage_positive CHECK (used_bytes >= 0),
    CONSTRAINT storage_usage_quota_positive CHECK (quota_bytes > 0)
);

-- Repeats the index of users_email_key; the sources ask for it by name.
CREATE INDEX idx_users_email ON users (email);
CREATE INDEX idx_users_status ON users (status) WHERE status = 'active';
CREATE INDEX idx_user_profiles_visibility ON user_profiles (visibility)
WHERE visibility <> 'private';
CREATE INDEX idx_user_profiles_style_config_gin ON user_profiles USING gin (style_config);

CREATE TRIGGER update_users_updated_at
BEFORE UPDATE ON users
FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();

CREATE TRIGGER update_subscription_tiers_updated_at
BEFORE UPDATE ON subscription_tiers
FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();

CREATE TRIGGER update_user_profiles_updated_at
BEFORE UPDATE ON user_profiles
FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();

CREATE TRIGGER update_storage_usage_updated_at
BEFORE UPDATE ON storage_usage
FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();

COMMENT ON TABLE users IS
'An account, how its owner signs in, and whether they may.';
COMMENT ON TABLE subscription_tiers IS
'A plan a user can subscribe to, with its storage and its price.';
COMMENT ON TABLE user_profiles IS
'How a user shows themselves to others, one profile per user.';
COMMENT ON TABLE storage_usage IS
'How many bytes of media a user holds, by kind, and how many they may.';


-- phase 2: content and social

CREATE TYPE post_type AS ENUM (
    'text_short', 'text_long', 'image', 'image_gallery', 'gif', 'video_short', 'video_long',
    'song', 'album'
);
CREATE TYPE post_status AS ENUM ('draft', 'published', 'scheduled', 'deleted');
CREATE TYPE media_type AS ENUM ('image', 'gif', 'video', 'audio', 'document');
CREATE TYPE interaction_type AS ENUM ('like', 'bookmark', 'share');

-- The counters have one shape: a cursor over what to add to which row, in the order of the locks,
-- and an UPDATE of each. A joined UPDATE promises no such order, and its plan would be kept for the
-- session as the first statement, large or small, happened to want it. A cursor that is not closed
-- would stay open until the transaction ends.

CREATE FUNCTION update_post_likes_count() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    changes refcursor;
    post bigint;
    n bigint;
BEGIN
    CASE TG_OP
        WHEN 'INSERT' THEN
            OPEN changes FOR
                SELECT post_id, count(*) FROM new_rows WHERE type = 'like'
                GROUP BY post_id
                ORDER BY post_id;
        WHEN 'DELETE' THEN
            OPEN changes FOR
                SELECT post_id, -count(*) FROM old_rows WHERE type = 'like'
                GROUP BY post_id
                ORDER BY post_id;
        WHEN 'UPDATE' THEN
            OPEN changes FOR
                SELECT post_id, sum(step)
                FROM (
                    SELECT post_id, 1 AS step FROM new_rows WHERE type = 'like'
                    UNION ALL
                    SELECT post_id, -1 FROM old_rows WHERE type = 'like'
                ) AS single
                GROUP BY post_id
                HAVING sum(step) <> 0
                ORDER BY post_id;
        WHEN 'TRUNCATE' THEN
            OPEN changes FOR
                SELECT id, -likes_count FROM posts WHERE likes_count <> 0;
    END CASE;
    LOOP
        FETCH changes INTO post, n;
        EXIT WHEN NOT FOUND;
        UPDATE posts SET likes_count = GREATEST(likes_count + n, 0) WHERE id = post;
    END LOOP;
    CLOSE changes;
    RETURN NULL;
END;
$$;

CREATE FUNCTION update_post_reposts_count() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    changes refcursor;
    post bigint;
    n bigint;
BEGIN
    CASE TG_OP
        WHEN 'INSERT' THEN
            OPEN changes FOR
                SELECT post_id, count(*) FROM new_rows GROUP BY post_id ORDER BY post_id;
        WHEN 'DELETE' THEN
            OPEN changes FOR
                SELECT post_id, -count(*) FROM old_rows GROUP BY post_id ORDER BY post_id;
        WHEN 'UPDATE' THEN
            OPEN changes FOR
                SELECT post_id, sum(step)
                FROM (
                    SELECT post_id, 1 AS step FROM new_rows
                    UNION ALL
                    SELECT post_id, -1 FROM old_rows
                ) AS single
                GROUP BY post_id
                HAVING sum(step) <> 0
                ORDER BY post_id;
        WHEN 'TRUNCATE' THEN
            OPEN changes FOR
                SELECT id, -reposts_count FROM posts WHERE reposts_count <> 0;
    END CASE;
    LOOP
        FETCH changes INTO post, n;
        EXIT WHEN NOT FOUND;
        UPDATE posts SET reposts_count = GREATEST(reposts_count + n, 0) WHERE id = post;
    END LOOP;
    CLOSE changes;
    RETURN NULL;
END;
$$;

-- Counts what a reader of the thread sees, for the parent and for the post: one that is marked
-- deleted counts no more. Each row of the cursor has one of the two, or neither, for comments that
-- have no parent. Its own UPDATE of comments fires it again; that call finds no change and ends.
CREATE FUNCTION update_post_comments_count() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    changes refcursor;
    parent bigint;
    post bigint;
    n bigint;
BEGIN
    CASE TG_OP
        WHEN 'INSERT' THEN
            OPEN changes FOR
                SELECT parent_comment_id, post_id, count(*) FROM new_rows WHERE deleted_at IS NULL
                GROUP BY GROUPING SETS (parent_comment_id, post_id)
                ORDER BY parent_comment_id DESC NULLS LAST, post_id;
        WHEN 'DELETE' THEN
            OPEN changes FOR
                SELECT parent_comment_id, post_id, -count(*) FROM old_rows WHERE deleted_at IS NULL
                GROUP BY GROUPING SETS (parent_comment_id, post_id)
                ORDER BY parent_comment_id DESC NULLS LAST, post_id;
        WHEN 'UPDATE' THEN
            OPEN changes FOR
                SELECT parent_comment_id, post_id, sum(step)
                FROM (
                    SELECT parent_comment_id, post_id, 1 AS step FROM new_rows
                    WHERE deleted_at IS NULL
                    UNION ALL
                    SELECT parent_comment_id, post_id, -1 FROM old_rows
                    WHERE deleted_at IS NULL
                ) AS single
                GROUP BY GROUPING SETS (parent_comment_id, post_id)
                HAVING sum(step) <> 0
                ORDER BY parent_comment_id DESC NULLS LAST, post_id;
        WHEN 'TRUNCATE' THEN -- which takes the parents with it
            OPEN changes FOR
                SELECT NULL::bigint, id, -comments_count FROM posts WHERE comments_count <> 0;
    END CASE;
    LOOP
        FETCH changes INTO parent, post, n;
        EXIT WHEN NOT FOUND;
        IF parent IS NOT NULL THEN
            UPDATE comments SET replies_count = GREATEST(replies_count + n, 0) WHERE id = parent;
        ELSIF post IS NOT NULL THEN
            UPDATE posts SET comments_count = GREATEST(comments_count + n, 0) WHERE id = post;
        END IF;
    END LOOP;
    CLOSE changes;
    RETURN NULL;
END;
$$;

-- Two users who follow each other at the same moment do not see each other's row, and the
-- friendship would be lost. A lock on the pair makes the second wait for the first to commit and
-- look then. Pairs are locked in one order, so that two statements of many follows do not deadlock.
-- A lock for each of very many pairs would not fit into the server's lock table: the whole table is
-- locked in their place, against all who follow meanwhile.
--
-- Above READ COMMITTED a lock does not renew the snapshot, so a reverse follow committed since then
-- stays unseen. The unique index sees it: an INSERT of the reverse row, ON CONFLICT DO NOTHING,
-- fails with 40001 on exactly such a row, and a retry of the transaction finds it. Where there is
-- none, the id of the new follow, which is taken, keeps the row out before any trigger sees it.
--
-- On UPDATE only a new pair is a new follow: a touched row does not revive an ended friendship. An
-- unfollow leaves the friendship, so there is nothing to do on DELETE.
CREATE FUNCTION create_friendship_on_mutual_follow() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    follows refcursor;
    follow bigint;
    follower bigint;
    target bigint;
    pairs integer := 0;
BEGIN
    IF TG_OP = 'INSERT' THEN
        OPEN follows FOR
            SELECT id, follower_id, following_id FROM new_rows
            ORDER BY LEAST(follower_id, following_id), GREATEST(follower_id, following_id);
    ELSE
        OPEN follows FOR
            SELECT id, follower_id, following_id FROM new_rows
            WHERE (follower_id, following_id) NOT IN (
                SELECT follower_id, following_id FROM old_rows
            )
            ORDER BY LEAST(follower_id, following_id), GREATEST(follower_id, following_id);
    END IF;
    LOOP
        FETCH follows INTO follow, follower, target;
        EXIT WHEN NOT FOUND;
        pairs := pairs + 1;
        IF pairs <= 100 THEN
            PERFORM pg_advisory_xact_lock(
                hashint8extended(LEAST(follower, target), GREATEST(follower, target))
            );
        ELSIF pairs = 101 THEN
            LOCK TABLE user_follows IN SHARE ROW EXCLUSIVE MODE;
        END IF;
        IF current_setting('transaction_isolation') <> 'read committed' THEN
            BEGIN
                INSERT INTO user_follows (id, follower_id, following_id)
                VALUES (follow, target, follower)
                ON CONFLICT (follower_id, following_id) DO NOTHING;
            EXCEPTION
                WHEN unique_violation THEN NULL;
            END;
        END IF;
        IF EXISTS (
            SELECT FROM user_follows WHERE follower_id = target AND following_id = follower
        ) THEN
            INSERT INTO friendships (user_id_1, user_id_2)
            VALUES (LEAST(follower, target), GREATEST(follower, target))
            ON CONFLICT (user_id_1, user_id_2) DO NOTHING;
        END IF;
    END LOOP;
    CLOSE follows;
    RETURN NULL;
END;
$$;

-- The first file of a user makes their row. INSERT ... SELECT ... ORDER BY inserts in that order.
CREATE FUNCTION update_storage_on_media_insert() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    INSERT INTO storage_usage AS usage (
        user_id, used_bytes, images_bytes, videos_bytes, audio_bytes, other_bytes
    )
    SELECT
        user_id,
        sum(file_size_bytes),
        sum(CASE WHEN type = 'image' THEN file_size_bytes ELSE 0 END),
        sum(CASE WHEN type = 'video' THEN file_size_bytes ELSE 0 END),
        sum(CASE WHEN type = 'audio' THEN file_size_bytes ELSE 0 END),
        sum(CASE WHEN type IN ('image', 'video', 'audio') THEN 0 ELSE file_size_bytes END)
    FROM new_rows
    GROUP BY user_id
    ORDER BY user_id
    ON CONFLICT (user_id) DO UPDATE
    SET used_bytes = usage.used_bytes + excluded.used_bytes,
        images_bytes = usage.images_bytes + excluded.images_bytes,
        videos_bytes = usage.videos_bytes + excluded.videos_bytes,
        audio_bytes = usage.audio_bytes + excluded.audio_bytes,
        other_bytes = usage.other_bytes + excluded.other_bytes;
    RETURN NULL;
END;
$$;

-- Frees what a deleted file took, and charges a changed one anew, in one UPDATE for each user, so
-- that no part is ever out of step with the whole. Who is handed a file may have no row yet; none
-- is made for who loses one, since the files may be going because their owner is.
CREATE FUNCTION update_storage_on_media_delete() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    changes refcursor;
    change record;
BEGIN
    CASE TG_OP
        WHEN 'DELETE' THEN
            OPEN changes FOR
                SELECT
                    user_id,
                    -sum(file_size_bytes) AS used,
                    -sum(CASE WHEN type = 'image' THEN file_size_bytes ELSE 0 END) AS images,
                    -sum(CASE WHEN type = 'video' THEN file_size_bytes ELSE 0 END) AS videos,
                    -sum(CASE WHEN type = 'audio' THEN file_size_bytes ELSE 0 END) AS audio,
                    -sum(
                        CASE WHEN type IN ('image', 'video', 'audio') THEN 0 ELSE file_size_bytes END
                    ) AS other
                FROM old_rows
                GROUP BY user_id
                ORDER BY user_id;
        WHEN 'UPDATE' THEN
            OPEN changes FOR
                SELECT *
                FROM (
                    SELECT
                        user_id,
                        sum(size) AS used,
                        sum(CASE WHEN type = 'image' THEN size ELSE 0 END) AS images,
                        sum(CASE WHEN type = 'video' THEN size ELSE 0 END) AS videos,
                        sum(CASE WHEN type = 'audio' THEN size ELSE 0 END) AS audio,
                        sum(CASE WHEN type IN ('image', 'video', 'audio') THEN 0 ELSE size END)
                            AS other
                    FROM (
                        SELECT user_id, type, file_size_bytes AS size FROM new_rows
                        UNION ALL
                        SELECT user_id, type, -file_size_bytes FROM old_rows
                    ) AS single
                    GROUP BY user_id
                ) AS total
                WHERE (images, videos, audio, other) <> (0, 0, 0, 0)
                ORDER BY user_id;
        WHEN 'TRUNCATE' THEN
            UPDATE storage_usage
            SET used_bytes = 0, images_bytes = 0, videos_bytes = 0, audio_bytes = 0, other_bytes = 0
            WHERE
                (used_bytes, images_bytes, videos_bytes, audio_bytes, other_bytes)
                <> (0, 0, 0, 0, 0);
            RETURN NULL;
    END CASE;
    LOOP
        FETCH changes INTO change;
        EXIT WHEN NOT FOUND;
        IF change.used > 0 THEN
            INSERT INTO storage_usage (user_id) VALUES (change.user_id)
            ON CONFLICT (user_id) DO NOTHING;
        END IF;
        UPDATE storage_usage
        SET used_bytes = GREATEST(used_bytes + change.used, 0),
            images_bytes = GREATEST(images_bytes + change.images, 0),
            videos_bytes = GREATEST(videos_bytes + change.videos, 0),
            audio_bytes = GREATEST(audio_bytes + change.audio, 0),
            other_bytes = GREATEST(other_bytes + change.other, 0)
        WHERE user_id = change.user_id;
    END LOOP;
    CLOSE changes;
    RETURN NULL;
END;
$$;

REVOKE EXECUTE ON FUNCTION update_post_likes_count() FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION update_post_reposts_count() FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION update_post_comments_count() FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION create_friendship_on_mutual_follow() FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION update_storage_on_media_insert() FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION update_storage_on_media_delete() FROM PUBLIC;

CREATE TABLE posts (
    id bigserial PRIMARY KEY,
    user_id bigint NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    type post_type NOT NULL,
    status post_status NOT NULL DEFAULT 'published',
    title varchar(200),
    content text,
    content_html text,
    media_urls jsonb,
    thumbnail_url varchar(500),
    likes_count integer NOT NULL DEFAULT 0,
    comments_count integer NOT NULL DEFAULT 0,
    reposts_count integer NOT NULL DEFAULT 0,
    views_count integer NOT NULL DEFAULT 0,
    published_at timestamptz,
    scheduled_for timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,

    CONSTRAINT posts_title_length CHECK (title IS NULL OR length(title) <= 200)
);

CREATE TABLE post_media (
    id bigserial PRIMARY KEY,
    post_id bigint NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
    user_id bigint NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    type media_type NOT NULL,
    file_url varchar(500) NOT NULL,
    file_size_bytes bigint NOT NULL,
    mime_type varchar(100) NOT NULL,
    width integer,
    height integer,
    duration_seconds integer,
    thumbnail_url varchar(500),
    display_order integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),

    CONSTRAINT post_media_file_size_positive CHECK (file_size_bytes > 0)
);

CREATE TABLE user_follows (
    id bigserial PRIMARY KEY,
    follower_id bigint NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    following_id bigint NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at timestamptz NOT NULL DEFAULT now(),

    CONSTRAINT user_follows_no_self_follow CHECK (follower_id <> following_id),
    CONSTRAINT user_follows_unique UNIQUE (follower_id, following_id)
);

-- One row per pair, the lower id first: the order is what makes the UNIQUE constraint mean that.
CREATE TABLE friendships (
    id bigserial PRIMARY KEY,
    user_id_1 bigint NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    user_id_2 bigint NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at timestamptz NOT NULL DEFAULT now(),

    CONSTRAINT friendships_no_self CHECK (user_id_1 <> user_id_2),
    CONSTRAINT friendships_ordered CHECK (user_id_1 < user_id_2),
    CONSTRAINT friendships_unique UNIQUE (user_id_1, user_id_2)
);

CREATE TABLE post_interactions (
    id bigserial PRIMARY KEY,
    user_id bigint NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    post_id bigint NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
    type interaction_type NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),

    CONSTRAINT post_interactions_unique UNIQUE (user_id, post_id, type)
);

CREATE TABLE comments (
    id bigserial PRIMARY KEY,
    post_id bigint NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
    user_id bigint NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    parent_comment_id bigint REFERENCES comments (id) ON DELETE CASCADE,
    content text NOT NULL,
    content_html text,
    likes_count integer NOT NULL DEFAULT 0,
    replies_count integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,

    CONSTRAINT comments_content_not_empty CHECK (NOT is_blank(content))
);

CREATE TABLE reposts (
    id bigserial PRIMARY KEY,
    user_id bigint NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    post_id bigint NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
    comment text,
    created_at timestamptz NOT NULL DEFAULT now(),

    CONSTRAINT reposts_unique UNIQUE (user_id, post_id)
);

CREATE INDEX idx_posts_user_created ON posts (user_id, created_at DESC, id DESC, status)
WHERE deleted_at IS NULL;
CREATE INDEX idx_posts_type_created ON posts (type, created_at DESC, id DESC)
WHERE status = 'published' AND deleted_at IS NULL;
CREATE INDEX idx_posts_engagement_created ON posts (
    likes_count DESC, created_at DESC, id DESC
)
WHERE status = 'published' AND deleted_at IS NULL;
CREATE INDEX idx_posts_user_status ON posts (user_id, status, created_at DESC, id DESC);
CREATE INDEX idx_posts_created ON posts (created_at DESC, id DESC) INCLUDE (user_id)
WHERE status = 'published' AND deleted_at IS NULL;
CREATE INDEX idx_posts_scheduled ON posts (scheduled_for, id)
WHERE status = 'scheduled' AND deleted_at IS NULL;
CREATE INDEX idx_posts_media_urls_gin ON posts USING gin (media_urls);

CREATE INDEX idx_post_media_post ON post_media (post_id, display_order);
CREATE INDEX idx_post_media_user_size ON post_media (user_id, created_at DESC);

CREATE INDEX idx_user_follows_follower ON user_follows (follower_id, created_at DESC, id DESC)
INCLUDE (following_id);
CREATE INDEX idx_user_follows_following ON user_follows (following_id, created_at DESC, id DESC)
INCLUDE (follower_id);
-- Repeats the index of user_follows_unique; the sources ask for it by name.
CREATE INDEX idx_user_follows_both ON user_follows (follower_id, following_id);

CREATE INDEX idx_friendships_user1 ON friendships (user_id_1, created_at DESC, id DESC)
INCLUDE (user_id_2);
CREATE INDEX idx_friendships_user2 ON friendships (user_id_2, created_at DESC, id DESC)
INCLUDE (user_id_1);

-- Repeats the index of post_interactions_unique; the sources ask for it by name.
CREATE INDEX idx_post_interactions_user_post ON post_interactions (user_id, post_id, type);
CREATE INDEX idx_post_interactions_post_type ON post_interactions (
    post_id, type, created_at DESC, id DESC
) INCLUDE (user_id);

CREATE INDEX idx_comments_post_created ON comments (post_id, created_at DESC, id DESC)
WHERE deleted_at IS NULL;
CREATE INDEX idx_comments_parent ON comments (parent_comment_id, created_at DESC, id DESC)
WHERE parent_comment_id IS NOT NULL AND deleted_at IS NULL;
-- A delete looks for every referencing row, and a partial index can't say where all of them are.
-- Without these, deleting a post reads the whole table once for each of its comments.
CREATE INDEX idx_comments_post_fk ON comments (post_id, deleted_at);
CREATE INDEX idx_comments_user_fk ON comments (user_id);
CREATE INDEX idx_comments_parent_fk ON comments (parent_comment_id, deleted_at);

CREATE INDEX idx_reposts_user ON reposts (user_id, created_at DESC, id DESC);
CREATE INDEX idx_reposts_post ON reposts (post_id, created_at DESC, id DESC);

-- Every column that a person edits. A like or a view is not an edit of the post, so the counters
-- are left out here and for comments.
CREATE TRIGGER update_posts_updated_at
BEFORE UPDATE OF
user_id, type, status, title, content, content_html, media_urls, thumbnail_url, published_at,
scheduled_for, created_at, updated_at, deleted_at
ON posts
FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();

CREATE TRIGGER update_comments_updated_at
BEFORE UPDATE OF
post_id, user_id, parent_comment_id, content, content_html, created_at, updated_at, deleted_at
ON comments
FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();

-- A trigger with transition tables serves one event and takes no column list, hence one for each.
CREATE TRIGGER trigger_update_post_likes_count
AFTER INSERT ON post_interactions
REFERENCING NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION update_post_likes_count();

CREATE TRIGGER trigger_update_post_likes_count_delete
AFTER DELETE ON post_interactions
REFERENCING OLD TABLE AS old_rows
FOR EACH STATEMENT EXECUTE FUNCTION update_post_likes_count();

CREATE TRIGGER trigger_update_post_likes_count_update
AFTER UPDATE ON post_interactions
REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION update_post_likes_count();

CREATE TRIGGER trigger_update_post_likes_count_truncate
AFTER TRUNCATE ON post_interactions
FOR EACH STATEMENT EXECUTE FUNCTION update_post_likes_count();

CREATE TRIGGER trigger_update_post_comments_count
AFTER INSERT ON comments
REFERENCING NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION update_post_comments_count();

CREATE TRIGGER trigger_update_post_comments_count_delete
AFTER DELETE ON comments
REFERENCING OLD TABLE AS old_rows
FOR EACH STATEMENT EXECUTE FUNCTION update_post_comments_count();

CREATE TRIGGER trigger_update_post_comments_count_update
AFTER UPDATE ON comments
REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION update_post_comments_count();

CREATE TRIGGER trigger_update_post_comments_count_truncate
AFTER TRUNCATE ON comments
FOR EACH STATEMENT EXECUTE FUNCTION update_post_comments_count();

CREATE TRIGGER trigger_update_post_reposts_count
AFTER INSERT ON reposts
REFERENCING NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION update_post_reposts_count();

CREATE TRIGGER trigger_update_post_reposts_count_delete
AFTER DELETE ON reposts
REFERENCING OLD TABLE AS old_rows
FOR EACH STATEMENT EXECUTE FUNCTION update_post_reposts_count();

CREATE TRIGGER trigger_update_post_reposts_count_update
AFTER UPDATE ON reposts
REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION update_post_reposts_count();

CREATE TRIGGER trigger_update_post_reposts_count_truncate
AFTER TRUNCATE ON reposts
FOR EACH STATEMENT EXECUTE FUNCTION update_post_reposts_count();

CREATE TRIGGER trigger_create_friendship
AFTER INSERT ON user_follows
REFERENCING NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION create_friendship_on_mutual_follow();

CREATE TRIGGER trigger_create_friendship_update
AFTER UPDATE ON user_follows
REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION create_friendship_on_mutual_follow();

CREATE TRIGGER trigger_update_storage_insert
AFTER INSERT ON post_media
REFERENCING NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION update_storage_on_media_insert();

CREATE TRIGGER trigger_update_storage_delete
AFTER DELETE ON post_media
REFERENCING OLD TABLE AS old_rows
FOR EACH STATEMENT EXECUTE FUNCTION update_storage_on_media_delete();

CREATE TRIGGER trigger_update_storage_update
AFTER UPDATE ON post_media
REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION update_storage_on_media_delete();

CREATE TRIGGER trigger_update_storage_truncate
AFTER TRUNCATE ON post_media
FOR EACH STATEMENT EXECUTE FUNCTION update_storage_on_media_delete();

COMMENT ON TABLE posts IS
'What a user publishes, of any type, with the counts that feeds sort and show.';
COMMENT ON TABLE post_media IS
'A media file of a post, charged to the storage of the user who holds it.';
COMMENT ON TABLE user_follows IS
'One user follows another.';
COMMENT ON TABLE friendships IS
'Two users who came to follow each other, the lower id first.';
COMMENT ON TABLE post_interactions IS
'A user likes, bookmarks or shares a post, each at most once.';
COMMENT ON TABLE comments IS
'What a user says about a post or in reply to another comment.';
COMMENT ON TABLE reposts IS
'A user passes a post on to their followers, at most once.';


-- phase 3: features

CREATE TYPE section_type AS ENUM (
    'feed', 'gallery', 'links', 'static_text', 'static_image', 'video', 'reposts', 'friends',
    'followers', 'following', 'list'
);
CREATE TYPE filter_type AS ENUM ('post_type', 'author', 'tag', 'date_range', 'engagement');
CREATE TYPE filter_operator AS ENUM (
    'equals', 'not_equals', 'contains', 'greater_than', 'less_than', 'in_range'
);

CREATE TABLE profile_sections (
    id bigserial PRIMARY KEY,
    user_id bigint NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    type section_type NOT NULL,
    title varchar(100) NOT NULL,
    description text,
    config jsonb NOT NULL DEFAULT '{}',
    display_order integer NOT NULL DEFAULT 0,
    is_visible boolean NOT NULL DEFAULT TRUE,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),

    CONSTRAINT profile_sections_title_not_empty CHECK (NOT is_blank(title))
);

CREATE TABLE section_content (
    id bigserial PRIMARY KEY,
    section_id bigint NOT NULL REFERENCES profile_sections (id) ON DELETE CASCADE,
    content_type varchar(50) NOT NULL,
    title varchar(200),
    content text,
    url varchar(500),
    display_order integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),

    CONSTRAINT section_content_content_type_valid CHECK (
        content_type IN ('text', 'link', 'image', 'embed')
    )
);

CREATE TABLE custom_feeds (
    id bigserial PRIMARY KEY,
    user_id bigint NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name varchar(100) NOT NULL,
    description text,
    algorithm_config jsonb NOT NULL,
    is_default boolean NOT NULL DEFAULT FALSE,
    display_order integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),

    CONSTRAINT custom_feeds_name_not_empty CHECK (NOT is_blank(name)),
    CONSTRAINT custom_feeds_user_name_unique UNIQUE (user_id, name)
);

CREATE TABLE feed_filters (
    id bigserial PRIMARY KEY,
    feed_id bigint NOT NULL REFERENCES custom_feeds (id) ON DELETE CASCADE,
    type filter_type NOT NULL,
    operator filter_operator NOT NULL,
    value jsonb NOT NULL,
    group_id integer NOT NULL DEFAULT 0,
    logical_operator varchar(10) NOT NULL DEFAULT 'AND',
    display_order integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),

    CONSTRAINT feed_filters_logical_operator_valid CHECK (
        logical_operator IN ('AND', 'OR', 'NOT')
    )
);

CREATE TABLE user_lists (
    id bigserial PRIMARY KEY,
    user_id bigint NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name varchar(100) NOT NULL,
    description text,
    is_public boolean NOT NULL DEFAULT TRUE,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),

    CONSTRAINT user_lists_name_not_empty CHECK (NOT is_blank(name)),
    CONSTRAINT user_lists_user_name_unique UNIQUE (user_id, name)
);

CREATE TABLE list_members (
    id bigserial PRIMARY KEY,
    list_id bigint NOT NULL REFERENCES user_lists (id) ON DELETE CASCADE,
    member_user_id bigint NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    added_at timestamptz NOT NULL DEFAULT now(),

    CONSTRAINT list_members_unique UNIQUE (list_id, member_user_id)
);

CREATE INDEX idx_profile_sections_user_order ON profile_sections (user_id, display_order)
WHERE is_visible = TRUE;
CREATE INDEX idx_section_content_section_order ON section_content (section_id, display_order);
CREATE INDEX idx_custom_feeds_user ON custom_feeds (user_id, display_order);
CREATE INDEX idx_feed_filters_feed ON feed_filters (feed_id, group_id, display_order);
CREATE INDEX idx_feed_filters_type ON feed_filters (type, feed_id);

-- For deletes of the referenced row, as in phase 2.
CREATE INDEX idx_profile_sections_user_fk ON profile_sections (user_id);
CREATE INDEX idx_list_members_member_user_fk ON list_members (member_user_id);

CREATE TRIGGER update_profile_sections_updated_at
BEFORE UPDATE ON profile_sections
FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();

CREATE TRIGGER update_section_content_updated_at
BEFORE UPDATE ON section_content
FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();

CREATE TRIGGER update_custom_feeds_updated_at
BEFORE UPDATE ON custom_feeds
FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();

CREATE TRIGGER update_user_lists_updated_at
BEFORE UPDATE ON user_lists
FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();

COMMENT ON TABLE profile_sections IS
'A block of a user''s profile page, in the order they chose.';
COMMENT ON TABLE section_content IS
'A text, link, image or embed inside a profile section.';
COMMENT ON TABLE custom_feeds IS
'A feed that a user put together, under a name of its own.';
COMMENT ON TABLE feed_filters IS
'A condition by which a custom feed chooses posts.';
COMMENT ON TABLE user_lists IS
'A named list of users that a user keeps.';
COMMENT ON TABLE list_members IS
'A user stands on a list.';


-- phase 4: communication

CREATE TYPE notification_type AS ENUM (
    'follow', 'like', 'comment', 'repost', 'mention', 'message', 'friend_request', 'system'
);

-- CASE, because array_position refuses an array of two dimensions with an error of its own, and
-- because array_ndims of an empty array is NULL, which a CHECK would let pass.
-- Whoever is left after the first is taken out, wherever they repeat, is the second participant.
CREATE TABLE conversations (
    id bigserial PRIMARY KEY,
    participant_ids bigint[] NOT NULL,
    last_message_at timestamptz NOT NULL DEFAULT now(),
    created_at timestamptz NOT NULL DEFAULT now(),

    CONSTRAINT conversations_min_participants CHECK (
        CASE
            WHEN array_ndims(participant_ids) = 1
                THEN
                    array_position(participant_ids, NULL) IS NULL
                    AND array_remove(
                        participant_ids, participant_ids[array_lower(participant_ids, 1)]
                    ) <> '{}'
            ELSE FALSE
        END
    )
);

CREATE TABLE messages (
    id bigserial PRIMARY KEY,
    conversation_id bigint NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    sender_id bigint NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    content text NOT NULL,
    read_by bigint[] NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,

    CONSTRAINT messages_content_not_empty CHECK (NOT is_blank(content))
);

CREATE TABLE notifications (
    id bigserial PRIMARY KEY,
    user_id bigint NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    type notification_type NOT NULL,
    actor_id bigint REFERENCES users (id) ON DELETE CASCADE,
    post_id bigint REFERENCES posts (id) ON DELETE CASCADE,
    comment_id bigint REFERENCES comments (id) ON DELETE CASCADE,
    title varchar(200) NOT NULL,
    content text,
    action_url varchar(500),
    is_read boolean NOT NULL DEFAULT FALSE,
    read_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),

    CONSTRAINT notifications_title_not_empty CHECK (NOT is_blank(title))
);

-- A tier with subscriptions can't be deleted: what somebody pays for does not vanish.
CREATE TABLE user_subscriptions (
    id bigserial PRIMARY KEY,
    user_id bigint NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    tier_id bigint NOT NULL REFERENCES subscription_tiers (id),
    status subscription_status NOT NULL DEFAULT 'active',
    stripe_subscription_id varchar(255),
    stripe_customer_id varchar(255),
    current_period_start timestamptz NOT NULL,
    current_period_end timestamptz NOT NULL,
    canceled_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX idx_conversations_participants ON conversations USING gin (participant_ids);

CREATE INDEX idx_messages_conversation_created ON messages (
    conversation_id, created_at DESC, id DESC
) WHERE deleted_at IS NULL;
CREATE INDEX idx_messages_unread ON messages USING gin (read_by) WHERE deleted_at IS NULL;

CREATE INDEX idx_notifications_user_unread ON notifications (user_id, created_at DESC, id DESC)
WHERE is_read = FALSE;
CREATE INDEX idx_notifications_user_created ON notifications (user_id, created_at DESC, id DESC);

-- For deletes of the referenced row, as in phase 2.
CREATE INDEX idx_messages_conversation_fk ON messages (conversation_id, deleted_at);
CREATE INDEX idx_messages_sender_fk ON messages (sender_id);
CREATE INDEX idx_notifications_actor_fk ON notifications (actor_id);
CREATE INDEX idx_notifications_post_fk ON notifications (post_id);
CREATE INDEX idx_notifications_comment_fk ON notifications (comment_id);
CREATE INDEX idx_user_subscriptions_user_fk ON user_subscriptions (user_id);
CREATE INDEX idx_user_subscriptions_tier_fk ON user_subscriptions (tier_id);

CREATE TRIGGER update_messages_updated_at
BEFORE UPDATE ON messages
FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();

CREATE TRIGGER update_user_subscriptions_updated_at
BEFORE UPDATE ON user_subscriptions
FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();

COMMENT ON TABLE conversations IS
'A thread of messages between two or more users.';
COMMENT ON TABLE messages IS
'What a participant wrote in a conversation, and who has read it.';
COMMENT ON TABLE notifications IS
'Something that a user is told of, until they have read it.';
COMMENT ON TABLE user_subscriptions IS
'A user''s subscription to a tier, for a billing period.';
