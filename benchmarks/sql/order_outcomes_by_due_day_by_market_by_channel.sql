WITH judged AS (
    SELECT
        due_day, market, channel, lines, lines_in_full, units, units_by_promise,
        CASE
            WHEN promised_day IS NULL THEN 'no_promise'
            WHEN coalesce(lines, 0) = 0 THEN 'no_lines'
            WHEN units_by_promise IS NULL THEN 'no_quantities'
            WHEN promised_day <= :day THEN 'counted'
            ELSE 'waits'
        END AS state,
        lines_in_full IS NOT NULL AS has_lines,
        units IS NOT NULL AS has_units
    FROM order_outcomes
    WHERE NOT deleted AND status NOT IN ('cancelled', 'test', 'gift_card')
        AND (due_day <= :day OR ordered_day IS NULL OR ordered_day <= :day)
)
SELECT
    due_day AS day,
    coalesce(market, '(unknown)') AS market,
    coalesce(channel, '(unknown)') AS channel,
    count(*) FILTER (state = 'counted' AND lines_in_full = lines) AS otif_rate__num,
    count(*) FILTER (state = 'counted') AS otif_rate__den,
    count(*) FILTER (state = 'counted') AS otif_rate__n,
    count(*) FILTER (state = 'waits') AS otif_rate__wait,
    count(*) FILTER (state = 'waits') AS otif_rate__wait_den,
    count(*) FILTER (state = 'no_promise') AS otif_rate__x_no_promise,
    count(*) FILTER (state = 'no_lines') AS otif_rate__x_no_lines,
    count(*) FILTER (state = 'no_quantities') AS otif_rate__x_no_quantities,
    0 AS otif_rate__x_missing_value,
    sum(lines_in_full) FILTER (state = 'counted' AND has_lines) AS otif_line_rate__num,
    sum(lines) FILTER (state = 'counted' AND has_lines) AS otif_line_rate__den,
    count(*) FILTER (state = 'counted' AND has_lines) AS otif_line_rate__n,
    count(*) FILTER (state = 'waits' AND has_lines) AS otif_line_rate__wait,
    sum(lines) FILTER (state = 'waits' AND has_lines) AS otif_line_rate__wait_den,
    count(*) FILTER (state = 'no_promise') AS otif_line_rate__x_no_promise,
    count(*) FILTER (state = 'no_lines') AS otif_line_rate__x_no_lines,
    count(*) FILTER (state = 'no_quantities') AS otif_line_rate__x_no_quantities,
    count(*) FILTER (state IN ('counted', 'waits') AND NOT has_lines) AS otif_line_rate__x_missing_value,
    sum(units_by_promise) FILTER (state = 'counted' AND has_units) AS otif_unit_rate__num,
    sum(units) FILTER (state = 'counted' AND has_units) AS otif_unit_rate__den,
    count(*) FILTER (state = 'counted' AND has_units) AS otif_unit_rate__n,
    count(*) FILTER (state = 'waits' AND has_units) AS otif_unit_rate__wait,
    sum(units) FILTER (state = 'waits' AND has_units) AS otif_unit_rate__wait_den,
    count(*) FILTER (state = 'no_promise') AS otif_unit_rate__x_no_promise,
    count(*) FILTER (state = 'no_lines') AS otif_unit_rate__x_no_lines,
    count(*) FILTER (state = 'no_quantities') AS otif_unit_rate__x_no_quantities,
    count(*) FILTER (state IN ('counted', 'waits') AND NOT has_units) AS otif_unit_rate__x_missing_value
FROM judged
GROUP BY ALL
