WITH judged AS (
    SELECT
        due_day, market, carrier, mode, delivered_day <= promised_day AS punctual,
        CASE WHEN promised_day IS NULL THEN 'no_promise' WHEN promised_day <= :day THEN 'counted' ELSE 'waits' END AS state
    FROM shipments
    WHERE NOT deleted AND status <> 'cancelled_before_dispatch'
        AND (due_day <= :day OR shipped_day IS NULL OR shipped_day <= :day)
)
SELECT
    due_day AS day,
    coalesce(market, '(unknown)') AS market,
    coalesce(carrier, '(unknown)') AS carrier,
    coalesce(mode, '(unknown)') AS mode,
    count(*) FILTER (state = 'counted' AND punctual) AS on_time_delivery_rate__num,
    count(*) FILTER (state = 'counted') AS on_time_delivery_rate__den,
    count(*) FILTER (state = 'counted') AS on_time_delivery_rate__n,
    count(*) FILTER (state = 'waits') AS on_time_delivery_rate__wait,
    count(*) FILTER (state = 'waits') AS on_time_delivery_rate__wait_den,
    count(*) FILTER (state = 'no_promise') AS on_time_delivery_rate__x_no_promise,
    0 AS on_time_delivery_rate__x_missing_value
FROM judged
GROUP BY ALL
