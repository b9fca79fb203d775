SELECT
    answer_or_sent_day AS day,
    coalesce(market, '(unknown)') AS market,
    coalesce(channel, '(unknown)') AS channel,
    coalesce(team, '(unknown)') AS team,
    count(*) FILTER (satisfied) AS csat_score__num,
    count(*) AS csat_score__den,
    count(*) AS csat_score__n,
    0 AS csat_score__wait,
    0 AS csat_score__wait_den,
    0 AS csat_score__x_missing_value,
    sum(score) FILTER (scale = 5) AS csat_mean_score__num,
    count(*) FILTER (scale = 5) AS csat_mean_score__den,
    count(*) FILTER (scale = 5) AS csat_mean_score__n,
    0 AS csat_mean_score__wait,
    0 AS csat_mean_score__wait_den,
    count(*) FILTER (scale <> 5) AS csat_mean_score__x_other_scale,
    0 AS csat_mean_score__x_missing_value
FROM surveys
WHERE NOT deleted AND score IS NOT NULL AND NOT coalesce(internal, false) AND answer_or_sent_day <= :day
GROUP BY ALL
