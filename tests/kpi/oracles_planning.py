"""The KPIs of planning once more in plain SQL, written from the definition and not from our code."""

from collections.abc import Mapping

VIEWS: Mapping[str, str] = {
    # Order lines that were in stock; an order's lines tell of all of them or of none.
    "stocked": """
        SELECT order_id, count(*) FILTER (units_filled >= units) AS lines_filled,
            CASE WHEN count(units_filled) > 0 THEN sum(CASE WHEN units_filled IS NULL THEN 0
                WHEN units IS NULL THEN units_filled ELSE least(units, units_filled) END) END AS units_filled
        FROM order_lines GROUP BY order_id""",
    "released": """
        SELECT o.confirmed_day AS day, o.*, s.lines_filled, s.units_filled
        FROM live_orders o JOIN stocked s USING (order_id)
        WHERE confirmed IS NOT NULL AND o.lines > 0 AND s.units_filled IS NOT NULL""",
    # A series is one product in one market at one location; the bucket a week.
    "history": """
        SELECT series, bucket_day, units, bucket_day + (bucket_days - 1)::INT AS last_day,
            abs(units - lag(units) OVER (PARTITION BY series ORDER BY bucket_day)) AS step FROM demand_actuals""",
    "frozen": """
        SELECT * FROM forecast_snapshots WHERE version = 'final' AND bucket_day - made_day >= 28
        QUALIFY row_number() OVER (PARTITION BY series, bucket_day ORDER BY made_day DESC, forecast_id DESC) = 1""",
    "judged": """
        SELECT coalesce(a.bucket_day, f.bucket_day) AS day, coalesce(a.market, f.market) AS market,
            coalesce(a.category, f.category) AS category, coalesce(a.location, f.location) AS location,
            a.units AS actual, f.units AS forecast,
            coalesce(f.naive_units, (SELECT max_by(h.units, h.bucket_day) FROM history h
                WHERE h.series = f.series AND h.last_day < f.made_day)) AS naive,
            (SELECT sum(h.step) * 1000 // count(h.step) FROM history h
                WHERE h.series = f.series AND h.last_day < f.made_day)::BIGINT AS milli
        FROM demand_actuals a FULL JOIN frozen f ON a.series = f.series AND a.bucket_day = f.bucket_day
        WHERE coalesce(a.bucket_day, f.bucket_day) + 6 <= $day AND a.units IS NOT NULL AND f.units IS NOT NULL""",
    # Every snapshot with the part of the month it stands for: half of both intervals beside it, from the last
    # snapshot before the month on; for turns all months are of equal length.
    "snapshot_days": "SELECT DISTINCT snapshot_day AS d FROM inventory_snapshots WHERE snapshot_day <= $day",
    "points": """
        SELECT m, d, 12 * year(d) + month(d) - 1 + day(d) / day(last_day(d)) AS p, d - DATE '2000-01-01' AS q
        FROM (SELECT DISTINCT date_trunc('month', d)::DATE AS m FROM snapshot_days) CROSS JOIN snapshot_days
        WHERE date_trunc('month', d)::DATE = m
            OR d = (SELECT max(x.d) FROM snapshot_days x WHERE x.d < m AND x.d >= m - 7)""",
    "weights": """
        SELECT m AS day, d, (coalesce(lead(p) OVER o, p) - coalesce(lag(p) OVER o, p)) / 2
            / (max(p) OVER (PARTITION BY m) - min(p) OVER (PARTITION BY m)) AS weight,
            (coalesce(lead(q) OVER o, q) - coalesce(lag(q) OVER o, q)) / 2
            / (max(q) OVER (PARTITION BY m) - min(q) OVER (PARTITION BY m)) AS day_weight
        FROM points WINDOW o AS (PARTITION BY m ORDER BY d)""",
    "priced": """
        SELECT *, CASE WHEN value_micros IS NOT NULL THEN value_company_micros
                ELSE (on_hand + in_transit) * unit_cost_company_micros END / 1e6 AS worth,
            CASE WHEN issued_cost_micros IS NOT NULL THEN issued_given_company_micros
                ELSE issued * unit_cost_company_micros END / 1e6 AS cost
        FROM inventory_snapshots
        WHERE (value_micros IS NULL OR value_company_micros IS NOT NULL)
            AND (unit_cost_micros IS NULL OR unit_cost_company_micros IS NOT NULL)
            AND (issued_cost_micros IS NULL OR issued_given_company_micros IS NOT NULL)""",
    "held": """
        SELECT w.day, w.weight, w.day_weight, p.snapshot_day, p.location, p.category, p.worth
        FROM weights w JOIN priced p ON p.snapshot_day = w.d WHERE p.worth IS NOT NULL""",
    "sold_pieces": """
        SELECT snapshot_day AS day, location, category, cost FROM priced WHERE cost IS NOT NULL""",
    # Stock of the last evening of a week, day by day against what was forecast and promised on that evening.
    "evenings": """
        SELECT * FROM inventory_snapshots
        QUALIFY snapshot_day
            = max(snapshot_day) OVER (PARTITION BY product, location, date_trunc('week', snapshot_day))""",
    "plans": """
        SELECT s.snapshot_id, s.snapshot_day, f.bucket_day, f.units FROM evenings s JOIN forecast_snapshots f
            ON f.product = s.product AND f.location = s.location AND f.version = 'final'
            AND f.made_day <= s.snapshot_day AND f.bucket_day + 6 > s.snapshot_day
        QUALIFY row_number() OVER (PARTITION BY s.snapshot_id, f.market, f.bucket_day
            ORDER BY f.made_day DESC, f.forecast_id DESC) = 1""",
    "planned": "SELECT snapshot_id, max(bucket_day + 6 - snapshot_day) AS reach FROM plans GROUP BY 1",
    "ahead": """
        SELECT s.snapshot_id, s.on_hand, n, p.reach,
            coalesce((SELECT sum(units / 7) FROM plans k WHERE k.snapshot_id = s.snapshot_id
                AND s.snapshot_day + n::INT BETWEEN k.bucket_day AND k.bucket_day + 6), 0) AS wanted,
            coalesce((SELECT sum(units_ordered) FROM supplier_receipts r
                WHERE r.product = s.product AND r.location = s.location AND r.status <> 'cancelled'
                AND r.promised_day = s.snapshot_day + n::INT AND r.ordered_day <= s.snapshot_day
                AND (r.received_day IS NULL OR r.received_day > s.snapshot_day)), 0) AS coming
        FROM evenings s JOIN planned p USING (snapshot_id) CROSS JOIN range(1, 93) numbers(n) WHERE n <= p.reach""",
    "run_down": """
        SELECT *, on_hand + sum(coming - wanted) OVER (PARTITION BY snapshot_id ORDER BY n) + wanted AS remains
        FROM ahead""",
    "gone": """
        SELECT snapshot_id, min(reach) AS reach, coalesce(min(CASE WHEN remains <= 0 THEN n - 1
            WHEN wanted > remains THEN n - 1 + remains / wanted END), min(reach)) AS cover,
            max(CASE WHEN remains <= 0 OR wanted > remains THEN 1 ELSE 0 END) = 0
                AND max_by(remains - wanted, n) > 1e-6 AS lasts
        FROM run_down GROUP BY snapshot_id""",
    "covered": """
        SELECT date_trunc('month', snapshot_day)::DATE AS day, s.location, s.category, s.lead_time_days, g.*
        FROM evenings s JOIN gone g USING (snapshot_id) WHERE coalesce(active, true)
            AND snapshot_day = (SELECT max(e.snapshot_day) FROM evenings e WHERE e.snapshot_day <= $day
                AND date_trunc('month', e.snapshot_day) = date_trunc('month', s.snapshot_day))""",
    "listed": """
        SELECT snapshot_day AS day, *, on_hand - coalesce(reserved, 0) - coalesce(blocked, 0) AS free
        FROM inventory_snapshots WHERE coalesce(active, true)""",
    "bought": "SELECT due_day AS day, * FROM supplier_receipts WHERE status <> 'cancelled'",
}  # fmt: skip

