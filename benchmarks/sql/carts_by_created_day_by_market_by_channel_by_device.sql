WITH judged AS (
    SELECT
        created_day, market, channel, device, coalesce(window_closes_epoch <= :epoch, false) AS ripe,
        ordered_epoch IS NULL OR ordered_epoch > window_closes_epoch AS abandoned
    FROM carts
    WHERE NOT deleted AND created_day <= :day
)
SELECT
    created_day AS day,
    coalesce(market, '(unknown)') AS market,
    coalesce(channel, '(unknown)') AS channel,
    coalesce(device, '(unknown)') AS device,
    count(*) FILTER (ripe AND abandoned) AS cart_abandonment_rate__num,
    count(*) FILTER (ripe) AS cart_abandonment_rate__den,
    count(*) FILTER (ripe) AS cart_abandonment_rate__n,
    count(*) FILTER (NOT ripe) AS cart_abandonment_rate__wait,
    count(*) FILTER (NOT ripe) AS cart_abandonment_rate__wait_den,
    0 AS cart_abandonment_rate__x_missing_value
FROM judged
GROUP BY ALL
