WITH judged AS (
    SELECT
        spend_day, market, channel, all_cost_company_micros AS cost,
        CASE
            WHEN spend_company_micros IS NULL AND spend_micros IS NOT NULL THEN 'no_rate'
            WHEN all_cost_company_micros IS NULL THEN 'missing_value'
            ELSE 'counted'
        END AS state
    FROM ad_spend
    WHERE NOT deleted AND coalesce(acquisition, true) AND spend_day <= :day
)
SELECT
    spend_day AS day,
    coalesce(market, '(unknown)') AS market,
    coalesce(channel, '(unknown)') AS channel,
    sum(cost) FILTER (state = 'counted') AS customer_acquisition_cost__num,
    0 AS customer_acquisition_cost__den,
    0 AS customer_acquisition_cost__n,
    0 AS customer_acquisition_cost__wait,
    0 AS customer_acquisition_cost__wait_den,
    count(*) FILTER (state = 'no_rate') AS customer_acquisition_cost__x_no_rate,
    count(*) FILTER (state = 'missing_value') AS customer_acquisition_cost__x_missing_value
FROM judged
GROUP BY ALL
