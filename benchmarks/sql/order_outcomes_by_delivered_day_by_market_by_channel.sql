WITH judged AS (
    SELECT
        delivered_day, market, channel, units_returned, units_delivered,
        CASE
            WHEN units_delivered IS NULL THEN 'no_units'
            WHEN units_returned IS NULL THEN 'missing_value'
            WHEN returns_close_day <= :day THEN 'counted'
            ELSE 'waits'
        END AS state
    FROM order_outcomes
    WHERE NOT deleted AND status NOT IN ('cancelled', 'test', 'gift_card') AND delivered_day <= :day
)
SELECT
    delivered_day AS day,
    coalesce(market, '(unknown)') AS market,
    coalesce(channel, '(unknown)') AS channel,
    sum(units_returned) FILTER (state = 'counted') AS return_rate__num,
    sum(units_delivered) FILTER (state = 'counted') AS return_rate__den,
    count(*) FILTER (state = 'counted') AS return_rate__n,
    count(*) FILTER (state = 'waits') AS return_rate__wait,
    sum(units_delivered) FILTER (state = 'waits') AS return_rate__wait_den,
    count(*) FILTER (state = 'no_units') AS return_rate__x_no_units,
    count(*) FILTER (state = 'missing_value') AS return_rate__x_missing_value
FROM judged
GROUP BY ALL
