WITH judged AS (
    SELECT
        cost_day, market, carrier, mode, transport_company_micros AS cost, orders, chargeable_g,
        CASE
            WHEN unallocated THEN 'unallocated_charge'
            WHEN without_rate THEN 'no_rate'
            WHEN without_cost THEN 'no_cost'
            ELSE 'counted'
        END AS state,
        cost IS NOT NULL AND orders IS NOT NULL AS has_orders,
        cost IS NOT NULL AS has_cost,
        coalesce(chargeable_g, 0) <> 0 AS has_weight
    FROM shipment_costs
    WHERE NOT deleted AND status NOT IN ('cancelled_before_dispatch', 'open') AND cost_day <= :day
)
SELECT
    cost_day AS day,
    coalesce(market, '(unknown)') AS market,
    coalesce(carrier, '(unknown)') AS carrier,
    coalesce(mode, '(unknown)') AS mode,
    sum(cost) FILTER (state = 'counted' AND has_orders) AS transportation_cost_per_order__num,
    sum(orders) FILTER (state = 'counted' AND has_orders) AS transportation_cost_per_order__den,
    count(*) FILTER (state = 'counted' AND has_orders) AS transportation_cost_per_order__n,
    0 AS transportation_cost_per_order__wait,
    0 AS transportation_cost_per_order__wait_den,
    count(*) FILTER (state = 'unallocated_charge') AS transportation_cost_per_order__x_unallocated_charge,
    count(*) FILTER (state = 'no_rate') AS transportation_cost_per_order__x_no_rate,
    count(*) FILTER (state = 'no_cost') AS transportation_cost_per_order__x_no_cost,
    count(*) FILTER (state = 'counted' AND NOT has_orders) AS transportation_cost_per_order__x_missing_value,
    sum(cost) FILTER (state = 'counted' AND has_cost) AS transportation_cost_per_shipment__num,
    count(*) FILTER (state = 'counted' AND has_cost) AS transportation_cost_per_shipment__den,
    count(*) FILTER (state = 'counted' AND has_cost) AS transportation_cost_per_shipment__n,
    0 AS transportation_cost_per_shipment__wait,
    0 AS transportation_cost_per_shipment__wait_den,
    count(*) FILTER (state = 'unallocated_charge') AS transportation_cost_per_shipment__x_unallocated_charge,
    count(*) FILTER (state = 'no_rate') AS transportation_cost_per_shipment__x_no_rate,
    count(*) FILTER (state = 'no_cost') AS transportation_cost_per_shipment__x_no_cost,
    count(*) FILTER (state = 'counted' AND NOT has_cost) AS transportation_cost_per_shipment__x_missing_value,
    sum(cost) FILTER (state = 'counted' AND has_weight AND has_cost) AS transportation_cost_per_kg__num,
    sum(chargeable_g) FILTER (state = 'counted' AND has_weight AND has_cost) AS transportation_cost_per_kg__den,
    count(*) FILTER (state = 'counted' AND has_weight AND has_cost) AS transportation_cost_per_kg__n,
    0 AS transportation_cost_per_kg__wait,
    0 AS transportation_cost_per_kg__wait_den,
    count(*) FILTER (state = 'unallocated_charge') AS transportation_cost_per_kg__x_unallocated_charge,
    count(*) FILTER (state = 'no_rate') AS transportation_cost_per_kg__x_no_rate,
    count(*) FILTER (state = 'no_cost') AS transportation_cost_per_kg__x_no_cost,
    count(*) FILTER (state = 'counted' AND NOT has_weight) AS transportation_cost_per_kg__x_no_weight,
    count(*) FILTER (state = 'counted' AND has_weight AND NOT has_cost) AS transportation_cost_per_kg__x_missing_value
FROM judged
GROUP BY ALL
