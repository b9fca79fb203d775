SELECT
    asked_day AS day,
    coalesce(market, '(unknown)') AS market,
    coalesce(channel, '(unknown)') AS channel,
    coalesce(team, '(unknown)') AS team,
    count(*) FILTER (answer_due_day <= :day AND score IS NOT NULL AND answered_day <= answer_due_day)
        AS csat_response_rate__num,
    count(*) FILTER (answer_due_day <= :day) AS csat_response_rate__den,
    count(*) FILTER (answer_due_day <= :day) AS csat_response_rate__n,
    count(*) FILTER (answer_due_day > :day) AS csat_response_rate__wait,
    count(*) FILTER (answer_due_day > :day) AS csat_response_rate__wait_den,
    0 AS csat_response_rate__x_missing_value
FROM surveys
WHERE NOT deleted AND NOT coalesce(internal, false) AND asked_day <= :day
GROUP BY ALL
