-- The tiers that users can subscribe to, without which nobody can sign up.
--
-- It may be run again at any time, by several at once: a tier that is there stays as it is, its
-- price and storage included. Those that are missing are looked for first, since an INSERT that
-- ends in ON CONFLICT uses up an id for each row that it does not insert.

INSERT INTO subscription_tiers (name, description, storage_bytes, price_monthly_cents)
SELECT
    tier.name,
    tier.description,
    tier.storage_bytes,
    tier.price_monthly_cents
FROM (
    VALUES
    ('Free', '50 MB of storage, to get started', 52428800::bigint, 0),
    ('Basic', '1 GB of storage, for casual creators', 1073741824, 499),
    ('Pro', '5 GB of storage, for serious creators', 5368709120, 999),
    ('Premium', '10 GB of storage, for power users', 10737418240, 1499)
) AS tier (name, description, storage_bytes, price_monthly_cents)
WHERE tier.name NOT IN (SELECT existing.name FROM subscription_tiers AS existing)
ORDER BY tier.storage_bytes
ON CONFLICT (name) DO NOTHING;
