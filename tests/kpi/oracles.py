"""Each KPI once more in plain SQL over the mapped facts, written from the definition and not from our code.

A query gives rows of `day`, the KPI's dimensions, `num`, `den` and `n` in shown units; `$day` and `$epoch` are the
moment of evaluation. Of different values it gives the value itself as `num`; of the state of things, what holds
on each day of the table `days` (ends of months); of a level, each snapshot with the part of the month it stands for.
"""

from collections.abc import Mapping
from textwrap import dedent

import oracles_customs as customs
import oracles_evidence as evidence
import oracles_faultless as faultless
import oracles_followed as followed
import oracles_planning as planning
import oracles_tracking as tracking
import oracles_transit as transit
from oracles_desk import DESK_KPIS, DESK_OPEN, DESK_VIEWS
from oracles_floor import FLOOR, FLOOR_VIEWS
from oracles_shop import SHOP, SHOP_VIEWS

VIEWS: Mapping[str, str] = {
    **FLOOR_VIEWS,
    **DESK_VIEWS,
    # Orders as the orders table, else its lines, else its shipments tell them.
    "line_sums": """
        SELECT order_id, min(market) AS market, min(channel) AS channel, min(customer_id) AS customer_id,
            min(ordered_day) AS ordered_day, min(promised_day) AS promised_day, count(*) AS lines,
            count(*) FILTER (units_by_promise = units AND units_delivered = units) AS lines_in_full,
            CASE WHEN count(units_delivered) > 0 THEN count(*) FILTER (units_delivered = units) END AS lines_complete,
            sum(units) AS units, sum(units_delivered) AS units_delivered, sum(net_company_micros) AS net,
            CASE WHEN count(units_by_promise) > 0 THEN
                sum(CASE WHEN units_by_promise IS NULL THEN 0 WHEN units IS NULL THEN units_by_promise
                    WHEN units < units_by_promise THEN units ELSE units_by_promise END) END AS units_in_time,
            bool_or(net_micros IS NOT NULL AND net_company_micros IS NULL) AS unpriced
        FROM order_lines GROUP BY order_id""",
    "journeys": """
        SELECT order_id, max(promised_day) AS promised_day,
            CASE WHEN count(*) = count(shipped_at) THEN max(shipped_at) END AS shipped_at,
            CASE WHEN count(*) = count(shipped_day) THEN max(shipped_day) END AS shipped_day,
            CASE WHEN count(*) = count(delivered_day) THEN max(delivered_day) END AS delivered_day
        FROM shipments WHERE order_id IS NOT NULL AND status <> 'cancelled_before_dispatch' GROUP BY order_id""",
    "live_orders": """
        SELECT k.order_id, coalesce(o.market, l.market) AS market, coalesce(o.channel, l.channel) AS channel,
            coalesce(o.customer_id, l.customer_id) AS customer_id,
            coalesce(o.ordered_day, l.ordered_day) AS ordered_day,
            coalesce(o.promised_day, l.promised_day, j.promised_day) AS promised_day,
            coalesce(o.delivered_day, j.delivered_day) AS delivered_day,
            epoch(coalesce(o.handed_over_at, j.shipped_at))::BIGINT AS handed_over,
            coalesce(o.handed_over_day, j.shipped_day) AS handed_over_day, epoch(o.ordered_at)::BIGINT AS ordered_epoch,
            epoch(o.confirmed_at)::BIGINT AS confirmed, o.confirmed_day, o.fulfilment_limit_s,
            coalesce(o.ship_by_day, o.confirmed_day + ceil(o.fulfilment_limit_s / 86400.0)::INT) AS ship_by_day,
            l.lines, l.lines_in_full, l.lines_complete, l.units_in_time, coalesce(o.units, l.units) AS units,
            coalesce(o.units_delivered, l.units_delivered,
                CASE WHEN coalesce(o.delivered_day, j.delivered_day) IS NOT NULL
                    THEN coalesce(o.units, l.units) END) AS units_delivered,
            coalesce(o.net_company_micros, l.net) AS net,
            (o.net_micros IS NOT NULL AND o.net_company_micros IS NULL)
                OR (o.net_micros IS NULL AND coalesce(l.unpriced, false)) AS unpriced
        FROM (SELECT order_id FROM orders UNION SELECT order_id FROM order_lines) k
        LEFT JOIN orders o USING (order_id) LEFT JOIN line_sums l USING (order_id)
        LEFT JOIN journeys j USING (order_id)
        WHERE coalesce(o.ordered_day, l.ordered_day) IS NOT NULL
            AND coalesce(o.status, 'completed') NOT IN ('cancelled', 'test', 'gift_card')""",
    "sold": "SELECT ordered_day AS day, * FROM live_orders WHERE NOT unpriced AND net IS NOT NULL",
    "due_orders": """
        SELECT promised_day AS day, * FROM live_orders
        WHERE promised_day <= $day AND lines > 0 AND units_in_time IS NOT NULL""",
    "handed": """
        SELECT h.handed_over_day AS day, h.*,
            coalesce((SELECT sum(mistakes) FROM claims c WHERE c.order_id = h.order_id AND c.kind LIKE 'wrong%'
                AND c.reported_day <= h.handed_over_day + 30), 0) AS mistakes,
            coalesce((SELECT sum(mistakes) FROM claims c WHERE c.order_id = h.order_id
                AND c.kind IN ('wrong_item', 'wrong_quantity')
                AND c.reported_day <= h.handed_over_day + 30), 0) AS line_mistakes
        FROM live_orders h WHERE handed_over_day + 30 <= $day""",
    # Charges of a consolidation by chargeable weight; the shipment's cost and its orders.
    "sent": """
        SELECT *, CASE WHEN chargeable_g > 0 THEN chargeable_g END AS weight FROM shipments
        WHERE status NOT IN ('open', 'cancelled_before_dispatch')""",
    "transport": "SELECT * FROM freight_charges WHERE kind IN ('freight', 'surcharge', 'last_mile', 'line_haul')",
    "own_charges": """
        SELECT shipment_id, sum(amount_company_micros) AS own,
            bool_or(amount_micros IS NOT NULL AND amount_company_micros IS NULL) AS own_unpriced
        FROM transport WHERE shipment_id IS NOT NULL GROUP BY shipment_id""",
    "pools": """
        SELECT consolidation, sum(amount_company_micros) AS pool,
            bool_or(amount_micros IS NOT NULL AND amount_company_micros IS NULL) AS pool_unpriced
        FROM transport WHERE shipment_id IS NULL GROUP BY consolidation""",
    "shared": """
        SELECT shipment_id, pool_unpriced, pool, weight, consolidation,
            CASE WHEN weight IS NOT NULL AND sum(weight) OVER (PARTITION BY consolidation) > 0
                THEN (pool::HUGEINT * weight) // sum(weight) OVER (PARTITION BY consolidation) END AS part,
            row_number() OVER (PARTITION BY consolidation ORDER BY weight DESC NULLS LAST, shipment_id) AS place
        FROM sent JOIN pools USING (consolidation)""",
    "costs": """
        SELECT s.*, s.cost_day AS day, p.consolidation IS NOT NULL AS in_pool,
            coalesce(s.freight_company_micros, 0) + coalesce(own, 0) + coalesce(part, 0)
                + CASE WHEN place = 1 AND part IS NOT NULL
                    THEN p.pool - (SELECT sum(part) FROM shared q WHERE q.consolidation = p.consolidation)
                    ELSE 0 END AS cost,
            (s.freight_micros IS NOT NULL AND s.freight_company_micros IS NULL)
                OR coalesce(own_unpriced, false) OR coalesce(pool_unpriced, false) AS unpriced,
            s.freight_company_micros IS NULL AND own IS NULL AND part IS NULL AS uncosted
        FROM sent s LEFT JOIN own_charges USING (shipment_id) LEFT JOIN shared p USING (shipment_id)""",
    "carried": """
        SELECT *, coalesce(orders, CASE WHEN order_id IS NULL OR
            row_number() OVER (PARTITION BY order_id ORDER BY shipment_id) = 1 THEN 1 ELSE 0 END) AS carried_orders
        FROM costs WHERE NOT unpriced AND NOT uncosted""",
    # Issues of customers: a new one begins after a gap of more than seven days.
    "steps": """
        SELECT *, CASE WHEN created_epoch - lag(created_epoch) OVER w <= 7 * 86400 THEN 0 ELSE 1 END AS begins
        FROM ticket_contacts WHERE NOT coalesce(outbound, false) AND NOT coalesce(spam, false)
        WINDOW w AS (PARTITION BY issue_key ORDER BY created_epoch, contact_id)""",
    "numbered": """
        SELECT *, sum(begins) OVER (PARTITION BY issue_key ORDER BY created_epoch, contact_id) AS episode FROM steps""",
    "issues": """
        SELECT issue_key, episode, min(created_epoch) AS began, count(*) AS contacts,
            first(created_day ORDER BY created_epoch, contact_id) AS day,
            first(market ORDER BY created_epoch, contact_id) AS market,
            first(channel ORDER BY created_epoch, contact_id) AS channel,
            first(team ORDER BY created_epoch, contact_id) AS team,
            bool_or(coalesce(escalated, false)) AS escalated, bool_and(coalesce(resolvable, true)) AS resolvable,
            last(epoch(resolved_at)::BIGINT ORDER BY created_epoch, contact_id) AS resolved
        FROM numbered GROUP BY issue_key, episode HAVING min(created_epoch) + 7 * 86400 <= $epoch""",
    "conversations": """
        SELECT * FROM tickets
        WHERE NOT coalesce(spam, false) AND NOT coalesce(outbound, false) AND merged_into IS NULL
            AND NOT coalesce(bot_only, false)""",
    "answers": """
        SELECT answer_or_sent_day AS day, * FROM surveys WHERE score IS NOT NULL AND NOT coalesce(internal, false)""",
    # Customers and their first twelve months.
    "counted_orders": """
        SELECT * FROM orders
        WHERE customer_id IS NOT NULL AND status NOT IN ('cancelled', 'test', 'gift_card')""",
    "first_orders": """
        SELECT customer_id, min(ordered_day) AS ordered_day, first(market ORDER BY ordered_day, order_id) AS market,
            first(channel ORDER BY ordered_day, order_id) AS channel FROM counted_orders GROUP BY customer_id""",
    "won": """
        SELECT coalesce(c.customer_id, f.customer_id) AS customer_id, coalesce(c.market, f.market) AS market,
            coalesce(c.channel, f.channel) AS channel, least(c.first_order_day, f.ordered_day) AS day
        FROM customers c FULL JOIN first_orders f ON c.customer_id = f.customer_id
        WHERE least(c.first_order_day, f.ordered_day) IS NOT NULL""",
    **customs.VIEWS,
    **planning.VIEWS,
    **evidence.VIEWS,
    **followed.VIEWS,
    **transit.VIEWS,
    **tracking.VIEWS,
    **faultless.VIEWS,
    **SHOP_VIEWS,
}  # fmt: skip

