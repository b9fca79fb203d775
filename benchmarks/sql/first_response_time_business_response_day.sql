SELECT
    response_day AS day,
    coalesce(market, '(unknown)') AS market,
    coalesce(channel, '(unknown)') AS channel,
    coalesce(team, '(unknown)') AS team,
    first_response_working_bin AS bin,
    count(*) AS count
FROM tickets
WHERE NOT deleted AND NOT coalesce(spam, false) AND merged_into IS NULL AND NOT coalesce(outbound, false)
    AND response_day <= :day AND first_reply_epoch <= :epoch AND first_response_working_s >= 0
GROUP BY ALL
