SELECT DISTINCT likes.post_id
FROM unnest(cast(:posts AS bigint[])) AS shown (post_id)
INNER JOIN post_interactions AS likes ON shown.post_id = likes.post_id
WHERE likes.user_id = :reader AND likes.type = 'like'
