WITH judged AS (
    SELECT
        handed_over_day, market, channel, mistakes, line_mistakes, lines, opportunities,
        claims_close_day <= :day AS ripe,
        line_mistakes IS NOT NULL AND lines IS NOT NULL AS has_lines,
        mistakes IS NOT NULL AND opportunities IS NOT NULL AS has_chances
    FROM order_outcomes
    WHERE NOT deleted AND status NOT IN ('cancelled', 'test', 'gift_card') AND handed_over_day <= :day
)
SELECT
    handed_over_day AS day,
    coalesce(market, '(unknown)') AS market,
    coalesce(channel, '(unknown)') AS channel,
    count(*) FILTER (ripe AND mistakes = 0) AS order_accuracy_rate__num,
    count(*) FILTER (ripe) AS order_accuracy_rate__den,
    count(*) FILTER (ripe) AS order_accuracy_rate__n,
    count(*) FILTER (NOT ripe) AS order_accuracy_rate__wait,
    count(*) FILTER (NOT ripe) AS order_accuracy_rate__wait_den,
    0 AS order_accuracy_rate__x_missing_value,
    sum(line_mistakes) FILTER (ripe AND has_lines) AS line_error_rate__num,
    sum(lines) FILTER (ripe AND has_lines) AS line_error_rate__den,
    count(*) FILTER (ripe AND has_lines) AS line_error_rate__n,
    count(*) FILTER (NOT ripe AND has_lines) AS line_error_rate__wait,
    sum(lines) FILTER (NOT ripe AND has_lines) AS line_error_rate__wait_den,
    count(*) FILTER (NOT has_lines) AS line_error_rate__x_missing_value,
    sum(mistakes) FILTER (ripe AND has_chances) AS order_defects_per_million__num,
    sum(opportunities) FILTER (ripe AND has_chances) AS order_defects_per_million__den,
    count(*) FILTER (ripe AND has_chances) AS order_defects_per_million__n,
    count(*) FILTER (NOT ripe AND has_chances) AS order_defects_per_million__wait,
    sum(opportunities) FILTER (NOT ripe AND has_chances) AS order_defects_per_million__wait_den,
    count(*) FILTER (NOT has_chances) AS order_defects_per_million__x_missing_value
FROM judged
GROUP BY ALL
