SELECT
    session_day AS day,
    coalesce(market, '(unknown)') AS market,
    coalesce(channel, '(unknown)') AS channel,
    coalesce(device, '(unknown)') AS device,
    sum(purchase_sessions) AS conversion_rate__num,
    sum(sessions) AS conversion_rate__den,
    count(*) AS conversion_rate__n,
    count(*) FILTER (settles_day > :day) AS conversion_rate__wait,
    sum(sessions) FILTER (settles_day > :day) AS conversion_rate__wait_den,
    0 AS conversion_rate__x_missing_value,
    sum(key_event_sessions) AS key_event_conversion_rate__num,
    sum(sessions) FILTER (key_event_sessions IS NOT NULL) AS key_event_conversion_rate__den,
    count(key_event_sessions) AS key_event_conversion_rate__n,
    0 AS key_event_conversion_rate__wait,
    0 AS key_event_conversion_rate__wait_den,
    count(*) - count(key_event_sessions) AS key_event_conversion_rate__x_not_tracked,
    0 AS key_event_conversion_rate__x_missing_value
FROM web_sessions
WHERE NOT deleted AND session_day <= :day
GROUP BY ALL
