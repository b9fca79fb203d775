WITH judged AS (
    SELECT
        confirmed_day, market, channel, handed_over_epoch <= fulfilment_due_epoch AS punctual,
        coalesce(fulfilment_due_epoch <= :epoch, false) AS due
    FROM order_outcomes
    WHERE NOT deleted AND status NOT IN ('cancelled', 'test', 'gift_card') AND confirmed_epoch IS NOT NULL
        AND confirmed_day <= :day
)
SELECT
    confirmed_day AS day,
    coalesce(market, '(unknown)') AS market,
    coalesce(channel, '(unknown)') AS channel,
    count(*) FILTER (due AND punctual) AS fulfilment_in_time_rate__num,
    count(*) FILTER (due) AS fulfilment_in_time_rate__den,
    count(*) FILTER (due) AS fulfilment_in_time_rate__n,
    count(*) FILTER (NOT due) AS fulfilment_in_time_rate__wait,
    count(*) FILTER (NOT due) AS fulfilment_in_time_rate__wait_den,
    0 AS fulfilment_in_time_rate__x_missing_value
FROM judged
GROUP BY ALL
