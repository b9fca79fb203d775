WITH judged AS (
    SELECT
        ordered_day, market, channel, net_company_micros, customer_id IS NULL AS nobody,
        CASE WHEN without_rate THEN 'no_rate' WHEN net_company_micros IS NULL THEN 'no_value' ELSE 'counted' END AS state
    FROM order_outcomes
    WHERE NOT deleted AND status NOT IN ('cancelled', 'test', 'gift_card') AND ordered_day <= :day
)
SELECT
    ordered_day AS day,
    coalesce(market, '(unknown)') AS market,
    coalesce(channel, '(unknown)') AS channel,
    sum(net_company_micros) FILTER (state = 'counted') AS average_order_value__num,
    count(*) FILTER (state = 'counted') AS average_order_value__den,
    count(*) FILTER (state = 'counted') AS average_order_value__n,
    0 AS average_order_value__wait,
    0 AS average_order_value__wait_den,
    count(*) FILTER (state = 'no_rate') AS average_order_value__x_no_rate,
    count(*) FILTER (state = 'no_value') AS average_order_value__x_no_value,
    0 AS average_order_value__x_missing_value,
    sum(net_company_micros) FILTER (state = 'counted') AS net_sales__num,
    count(*) FILTER (state = 'counted') AS net_sales__den,
    count(*) FILTER (state = 'counted') AS net_sales__n,
    0 AS net_sales__wait,
    0 AS net_sales__wait_den,
    count(*) FILTER (state = 'no_rate') AS net_sales__x_no_rate,
    count(*) FILTER (state = 'no_value') AS net_sales__x_no_value,
    0 AS net_sales__x_missing_value,
    count(*) FILTER (NOT nobody) AS active_customers__num,
    count(*) FILTER (NOT nobody) AS active_customers__den,
    count(*) FILTER (NOT nobody) AS active_customers__n,
    0 AS active_customers__wait,
    0 AS active_customers__wait_den,
    count(*) FILTER (nobody) AS active_customers__x_no_customer,
    0 AS active_customers__x_missing_value
FROM judged
GROUP BY ALL
