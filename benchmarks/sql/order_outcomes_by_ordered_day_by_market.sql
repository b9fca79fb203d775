WITH judged AS (
    SELECT
        ordered_day, market, net_company_micros,
        CASE WHEN without_rate THEN 'no_rate' WHEN net_company_micros IS NULL THEN 'no_value' ELSE 'counted' END AS state
    FROM order_outcomes
    WHERE NOT deleted AND status NOT IN ('cancelled', 'test', 'gift_card') AND ordered_day <= :day
)
SELECT
    ordered_day AS day,
    coalesce(market, '(unknown)') AS market,
    0 AS transportation_cost_of_sales__num,
    sum(net_company_micros) FILTER (state = 'counted') AS transportation_cost_of_sales__den,
    count(*) FILTER (state = 'counted') AS transportation_cost_of_sales__n,
    0 AS transportation_cost_of_sales__wait,
    0 AS transportation_cost_of_sales__wait_den,
    count(*) FILTER (state = 'no_rate') AS transportation_cost_of_sales__x_no_rate,
    count(*) FILTER (state = 'no_value') AS transportation_cost_of_sales__x_no_value,
    0 AS transportation_cost_of_sales__x_missing_value
FROM judged
GROUP BY ALL
