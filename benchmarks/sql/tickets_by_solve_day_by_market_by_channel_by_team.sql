WITH judged AS (
    SELECT
        CASE WHEN resolved_epoch <= :epoch THEN solve_day ELSE created_day END AS day,
        market, channel, team, created_epoch,
        resolution_s AS around, resolution_s // 60 AS around_m, resolution_working_s AS working, resolution_working_s // 60 AS working_m,
        resolved_epoch IS NULL OR resolved_epoch > :epoch AS waiting
    FROM tickets
    WHERE NOT deleted AND NOT coalesce(spam, false) AND merged_into IS NULL AND NOT coalesce(outbound, false)
        AND day <= :day
)
SELECT
    day,
    coalesce(market, '(unknown)') AS market,
    coalesce(channel, '(unknown)') AS channel,
    coalesce(team, '(unknown)') AS team,
    sum(around) FILTER (NOT waiting AND around >= 0) AS resolution_time__num,
    count(*) FILTER (NOT waiting AND around >= 0) AS resolution_time__den,
    count(*) FILTER (NOT waiting AND around >= 0) AS resolution_time__n,
    0 AS resolution_time__wait,
    0 AS resolution_time__wait_den,
    count(*) FILTER (waiting) AS resolution_time__x_unsolved,
    count(*) FILTER (NOT waiting AND around IS NULL) AS resolution_time__x_no_calendar,
    count(*) FILTER (NOT waiting AND around < 0) AS resolution_time__x_negative,
    0 AS resolution_time__x_missing_value,
    sum(around_m * around_m) FILTER (NOT waiting AND around >= 0) AS resolution_time__sq,
    count(*) FILTER (waiting) AS resolution_time__open,
    min(created_epoch) FILTER (waiting) AS resolution_time__oldest,
    sum(working) FILTER (NOT waiting AND working >= 0) AS resolution_time_business__num,
    count(*) FILTER (NOT waiting AND working >= 0) AS resolution_time_business__den,
    count(*) FILTER (NOT waiting AND working >= 0) AS resolution_time_business__n,
    0 AS resolution_time_business__wait,
    0 AS resolution_time_business__wait_den,
    count(*) FILTER (waiting) AS resolution_time_business__x_unsolved,
    count(*) FILTER (NOT waiting AND working IS NULL) AS resolution_time_business__x_no_calendar,
    count(*) FILTER (NOT waiting AND working < 0) AS resolution_time_business__x_negative,
    0 AS resolution_time_business__x_missing_value,
    sum(working_m * working_m) FILTER (NOT waiting AND working >= 0) AS resolution_time_business__sq,
    count(*) FILTER (waiting) AS resolution_time_business__open,
    min(created_epoch) FILTER (waiting) AS resolution_time_business__oldest
FROM judged
GROUP BY ALL
