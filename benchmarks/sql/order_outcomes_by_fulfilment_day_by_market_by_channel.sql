WITH judged AS (
    SELECT
        CASE WHEN handed_over_epoch <= :epoch THEN fulfilment_day ELSE confirmed_day END AS day,
        market, channel, fulfilment_s, fulfilment_s // 60 AS minutes, confirmed_epoch,
        CASE
            WHEN handed_over_epoch IS NULL OR handed_over_epoch > :epoch THEN 'waiting'
            WHEN fulfilment_s < 0 THEN 'negative'
            WHEN fulfilment_s IS NULL THEN 'missing_value'
            ELSE 'counted'
        END AS state
    FROM order_outcomes
    WHERE NOT deleted AND status NOT IN ('cancelled', 'test', 'gift_card') AND confirmed_epoch IS NOT NULL
        AND day <= :day
)
SELECT
    day,
    coalesce(market, '(unknown)') AS market,
    coalesce(channel, '(unknown)') AS channel,
    sum(fulfilment_s) FILTER (state = 'counted') AS fulfilment_time__num,
    count(*) FILTER (state = 'counted') AS fulfilment_time__den,
    count(*) FILTER (state = 'counted') AS fulfilment_time__n,
    0 AS fulfilment_time__wait,
    0 AS fulfilment_time__wait_den,
    count(*) FILTER (state = 'waiting') AS fulfilment_time__x_waiting,
    count(*) FILTER (state = 'negative') AS fulfilment_time__x_negative,
    count(*) FILTER (state = 'missing_value') AS fulfilment_time__x_missing_value,
    sum(minutes * minutes) FILTER (state = 'counted') AS fulfilment_time__sq,
    count(*) FILTER (state = 'waiting') AS fulfilment_time__open,
    min(confirmed_epoch) FILTER (state = 'waiting') AS fulfilment_time__oldest
FROM judged
GROUP BY ALL
