"""Quality, downtime and plan attainment once more in plain SQL; the form is that of `oracles`."""

from collections.abc import Mapping

FLOOR_VIEWS: Mapping[str, str] = {
    "first_looks": """
        SELECT *, inspected_day AS day, 1 AS n, coalesce(passed, inspected - failed) AS right_pieces FROM inspections
        WHERE coalesce(attempt, 1) <= 1""",
    "stood": """
        SELECT *, stopped_day AS day, 1 AS n, coalesce(stop_s, epoch(ended_at - started_at)::BIGINT) AS seconds
        FROM stops WHERE NOT coalesce(planned, false) AND (ended_at IS NULL OR epoch(ended_at) <= $epoch)""",
    "over_stops": "SELECT * FROM stood WHERE seconds >= 0",
    "costed_stops": """
        SELECT *, coalesce(cost_company_micros, hour_cost_company_micros * seconds // 3600) AS money
        FROM over_stops WHERE cost_company_micros IS NOT NULL OR hour_cost_company_micros IS NOT NULL""",
    # The plan of a bucket: the rows of the last version frozen before it began.
    "in_time": "SELECT * FROM production_plans WHERE frozen_day IS NULL OR frozen_day < planned_day",
    "last_versions": """
        SELECT product, planned_day, max(frozen_day) AS frozen FROM in_time GROUP BY ALL""",
    "plan_sums": """
        SELECT i.product, i.planned_day, sum(i.planned) AS planned
        FROM in_time i JOIN last_versions v USING (product, planned_day)
        WHERE i.frozen_day IS NOT DISTINCT FROM v.frozen GROUP BY ALL""",
    "all_buckets": """
        SELECT product, planned_day, max(coalesce(until_day, planned_day)) AS last_day,
            CASE WHEN count(DISTINCT line) = 1 THEN min(line) END AS plan_line
        FROM production_plans GROUP BY ALL""",
    "good_output": """
        SELECT product, line, produced_day, coalesce(produced - scrap, good, produced) AS pieces
        FROM production_runs""",
    "filled": """
        SELECT b.product, b.planned_day, sum(pieces) AS made,
            CASE WHEN count(DISTINCT line) = 1 THEN min(line) END AS made_line
        FROM all_buckets b JOIN good_output g
            ON g.product = b.product AND g.produced_day BETWEEN b.planned_day AND b.last_day GROUP BY ALL""",
    "beside": """
        SELECT product, produced_day, sum(pieces) AS made,
            CASE WHEN count(DISTINCT line) = 1 THEN min(line) END AS made_line
        FROM good_output g
        WHERE NOT EXISTS (SELECT 1 FROM all_buckets b WHERE b.product = g.product
                AND g.produced_day BETWEEN b.planned_day AND b.last_day)
            AND EXISTS (SELECT 1 FROM production_plans p
                WHERE date_trunc('week', p.planned_day) = date_trunc('week', g.produced_day))
        GROUP BY ALL""",
    "attained": """
        SELECT planned_day AS day, last_day, product, coalesce(plan_line, made_line) AS line, 1 AS n, planned,
            coalesce(made, 0) AS made
        FROM all_buckets JOIN plan_sums USING (product, planned_day) LEFT JOIN filled USING (product, planned_day)
        WHERE last_day <= $day
        UNION ALL SELECT produced_day, produced_day, product, made_line, 1, 0, made FROM beside""",
}

RUNS = "produced_day AS day, line, product, shift, 1 AS n"
STAGE = "day, stage, supplier, line, n"
STOP = "day, line, shift, cause, n"
PLAN = "day, line, product, n"

FLOOR: Mapping[str, str] = {
    "rework_rate": f"SELECT {RUNS}, rework AS num, produced AS den FROM production_runs WHERE rework IS NOT NULL",
    "final_yield": f"""
        SELECT {RUNS}, produced - scrap AS num, produced AS den FROM production_runs WHERE scrap IS NOT NULL""",
    "startup_scrap_rate": f"""
        SELECT {RUNS}, startup_scrap AS num, produced AS den FROM production_runs WHERE startup_scrap IS NOT NULL""",
    "cycle_time_to_ideal": f"""
        SELECT {RUNS}, run_s / 60 AS num, ideal_us * produced / 6e7 AS den FROM production_runs
        WHERE ideal_us IS NOT NULL""",
    "capacity_utilisation": f"""
        SELECT {RUNS}, run_s / 60 AS num, available_s / 60 AS den FROM production_runs WHERE available_s IS NOT NULL""",
    "inspection_pass_rate": f"""
        SELECT {STAGE}, right_pieces AS num, inspected AS den FROM first_looks WHERE right_pieces IS NOT NULL""",
    "inspection_lot_pass_rate": f"""
        SELECT {STAGE}, accepted::INT AS num, 1 AS den FROM first_looks WHERE accepted IS NOT NULL""",
    "rolled_throughput_yield": f"""
        SELECT {STAGE}, right_pieces AS num, inspected AS den FROM first_looks
        WHERE right_pieces IS NOT NULL AND stage <> 'incoming'""",
    "inbound_defect_rate": """
        SELECT day, supplier, product, n, inspected - right_pieces AS num, inspected AS den FROM first_looks
        WHERE right_pieces IS NOT NULL AND stage = 'incoming'""",
    "unplanned_downtime": f"SELECT {STOP}, seconds / 60 AS num, 1 AS den FROM over_stops",
    "downtime_cost": f"SELECT {STOP}, money / 1e6 AS num, 1 AS den FROM costed_stops",
    "unplanned_downtime_rate": """
        SELECT day, line, shift, seconds / 60 AS num, 0 AS den, 0 AS n FROM over_stops
        UNION ALL SELECT produced_day, line, shift, 0, planned_busy_s / 60, 1 FROM production_runs""",
    "schedule_attainment": f"SELECT {PLAN}, least(made, planned) AS num, planned AS den FROM attained",
    "volume_attainment": f"SELECT {PLAN}, made AS num, planned AS den FROM attained",
    "unplanned_output": f"""
        SELECT {PLAN}, CASE WHEN planned = 0 THEN made ELSE 0 END AS num, 1 AS den FROM attained""",
}
