WITH judged AS (
    SELECT
        cost_day, market, transport_company_micros,
        CASE
            WHEN unallocated THEN 'unallocated_charge'
            WHEN without_rate THEN 'no_rate'
            WHEN without_cost THEN 'no_cost'
            WHEN transport_company_micros IS NULL THEN 'missing_value'
            ELSE 'counted'
        END AS state
    FROM shipment_costs
    WHERE NOT deleted AND status NOT IN ('cancelled_before_dispatch', 'open') AND cost_day <= :day
)
SELECT
    cost_day AS day,
    coalesce(market, '(unknown)') AS market,
    sum(transport_company_micros) FILTER (state = 'counted') AS transportation_cost_of_sales__num,
    0 AS transportation_cost_of_sales__den,
    0 AS transportation_cost_of_sales__n,
    0 AS transportation_cost_of_sales__wait,
    0 AS transportation_cost_of_sales__wait_den,
    count(*) FILTER (state = 'unallocated_charge') AS transportation_cost_of_sales__x_unallocated_charge,
    count(*) FILTER (state = 'no_rate') AS transportation_cost_of_sales__x_no_rate,
    count(*) FILTER (state = 'no_cost') AS transportation_cost_of_sales__x_no_cost,
    count(*) FILTER (state = 'missing_value') AS transportation_cost_of_sales__x_missing_value
FROM judged
GROUP BY ALL
