"""KPIs of procedures and training once more in plain SQL, written from the definitions."""

from collections.abc import Mapping

VIEWS: Mapping[str, str] = {
    "runs": """
        SELECT run_id, any_value(sop) AS sop, any_value(version) AS version, any_value(team) AS team,
            any_value(selection) AS selection, min(executed_day) AS day, any_value(pass_mark) AS pass_mark,
            coalesce(sum(weight * coalesce(score, 0)) FILTER (NOT coalesce(not_applicable, false)), 0) AS earned,
            coalesce(sum(weight * max_score) FILTER (NOT coalesce(not_applicable, false)), 0) AS possible,
            count(*) FILTER (critical AND NOT coalesce(not_applicable, false)
                AND (score IS NULL OR score < max_score)) AS critical_failures
        FROM sop_run_steps GROUP BY run_id""",
    "published": """
        SELECT *, row_number() OVER w AS place,
            sum(CASE WHEN coalesce(minor, false) THEN 0 ELSE 1 END) OVER w AS family
        FROM sop_versions WHERE effective_day IS NOT NULL
        WINDOW w AS (PARTITION BY sop ORDER BY effective_day, version)""",
    # What is in force on each day, or nothing once it is retired.
    "in_force": """
        SELECT d.day, v.sop, v.version, v.owner, v.review_months, v.place, v.family,
            (SELECT min(effective_day) FROM published f WHERE f.sop = v.sop AND f.family = v.family) AS since
        FROM days d JOIN published v ON v.effective_day <= d.day
        WHERE (v.retired_day IS NULL OR v.retired_day > d.day) AND v.place = (
            SELECT max(place) FROM published l WHERE l.sop = v.sop AND l.effective_day <= d.day)""",
    "required": """
        SELECT d.day, q.sop, q.team, q.refresher_months, v.since, 1 AS den, 1 AS n,
            (SELECT min(trained_day) FROM training_records t JOIN published p USING (sop, version)
                WHERE t.person_id = q.person_id AND t.sop = q.sop AND t.trained_day <= d.day
                AND p.family = v.family AND p.place <= v.place) AS trained,
            (SELECT max(trained_day) FROM training_records t
                WHERE t.person_id = q.person_id AND t.sop = q.sop AND t.trained_day <= d.day) AS last_trained
        FROM days d JOIN training_requirements q ON q.required_from <= d.day
            AND (q.required_until IS NULL OR q.required_until > d.day) AND NOT coalesce(q.on_leave, false)
        JOIN in_force v ON v.day = d.day AND v.sop = q.sop""",
    "reviewed": """
        SELECT f.*, coalesce((SELECT max(reviewed_day) FROM sop_reviews r WHERE r.sop = f.sop
            AND r.reviewed_day <= f.day), f.since) AS clock FROM in_force f""",
}

ORACLES: Mapping[str, str] = {
    "sop_adherence_rate": """
        SELECT day, sop, version, team, earned AS num, possible AS den, 1 AS n FROM runs
        WHERE selection = 'random' AND possible > 0""",
    "check_pass_rate": """
        SELECT day, sop, version, team, 1 AS den, 1 AS n, CASE WHEN critical_failures = 0
            AND earned >= possible * pass_mark / 100.0 THEN 1 ELSE 0 END AS num
        FROM runs WHERE selection = 'random' AND (possible > 0 OR critical_failures > 0)""",
    "system_step_rate": """
        SELECT limit_day AS day, sop, version, market, 1 AS den, 1 AS n,
            CASE WHEN happened_at <= limit_at THEN 1 ELSE 0 END AS num
        FROM process_events WHERE epoch(limit_at) <= $epoch""",
    "training_completion_rate": "SELECT *, (trained IS NOT NULL)::INT AS num FROM required",
    "training_before_effective_rate": "SELECT *, coalesce(trained < since, false)::INT AS num FROM required",
    "refresher_overdue_rate": """
        SELECT *, coalesce(day > last_trained + to_months(refresher_months::INT), false)::INT AS num
        FROM required WHERE last_trained IS NOT NULL""",
    "sop_review_overdue_rate": """
        SELECT day, sop, owner, 1 AS den, 1 AS n,
            (day > clock + to_months(review_months::INT))::INT AS num FROM reviewed""",
    "corrective_action_on_time_rate": """
        SELECT due_day AS day, sop, team, 1 AS den, 1 AS n, coalesce(closed_day <= due_day, false)::INT AS num
        FROM corrective_actions""",
    "audit_coverage_rate": """
        SELECT due_day AS day, sop, team, 1 AS den, 1 AS n, coalesce(done_day <= due_day, false)::INT AS num
        FROM planned_checks""",
    "quiz_pass_rate": """
        SELECT attempted_day AS day, sop, team, 1 AS den, 1 AS n, passed::INT AS num
        FROM quiz_attempts WHERE attempt = 1 AND passed IS NOT NULL""",
}
