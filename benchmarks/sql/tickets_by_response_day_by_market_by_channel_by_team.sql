WITH judged AS (
    SELECT
        CASE WHEN first_reply_epoch <= :epoch THEN response_day ELSE created_day END AS day,
        market, channel, team, created_epoch,
        first_response_s AS around, first_response_s // 60 AS around_m, first_response_working_s AS working, first_response_working_s // 60 AS working_m,
        first_reply_epoch IS NULL OR first_reply_epoch > :epoch AS waiting
    FROM tickets
    WHERE NOT deleted AND NOT coalesce(spam, false) AND merged_into IS NULL AND NOT coalesce(outbound, false)
        AND day <= :day
)
SELECT
    day,
    coalesce(market, '(unknown)') AS market,
    coalesce(channel, '(unknown)') AS channel,
    coalesce(team, '(unknown)') AS team,
    sum(around) FILTER (NOT waiting AND around >= 0) AS first_response_time__num,
    count(*) FILTER (NOT waiting AND around >= 0) AS first_response_time__den,
    count(*) FILTER (NOT waiting AND around >= 0) AS first_response_time__n,
    0 AS first_response_time__wait,
    0 AS first_response_time__wait_den,
    count(*) FILTER (waiting) AS first_response_time__x_unanswered,
    count(*) FILTER (NOT waiting AND around IS NULL) AS first_response_time__x_no_calendar,
    count(*) FILTER (NOT waiting AND around < 0) AS first_response_time__x_negative,
    0 AS first_response_time__x_missing_value,
    sum(around_m * around_m) FILTER (NOT waiting AND around >= 0) AS first_response_time__sq,
    count(*) FILTER (waiting) AS first_response_time__open,
    min(created_epoch) FILTER (waiting) AS first_response_time__oldest,
    sum(working) FILTER (NOT waiting AND working >= 0) AS first_response_time_business__num,
    count(*) FILTER (NOT waiting AND working >= 0) AS first_response_time_business__den,
    count(*) FILTER (NOT waiting AND working >= 0) AS first_response_time_business__n,
    0 AS first_response_time_business__wait,
    0 AS first_response_time_business__wait_den,
    count(*) FILTER (waiting) AS first_response_time_business__x_unanswered,
    count(*) FILTER (NOT waiting AND working IS NULL) AS first_response_time_business__x_no_calendar,
    count(*) FILTER (NOT waiting AND working < 0) AS first_response_time_business__x_negative,
    0 AS first_response_time_business__x_missing_value,
    sum(working_m * working_m) FILTER (NOT waiting AND working >= 0) AS first_response_time_business__sq,
    count(*) FILTER (waiting) AS first_response_time_business__open,
    min(created_epoch) FILTER (waiting) AS first_response_time_business__oldest
FROM judged
GROUP BY ALL
