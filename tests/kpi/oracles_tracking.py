"""KPIs of scans, attempts and stays once more in plain SQL, written from the definitions."""

from collections.abc import Mapping

PARCEL = "market, carrier, mode, 1 AS n"
STAY = "began_day AS day, market, place, carrier, 1 AS n"

VIEWS: Mapping[str, str] = {
    "scans": "SELECT DISTINCT shipment_id, event, occurred_epoch, occurred_day FROM tracking_events",
    "gaps": """
        SELECT shipment_id, max(occurred_epoch - before) AS longest FROM (
            SELECT *, lag(occurred_epoch) OVER (PARTITION BY shipment_id ORDER BY occurred_epoch) AS before FROM scans)
        GROUP BY shipment_id""",
    "watched": """
        SELECT m.*, s.* EXCLUDE shipment_id, longest FROM moved m LEFT JOIN (
            SELECT shipment_id, count(*) AS scans, min(occurred_epoch) AS first_at, max(occurred_epoch) AS last_at,
                list(DISTINCT event) AS events FROM scans GROUP BY shipment_id) s USING (shipment_id)
        LEFT JOIN gaps USING (shipment_id) WHERE coalesce(tracked, scans > 0, false)""",
    "attempts": """
        SELECT s.market, s.carrier, s.mode, s.delivered_day, first(e.occurred_day ORDER BY e.occurred_epoch) AS day,
            min(e.occurred_epoch) FILTER (event <> 'EMH') AS won, min(e.occurred_epoch) FILTER (event = 'EMH') AS failed
        FROM shipments s JOIN scans e USING (shipment_id) WHERE event IN ('EMH', 'EMI', 'EDH')
        GROUP BY s.shipment_id, s.market, s.carrier, s.mode, s.delivered_day""",
    "drops": """
        SELECT s.market, s.carrier, s.mode, min(occurred_day) FILTER (event = 'EDH') AS day,
            min(occurred_day) FILTER (event = 'EMI') AS collected
        FROM shipments s JOIN scans e USING (shipment_id)
        GROUP BY s.shipment_id, s.market, s.carrier, s.mode HAVING count(*) FILTER (event = 'EDH') > 0""",
    "stays": """
        SELECT *, epoch(began_at)::BIGINT AS since, epoch(ended_at)::BIGINT AS done,
            epoch(ended_at - began_at)::BIGINT - customs_s AS stayed FROM stage_events WHERE began_at IS NOT NULL""",
}

WANTED = """
    CASE WHEN coalesce(international, false)
        THEN list_count(list_intersect(coalesce(events, []), ['EMA', 'EMC', 'EMD', 'EDB', 'EMG', 'EMI']))
            + (list_has_any(coalesce(events, []), ['EDC', 'EMF']))::INT
        ELSE list_count(list_intersect(coalesce(events, []), ['EMA', 'EMG', 'EMI'])) END"""

ORACLES: Mapping[str, str] = {
    "first_scan_rate": f"""
        SELECT shipped_day AS day, {PARCEL}, 1 AS den,
            CASE WHEN first_at <= left_at + 48 * 3600 THEN 1 ELSE 0 END AS num
        FROM watched WHERE left_at + 48 * 3600 <= $epoch""",
    "fresh_in_transit_rate": f"""
        SELECT shipped_day AS day, {PARCEL}, 1 AS den, CASE WHEN $epoch - last_at <= 3600 *
            CASE mode WHEN 'rail' THEN 120 WHEN 'sea' THEN 240 ELSE 72 END THEN 1 ELSE 0 END AS num
        FROM watched WHERE left_at + 48 * 3600 <= $epoch AND NOT over
            AND CASE WHEN delivered_day IS NULL THEN status <> 'delivered' ELSE delivered_day > $day END""",
    "milestone_completeness": f"""
        SELECT delivered_day AS day, {PARCEL}, CASE WHEN coalesce(international, false) THEN 7 ELSE 3 END AS den,
            {WANTED} AS num
        FROM watched WHERE delivered_day IS NOT NULL""",
    "scan_gap": f"""
        SELECT delivered_day AS day, {PARCEL}, longest / 3600 AS num, 1 AS den FROM watched
        WHERE delivered_day IS NOT NULL AND longest IS NOT NULL""",
    "first_attempt_delivery_success_rate": f"""
        SELECT day, {PARCEL}, 1 AS den, CASE WHEN failed IS NULL OR won <= failed THEN 1 ELSE 0 END AS num
        FROM attempts""",
    "delivery_failure_rate": f"""
        SELECT day, {PARCEL}, 1 AS den, CASE WHEN delivered_day <= day + 14 THEN 0 ELSE 1 END AS num
        FROM attempts WHERE day + 14 <= $day""",
    "collected_rate": f"""
        SELECT day, {PARCEL}, 1 AS den, CASE WHEN collected <= day + 14 THEN 1 ELSE 0 END AS num
        FROM drops WHERE day + 14 <= $day""",
    **{
        key: f"""
            SELECT {STAY}, stayed / 3600 AS num, 1 AS den FROM stays
            WHERE stage = '{stage}' AND stayed >= 0 AND done <= $epoch"""
        for key, stage in (("dock_to_stock_time", "receiving"), ("hub_dwell_time", "hub"))
    },
    "sort_error_rate": f"""
        SELECT {STAY}, missorted AS num, units AS den FROM stage_events
        WHERE stage = 'sorting' AND missorted IS NOT NULL AND units IS NOT NULL""",
    "packaging_compliance_rate": """
        SELECT checked_day AS day, market, place, rule, 1 AS n, passed AS num, units AS den FROM packaging_checks""",
}

OPEN: Mapping[str, str] = {
    key: f"""
        SELECT began_day AS day, market, since FROM stays
        WHERE stage = '{stage}' AND (done IS NULL OR done > $epoch)"""
    for key, stage in (("dock_to_stock_time", "receiving"), ("hub_dwell_time", "hub"))
}
