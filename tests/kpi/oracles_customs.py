"""Customs KPIs once more in plain SQL, written from the definitions."""

from collections.abc import Mapping

VIEWS: Mapping[str, str] = {
    "imported": "SELECT *, 1 AS n FROM customs_entries WHERE direction = 'import'",
    "fined": """
        SELECT *, penalty_day AS day, 1 AS n FROM penalties
        WHERE amount_company_micros IS NOT NULL""",
}

BORDER = "market, broker, control, n"

ORACLES: Mapping[str, str] = {
    "customs_clearance_time": f"""
        SELECT presented_day AS day, {BORDER}, epoch(released_at - presented_at)::BIGINT / 3600 AS num, 1 AS den
        FROM imported WHERE released_at >= presented_at AND epoch(released_at)::BIGINT <= $epoch""",
    "customs_border_time": f"""
        SELECT arrived_day AS day, {BORDER}, epoch(released_at - arrived_at)::BIGINT / 3600 AS num, 1 AS den
        FROM imported WHERE released_at >= arrived_at AND epoch(released_at)::BIGINT <= $epoch""",
    "customs_hold_rate": f"""
        SELECT presented_day AS day, {BORDER}, 1 AS den, CASE WHEN held_at IS NOT NULL
            THEN (epoch(held_at)::BIGINT <= $epoch)::INT ELSE coalesce(held, false)::INT END AS num
        FROM imported WHERE presented_day IS NOT NULL""",
    "broker_release_in_time_rate": f"""
        SELECT presented_day AS day, {BORDER}, 1 AS den,
            CASE WHEN epoch(released_at - presented_at)::BIGINT <= release_limit_s THEN 1 ELSE 0 END AS num
        FROM imported WHERE broker IS NOT NULL AND epoch(presented_at)::BIGINT + release_limit_s <= $epoch""",
    "document_error_rate": """
        SELECT lodged_day AS day, market, broker, control, 1 AS den, 1 AS n,
            (shipper_corrections > 0 OR shipper_queries > 0)::INT AS num
        FROM customs_entries WHERE lodged_day IS NOT NULL""",
    "broker_error_rate": """
        SELECT lodged_day AS day, market, broker, control, 1 AS den, 1 AS n, (broker_corrections > 0)::INT AS num
        FROM customs_entries WHERE lodged_day IS NOT NULL AND broker IS NOT NULL""",
    "penalty_cost": "SELECT day, market, kind, cause, n, amount_company_micros / 1e6 AS num, 1 AS den FROM fined",
    "compliance_cost": """
        SELECT day, market, amount_company_micros / 1e6 AS num, 0 AS den, 0 AS n FROM fined
        WHERE cause = 'documents' AND kind IN ('fine', 'storage', 'relabelling')
        UNION ALL SELECT shipped_day, market, 0, 0.001, 1 FROM shipments
        WHERE status NOT IN ('open', 'cancelled_before_dispatch') AND shipped_day IS NOT NULL""",
}

OPEN: Mapping[str, str] = {
    "customs_clearance_time": """
        SELECT presented_day AS day, market, epoch(presented_at)::BIGINT AS since FROM imported
        WHERE presented_at IS NOT NULL AND (released_at IS NULL OR epoch(released_at)::BIGINT > $epoch)""",
    "customs_border_time": """
        SELECT arrived_day AS day, market, epoch(arrived_at)::BIGINT AS since FROM imported
        WHERE arrived_at IS NOT NULL AND (released_at IS NULL OR epoch(released_at)::BIGINT > $epoch)""",
}
