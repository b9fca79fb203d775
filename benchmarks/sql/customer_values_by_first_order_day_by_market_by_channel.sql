WITH judged AS (
    SELECT
        first_order_day, market, channel, margin_12m_micros AS margin,
        CASE
            WHEN without_margin THEN 'no_margin'
            WHEN margin_12m_micros IS NULL THEN 'missing_value'
            WHEN horizon_day <= :day THEN 'counted'
            ELSE 'waits'
        END AS state
    FROM customer_values
    WHERE NOT deleted AND first_order_day <= :day
)
SELECT
    first_order_day AS day,
    coalesce(market, '(unknown)') AS market,
    coalesce(channel, '(unknown)') AS channel,
    0 AS customer_acquisition_cost__num,
    count(*) AS customer_acquisition_cost__den,
    count(*) AS customer_acquisition_cost__n,
    0 AS customer_acquisition_cost__wait,
    0 AS customer_acquisition_cost__wait_den,
    0 AS customer_acquisition_cost__x_missing_value,
    sum(margin) FILTER (state = 'counted') AS customer_lifetime_value__num,
    count(*) FILTER (state = 'counted') AS customer_lifetime_value__den,
    count(*) FILTER (state = 'counted') AS customer_lifetime_value__n,
    count(*) FILTER (state = 'waits') AS customer_lifetime_value__wait,
    count(*) FILTER (state = 'waits') AS customer_lifetime_value__wait_den,
    count(*) FILTER (state = 'no_margin') AS customer_lifetime_value__x_no_margin,
    count(*) FILTER (state = 'missing_value') AS customer_lifetime_value__x_missing_value
FROM judged
GROUP BY ALL