OEE_RUNS = "FROM production_runs WHERE ideal_us IS NOT NULL"
RUNS = "produced_day AS day, line, product, shift, 1 AS n"
ADS = "spend_day AS day, market, channel, campaign, 1 AS n"
DESK = "market, channel, team, 1 AS n"
PARCEL = "day, market, carrier, mode"
SALES = "day, market, channel, 1 AS n"

ORACLES: Mapping[str, str] = {
    **FLOOR,
    **DESK_KPIS,
    **SHOP,
    "on_time_delivery_rate": """
        SELECT promised_day AS day, market, carrier, mode, 1 AS den, 1 AS n,
            CASE WHEN delivered_day <= promised_day THEN 1 ELSE 0 END AS num
        FROM shipments WHERE status <> 'cancelled_before_dispatch' AND promised_day <= $day""",
    "otif_rate": f"SELECT {SALES}, (lines_in_full = lines)::INT AS num, 1 AS den FROM due_orders",
    "otif_line_rate": f"SELECT {SALES}, lines_in_full AS num, lines AS den FROM due_orders",
    "otif_unit_rate": f"SELECT {SALES}, units_in_time AS num, units AS den FROM due_orders WHERE units IS NOT NULL",
    "order_accuracy_rate": f"SELECT {SALES}, (mistakes = 0)::INT AS num, 1 AS den FROM handed",
    "line_error_rate": f"SELECT {SALES}, line_mistakes AS num, lines AS den FROM handed WHERE lines IS NOT NULL",
    "order_defects_per_million": f"""
        SELECT {SALES}, mistakes AS num, (2 * lines + 1) / 1e6 AS den FROM handed WHERE lines IS NOT NULL""",
    "transportation_cost_per_order": f"SELECT {PARCEL}, 1 AS n, cost / 1e6 AS num, carried_orders AS den FROM carried",
    "transportation_cost_per_shipment": f"SELECT {PARCEL}, 1 AS n, cost / 1e6 AS num, 1 AS den FROM carried",
    "transportation_cost_per_kg": f"""
        SELECT {PARCEL}, 1 AS n, cost / 1e6 AS num, chargeable_g / 1e3 AS den FROM carried WHERE chargeable_g > 0""",
    "transportation_cost_of_sales": """
        SELECT day, market, cost / 1e6 AS num, 0 AS den, 0 AS n FROM carried
        UNION ALL SELECT day, market, 0, net / 1e6, 1 FROM sold""",
    "fulfilment_time": """
        SELECT handed_over_day AS day, market, channel, 1 AS n, (handed_over - confirmed) / 3600 AS num, 1 AS den
        FROM live_orders WHERE handed_over >= confirmed AND handed_over <= $epoch""",
    "fulfilment_in_time_rate": """
        SELECT confirmed_day AS day, market, channel, 1 AS n, 1 AS den,
            CASE WHEN handed_over <= confirmed + fulfilment_limit_s THEN 1 ELSE 0 END AS num
        FROM live_orders WHERE confirmed + fulfilment_limit_s <= $epoch""",
    "return_rate": """
        SELECT delivered_day AS day, market, channel, 1 AS n, units_delivered AS den,
            coalesce((SELECT sum(r.units) FROM returns r WHERE r.order_id = o.order_id
                AND r.returned_day <= o.delivered_day + 30), 0) AS num
        FROM live_orders o WHERE delivered_day + 30 <= $day AND units_delivered IS NOT NULL""",
    "first_contact_resolution_rate": f"""
        SELECT day, {DESK}, CASE WHEN contacts = 1 AND NOT escalated AND resolved <= $epoch THEN 1 ELSE 0 END AS num,
            1 AS den FROM issues""",
    "first_contact_resolution_net_rate": f"""
        SELECT day, {DESK}, CASE WHEN contacts = 1 AND NOT escalated AND resolved <= $epoch THEN 1 ELSE 0 END AS num,
            1 AS den FROM issues WHERE resolvable""",
    "first_contact_resolution_by_ticket": f"""
        SELECT created_day AS day, {DESK}, 1 AS den,
            CASE WHEN status IN ('solved', 'closed') AND coalesce(epoch(resolved_at)::BIGINT <= $epoch, true)
                AND NOT coalesce(epoch(reassigned_at)::BIGINT <= $epoch, reassignments > 0, false)
                AND NOT coalesce(epoch(reopened_at)::BIGINT <= $epoch, reopens > 0, false)
                AND coalesce(contacts, 1) <= 1 THEN 1 ELSE 0 END AS num
        FROM conversations WHERE created_epoch + 7 * 86400 <= $epoch""",
    "first_response_time": f"""
        SELECT first_reply_day AS day, {DESK}, epoch(first_reply_at - created_at)::BIGINT / 60 AS num, 1 AS den
        FROM conversations WHERE first_reply_at >= created_at AND first_reply_epoch <= $epoch""",
    "first_response_time_business": f"""
        SELECT first_reply_day AS day, {DESK}, first_response_working_s / 60 AS num, 1 AS den
        FROM conversations WHERE first_response_working_s >= 0 AND first_reply_epoch <= $epoch""",
    "resolution_time": f"""
        SELECT resolved_day AS day, {DESK}, epoch(resolved_at - created_at)::BIGINT / 3600 AS num, 1 AS den
        FROM conversations WHERE resolved_at >= created_at AND resolved_epoch <= $epoch""",
    "resolution_time_business": f"""
        SELECT resolved_day AS day, {DESK}, resolution_working_s / 3600 AS num, 1 AS den
        FROM conversations WHERE resolution_working_s >= 0 AND resolved_epoch <= $epoch""",
    "response_sla_rate": f"""
        SELECT created_day AS day, {DESK}, 1 AS den,
            CASE WHEN first_reply_epoch - created_epoch <= first_response_limit_s THEN 1 ELSE 0 END AS num
        FROM conversations WHERE created_epoch + first_response_limit_s <= $epoch""",
    "csat_score": f"""
        SELECT day, {DESK}, 1 AS den, CASE WHEN scale = 3 AND score = 3 OR scale = 5 AND score IN (4, 5)
            OR scale = 7 AND score IN (6, 7) OR scale = 10 AND score IN (9, 10) THEN 1 ELSE 0 END AS num
        FROM answers""",
    "csat_mean_score": f"SELECT day, {DESK}, score AS num, 1 AS den FROM answers WHERE scale = 5",
    "csat_response_rate": f"""
        SELECT sent_day AS day, {DESK}, 1 AS den,
            CASE WHEN score IS NOT NULL AND answered_day <= sent_day + 7 THEN 1 ELSE 0 END AS num
        FROM surveys WHERE NOT coalesce(internal, false) AND sent_day + 7 <= $day""",
    "escalation_rate": f"""
        SELECT created_day AS day, {DESK}, 1 AS den,
            CASE WHEN coalesce(epoch(escalated_at)::BIGINT <= $epoch, tiers > 1) THEN 1 ELSE 0 END AS num
        FROM conversations
        WHERE closed_epoch <= $epoch OR created_epoch + 14 * 86400 <= $epoch""",
    "oee": f"SELECT {RUNS}, ideal_us * good_first / 6e7 AS num, planned_busy_s / 60 AS den {OEE_RUNS}",
    "oee_availability": f"SELECT {RUNS}, run_s / 60 AS num, planned_busy_s / 60 AS den {OEE_RUNS}",
    "oee_performance": f"SELECT {RUNS}, ideal_us * produced / 6e7 AS num, run_s / 60 AS den {OEE_RUNS}",
    "oee_quality": f"SELECT {RUNS}, ideal_us * good_first / 6e7 AS num, ideal_us * produced / 6e7 AS den {OEE_RUNS}",
    "cycle_time": f"SELECT {RUNS}, run_s / 60 AS num, produced AS den FROM production_runs",
    "scrap_rate": f"SELECT {RUNS}, scrap AS num, produced AS den FROM production_runs WHERE scrap IS NOT NULL",
    "scrap_cost_rate": f"""
        SELECT {RUNS}, scrap * unit_cost_company_micros / 1e6 AS num, produced * unit_cost_company_micros / 1e6 AS den
        FROM production_runs WHERE scrap IS NOT NULL AND unit_cost_company_micros IS NOT NULL""",
    "first_pass_yield": f"""
        SELECT {RUNS}, coalesce(good, produced - coalesce(scrap, 0) - coalesce(rework, 0)) AS num, produced AS den
        FROM production_runs""",
    "marketing_roi": f"""
        SELECT {ADS}, (margin_company_micros - coalesce(cost_company_micros, spend_company_micros)) / 1e6 AS num,
            coalesce(cost_company_micros, spend_company_micros) / 1e6 AS den FROM ad_spend
        WHERE margin_company_micros IS NOT NULL AND coalesce(cost_company_micros, spend_company_micros) IS NOT NULL""",
    "roas": f"""
        SELECT {ADS}, revenue_company_micros / 1e6 AS num, spend_company_micros / 1e6 AS den FROM ad_spend
        WHERE revenue_company_micros IS NOT NULL AND spend_company_micros IS NOT NULL""",
    "roas_by_order_day": f"""
        SELECT {ADS}, revenue_ordered_company_micros / 1e6 AS num, spend_company_micros / 1e6 AS den FROM ad_spend
        WHERE revenue_ordered_company_micros IS NOT NULL AND spend_company_micros IS NOT NULL""",
    "roas_break_even": f"""
        SELECT {ADS}, revenue_company_micros / 1e6 AS num, margin_company_micros / 1e6 AS den FROM ad_spend
        WHERE revenue_company_micros IS NOT NULL AND margin_company_micros IS NOT NULL""",
    "customer_acquisition_cost": """
        SELECT spend_day AS day, market, channel, coalesce(cost_company_micros, spend_company_micros) / 1e6 AS num,
            0 AS den, 0 AS n FROM ad_spend WHERE coalesce(acquisition, true)
            AND coalesce(cost_company_micros, spend_company_micros) IS NOT NULL
        UNION ALL SELECT day, market, channel, 0, 1, 1 FROM won""",
    "ad_click_conversion_rate": f"""
        SELECT {ADS}, conversions AS num, clicks AS den FROM ad_spend
        WHERE conversions IS NOT NULL AND clicks IS NOT NULL""",
    "cost_per_conversion": f"""
        SELECT {ADS}, spend_company_micros / 1e6 AS num, conversions AS den FROM ad_spend
        WHERE spend_company_micros IS NOT NULL AND conversions IS NOT NULL""",
    "conversion_rate": """
        SELECT session_day AS day, market, channel, device, purchase_sessions AS num, sessions AS den, 1 AS n
        FROM web_sessions""",
    "key_event_conversion_rate": """
        SELECT session_day AS day, market, channel, device, key_event_sessions AS num, sessions AS den, 1 AS n
        FROM web_sessions WHERE key_event_sessions IS NOT NULL""",
    "cart_abandonment_rate": """
        SELECT created_day AS day, market, channel, device, 1 AS den, 1 AS n,
            CASE WHEN epoch(ordered_at - created_at) <= 24 * 3600 THEN 0 ELSE 1 END AS num
        FROM carts WHERE epoch(created_at) + 24 * 3600 <= $epoch""",
    "average_order_value": f"SELECT {SALES}, net / 1e6 AS num, 1 AS den FROM sold",
    "net_sales": f"SELECT {SALES}, net / 1e6 AS num, 1 AS den FROM sold",
    "active_customers": """
        SELECT ordered_day AS day, market, channel, customer_id AS num, 1 AS den, 1 AS n FROM live_orders
        WHERE customer_id IS NOT NULL""",
    "predicted_lifetime_value": """
        SELECT predicted_day AS day, market, channel, margin_12m_micros / 1e6 AS num, 1 AS den, 1 AS n
        FROM customer_predictions AS p WHERE margin_12m_micros IS NOT NULL AND predicted_day =
            (SELECT max(q.predicted_day) FROM customer_predictions AS q WHERE q.predicted_day <= $day
                AND date_trunc('month', q.predicted_day) = date_trunc('month', p.predicted_day))""",
    "customer_lifetime_value": f"""
        SELECT {SALES}, 1 AS den, coalesce((SELECT sum(margin_company_micros) FROM counted_orders o
            WHERE o.customer_id = w.customer_id AND o.ordered_day < w.day + INTERVAL 12 MONTH), 0) / 1e6 AS num
        FROM won w WHERE w.day + INTERVAL 12 MONTH <= $day AND NOT EXISTS (SELECT 1 FROM counted_orders o
            WHERE o.customer_id = w.customer_id AND o.ordered_day < w.day + INTERVAL 12 MONTH
            AND o.margin_company_micros IS NULL)""",
    **customs.ORACLES,
    **planning.ORACLES,
    **evidence.ORACLES,
    **followed.ORACLES,
    **transit.ORACLES,
    **tracking.ORACLES,
    **faultless.ORACLES,
}  # fmt: skip

