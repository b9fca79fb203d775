WITH judged AS (
    SELECT
        first_contact_day, market, channel, team, NOT coalesce(resolvable, true) AS hopeless,
        contacts = 1 AND NOT escalated AND resolved_epoch <= :epoch AS at_once,
        coalesce(window_closes_epoch <= :epoch, false) AS ripe
    FROM contact_episodes
    WHERE NOT deleted AND first_contact_day <= :day
)
SELECT
    first_contact_day AS day,
    coalesce(market, '(unknown)') AS market,
    coalesce(channel, '(unknown)') AS channel,
    coalesce(team, '(unknown)') AS team,
    count(*) FILTER (ripe AND at_once) AS first_contact_resolution_rate__num,
    count(*) FILTER (ripe) AS first_contact_resolution_rate__den,
    count(*) FILTER (ripe) AS first_contact_resolution_rate__n,
    count(*) FILTER (NOT ripe) AS first_contact_resolution_rate__wait,
    count(*) FILTER (NOT ripe) AS first_contact_resolution_rate__wait_den,
    0 AS first_contact_resolution_rate__x_missing_value,
    count(*) FILTER (ripe AND at_once AND NOT hopeless) AS first_contact_resolution_net_rate__num,
    count(*) FILTER (ripe AND NOT hopeless) AS first_contact_resolution_net_rate__den,
    count(*) FILTER (ripe AND NOT hopeless) AS first_contact_resolution_net_rate__n,
    count(*) FILTER (NOT ripe AND NOT hopeless) AS first_contact_resolution_net_rate__wait,
    count(*) FILTER (NOT ripe AND NOT hopeless) AS first_contact_resolution_net_rate__wait_den,
    count(*) FILTER (hopeless) AS first_contact_resolution_net_rate__x_not_resolvable,
    0 AS first_contact_resolution_net_rate__x_missing_value
FROM judged
GROUP BY ALL
