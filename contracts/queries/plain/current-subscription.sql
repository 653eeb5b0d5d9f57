SELECT
    mine.id,
    subscription_tiers.name,
    subscription_tiers.storage_bytes,
    mine.current_period_end
FROM user_subscriptions AS mine, subscription_tiers
WHERE
    mine.tier_id = subscription_tiers.id
    AND mine.user_id = :reader
    AND mine.status = 'active'
    AND :now >= mine.current_period_start
    AND :now < mine.current_period_end
    AND NOT EXISTS (
        SELECT FROM user_subscriptions AS later
        WHERE
            later.user_id = mine.user_id
            AND later.status = 'active'
            AND :now >= later.current_period_start
            AND :now < later.current_period_end
            AND (later.current_period_end, later.id) > (mine.current_period_end, mine.id)
    )
