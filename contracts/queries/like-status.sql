SELECT post_id
FROM post_interactions
WHERE user_id = :reader AND post_id = any(cast(:posts AS bigint[])) AND type = 'like'