# What is still open at the moment of evaluation, dated by its beginning.
OPEN: Mapping[str, str] = {
    **DESK_OPEN,
    **dict.fromkeys(
        ("first_response_time", "first_response_time_business"),
        f"""SELECT created_day AS day, {DESK}, created_epoch AS since FROM conversations
            WHERE first_reply_at IS NULL OR epoch(first_reply_at)::BIGINT > $epoch""",
    ),
    **dict.fromkeys(
        ("resolution_time", "resolution_time_business"),
        f"""SELECT created_day AS day, {DESK}, created_epoch AS since FROM conversations
            WHERE resolved_at IS NULL OR epoch(resolved_at)::BIGINT > $epoch""",
    ),
    "fulfilment_time": """
        SELECT confirmed_day AS day, market, channel, confirmed AS since FROM live_orders
        WHERE confirmed IS NOT NULL AND (handed_over IS NULL OR handed_over > $epoch)""",
    **customs.OPEN,
    **planning.OPEN,
    **transit.OPEN,
    **tracking.OPEN,
    **faultless.OPEN,
}


def query_of(key: str) -> str:
    """The rows of a KPI, with the views it may need in front; days after the evaluation are ignored."""
    return _complete(ORACLES[key])


def open_of(key: str) -> str:
    """What a duration is still waiting for: `day`, the dimensions and `since` in seconds."""
    return _complete(OPEN[key])


def _complete(rows: str) -> str:
    views = ",\n".join(f"{name} AS ({dedent(sql)})" for name, sql in VIEWS.items())
    return f"WITH {views}\nSELECT * FROM ({dedent(rows)}) WHERE day <= $day"
