-- Nothing keeps a user from having two at a time: the one that ends last counts.
SELECT
    user_subscriptions.id,
    subscription_tiers.name,
    subscription_tiers.storage_bytes,
    user_subscriptions.current_period_end
FROM user_subscriptions
INNER JOIN subscription_tiers ON user_subscriptions.tier_id = subscription_tiers.id
WHERE
    user_subscriptions.user_id = :reader
    AND user_subscriptions.status = 'active'
    AND user_subscriptions.current_period_start <= :now
    AND user_subscriptions.current_period_end > :now
ORDER BY user_subscriptions.current_period_end DESC, user_subscriptions.id DESC
LIMIT 1
