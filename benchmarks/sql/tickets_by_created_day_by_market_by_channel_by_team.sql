WITH judged AS (
    SELECT
        created_day, market, channel, team,
        first_reply_epoch <= response_due_epoch AS in_time,
        coalesce(response_due_epoch <= :epoch, false) AS response_due,
        coalesce(settled_epoch <= :epoch, false) AS settled,
        tiers > 1 AS escalated,
        coalesce(repeat_window_epoch <= :epoch, false) AS ripe,
        status IN ('solved', 'closed') AND reassignments = 0 AND reopens = 0 AND coalesce(contacts, 0) <= 1 AS at_once
    FROM tickets
    WHERE NOT deleted AND NOT coalesce(spam, false) AND merged_into IS NULL AND NOT coalesce(outbound, false)
        AND created_day <= :day
)
SELECT
    created_day AS day,
    coalesce(market, '(unknown)') AS market,
    coalesce(channel, '(unknown)') AS channel,
    coalesce(team, '(unknown)') AS team,
    count(*) FILTER (response_due AND in_time) AS response_sla_rate__num,
    count(*) FILTER (response_due) AS response_sla_rate__den,
    count(*) FILTER (response_due) AS response_sla_rate__n,
    count(*) FILTER (NOT response_due) AS response_sla_rate__wait,
    count(*) FILTER (NOT response_due) AS response_sla_rate__wait_den,
    0 AS response_sla_rate__x_missing_value,
    count(*) FILTER (settled AND escalated) AS escalation_rate__num,
    count(*) FILTER (settled) AS escalation_rate__den,
    count(*) FILTER (settled) AS escalation_rate__n,
    count(*) FILTER (NOT settled) AS escalation_rate__wait,
    count(*) FILTER (NOT settled) AS escalation_rate__wait_den,
    0 AS escalation_rate__x_missing_value,
    count(*) FILTER (ripe AND at_once) AS first_contact_resolution_by_ticket__num,
    count(*) FILTER (ripe) AS first_contact_resolution_by_ticket__den,
    count(*) FILTER (ripe) AS first_contact_resolution_by_ticket__n,
    count(*) FILTER (NOT ripe) AS first_contact_resolution_by_ticket__wait,
    count(*) FILTER (NOT ripe) AS first_contact_resolution_by_ticket__wait_den,
    0 AS first_contact_resolution_by_ticket__x_missing_value
FROM judged
GROUP BY ALL