SALES = "day, market, channel, 1 AS n"
BUCKET = "day, market, category, location, 1 AS n"
INBOUND = "supplier, location, category, 1 AS n"
PLACE = "location, category, 1 AS n"

ORACLES: Mapping[str, str] = {
    "fill_rate": f"SELECT {SALES}, units_filled AS num, units AS den FROM released WHERE units IS NOT NULL",
    "line_fill_rate": f"SELECT {SALES}, lines_filled AS num, lines AS den FROM released",
    "order_fill_rate": f"SELECT {SALES}, (lines_filled = lines)::INT AS num, 1 AS den FROM released",
    "demand_fill_rate": """
        SELECT bucket_day AS day, market, category, location, 1 AS n, units_filled AS num, units AS den
        FROM demand_actuals WHERE units_filled IS NOT NULL AND bucket_day + 6 <= $day""",
    "forecast_wape": f"SELECT {BUCKET}, abs(forecast - actual) AS num, actual AS den FROM judged",
    "forecast_accuracy": f"SELECT {BUCKET}, actual - abs(forecast - actual) AS num, actual AS den FROM judged",
    "forecast_bias": f"SELECT {BUCKET}, forecast - actual AS num, actual AS den FROM judged",
    "forecast_value_added": f"""
        SELECT {BUCKET}, abs(naive - actual) - abs(forecast - actual) AS num, actual AS den FROM judged
        WHERE naive IS NOT NULL""",
    "forecast_mase": f"""
        SELECT {BUCKET}, abs(forecast - actual) AS num, milli / 1e3 AS den FROM judged WHERE milli IS NOT NULL""",
    "stockout_rate": f"SELECT day, {PLACE}, (free <= 0)::INT AS num, 1 AS den FROM listed",
    "stockout_demand_rate": f"""
        SELECT day, {PLACE}, CASE WHEN free <= 0 THEN forecast ELSE 0 END AS num, forecast AS den FROM listed
        WHERE forecast IS NOT NULL""",
    "days_of_cover": f"SELECT day, {PLACE}, round(cover * 86400) / 86400 AS num, 1 AS den FROM covered",
    "short_cover_rate": f"""
        SELECT day, {PLACE}, (cover < lead_time_days)::INT AS num, 1 AS den FROM covered
        WHERE lead_time_days IS NOT NULL AND NOT (lasts AND reach < lead_time_days)""",
    "inventory_value": f"SELECT day, {PLACE}, day_weight * worth AS num, day_weight AS den FROM held",
    "inventory_closing_value": f"""
        SELECT day, {PLACE}, worth AS num, 1 AS den FROM held
        WHERE snapshot_day = (SELECT max(d) FROM points p WHERE p.m = held.day)""",
    "inventory_turns": """
        SELECT day, location, category, 0 AS n, cost AS num, 0 AS den FROM sold_pieces
        UNION ALL SELECT day, location, category, 1, 0, weight * worth FROM held""",
    "days_inventory": """
        SELECT day, location, category, 1 AS n, 0 AS num, cost AS den FROM sold_pieces
        UNION ALL SELECT day, location, category, 0, weight * worth, 0 FROM held""",
    "carrying_cost_rate": """
        SELECT location_day AS day, location, 0 AS n, carrying_cost_company_micros / 1e6 AS num, 0 AS den
        FROM location_days WHERE carrying_cost_company_micros IS NOT NULL
        UNION ALL SELECT day, location, 1, 0, weight * worth FROM held""",
    "inventory_accuracy": f"""
        SELECT counted_day AS day, {PLACE}, 1 AS den,
            (greatest(counted - book, book - counted) <= coalesce(tolerance, 0))::INT AS num FROM inventory_counts""",
    "inventory_value_difference": f"""
        SELECT counted_day AS day, {PLACE}, abs(counted - book) * unit_cost_company_micros / 1e6 AS num,
            book * unit_cost_company_micros / 1e6 AS den
        FROM inventory_counts WHERE unit_cost_company_micros IS NOT NULL""",
    "warehouse_utilisation": """
        SELECT location_day AS day, location, 1 AS n, room_used AS num, room AS den FROM location_days
        WHERE room_used IS NOT NULL AND room IS NOT NULL""",
    "handling_utilisation": """
        SELECT location_day AS day, location, 1 AS n, handled AS num, capacity AS den FROM location_days
        WHERE handled IS NOT NULL AND capacity IS NOT NULL""",
    "supplier_on_time_rate": f"""
        SELECT day, {INBOUND}, (coalesce(received_day <= promised_day, false))::INT AS num, 1 AS den
        FROM bought WHERE promised_day <= $day""",
    "supplier_otif_rate": f"""
        SELECT day, {INBOUND}, (units_by_promise >= units_ordered)::INT AS num, 1 AS den
        FROM bought WHERE promised_day <= $day AND units_by_promise IS NOT NULL""",
    "supplier_fill_rate": f"""
        SELECT day, {INBOUND}, least(coalesce(units_received, 0), units_ordered) AS num, units_ordered AS den
        FROM bought WHERE promised_day + 14 <= $day""",
    "supplier_defect_rate": f"""
        SELECT received_day AS day, {INBOUND}, coalesce(units_rejected, 0) AS num, units_inspected AS den
        FROM supplier_receipts WHERE status <> 'cancelled' AND units_inspected > 0""",
    "supplier_lead_time": f"""
        SELECT received_day AS day, {INBOUND}, received_day - ordered_day AS num, 1 AS den
        FROM supplier_receipts WHERE status <> 'cancelled' AND received_day >= ordered_day AND received_day <= $day""",
}  # fmt: skip

OPEN: Mapping[str, str] = {
    "supplier_lead_time": """
        SELECT ordered_day AS day, supplier, epoch(ordered_day)::BIGINT AS since FROM supplier_receipts
        WHERE status <> 'cancelled' AND (received_day IS NULL OR received_day > $day)""",
}
