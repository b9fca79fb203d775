SELECT
    solve_day AS day,
    coalesce(market, '(unknown)') AS market,
    coalesce(channel, '(unknown)') AS channel,
    coalesce(team, '(unknown)') AS team,
    resolution_bin AS bin,
    count(*) AS count
FROM tickets
WHERE NOT deleted AND NOT coalesce(spam, false) AND merged_into IS NULL AND NOT coalesce(outbound, false)
    AND solve_day <= :day AND resolved_epoch <= :epoch AND resolution_s >= 0
GROUP BY ALL
