"""Conversations, confirmation and the cost of errors once more in plain SQL; the form is that of `oracles`."""

from collections.abc import Mapping

DESK_VIEWS: Mapping[str, str] = {
    "talks": """
        SELECT *, created_day AS day FROM tickets
        WHERE NOT coalesce(spam, false) AND NOT coalesce(outbound, false) AND merged_into IS NULL
            AND NOT coalesce(bot_only, false)""",
    "costed_errors": "SELECT *, error_day AS day FROM error_costs WHERE cost_company_micros IS NOT NULL",
    "judged_items": "SELECT *, contact_day AS day FROM qa_reviews WHERE coalesce(applicable, true)",
}
DESK = "market, channel, team, 1 AS n"
QA = "day, market, team, criterion, 1 AS n"
DELIVERED = "SELECT delivered_day, market, 0, 1, 1 FROM live_orders WHERE delivered_day IS NOT NULL"
COHORT = """delivered_day AS day, market, channel, 1 AS n, 0.01 AS den FROM live_orders o
    WHERE delivered_day + 30 <= $day"""
ABOUT = (
    "(SELECT count(*) FROM talks t WHERE t.order_id = o.order_id AND t.created_day <= o.delivered_day + 30"
)

DESK_KPIS: Mapping[str, str] = {
    "contact_rate": f"""
        SELECT day, market, 1 AS num, 0 AS den, 0 AS n FROM talks
        UNION ALL SELECT delivered_day, market, 0, 0.01, 1 FROM ({DELIVERED})""",
    "wismo_contact_rate": f"""
        SELECT day, market, (reason = 'where_is_my_order')::INT AS num, 0 AS den, 0 AS n FROM talks
        WHERE reason IS NOT NULL UNION ALL SELECT delivered_day, market, 0, 0.01, 1 FROM ({DELIVERED})""",
    "contact_rate_by_order": f"SELECT {ABOUT}) AS num, {COHORT}",
    "wismo_contact_rate_by_order": f"SELECT {ABOUT} AND t.reason = 'where_is_my_order') AS num, {COHORT}",
    "bot_resolution_rate": f"""
        SELECT created_day AS day, {DESK}, 1 AS den, CASE WHEN bot_only AND status IN ('solved', 'closed')
            AND coalesce(epoch(resolved_at)::BIGINT <= $epoch, true) THEN 1 ELSE 0 END AS num
        FROM tickets WHERE NOT coalesce(spam, false) AND NOT coalesce(outbound, false) AND merged_into IS NULL
            AND created_epoch + 7 * 86400 <= $epoch""",
    "first_contact_resolution_survey_rate": f"""
        SELECT coalesce(answered_day, sent_day) AS day, {DESK}, solved_first::INT AS num, 1 AS den FROM surveys
        WHERE solved_first IS NOT NULL AND NOT coalesce(internal, false)""",
    "csat_top_box_rate": f"""
        SELECT coalesce(answered_day, sent_day) AS day, {DESK}, (score = 5)::INT AS num, 1 AS den FROM surveys
        WHERE scale = 5 AND score IS NOT NULL AND NOT coalesce(internal, false)""",
    "csat_score_by_survey_day": f"""
        SELECT sent_day AS day, {DESK}, 1 AS den, CASE scale WHEN 3 THEN score = 3 WHEN 5 THEN score > 3
            WHEN 7 THEN score > 5 ELSE score > 8 END::INT AS num FROM surveys
        WHERE score IS NOT NULL AND NOT coalesce(internal, false) AND sent_day + 7 <= $day
            AND NOT coalesce(answered_day > sent_day + 7, false)""",
    "qa_score": f"""
        SELECT {QA}, weight * coalesce(points, 0) AS num, weight * most AS den FROM judged_items""",
    "qa_critical_error_rate": f"""
        SELECT {QA}, CASE WHEN weight * coalesce(points, 0) = 0 THEN 1 ELSE 0 END AS num, 1 AS den
        FROM judged_items WHERE critical""",
    "time_to_confirm": """
        SELECT coalesce(confirmed_day, ordered_day) AS day, market, channel, 1 AS n, 1 AS den,
            (confirmed - ordered_epoch) / 3600 AS num
        FROM live_orders WHERE confirmed >= ordered_epoch AND confirmed <= $epoch""",
    "cost_of_errors": """
        SELECT day, market, kind, caused_by, 1 AS n, 1 AS den, cost_company_micros / 1e6 AS num FROM costed_errors""",
    "cost_of_errors_per_order": """
        SELECT day, market, cost_company_micros / 1e6 AS num, 0 AS den, 0 AS n FROM costed_errors
        UNION ALL SELECT handed_over_day, market, 0, 1, 1 FROM live_orders WHERE handed_over_day IS NOT NULL""",
}

DESK_OPEN: Mapping[str, str] = {
    "time_to_confirm": """
        SELECT ordered_day AS day, market, channel, ordered_epoch AS since FROM live_orders
        WHERE ordered_epoch IS NOT NULL AND (confirmed IS NULL OR confirmed > $epoch)""",
}
