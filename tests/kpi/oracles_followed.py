"""Steps by rules once more in plain SQL, written from what the procedures of made_rules.py say in words."""

from collections.abc import Mapping

VIEWS: Mapping[str, str] = {
    "packed": """
        SELECT case_id, min(coalesce(happened_day, limit_day)) AS day,
            epoch(min(coalesce(happened_at, limit_at)))::BIGINT AS began,
            first(market ORDER BY happened_at NULLS LAST, place) FILTER (market IS NOT NULL) AS market,
            first(team ORDER BY happened_at NULLS LAST, place) FILTER (team IS NOT NULL) AS team,
            epoch(min(happened_at) FILTER (step = 'Address verified'))::BIGINT AS verified,
            epoch(min(happened_at) FILTER (step = 'Label printed'))::BIGINT AS printed,
            epoch(min(happened_at) FILTER (step = 'Parcel handed over'))::BIGINT AS handed,
            epoch(min(limit_at) FILTER (step = 'Parcel handed over'))::BIGINT AS handed_limit,
            epoch(max(happened_at))::BIGINT AS last,
            coalesce(list(step ORDER BY happened_at, place) FILTER (happened_at IS NOT NULL), []) AS told
        FROM process_events WHERE sop = 'packing' AND coalesce(happened_at, limit_at) IS NOT NULL
        GROUP BY case_id HAVING day >= DATE '2024-10-20'""",
    "packing": "SELECT *, 'packing' AS sop, '1.0' AS version, began + 172800 AS closed FROM packed",
    "ordering": """
        SELECT order_id AS case_id, 'customs' AS sop, NULL AS team, *,
            CASE WHEN ordered_day < DATE '2025-03-01' THEN '1.0' ELSE '1.1' END AS version,
            CASE WHEN ordered_day < DATE '2025-03-01' THEN 12 ELSE 24 END AS hours,
            epoch(ordered_at)::BIGINT AS began, epoch(confirmed_at)::BIGINT AS confirmed,
            least(epoch(ordered_at)::BIGINT + 20 * 86400, epoch(delivered_at)::BIGINT) AS closed
        FROM orders WHERE ordered_at IS NOT NULL AND ordered_day >= DATE '2024-09-01'
            AND ordered_day < DATE '2026-01-01'""",
    "called": "SELECT * FROM ordering WHERE status NOT IN ('cancelled', 'test', 'gift_card')",
    "ruled": """
        SELECT sop, version, case_id, market, team, day, 'verify' AS step, verified AS happened,
            CASE WHEN verified < printed THEN verified END AS met, printed AS due, closed FROM packing
        UNION ALL SELECT sop, version, case_id, market, team, day, 'print', printed,
            CASE WHEN printed BETWEEN began AND began + 72000 THEN printed END, began + 72000, closed FROM packing
        UNION ALL SELECT sop, version, case_id, market, team, day, 'hand_over', handed,
            CASE WHEN handed <= handed_limit THEN handed END, handed_limit, closed FROM packing
        UNION ALL SELECT sop, version, case_id, market, team, day, 'at_once', printed,
            CASE WHEN len(list_filter(range(1, len(told) + 1), lambda i: told[i] = 'Label printed'
                AND told[i + 1] IS DISTINCT FROM 'Parcel handed over')) = 0 THEN printed END,
            CASE WHEN printed IS NOT NULL THEN closed END, closed FROM packing
        UNION ALL SELECT sop, version, case_id, market, team, ordered_day, 'confirm', confirmed,
            CASE WHEN confirmed BETWEEN began AND began + hours * 3600 THEN confirmed END,
            began + hours * 3600, closed FROM called
        UNION ALL SELECT sop, version, case_id, market, team, ordered_day, 'verified',
            CASE WHEN address_verified THEN began END, CASE WHEN address_verified THEN began END, closed, closed
            FROM called
        UNION ALL SELECT sop, version, case_id, market, team, ordered_day, 'count',
            CASE WHEN units IS NOT NULL THEN began END, CASE WHEN units BETWEEN 2 AND 6 THEN began END, closed,
            closed FROM called WHERE market IN ('DE', 'FR')
        UNION ALL SELECT sop, version, case_id, market, team, ordered_day, 'deliver', epoch(delivered_day)::BIGINT,
            CASE WHEN delivered_day <= promised_day THEN epoch(delivered_day)::BIGINT END,
            epoch(promised_day + 1)::BIGINT, closed FROM called""",
    "ruled_steps": """
        SELECT *, 1 AS den, 1 AS n, coalesce(met <= $epoch, false)::INT AS num FROM ruled WHERE due <= $epoch""",
    "ruled_cases": """
        SELECT sop, version, team, any_value(day) AS day, 1 AS den, 1 AS n,
            bool_and(met <= $epoch AND met IS NOT NULL) FILTER (due IS NOT NULL)::INT AS num
        FROM ruled GROUP BY sop, version, team, case_id
        HAVING count(due) > 0 AND max(coalesce(due, closed)) <= $epoch AND bool_and(coalesce(due, closed) IS NOT NULL)
        """,
    "over": "SELECT *, 1 AS den, 1 AS n FROM packing WHERE closed <= $epoch",
}
ORACLES: Mapping[str, str] = {
    "step_adherence_rate": "SELECT day, sop, step, market, num, den, n FROM ruled_steps",
    "step_adherence_by_version": "SELECT day, sop, step, version, num, den, n FROM ruled_steps",
    "step_adherence_of_done": "SELECT day, sop, step, market, num, den, n FROM ruled_steps WHERE happened <= $epoch",
    "case_adherence_rate": "SELECT * FROM ruled_cases",
    "exact_order_rate": """
        SELECT *, (told = ['Address verified', 'Label printed', 'Parcel handed over'] AND last <= $epoch)::INT AS num
        FROM over""",
    "main_steps_rate": "SELECT *, coalesce(greatest(verified, printed, handed) <= $epoch AND verified IS NOT NULL"
    " AND printed IS NOT NULL AND handed IS NOT NULL, false)::INT AS num FROM over",
    "checked_step_rate": """
        SELECT executed_day AS day, sop, step, team, weight * max_score AS den, 1 AS n,
            weight * coalesce(score, 0) AS num
        FROM sop_run_steps WHERE coalesce(selection, 'random') = 'random' AND NOT coalesce(not_applicable, false)""",
}
