"""KPIs of goods on their way once more in plain SQL, written from the definitions."""

from collections.abc import Mapping

PARCEL = "market, carrier, mode, 1 AS n"

VIEWS: Mapping[str, str] = {
    "moved": """
        SELECT *, coalesce(epoch(shipped_at)::BIGINT, epoch(shipped_day)::BIGINT) AS left_at,
            CASE WHEN shipped_at IS NOT NULL AND delivered_at IS NOT NULL
                THEN epoch(delivered_at)::BIGINT - epoch(shipped_at)::BIGINT
                ELSE (delivered_day - shipped_day) * 86400 END AS way,
            coalesce(within_days,
                CASE mode WHEN 'express' THEN 4 WHEN 'road' THEN 6 WHEN 'air' THEN 8 WHEN 'rail' THEN 20
                    WHEN 'sea' THEN 40 END)::INT AS most,
            coalesce(within_working_days,
                CASE mode WHEN 'express' THEN 3 WHEN 'road' THEN 4 WHEN 'air' THEN 6 WHEN 'rail' THEN 14
                    WHEN 'sea' THEN 28 END) AS most_working,
            status IN ('lost', 'returned_to_sender') AS over
        FROM shipments WHERE status NOT IN ('cancelled_before_dispatch', 'open') AND shipped_day IS NOT NULL""",
    # The firm of the tests has no calendars: Monday to Friday.
    "weekdays": """
        SELECT d::DATE AS weekday, row_number() OVER (ORDER BY d) AS place
        FROM range(DATE '2024-01-01', DATE '2027-01-01', INTERVAL 1 DAY) r(d) WHERE isodow(d) < 6""",
    "lost_after": """
        SELECT *, CASE mode WHEN 'air' THEN 14 WHEN 'rail' THEN 21 WHEN 'sea' THEN 30 ELSE 10 END AS quiet,
            (SELECT max(occurred_day) FROM tracking_events e WHERE e.shipment_id = m.shipment_id) AS last_day
        FROM moved m""",
    "leaving": """
        SELECT *, export_planned_day AS day, epoch(export_planned_at)::BIGINT AS planned,
            coalesce(epoch(exported_at)::BIGINT, (SELECT min(occurred_epoch) FROM tracking_events e
                WHERE e.shipment_id = m.shipment_id AND e.event = 'EMC')) AS gone
        FROM moved m WHERE export_planned_day IS NOT NULL""",
}

ORACLES: Mapping[str, str] = {
    "transit_time": f"""
        SELECT shipped_day AS day, {PARCEL}, way / 86400 AS num, 1 AS den FROM moved
        WHERE NOT over AND delivered_day <= $day AND way >= 0 AND shipped_day + coalesce(most, 10) <= $day""",
    "delivered_within_n_rate": f"""
        SELECT shipped_day AS day, {PARCEL}, 1 AS den,
            CASE WHEN delivered_day - shipped_day <= most THEN 1 ELSE 0 END AS num
        FROM moved WHERE shipped_day + most <= $day""",
    "delivered_within_n_working_days_rate": f"""
        SELECT *, CASE WHEN arrived <= due THEN 1 ELSE 0 END AS num FROM (
            SELECT shipped_day AS day, {PARCEL}, 1 AS den, delivered_day AS arrived,
                CASE WHEN most_working = 0 THEN shipped_day ELSE (SELECT weekday FROM weekdays w
                WHERE w.place = most_working
                    + (SELECT count(*) FROM weekdays v WHERE v.weekday <= shipped_day)) END AS due
            FROM moved) WHERE due <= $day""",
    "eta_accuracy_rate": f"""
        SELECT eta_day AS day, {PARCEL}, 1 AS den,
            CASE WHEN abs(delivered_day - eta_day) <= 1 THEN 1 ELSE 0 END AS num
        FROM moved WHERE eta_day + 1 <= $day""",
    "delivery_window_hit_rate": f"""
        SELECT window_day AS day, {PARCEL}, 1 AS den, CASE WHEN epoch(delivered_at)::BIGINT <= epoch(window_to)::BIGINT
            AND (window_from IS NULL OR epoch(delivered_at)::BIGINT >= epoch(window_from)::BIGINT)
            THEN 1 ELSE 0 END AS num
        FROM moved WHERE epoch(window_to)::BIGINT <= $epoch""",
    "export_delay": f"""
        SELECT day, {PARCEL}, CASE WHEN gone > planned THEN gone - planned ELSE 0 END / 3600 AS num, 1 AS den
        FROM leaving WHERE gone <= $epoch""",
    "loss_rate": f"""
        SELECT promised_day AS day, {PARCEL}, 1 AS den, CASE WHEN status = 'lost' THEN 1
            WHEN over OR delivered_day <= $day THEN 0
            WHEN greatest(promised_day, last_day) + quiet <= $day THEN 1 ELSE 0 END AS num
        FROM lost_after WHERE promised_day + quiet <= $day""",
    "rts_rate": f"""
        SELECT shipped_day AS day, {PARCEL}, 1 AS den, (status = 'returned_to_sender')::INT AS num
        FROM moved WHERE shipped_day + 30 <= $day""",
    "damage_rate": f"""
        SELECT delivered_day AS day, {PARCEL}, 1 AS den, EXISTS (SELECT 1 FROM claims c
            WHERE c.shipment_id = m.shipment_id AND c.kind = 'damage' AND c.confirmed
            AND c.reported_day <= m.delivered_day + 30)::INT AS num
        FROM moved m WHERE delivered_day + 30 <= $day""",
    "co2_per_order": """
        SELECT day, market, carrier, mode, 1 AS n, co2e_g / 1e3 AS num, coalesce(orders, CASE WHEN order_id IS NULL OR
            row_number() OVER (PARTITION BY order_id ORDER BY shipment_id) = 1 THEN 1 ELSE 0 END) AS den
        FROM costs WHERE co2e_g IS NOT NULL""",
}

OPEN: Mapping[str, str] = {
    "transit_time": """
        SELECT shipped_day AS day, market, left_at AS since FROM moved
        WHERE NOT over AND (delivered_day IS NULL OR delivered_day > $day)""",
    "export_delay": """
        SELECT day, market, planned AS since FROM leaving WHERE gone IS NULL OR gone > $epoch""",
}
